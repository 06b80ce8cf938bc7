package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// TestWhatWasJustMadeIsThere: a session uses at once what it has made, also where that is checked on a replica: databases, roles, tables of
// prepared statements.
func TestWhatWasJustMadeIsThere(t *testing.T) {
	c := cluster.Shared(t)
	p := startShunt(t, c, "")
	admin := c.Accounts.ShopAdmin
	client := raw(t, p.Address, mysqltest.Options{User: admin.User, Password: admin.Password, Database: c.Database(t, "paris")})
	must := func(q string) {
		t.Helper()
		if _, err := client.Query(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	for i := range 40 {
		name := fmt.Sprintf("shop_just_made_%d", i%2)
		must("CREATE DATABASE " + name)
		must("USE " + name)
		must("CREATE TABLE t (n INT)")
		id, err := prepareOn(client, "SELECT * FROM t")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := executeOn(client, id); err != nil {
			t.Fatal(err)
		}
		must("CREATE OR REPLACE TABLE t (n INT, m INT)")
		if _, err := executeOn(client, id); err != nil {
			t.Fatal(err)
		}
		must("DROP DATABASE " + name)
	}
}

// TestSettingsInEveryForm: a variable keeps its value on every connection, however the SET is written.
func TestSettingsInEveryForm(t *testing.T) {
	c := cluster.Shared(t)
	p := startShunt(t, c, "")
	shop := c.Accounts.Shop
	for _, set := range []string{"SET lock_wait_timeout = 7", "SET @@lock_wait_timeout = 7", "SET @@session.lock_wait_timeout = 7", "SET LOCAL lock_wait_timeout = 7",
		"SET @@local.lock_wait_timeout = 3 + 4", "SET @@lock_wait_timeout = 3 + 4, @a = 1", "SET @@sql_mode = 'ANSI', @@lock_wait_timeout = 7", "SET @a = 1; SET @@lock_wait_timeout = 7"} {
		client := raw(t, p.Address, mysqltest.Options{User: shop.User, Password: shop.Password})
		if _, err := client.Query(set); err != nil {
			t.Fatalf("%s: %v", set, err)
		}
		if _, err := client.Query("SELECT 1"); err != nil { // on a replica
			t.Fatal(err)
		}
		other := raw(t, p.Address, mysqltest.Options{User: shop.User, Password: shop.Password})
		if got, err := other.Value("SELECT @@lock_wait_timeout"); err != nil || got == "7" { // takes the connection
			t.Errorf("another session has %s, %v", got, err)
		}
		if got, err := client.Value("SELECT @@lock_wait_timeout"); err != nil || got != "7" {
			t.Errorf("%s: then %s, %v", set, got, err)
		}
		if got, err := client.Value("SELECT 7 = @@lock_wait_timeout"); err != nil || got != "1" {
			t.Errorf("%s: then %s, %v", set, got, err)
		}
	}
	client := raw(t, p.Address, mysqltest.Options{User: shop.User, Password: shop.Password, Database: c.Database(t, "paris")})
	for _, q := range []string{"CREATE TABLE t (n INT)", "SET @@autocommit = OFF", "INSERT INTO t VALUES (1)", "ROLLBACK"} {
		if _, err := client.Query(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	if got, err := client.Value("SELECT COUNT(*) FROM t"); err != nil || got != "0" {
		t.Errorf("after SET @@autocommit = OFF and a ROLLBACK there are %s rows, %v", got, err)
	}
}

// TestWhatALoginBrings: settings that a server makes at login for what the client can do are there on connections that were used and reset, too.
func TestWhatALoginBrings(t *testing.T) {
	c := cluster.Shared(t)
	p := startShunt(t, c, "")
	shop := c.Accounts.Shop
	caps := mysqltest.ClientCapabilities | mysql.CapIgnoreSpace | mysql.CapInteractive
	o := mysqltest.Options{User: shop.User, Password: shop.Password, Capabilities: caps}
	const ask = "SELECT CONCAT(@@sql_mode, ' ', @@wait_timeout = @@global.interactive_timeout, ' ', COUNT (*))"
	direct, err := raw(t, c.Datacenters[0].Primary.Address, o).Value(ask)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		client := raw(t, p.Address, o)
		if got, err := client.Value(ask); err != nil || got != direct {
			t.Errorf("client %d: %s, %v, direct %s", i, got, err, direct)
		}
		if _, err := client.Query("SET @leaves = UUID(), sql_mode = 'ANSI'"); err != nil { // the next one needs a reset
			t.Fatal(err)
		}
		client.Close()
	}
}

// TestLongDataInPieces: a parameter may be as long as the server takes, in pieces as the client likes; one that is too long is the server's error at
// EXECUTE, and the connection goes on.
func TestLongDataInPieces(t *testing.T) {
	c := cluster.Shared(t)
	p := startShunt(t, c, "")
	shop := c.Accounts.Shop
	story := func(address string) (lines []string) {
		client := raw(t, address, mysqltest.Options{User: shop.User, Password: shop.Password})
		id, err := prepareOn(client, "SELECT LENGTH(?), MD5(?)")
		if err != nil {
			t.Fatal(err)
		}
		head := binary.LittleEndian.AppendUint32(nil, id)
		for _, sizes := range [][]int{{1}, {0, 5, 0}, {1 << 20, 1 << 20, 3 << 20}, {5 << 20, 5 << 20, 5 << 20, 1<<20 - 1}, {9 << 20, 9 << 20}} {
			for param := range 2 {
				for i, n := range sizes {
					piece := append(binary.LittleEndian.AppendUint16(head[:4:4], uint16(param)), bytes.Repeat([]byte{byte(i)}, n)...)
					if err := client.Send(mysql.ComStmtSendLongData, piece); err != nil {
						t.Fatal(err)
					}
				}
			}
			a, err := client.Do(mysql.ComStmtExecute, append(head[:4:4], "\x00\x01\x00\x00\x00\x00\x01\xFC\x00\xFC\x00"...))
			lines = append(lines, fmt.Sprintf("%v: %q %v", sizes, a.Packets, err))
		}
		if id, err = prepareOn(client, "SELECT ?"); err != nil {
			t.Fatal(err)
		}
		a, err := client.Do(mysql.ComStmtExecute, append(binary.LittleEndian.AppendUint32(nil, id), 0, 1, 0, 0, 0))
		return append(lines, fmt.Sprintf("no parameters: %q %v", a.Packets, err))
	}
	direct, through := story(c.Datacenters[0].Primary.Address), story(p.Address)
	for i := range direct {
		if direct[i] != at(through, i) {
			t.Errorf("direct  %s\nthrough %s", direct[i], at(through, i))
		}
	}
}

// TestReadOnlyTransaction: a write in a READ ONLY transaction is refused as the primary refuses it, although the transaction is on a replica.
func TestReadOnlyTransaction(t *testing.T) {
	c := cluster.Shared(t)
	p := startShunt(t, c, "")
	shop := c.Accounts.Shop
	database := c.Database(t, "paris")
	story := func(address string) (lines []string) {
		client := raw(t, address, mysqltest.Options{User: shop.User, Password: shop.Password, Database: database})
		for _, q := range []string{"CREATE TABLE IF NOT EXISTS t (n INT)", "START TRANSACTION READ ONLY", "INSERT INTO t VALUES (1)", "SELECT COUNT(*) FROM t", "COMMIT", "DO 0"} {
			a, err := client.Do(mysql.ComQuery, []byte(q))
			lines = append(lines, fmt.Sprintf("%s: %q %v", q, a.Packets, err))
		}
		return lines[1:]
	}
	direct, through := story(c.Datacenters[0].Primary.Address), story(p.Address)
	for i := range direct {
		if direct[i] != through[i] {
			t.Errorf("direct  %s\nthrough %s", direct[i], through[i])
		}
	}
}
