package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"shunt/lab/shop"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// TestShopUnderAnotherName is TestShopOverThreeClusters with a shop that all three clusters call shop_v2: no page sees it.
func TestShopUnderAnotherName(t *testing.T) {
	c := threePlaces(t)
	const behind = shop.Database + "_v2"
	config := strings.ReplaceAll(modulesOf(t, c, behind, map[string]string{"gra": "b_stat_*", "ams": "b_search_*"}), behind, shop.Database)
	config = strings.Replace(config, "{cluster: paris}", "{cluster: paris, name: "+behind+"}", 1)
	p := startShunt(t, c, config)
	if err := shop.Load(t.Context(), c.Open(t, c.Accounts.ShopAdmin, p.Address, "")); err != nil {
		t.Fatal(err)
	}
	c.CatchUp(t)
	report, err := shop.Run(t.Context(), c.Open(t, c.Accounts.Shop, p.Address, shop.Database), shop.Workload{Clients: 8, Requests: 1500})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d pages, %d transactions, %d checks, %v statements", report.Requests, report.Transactions, report.Checks, report.Statements)
	if report.Errors > 0 || report.Stale > 0 || report.Checks < 50 || report.Transactions < 20 {
		t.Errorf("%d pages failed, %d reads were stale: %s", report.Errors, report.Stale, report.Samples)
	}
	for place, want := range map[string]string{
		"paris": "categories,order_items,orders,payments,products,sessions,settings,users", "gra": "b_stat_day,b_stat_hits", "ams": "b_search_content,b_search_word",
	} {
		if got := tablesOn(t, c, place, behind); got != want {
			t.Errorf("%s has %s, not %s", place, got, want)
		}
	}
	app := c.Open(t, c.Accounts.Shop, p.Address, shop.Database)
	var found, tables, joined int
	var database, schema string
	for q, into := range map[string]any{
		"SELECT COUNT(*) FROM products p JOIN b_search_content s ON s.url = CONCAT('/product/', p.id) JOIN b_search_word w ON w.content_id = s.id WHERE p.id < 20":           &found,
		"SELECT COUNT(*) FROM " + shop.Database + ".products p JOIN " + shop.Database + ".b_search_content s ON s.url = CONCAT('/product/', p.id) WHERE DATABASE() = 'shop'": &joined,
		"SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'shop' AND TABLE_TYPE = 'BASE TABLE'":                                                           &tables,
		"SELECT DISTINCT TABLE_SCHEMA FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()":                                                                       &schema,
		"SELECT DATABASE()": &database,
	} {
		if err := app.QueryRowContext(t.Context(), q).Scan(into); err != nil {
			t.Errorf("%s: %v", q, err)
		}
	}
	if found == 0 || joined == 0 || tables != 12 || database != shop.Database || schema != shop.Database {
		t.Errorf("joins over clusters found %d and %d; there are %d tables of %s, the session is in %s", found, joined, tables, schema, database)
	}
	p.await("the database is found", soon, func() bool {
		return len(p.console("SHOW DATABASES WHERE database = '"+shop.Database+"' AND found_on = 'ams; gra; paris'")) == 1
	})
	if row := p.console("SHOW DATABASES WHERE database = '" + shop.Database + "'"); len(row) != 1 || row[0]["name"] != behind || row[0]["problem"] != "" {
		t.Errorf("the console shows %v", row)
	}
	if row := p.console("SHOW DATABASES WHERE database = '" + behind + "'"); len(row) > 0 {
		t.Errorf("the console shows %v", row)
	}
}

// TestADatabaseIsRenamedByAnOrder: applications go on with its name while the cluster has two versions of it, and which one they see an operator decides.
func TestADatabaseIsRenamedByAnOrder(t *testing.T) {
	c := cluster.Shared(t)
	old := c.Database(t, "paris")
	young := old + "_v2"
	paris := c.Datacenter("paris").Primary
	for _, q := range []string{
		"CREATE DATABASE " + young, "CREATE TABLE " + old + ".version (n INT)", "INSERT INTO " + old + ".version VALUES (1)",
		"CREATE TABLE " + young + ".version (n INT)", "INSERT INTO " + young + ".version VALUES (2)",
	} {
		if err := paris.Exec(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	dropAtEnd(t, paris, young)
	c.CatchUp(t)
	p := startShunt(t, c, fmt.Sprintf("store: {embedded: %s}\n", filepath.Join(t.TempDir(), "store")))
	account := c.Accounts.Shop
	app := raw(t, p.Address, mysqltest.Options{User: account.User, Password: account.Password, Database: old})
	sees := func(want string) {
		t.Helper()
		for _, q := range []string{"SELECT n FROM version", "SELECT " + old + ".version.n FROM " + old + ".version"} {
			if got := said(app, q); got != want {
				t.Errorf("%s: %s, want %s", q, got, want)
			}
		}
		if got := said(app, "SELECT DATABASE()"); got != old {
			t.Errorf("the session is in %s", got)
		}
	}
	p.await("both are found", soon, func() bool { return len(p.console("SHOW DATABASES WHERE database LIKE '"+old+"%'")) == 2 })
	sees("1")
	if rows := p.console("SET DATABASE " + old + " HOME paris AS " + young + " DRY RUN"); len(rows) < 2 || !strings.HasSuffix(rows[0]["after"], "paris as "+young+" [store]") {
		t.Errorf("a dry run says %v", rows)
	}
	sees("1")
	p.console("SET DATABASE " + old + " HOME paris AS " + young)
	sees("2")
	for q, want := range map[string]string{
		"SELECT n FROM " + young + ".version": "1146", "USE " + young: "1049", "DROP DATABASE " + young: "9931", "SELECT n FROM " + old + ".nothing": "'" + old + ".nothing'",
		"SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '" + young + "'": "", "SHOW DATABASES LIKE '" + old + "%'": old,
		"SELECT TABLE_SCHEMA FROM information_schema.TABLES WHERE TABLE_SCHEMA LIKE '" + old + "%'": old, "SHOW TABLES": "version",
	} {
		if got := said(app, q); !strings.Contains(got, want) || strings.Contains(strings.ReplaceAll(got, q, ""), young) && want != "1146" && want != "1049" && want != "9931" {
			t.Errorf("%s: %s", q, got)
		}
	}
	route := p.console("EXPLAIN ROUTE SELECT n FROM " + old + ".version")[0]
	if !strings.Contains(route["tables"], "in "+young) {
		t.Errorf("the route is %v", route)
	}
	p.console("RESET DATABASE " + old)
	sees("1")
}
