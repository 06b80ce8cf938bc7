package chaos

import (
	"fmt"
	"testing"
	"time"

	"shunt/tests/cluster"
)

// TestReplicasAreAheadOfThePrimary: with semi-synchronous replication replicas have transactions, and show them, before the primary does. Whoever has read one
// of them on a replica finds it on the primary, too.
func TestReplicasAreAheadOfThePrimary(t *testing.T) {
	w := plainWorld(t)
	w.must(w.primary.Exec(t.Context(), "SET GLOBAL rpl_semi_sync_master_wait_point = AFTER_SYNC, GLOBAL rpl_semi_sync_master_enabled = 1"))
	for _, r := range w.replicas {
		for _, q := range []string{"SET GLOBAL rpl_semi_sync_slave_enabled = 1", "STOP REPLICA IO_THREAD", "START REPLICA IO_THREAD"} {
			w.must(r.Exec(t.Context(), q))
		}
	}
	w.readAhead("SHOW STATUS LIKE 'Rpl_semi_sync_master_clients'")
}

// TestMySQLReplicasAreAheadOfThePrimary is the same with MySQL.
func TestMySQLReplicasAreAheadOfThePrimary(t *testing.T) {
	w := plainWorld(t, cluster.MySQL())
	for _, q := range []string{"INSTALL PLUGIN rpl_semi_sync_source SONAME 'semisync_source.so'",
		"SET GLOBAL rpl_semi_sync_source_wait_point = AFTER_SYNC, GLOBAL rpl_semi_sync_source_enabled = 1"} {
		w.must(w.primary.Exec(t.Context(), q))
	}
	for _, r := range w.replicas {
		for _, q := range []string{"INSTALL PLUGIN rpl_semi_sync_replica SONAME 'semisync_replica.so'", "SET GLOBAL rpl_semi_sync_replica_enabled = 1",
			"STOP REPLICA IO_THREAD", "START REPLICA IO_THREAD"} {
			w.must(r.Exec(t.Context(), q))
		}
	}
	w.readAhead("SHOW STATUS LIKE 'Rpl_semi_sync_source_clients'")
}

// readAhead has traffic whose sessions read and write the same few rows, once all replicas acknowledge.
func (w *world) readAhead(clients string) {
	w.t.Helper()
	for start := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		rows, err := w.query(w.t.Context(), w.primary, clients)
		w.must(err)
		if rows[0]["Value"] == fmt.Sprint(len(w.replicas)) {
			break
		}
		if time.Since(start) > patience {
			w.t.Fatalf("not all replicas acknowledge: %v", rows)
		}
	}
	plan := usual()
	plan.Cells, plan.Writes, plan.Think, plan.Sessions = 8, 50, 0, 32
	database := w.fresh("ahead", plan.Cells)
	r := w.start(plan, database, w.pair("causal", ""))
	r.during(8000)
	h := r.history(w.primary)
	kept(w.t, h)
	for _, e := range failures(h) {
		w.t.Errorf("a client heard of it: %s", &e)
	}
}
