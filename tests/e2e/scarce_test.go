package e2e

import (
	"strings"
	"testing"
	"time"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

const scarceRules = `reads:
  no_replica: primary
  rules:
    - {users: [reporting], no_replica: stale}
    - {users: [crawler], no_replica: error}
`

// TestNoReplicaIsInService: who reads what then, and that nobody misses what he has written himself.
func TestNoReplicaIsInService(t *testing.T) {
	noReplicaIsInService(t, cluster.Start(t, cluster.Datacenters(onePairLayout())))
}

func TestMySQLNoReplicaIsInService(t *testing.T) {
	noReplicaIsInService(t, cluster.Start(t, cluster.MySQL(), cluster.Datacenters(onePairLayout())))
}

func noReplicaIsInService(t *testing.T, c *cluster.Cluster) {
	p := startShunt(t, c, scarceRules)
	database := c.Database(t, "paris")
	made := map[string]mysqltest.Options{}
	login := func(user string) mysqltest.Options {
		o, known := made[user]
		if !known {
			o = account(t, c, user, "ALL ON *.*")
			made[user] = o
		}
		o.Database = database
		return o
	}
	app, reporting, crawler := raw(t, p.Address, login("app")), raw(t, p.Address, login("reporting")), login("crawler")
	visitor := login("visitor")
	must(t, app, "CREATE TABLE goods (n INT)")
	must(t, app, "INSERT INTO goods VALUES (1)")
	c.CatchUp(t)
	replica := c.Datacenters[0].Replicas[0]
	if err := replica.StopApplier(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.await("the replica is out", 10*time.Second, func() bool { return !inService(p, replica.Address) })

	must(t, app, "UPDATE goods SET n = 2")
	if got := must(t, raw(t, p.Address, visitor), "SELECT n FROM goods"); got != "2" {
		t.Errorf("without a rule: %s, want what the primary has", got)
	}
	if answer := said(raw(t, p.Address, crawler), "SELECT n FROM goods"); !strings.Contains(answer, "9909") {
		t.Errorf("no_replica error: %s", answer)
	}
	for _, deprecated := range []bool{true, false} {
		c := reporting
		if !deprecated {
			o := login("reporting")
			o.Capabilities = mysqltest.ClientCapabilities &^ mysql.CapDeprecateEOF
			c = raw(t, p.Address, o)
		}
		r, err := c.Query("SELECT n FROM goods")
		if err != nil {
			t.Fatal(err)
		}
		if r.Text()[0][0] != "1" || r.OK.Warnings != 1 {
			t.Errorf("no_replica stale: %s with %d warnings", r.Text()[0][0], r.OK.Warnings)
		}
		w, err := c.Query("SHOW WARNINGS")
		if err != nil || len(w.Rows) != 1 || w.Text()[0][1] != "9909" || !strings.Contains(w.Text()[0][2], replica.Address) {
			t.Errorf("its warning: %v %v", w.Text(), err)
		}
	}
	must(t, reporting, "UPDATE goods SET n = 3")
	if got := must(t, reporting, "SELECT n FROM goods"); got != "3" {
		t.Errorf("who reads what is old does not read %s after writing 3", got)
	}
	if err := replica.StartApplier(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.await("the replica is back", 20*time.Second, func() bool { return inService(p, replica.Address) })
	if got := must(t, raw(t, p.Address, crawler), "SELECT n > 0 FROM goods"); got != "1" {
		t.Errorf("no_replica error with a replica: %s", got)
	}
}
