package e2e

import (
	"os/exec"
	"strings"
	"testing"

	"shunt/lab"
	"shunt/tests/cluster"
)

func TestSwitchoverByConsoleAndCommandLine(t *testing.T) {
	switchoverStory(t, cluster.Start(t, cluster.Datacenters(lab.Datacenter{Name: "paris", Replicas: 2})))
}

func TestMySQLSwitchoverByConsoleAndCommandLine(t *testing.T) {
	switchoverStory(t, cluster.Start(t, cluster.MySQL(), cluster.Datacenters(lab.Datacenter{Name: "paris", Replicas: 2})))
}

// switchoverStory: a dry run changes nothing, the console makes another server the primary, the command line the old one
// again; a client goes on writing on one connection.
func switchoverStory(t *testing.T, c *cluster.Cluster) {
	as := c.Accounts.Replication
	p := startEdited(t, c, func(config string) string {
		return strings.Replace(config, "  paris:\n", "  paris:\n    replication: {user: "+as.User+", password: \""+as.Password+"\"}\n", 1)
	})
	one, two := c.Server("paris-1"), c.Server("paris-2")
	name := c.Database(t, "paris")
	db := p.open("")
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	run(t, conn, "CREATE TABLE "+name+".t (id INT AUTO_INCREMENT PRIMARY KEY, v INT)")
	primary := func() string { return p.console("SHOW SERVERS WHERE role = 'primary'")[0]["server"] }

	if rows := p.console("SWITCHOVER CLUSTER paris TO " + two.Address + " DRY RUN"); len(rows) != 9 || rows[0]["state"] != "done" || rows[8]["state"] != "planned" {
		t.Errorf("the dry run told %v", rows)
	}
	if primary() != one.Address {
		t.Error("the dry run has changed the primary")
	}
	rows := p.console("SWITCHOVER CLUSTER paris TO " + two.Address)
	if last := rows[len(rows)-1]; last["step"] != "release" || last["state"] != "done" || primary() != two.Address {
		t.Errorf("the primary is %s after %v", primary(), rows)
	}
	run(t, conn, "INSERT INTO "+name+".t (v) VALUES (1)")

	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(path, "switchover", "paris", "--to", one.Address, "--api", p.HTTP, "--password", adminPassword, "--json").CombinedOutput()
	if err != nil || !strings.Contains(string(out), `"step": "release"`) {
		t.Errorf("%v: %s", err, out)
	}
	run(t, conn, "INSERT INTO "+name+".t (v) VALUES (2)")
	c.CatchUp(t)
	for _, s := range c.Servers() {
		var n int
		if err := s.DB().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+name+".t").Scan(&n); err != nil || n != 2 {
			t.Errorf("%s has %d rows: %v", s.Name, n, err)
		}
	}
	out, err = exec.Command(path, "switchover", "paris", "--to", one.Address, "--api", p.HTTP, "--password", adminPassword).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "is the primary already; nothing was changed") {
		t.Errorf("%v: %s", err, out)
	}
	_, metrics := get(t, "http://"+p.HTTP+"/metrics", "")
	for _, want := range []string{`shunt_switchovers_total{cluster="paris",result="switched"} 2`, `shunt_switchovers_total{cluster="paris",result="refused"} 1`,
		`shunt_switchover_pause_seconds_count{cluster="paris"} 2`} {
		if !strings.Contains(metrics, want) {
			t.Errorf("no %s in the metrics", want)
		}
	}
	if log := p.log.String(); strings.Contains(log, as.Password) || !strings.Contains(log, "operation=switchover") {
		t.Error("the log has the replication password, or no audit line")
	}
}
