// Package mysql is the wire protocol of MySQL and MariaDB: packets, capabilities, the login exchange, the packets a
// server answers with, session trackers, error numbers.
//
// Its main types are the packets themselves ([Greeting], [Login], [OK], [Error], [ResultSet]), each with a parser and an
// Append method, and [Response], which follows an answer through a byte stream without looking at rows. Nothing here
// opens a connection, keeps one, or waits by itself: netloop does the waiting, backend and proxy hold the conversations,
// and mysqltest has a scripted server and a client for tests.
//
// Parsers accept bytes from anyone. They never panic and never allocate more than a small multiple of what they are
// given. Where a parser's result shares memory with its input, its comment says so: such a result is valid as long as
// the input is left alone. Only protocol version 10 with CLIENT_PROTOCOL_41 is spoken, as by every server since 4.1.
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html and
// https://mariadb.com/kb/en/clientserver-protocol/.
package mysql

// The first byte of a packet's payload, where it tells what the packet is.
const (
	HeaderOK          = 0x00 // OK; also the first packet of the answer to COM_STMT_PREPARE
	HeaderAuthMore    = 0x01 // during login: data of the authentication plugin
	HeaderLocalInfile = 0xfb // the server asks for a file
	HeaderEOF         = 0xfe // EOF, an OK packet that ends rows, or (during login) an authentication switch
	HeaderErr         = 0xff // ERR
)

// Flavor is the kind of server, where an answer depends on it.
type Flavor uint8

// The flavors.
const (
	MariaDB Flavor = iota
	MySQL
)

// String is the name as the servers write it in their messages.
func (f Flavor) String() string {
	if f == MySQL {
		return "MySQL"
	}
	return "MariaDB"
}
