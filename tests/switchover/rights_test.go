package switchover

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"shunt/backend/switchover"
	"shunt/tests/cluster"
	"shunt/topology"
)

func TestRightsThatAreMissing(t *testing.T) {
	rightsAreMissing(t, started(t, nil), "READ_ONLY ADMIN, REPLICATION SLAVE ADMIN, RELOAD")
}

func TestMySQLRightsThatAreMissing(t *testing.T) {
	rightsAreMissing(t, started(t, nil, cluster.MySQL()), "SYSTEM_VARIABLES_ADMIN, CONNECTION_ADMIN, REPLICATION_SLAVE_ADMIN, RELOAD")
}

// rightsAreMissing: without the rights a switchover is refused before anything is touched; the GRANT in the error mends it,
// and the rights may as well be a role's.
func rightsAreMissing(t *testing.T, h *house, rights string) {
	one, two := h.cluster.Server("paris-1"), h.cluster.Server("paris-2")
	h.table(one)
	order := switchover.Order{Cluster: "paris", To: two.Address}
	h.exec(one, "REVOKE "+rights+" ON *.* FROM 'shunt'@'%'")
	h.cluster.CatchUp(t)
	report, err := h.engine.Switch(t.Context(), order)
	if err == nil || report.Result != switchover.Refused || !strings.Contains(err.Error(), "lacks "+rights+":") {
		t.Fatalf("error %v", err)
	}
	h.exec(one, regexp.MustCompile(`GRANT [A-Z_, ]+ ON \*\.\* TO 'shunt'@'%'`).FindString(err.Error()))
	h.cluster.CatchUp(t)
	h.to(two)

	h.await("paris-1 is a replica", replicates(one, two))
	for _, statement := range []string{
		"REVOKE " + rights + " ON *.* FROM 'shunt'@'%'", "CREATE ROLE mover", "GRANT " + rights + " ON *.* TO mover", "GRANT mover TO 'shunt'@'%'",
	} {
		h.exec(two, statement)
	}
	if h.mysql() {
		h.exec(two, "ALTER USER 'shunt'@'%' DEFAULT ROLE mover")
	} else {
		h.exec(two, "SET DEFAULT ROLE mover FOR 'shunt'@'%'")
	}
	h.cluster.CatchUp(t)
	h.to(one)
}

// TestWhatTheCheckRefuses: a replication account without the right, and replicas that are late, stopped, or have transactions of their own.
func TestWhatTheCheckRefuses(t *testing.T) {
	h := started(t, nil)
	one, two := h.cluster.Server("paris-1"), h.cluster.Server("paris-2")
	h.table(one)
	refused := func(why string) {
		t.Helper()
		before := h.standings()
		report, err := h.engine.Switch(t.Context(), switchover.Order{Cluster: "paris", To: two.Address})
		if err == nil || report.Result != switchover.Refused || !strings.Contains(err.Error(), why) {
			t.Errorf("error %v, want %q", err, why)
		}
		h.awaitStandings(before)
	}
	right := h.account
	h.account = switchover.Account(h.cluster.Accounts.Shop)
	refused("GRANT REPLICATION SLAVE")
	h.account = right

	if err := two.SetDelay(t.Context(), 5*time.Second); err != nil {
		t.Fatal(err)
	}
	refused("5 s late on purpose")
	if err := two.SetDelay(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if err := two.StopReplication(t.Context()); err != nil {
		t.Fatal(err)
	}
	refused("does not replicate")
	if err := two.StartReplication(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.await("paris-2 serves", func(c *topology.Cluster) bool { return c.Hosts[1].InService })
	conn, err := two.DB().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, statement := range []string{"SET SESSION gtid_domain_id = 9", "CREATE TABLE shop.own (id INT)"} {
		if _, err := conn.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	refused("has transactions that the primary has not: 9:1-1")
}
