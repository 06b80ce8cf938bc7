package console

import (
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"net"
	"time"

	"shunt/mysql"
)

// capabilities are what the console offers: what clients of all kinds expect, and nothing that changes how results look.
const capabilities = mysql.CapLongPassword | mysql.CapFoundRows | mysql.CapLongFlag | mysql.CapConnectWithDB | mysql.CapODBC |
	mysql.CapIgnoreSpace | mysql.CapProtocol41 | mysql.CapInteractive | mysql.CapTransactions | mysql.CapSecureConnection |
	mysql.CapMultiResults | mysql.CapPSMultiResults | mysql.CapPluginAuth | mysql.CapConnectAttrs | mysql.CapPluginAuthLenenc |
	mysql.CapDeprecateEOF

// versionPrefix stands before shunt's version in the greeting: clients read a number there and want a current one.
const versionPrefix = "8.0.11-shunt-"

var errDenied = errors.New("wrong user or password")

// logIn greets the client and lets it in if it knows the password.
func (s *session) logIn() error {
	s.arm(loginBound, loginBound)
	salt := newSalt()
	greeting := mysql.Greeting{
		ServerVersion: s.version(), ConnectionID: s.id, Salt: salt, Capabilities: capabilities,
		Collation: byte(mysql.CollationUTF8MB4), Status: mysql.StatusAutocommit, AuthPlugin: mysql.PluginNative,
	}
	if err := s.send(greeting.Append(nil)); err != nil {
		return err
	}
	packet, err := s.read()
	if err != nil {
		return err
	}
	if s.login, err = mysql.ParseLogin(packet); err != nil {
		s.turnAway(mysql.BadHandshake())
		return err
	}
	s.caps, s.database = s.login.Capabilities&capabilities, s.login.Database
	reply := append([]byte(nil), s.login.AuthData...)
	right, err := s.authenticate(s.login.AuthPlugin, reply, salt)
	if err != nil {
		return err
	}
	if !right {
		s.turnAway(mysql.AccessDenied(s.login.User, s.host(), len(s.login.AuthData) > 0))
		return errDenied
	}
	return s.send(mysql.OK{Status: mysql.StatusAutocommit}.Append(nil, mysql.HeaderOK, s.caps))
}

// authenticate says whether the client knows the password. Clients that name caching_sha2_password are asked with it, since the newest
// can no longer do mysql_native_password; all others with that.
func (s *session) authenticate(plugin string, reply []byte, salt [mysql.SaltLen]byte) (right bool, err error) {
	sha2 := s.caps.Has(mysql.CapPluginAuth) && plugin == mysql.PluginCachingSHA2
	native := !s.caps.Has(mysql.CapPluginAuth) || plugin == mysql.PluginNative
	switch {
	case sha2 && len(reply) == 0: // it could not answer a salt that was meant for another plugin
		reply, salt, err = s.switchTo(mysql.PluginCachingSHA2)
	case !sha2 && !native:
		reply, salt, err = s.switchTo(mysql.PluginNative)
	}
	if err != nil {
		return false, err
	}
	known := subtle.ConstantTimeCompare([]byte(s.login.User), []byte(User)) == 1
	if !s.verify(sha2, reply, salt) || !known || s.console.config.Password == "" {
		return false, nil
	}
	if sha2 {
		return true, s.send(mysql.AuthMore{Data: []byte{mysql.SHA2FastOK}}.Append(nil))
	}
	return true, nil
}

func (s *session) switchTo(plugin string) ([]byte, [mysql.SaltLen]byte, error) {
	salt := newSalt()
	if err := s.send(mysql.SwitchTo(plugin, salt).Append(nil)); err != nil {
		return nil, salt, err
	}
	reply, err := s.read()
	return reply, salt, err
}

func (s *session) verify(sha2 bool, reply []byte, salt [mysql.SaltLen]byte) bool {
	password := []byte(s.console.config.Password)
	if sha2 {
		_, double := mysql.SHA2Hash(password)
		_, ok := mysql.SHA2Verify(reply, salt[:], double)
		return ok
	}
	_, double := mysql.NativeHash(password)
	_, ok := mysql.NativeVerify(reply, salt[:], double)
	return ok
}

// newSalt makes a salt of letters and digits: no zero bytes, where some clients would end it.
func newSalt() (salt [mysql.SaltLen]byte) {
	copy(salt[:], rand.Text())
	return salt
}

func (s *session) version() string { return versionPrefix + s.console.service.Version() }

// turnAway tells why the connection ends. It may have ended already.
func (s *session) turnAway(refusal *mysql.Error) {
	s.arm(time.Second, time.Second)
	_ = s.send(refusal.Append(nil, s.caps)) // nobody may be there to hear it
}

// host is where the client connects from; empty for an address that is not host:port.
func (s *session) host() string {
	host, _, err := net.SplitHostPort(s.conn.RemoteAddr().String())
	if err != nil {
		return ""
	}
	return host
}
