package backend

import (
	"crypto/sha1"
	"fmt"
	"time"
	"unique"

	"shunt/compress"
	"shunt/mysql"
	"shunt/netloop"
	"shunt/topology"
)

// login brings a fresh connection from the server's greeting to a session of the client's own account.
func (c *Conn) login(task netloop.Task, who *Credentials) error {
	payload, seq, err := c.readPacket()
	if err != nil {
		return err
	}
	hello, err := mysql.ParseGreeting(payload)
	if err != nil {
		return err
	}
	c.ID, c.Greeting = hello.ConnectionID, hello
	c.Caps = hello.Capabilities & (c.Key().Caps | serverCaps | ifOffered | c.pool.link.Compression)
	if missing := serverCaps &^ hello.Capabilities; missing != 0 {
		return fmt.Errorf("the server lacks %v, which shunt needs (MariaDB 10.2 or MySQL 5.7 has it)", missing)
	}
	if seq, err = c.secure(task, seq+1); err != nil {
		return err
	}
	plugin := hello.AuthPlugin
	reply, unanswered := c.answer(who, plugin, hello.Salt[:])
	if unanswered != nil { // the server may name another plugin, the account's own; begin with an empty reply
		reply = nil
	}
	login := mysql.Login{
		Capabilities: c.Caps, MaxPacket: mysql.MaxPayload, Collation: loginCollation, User: who.User, AuthData: reply, AuthPlugin: plugin,
		Attributes: mysql.AppendAttribute(nil, "program_name", "shunt"), ZstdLevel: zstdLevel,
	}
	if err := c.send(login.Append(nil), seq); err != nil {
		return err
	}
	if err := c.authenticate(who, plugin, hello.Salt[:], unanswered); err != nil {
		return err
	}
	c.compress()
	return nil
}

// loginCollation is utf8mb4_general_ci, which every server knows; sessions set their own.
const loginCollation = 45

// serverCaps every server connection has, whatever the client's: the relay translates.
const serverCaps = mysql.CapProtocol41 | mysql.CapSecureConnection | mysql.CapPluginAuth | mysql.CapPluginAuthLenenc |
	mysql.CapTransactions | mysql.CapLongFlag | mysql.CapSessionTrack | mysql.CapDeprecateEOF | mysql.CapConnectAttrs

// ifOffered are those that a connection has where the server offers them. With an expired password MySQL lets in only who can handle that; whether the
// client can was asked at the front.
const ifOffered = mysql.CapBulkOperations | mysql.CapCanHandleExpiredPasswords

func (c *Conn) send(payload []byte, seq byte) error {
	packet, _ := mysql.AppendPacket(nil, seq, payload)
	_, err := c.Conn.Write(packet)
	return err
}

// authenticate answers the server until it says OK or ERR. unanswered is why the server got no answer to its first question; nil if it got one.
func (c *Conn) authenticate(who *Credentials, plugin string, salt []byte, unanswered error) error {
	for range 10 { // an exchange has at most five packets; the bound is against a server that never ends
		payload, seq, err := c.readPacket()
		if err != nil {
			return err
		}
		if len(payload) == 0 {
			return mysql.ErrMalformed
		}
		switch payload[0] {
		case mysql.HeaderOK:
			return nil
		case mysql.HeaderErr:
			e, err := mysql.ParseErr(payload, c.Caps)
			if err != nil {
				return err
			}
			if unanswered != nil && e.Number == accessDenied {
				return unanswered // says more
			}
			return e
		case mysql.HeaderEOF:
			change, err := mysql.ParseAuthSwitch(payload)
			if err != nil {
				return err
			}
			plugin, salt, unanswered = change.Plugin, append([]byte(nil), change.Data...), nil
			reply, err := c.answer(who, plugin, salt)
			if err != nil {
				return err
			}
			if err := c.send(reply, seq+1); err != nil {
				return err
			}
		case mysql.HeaderAuthMore:
			if err := c.more(who, plugin, salt, payload[1:], seq+1); err != nil {
				return err
			}
		default:
			if plugin != mysql.PluginDialog || !asksPassword(payload) || who.Password == nil {
				return errNeedsPassword(plugin)
			}
			if !c.private() {
				return errNotPrivate(plugin)
			}
			if err := c.send(mysql.AppendClearPassword(nil, who.Password), seq+1); err != nil {
				return err
			}
		}
	}
	return mysql.ErrMalformed
}

// accessDenied is ER_ACCESS_DENIED_ERROR.
const accessDenied = 1045

// asksPassword recognises a further question of the plugin dialog whose answer is not to be shown: types 4, and 5 for the last one
// (https://mariadb.com/kb/en/authentication-plugin-pam/).
func asksPassword(payload []byte) bool { return payload[0]&^1 == 4 }

// answer computes the reply to a plugin's challenge.
func (c *Conn) answer(who *Credentials, plugin string, salt []byte) ([]byte, error) {
	if who.NoPassword {
		return nil, nil
	}
	if plugin == mysql.PluginEd25519 && who.Password != nil {
		signature, err := mysql.Ed25519Sign(salt[:min(len(salt), mysql.Ed25519SaltLen)], who.Password)
		return signature[:], err
	}
	salt = trimSalt(salt)
	switch plugin {
	case mysql.PluginClear, mysql.PluginDialog:
		if !c.private() {
			return nil, errNotPrivate(plugin)
		}
		if who.Password != nil {
			return mysql.AppendClearPassword(nil, who.Password), nil
		}
	case mysql.PluginNative:
		if who.SHA1 != nil {
			reply := mysql.NativeScramble(salt, *who.SHA1, sha1.Sum(who.SHA1[:]))
			return reply[:], nil
		}
		if who.Password != nil {
			once, twice := mysql.NativeHash(who.Password)
			reply := mysql.NativeScramble(salt, once, twice)
			return reply[:], nil
		}
	case mysql.PluginCachingSHA2:
		if who.SHA256 != nil {
			reply := mysql.SHA2Scramble(salt, *who.SHA256)
			return reply[:], nil
		}
		if who.Password != nil {
			reply := mysql.SHA2ScramblePassword(salt, who.Password)
			return reply[:], nil
		}
	}
	return nil, errNeedsPassword(plugin)
}

// more goes on with caching_sha2_password: fast authentication was enough, or the server wants the password itself,
// which goes only into TLS or under the server's RSA key.
func (c *Conn) more(who *Credentials, plugin string, salt, data []byte, seq byte) error {
	if plugin != mysql.PluginCachingSHA2 || len(data) == 0 {
		return errNeedsPassword(plugin)
	}
	if len(data) == 1 && data[0] == mysql.SHA2FastOK {
		return nil
	}
	if len(data) == 1 && data[0] == mysql.SHA2FullAuth {
		if who.Password == nil {
			return errNeedsPassword(plugin + " in full")
		}
		if c.private() {
			return c.send(mysql.AppendClearPassword(nil, who.Password), seq)
		}
		return c.send([]byte{mysql.SHA2RequestKey}, seq)
	}
	return c.sendEncrypted(who, salt, data, seq)
}

func (c *Conn) sendEncrypted(who *Credentials, salt, pem []byte, seq byte) error {
	key, err := mysql.ParseRSAPublicKey(pem)
	if err != nil {
		return err
	}
	secret, err := mysql.EncryptPassword(who.Password, trimSalt(salt), key)
	if err != nil {
		return err
	}
	return c.send(secret, seq)
}

// trimSalt cuts the zero byte that ends the salt of an authentication switch.
func trimSalt(salt []byte) []byte { return salt[:min(len(salt), mysql.SaltLen)] }

// settle switches the trackers on and asks the server which account it took the connection for; both in one write.
func (c *Conn) settle(who *Credentials, flavor topology.Flavor) error {
	train := mysql.AppendQuery(nil, c.Caps, "SET "+Baseline(flavor))
	train = mysql.AppendQuery(train, c.Caps, "SELECT CURRENT_USER()")
	if _, err := c.Conn.Write(train); err != nil {
		return err
	}
	if _, err := c.ReadResult(); err != nil && !mustChangePassword(err) {
		return err
	}
	account, err := c.ReadResult()
	if mustChangePassword(err) {
		c.Sandbox = true
		return c.rest()
	}
	if err != nil {
		return err
	}
	if len(account.Rows) != 1 || len(account.Rows[0]) != 1 {
		return mysql.ErrMalformed
	}
	if got := string(account.Rows[0][0]); who.Account != "" && got != who.Account {
		return &mysql.Error{Number: ErrorAccount, State: "28000", Message: fmt.Sprintf(
			"shunt: the client is account %s, but server %s takes shunt's connection for %s; let the account's host pattern include shunt's address",
			who.Account, c.pool.Address, got)}
	}
	return c.rest()
}

// mustChangePassword recognises ER_MUST_CHANGE_PASSWORD.
func mustChangePassword(err error) bool {
	e := asServerError(err)
	return e != nil && e.Number == 1820
}

// Baseline is what every connection is set to after login and after a reset, as items of a SET statement.
func Baseline(flavor topology.Flavor) string {
	if flavor == topology.MySQL {
		return baselineMySQL
	}
	return baselineMariaDB
}

// Connect opens a connection outside of any pool, for questions of shunt's own. The caller closes it.
func Connect(task netloop.Task, address string, link Link, who *Credentials, until time.Time) (*Conn, error) {
	p := &Pool{Address: address, config: Config{Dial: time.Until(until)}, link: link, codecs: compress.NewCodecs()}
	return p.open(task, Key{User: who.User}, who)
}

// open dials and logs in within the pool's time.
func (p *Pool) open(task netloop.Task, key Key, who *Credentials) (*Conn, error) {
	until := time.Now().Add(p.config.Dial)
	network := "tcp"
	if p.isSocket() {
		network = "unix"
	}
	nc, err := task.Dial(network, p.Address, until)
	if err != nil {
		return nil, &DialError{p.Address, err}
	}
	c := &Conn{Conn: nc, pool: p, key: unique.Make(key), born: time.Now()}
	c.SetReadDeadline(until)
	c.SetWriteDeadline(until)
	if err = c.login(task, who); err == nil {
		err = c.settle(who, p.Flavor())
	}
	if err != nil {
		task.Release(c.Conn)
		_ = c.Conn.Close() // the login's own error is the one to tell
		if asServerError(err) == nil {
			err = &DialError{p.Address, err}
		}
		return nil, err
	}
	c.SetReadDeadline(time.Time{})
	c.SetWriteDeadline(time.Time{})
	return c, nil
}
