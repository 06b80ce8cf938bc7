package proxy

import (
	"crypto/subtle"
	"errors"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/topology"
)

// A check says whether a password is that of which the account has `stored`. It may block, and its error is one for the client.
type check func(c *Client, cl *claim, a *Account, stored string, password []byte) (right bool, err error)

// passwordCheck is the check of accounts of a plugin whose clients have to tell the password itself; nil if there is none.
func passwordCheck(plugin string) check {
	switch plugin {
	case mysql.PluginCachingSHA2:
		return checkSHA2
	case accountEd25519:
		return checkEd25519
	case "pam", "auth_pam", "authentication_pam", "authentication_ldap_simple", "sha256_password":
		return checkBehind
	}
	return nil
}

// accountEd25519 is what account tables call the plugin whose client side is mysql.PluginEd25519.
const accountEd25519 = "ed25519"

// CanVerify says whether the front door can let in accounts of an authentication plugin.
func CanVerify(plugin string) bool {
	return plugin == mysql.PluginNative || passwordCheck(plugin) != nil
}

// verifyPassword lets in an account with whose hash nobody can log in: the password is needed. Every client can give it with
// caching_sha2_password, inside TLS or under our RSA key, whatever the account's own plugin is. What a login has taught is remembered, as servers
// do: later ones need only a scramble. Where only a server can tell what the password is (PAM), it is asked each time.
func (c *Client) verifyPassword(cl *claim, a *Account) (*backend.Credentials, error) {
	if cl.plugin == mysql.PluginClear && c.private() {
		password, err := mysql.ParseClearPassword(cl.reply)
		if err != nil {
			return nil, errWrong
		}
		return c.admitPassword(cl, a, password)
	}
	if cl.plugin != mysql.PluginCachingSHA2 {
		if err := c.switchPlugin(cl, mysql.PluginCachingSHA2); err != nil {
			return nil, err
		}
	}
	if len(cl.reply) == 0 {
		if a.Plugin != mysql.PluginCachingSHA2 { // nothing stored says nothing with the others: PAM keeps no password here
			return nil, errWrong
		}
		return withoutPassword(cl, a)
	}
	if known, once, ok := c.server.sha2.find(a, cl.reply, c.salt[:]); ok {
		if err := c.sendPacket(cl.seq+1, mysql.AuthMore{Data: []byte{mysql.SHA2FastOK}}.Append(nil)); err != nil {
			return nil, err
		}
		cl.seq++
		return &backend.Credentials{User: cl.user, Account: a.Behind, SHA256: &once, Password: known.password}, nil
	}
	password, err := c.askPassword(cl)
	if err != nil {
		return nil, err
	}
	return c.admitPassword(cl, a, password)
}

// admitPassword checks a password that the client has told.
func (c *Client) admitPassword(cl *claim, a *Account, password []byte) (*backend.Credentials, error) {
	for _, stored := range []string{a.Stored, a.Second} {
		right, err := passwordCheck(a.Plugin)(c, cl, a, stored, password)
		if err != nil {
			return nil, err
		}
		if right {
			c.server.sha2.put(a, stored, password)
			return credentials(cl, a, password), nil
		}
		if a.Second == "" {
			break
		}
	}
	return nil, errWrong
}

func credentials(cl *claim, a *Account, password []byte) *backend.Credentials {
	once, _ := mysql.SHA2Hash(password)
	return &backend.Credentials{User: cl.user, Account: a.Behind, SHA256: &once, Password: password}
}

func checkSHA2(c *Client, _ *claim, a *Account, stored string, password []byte) (right bool, err error) {
	if stored == "" {
		return false, nil // the account has no password, and this is one
	}
	c.task.Offload(func() { right, err = mysql.SHA2CheckStored(stored, password) }) // a millisecond of hashing
	if err != nil {
		return false, mysql.NewError(backend.ErrorLogin, "HY000", "shunt: account %s: %v", a.Name, err)
	}
	return right, nil
}

func checkEd25519(_ *Client, _ *claim, _ *Account, stored string, password []byte) (bool, error) {
	public, err := mysql.Ed25519Public(password)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare([]byte(mysql.FormatEd25519Public(public)), []byte(stored)) == 1, nil
}

// checkBehind logs in to a server of the home cluster with the password.
func checkBehind(c *Client, cl *claim, a *Account, _ string, password []byte) (bool, error) {
	pool := c.anyPool()
	if pool == nil {
		return false, mysql.NewError(backend.ErrorLogin, "08S01", "shunt: account %s needs a server to log in, and none is up; try again in a moment", a.Name)
	}
	started := time.Now()
	err := pool.Side(c.task, credentials(cl, a, password), "DO 0", started.Add(ownWait))
	var refusal *mysql.Error
	switch {
	case err == nil:
		return true, nil
	case errors.As(err, &refusal) && refusal.Number == 1045:
		return false, nil
	case errors.As(err, &refusal):
		return false, refusal
	}
	return false, poolError(err, pool.Address, time.Since(started).Round(time.Millisecond))
}

// anyPool is the pool of a server of the default cluster that is up, the primary's if that is; nil if none is.
func (c *Client) anyPool() *backend.Pool {
	world := c.server.Scene()
	home := world.Topology.Clusters[world.Map.Default]
	if home == nil {
		return nil
	}
	if home.Primary != nil {
		return c.server.Pools.Get(home.Primary.Address)
	}
	for _, h := range home.Hosts {
		if h.State == topology.Up {
			return c.server.Pools.Get(h.Address)
		}
	}
	return nil
}

// private says whether a password may be told as it is.
func (c *Client) private() bool { return c.tls || c.local }
