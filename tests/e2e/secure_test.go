package e2e

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shunt/backend/monitor/mariadbtest"
	"shunt/lab"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// files writes a certificate and its key where configurations can name them.
func files(t *testing.T, c mysqltest.Certificate) (cert, key string) {
	t.Helper()
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	if err := errors.Join(os.WriteFile(cert, c.CertPEM, 0o600), os.WriteFile(key, c.KeyPEM, 0o600)); err != nil {
		t.Fatal(err)
	}
	return cert, key
}

// before starts shunt before one server. listener and link are YAML: what is set at the address for clients, and for the server's cluster.
func before(t *testing.T, s *mariadbtest.Server, listener, link string) *proxied {
	t.Helper()
	p := launch(t, &cluster.Cluster{Lab: &lab.Lab{}}, one(s, listener, link))
	p.awaitReady()
	return p
}

// one makes a configuration for one server.
func one(s *mariadbtest.Server, listener, link string) func(string) string {
	return func(config string) string {
		first, rest, _ := strings.Cut(config, "\n")
		address := strings.TrimPrefix(first, "listen: ")
		return fmt.Sprintf("listen:\n  - {address: %q%s}\n%s  one:\n    servers: [%s]\n    account: {user: %s, password: %s}\n%s",
			address, listener, rest, s.Address, mariadbtest.User, mariadbtest.Password, link)
	}
}

// TestEncryptedServers: connections behind are encrypted and compressed as each cluster's settings say, whatever the clients do, and accounts that require
// TLS or a certificate come in if both ways have it.
func TestEncryptedServers(t *testing.T) {
	servers, clients := mysqltest.NewCertificate(t), mysqltest.NewCertificate(t)
	cert, key := files(t, servers)
	clientCert, clientKey := files(t, clients)
	s := mariadbtest.Start(t, "--ssl-cert="+cert, "--ssl-key="+key, "--ssl-ca="+clientCert)
	s.Exec("CREATE USER app@'%' IDENTIFIED BY 'app'", "CREATE USER 'ssl'@'%' IDENTIFIED BY 'ssl' REQUIRE SSL",
		"CREATE USER 'x509'@'%' IDENTIFIED BY 'x509' REQUIRE X509", "CREATE USER 'subject'@'%' IDENTIFIED BY 'subject' REQUIRE SUBJECT '/CN=localhost'")
	inClear := before(t, s, "", "")
	p := before(t, s, fmt.Sprintf(", tls: {cert: %q, key: %q, ca: %q}", cert, key, clientCert),
		fmt.Sprintf("    tls: {mode: verify, ca: %q, cert: %q, key: %q, name: localhost}\n    compression: zlib\n", cert, clientCert, clientKey))

	t.Run("both ways are on their own", func(t *testing.T) {
		for _, c := range []struct {
			name, cipher, compression string
			p                         *proxied
			o                         mysqltest.Options
		}{
			{"plain, plain behind", "", "OFF", inClear, mysqltest.Options{}},
			{"compressed, plain behind", "", "OFF", inClear, mysqltest.Options{Compress: mysqltest.CompressZlib}},
			{"zstd, plain behind", "", "OFF", inClear, mysqltest.Options{Compress: mysqltest.CompressZstd}},
			{"plain, encrypted and compressed behind", "TLS_", "ON", p, mysqltest.Options{}},
			{"encrypted, and so behind", "TLS_", "ON", p, mysqltest.Options{TLS: servers.Client()}},
			{"encrypted and compressed, and so behind", "TLS_", "ON", p, mysqltest.Options{TLS: servers.Client(), Compress: mysqltest.CompressZstd}},
		} {
			c.o.User, c.o.Password = "app", "app"
			client := raw(t, c.p.Address, c.o)
			for variable, want := range map[string]string{"Ssl_cipher": c.cipher, "Compression": c.compression} {
				r, err := client.Query("SHOW SESSION STATUS LIKE '" + variable + "'")
				if err != nil || len(r.Rows) != 1 {
					t.Fatalf("%s: %v, %v", c.name, r, err)
				}
				if got := r.Text()[0][1]; !strings.HasPrefix(got, want) || (want == "") != (got == "") {
					t.Errorf("%s: the server's %s is %q, want %q", c.name, variable, got, want)
				}
			}
		}
	})
	t.Run("accounts that require it", func(t *testing.T) {
		shown := servers.Client()
		pair, err := tls.X509KeyPair(clients.CertPEM, clients.KeyPEM)
		if err != nil {
			t.Fatal(err)
		}
		shown.Certificates = []tls.Certificate{pair}
		for _, c := range []struct {
			user    string
			p       *proxied
			tls     *tls.Config
			outcome string
		}{
			{"ssl", p, servers.Client(), "ssl@%"},
			{"ssl", p, nil, "1045"},
			{"ssl", inClear, nil, "1045"},
			{"x509", p, shown, "x509@%"},
			{"x509", p, servers.Client(), "1045"},
			{"subject", p, shown, "9910"},
			{"app", p, shown, "app@%"},
		} {
			if got := logIn(t, c.p.Address, mysqltest.Options{User: c.user, Password: c.user, TLS: c.tls}); !strings.Contains(got, c.outcome) {
				t.Errorf("%s, TLS %v: %s, want %s", c.user, c.tls != nil, got, c.outcome)
			}
		}
		halfway := before(t, s, fmt.Sprintf(", tls: {cert: %q, key: %q}", cert, key), "")
		if got := logIn(t, halfway.Address, mysqltest.Options{User: "ssl", Password: "ssl", TLS: servers.Client()}); !strings.Contains(got, "9910") || !strings.Contains(got, "clusters.*.tls.mode") {
			t.Errorf("an account that requires TLS, where the servers are reached without: %s", got)
		}
	})
	t.Run("a client must show a certificate", func(t *testing.T) {
		strict := before(t, s, fmt.Sprintf(", tls: {cert: %q, key: %q, ca: %q, mode: verify}", cert, key, clientCert), "")
		if got := logIn(t, strict.Address, mysqltest.Options{User: "app", Password: "app", TLS: servers.Client()}); got == "app@%" {
			t.Error("a client without a certificate came in")
		}
		if got := logIn(t, strict.Address, mysqltest.Options{User: "app", Password: "app"}); !strings.Contains(got, "3159") {
			t.Errorf("a client without TLS: %s", got)
		}
	})
}

// TestServerIsNotWhoItShouldBe: with mode verify a server with another certificate is not used at all, and with mode required none without TLS.
func TestServerIsNotWhoItShouldBe(t *testing.T) {
	servers, strangers := mysqltest.NewCertificate(t), mysqltest.NewCertificate(t)
	cert, key := files(t, servers)
	otherCert, _ := files(t, strangers)
	encrypted, plain := mariadbtest.Start(t, "--ssl-cert="+cert, "--ssl-key="+key), mariadbtest.Start(t)
	for _, c := range []struct {
		name, link, wants string
		server            *mariadbtest.Server
	}{
		{"another authority", fmt.Sprintf("    tls: {mode: verify, ca: %q}\n", otherCert), "certificate", encrypted},
		{"another name", fmt.Sprintf("    tls: {mode: verify, ca: %q, name: elsewhere.example}\n", cert), "elsewhere.example", encrypted},
		{"no TLS", "    tls: {mode: required}\n", "TLS", plain},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := launch(t, &cluster.Cluster{Lab: &lab.Lab{}}, one(c.server, "", c.link))
			p.await("the console says why the server is not used", 20*time.Second, func() bool {
				db, err := lab.Account{User: "admin", Password: adminPassword}.Open(p.Console, "")
				if err != nil {
					t.Fatal(err)
				}
				defer db.Close()
				rows, err := query(t.Context(), db, "SHOW SERVERS")
				return err == nil && len(rows) == 1 && rows[0]["state"] == "down" && strings.Contains(fmt.Sprint(rows[0]), c.wants)
			})
		})
	}
	preferred := before(t, plain, "", "    tls: {mode: preferred}\n    compression: zstd\n")
	plain.Exec("CREATE USER app@'%' IDENTIFIED BY 'app'")
	if got := logIn(t, preferred.Address, mysqltest.Options{User: "app", Password: "app"}); got != "app@%" {
		t.Errorf("mode preferred before a server without TLS: %s", got)
	}
}
