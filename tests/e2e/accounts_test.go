package e2e

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shunt/lab"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
	"shunt/topology"
)

// oneReplica is a cluster of its own for tests that make accounts; statements go to its primary before they return.
func oneReplica(t *testing.T, statements ...string) *cluster.Cluster {
	t.Helper()
	c := cluster.Start(t, onePair())
	change(t, c, statements...)
	return c
}

func onePair() cluster.Option {
	return cluster.Datacenters(lab.Datacenter{Name: "paris", Replicas: 1})
}

func change(t *testing.T, c *cluster.Cluster, statements ...string) {
	t.Helper()
	for _, q := range statements {
		if err := c.Datacenters[0].Primary.Exec(t.Context(), q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	c.CatchUp(t)
}

// logIn says as whom a client gets in, or the server's error.
func logIn(t *testing.T, address string, o mysqltest.Options) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	c, err := mysqltest.Dial(ctx, address, o)
	if err != nil {
		return err.Error()
	}
	defer c.Close()
	return said(c, "SELECT CURRENT_USER()")
}

// closed is what said gives for a connection that the other side has closed.
const closed = "the connection is closed"

// said is the answer to a statement in words: its first value, "ok", or the server's error. How a connection that is closed shows depends on
// who is faster.
func said(c *mysqltest.Client, q string) string {
	r, err := c.Query(q)
	var refusal *mysql.Error
	switch {
	case errors.As(err, &refusal):
		return err.Error()
	case err != nil:
		return closed
	case len(r.Rows) > 0:
		return r.Text()[0][0]
	}
	return "ok"
}

// TestAccounts: what the servers' own account tables ask for.
func TestAccounts(t *testing.T) { accounts(t, cluster.Start(t, onePair())) }

func accounts(t *testing.T, c *cluster.Cluster) {
	change(t, c, "CREATE USER expired@'%' IDENTIFIED BY 'old' PASSWORD EXPIRE", "CREATE USER other@'%' IDENTIFIED BY 'other'",
		"CREATE USER secure@'%' IDENTIFIED BY 'secure' REQUIRE SSL", "CREATE DATABASE shop_accounts", "CREATE DATABASE theirs", "GRANT ALL ON theirs.* TO other@'%'")
	p := startShunt(t, c, "")
	t.Run("an expired password", func(t *testing.T) { expired(t, c, p) })
	t.Run("COM_CHANGE_USER", func(t *testing.T) { changeUser(t, c, p) })
	t.Run("limits", func(t *testing.T) { limits(t, c) })
	t.Run("TLS", func(t *testing.T) { secure(t, c) })
}

// expired: the account gets in and may only set a new password, direct and through shunt alike.
func expired(t *testing.T, c *cluster.Cluster, p *proxied) {
	old := mysqltest.Options{User: "expired", Password: "old", Capabilities: mysqltest.ClientCapabilities | mysql.CapCanHandleExpiredPasswords}
	setPassword := "SET PASSWORD = PASSWORD('new')"
	if c.Binaries.Flavor() == topology.MySQL {
		setPassword = "SET PASSWORD = 'new'"
	}
	story := func(address string) (out []string) {
		client := raw(t, address, old)
		for _, q := range []string{"SELECT 1", "SELECT COUNT(*) FROM mysql.user", "USE shop_accounts", "BEGIN", "SET @a = 1", setPassword, "SELECT 1", "SELECT CURRENT_USER()"} {
			out = append(out, q+": "+said(client, q))
		}
		return out
	}
	through := story(p.Address)
	c.CatchUp(t)
	for _, address := range []string{p.Address, c.Datacenters[0].Primary.Address} {
		if got := logIn(t, address, mysqltest.Options{User: "expired", Password: "new"}); got != "expired@%" {
			t.Errorf("%s, with the new password: %s", address, got)
		}
		if got := logIn(t, address, old); !strings.Contains(got, "1045") {
			t.Errorf("%s, with the old password: %s", address, got)
		}
	}
	change(t, c, "ALTER USER expired@'%' IDENTIFIED BY 'old' PASSWORD EXPIRE")
	direct := story(c.Datacenters[0].Primary.Address)
	if !strings.Contains(direct[0], "1820") || !strings.HasSuffix(direct[5], ": ok") {
		t.Fatalf("the server itself answers\n%s", strings.Join(direct, "\n"))
	}
	for i := range direct {
		if direct[i] != through[i] {
			t.Errorf("direct  %s\nthrough %s", direct[i], through[i])
		}
	}
}

// changeUser: another account on the same connection, and back; nothing of the session before it is left.
func changeUser(t *testing.T, c *cluster.Cluster, p *proxied) {
	shop := mysqltest.Options{User: "shop", Password: "shop", Database: "shop_accounts"}
	other := mysqltest.Options{User: "other", Password: "other", Database: "theirs"}
	story := func(address string) (out []string) {
		client := raw(t, address, shop)
		ask := func() {
			for _, q := range []string{"SELECT CURRENT_USER()", "SELECT DATABASE()", "SELECT @mine", "SELECT @@time_zone", "SELECT * FROM scratch",
				"USE theirs", "USE shop_accounts", "SELECT IS_USED_LOCK('mine') IS NULL", "SET @mine = 7, time_zone = '+05:00'", "CREATE TEMPORARY TABLE scratch (id INT)", "DO GET_LOCK('mine', 0)"} {
				out = append(out, q+": "+said(client, q))
			}
		}
		ask()
		for _, o := range []mysqltest.Options{other, shop, {User: "other", Password: "other"}} {
			out = append(out, fmt.Sprint("to ", o.User, ": ", client.ChangeUser(o)))
			ask()
		}
		out = append(out, fmt.Sprint("wrong password: ", client.ChangeUser(mysqltest.Options{User: "shop", Password: "wrong"})))
		ask() // MariaDB's connection goes on as the account that it was, MySQL's is closed
		return append(out, said(client, "DO RELEASE_ALL_LOCKS()"))
	}
	direct, through := story(c.Datacenters[0].Primary.Address), story(p.Address)
	for i := range direct {
		if direct[i] != through[i] {
			t.Errorf("answer %d\ndirect  %s\nthrough %s", i, direct[i], through[i])
		}
	}
	if !strings.Contains(strings.Join(through, "\n"), "other@%") {
		t.Error("nobody became another account")
	}
}

// limits: the servers' own errors for too many clients, and a place that is given back can be had again.
func limits(t *testing.T, c *cluster.Cluster) {
	p := startShunt(t, c, "limits: {per_account: 2, clients: 4}\n")
	shop, other := mysqltest.Options{User: "shop", Password: "shop"}, mysqltest.Options{User: "other", Password: "other"}
	first := raw(t, p.Address, shop)
	raw(t, p.Address, shop)
	if got := logIn(t, p.Address, shop); !strings.Contains(got, "1203") || !strings.Contains(got, "42000") {
		t.Errorf("a third client of shop: %s, want error 1203", got)
	}
	raw(t, p.Address, other)
	raw(t, p.Address, other)
	var refusal *mysql.Error
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := mysqltest.Dial(ctx, p.Address, other); !errors.As(err, &refusal) || refusal.Number != 1040 || refusal.Message != "Too many connections" {
		t.Errorf("a fifth client: %v, want error 1040", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	p.await("a place is free again", 5*time.Second, func() bool { return logIn(t, p.Address, shop) == "shop@%" })
}

// secure: a listener with a certificate, that offers TLS or insists on it, and an account that insists.
func secure(t *testing.T, c *cluster.Cluster) {
	certificate := mysqltest.NewCertificate(t)
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "server.pem"), filepath.Join(dir, "server.key")
	if err := errors.Join(os.WriteFile(cert, certificate.CertPEM, 0o600), os.WriteFile(key, certificate.KeyPEM, 0o600)); err != nil {
		t.Fatal(err)
	}
	const prohibited = "3159 (HY000): Connections using insecure transport are prohibited while --require_secure_transport=ON."
	type outcomes map[string]string
	for mode, want := range map[string]outcomes{
		"preferred": {"shop in clear": "shop@%", "shop in TLS": "shop@%", "secure in clear": "1045"},
		"required":  {"shop in clear": prohibited, "shop in TLS": "shop@%", "secure in clear": prohibited},
	} {
		p := startEdited(t, c, func(config string) string {
			_, rest, _ := strings.Cut(config, "\n")
			address := strings.TrimPrefix(strings.TrimSuffix(config, "\n"+rest), "listen: ")
			return fmt.Sprintf("listen:\n  - {address: %q, tls: {cert: %q, key: %q, mode: %s}}\n%s", address, cert, key, mode, rest)
		})
		for who, outcome := range want {
			user, _, _ := strings.Cut(who, " ")
			o := mysqltest.Options{User: user, Password: user}
			if strings.HasSuffix(who, "TLS") {
				o.TLS = certificate.Client()
			}
			if got := logIn(t, p.Address, o); !strings.Contains(got, outcome) {
				t.Errorf("%s, %s: %s, want %s", mode, who, got, outcome)
			}
		}
		wrongName := &tls.Config{RootCAs: certificate.Client().RootCAs, ServerName: "elsewhere.example"}
		if got := logIn(t, p.Address, mysqltest.Options{User: "shop", Password: "shop", TLS: wrongName}); !strings.Contains(got, "certificate") {
			t.Errorf("%s: a client that expects another certificate: %s", mode, got)
		}
	}
}

// TestStaticAccounts: shunt may not read the servers' account tables here, and lets in those of its own file, with a password or its hash.
func TestStaticAccounts(t *testing.T) {
	c := oneReplica(t, "CREATE USER cron@'%' IDENTIFIED BY 'c'", "CREATE USER report@'%' IDENTIFIED BY 'r'", "CREATE USER unlisted@'%' IDENTIFIED BY 'u'",
		"REVOKE SELECT ON mysql.global_priv FROM shunt@'%'", "REVOKE SELECT ON mysql.user FROM shunt@'%'")
	_, double := mysql.NativeHash([]byte("r"))
	p := startShunt(t, c, `accounts:
  - {user: cron, password: c}
  - {user: report, host: "127.0.0.%", hash: "`+mysql.FormatNativeHash(double)+`"}
  - {user: shop, host: "10.%", password: shop}
`)
	for _, who := range []struct{ user, password, want string }{
		{"cron", "c", "cron@%"}, {"cron", "x", "1045"}, {"report", "r", "report@%"}, {"report", "x", "1045"}, {"shop", "shop", "1045"}, {"unlisted", "u", "1045"},
	} {
		if got := logIn(t, p.Address, mysqltest.Options{User: who.user, Password: who.password}); !strings.Contains(got, who.want) {
			t.Errorf("%s with password %q: %s, want %s", who.user, who.password, got, who.want)
		}
	}
}
