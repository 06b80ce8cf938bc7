package config

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"shunt/router"
)

// TestWhatClustersServe: a cluster that is kept for a task is so in the router's rules; others are not in them.
func TestWhatClustersServe(t *testing.T) {
	c := mustParse(t, `
listen: 127.0.0.1:0
admin: {password: x}
clusters:
  paris: {servers: [db1:3306], account: {user: shunt, password: x}}
  stats: {servers: [db2:3306], account: {user: shunt, password: x}, serves: {modules: [statistics], users: [reporting, cron]}}
`)
	want := map[string]router.Serves{"stats": {Modules: []string{"statistics"}, Users: []string{"reporting", "cron"}}}
	if diff := cmp.Diff(want, c.Rules().Serves); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
