package mysql

import "fmt"

// The names of the authentication plugins that shunt speaks, and of some that it meets.
const (
	PluginNative      = "mysql_native_password"
	PluginCachingSHA2 = "caching_sha2_password"
	PluginClear       = "mysql_clear_password"
	PluginDialog      = "dialog"             // MariaDB's PAM: questions, of which the password is one
	PluginOld         = "mysql_old_password" // before 4.1; never spoken
	PluginEd25519     = "client_ed25519"     // MariaDB; an account that only a gateway account can stand in for
)

// AuthSwitch is a server's wish during a login that the client answer with another plugin, or to another salt.
//
// Reference:
// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_auth_switch_request.html.
type AuthSwitch struct {
	Plugin string
	Data   []byte // the plugin's; for passwords the salt and a NUL
}

// SwitchTo is the switch to a plugin that answers to a salt.
func SwitchTo(plugin string, salt [SaltLen]byte) AuthSwitch {
	return AuthSwitch{Plugin: plugin, Data: append(salt[:], 0)}
}

// Salt is the salt in Data; not ok if Data is too short to hold one.
func (s AuthSwitch) Salt() (salt [SaltLen]byte, ok bool) {
	n := copy(salt[:], s.Data)
	return salt, n == SaltLen
}

// ParseAuthSwitch parses an authentication switch. Data shares memory with payload. The bare byte 0xFE asks for
// PluginOld.
func ParseAuthSwitch(payload []byte) (AuthSwitch, error) {
	d := NewDecoder(payload)
	if d.Uint8() != HeaderEOF {
		d.Fail("it does not begin as one")
	}
	s := AuthSwitch{Plugin: PluginOld}
	if d.Len() > 0 {
		s = AuthSwitch{Plugin: string(d.NulOrRest()), Data: d.Rest()}
	}
	if err := d.Err(); err != nil {
		return AuthSwitch{}, fmt.Errorf("reading an authentication switch: %w", err)
	}
	return s, nil
}

// Append appends the authentication switch.
func (s AuthSwitch) Append(dst []byte) []byte {
	return append(AppendNulString(append(dst, HeaderEOF), s.Plugin), s.Data...)
}

// AuthMore is a packet from a server's authentication plugin to the client's, during a login.
type AuthMore struct {
	Data []byte
}

// ParseAuthMore parses the packet. Data shares memory with payload.
func ParseAuthMore(payload []byte) (AuthMore, error) {
	if len(payload) == 0 || payload[0] != HeaderAuthMore {
		return AuthMore{}, fmt.Errorf("reading authentication data: %w: it does not begin as such", ErrMalformedPacket)
	}
	return AuthMore{Data: payload[1:]}, nil
}

// Append appends the packet.
func (m AuthMore) Append(dst []byte) []byte {
	return append(append(dst, HeaderAuthMore), m.Data...)
}
