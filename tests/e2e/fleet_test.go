package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"shunt/tests/cluster"
	"shunt/tests/front"
)

// TestOrdersAboutServersAreKept: all proxies of a store have them, and they outlive a restart.
func TestOrdersAboutServersAreKept(t *testing.T) {
	c := cluster.Shared(t)
	replica := c.Datacenter("paris").Replicas[0].Address
	folder := filepath.Join(t.TempDir(), "store")
	kept := fmt.Sprintf("store: {embedded: %s}\n", folder)
	first := startShunt(t, c, kept)
	second := startShunt(t, c, fmt.Sprintf("store: {etcd: ['http://%s']}\n", front.Forward(t, filepath.Join(folder, "etcd", "socket"))))
	is := func(p *proxied) string {
		rows := p.console("SHOW SERVERS WHERE server = '" + replica + "'")
		if len(rows) != 1 {
			t.Fatalf("%d rows of %s", len(rows), replica)
		}
		return rows[0]["use"] + " " + rows[0]["weight"] + " " + rows[0]["in_service"]
	}
	await := func(p *proxied, want string) {
		t.Helper()
		p.await(replica+" is "+want, soon, func() bool { return is(p) == want })
	}
	if rows := first.console("DRAIN SERVER '" + replica + "'"); len(rows) != 1 || rows[0]["warning"] != "" {
		t.Errorf("DRAIN: %v", rows)
	}
	await(second, "drain 1 no")
	second.console("SET SERVER '" + replica + "' WEIGHT 7")
	await(first, "drain 7 no")

	first.Stop() // the second one's store is away now, and it goes on
	if is(second) != "drain 7 no" {
		t.Errorf("without the store it is %s", is(second))
	}
	warned := second.console("ENABLE SERVER '" + replica + "'") // an order in need, without the store
	if len(warned) != 1 || !strings.Contains(warned[0]["warning"], "this proxy only") || is(second) != "serve 7 yes" {
		t.Errorf("an order without the store: %v, then it is %s", warned, is(second))
	}
	first = launch(t, c, func(config string) string { return config + kept })
	first.await("the order of before the restart is in force", soon, func() bool {
		rows, err := first.Try("SHOW SERVERS WHERE server = '" + replica + "'")
		return err == nil && len(rows) == 1 && rows[0]["use"] == "drain" && rows[0]["weight"] == "7"
	})
	audit := first.console("SHOW AUDIT WHERE order LIKE 'SET SERVER%'")
	if len(audit) != 1 || audit[0]["before"] != `{"v":1,"use":"drain"}` || audit[0]["after"] != `{"v":1,"use":"drain","weight":7}` {
		t.Fatalf("the audit has %v", audit)
	}
	first.console("UNDO CHANGE " + audit[0]["change"])
	await(first, "drain 1 no")
	first.console("RESET SERVER '" + replica + "'")
	first.awaitReady()
	if is(first) != "serve 1 yes" {
		t.Errorf("after all that it is %s", is(first))
	}
}
