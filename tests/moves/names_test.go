package moves

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"shunt/sharding/move/dns/bindtest"
	"shunt/tests/front"
)

// clientsOf says where clients of each cluster connect to, and where the clusters and the proxy stand.
func clientsOf(config string) string {
	for name, address := range map[string]string{"paris": "10.0.0.1", "gra": "10.0.1.1"} {
		config = strings.Replace(config, "  "+name+":\n", fmt.Sprintf("  %s:\n    datacenter: %s\n    clients: %s\n", name, name, address), 1)
	}
	return config + "datacenter: paris\ndatabases: {blog: {hostname: blog.db.example}}\n"
}

// leads waits until the name of the database leads to an address, as a DNS server tells, with a TTL.
func (w *world) leads(server, address, ttl string) {
	w.t.Helper()
	want, got := "blog.db.example. "+ttl+" IN A "+address, ""
	for deadline := time.Now().Add(patience); got != want; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("the name is %q, want %q; SHOW MOVES says %v", got, want, w.proxy.Ask("SHOW MOVES"))
		}
		got = strings.Join(strings.Fields(bindtest.Dig(w.t, server, "+noall", "+answer", "+norecurse", "blog.db.example", "A")), " ")
	}
}

// awaitName waits until SHOW MOVES says so of the name.
func (w *world) awaitName(state string) {
	w.t.Helper()
	w.proxy.Await("the name is "+state, patience, func() bool { return w.move()["dns"] == state })
	if m := w.move(); m["hostname"] != "blog.db.example." || m["dns_problem"] != "" {
		w.t.Errorf("the move says %v", m)
	}
}

// TestANameFollowsItsDatabase: to gra while shunt answers for the zone, and back while it changes BIND's. Who comes to the proxy in paris all the same is served, and listed.
func TestANameFollowsItsDatabase(t *testing.T) {
	w := newServers(t)
	server := front.FreePorts(t, 1)[0]
	w.front(func(config string) string {
		return clientsOf(config) + "dns: {zone: db.example, serve: " + server + ", nameservers: ns1.example}\n"
	})
	l := w.start(2, 1)
	l.more()
	w.leads(server, "10.0.0.1", "5")
	w.proxy.Ask("MOVE DATABASE blog TO gra")
	w.await("reversible")
	w.leads(server, "10.0.1.1", "5")
	w.awaitName("pointed")
	l.more()
	w.stale()
	l.judge("gra")
	w.proxy.Ask("FINISH MOVE blog")
	w.await("done")
	w.proxy.Stop()

	b := bindtest.Start(t, "db.example", "$TTL 3600\n@ SOA ns1.example. hostmaster.example. 1 3600 600 86400 5\n@ NS ns1.example.\nblog A 10.0.1.1\n")
	w.front(func(config string) string {
		return clientsOf(config) + fmt.Sprintf("dns: {zone: db.example, rfc2136: {server: %q, tsig: {name: %s, secret: %q}}}\n", b.Address, b.KeyName, b.Secret)
	})
	w.proxy.Ask("MOVE DATABASE blog TO paris")
	w.await("reversible")
	w.leads(b.Address, "10.0.0.1", "5")
	w.awaitName("pointed")
	w.proxy.Ask("ROLLBACK MOVE blog")
	w.leads(b.Address, "10.0.1.1", "5")
	w.await("reversible")
	w.awaitName("pointed")
	w.proxy.Ask("FINISH MOVE blog")
	w.await("done")
	w.leads(b.Address, "10.0.1.1", "3600")
	if m := w.move(); m["dns"] != "restored" {
		t.Errorf("the move says %v", m)
	}
}

// stale wants the application on the list: the load's connections were there before the move, and one has come since.
func (w *world) stale() {
	w.t.Helper()
	db := w.Open(w.t, w.web, w.proxy.Address, w.database)
	if err := db.PingContext(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	rows := w.proxy.Ask("SHOW STALE")
	if len(rows) != 1 {
		w.t.Fatalf("SHOW STALE has %v", rows)
	}
	got := rows[0]
	for column, want := range map[string]string{
		"database": "blog", "home": "gra", "datacenter": "gra", "account": "web@%", "address": "127.0.0.1", "arrivals": "1", "connected": "4",
	} {
		if got[column] != want {
			w.t.Errorf("%s is %q, want %q; the row is %v", column, got[column], want, got)
		}
	}
}
