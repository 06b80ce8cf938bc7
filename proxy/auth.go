package proxy

import (
	"context"
	"errors"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/topology"
)

// claim is what a client says at login or in COM_CHANGE_USER.
type claim struct {
	user     string
	plugin   string // the one its reply is for; empty: the default one
	reply    []byte
	seq      byte // of its packet
	database string
	// attributes are those of the connection; they share memory with the packet.
	attributes []byte
	read       func() (command, error) // reads the client's next packet of the exchange
}

// errWrong says that the password is not the account's.
var errWrong = errors.New("wrong password")

// authenticate finds the client's account and checks its password. An account that is not found, or does not fit, is looked for once
// more on the servers, so that new accounts and changed passwords work at once. Errors for the client are *mysql.Error.
func (c *Client) authenticate(cl *claim) (*Account, *backend.Credentials, error) {
	host := c.host()
	account, found := c.server.Accounts.Find(cl.user, host)
	if !found {
		c.refreshAccounts()
		account, found = c.server.Accounts.Find(cl.user, host)
	}
	if !found {
		return nil, nil, mysql.AccessDenied(cl.user, host, len(cl.reply) > 0)
	}
	cred, err := c.verify(cl, &account)
	if errors.Is(err, errWrong) {
		c.refreshAccounts()
		if fresh, ok := c.server.Accounts.Find(cl.user, host); ok && fresh != account {
			account = fresh
			cred, err = c.verify(cl, &account)
		}
	}
	if errors.Is(err, errWrong) {
		return nil, nil, mysql.AccessDenied(cl.user, host, len(cl.reply) > 0)
	}
	if err != nil {
		return nil, nil, err
	}
	return &account, cred, c.allowed(cl.user, &account)
}

func (c *Client) refreshAccounts() {
	c.task.Offload(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		c.server.Accounts.Refresh(ctx)
	})
}

// allowed says why an account with the right password may not come in.
func (c *Client) allowed(user string, a *Account) error {
	flavor := c.flavor()
	switch {
	case a.Locked:
		return mysql.AccountLocked(flavor, user, c.host())
	case a.Require > NoTLS && !c.tls, a.Require > AnyTLS && c.certificate == nil:
		return mysql.AccessDenied(user, c.host(), true)
	case a.Require == CertainTLS:
		return mysql.NewError(backend.ErrorLogin, "HY000", "shunt: account %s requires a certain issuer, subject or cipher, which the server would look for "+
			"in shunt's own connection; use REQUIRE X509, or log in to the server itself", a.Name)
	case a.Require > NoTLS && !c.server.Pools.Encrypted():
		return mysql.NewError(backend.ErrorLogin, "HY000",
			"shunt: account %s requires TLS, and shunt's connections to the servers have none; set clusters.*.tls.mode", a.Name)
	case a.Expired && c.serverFlavor == topology.MySQL && !c.caps.Has(mysql.CapCanHandleExpiredPasswords):
		// Others, and all with MariaDB, come in and have their statements refused until they have set a password, which the server behind does.
		return mysql.PasswordExpiredLogin(flavor)
	}
	return nil
}

// verify checks the client's reply against what the server keeps, switching to another plugin if the reply is of no use for that.
func (c *Client) verify(cl *claim, a *Account) (*backend.Credentials, error) {
	if a.Plugin == mysql.PluginNative {
		return c.verifyNative(cl, a)
	}
	if passwordCheck(a.Plugin) == nil {
		return nil, mysql.NewError(backend.ErrorLogin, "HY000",
			"shunt: account %s logs in with plugin %s, with which nobody can log in to the server for a client; use %s or %s", a.Name, a.Plugin,
			mysql.PluginNative, mysql.PluginCachingSHA2)
	}
	return c.verifyPassword(cl, a)
}

// switchPlugin asks the client to answer again, for another plugin. The salt stays that of the greeting, as MariaDB does it: clients differ in
// which of two salts they take for a later COM_CHANGE_USER.
func (c *Client) switchPlugin(cl *claim, plugin string) error {
	if err := c.sendPacket(cl.seq+1, mysql.SwitchTo(plugin, c.salt).Append(nil)); err != nil {
		return err
	}
	answer, err := cl.read()
	if err != nil {
		return err
	}
	cl.plugin, cl.reply, cl.seq = plugin, append([]byte(nil), answer.payload...), answer.seq
	return nil
}

// verifyNative needs only the double hash: the right reply gives SHA1(password) away, with which shunt logs in behind.
func (c *Client) verifyNative(cl *claim, a *Account) (*backend.Credentials, error) {
	if cl.plugin != mysql.PluginNative {
		if err := c.switchPlugin(cl, mysql.PluginNative); err != nil {
			return nil, err
		}
	}
	if a.Stored == "" || len(cl.reply) == 0 {
		return withoutPassword(cl, a)
	}
	for _, stored := range []string{a.Stored, a.Second} {
		if stored == "" {
			continue
		}
		double, err := mysql.ParseNativeHash(stored)
		if err != nil {
			return nil, mysql.NewError(backend.ErrorLogin, "HY000", "shunt: account %s: %v", a.Name, err)
		}
		if once, ok := mysql.NativeVerify(cl.reply, c.salt[:], double); ok {
			return &backend.Credentials{User: cl.user, Account: a.Behind, SHA1: &once}, nil
		}
	}
	return nil, errWrong
}

// withoutPassword lets in whom neither side has a password for.
func withoutPassword(cl *claim, a *Account) (*backend.Credentials, error) {
	if a.Stored != "" || len(cl.reply) > 0 {
		return nil, errWrong
	}
	return &backend.Credentials{User: cl.user, Account: a.Behind, NoPassword: true}, nil
}

// askPassword asks for the password: in clear inside TLS or on a unix socket, else under our RSA key.
func (c *Client) askPassword(cl *claim) ([]byte, error) {
	if err := c.sendPacket(cl.seq+1, mysql.AuthMore{Data: []byte{mysql.SHA2FullAuth}}.Append(nil)); err != nil {
		return nil, err
	}
	answer, err := cl.read()
	if err != nil {
		return nil, err
	}
	cl.seq = answer.seq
	if c.private() {
		return mysql.ParseClearPassword(answer.payload)
	}
	if len(answer.payload) == 1 && answer.payload[0] == mysql.SHA2RequestKey {
		if err := c.sendPacket(cl.seq+1, mysql.AuthMore{Data: c.server.rsaPEM}.Append(nil)); err != nil {
			return nil, err
		}
		if answer, err = cl.read(); err != nil {
			return nil, err
		}
		cl.seq = answer.seq
	}
	var password []byte
	c.task.Offload(func() { password, err = mysql.DecryptPassword(answer.payload, c.salt[:], c.server.rsa) })
	if err != nil {
		return nil, errWrong // not under our key: nobody with the right password sends that
	}
	return password, nil
}
