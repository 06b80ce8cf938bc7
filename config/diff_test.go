package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shunt/admin"
)

func TestDiff(t *testing.T) {
	for _, c := range []struct {
		name string
		edit *strings.Replacer
		want []Change
	}{
		{"nothing", strings.NewReplacer(), nil},
		{"only the order and a comment", strings.NewReplacer("reads:", "# a comment\nreads:"), nil},
		{"a live setting", strings.NewReplacer("level: debug", "level: warn"), []Change{{"log.level", "debug", "warn", true}}},
		{"a time span, written otherwise", strings.NewReplacer("server_idle: 1m", "server_idle: 60s"), nil},
		{"a setting goes back to its default", strings.NewReplacer(", drain: 4s", ""), []Change{{"limits.drain", "4s", "30s", false}}},
		{"a password", strings.NewReplacer(`password: "${ADMIN}"`, "password: new"), []Change{{"admin.password", "****", "****", false}}},
		{"a server is added", strings.NewReplacer("servers: [db4:3306]", "servers: [db4:3306, {address: db5:3306, weight: 2, use: drain}]"),
			[]Change{{"clusters.gra.servers[db5:3306]", "", "{weight: 2, use: drain}", true}}},
		{"a server is removed", strings.NewReplacer("      - db1:3306\n", ""), []Change{{"clusters.paris.servers[db1:3306]", "{}", "", true}}},
		{"a server is changed", strings.NewReplacer("weight: 3, datacenter: roubaix", "weight: 5"),
			[]Change{{"clusters.paris.servers[db2:3306]", "{weight: 3, datacenter: roubaix}", "{weight: 5}", true}}},
		{"an account's password", strings.NewReplacer("password: t0p", "password: other"),
			[]Change{{"accounts[web@%]", "{password: ****}", "{password: ****}", false}}},
		{"a database moves and one is added", strings.NewReplacer("shop: {cluster: paris}", "shop: {cluster: gra}\n  blog: {cluster: paris}"),
			[]Change{{"databases.shop.cluster", "paris", "gra", true}, {"databases.blog.cluster", "", "paris", true}}},
		{"a list of words", strings.NewReplacer("[shop.Price]", "[shop.Price, shop.tax]"),
			[]Change{{"reads.safe_functions", "[shop.Price]", "[shop.Price, shop.tax]", false}}},
		{"limits of some accounts, of which 0 is one", strings.NewReplacer("limits: {", "limits: {accounts: [{users: [web, cron], query_timeout: 0, connections: 3}], "),
			[]Change{{"limits.accounts[web,cron]", "", "{query_timeout: 0, connections: 3}", true}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			edited := c.edit.Replace(most)
			if edited == most && c.name != "nothing" {
				t.Fatal("the edit changes nothing in the text")
			}
			if diff := cmp.Diff(c.want, Diff(mustParse(t, most), mustParse(t, edited))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestChangeRow(t *testing.T) {
	for _, c := range []struct {
		change Change
		want   admin.ChangeRow
	}{
		{Change{"log.level", "info", "debug", true}, admin.ChangeRow{Setting: "log.level", Old: "info", New: "debug", Applied: "now"}},
		{Change{"limits.clients", "1", "2", false}, admin.ChangeRow{Setting: "limits.clients", Old: "1", New: "2", Applied: "after a restart"}},
	} {
		if got := c.change.Row(); got != c.want {
			t.Errorf("%v is %v, want %v", c.change, got, c.want)
		}
	}
}

// TestSettings: SHOW CONFIG has every setting with its line.
func TestSettings(t *testing.T) {
	var b strings.Builder
	for _, r := range mustParse(t, most).Settings() {
		b.WriteString(strings.Join([]string{r.Setting, r.Value, r.Default, r.Source, r.Reload}, " | ") + "\n")
	}
	goldenFile(t, "testdata/settings.txt", b.String())
}
