package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"shunt/lab"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// TestModules: the tables of a module live on another cluster than the rest of their database, and an application does not notice.
func TestModules(t *testing.T) { modules(t, cluster.Shared(t)) }

func TestMySQLModules(t *testing.T) {
	pair := func(name string) lab.Datacenter { return lab.Datacenter{Name: name, Replicas: 1} }
	modules(t, cluster.Start(t, cluster.MySQL(), cluster.Datacenters(pair("paris"), pair("gra"))))
}

func modules(t *testing.T, c *cluster.Cluster) {
	database := c.Database(t, "paris")
	gra := c.Datacenter("gra").Primary
	if err := gra.Exec(t.Context(), "CREATE DATABASE "+database); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := gra.Exec(context.Background(), "DROP DATABASE IF EXISTS "+database); err != nil { // the test's own context is over
			t.Error(err)
		}
	})
	elsewhere := c.Database(t, "gra")
	c.CatchUp(t)
	p := startShunt(t, c, fmt.Sprintf("modules:\n  statistics: {database: %s, tables: [stat_*], cluster: gra}\nreads: {rules: [{modules: [statistics], consistency: primary}]}\n", database))
	shop := c.Accounts.Shop
	app := raw(t, p.Address, mysqltest.Options{User: shop.User, Password: shop.Password, Database: database})
	for _, q := range []string{
		"CREATE TABLE goods (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20))", "CREATE TABLE stat_day (id INT PRIMARY KEY AUTO_INCREMENT, n INT)",
		"INSERT INTO goods (name) VALUES ('tea'), ('cups')", "INSERT INTO stat_day (n) VALUES (7), (8), (9)",
		"SET @factor = 10, time_zone = '+03:00'",
	} {
		must(t, app, q)
	}
	for q, want := range map[string]string{
		"SELECT COUNT(*) FROM goods": "2", "SELECT SUM(n) * @factor FROM stat_day": "240", "SELECT @@time_zone FROM stat_day LIMIT 1": "+03:00",
		"SELECT COUNT(*) FROM " + database + ".stat_day s JOIN stat_day t USING (id)": "3", "SELECT LAST_INSERT_ID()": "1",
		"SELECT DATABASE() FROM stat_day LIMIT 1": database,
	} {
		if got := must(t, app, q); got != want {
			t.Errorf("%s: %s, want %s", q, got, want)
		}
	}
	tables := func(s *lab.Server) (names string) {
		if err := s.DB().QueryRowContext(t.Context(), "SELECT COALESCE(GROUP_CONCAT(TABLE_NAME), '') FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?",
			database).Scan(&names); err != nil {
			t.Fatal(err)
		}
		return names
	}
	if on, there := tables(c.Datacenter("paris").Primary), tables(gra); on != "goods" || there != "stat_day" {
		t.Errorf("paris has %q, gra has %q", on, there)
	}
	for q, want := range map[string]string{
		"SHOW TABLES": "goods stat_day", "SHOW TABLES FROM " + database + " LIKE 'stat%'": "stat_day", "SHOW FULL TABLES": "goods stat_day",
		"SHOW TABLE STATUS WHERE name = 'goods'": "goods", "SHOW DATABASES LIKE '" + database + "'": database,
		"SHOW DATABASES WHERE `Database` IN ('" + database + "', '" + elsewhere + "')": min(database, elsewhere) + " " + max(database, elsewhere),
	} {
		if got := first(t, app, q); got != want {
			t.Errorf("%s: %s, want %s", q, got, want)
		}
	}
	must(t, app, "CREATE TABLE "+elsewhere+".t (n INT)") // on a cluster that does not have the session's default database
	must(t, app, "INSERT INTO "+elsewhere+".t VALUES (5)")
	if got := must(t, app, "SELECT n FROM "+elsewhere+".t"); got != "5" {
		t.Errorf("from another cluster: %s", got)
	}
	must(t, app, "USE "+elsewhere)
	if got := must(t, app, "SELECT COUNT(*) FROM "+database+".goods"); got != "2" {
		t.Errorf("back to the first: %s", got)
	}
	must(t, app, "USE "+database)
	gives := said(app, "SHOW TABLES WHERE nothing = 1")
	if !strings.Contains(gives, "1054") {
		t.Errorf("a wrong condition: %s", gives)
	}
	for _, q := range []string{
		"SELECT * FROM goods JOIN stat_day USING (id) FOR UPDATE", "INSERT INTO stat_day (n) SELECT id FROM goods", "DELETE goods FROM goods JOIN stat_day USING (id)",
	} {
		answer := said(app, q)
		if !strings.Contains(answer, "9901") || !strings.Contains(answer, "module statistics") {
			t.Errorf("%s: %s", q, answer)
		}
	}
	must(t, app, "BEGIN")
	must(t, app, "UPDATE goods SET name = 'x'")
	if answer := said(app, "UPDATE stat_day SET n = 0"); !strings.Contains(answer, "9926") {
		t.Errorf("a transaction that writes on two clusters: %s", answer)
	}
	must(t, app, "ROLLBACK")
	if rows := p.console("EXPLAIN ROUTE FOR shop@" + database + " SELECT * FROM stat_day"); len(rows) != 1 || rows[0]["cluster"] != "gra" ||
		!strings.Contains(rows[0]["reasons"], "module") {
		t.Errorf("EXPLAIN ROUTE: %v", rows)
	}
	p.await("nothing keeps a connection", 5*time.Second, func() bool { return len(p.console("SHOW PINS")) == 0 })
}

// first is the first column of an answer.
func first(t *testing.T, c *mysqltest.Client, q string) string {
	t.Helper()
	r, err := c.Query(q)
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	var values []string
	for _, row := range r.Text() {
		values = append(values, row[0])
	}
	return strings.Join(values, " ")
}
