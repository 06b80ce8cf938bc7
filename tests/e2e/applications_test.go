package e2e

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"shunt/lab"
	"shunt/lab/shop"
	"shunt/tests/cluster"
)

// threePlaces has three clusters of a primary and a replica each.
func threePlaces(t *testing.T) *cluster.Cluster {
	t.Helper()
	var layout []lab.Datacenter
	for _, name := range []string{"paris", "gra", "ams"} {
		layout = append(layout, lab.Datacenter{Name: name, Replicas: 1})
	}
	return cluster.Start(t, cluster.Datacenters(layout...))
}

// modulesOf makes the empty databases that modules need on their clusters, and the configuration of the modules: from the cluster's name to its tables. The rest
// is at home in paris, where it does not exist yet.
func modulesOf(t *testing.T, c *cluster.Cluster, database string, tables map[string]string) (config string) {
	t.Helper()
	config = fmt.Sprintf("databases: {%s: {cluster: paris}}\nmodules:\n", database)
	for _, place := range slices.Sorted(maps.Keys(tables)) {
		if err := c.Datacenter(place).Primary.Exec(t.Context(), "CREATE DATABASE "+database+" CHARACTER SET utf8mb4"); err != nil {
			t.Fatal(err)
		}
		config += fmt.Sprintf("  on_%s: {database: %s, tables: [%s], cluster: %s}\n", place, database, tables[place], place)
	}
	return config
}

// tablesOn are the tables of a database that a cluster's primary has itself.
func tablesOn(t *testing.T, c *cluster.Cluster, place, database string) string {
	t.Helper()
	var names string
	if err := c.Datacenter(place).Primary.DB().QueryRowContext(t.Context(), "SELECT COALESCE(GROUP_CONCAT(TABLE_NAME ORDER BY 1), '') FROM information_schema.TABLES"+
		" WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE'", database).Scan(&names); err != nil {
		t.Fatal(err)
	}
	sorted := strings.Split(names, ",")
	slices.Sort(sorted)
	return strings.Join(sorted, ",")
}

// TestShopOverThreeClusters: the sample shop is loaded and used through shunt, its statistics and its search on clusters of their own. No page fails, nobody misses
// what he has written, and each cluster has just its tables.
func TestShopOverThreeClusters(t *testing.T) {
	c := threePlaces(t)
	p := startShunt(t, c, modulesOf(t, c, shop.Database, map[string]string{"gra": "b_stat_*", "ams": "b_search_*"}))
	admin := c.Open(t, c.Accounts.ShopAdmin, p.Address, "")
	if err := shop.Load(t.Context(), admin); err != nil {
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
		if got := tablesOn(t, c, place, shop.Database); got != want {
			t.Errorf("%s has %s, not %s", place, got, want)
		}
	}
	c.CatchUp(t) // with what the visitors' connections have written
	app := c.Open(t, c.Accounts.Shop, p.Address, shop.Database)
	var hits, pages, found int
	for q, into := range map[string]*int{
		"SELECT COUNT(*) FROM b_stat_hits": &hits,
		"SELECT COUNT(*) FROM products p JOIN b_search_content s ON s.url = CONCAT('/product/', p.id) JOIN b_search_word w ON w.content_id = s.id WHERE p.id < 20": &found,
		"SELECT COUNT(DISTINCT url) FROM b_stat_hits": &pages,
	} {
		if err := app.QueryRowContext(t.Context(), q).Scan(into); err != nil {
			t.Errorf("%s: %v", q, err)
		}
	}
	t.Logf("%d hits of %d pages; a join over two clusters found %d", hits, pages, found)
	if hits < report.Requests {
		t.Errorf("%d hits of %d pages", hits, report.Requests)
	}
}

// TestWordPressOverClusters is TestWordPress with some of its tables on other clusters: comments and users on a second one, then its terms on a third.
func TestWordPressOverClusters(t *testing.T) {
	c := threePlaces(t)
	primary := c.Datacenter("paris").Primary.Address
	direct := newWordPress(t, c, primary, "shop_wordpress")
	direct.story()
	want := direct.rows(primary)
	for _, test := range []struct {
		name   string
		tables map[string]string
		has    map[string]string
	}{
		{"two", map[string]string{"gra": "wp_comment*, wp_user*"}, map[string]string{"gra": "wp_commentmeta,wp_comments,wp_usermeta,wp_users", "ams": ""}},
		{"three", map[string]string{"gra": "wp_comment*, wp_user*", "ams": "wp_term*"}, map[string]string{
			"gra": "wp_commentmeta,wp_comments,wp_usermeta,wp_users", "ams": "wp_term_relationships,wp_term_taxonomy,wp_termmeta,wp_terms"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			database := "shop_wordpress_" + test.name
			config := modulesOf(t, c, database, test.tables)
			p := startShunt(t, c, config)
			through := newWordPress(t, c, p.Address, database)
			through.story()
			if got := through.rows(p.Address); got != want {
				t.Errorf("rows after the story\ndirect\n%s\nover %s clusters\n%s", want, test.name, got)
			}
			for place, tables := range test.has {
				if got := tablesOn(t, c, place, database); got != tables {
					t.Errorf("%s has %s, not %s", place, got, tables)
				}
			}
			if on := tablesOn(t, c, "paris", database); strings.Contains(on, "wp_user") || !strings.Contains(on, "wp_posts") {
				t.Errorf("paris has %s", on)
			}
			t.Logf("%v SELECTs over clusters were answered, %v refused", p.Metric(`shunt_joins_total{outcome="ok"`), p.Metric(`shunt_joins_total{outcome="refused"`))
			for place := range test.tables {
				_ = c.Datacenter(place).Primary.Exec(context.Background(), "DROP DATABASE "+database)
			}
		})
	}
}
