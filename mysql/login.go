package mysql

import "fmt"

// Login is a client's answer to the greeting (HandshakeResponse41). Which of its fields travel, and how, Capabilities
// say.
//
// Reference:
// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_response.html
// and https://mariadb.com/kb/en/connection/#handshake-response-packet.
type Login struct {
	Capabilities Capability // what the client chose; not masked with what the server offered
	MaxPacket    uint32     // the longest packet the client wants, in bytes
	Collation    byte
	User         string
	AuthData     []byte // the answer of AuthPlugin to the salt
	Database     string // with CapConnectWithDB
	AuthPlugin   string // with CapPluginAuth
	Attributes   []byte // a block of connection attributes, for [Attributes]; with CapConnectAttrs
	ZstdLevel    byte   // with CapZstdCompression
}

// loginHead is the length of what the login and the request for TLS have in common: capabilities, max packet,
// collation, filler.
const loginHead = 32

// IsSSLRequest says whether payload, a client's first packet, asks for TLS instead of logging in: the head of a login
// with CapSSL and no more. The login follows inside TLS.
func IsSSLRequest(payload []byte) bool {
	if len(payload) != loginHead {
		return false
	}
	d := NewDecoder(payload)
	return Capability(d.Uint32()).Has(CapSSL | CapProtocol41)
}

// ParseLogin parses a client's login. AuthData and Attributes share memory with payload, strings are copied.
func ParseLogin(payload []byte) (Login, error) {
	d := NewDecoder(payload)
	l := readLoginHead(&d)
	l.User = string(d.NulBytes())
	switch caps := l.Capabilities; {
	case caps.Has(CapPluginAuthLenenc):
		l.AuthData = d.LenencBytes()
	case caps.Has(CapSecureConnection):
		l.AuthData = d.Bytes(int(d.Uint8()))
	default:
		l.AuthData = d.NulOrRest()
	}
	if l.Capabilities.Has(CapConnectWithDB) {
		l.Database = string(d.NulOrRest())
	}
	if l.Capabilities.Has(CapPluginAuth) {
		l.AuthPlugin = string(d.NulOrRest())
	}
	if l.Capabilities.Has(CapConnectAttrs) {
		l.Attributes = readAttributes(&d)
	}
	if l.Capabilities.Has(CapZstdCompression) && d.Len() > 0 {
		l.ZstdLevel = d.Uint8()
	}
	if err := d.Err(); err != nil {
		return Login{}, fmt.Errorf("reading a login: %w", err)
	}
	return l, nil
}

func readLoginHead(d *Decoder) Login {
	l := Login{Capabilities: Capability(d.Uint32()), MaxPacket: d.Uint32(), Collation: d.Uint8()}
	d.Skip(19)
	if extended := d.Uint32(); !l.Capabilities.Has(CapLongPassword) {
		l.Capabilities |= Capability(extended) << 32
	}
	if !l.Capabilities.Has(CapProtocol41) {
		d.Fail("the client does not speak the 4.1 protocol")
	}
	return l
}

// AppendSSLRequest appends the packet by which a client asks for TLS before it sends l, which must have CapSSL.
func (l Login) AppendSSLRequest(dst []byte) []byte {
	dst = AppendUint32(dst, uint32(l.Capabilities))
	dst = AppendUint32(dst, l.MaxPacket)
	dst = append(dst, l.Collation)
	dst = append(dst, make([]byte, 19)...)
	return AppendUint32(dst, extendedBits(l.Capabilities))
}

// Append appends the login. A field that Capabilities do not announce is left out.
func (l Login) Append(dst []byte) []byte {
	dst = l.AppendSSLRequest(dst)
	dst = AppendNulString(dst, l.User)
	if l.Capabilities.Has(CapPluginAuthLenenc) {
		dst = AppendLenencString(dst, l.AuthData)
	} else {
		dst = appendAuthData(dst, l.AuthData, l.Capabilities)
	}
	if l.Capabilities.Has(CapConnectWithDB) {
		dst = AppendNulString(dst, l.Database)
	}
	if l.Capabilities.Has(CapPluginAuth) {
		dst = AppendNulString(dst, l.AuthPlugin)
	}
	if l.Capabilities.Has(CapConnectAttrs) {
		dst = AppendLenencString(dst, l.Attributes)
	}
	if l.Capabilities.Has(CapZstdCompression) {
		dst = append(dst, l.ZstdLevel)
	}
	return dst
}

// appendAuthData appends authentication data after one byte of length, or before a NUL in the oldest form. What does
// not fit into one byte of length is cut, and the login will be refused: only CapPluginAuthLenenc can carry it.
func appendAuthData(dst, data []byte, caps Capability) []byte {
	if !caps.Has(CapSecureConnection) {
		return AppendNulString(dst, string(data))
	}
	data = data[:min(len(data), 255)]
	return append(append(dst, byte(len(data))), data...)
}
