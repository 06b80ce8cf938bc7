package mysql

import (
	"bytes"
	"fmt"
)

// AppendClearPassword appends a password as mysql_clear_password, and caching_sha2_password inside TLS, send it: with a
// NUL. Only ever inside TLS.
func AppendClearPassword(dst, password []byte) []byte {
	return append(append(dst, password...), 0)
}

// ParseClearPassword reads a password that was sent in clear. It shares memory with payload.
func ParseClearPassword(payload []byte) ([]byte, error) {
	end := bytes.IndexByte(payload, 0)
	if end < 0 || end != len(payload)-1 {
		return nil, fmt.Errorf("reading a password: %w: it does not end with its NUL", ErrMalformedPacket)
	}
	return payload[:end], nil
}

// Zero overwrites a secret. Copies that were made of it remain.
func Zero(secret []byte) { clear(secret) }
