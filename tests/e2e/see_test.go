package e2e

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"

	"shunt/lab"
	"shunt/tests/cluster"
)

// conn is one connection of an application through shunt, and its id as shunt knows it.
func (p *proxied) conn(database string) (c *sql.Conn, id string) {
	p.t.Helper()
	c, err := p.open(database).Conn(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = c.Close() })
	if err := c.QueryRowContext(p.t.Context(), "SELECT CONNECTION_ID()").Scan(&id); err != nil {
		p.t.Fatal(err)
	}
	return c, id
}

func run(t *testing.T, c *sql.Conn, statements ...string) {
	t.Helper()
	for _, q := range statements {
		if _, err := c.ExecContext(t.Context(), q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

// TestConsole shows the servers, pools, clients and statements as they are.
func TestConsole(t *testing.T) {
	c := cluster.Shared(t)
	p := startShunt(t, c, "")
	one, id := p.conn("shop")
	for range 10 {
		run(t, one, "SELECT id FROM products LIMIT 1")
	}
	run(t, one, "UPDATE products SET stock = stock WHERE id = 1")

	for _, d := range c.Datacenters {
		for _, s := range d.Servers() {
			rows := p.console("SHOW SERVERS WHERE server = '" + s.Address + "'")
			if len(rows) != 1 || rows[0]["cluster"] != d.Name || rows[0]["role"] != s.Role.String() || rows[0]["state"] != "up" || rows[0]["problem"] != "" {
				t.Errorf("%s of %s, a %v, shows as %v", s.Address, d.Name, s.Role, rows)
			}
			if rows := p.console("SHOW POOLS LIKE '" + s.Address + "'"); len(rows) != 1 || rows[0]["limit"] != "200" || rows[0]["waiting"] != "0" {
				t.Errorf("the pool of %s shows as %v", s.Address, rows)
			}
		}
	}
	var client []map[string]string
	p.await("the client is idle", 5*time.Second, func() bool {
		client = p.console("SHOW CLIENTS WHERE state = 'idle' AND id = " + id)
		return len(client) == 1
	})
	if got := client[0]; got["user"] != "shop" || got["account"] != "shop@%" || got["statements"] != "12" || got["database"] != "shop" || got["pins"] != "" {
		t.Errorf("after 12 statements of shop, its connection shows as %v", got)
	}
	reads, writes := 0, 0
	for _, row := range p.console("SHOW STATS WHERE outcome = 'ok'") {
		switch {
		case row["kind"] == "select" && row["role"] == "replica":
			reads += atoi(t, row["statements"])
		case row["kind"] == "update" && row["role"] == "primary" && row["server"] == c.Datacenters[0].Primary.Address:
			writes += atoi(t, row["statements"])
		}
	}
	if reads != 10 || writes != 1 {
		t.Errorf("of 10 reads and one write, SHOW STATS has %d on replicas and %d on the primary", reads, writes)
	}
}

func atoi(t *testing.T, text string) (n int) {
	t.Helper()
	if _, err := fmt.Sscan(text, &n); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return n
}

// TestExplainRoute: what EXPLAIN ROUTE says is what happens.
func TestExplainRoute(t *testing.T) {
	p := startShunt(t, cluster.Shared(t), "")
	for _, c := range []struct{ ask, verdict, role, reason string }{
		{"EXPLAIN ROUTE FOR shop SELECT name FROM products WHERE id = 1", "forward", "replica", "plain read"},
		{"EXPLAIN ROUTE SELECT name FROM shop.products", "forward", "replica", "plain read"},
		{"EXPLAIN ROUTE SELECT name FROM shop.products FOR UPDATE", "forward", "primary", "it locks rows"},
		{"EXPLAIN ROUTE UPDATE shop.products SET name = 'x; y'", "forward", "primary", "it writes"},
		{"EXPLAIN ROUTE SELECT /* shunt: primary */ 1 FROM shop.products", "forward", "primary", "a hint asks"},
		{"EXPLAIN ROUTE SELECT CONNECTION_ID()", "answer", "", "the proxy knows"},
	} {
		rows := p.console(c.ask)
		if len(rows) != 1 || rows[0]["verdict"] != c.verdict || rows[0]["role"] != c.role || !strings.Contains(rows[0]["reasons"], c.reason) {
			t.Errorf("%s: %v, want %s on a %s because %q", c.ask, rows, c.verdict, c.role, c.reason)
		}
	}
}

// TestShowPins: a session that keeps its server connection shows with the reason, and goes when the cause ends.
func TestShowPins(t *testing.T) { showPins(t, cluster.Shared(t)) }

func showPins(t *testing.T, c *cluster.Cluster) {
	p := startShunt(t, c, "")
	database := c.Database(t, "paris")
	session, id := p.conn(database)
	run(t, session, "CREATE TABLE notes (id INT PRIMARY KEY)")
	for _, pin := range []struct{ reason, begin, end string }{
		{"transaction", "BEGIN", "COMMIT"},
		{"transaction", "START TRANSACTION READ ONLY", "ROLLBACK"},
		{"transaction", "SET autocommit = 0; INSERT INTO notes VALUES (1)", "SET autocommit = 1"},
		{"temporary table", "CREATE TEMPORARY TABLE scratch (id INT)", "DROP TEMPORARY TABLE scratch"},
		{"lock", "DO GET_LOCK('see', 1)", "DO RELEASE_LOCK('see')"},
		{"lock tables", "LOCK TABLES notes WRITE", "UNLOCK TABLES"},
		{"prepared by name", "PREPARE one FROM 'SELECT 1'", "DEALLOCATE PREPARE one"},
		{"one-shot setting", "SET TRANSACTION ISOLATION LEVEL READ COMMITTED", "DELETE FROM notes WHERE id = 7"},
	} {
		run(t, session, strings.Split(pin.begin, "; ")...)
		shown := func() []map[string]string { return p.console("SHOW PINS WHERE id = " + id) }
		p.await(pin.begin+" pins: "+pin.reason, 5*time.Second, func() bool {
			rows := shown()
			return len(rows) == 1 && strings.HasPrefix(rows[0]["pins"], pin.reason) && rows[0]["state"] == "pinned" && rows[0]["server"] != ""
		})
		run(t, session, pin.end)
		p.await(pin.end+" ends the pin", 5*time.Second, func() bool { return len(shown()) == 0 })
	}
}

// TestConsoleWithTheCommandLineClient: the mariadb client, with its own ideas of what to ask first.
func TestConsoleWithTheCommandLineClient(t *testing.T) {
	needs(t, "mariadb", "apt-get install mariadb-client")
	c := cluster.Shared(t)
	p := startShunt(t, c, "")
	host, port, _ := strings.Cut(p.Console, ":")
	ask := func(password, command string) (string, error) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		out, err := exec.CommandContext(ctx, "mariadb", "--no-defaults", "--skip-ssl", "--batch", "--comments", "-h"+host, "-P"+port, "-uadmin", "-p"+password, "-e", command).CombinedOutput()
		return string(out), err
	}
	for _, command := range []string{"SHOW SERVERS", "SHOW POOLS", "SHOW CLIENTS", "SHOW PINS", "SHOW STATS", "EXPLAIN ROUTE SELECT 1"} {
		if out, err := ask(adminPassword, command); err != nil {
			t.Errorf("%s: %v\n%s", command, err, out)
		}
	}
	out, _ := ask(adminPassword, "SHOW SERVERS")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 1+len(c.Servers()) || !strings.HasPrefix(lines[0], "server\tcluster\tdatacenter\trole\t") {
		t.Errorf("SHOW SERVERS prints\n%s", out)
	}
	out, _ = ask(adminPassword, "EXPLAIN ROUTE SELECT /* shunt: primary */ 1 FROM shop.products")
	if !strings.Contains(out, c.Datacenters[0].Primary.Address) {
		t.Errorf("EXPLAIN ROUTE prints\n%s", out)
	}
	if out, err := ask("wrong", "SHOW SERVERS"); err == nil || !strings.Contains(out, "ERROR 1045 (28000)") {
		t.Errorf("with a wrong password it prints (%v)\n%s", err, out)
	}
}

// TestConsoleRefuses: wrong passwords, accounts of the servers, and words that are no commands.
func TestConsoleRefuses(t *testing.T) {
	c := cluster.Shared(t)
	p := startShunt(t, c, "")
	refused := []lab.Account{{User: "admin", Password: "wrong"}, {User: "admin"}, {User: "root"}, c.Accounts.Shop, {User: "", Password: adminPassword}}
	for _, a := range refused {
		var refusal *driver.MySQLError
		if err := c.Open(t, a, p.Console, "").PingContext(t.Context()); !errors.As(err, &refusal) || refusal.Number != 1045 {
			t.Errorf("%+v: %v, want error 1045", a, err)
		}
	}
	db := c.Open(t, lab.Account{User: "admin", Password: adminPassword}, p.Console, "")
	if _, err := db.Exec("SHOW SERVRES"); err == nil || !strings.Contains(err.Error(), "SERVERS") {
		t.Errorf("SHOW SERVRES: %v, want the nearest command", err)
	}
	if names := names(p.console("SHOW PROXIES")); !slices.Contains(names, "replica_share") {
		t.Errorf("SHOW PROXIES has %v", names)
	}
}

func names(rows []map[string]string) (out []string) {
	for _, row := range rows {
		for name := range row {
			out = append(out, name)
		}
	}
	return out
}
