package backend

import (
	"crypto/tls"
	"errors"
	"net"

	"shunt/compress"
	"shunt/mysql"
	"shunt/netloop"
)

// Link is how connections to the servers of one cluster are made, over TCP: what the operator has set. The zero value is a plain one.
type Link struct {
	// TLS is nil for none. Where it names no server, a certificate has to be for the host in the server's address.
	TLS *tls.Config
	// Optional: a server that has no TLS is used without.
	Optional bool
	// Compression is one of CapCompress and CapZstdCompression, or neither. A server that cannot do it is used without.
	Compression mysql.Capability
}

// errNoTLS is what is wrong with a server that does not offer what its cluster requires.
var errNoTLS = errors.New("the server offers no TLS, which clusters.*.tls.mode requires; switch it on there, or set mode: preferred")

// secure switches the connection to TLS between the server's greeting and the login, if the link wants that. seq is the number of the next
// packet.
func (c *Conn) secure(task netloop.Task, seq byte) (next byte, err error) {
	link := c.pool.link
	if link.TLS == nil || c.pool.isSocket() {
		return seq, nil
	}
	if !c.Greeting.Capabilities.Has(mysql.CapSSL) {
		if link.Optional {
			return seq, nil
		}
		return seq, errNoTLS
	}
	c.Caps |= mysql.CapSSL
	request := mysql.Login{Capabilities: c.Caps, MaxPacket: mysql.MaxPayload, Collation: loginCollation}
	if err := c.send(request.AppendSSLRequest(nil), seq); err != nil {
		return seq, err
	}
	if err := c.rest(); err != nil { // bytes that came before TLS began are nobody's word
		return seq, err
	}
	socket := tls.Client(c.Conn.NetConn(), ForServer(link.TLS, c.pool.Address))
	task.Offload(func() { err = socket.Handshake() }) // the socket's deadlines are those of the login
	if err != nil {
		return seq, err
	}
	task.Release(c.Conn)
	c.Conn = task.Attach(socket)
	return seq + 1, nil
}

// compress switches compression on, once the login is over, if both sides have said so.
func (c *Conn) compress() {
	switch {
	case c.Caps.Has(mysql.CapCompress):
		c.Conn = c.pool.codecs.Wrap(c.Conn, compress.AsClient, compress.Zlib, 0)
	case c.Caps.Has(mysql.CapZstdCompression):
		c.Conn = c.pool.codecs.Wrap(c.Conn, compress.AsClient, compress.Zstd, zstdLevel)
	}
}

// zstdLevel is what clients of MySQL take if they are told nothing.
const zstdLevel = 3

// ForServer is a TLS configuration that expects the certificate of the host in address, if it names none itself.
func ForServer(config *tls.Config, address string) *tls.Config {
	if config.ServerName != "" {
		return config
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	config = config.Clone()
	config.ServerName = host
	return config
}

// private says whether a password may be sent as it is: inside TLS, or to a server on the same machine through a socket.
func (c *Conn) private() bool { return c.Caps.Has(mysql.CapSSL) || c.pool.isSocket() }

func (p *Pool) isSocket() bool { return len(p.Address) > 0 && p.Address[0] == '/' }
