package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"shunt/lab"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// tapped is a connection that keeps what its server says.
type tapped struct {
	net.Conn
	heard bytes.Buffer
}

func (t *tapped) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	t.heard.Write(p[:n])
	return n, err
}

// exchange says how a client in clear logs in with caching_sha2_password: "fast", by its scramble alone; "full", after the server has asked for the
// password itself; or "no", with the server's error.
func exchange(t *testing.T, address, user, password string) string {
	t.Helper()
	conn, err := net.DialTimeout("tcp", address, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	tap := &tapped{Conn: conn}
	defer tap.Close()
	_, err = mysqltest.Login(tap, mysqltest.Options{User: user, Password: password})
	var refusal *mysql.Error
	if errors.As(err, &refusal) {
		return fmt.Sprintf("no: %d", refusal.Number)
	}
	if err != nil {
		t.Fatalf("logging in to %s as %s: %v", address, user, err)
	}
	switch heard := tap.heard.Bytes(); {
	case bytes.Contains(heard, []byte{mysql.HeaderAuthMore, mysql.SHA2FullAuth}):
		return "full"
	case bytes.Contains(heard, []byte{mysql.HeaderAuthMore, mysql.SHA2FastOK}):
		return "fast"
	}
	return "without a password"
}

// loginOutcomes logs in several times, with the passwords given.
func loginOutcomes(t *testing.T, address, user string, passwords ...string) (all []string) {
	t.Helper()
	for _, password := range passwords {
		all = append(all, exchange(t, address, user, password))
	}
	return all
}

// TestMySQLLogins: caching_sha2_password, the only plugin for passwords that MySQL 9 has.
func TestMySQLLogins(t *testing.T) {
	c := cluster.Start(t, cluster.MySQL(), onePair())
	p := startShunt(t, c, "")
	t.Run("full once, then fast", func(t *testing.T) { fullThenFast(t, c, p) })
	t.Run("full in TLS", func(t *testing.T) { fullInTLS(t, c) })
	t.Run("another plugin first", func(t *testing.T) { anotherPluginFirst(t, c, p) })
	t.Run("a password that changes", func(t *testing.T) { passwordChanges(t, c, p) })
	t.Run("two passwords", func(t *testing.T) { twoPasswords(t, c, p) })
	t.Run("ways to store it", func(t *testing.T) { storageFormats(t, c, p) })
	t.Run("refusals", func(t *testing.T) { loginRefusals(t, c, p) })
	t.Run("a server that was restarted", func(t *testing.T) { serversForget(t, c, p) })
}

// sameOutcomes makes the same account twice, so that neither server nor shunt knows it from the other's logins.
func sameOutcomes(t *testing.T, c *cluster.Cluster, p *proxied, name, options string, passwords ...string) {
	t.Helper()
	change(t, c, "CREATE USER direct_"+name+"@'%' "+options, "CREATE USER through_"+name+"@'%' "+options)
	direct := loginOutcomes(t, c.Datacenters[0].Primary.Address, "direct_"+name, passwords...)
	through := loginOutcomes(t, p.Address, "through_"+name, passwords...)
	if fmt.Sprint(direct) != fmt.Sprint(through) {
		t.Errorf("%s, passwords %q:\n direct  %q\n through %q", options, passwords, direct, through)
	}
}

func fullThenFast(t *testing.T, c *cluster.Cluster, p *proxied) {
	sameOutcomes(t, c, p, "usual", "IDENTIFIED BY 'secret'", "secret", "secret", "wrong", "", "secret")
	sameOutcomes(t, c, p, "empty", "IDENTIFIED BY ''", "", "x", "")
	sameOutcomes(t, c, p, "long", "IDENTIFIED BY '"+strings.Repeat("long ", 40)+"'", strings.Repeat("long ", 40), strings.Repeat("long ", 39), strings.Repeat("long ", 40))
	change(t, c, "CREATE USER once@'%' IDENTIFIED BY 'once'")
	if got := loginOutcomes(t, p.Address, "once", "once", "once"); got[0] != "full" || got[1] != "fast" {
		t.Errorf("the first two logins are %q", got)
	}
}

// fullInTLS: the password itself goes through shunt's TLS, and from then on its hash is enough.
func fullInTLS(t *testing.T, c *cluster.Cluster) {
	change(t, c, "CREATE USER secured@'%' IDENTIFIED BY 'secured'")
	p := startEdited(t, c, offerTLS(certificateFiles(t)))
	for _, password := range []string{"wrong", "secured", "secured"} {
		got := logIn(t, p.Address, mysqltest.Options{User: "secured", Password: password, TLS: tlsAnyServer()})
		if ok := got == "secured@%"; ok != (password == "secured") {
			t.Errorf("in TLS with the password %s: %s", password, got)
		}
	}
	if got := exchange(t, p.Address, "secured", "secured"); got != "fast" {
		t.Errorf("after logins in TLS one in clear is %s", got)
	}
}

// anotherPluginFirst: a client that begins with mysql_native_password is told to change.
func anotherPluginFirst(t *testing.T, c *cluster.Cluster, p *proxied) {
	for _, address := range []string{c.Datacenters[0].Primary.Address, p.Address} {
		for password, want := range map[string]string{"shop": "shop@%", "wrong": "1045"} {
			got := logIn(t, address, mysqltest.Options{User: "shop", Password: password, Plugin: mysql.PluginNative})
			if !strings.Contains(got, want) {
				t.Errorf("%s, password %s: %s, want %s", address, password, got, want)
			}
		}
	}
}

// passwordChanges: the old one is refused and the new one works at once.
func passwordChanges(t *testing.T, c *cluster.Cluster, p *proxied) {
	change(t, c, "CREATE USER changing@'%' IDENTIFIED BY 'old'")
	if got := loginOutcomes(t, p.Address, "changing", "old", "old", "new"); fmt.Sprint(got) != "[full fast no: 1045]" {
		t.Errorf("before: %q", got)
	}
	change(t, c, "ALTER USER changing@'%' IDENTIFIED BY 'new'")
	if got := loginOutcomes(t, p.Address, "changing", "new", "new", "old"); fmt.Sprint(got) != "[full fast no: 1045]" {
		t.Errorf("after the change, new, new and old: %q", got)
	}
}

func twoPasswords(t *testing.T, c *cluster.Cluster, p *proxied) {
	change(t, c, "CREATE USER twofold@'%' IDENTIFIED BY 'first'", "ALTER USER twofold@'%' IDENTIFIED BY 'second' RETAIN CURRENT PASSWORD")
	for _, password := range []string{"first", "second", "first"} {
		if got := exchange(t, p.Address, "twofold", password); strings.HasPrefix(got, "no") {
			t.Errorf("%s of two passwords: %s", password, got)
		}
	}
	change(t, c, "ALTER USER twofold@'%' DISCARD OLD PASSWORD")
	if got := loginOutcomes(t, p.Address, "twofold", "neither", "first"); fmt.Sprint(got) != "[no: 1045 no: 1045]" { // a wrong one makes shunt read the accounts
		t.Errorf("neither of them, and the first one: %q", got)
	}
	if got := exchange(t, p.Address, "twofold", "second"); strings.HasPrefix(got, "no") {
		t.Errorf("the one that is left: %s", got)
	}
}

// storageFormats: mysql.user keeps an account's password as SHA256-crypt ("$A$"), or, where MySQL 9.7 is told so, as PBKDF2 ("$B$").
func storageFormats(t *testing.T, c *cluster.Cluster, p *proxied) {
	for _, format := range []string{"PBKDF2_SHA512", "CRYPT5"} {
		for _, s := range c.Servers() {
			if err := s.Exec(t.Context(), "SET GLOBAL caching_sha2_password_storage_format = "+format); err != nil {
				t.Fatal(err)
			}
		}
		sameOutcomes(t, c, p, format, "IDENTIFIED BY 'stored'", "wrong", "stored", "stored")
	}
}

// loginRefusals: the server's own numbers and texts. Whom it does not know it asks for the password in a way drawn by lot, which takes a client that
// can do all of them.
func loginRefusals(t *testing.T, c *cluster.Cluster, p *proxied) {
	change(t, c, "CREATE USER locked@'%' IDENTIFIED BY 'x' ACCOUNT LOCK", "CREATE USER stale@'%' IDENTIFIED BY 'x' PASSWORD EXPIRE",
		"CREATE USER nowhere@'10.99.99.99' IDENTIFIED BY 'x'", "CREATE USER tls@'%' IDENTIFIED BY 'x' REQUIRE SSL", "CREATE ROLE waiter")
	try := func(address, user, password, database string) string {
		var who string
		db := c.Open(t, lab.Account{User: user, Password: password}, address, database)
		defer db.Close()
		if err := db.QueryRow("SELECT CURRENT_USER()").Scan(&who); err != nil {
			return err.Error()
		}
		return "is " + who
	}
	for _, who := range [][3]string{
		{"shop", "wrong", ""}, {"shop", "", ""}, {"nobody", "x", ""}, {"nobody", "", ""}, {"locked", "x", ""}, {"locked", "wrong", ""}, {"stale", "x", ""}, {"stale", "wrong", ""},
		{"nowhere", "x", ""}, {"tls", "x", ""}, {"waiter", "", ""}, {"waiter", "x", ""}, {"shop", "shop", "none"}, {"shop", "shop", "mysql"}, {"shop", "shop", ""},
	} {
		direct, through := try(c.Datacenters[0].Primary.Address, who[0], who[1], who[2]), try(p.Address, who[0], who[1], who[2])
		if direct != through {
			t.Errorf("%q:\n direct  %s\n through %s", who, direct, through)
		}
	}
}

// serversForget: a server that was restarted has an empty cache and wants the whole password for each account once more. Neither who is in nor
// who comes then notices.
func serversForget(t *testing.T, c *cluster.Cluster, p *proxied) {
	inside := raw(t, p.Address, mysqltest.Options{User: "shop", Password: "shop"})
	if got := said(inside, "SELECT CURRENT_USER()"); got != "shop@%" {
		t.Fatal(got)
	}
	for _, s := range c.Servers() {
		restart(t, s)
	}
	p.awaitReady()
	for _, q := range []string{"SELECT CURRENT_USER()", "SELECT CURRENT_USER() FROM DUAL FOR UPDATE"} { // on a replica and on the primary
		if got := said(inside, q); got != "shop@%" {
			t.Errorf("who was in asks %s and is told %s", q, got)
		}
	}
	if got := exchange(t, p.Address, "shop", "shop"); got != "fast" {
		t.Errorf("who comes logs in %s", got)
	}
	for _, s := range c.Servers() {
		if got := exchange(t, s.Address, "shop", "shop"); got != "fast" {
			t.Errorf("%s has not learnt the password from shunt's own logins: %s", s.Name, got)
		}
	}
}

func restart(t *testing.T, s *lab.Server) {
	t.Helper()
	if err := errors.Join(s.Kill(), s.Start(t.Context())); err != nil {
		t.Fatal(err)
	}
}
