package mysql

import "fmt"

// ChangeUser is COM_CHANGE_USER: log in anew on an open connection, which loses all of its session state.
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_change_user.html.
type ChangeUser struct {
	User       string
	AuthData   []byte // the answer of AuthPlugin to the salt of the greeting, or of the last authentication switch
	Database   string // empty: none
	Collation  uint16
	AuthPlugin string // with CapPluginAuth
	Attributes []byte // a block of connection attributes, for [Attributes]; with CapConnectAttrs
}

// ParseChangeUser parses the payload of COM_CHANGE_USER, command byte included, of a client with caps. AuthData and
// Attributes share memory with payload, strings are copied. What follows the database may be missing, as in old clients.
func ParseChangeUser(payload []byte, caps Capability) (ChangeUser, error) {
	d := NewDecoder(payload)
	if Command(d.Uint8()) != ComChangeUser {
		d.Fail("it is another command")
	}
	c := ChangeUser{User: string(d.NulBytes())}
	if caps.Has(CapSecureConnection) {
		c.AuthData = d.Bytes(int(d.Uint8()))
	} else {
		c.AuthData = d.NulBytes()
	}
	c.Database = string(d.NulOrRest())
	if d.Len() > 0 {
		c.Collation = d.Uint16()
	}
	if caps.Has(CapPluginAuth) {
		c.AuthPlugin = string(d.NulOrRest())
	}
	if caps.Has(CapConnectAttrs) {
		c.Attributes = readAttributes(&d)
	}
	if err := d.Err(); err != nil {
		return ChangeUser{}, fmt.Errorf("reading COM_CHANGE_USER: %w", err)
	}
	return c, nil
}

// Append appends the payload of COM_CHANGE_USER, command byte included, for a server that was logged in to with caps.
func (c ChangeUser) Append(dst []byte, caps Capability) []byte {
	dst = AppendNulString(append(dst, byte(ComChangeUser)), c.User)
	dst = appendAuthData(dst, c.AuthData, caps)
	dst = AppendNulString(dst, c.Database)
	dst = AppendUint16(dst, c.Collation)
	if caps.Has(CapPluginAuth) {
		dst = AppendNulString(dst, c.AuthPlugin)
	}
	if caps.Has(CapConnectAttrs) {
		dst = AppendLenencString(dst, c.Attributes)
	}
	return dst
}
