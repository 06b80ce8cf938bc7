package e2e

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"shunt/lab"
	"shunt/tests/cluster"
)

// without is the configuration without a server, which is not the first of its list.
func without(config, server string) string { return strings.Replace(config, ", "+server, "", 1) }

// threeReplicas starts a primary and three replicas, and shunt before them, which does not know the last one; edit changes its
// configuration, too.
func threeReplicas(t *testing.T, edit func(string) string, more ...cluster.Option) (c *cluster.Cluster, p *proxied, r1, r2, r3 string) {
	t.Helper()
	c = cluster.Start(t, append(more, cluster.Datacenters(lab.Datacenter{Name: "paris", Replicas: 3}))...)
	replicas := c.Datacenters[0].Replicas
	r1, r2, r3 = replicas[0].Address, replicas[1].Address, replicas[2].Address
	p = launch(t, c, func(config string) string { return edit(without(config, r3)) })
	p.await("two replicas are in service", 20*time.Second, func() bool { return p.readiness() == 200 && p.serving() == 2 })
	return c, p, r1, r2, r3
}

// serving is how many replicas are in service.
func (p *proxied) serving() int {
	return len(p.console("SHOW SERVERS WHERE role = 'replica' AND in_service = 1"))
}

// server is the row of SHOW SERVERS.
func (p *proxied) server(address string) map[string]string {
	p.t.Helper()
	rows := p.console("SHOW SERVERS WHERE server = '" + address + "'")
	if len(rows) != 1 {
		return nil
	}
	return rows[0]
}

// refuses runs a command that has to fail, with these words.
func (p *proxied) refuses(command string, words ...string) {
	p.t.Helper()
	db := p.cluster.Open(p.t, lab.Account{User: "admin", Password: adminPassword}, p.Console, "")
	defer db.Close()
	_, err := query(p.t.Context(), db, command)
	for _, w := range words {
		if err == nil || !strings.Contains(err.Error(), w) {
			p.t.Errorf("%s: got %v, want an error with %q", command, err, w)
		}
	}
}

// TestServersChangeOnLine: servers are drained, weighed, added and removed by the console and by the command line under clients that never
// pause. None of them gets an error, and the counters show where the reads went.
func TestServersChangeOnLine(t *testing.T) { serversChangeOnLine(t) }

func TestMySQLServersChangeOnLine(t *testing.T) { serversChangeOnLine(t, cluster.MySQL()) }

func serversChangeOnLine(t *testing.T, more ...cluster.Option) {
	c, p, r1, r2, r3 := threeReplicas(t, func(config string) string { return config + "reads: {warm_up: 0}\n" }, more...)
	database := c.Database(t, "paris")
	tr := startTraffic(t, p, database, 16)
	only := func(doing, out string, in ...string) {
		t.Helper()
		if got := tr.spread(p, 1500, in...); got[out] != 0 {
			t.Errorf("%s: %s has %d of the reads: %v", doing, out, got[out], got)
		}
	}
	left := func(server string) {
		t.Helper()
		p.await(server+" is left by all", 10*time.Second, func() bool { return p.server(server)["clients"] == "0" })
	}

	only("as configured", r3, r1, r2)
	if row := p.console("DRAIN SERVER " + r1)[0]; row["before"] != "use: serve, weight: 1" || row["after"] != "use: drain, weight: 1" || row["cluster"] != "paris" {
		t.Errorf("DRAIN SERVER: %v", row)
	}
	left(r1)
	only("drained", r1, r2)
	if row := p.console("SHOW POOLS WHERE server = '" + r1 + "'")[0]; row["idle"] != "0" || row["active"] != "0" {
		t.Errorf("the drained server's connections: %v", row)
	}
	if row := p.server(r1); row["use"] != "drain" || row["ordered"] != "use: drain (file: serve)" || row["in_service"] != "no" || row["state"] != "up" {
		t.Errorf("the drained server: %v", row)
	}
	p.console("ENABLE SERVER '" + r1 + "'")
	only("enabled", r3, r1, r2)
	p.console("BACKUP SERVER " + r2)
	left(r2)
	only("backup", r2, r1)
	if row := p.server(r2); row["use"] != "backup" || row["role"] != "replica" || row["lag_seconds"] == "" {
		t.Errorf("the server that is backed up: %v", row)
	}
	p.console("ENABLE SERVER " + r2)
	p.console("SET SERVER " + r1 + " WEIGHT 9")
	before := p.selects()
	p.await("r1 has four times as many reads as r2, or more", time.Minute, func() bool {
		now := p.selects()
		on1, on2 := now[r1]-before[r1], now[r2]-before[r2]
		return on1 >= 4*on2 && on1+on2 > 3000
	})
	p.console("RESET SERVER " + r1)
	if row := p.server(r1); row["weight"] != "1" || row["ordered"] != "" {
		t.Errorf("the server that is reset: %v", row)
	}

	env := []string{"SHUNT_API=http://" + p.HTTP, "SHUNT_ADMIN_PASSWORD=" + adminPassword}
	if out, errs, code := command(t, env, "server", "add", r3, "--cluster", "paris", "--weight", "2"); code != 0 || !strings.Contains(out, "use: serve, weight: 2") {
		t.Fatalf("shunt server add: exit code %d, output %q, errors %q", code, out, errs)
	}
	if row := p.server(r3); row["in_service"] != "yes" || row["role"] != "replica" {
		t.Errorf("the server that is added, at once: %v", row)
	}
	only("added", "nobody", r1, r2, r3)
	if out, errs, code := command(t, env, "server", "remove", r3, "--json"); code != 0 || !strings.Contains(out, `"after": ""`) {
		t.Fatalf("shunt server remove: exit code %d, output %q, errors %q", code, out, errs)
	}
	if row := p.server(r3); row != nil {
		t.Errorf("the server that is removed: %v", row)
	}
	p.console("REMOVE SERVER " + r2)
	only("removed", r2, r1)
	if row := p.server(r2); row["use"] != "removed" || !strings.Contains(row["ordered"], "the file lists it") {
		t.Errorf("the server of the file that is removed: %v", row)
	}
	source := p.console("SHOW CONFIG LIKE 'clusters.paris.servers[" + r2 + "%'")
	if len(source) != 1 || !strings.Contains(source[0]["source"], "ordered: removed") {
		t.Errorf("SHOW CONFIG of it: %v", source)
	}
	p.console("ADD SERVER " + r2 + " TO CLUSTER paris")
	only("added again", r3, r1, r2)

	primary := c.Datacenters[0].Primary.Address
	for _, verb := range []string{"DRAIN", "BACKUP", "REMOVE"} {
		p.refuses(verb+" SERVER "+primary, "is the primary of cluster paris", "SWITCHOVER CLUSTER paris TO")
	}
	p.refuses("ADD SERVER 127.0.0.1:1 TO CLUSTER paris", "does not answer")
	tr.stop()
	for _, words := range []string{
		`operation="drain server" face=console user=admin`, `before="use: serve, weight: 1" after="use: drain, weight: 1" outcome=done`,
		`operation="add server" face=http`, `operation="remove server" face=console user=admin`, "outcome=refused",
	} {
		if !strings.Contains(p.log.String(), words) {
			t.Errorf("the audit log has no %s", words)
		}
	}
}

// TestAWritableServerIsNotAdded: the cluster would have two primaries, and its writes would wait.
func TestAWritableServerIsNotAdded(t *testing.T) {
	c := cluster.Shared(t)
	stranger := c.Datacenters[1].Primary.Address // writable, and replicates from nobody
	p := launch(t, c, func(config string) string {
		paris, _, _ := strings.Cut(config, "  gra:")
		return paris
	})
	p.await("shunt is ready", 20*time.Second, func() bool { return p.readiness() == 200 && p.serving() == 2 })
	p.refuses("ADD SERVER "+stranger+" TO CLUSTER paris", "would lose its primary", "several servers are writable")
	if rows := p.console("SHOW CLUSTERS"); rows[0]["primary"] != c.Datacenters[0].Primary.Address || rows[0]["epoch"] != "1" || p.server(stranger) != nil {
		t.Errorf("clusters %v, the stranger %v", rows, p.server(stranger))
	}
}

// TestRemovingAServerThatIsKept: a session that is pinned there is waited for, then refused; FORCE ends it.
func TestRemovingAServerThatIsKept(t *testing.T) {
	_, p, r1, r2, _ := threeReplicas(t, func(config string) string { return config })
	kept, _ := p.conn("")
	run(t, kept, "START TRANSACTION READ ONLY", "SELECT 1")
	pins := p.console("SHOW PINS")
	if len(pins) != 1 || !slices.Contains([]string{r1, r2}, pins[0]["server"]) {
		t.Fatalf("pins: %v", pins)
	}
	server := pins[0]["server"]
	p.refuses("REMOVE SERVER "+server, "1 clients keep "+server+" still", "stays drained")
	if row := p.server(server); row["use"] != "drain" || row["clients"] != "1" {
		t.Errorf("the server that is kept: %v", row)
	}
	run(t, kept, "SELECT 2")
	p.console("REMOVE SERVER " + server + " FORCE")
	if _, err := kept.ExecContext(t.Context(), "SELECT 3"); err == nil {
		t.Error("the session goes on, on a server that has left")
	}
	if row := p.server(server); row["use"] != "removed" {
		t.Errorf("the server that is removed by force: %v", row)
	}
}

// TestReloadChangesServers: a new list of servers is in force after a reload, under clients that never pause, and orders stay.
func TestReloadChangesServers(t *testing.T) {
	c, p, r1, r2, r3 := threeReplicas(t, func(config string) string { return config + "reads: {warm_up: 0}\n" })
	file := p.process.Args[len(p.process.Args)-1]
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	tr := startTraffic(t, p, c.Database(t, "paris"), 16)
	rewrite := func(servers string) []map[string]string {
		t.Helper()
		list := c.Datacenters[0].Primary.Address + ", " + r1 + ", " + r2
		if err := os.WriteFile(file, []byte(strings.Replace(string(text), list, servers, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		changes := p.console("RELOAD CONFIG")
		for _, change := range changes {
			if change["applied"] != "now" {
				t.Errorf("not in force: %v", change)
			}
		}
		return changes
	}
	primary := c.Datacenters[0].Primary.Address
	p.console("SET SERVER " + r2 + " WEIGHT 2")
	if changes := rewrite(primary + ", {address: '" + r3 + "', weight: 2}, {address: '" + r2 + "', weight: 3}"); len(changes) != 3 {
		t.Errorf("changes: %v", changes)
	}
	if got := tr.spread(p, 1500, r2, r3); got[r1] > 16 { // a client each may be on the way there
		t.Errorf("r1 left, r3 came: %v", got)
	}
	if row := p.server(r2); row["weight"] != "2" || row["ordered"] != "weight: 2 (file: 3)" {
		t.Errorf("the order over the new file: %v", row)
	}
	list := strings.Replace(string(text), primary+", "+r1+", "+r2, primary+", "+r1+", {address: '"+r2+"', use: drain}, {address: '"+r3+"', use: 'off'}", 1)
	if err := os.WriteFile(file, []byte(list), 0o600); err != nil { // this time nobody says so
		t.Fatal(err)
	}
	p.await("r1 alone serves", 10*time.Second, func() bool { return p.serving() == 1 })
	if got := tr.spread(p, 1000, r1); got[r2] > 16 || got[r3] > 16 {
		t.Errorf("r1 alone serves: %v", got)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), primary+", ", "", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	p.refuses("RELOAD CONFIG", primary+" is the primary of cluster paris")
	tr.stop()
}
