package mysql

import (
	"crypto/sha1" // the protocol has no other
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"strings"
)

// NativeHash hashes a password for mysql_native_password: sha1pw is what a client proves to know (and so as good as the
// password: keep it in memory only, and clear it after use), doubleHash what a server stores.
//
// Reference:
// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_authentication_methods_native_password_authentication.html.
func NativeHash(password []byte) (sha1pw, doubleHash [sha1.Size]byte) {
	sha1pw = sha1.Sum(password)
	return sha1pw, sha1.Sum(sha1pw[:])
}

// ParseNativeHash reads a double hash as account tables store it: "*" and 40 hex digits. An empty string, which means
// that there is no password, is an error here: such an account is let in with an empty reply only.
func ParseNativeHash(stored string) (doubleHash [sha1.Size]byte, err error) {
	digits, starred := strings.CutPrefix(stored, "*")
	if !starred || len(digits) != hex.EncodedLen(sha1.Size) {
		return doubleHash, fmt.Errorf("a mysql_native_password hash is * and %d hex digits, not %d characters",
			hex.EncodedLen(sha1.Size), len(stored))
	}
	if _, err := hex.Decode(doubleHash[:], []byte(digits)); err != nil {
		return doubleHash, fmt.Errorf("a mysql_native_password hash is * and hex digits: %w", err)
	}
	return doubleHash, nil
}

// FormatNativeHash writes a double hash as account tables store it.
func FormatNativeHash(doubleHash [sha1.Size]byte) string {
	return "*" + strings.ToUpper(hex.EncodeToString(doubleHash[:]))
}

// NativeScramble answers a salt with the SHA1 of a password and the SHA1 of that. No password is answered with no bytes
// at all.
func NativeScramble(salt []byte, sha1pw, doubleHash [sha1.Size]byte) (reply [sha1.Size]byte) {
	mask := nativeMask(salt, doubleHash)
	subtle.XORBytes(reply[:], sha1pw[:], mask[:])
	return reply
}

// NativeVerify checks a client's reply to a salt against the stored double hash, in constant time. From a right reply
// it recovers the SHA1 of the password, with which shunt logs in at the servers behind as the same account; from a
// wrong one it recovers nothing.
func NativeVerify(reply, salt []byte, doubleHash [sha1.Size]byte) (sha1pw [sha1.Size]byte, ok bool) {
	if len(reply) != sha1.Size {
		return sha1pw, false
	}
	mask := nativeMask(salt, doubleHash)
	subtle.XORBytes(sha1pw[:], reply, mask[:])
	again := sha1.Sum(sha1pw[:])
	if subtle.ConstantTimeCompare(again[:], doubleHash[:]) != 1 {
		return [sha1.Size]byte{}, false
	}
	return sha1pw, true
}

// nativeMask hides the SHA1 of the password on the wire: SHA1 of salt and double hash.
func nativeMask(salt []byte, doubleHash [sha1.Size]byte) [sha1.Size]byte {
	h := sha1.New()
	h.Write(salt)
	h.Write(doubleHash[:])
	return [sha1.Size]byte(h.Sum(nil))
}
