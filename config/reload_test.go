package config

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReloaded: what is live is taken, what needs a restart stays, and the difference that is left says so.
func TestReloaded(t *testing.T) {
	before := mustParse(t, most)
	next := mustParse(t, "# one line more\n"+strings.NewReplacer(
		"level: debug", "level: warn",
		"shop: {cluster: paris}", "shop: {cluster: gra}\n  blog: {cluster: paris}",
		"  2024: {cluster: gra}\n", "",
		"clients: 5", "clients: 6",
	).Replace(most))
	after, err := before.Reloaded(next)
	if err != nil {
		t.Fatal(err)
	}
	if after.LogLevel().String() != "WARN" || after.Proxy().Clients != 5 {
		t.Errorf("log level %v, %d clients; want WARN from the new file, 5 from the old one", after.LogLevel(), after.Proxy().Clients)
	}
	if diff := cmp.Diff(map[string]string{"shop": "gra", "blog": "paris"}, after.Sharding().Homes); diff != "" {
		t.Errorf("homes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Change{{"limits.clients", "5", "6", false}}, Diff(after, next)); diff != "" {
		t.Errorf("what is left for a restart (-want +got):\n%s", diff)
	}
	if before.LogLevel().String() != "DEBUG" || before.Sharding().Homes["shop"] != "paris" {
		t.Error("the configuration before has changed")
	}
	lines := map[string]string{}
	for _, row := range after.Settings() {
		lines[row.Setting] = row.Source
	}
	for setting, want := range map[string]string{
		"log.level": "config.yaml:42", "databases.blog.cluster": "config.yaml:28", "limits.clients": "config.yaml:32",
	} {
		if lines[setting] != want {
			t.Errorf("%s stands in %s, want %s", setting, lines[setting], want)
		}
	}
}

// TestReloadedNeedsRestart: a database cannot move to a cluster that only a restart brings.
func TestReloadedNeedsRestart(t *testing.T) {
	next := mustParse(t, strings.NewReplacer(
		"\ndatabases:", "\n  lyon: {servers: [db9:3306], account: {user: shunt, password: x}}\ndatabases:", "shop: {cluster: paris}", "shop: {cluster: lyon}",
	).Replace(most))
	_, err := mustParse(t, most).Reloaded(next)
	var faults Faults
	if !errors.As(err, &faults) || len(faults) != 1 || faults[0].Line != 27 || !strings.Contains(faults[0].Hint, "restart") {
		t.Errorf("got %v, want one fault in line 27 that asks for a restart", err)
	}
}

// TestReloadedServers: which servers a cluster has, and how they are used, changes at once; all else of a cluster does not.
func TestReloadedServers(t *testing.T) {
	before := mustParse(t, most)
	next := mustParse(t, strings.NewReplacer(
		"      - db1:3306\n", "", "weight: 3, datacenter: roubaix", "weight: 4", "servers: [db4:3306]", "servers: [db4:3306, {address: db5:3306, use: drain}]",
		"    compression: zlib\n", "    compression: zstd\n  lyon: {servers: [db9:3306], account: {user: shunt, password: x}}\n",
	).Replace(most))
	after, err := before.Reloaded(next)
	if err != nil {
		t.Fatal(err)
	}
	var servers []string
	for _, c := range after.Clusters() {
		for _, h := range c.Hosts {
			servers = append(servers, fmt.Sprintf("%s %s %d %s", c.Name, h.Address, h.Weight, h.Use))
		}
	}
	if diff := cmp.Diff([]string{"paris db2:3306 4 serve", "paris /run/mysqld.sock 0 backup", "gra db4:3306 1 serve", "gra db5:3306 1 drain"}, servers); diff != "" {
		t.Errorf("servers (-want +got):\n%s", diff)
	}
	applied := map[string]bool{}
	for _, c := range Changes(before, after, next) {
		applied[c.Key] = c.Live
	}
	for key, want := range map[string]bool{
		"clusters.paris.servers[db1:3306]": true, "clusters.paris.servers[db2:3306]": true, "clusters.gra.servers[db5:3306]": true,
		"clusters.gra.compression": false, "clusters.lyon.servers[db9:3306]": false,
	} {
		if got, told := applied[key]; !told || got != want {
			t.Errorf("%s is applied %v (told %v), want %v", key, got, told, want)
		}
	}
	if len(before.Clusters()[0].Hosts) != 3 || before.Clusters()[0].Hosts[1].Weight != 3 {
		t.Error("the configuration before has changed")
	}
}

// TestReloadedRefusesAServerOfTwoClusters: a server cannot leave a cluster that is there until a restart.
func TestReloadedRefusesAServerOfTwoClusters(t *testing.T) {
	text := strings.NewReplacer("default: gra", "default: paris", "2024: {cluster: gra}", "2024: {cluster: paris}").Replace(most)
	begin, end := strings.Index(text, "  gra: &gra"), strings.Index(text, "databases:\n")
	next := mustParse(t, strings.Replace(text[:begin]+text[end:], "datacenter: gra", "datacenter: paris", 1))
	next.File.Clusters[0].Servers = append(next.File.Clusters[0].Servers, added("db4:3306"))
	if _, err := mustParse(t, most).Reloaded(next); err == nil || !strings.Contains(err.Error(), "db4:3306 is listed twice") {
		t.Errorf("got %v", err)
	}
}
