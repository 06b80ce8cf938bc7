package mysqltest

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"time"

	"shunt/mysql"
)

// Options are how a Client logs in.
type Options struct {
	User, Password string
	Database       string           // empty: none
	Capabilities   mysql.Capability // zero: ClientCapabilities. Masked with what the server offers; Database and TLS bring theirs along
	Plugin         string           // answered first; empty: the one of the greeting
	Collation      byte             // zero: utf8mb4_general_ci
	Attributes     []byte           // a block of connection attributes
	TLS            *tls.Config      // nil: in clear
	Compress       string           // CompressZlib or CompressZstd; empty: not. A server that does not offer it is an error
}

// Client is a client that hides nothing: it sends what it is told and shows what comes back. One goroutine at a time
// may use it.
type Client struct {
	Conn         net.Conn // inside TLS, and inside compression, if there is any
	Greeting     mysql.Greeting
	Capabilities mysql.Capability // of both sides
	LoginOK      mysql.OK

	seq        byte            // the next packet's number
	secure     bool            // there is TLS
	compressed *compressedConn // nil without compression
	cursor     bool            // the last command asked for a cursor
}

// Dial connects to addr over TCP and logs in.
func Dial(ctx context.Context, addr string, o Options) (*Client, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	c, err := Login(conn, o)
	if err != nil {
		_ = conn.Close()
	}
	return c, err
}

// Login logs in over conn. A refusal, by the greeting or after it, is an error of type *mysql.Error.
func Login(conn net.Conn, o Options) (*Client, error) {
	c := &Client{Conn: conn}
	c.arm()
	packet, err := c.ReadPacket()
	if err != nil {
		return nil, err
	}
	if c.Greeting, err = mysql.ParseGreeting(packet); err != nil {
		return nil, err
	}
	login := c.login(o)
	c.Capabilities = login.Capabilities
	compress, err := compression(o.Compress)
	if err != nil {
		return nil, err
	}
	if !c.Capabilities.Has(compress) {
		return nil, fmt.Errorf("compression with %s: %w", o.Compress, errNotOffered)
	}
	if o.TLS != nil {
		if err := c.WritePacket(login.AppendSSLRequest(nil)); err != nil {
			return nil, err
		}
		c.Conn, c.secure = tls.Client(conn, o.TLS), true
	}
	if login.AuthData, err = authReply(login.AuthPlugin, c.Greeting.Salt, o.Password); err != nil {
		return nil, err
	}
	if err := c.WritePacket(login.Append(nil)); err != nil {
		return nil, err
	}
	if err := c.authenticate(c.Greeting.Salt, o.Password); err != nil {
		return c, err
	}
	if compress != 0 { // from the first command on
		c.compressed = &compressedConn{Conn: c.Conn, algorithm: o.Compress}
		c.Conn = c.compressed
	}
	return c, nil
}

// ChangeUser logs in anew on the open connection. Of o it uses user, password, database, plugin, collation and
// attributes. A refusal is an error of type *mysql.Error.
func (c *Client) ChangeUser(o Options) error {
	login := c.login(o)
	reply, err := authReply(login.AuthPlugin, c.Greeting.Salt, o.Password)
	if err != nil {
		return err
	}
	change := mysql.ChangeUser{
		User:       o.User,
		AuthData:   reply,
		Database:   o.Database,
		Collation:  uint16(login.Collation),
		AuthPlugin: login.AuthPlugin,
		Attributes: o.Attributes,
	}
	c.arm()
	c.number(0)
	if err := c.WritePacket(change.Append(nil, c.Capabilities)); err != nil {
		return err
	}
	return c.authenticate(c.Greeting.Salt, o.Password)
}

// login is the login packet but for the answer to the salt.
func (c *Client) login(o Options) mysql.Login {
	l := mysql.Login{
		Capabilities: o.Capabilities,
		MaxPacket:    maxPacket,
		Collation:    o.Collation,
		User:         o.User,
		Database:     o.Database,
		AuthPlugin:   o.Plugin,
		Attributes:   o.Attributes,
		ZstdLevel:    zstdLevel,
	}
	if l.Capabilities == 0 {
		l.Capabilities = ClientCapabilities
	}
	l.Capabilities &^= mysql.CapConnectWithDB | mysql.CapSSL | mysql.CapCompress | mysql.CapZstdCompression
	if compress, err := compression(o.Compress); err == nil { // the error is Login's
		l.Capabilities |= compress
	}
	if o.Database != "" {
		l.Capabilities |= mysql.CapConnectWithDB
	}
	if o.TLS != nil {
		l.Capabilities |= mysql.CapSSL
	}
	l.Capabilities &= c.Greeting.Capabilities
	if l.Collation == 0 {
		l.Collation = byte(mysql.CollationUTF8MB4)
	}
	if l.AuthPlugin == "" {
		l.AuthPlugin = c.Greeting.AuthPlugin
	}
	return l
}

// authReply is a plugin's answer to a salt.
func authReply(plugin string, salt [mysql.SaltLen]byte, password string) ([]byte, error) {
	switch {
	case plugin == mysql.PluginClear:
		return mysql.AppendClearPassword(nil, []byte(password)), nil
	case password == "":
		return nil, nil
	case plugin == mysql.PluginCachingSHA2:
		reply := mysql.SHA2ScramblePassword(salt[:], []byte(password))
		return reply[:], nil
	case plugin == mysql.PluginNative, plugin == "":
		sha1pw, doubleHash := mysql.NativeHash([]byte(password))
		reply := mysql.NativeScramble(salt[:], sha1pw, doubleHash)
		return reply[:], nil
	}
	return nil, fmt.Errorf("a test client cannot do %s", plugin)
}

// authenticate answers what the server asks until it lets the client in or not.
func (c *Client) authenticate(salt [mysql.SaltLen]byte, password string) error {
	for {
		packet, err := c.ReadPacket()
		if err != nil {
			return err
		}
		if len(packet) == 0 {
			return fmt.Errorf("%w: empty, during the login", mysql.ErrMalformedPacket)
		}
		switch packet[0] {
		case mysql.HeaderErr:
			return refusal(packet, c.Capabilities)
		case mysql.HeaderOK:
			c.LoginOK, err = mysql.ParseOK(packet, c.Capabilities)
			return err
		case mysql.HeaderEOF:
			salt, err = c.switchAuth(packet, password)
		default:
			err = c.moreAuth(packet, salt, password)
		}
		if err != nil {
			return err
		}
	}
}

// switchAuth answers an authentication switch.
func (c *Client) switchAuth(packet []byte, password string) (salt [mysql.SaltLen]byte, err error) {
	s, err := mysql.ParseAuthSwitch(packet)
	if err != nil {
		return salt, err
	}
	salt, _ = s.Salt()
	reply, err := authReply(s.Plugin, salt, password)
	if err != nil {
		return salt, err
	}
	return salt, c.WritePacket(reply)
}

// moreAuth goes on with caching_sha2_password: nothing to do after a fast success, else the password itself, in TLS or
// encrypted.
func (c *Client) moreAuth(packet []byte, salt [mysql.SaltLen]byte, password string) error {
	more, err := mysql.ParseAuthMore(packet)
	if err != nil {
		return err
	}
	if len(more.Data) != 1 {
		return fmt.Errorf("%w: authentication data of %d bytes", mysql.ErrMalformedPacket, len(more.Data))
	}
	if more.Data[0] == mysql.SHA2FastOK {
		return nil
	}
	if c.secure {
		return c.WritePacket(mysql.AppendClearPassword(nil, []byte(password)))
	}
	if err := c.WritePacket([]byte{mysql.SHA2RequestKey}); err != nil {
		return err
	}
	if packet, err = c.ReadPacket(); err != nil {
		return err
	}
	if more, err = mysql.ParseAuthMore(packet); err != nil {
		return err
	}
	key, err := mysql.ParseRSAPublicKey(more.Data)
	if err != nil {
		return err
	}
	cipher, err := mysql.EncryptPassword([]byte(password), salt[:], key)
	if err != nil {
		return err
	}
	return c.WritePacket(cipher)
}

// refusal is the *mysql.Error in an ERR packet, or the error of parsing it.
func refusal(packet []byte, caps mysql.Capability) error {
	e, err := mysql.ParseErr(packet, caps)
	if err != nil {
		return err
	}
	return e
}

// arm gives the next exchange its time.
func (c *Client) arm() { _ = c.Conn.SetDeadline(time.Now().Add(Timeout)) }

// number says which number the next packet has, with compression the next compressed packet, too.
func (c *Client) number(seq byte) {
	c.seq = seq
	if c.compressed != nil {
		c.compressed.seq = seq
	}
}

// ReadPacket reads the next packet. It checks that its number is the next one; with compression only that of the compressed packet is: MariaDB
// takes that one's number for the packets inside as soon as it flushes, which it does between the results of a compound statement.
func (c *Client) ReadPacket() ([]byte, error) {
	payload, seq, err := mysql.ReadPacket(c.Conn, nil, maxPacket)
	if err != nil {
		return nil, err
	}
	if parts := byte(len(payload) / mysql.MaxPayload); seq != c.seq+parts && c.compressed == nil {
		return nil, fmt.Errorf("%w: %d where %d was due", mysql.ErrOutOfOrder, seq, c.seq+parts)
	}
	c.seq = seq + 1
	return payload, nil
}

// WritePacket writes payload as the next packet.
func (c *Client) WritePacket(payload []byte) error {
	var out []byte
	out, c.seq = mysql.AppendPacket(nil, c.seq, payload)
	_, err := c.Conn.Write(out)
	return err
}

// Close says COM_QUIT and closes the connection.
func (c *Client) Close() error {
	_ = c.Send(mysql.ComQuit, nil)
	return c.Conn.Close()
}
