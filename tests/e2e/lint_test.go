package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"shunt/lab"
	"shunt/lab/shop"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// TestLint: before statistics are split off, shunt tells what ties them to the rest: what is defined on the server, and what was asked.
func TestLint(t *testing.T) { lintStory(t, cluster.Shared(t)) }

func TestMySQLLint(t *testing.T) {
	pair := func(name string) lab.Datacenter { return lab.Datacenter{Name: name, Replicas: 1} }
	lintStory(t, cluster.Start(t, cluster.MySQL(), cluster.Datacenters(pair("paris"), pair("gra"))))
}

func lintStory(t *testing.T, c *cluster.Cluster) {
	database := c.Database(t, "paris")
	defineTied(t, c, database)
	p := startShunt(t, c, "")
	account := c.Accounts.Shop
	app := raw(t, p.Address, mysqltest.Options{User: account.User, Password: account.Password, Database: database})
	for range 3 {
		must(t, app, "SELECT COUNT(*) FROM stat_day JOIN users ON users.id = stat_day.u WHERE users.name = 'secret'")
	}
	for _, q := range []string{
		"INSERT INTO users (id, name) VALUES (7, 'secret')", "INSERT INTO stat_day (u) SELECT id FROM users", "BEGIN", "UPDATE users SET name = 'x'", "UPDATE stat_day SET n = 2",
		"COMMIT", "SELECT COUNT(*) FROM over_both", "CALL tidy(1)", "SELECT twice(n) FROM stat_day",
	} {
		must(t, app, q)
	}
	db := p.open(database)
	for id := range 5 {
		if _, err := query(t.Context(), db, "SELECT s.n FROM stat_day s, users WHERE s.id = ?", id); err != nil { // prepared by the driver
			t.Fatal(err)
		}
	}
	p.await("all is counted", 10*time.Second, func() bool { // which comes after the answer
		return len(p.console("SHOW DIGESTS WHERE statements = 5 AND text LIKE 'SELECT s.n%'")) == 1
	})
	kinds := map[string][]map[string]string{}
	for _, row := range p.console("SHARD LINT DATABASE " + database + " TABLES ('stat_*') TO CLUSTER gra") {
		kinds[row["kind"]] = append(kinds[row["kind"]], row)
		if strings.Contains(fmt.Sprint(row), "secret") {
			t.Errorf("a literal is shown: %v", row)
		}
	}
	for kind, want := range map[string]string{
		"foreign_key": "whose stat_day users 2", "view": "over_both stat_day users 1", "procedure": "tidy stat_day; stat_hits users 1", "function": "twice   1",
		"trigger": "counted stat_day users 2", "event": "nightly stat_day  0", "transaction": " stat_day users 1",
	} {
		found := kinds[kind]
		if len(found) != 1 {
			t.Errorf("%s: %v", kind, found)
			continue
		}
		row := found[0]
		got := strings.Join([]string{row["object"], row["module_tables"], row["other_tables"], row["count"]}, " ")
		if kind == "transaction" { // its object is the digests
			got = strings.TrimPrefix(got, row["object"])
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", kind, got, want)
		}
	}
	if reads := kinds["read"]; len(reads) != 3 || reads[0]["count"] != "5" || reads[1]["count"] != "3" || !strings.Contains(reads[1]["example"], "users.name = ?") {
		t.Errorf("reads: %v", reads)
	}
	if writes := kinds["write"]; len(writes) != 1 || !strings.Contains(writes[0]["example"], "INSERT INTO stat_day") {
		t.Errorf("writes: %v", writes)
	}
	if unclear := kinds["not_understood"]; len(unclear) != 1 || unclear[0]["object"] != "procedure dynamic" {
		t.Errorf("not understood: %v", unclear)
	}
	if missing := kinds["not_seen"]; len(missing) > 0 {
		t.Errorf("not seen: %v", missing)
	}
	if verdict := kinds["verdict"]; len(verdict) != 1 || !strings.Contains(verdict[0]["advice"], "6 definitions, 4 shapes of statements") {
		t.Errorf("the verdict: %v", verdict)
	}
	digestsStory(t, p, database)
	out, errs, code := command(t, []string{"SHUNT_ADMIN_PASSWORD=" + adminPassword}, "lint", "--database", database, "--tables", "stat_*,nothing", "--api", "http://"+p.HTTP)
	if code != 0 || errs != "" || !strings.Contains(out, "foreign_key") || !strings.Contains(out, "proposed: to be settled first: 6 definitions") {
		t.Errorf("shunt lint: code %d, %s\n%s", code, errs, out)
	}
}

// defineTied makes users and stat_day, with one of each sort of definition that ties them.
func defineTied(t *testing.T, c *cluster.Cluster, database string) {
	t.Helper()
	for _, q := range []string{
		"CREATE TABLE %s.users (id INT PRIMARY KEY, name VARCHAR(20))",
		"CREATE TABLE %[1]s.stat_day (id INT PRIMARY KEY AUTO_INCREMENT, n INT, u INT, CONSTRAINT whose FOREIGN KEY (u) REFERENCES %[1]s.users (id))",
		"CREATE TABLE %s.stat_hits (n INT PRIMARY KEY)",
		"CREATE VIEW %[1]s.over_both AS SELECT s.id, u.name FROM %[1]s.stat_day s JOIN %[1]s.users u ON u.id = s.u",
		"CREATE PROCEDURE %[1]s.tidy(IN days INT) BEGIN IF days > (SELECT COUNT(*) FROM %[1]s.stat_hits) THEN DELETE FROM %[1]s.users WHERE id = 4711; END IF; DELETE FROM %[1]s.stat_day WHERE id = 4711; END",
		"CREATE PROCEDURE %s.dynamic() BEGIN PREPARE s FROM @x; EXECUTE s; END",
		"CREATE FUNCTION %s.twice(n INT) RETURNS INT DETERMINISTIC NO SQL RETURN 2 * n",
		"CREATE TRIGGER %[1]s.counted AFTER INSERT ON %[1]s.users FOR EACH ROW UPDATE %[1]s.stat_day SET n = n + 1",
		"CREATE EVENT %[1]s.nightly ON SCHEDULE EVERY 1 DAY DO DELETE FROM %[1]s.stat_day WHERE id = 4711",
	} {
		if err := c.Datacenter("paris").Primary.Exec(t.Context(), fmt.Sprintf(q, database)); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	c.CatchUp(t)
}

// digestsStory looks at what was counted.
func digestsStory(t *testing.T, p *proxied, database string) {
	t.Helper()
	rows := p.console("SHOW DIGESTS WHERE database = '" + database + "' AND text LIKE 'SELECT COUNT(*) FROM stat_day%'")
	if len(rows) != 1 {
		t.Fatalf("digests: %v", rows)
	}
	row := rows[0]
	for column, want := range map[string]string{
		"kind": "select", "statements": "3", "errors": "0", "rows": "3", "clusters": "paris", "tables": database + ".stat_day; " + database + ".users",
		"text": "SELECT COUNT(*) FROM stat_day JOIN users ON users.id = stat_day.u WHERE users.name = ?",
	} {
		if row[column] != want {
			t.Errorf("%s is %q, want %q", column, row[column], want)
		}
	}
	if row["first_seen"] > row["last_seen"] || row["server_seconds"] < row["longest_seconds"] {
		t.Errorf("times: %v", row)
	}
	want := database + ".stat_day (written); " + database + ".users (written)"
	if sets := p.console("SHOW TABLESETS"); len(sets) != 1 || sets[0]["tables"] != want || sets[0]["transactions"] != "1" {
		t.Errorf("table sets: %v, want %s", sets, want)
	}
	for _, command := range []string{"SHOW DIGESTS", "SHOW TABLESETS"} {
		if shown := fmt.Sprint(p.console(command)); strings.Contains(shown, "secret") {
			t.Errorf("%s shows a literal: %s", command, shown)
		}
	}
}

// TestModulesTellWhatCrosses: of a module that is split off already, what is left over its border is shown, and what is refused for it.
func TestModulesTellWhatCrosses(t *testing.T) {
	c := cluster.Shared(t)
	database := c.Database(t, "paris")
	defineTied(t, c, database)
	p := startShunt(t, c, fmt.Sprintf("modules:\n  statistics: {database: %s, tables: [stat_*], cluster: gra}\n", database))
	rows := p.console("SHOW MODULES")
	if len(rows) != 1 || rows[0]["name"] != "statistics" || rows[0]["cluster"] != "gra" || rows[0]["tables"] != "stat_*" {
		t.Fatalf("SHOW MODULES: %v", rows)
	}
	for _, want := range []string{"foreign_key whose: stat_day with users", "view over_both: stat_day with users"} {
		if !strings.Contains(rows[0]["findings"], want) {
			t.Errorf("no %q in %s", want, rows[0]["findings"])
		}
	}
	account := c.Accounts.Shop
	app := raw(t, p.Address, mysqltest.Options{User: account.User, Password: account.Password, Database: database})
	for range 2 {
		if answer := said(app, "SELECT * FROM stat_day JOIN users FOR UPDATE"); !strings.Contains(answer, "9901") {
			t.Fatal(answer)
		}
	}
	p.await("both are counted", 10*time.Second, func() bool { return len(p.console("SHOW DIGESTS WHERE errors = 2")) == 1 })
	if reads := p.console("SHARD LINT MODULE statistics WHERE kind = 'read'"); len(reads) != 1 || reads[0]["count"] != "2" {
		t.Errorf("what was refused: %v", reads)
	}
	if _, err := p.Try("SHARD LINT MODULE nothing"); err == nil || !strings.Contains(err.Error(), "no module has this name") {
		t.Errorf("a module that there is not: %v", err)
	}
}

// TestAdvice: from the traffic of the shop, shunt finds the modules that people would have named.
func TestAdvice(t *testing.T) {
	c := cluster.Shared(t)
	p := startShunt(t, c, "")
	report, err := shop.Run(t.Context(), p.open("shop"), shop.Workload{Clients: 4, Requests: 500})
	if err != nil || report.Errors > 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	out, errs, code := command(t, nil, "advice", "--database", "shop", "--json", "--password", adminPassword, "--api", "http://"+p.HTTP)
	var rows []struct {
		Module     string   `json:"module"`
		Tables     []string `json:"tables"`
		Statements int      `json:"statements"`
		PerSecond  float64  `json:"per_second"`
		Writes     float64  `json:"write_share"`
		Time       float64  `json:"time_share"`
		Crossing   int      `json:"crossing"`
		Crosses    []string `json:"crosses"`
	}
	if err := json.Unmarshal([]byte(out), &rows); err != nil || code != 0 {
		t.Fatalf("shunt advice: code %d, %s, %v\n%s", code, errs, err, out)
	}
	found := map[string]bool{}
	for _, row := range rows {
		tables := strings.Join(row.Tables, " ")
		found[tables] = true
		switch tables {
		case "b_stat_*":
			if row.Module != "stat" || row.Writes < 0.5 || row.Writes > 1 || row.PerSecond <= 0 || row.Time <= 0 {
				t.Errorf("statistics: %+v", row)
			}
		case "b_search_*":
			if row.Module != "search" || row.Writes != 0 || row.Statements == 0 {
				t.Errorf("search: %+v", row)
			}
		}
		if row.Crossing != 0 {
			t.Errorf("the shop was made so that nothing crosses: %+v", row)
		}
	}
	last := strings.Join(rows[len(rows)-1].Tables, " ")
	if !found["b_stat_*"] || !found["b_search_*"] || rows[len(rows)-1].Module != "" || !strings.Contains(last, "order_items orders payments products") {
		t.Errorf("the advice is\n%s", out)
	}
}
