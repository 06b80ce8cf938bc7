package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"shunt/lab"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
	"shunt/tests/e2e/grammar"
)

// TestJoins: a SELECT over tables of two clusters answers as one server that has all of them.
func TestJoins(t *testing.T) { joins(t, cluster.Shared(t)) }

func TestMySQLJoins(t *testing.T) {
	pair := func(name string) lab.Datacenter { return lab.Datacenter{Name: name, Replicas: 1} }
	joins(t, cluster.Start(t, cluster.MySQL(), cluster.Datacenters(pair("paris"), pair("gra"))))
}

// joinTables are tables whose rows try the types: the first is the rest of the database, the others are the module's.
var joinTables = []string{
	"CREATE TABLE goods (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20) CHARACTER SET latin1, price DECIMAL(8,2))",
	`CREATE TABLE stat_day (id INT PRIMARY KEY AUTO_INCREMENT, good INT, n BIGINT UNSIGNED, at TIMESTAMP(3) NULL, d DATE, f FLOAT, g DOUBLE, b BIT(5), e ENUM('x','y é'), s SET('p','q'),
		t TEXT CHARACTER SET utf8mb4, bin VARBINARY(8), y YEAR, dt DATETIME(6), ti TIME(2), twice BIGINT GENERATED ALWAYS AS (good * 2) STORED, KEY (good), KEY (t(4))) COMMENT 'days, ''all'' of them'`,
	"CREATE TABLE stat_tag (good INT, tag VARCHAR(10) COLLATE utf8mb4_bin, PRIMARY KEY (good, tag))",
	"INSERT INTO goods (id, name, price) VALUES (1, 'th\u00e9', 2.50), (2, 'cups', 10), (3, 'none', 0)",
	`INSERT INTO stat_day (good, n, at, d, f, g, b, e, s, t, bin, y, dt, ti) VALUES
		(1, 18446744073709551615, '2026-10-25 00:30:00.125', '2026-01-31', 0.1, 0.1, 21, 'y é', 'p,q', '日本 ''x'' \\', X'00FF27', 2026, '2026-11-30 01:02:03.000004', '-12:00:00.5'),
		(1, 0, NULL, NULL, 1.17549e-38, 1e300, 0, 'x', '', '', '', NULL, NULL, NULL), (2, 7, '2026-10-25 01:30:00', '9999-12-31', -3, -0.5, 1, NULL, NULL, NULL, NULL, 1901, NULL, '838:59:59')`,
	"INSERT INTO stat_tag VALUES (1, 'a'), (1, 'A'), (2, 'b')",
}

// joinQueries need both.
var joinQueries = []string{
	"SELECT g.id, g.name, d.* FROM goods g JOIN stat_day d ON d.good = g.id ORDER BY d.id",
	"SELECT d.id, HEX(f), f + 0, g, HEX(t), HEX(bin), b + 0, twice, UNIX_TIMESTAMP(at) FROM stat_day d JOIN goods ON goods.id = d.good ORDER BY d.id",
	"SELECT name, SUM(n) FROM goods LEFT JOIN stat_day ON good = goods.id AND n < 100 GROUP BY name ORDER BY name",
	"SELECT name FROM goods WHERE id IN (SELECT good FROM stat_day) ORDER BY 1",
	"SELECT name FROM goods g WHERE NOT EXISTS (SELECT 1 FROM stat_day d WHERE d.good = g.id)",
	"SELECT name, (SELECT MAX(n) FROM stat_day d WHERE d.good = g.id AND d.n < 1000) m FROM goods g ORDER BY id",
	"SELECT id FROM goods UNION ALL SELECT good FROM stat_tag ORDER BY 1",
	"SELECT g.name, t.tag FROM stat_tag t, goods g WHERE t.good = g.id AND t.tag = 'A'",
	"SELECT g.name, t.tag FROM stat_tag t, goods g WHERE t.good = g.id AND t.tag LIKE 'a%' AND g.price > 1",
	"WITH sold AS (SELECT good, COUNT(*) c FROM stat_day GROUP BY good) SELECT name, c FROM goods JOIN sold ON good = id ORDER BY id",
	"SELECT COUNT(*) FROM goods g JOIN stat_day d ON d.good = g.id JOIN stat_tag t ON t.good = d.good AND t.good = g.id",
	"SELECT @n := @n + 1, RAND(7) < 2, name FROM goods JOIN (SELECT @n := 0) x JOIN stat_tag ON good = id ORDER BY 1",
	"SELECT COUNT(*) FROM goods g JOIN stat_day d ON d.good = g.id WHERE d.id > @from AND d.at IS NOT NULL",
	"SELECT DATABASE(), @@sql_mode = '', @@time_zone, COLLATION(t.tag) FROM goods JOIN stat_tag t ON t.good = goods.id LIMIT 1",
	"SELECT nothing FROM goods JOIN stat_tag ON good = id",
	"SELECT * FROM goods JOIN stat_gone USING (id)",
	"SELECT CONCAT(name, 1/0) FROM goods JOIN stat_tag ON good = id WHERE id = 2",
	"SHOW WARNINGS",
	"SELECT FOUND_ROWS()",
}

func joins(t *testing.T, c *cluster.Cluster) {
	database, whole := c.Database(t, "paris"), c.Database(t, "paris")
	gra := c.Datacenter("gra").Primary
	if err := gra.Exec(t.Context(), "CREATE DATABASE "+database); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := gra.Exec(context.Background(), "DROP DATABASE IF EXISTS "+database); err != nil { // the test's own context is over
			t.Error(err)
		}
	})
	c.CatchUp(t)
	p := startShunt(t, c, fmt.Sprintf(`
modules:
  statistics: {database: %s, tables: [stat_*], cluster: gra}
  search: {database: %[1]s, tables: [find_*], cluster: gra, joins: refuse}
  mail: {database: %[1]s, tables: [mail_*], cluster: gra, joins: warn}
limits: {join_rows: 100}
`, database))
	shop := c.Accounts.Shop
	app := raw(t, p.Address, mysqltest.Options{User: shop.User, Password: shop.Password, Database: database})
	one := raw(t, c.Datacenter("paris").Primary.Address, mysqltest.Options{User: shop.User, Password: shop.Password, Database: whole})
	both := func(q string) {
		t.Helper()
		got, want := whatever(app, q), strings.ReplaceAll(whatever(one, q), whole, database)
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", q, got, want)
		}
	}
	for _, q := range append([]string{"SET NAMES utf8mb4"}, joinTables...) {
		must(t, app, q)
		must(t, one, q)
	}
	for _, settings := range []string{"SET @from = 1", "SET NAMES latin1, time_zone = 'Europe/Paris', sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE'", "SET character_set_results = NULL, time_zone = '-11:00'"} {
		_ = said(app, settings) // a server may have no names of time zones
		_ = said(one, settings)
		for _, q := range joinQueries {
			both(q)
		}
	}
	for _, q := range joinQueries {
		if !strings.HasPrefix(q, "SHOW") {
			preparedJoin(t, app, one, q, database, whole)
		}
	}
	catalogs(t, app, database)
	preparedLimits(t, c, p, database)
	joinLimits(t, app)
	for _, q := range []string{"CREATE TABLE find_words (good INT)", "CREATE TABLE mail_sent (good INT)", "INSERT INTO mail_sent VALUES (1)"} {
		must(t, app, q)
	}
	if answer := said(app, "SELECT * FROM goods JOIN find_words ON good = id"); !strings.Contains(answer, "9901") || !strings.Contains(answer, "joins: refuse") {
		t.Errorf("a module that refuses: %s", answer)
	}
	if answer := must(t, app, "SELECT name FROM goods JOIN mail_sent ON good = id"); answer == "" {
		t.Error("a module that warns gives no answer")
	}
	if answer := whatever(app, "SHOW WARNINGS"); !strings.Contains(answer, "module mail") {
		t.Errorf("a module that warns: %s", answer)
	}
	if rows := p.console("SHOW PINS"); len(rows) != 0 {
		t.Errorf("it keeps connections: %v", rows)
	}
}

// whatever is all that a client is told: definitions, rows, warnings and flags, or the error. The flags that no index was used are the optimizer's guess,
// which depends on statistics.
func whatever(c *mysqltest.Client, q string) string {
	r, err := c.Query(q)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%+v %v, %d warnings, status %v", r.Columns, r.Text(), r.OK.Warnings, r.OK.Status&^(mysql.StatusNoIndex|mysql.StatusNoGoodIndex))
}

// preparedJoin prepares and executes a statement twice on both sides; everything but ids and flags of indexes is the same.
func preparedJoin(t *testing.T, app, one *mysqltest.Client, q, database, whole string) {
	t.Helper()
	run := func(c *mysqltest.Client) string {
		a, err := withPrepared(c, grammar.Statement{Text: q, Prepared: q}, func(all *answer, id uint32, params int) error {
			for range 2 {
				a, err := c.Do(mysql.ComStmtExecute, executePayload(id, 0, nil, params, true))
				if all.add(a); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		for _, p := range a.packets {
			if len(p) == 5 && p[0] == mysql.HeaderEOF || len(p) == 7 && p[0] == mysql.HeaderEOF {
				p[len(p)-2] &^= byte(mysql.StatusNoIndex | mysql.StatusNoGoodIndex)
				p[3] &^= byte(mysql.StatusNoIndex | mysql.StatusNoGoodIndex)
			}
		}
		return fmt.Sprintf("%q", a.packets)
	}
	if got, want := run(app), strings.ReplaceAll(run(one), whole, database); got != want {
		t.Errorf("prepared %s:\n got %s\nwant %s", q, got, want)
	}
}

// preparedLimits: parameters narrow what is copied, as constants do.
func preparedLimits(t *testing.T, c *cluster.Cluster, p *proxied, database string) {
	t.Helper()
	db := c.Open(t, c.Accounts.Shop, p.Address, database)
	for _, q := range []string{"CREATE TABLE long_list (id INT PRIMARY KEY, name VARCHAR(9))", "CREATE TABLE stat_list (id INT PRIMARY KEY, name VARCHAR(9))"} {
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 150 {
		for _, table := range []string{"long_list", "stat_list"} {
			if _, err := db.ExecContext(t.Context(), "INSERT INTO "+table+" VALUES (?, ?)", i, fmt.Sprint("n", i%10)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for q, args := range map[string][]any{
		"SELECT COUNT(*) FROM long_list l JOIN stat_list s USING (id) WHERE s.name = ? AND l.id <> ?": {"n3", 3},
		"SELECT COUNT(*) FROM long_list l JOIN stat_list s ON l.id = s.id WHERE l.id BETWEEN ? AND ?": {-5, 13},
	} {
		var n int
		if err := db.QueryRowContext(t.Context(), q, args...).Scan(&n); err != nil || n != 14 {
			t.Errorf("%s: %d, %v", q, n, err)
		}
	}
	var n int
	if err := db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM long_list l JOIN stat_list s USING (id) WHERE s.id + 0 >= ?", 0).Scan(&n); err == nil || !strings.Contains(err.Error(), "limits.join_rows") {
		t.Errorf("what nothing narrows: %d, %v", n, err)
	}
}

// catalogs: information_schema describes one whole database, and all databases.
func catalogs(t *testing.T, app *mysqltest.Client, database string) {
	t.Helper()
	must(t, app, "SET NAMES utf8mb4, time_zone = DEFAULT")
	for q, want := range map[string]string{
		"SELECT GROUP_CONCAT(table_name ORDER BY table_name) FROM information_schema.tables WHERE table_schema = DATABASE()":                            "goods,stat_day,stat_tag",
		"SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '" + database + "' AND TABLE_NAME IN ('goods', 'stat_tag')":               "5",
		"SELECT GROUP_CONCAT(DISTINCT s.index_name ORDER BY 1) FROM INFORMATION_SCHEMA.STATISTICS s WHERE s.table_schema = SCHEMA() AND non_unique = 1": "good,t",
		"SELECT COUNT(*) FROM information_schema.tables t JOIN information_schema.columns c USING (table_schema, table_name) WHERE t.table_schema = '" + database +
			"' AND c.table_schema = '" + database + "' AND c.column_name = 'good'": "2",
		"SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = '" + database + "'":                                                      "1",
		"SELECT COUNT(*) FROM information_schema.tables WHERE information_schema.tables.table_schema = '" + database + "' AND table_name LIKE 'stat%'": "2",
		"SELECT COUNT(*) FROM information_schema.key_column_usage WHERE constraint_schema = '" + database + "' AND table_schema = '" + database + "'":  "4",
	} {
		if got := must(t, app, q); got != want {
			t.Errorf("%s: %s, want %s", q, got, want)
		}
	}
}

// joinLimits: only what is small enough is copied, or what a condition makes so; the other side may be as large as it wants.
func joinLimits(t *testing.T, app *mysqltest.Client) {
	t.Helper()
	must(t, app, "CREATE TABLE stat_many (id INT PRIMARY KEY, good INT)")
	must(t, app, "CREATE TABLE pages (id INT PRIMARY KEY, good INT)")
	var rows []string
	for i := range 200 {
		rows = append(rows, fmt.Sprintf("(%d, %d)", i, i%4))
	}
	must(t, app, "INSERT INTO stat_many VALUES "+strings.Join(rows, ","))
	must(t, app, "INSERT INTO pages VALUES "+strings.Join(rows, ","))
	if answer := said(app, "SELECT COUNT(*) FROM information_schema.columns"); !strings.Contains(answer, "9901") {
		t.Errorf("of more rows than may be copied some are counted: %s", answer)
	}
	for q, want := range map[string]string{
		"SELECT COUNT(*) FROM stat_many JOIN goods ON goods.id = good":                                                                    "150",
		"SELECT COUNT(*) FROM stat_many s JOIN pages USING (id) WHERE s.good = 1 AND s.id < 40":                                           "10",
		"SELECT COUNT(*) FROM stat_many s JOIN pages p USING (id) WHERE p.id BETWEEN 10 AND 19":                                           "10",
		"SELECT COUNT(*) FROM stat_many s JOIN pages p ON s.id = p.id JOIN goods g ON g.id = p.good AND g.name = 'cups' WHERE s.id < 100": "25",
	} {
		if got := must(t, app, q); got != want {
			t.Errorf("%s: %s, want %s", q, got, want)
		}
	}
	for _, q := range []string{"SELECT COUNT(*) FROM stat_many JOIN pages USING (id)", "SELECT COUNT(*) FROM stat_many s JOIN pages USING (id) WHERE s.id < 150"} {
		if answer := said(app, q); !strings.Contains(answer, "9901") || !strings.Contains(answer, "limits.join_rows") || !strings.Contains(answer, "stat_many (module statistics on cluster gra)") {
			t.Errorf("%s: %s", q, answer)
		}
	}
}
