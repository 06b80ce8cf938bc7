package chaos

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"shunt/lab"
	"shunt/tests/chaos/judge"
	"shunt/tests/chaos/traffic"
	"shunt/topology"
)

// TestThePrimaryIsKilledAndAnotherPromoted: under load the primary is killed, and somebody promotes the most advanced replica by hand. Nothing is
// lost but what no replica had.
//
// Replication is asynchronous, so the clients hold acknowledged writes that died with the primary. Which ones is not guessed: after the traffic,
// the dead primary is started alone, and what its journal has and that of the promoted server does not is what it took with it. The judge exempts
// these requests and no others, and all of them must have begun before the primary was killed.
func TestThePrimaryIsKilledAndAnotherPromoted(t *testing.T) {
	for _, lag := range []time.Duration{0, 50 * time.Millisecond} {
		t.Run(fmt.Sprint(lag), func(t *testing.T) {
			w := newWorld(t)
			plan := usual()
			plan.Writes, plan.Requests = 40, 60
			database := w.fresh("failover", plan.Cells)
			proxies := w.pair("causal", "limits: {wait: 30s}\n")
			w.lag(lag)
			r := w.start(plan, database, proxies)
			r.during(1500)
			w.must(w.primary.Kill())
			killed := r.Now()
			heir := w.mostAdvanced()
			w.promote(heir)
			r.during(1500)
			h := r.history(heir)
			for _, p := range proxies {
				p.Stop()
			}
			h.Lost = w.diedWith(w.primary, database, h, killed)
			t.Logf("%d requests died with the primary; writes stood still for %v", len(h.Lost), silence(h, killed).Round(time.Millisecond))
			kept(t, h)
			for _, e := range failures(h) {
				if !lost(&e) {
					t.Errorf("a client heard of it, and its connection was not lost: %s", &e)
				}
			}
		})
	}
}

// mostAdvanced is the replica that has fetched most, once it has applied all of it.
func (w *world) mostAdvanced() (heir *lab.Server) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	most := uint64(0)
	for _, r := range w.replicas {
		w.must(r.Exec(ctx, "STOP REPLICA IO_THREAD")) // nothing more will come
		var fetched string
		rows, err := w.query(ctx, r, "SHOW REPLICA STATUS")
		w.must(err)
		fetched = rows[0]["Gtid_IO_Pos"]
		var there int
		w.must(r.DB().QueryRowContext(ctx, "SELECT MASTER_GTID_WAIT(?, ?)", fetched, patience.Seconds()).Scan(&there))
		g, ok := topology.ParseGTID(topology.MariaDB, fetched)
		if there != 0 || !ok {
			w.t.Fatalf("%s does not apply %s", r.Name, fetched)
		}
		if g.Seq >= most {
			heir, most = r, g.Seq
		}
	}
	return heir
}

// promote makes a replica the primary and has the others follow it.
func (w *world) promote(heir *lab.Server) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	for _, r := range w.replicas {
		if r != heir {
			w.must(w.Follow(ctx, r, heir.Address))
		}
	}
	w.must(w.Promote(ctx, heir))
}

// diedWith starts a dead server alone and finds the requests that only it has. No proxy may see it: it believes that it is a primary.
func (w *world) diedWith(dead *lab.Server, database string, h *judge.History, killed time.Duration) map[int64]bool {
	w.t.Helper()
	w.must(dead.Start(w.t.Context()))
	journal, _, err := traffic.Collect(w.t.Context(), dead.DB(), database)
	w.must(err)
	kept, began := map[int64]bool{}, map[int64]time.Duration{}
	for _, line := range h.Journal {
		kept[line.Writer] = true
	}
	for i := range h.Events {
		began[h.Events[i].Request] = h.Events[i].Invoked
	}
	died := map[int64]bool{}
	for _, line := range journal {
		if kept[line.Writer] {
			continue
		}
		if at, known := began[line.Writer]; !known || at > killed {
			w.t.Errorf("the dead primary has #%d, which began at %v; it was killed at %v", line.Writer, at, killed)
		}
		died[line.Writer] = true
	}
	return died
}

// silence is how long after an instant the first write was acknowledged that began after it.
func silence(h *judge.History, since time.Duration) time.Duration {
	first := time.Duration(0)
	for i := range h.Events {
		e := &h.Events[i]
		if e.Invoked > since && e.Outcome == judge.OK && e.Wrote != nil && (first == 0 || e.Returned < first) {
			first = e.Returned
		}
	}
	return first - since
}

// TestAReplicaLiesAboutReadOnly: a replica is writable, by mistake or because somebody prepares it for something else. No write may reach it.
func TestAReplicaLiesAboutReadOnly(t *testing.T) {
	w := newWorld(t)
	liar := w.replicas[0]
	proxies := w.pair("causal", "limits: {wait: 30s}\n")
	plan := usual()
	plan.Writes = 40

	t.Run("and replicates", func(t *testing.T) {
		w := w.in(t)
		r := w.start(plan, w.fresh("writable", plan.Cells), proxies)
		r.during(500)
		w.must(liar.Exec(t.Context(), "SET GLOBAL read_only = 0"))
		r.during(1500)
		w.must(liar.Exec(t.Context(), "SET GLOBAL read_only = 1"))
		w.unharmed(r.history(w.primary), liar)
	})
	t.Run("and has forgotten its primary", func(t *testing.T) {
		w := w.in(t)
		r := w.start(plan, w.fresh("forgotten", plan.Cells), proxies)
		r.during(500)
		w.must(w.Promote(t.Context(), liar))
		for _, p := range proxies {
			p.Await("neither of the two is believed", patience, func() bool {
				return len(p.Ask("SHOW CLUSTERS WHERE cluster = 'paris' AND primary = ''")) == 1
			})
		}
		w.must(w.Follow(t.Context(), liar, w.links[0].Address()))
		r.during(1500)
		w.unharmed(r.history(w.primary), liar)
	})
}

// unharmed checks that nobody heard of a liar, nothing went wrong, and nothing was written on it.
func (w *world) unharmed(h *judge.History, liar *lab.Server) {
	w.t.Helper()
	kept(w.t, h)
	for _, e := range failures(h) {
		w.t.Errorf("a client heard of it: %s", &e)
	}
	w.catchUp()
	var state string
	w.must(liar.DB().QueryRowContext(w.t.Context(), "SELECT @@global.gtid_binlog_state").Scan(&state))
	if strings.Contains(state, fmt.Sprintf("-%d-", liar.ID)) {
		w.t.Errorf("%s has written transactions of its own: %s", liar.Name, state)
	}
}
