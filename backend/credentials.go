package backend

import (
	"shunt/mysql"
)

// Credentials is what a client's own login taught about its password: enough to log in to a server as that client, and
// nothing that is ever written down. It is shared, read only, by the connections made for one client.
type Credentials struct {
	User string
	// Account is the account, as 'user'@'host pattern', that the client was let in as. A server that takes a connection of ours for
	// another one is refused: its grants would not be the client's.
	Account string

	NoPassword bool
	SHA1       *[20]byte // SHA1(password), from mysql_native_password
	SHA256     *[32]byte // SHA256(password), from caching_sha2_password
	Password   []byte    // the password itself, where the client gave it over TLS or RSA; nil if it is not known
}

// errNeedsPassword tells why a login behind cannot be done with what the client's login taught.
func errNeedsPassword(plugin string) *mysql.Error {
	return &mysql.Error{Number: ErrorLogin, State: "28000", Message: "shunt: the server asks for plugin " + plugin +
		", for which shunt would need the password itself; it learns it when the client logs in over TLS, or with an account of plugin caching_sha2_password"}
}

// errNotPrivate tells why a password is not sent in clear.
func errNotPrivate(plugin string) *mysql.Error {
	return &mysql.Error{Number: ErrorLogin, State: "28000", Message: "shunt: the server asks for plugin " + plugin +
		", which sends the password in clear, and the connection to it is not encrypted; set clusters.*.tls.mode: required"}
}
