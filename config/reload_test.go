package config

import (
	"errors"
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
		"databases:", "  lyon: {servers: [db9:3306], account: {user: shunt, password: x}}\ndatabases:", "shop: {cluster: paris}", "shop: {cluster: lyon}",
	).Replace(most))
	_, err := mustParse(t, most).Reloaded(next)
	var faults Faults
	if !errors.As(err, &faults) || len(faults) != 1 || faults[0].Line != 27 || !strings.Contains(faults[0].Hint, "restart") {
		t.Errorf("got %v, want one fault in line 27 that asks for a restart", err)
	}
}
