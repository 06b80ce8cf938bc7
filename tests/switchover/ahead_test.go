package switchover

import (
	"context"
	"testing"
	"time"

	"shunt/backend/switchover"
	"shunt/tests/cluster"
)

// TestMySQLATargetMayBeAhead: a replica has a transaction that its primary does not count as executed yet, since that waits for a second semi-synchronous
// replica. It is none of the replica's own.
func TestMySQLATargetMayBeAhead(t *testing.T) {
	h := started(t, nil, cluster.MySQL())
	one, two := h.cluster.Server("paris-1"), h.cluster.Server("paris-2")
	h.table(one)
	h.equal(one)
	for _, q := range []string{"INSTALL PLUGIN rpl_semi_sync_source SONAME 'semisync_source.so'",
		"SET GLOBAL rpl_semi_sync_source_wait_for_replica_count = 2, GLOBAL rpl_semi_sync_source_timeout = 20000, GLOBAL rpl_semi_sync_source_enabled = 1"} {
		h.exec(one, q)
	}
	for _, q := range []string{"INSTALL PLUGIN rpl_semi_sync_replica SONAME 'semisync_replica.so'", "SET GLOBAL rpl_semi_sync_replica_enabled = 1",
		"STOP REPLICA IO_THREAD", "START REPLICA IO_THREAD"} {
		h.exec(two, q)
	}
	committed := make(chan error, 1)
	go func() {
		_, err := one.DB().ExecContext(context.Background(), "INSERT INTO shop.t (v) VALUES (9)")
		committed <- err
	}()
	for start := time.Now(); value(t, two, "SELECT COUNT(*) FROM shop.t WHERE v = 9") != "1"; time.Sleep(5 * time.Millisecond) {
		if time.Since(start) > patience {
			t.Fatal("the replica does not get it")
		}
	}
	if value(t, one, "SELECT COUNT(*) FROM shop.t WHERE v = 9") != "0" {
		t.Fatal("the primary does not wait")
	}
	if _, err := h.engine.Switch(t.Context(), switchover.Order{Cluster: "paris", To: two.Address, DryRun: true}); err != nil {
		t.Error(err)
	}
	h.exec(one, "SET GLOBAL rpl_semi_sync_source_enabled = 0")
	if err := <-committed; err != nil {
		t.Error(err)
	}
}
