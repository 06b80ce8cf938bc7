package proxy_test

import (
	"errors"
	"testing"
	"time"

	"github.com/pingcap/tidb/pkg/parser/auth"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/proxy"
)

// accountsOf are one account of each plugin, all with the password "secret", and some that must not come in.
func accountsOf() map[string]proxy.Account {
	sha2 := auth.NewHashPassword("secret", "caching_sha2_password")
	native := proxy.Account{Name: "app@%", Plugin: mysql.PluginNative, Stored: doubleHash("secret")}
	locked, expired, tls := native, native, native
	locked.Locked, expired.Expired, tls.Require = true, true, proxy.AnyTLS
	return map[string]proxy.Account{
		"native": native, "sha2": {Name: "sha2@%", Plugin: mysql.PluginCachingSHA2, Stored: sha2}, "empty": {Name: "empty@%", Plugin: mysql.PluginNative},
		"locked": locked, "tls": tls, "socket": {Name: "socket@%", Plugin: "unix_socket"},
	}
}

// sha2Servers ask for the password itself behind, as servers do whose cache is empty.
func sha2Servers() *mysqltest.Server {
	return &mysqltest.Server{Plugin: mysql.PluginCachingSHA2, FullAuth: true, Passwords: map[string]string{"sha2": "secret"}, Handler: answering("server")}
}

func logIn(t *testing.T, tr *triangle, o mysqltest.Options) (*mysqltest.Client, error) {
	t.Helper()
	c, err := mysqltest.Dial(t.Context(), tr.addr, o)
	if err == nil {
		t.Cleanup(func() { c.Close() })
	}
	return c, err
}

// TestCachingSHA2 logs in three times: with an empty cache the password itself is asked for, under shunt's RSA key or inside TLS; then the scramble is
// enough. Each time shunt must be able to log in behind, where the cache stays empty.
func TestCachingSHA2(t *testing.T) {
	certificate := mysqltest.NewCertificate(t)
	for name, o := range map[string]mysqltest.Options{
		"under RSA": {User: "sha2", Password: "secret"}, "inside TLS": {User: "sha2", Password: "secret", TLS: certificate.Client()},
	} {
		t.Run(name, func(t *testing.T) {
			tr := newTriangle(t, setup{accounts: accountsOf(), primary: sha2Servers(), replica: sha2Servers(),
				proxy: func(c *proxy.Config) { c.Listen[0].TLS = certificate.Server(t) }})
			if _, err := logIn(t, tr, mysqltest.Options{User: "sha2", Password: "wrong", TLS: o.TLS}); number(err) != 1045 {
				t.Errorf("a wrong password gives %v, want 1045", err)
			}
			for range 3 {
				c, err := logIn(t, tr, o)
				if err != nil {
					t.Fatal(err)
				}
				if got := value(t, c, "SELECT 1"); got != "server" {
					t.Errorf("answered by %q", got)
				}
			}
			if _, err := logIn(t, tr, mysqltest.Options{User: "sha2", Password: "wrong", TLS: o.TLS}); number(err) != 1045 {
				t.Errorf("a wrong password with a full cache gives %v, want 1045", err)
			}
		})
	}
}

func TestThePluginIsSwitchedToTheAccounts(t *testing.T) {
	tr := newTriangle(t, setup{accounts: accountsOf(), primary: sha2Servers(), replica: sha2Servers()})
	for user, first := range map[string]string{"native": mysql.PluginCachingSHA2, "sha2": mysql.PluginNative} {
		if _, err := logIn(t, tr, mysqltest.Options{User: user, Password: "secret", Plugin: first}); err != nil {
			t.Errorf("%s, beginning with %s: %v", user, first, err)
		}
	}
}

func TestChangeUserBetweenPlugins(t *testing.T) {
	tr := newTriangle(t, setup{accounts: accountsOf(), primary: sha2Servers(), replica: sha2Servers()})
	c, err := logIn(t, tr, mysqltest.Options{User: "native", Password: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	for _, user := range []string{"sha2", "native", "empty", "sha2"} {
		password := "secret"
		if user == "empty" {
			password = ""
		}
		if err := c.ChangeUser(mysqltest.Options{User: user, Password: password}); err != nil {
			t.Fatalf("to %s: %v", user, err)
		}
		if got := value(t, c, "SELECT USER()"); got != user+"@127.0.0.1" {
			t.Errorf("after the change the user is %s", got)
		}
	}
}

func TestWhoMayNotComeIn(t *testing.T) {
	tr := newTriangle(t, setup{accounts: accountsOf()})
	for _, c := range []struct {
		user, password string
		want           uint16
	}{
		{"nobody", "x", 1045}, {"native", "wrong", 1045}, {"native", "", 1045}, {"empty", "x", 1045}, {"locked", "secret", 4151}, {"locked", "wrong", 1045},
		{"tls", "secret", 1045}, {"socket", "secret", 9910},
	} {
		_, err := logIn(t, tr, mysqltest.Options{User: c.user, Password: c.password})
		if number(err) != c.want {
			t.Errorf("%s with %q: %v, want %d", c.user, c.password, err, c.want)
		}
	}
}

func TestLimits(t *testing.T) {
	tr := newTriangle(t, setup{accounts: accountsOf(), proxy: func(c *proxy.Config) {
		c.Clients, c.Limits = 3, &proxy.AccountLimits{Limits: proxy.Limits{Connections: 2}}
	}})
	for range 2 {
		if _, err := logIn(t, tr, mysqltest.Options{User: "native", Password: "secret"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := logIn(t, tr, mysqltest.Options{User: "native", Password: "secret"}); number(err) != 1203 {
		t.Errorf("one more of the account: %v, want 1203", err)
	}
	for deadline := time.Now().Add(10 * time.Second); len(tr.server.Clients()) > 2 && time.Now().Before(deadline); time.Sleep(time.Millisecond) {
	} // until the refused one has left
	if _, err := logIn(t, tr, mysqltest.Options{User: "empty"}); err != nil {
		t.Errorf("another account: %v", err)
	}
	_, err := logIn(t, tr, mysqltest.Options{User: "empty"})
	var refusal *mysql.Error
	if !errors.As(err, &refusal) || refusal.Number != 1040 {
		t.Errorf("one client more: %v, want 1040", err)
	}
}
