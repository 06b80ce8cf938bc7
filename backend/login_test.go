package backend_test

import (
	"crypto/tls"
	"errors"
	"testing"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/netloop"
)

// TestLogin: which passwords a connection gives to which server. A server may ask for a plugin in its greeting or switch to it later.
func TestLogin(t *testing.T) {
	certificate := mysqltest.NewCertificate(t)
	encrypted := backend.Link{TLS: certificate.Client()}
	once, _ := mysql.NativeHash([]byte("secret"))
	sha, _ := mysql.SHA2Hash([]byte("secret"))
	all := backend.Credentials{SHA1: &once, SHA256: &sha, Password: []byte("secret")}
	for _, c := range []struct {
		name     string
		plugin   string
		link     backend.Link
		fullAuth bool
		who      backend.Credentials
		number   uint16 // of the error; 0: it comes in
	}{
		{"the native hash is enough", mysql.PluginNative, backend.Link{}, false, backend.Credentials{SHA1: &once}, 0},
		{"the native plugin needs its hash", mysql.PluginNative, backend.Link{}, false, backend.Credentials{SHA256: &sha}, 9910},
		{"the hash is enough for a server that knows the account", mysql.PluginCachingSHA2, backend.Link{}, false, backend.Credentials{SHA256: &sha}, 0},
		{"it is not where the server's cache is empty", mysql.PluginCachingSHA2, backend.Link{}, true, backend.Credentials{SHA256: &sha}, 9910},
		{"the password goes under the server's key", mysql.PluginCachingSHA2, backend.Link{}, true, all, 0},
		{"or inside TLS", mysql.PluginCachingSHA2, encrypted, true, all, 0},
		{"a wrong password is the server's word", mysql.PluginNative, encrypted, false, backend.Credentials{Password: []byte("wrong")}, 1045},
		{"in clear inside TLS", mysql.PluginClear, encrypted, false, all, 0},
		{"never in clear outside", mysql.PluginClear, backend.Link{}, false, all, 9910},
		{"a dialog inside TLS", mysql.PluginDialog, encrypted, false, all, 0},
		{"no dialog outside", mysql.PluginDialog, backend.Link{}, false, all, 9910},
		{"in clear needs the password", mysql.PluginClear, encrypted, false, backend.Credentials{SHA1: &once}, 9910},
	} {
		for _, first := range []string{c.plugin, mysql.PluginNative, "nobody_knows_this"} {
			t.Run(c.name+", after "+first, func(t *testing.T) {
				server := &mysqltest.Server{
					Plugin: c.plugin, Passwords: map[string]string{"app": "secret"}, FullAuth: c.fullAuth, Greeting: mysql.Greeting{AuthPlugin: first},
					TLS: certificate.Server(t),
				}
				answerAs(server, "app@%")
				c.who.User = "app"
				conn, err := backend.Connect(netloop.NewTask(), server.Start(t), c.link, &c.who, time.Now().Add(10*time.Second))
				var refusal *mysql.Error
				switch {
				case err == nil && c.number == 0:
					conn.Quit()
				case !errors.As(err, &refusal) || refusal.Number != c.number:
					t.Errorf("%v, want %d", err, c.number)
				}
			})
		}
	}
}

// TestLinks: TLS and compression are used where both sides can, and required where the operator says so.
func TestLinks(t *testing.T) {
	certificate, stranger := mysqltest.NewCertificate(t), mysqltest.NewCertificate(t)
	for _, c := range []struct {
		name   string
		server *tls.Config
		link   backend.Link
		inside bool
		fails  bool
	}{
		{"none", certificate.Server(t), backend.Link{}, false, false},
		{"preferred, offered", certificate.Server(t), backend.Link{TLS: certificate.Client(), Optional: true}, true, false},
		{"preferred, not offered", nil, backend.Link{TLS: certificate.Client(), Optional: true}, false, false},
		{"required, not offered", nil, backend.Link{TLS: certificate.Client()}, false, true},
		{"another certificate", certificate.Server(t), backend.Link{TLS: stranger.Client(), Optional: true}, false, true},
		{"compression that the server does not have", nil, backend.Link{Compression: mysql.CapCompress}, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := &mysqltest.Server{TLS: c.server}
			answerAs(server, "app@%")
			conn, err := backend.Connect(netloop.NewTask(), server.Start(t), c.link, &backend.Credentials{User: "app", NoPassword: true}, time.Now().Add(10*time.Second))
			if (err != nil) != c.fails {
				t.Fatalf("error %v, want one: %v", err, c.fails)
			}
			if err != nil {
				var dial *backend.DialError
				if !errors.As(err, &dial) { // so that another server is tried
					t.Errorf("the error is a %T, want *backend.DialError", err)
				}
				return
			}
			defer conn.Quit()
			if got := conn.Caps.Has(mysql.CapSSL); got != c.inside {
				t.Errorf("inside TLS: %v, want %v", got, c.inside)
			}
			if r, err := conn.Query("SELECT 1", time.Now().Add(10*time.Second)); err != nil {
				t.Errorf("the first statement: %v, %v", r, err)
			}
		})
	}
}
