package e2e

import (
	"strings"
	"testing"
	"time"

	"shunt/lab"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// TestAClusterIsDown: only statements that need it suffer. They wait, and then hear which cluster it is; all others go on as ever, on the same connection.
func TestAClusterIsDown(t *testing.T) {
	c := cluster.Start(t, cluster.Datacenters(lab.Datacenter{Name: "paris", Replicas: 1}, lab.Datacenter{Name: "gra", Replicas: 1}))
	database := c.Database(t, "paris")
	c.CatchUp(t)
	p := startShunt(t, c, modulesOf(t, c, database, map[string]string{"gra": "stat_*"})+"limits: {wait: 1s}\n")
	shop := c.Accounts.Shop
	app := raw(t, p.Address, mysqltest.Options{User: shop.User, Password: shop.Password, Database: database})
	for _, q := range []string{"CREATE TABLE goods (id INT PRIMARY KEY)", "CREATE TABLE stat_day (id INT PRIMARY KEY)", "INSERT INTO goods VALUES (1)", "INSERT INTO stat_day VALUES (1)",
		"SELECT * FROM goods JOIN stat_day USING (id)"} {
		must(t, app, q)
	}
	gra := c.Datacenter("gra")
	for _, s := range append([]*lab.Server{gra.Primary}, gra.Replicas...) {
		if err := s.Kill(); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range []string{"SELECT * FROM stat_day", "INSERT INTO stat_day VALUES (2)", "SELECT * FROM goods JOIN stat_day USING (id)", "SHOW TABLES"} {
		if answer := said(app, q); !strings.HasPrefix(answer, "Error 99") || !strings.Contains(answer, "gra") && !strings.Contains(answer, gra.Primary.Address) &&
			!strings.Contains(answer, gra.Replicas[0].Address) {
			t.Errorf("%s: %s", q, answer)
		}
		for _, q := range []string{"INSERT INTO goods SELECT MAX(id) + 1 FROM goods g", "BEGIN", "UPDATE goods SET id = id + 100", "ROLLBACK", "SET @a = 1"} {
			must(t, app, q)
		}
		if n := must(t, app, "SELECT COUNT(*) > 1 FROM goods"); n != "1" {
			t.Errorf("after %s: %s", q, n)
		}
	}
	if got := first(t, app, "SHOW DATABASES LIKE '"+database+"'"); got != database {
		t.Errorf("SHOW DATABASES: %s", got)
	}
	another := raw(t, p.Address, mysqltest.Options{User: shop.User, Password: shop.Password, Database: database})
	must(t, another, "SELECT * FROM goods")
	if err := gra.Primary.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.await("gra is back", time.Minute, func() bool { return said(app, "INSERT INTO stat_day VALUES (3)") == "ok" })
	if got := must(t, app, "SELECT COUNT(*) FROM goods JOIN stat_day USING (id)"); got == "0" {
		t.Error("a join finds nothing")
	}
}
