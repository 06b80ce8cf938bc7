package mysql

import "fmt"

// SaltLen is the length of the random bytes that a server sends for the client to answer.
const SaltLen = 20

// Greeting is the first packet of a connection (HandshakeV10): what the server is and can do, and the salt for the
// password.
//
// Reference:
// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html
// and https://mariadb.com/kb/en/connection/#initial-handshake-packet.
type Greeting struct {
	ServerVersion string // MariaDB before 11 puts "5.5.5-" in front; it is kept
	ConnectionID  uint32
	Salt          [SaltLen]byte // must not hold a zero byte: some clients end it there
	Capabilities  Capability    // what the server offers; the extended ones only if CapLongPassword is not set
	Collation     byte          // the server's default
	Status        Status
	AuthPlugin    string // whose answer the server expects first
}

// protocolVersion is the only one there is since MySQL 3.21.
const protocolVersion = 10

// saltFirst is how much of the salt stands in the first part of the greeting.
const saltFirst = 8

// ParseGreeting parses a server's first packet. If the server sent an error in its place (too many connections, host not
// allowed, host blocked), that is the returned error, as *Error. Strings are copied.
func ParseGreeting(payload []byte) (Greeting, error) {
	if IsErr(payload) {
		refusal, err := ParseErr(payload, 0)
		if err != nil {
			return Greeting{}, err
		}
		return Greeting{}, refusal
	}
	d := NewDecoder(payload)
	if v := d.Uint8(); d.Err() == nil && v != protocolVersion {
		return Greeting{}, fmt.Errorf("the server speaks protocol version %d, shunt only %d", v, protocolVersion)
	}
	g := Greeting{ServerVersion: string(d.NulBytes()), ConnectionID: d.Uint32()}
	copy(g.Salt[:], d.Bytes(saltFirst))
	d.Skip(1)
	g.Capabilities = Capability(d.Uint16())
	g.Collation = d.Uint8()
	g.Status = Status(d.Uint16())
	g.Capabilities |= Capability(d.Uint16()) << 16
	saltLen := int(d.Uint8()) // counts the NUL at its end
	d.Skip(6)
	if extended := d.Uint32(); !g.Capabilities.Has(CapLongPassword) {
		g.Capabilities |= Capability(extended) << 32
	}
	if !g.Capabilities.Has(CapProtocol41 | CapSecureConnection) {
		d.Fail("the server does not speak the 4.1 protocol")
	}
	copy(g.Salt[saltFirst:], d.Bytes(max(SaltLen+1, saltLen)-saltFirst))
	if g.Capabilities.Has(CapPluginAuth) {
		g.AuthPlugin = string(d.NulOrRest())
	}
	if err := d.Err(); err != nil {
		return Greeting{}, fmt.Errorf("reading the server's greeting: %w", err)
	}
	return g, nil
}

// Append appends the greeting.
func (g Greeting) Append(dst []byte) []byte {
	caps := g.Capabilities
	dst = AppendNulString(append(dst, protocolVersion), g.ServerVersion)
	dst = AppendUint32(dst, g.ConnectionID)
	dst = append(append(dst, g.Salt[:saltFirst]...), 0)
	dst = AppendUint16(dst, uint16(caps))
	dst = append(dst, g.Collation)
	dst = AppendUint16(dst, uint16(g.Status))
	dst = AppendUint16(dst, uint16(caps>>16))
	if caps.Has(CapPluginAuth) {
		dst = append(dst, SaltLen+1)
	} else {
		dst = append(dst, 0)
	}
	dst = append(dst, 0, 0, 0, 0, 0, 0)
	dst = AppendUint32(dst, extendedBits(caps))
	dst = append(append(dst, g.Salt[saltFirst:]...), 0)
	if caps.Has(CapPluginAuth) {
		dst = AppendNulString(dst, g.AuthPlugin)
	}
	return dst
}

// extendedBits are MariaDB's extended capabilities, for the four bytes that carry them; none if caps has
// CapLongPassword, which says that those bytes are filler.
func extendedBits(caps Capability) uint32 {
	if caps.Has(CapLongPassword) {
		return 0
	}
	return uint32(caps >> 32)
}
