package e2e

import (
	"strings"
	"testing"
	"time"

	"shunt/lab"
	"shunt/tests/cluster"
)

// TestAutomaticFailover: the primary is killed; a client that writes waits, and its write runs on another server. The old
// primary comes back and is a replica.
func TestAutomaticFailover(t *testing.T) {
	c := cluster.Start(t, cluster.Datacenters(lab.Datacenter{Name: "paris", Replicas: 2}))
	as := c.Accounts.Replication
	p := startEdited(t, c, func(config string) string {
		config = strings.Replace(config, "  paris:\n", "  paris:\n    replication: {user: "+as.User+", password: \""+as.Password+"\"}\n", 1)
		return config + "failover: {automatic: true, after: 1s}\nlimits: {wait: 30s}\n"
	})
	one := c.Server("paris-1")
	name := c.Database(t, "paris")
	db := p.open(name)
	if _, err := db.Exec("CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, v INT)"); err != nil {
		t.Fatal(err)
	}
	c.CatchUp(t)
	if err := one.Kill(); err != nil {
		t.Fatal(err)
	}
	p.await("shunt has seen it", 30*time.Second, func() bool { return len(p.console("SHOW SERVERS WHERE role = 'primary'")) == 0 })
	if _, err := db.Exec("INSERT INTO t (v) VALUES (1)"); err != nil {
		t.Error(err)
	}
	if err := one.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.await("the old primary is a replica", 30*time.Second, func() bool {
		return len(p.console("SHOW SERVERS WHERE role = 'replica' AND in_service = 1")) == 2
	})
	if _, err := db.Exec("INSERT INTO t (v) VALUES (2)"); err != nil {
		t.Error(err)
	}
	c.CatchUp(t)
	for _, s := range c.Servers() {
		var n int
		if err := s.DB().QueryRow("SELECT COUNT(*) FROM " + name + ".t").Scan(&n); err != nil || n != 2 {
			t.Errorf("%s has %d rows: %v", s.Name, n, err)
		}
	}
	// The database is dropped on the server that was primary at the start, which must be writable again for that.
	if rows := p.console("SWITCHOVER CLUSTER paris TO " + one.Address); rows[len(rows)-1]["state"] != "done" {
		t.Errorf("%v", rows)
	}
}
