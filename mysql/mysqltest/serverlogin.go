package mysqltest

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"

	"shunt/mysql"
)

// errRefused ends a connection whose client was told why.
var errRefused = errors.New("the login was refused")

// logIn greets the client and has it log in.
func (c *serverConn) logIn() error {
	if e := c.server.RefuseGreeting; e != nil {
		return errors.Join(c.write(e.Append(nil, 0)), errRefused)
	}
	greeting := c.greeting()
	if err := c.write(greeting.Append(nil)); err != nil {
		return err
	}
	if err := c.readLogin(greeting); err != nil {
		return err
	}
	right, err := c.authenticate(greeting.Salt)
	if err != nil {
		return err
	}
	refusal := c.server.RefuseLogin
	if refusal == nil && !right {
		host, _, _ := net.SplitHostPort(c.RemoteAddr().String())
		refusal = mysql.AccessDenied(c.login.User, host, len(c.login.AuthData) > 0)
	}
	if refusal != nil {
		return errors.Join(c.write(refusal.Append(nil, c.caps)), errRefused)
	}
	ok := autocommit(c.server.LoginOK)
	return c.write(ok.Append(nil, mysql.HeaderOK, c.caps))
}

// greeting is the Server's, with what it leaves open filled in.
func (c *serverConn) greeting() mysql.Greeting {
	g := c.server.Greeting
	g.ConnectionID = c.id
	if g.ServerVersion == "" {
		g.ServerVersion = "5.5.5-10.11.19-MariaDB-scripted"
	}
	if g.Capabilities == 0 {
		g.Capabilities = ServerCapabilities
	}
	if c.server.TLS != nil {
		g.Capabilities |= mysql.CapSSL
	}
	if g.Salt == [mysql.SaltLen]byte{} {
		g.Salt = newSalt()
	}
	if g.Collation == 0 {
		g.Collation = byte(mysql.CollationUTF8MB4)
	}
	if g.Status == 0 {
		g.Status = mysql.StatusAutocommit
	}
	if g.AuthPlugin == "" {
		g.AuthPlugin = c.server.plugin()
	}
	return g
}

func (s *Server) plugin() string {
	if s.Plugin == "" {
		return mysql.PluginNative
	}
	return s.Plugin
}

// newSalt makes a salt of letters: no zero bytes.
func newSalt() (salt [mysql.SaltLen]byte) {
	copy(salt[:], rand.Text())
	return salt
}

// readLogin reads the client's login, inside TLS if it asks for that.
func (c *serverConn) readLogin(greeting mysql.Greeting) error {
	packet, err := c.read()
	if err != nil {
		return err
	}
	if mysql.IsSSLRequest(packet) && c.server.TLS != nil {
		c.Conn = tls.Server(c.Conn, c.server.TLS)
		if packet, err = c.read(); err != nil {
			return err
		}
	}
	if c.login, err = mysql.ParseLogin(packet); err != nil {
		return errors.Join(c.write(mysql.BadHandshake().Append(nil, 0)), err)
	}
	c.caps = c.login.Capabilities & greeting.Capabilities
	c.server.record.login(c.login)
	return nil
}

// authenticate says whether the client knows its password. If the client has answered with another plugin, it is asked
// to switch.
func (c *serverConn) authenticate(salt [mysql.SaltLen]byte) (right bool, err error) {
	reply := c.login.AuthData
	if plugin := c.server.plugin(); c.caps.Has(mysql.CapPluginAuth) && c.login.AuthPlugin != plugin {
		salt = newSalt()
		if err := c.write(mysql.SwitchTo(plugin, salt).Append(nil)); err != nil {
			return false, err
		}
		if reply, err = c.read(); err != nil {
			return false, err
		}
	}
	password, known := c.server.Passwords[c.login.User]
	anyone := c.server.Passwords == nil
	switch c.server.plugin() {
	case mysql.PluginCachingSHA2:
		right, err = c.authenticateSHA2(reply, salt[:], password, anyone)
	case mysql.PluginClear, mysql.PluginDialog: // the dialog's one question is asked in the switch
		right = bytes.Equal(reply, mysql.AppendClearPassword(nil, []byte(password)))
	case mysql.PluginNative:
		_, doubleHash := mysql.NativeHash([]byte(password))
		_, right = mysql.NativeVerify(reply, salt[:], doubleHash)
		right = right || password == "" && len(reply) == 0
	default:
		return false, fmt.Errorf("a scripted server cannot do %s", c.server.plugin())
	}
	return anyone || known && right, err
}

// authenticateSHA2 does the fast exchange, or the full one if the Server says so or the reply is not right.
func (c *serverConn) authenticateSHA2(reply, salt []byte, password string, anyone bool) (right bool, err error) {
	if len(reply) == 0 {
		return password == "", nil
	}
	_, doubleHash := mysql.SHA2Hash([]byte(password))
	if _, right := mysql.SHA2Verify(reply, salt, doubleHash); (right || anyone) && !c.server.FullAuth {
		return true, c.write(mysql.AuthMore{Data: []byte{mysql.SHA2FastOK}}.Append(nil))
	}
	if err := c.write(mysql.AuthMore{Data: []byte{mysql.SHA2FullAuth}}.Append(nil)); err != nil {
		return false, err
	}
	sent, err := c.read()
	if err != nil {
		return false, err
	}
	if bytes.Equal(sent, []byte{mysql.SHA2RequestKey}) {
		sent, err = c.readEncrypted(salt)
	} else {
		sent, err = mysql.ParseClearPassword(sent)
	}
	return string(sent) == password, err
}

// readEncrypted sends the Server's RSA key and reads the password that the client encrypts with it.
func (c *serverConn) readEncrypted(salt []byte) ([]byte, error) {
	key, publicPEM, err := c.server.rsa.get()
	if err != nil {
		return nil, err
	}
	if err := c.write(mysql.AuthMore{Data: publicPEM}.Append(nil)); err != nil {
		return nil, err
	}
	cipher, err := c.read()
	if err != nil {
		return nil, err
	}
	return mysql.DecryptPassword(cipher, salt, key)
}

// rsaKey is a Server's key, made when it is first asked for.
type rsaKey struct {
	once      sync.Once
	key       *rsa.PrivateKey
	publicPEM []byte
	err       error
}

func (k *rsaKey) get() (*rsa.PrivateKey, []byte, error) {
	k.once.Do(func() { k.key, k.publicPEM, k.err = mysql.NewRSAKey() })
	return k.key, k.publicPEM, k.err
}

// autocommit gives ok the status of a session in which nothing has happened, if it has none.
func autocommit(ok mysql.OK) mysql.OK {
	if ok.Status == 0 {
		ok.Status = mysql.StatusAutocommit
	}
	return ok
}
