package chaos

import (
	"testing"
	"time"

	"shunt/lab"
	"shunt/tests/front"
)

// TestTheRoleGoesRound: somebody makes one server after the other the primary by hand, while the clients hold still for a moment between two
// requests. Their sessions go on over it: what they wrote on one primary they read from the replicas of the next.
func TestTheRoleGoesRound(t *testing.T) {
	w := newWorld(t)
	plan := usual()
	plan.Writes, plan.Requests = 30, 200
	database := w.fresh("round", plan.Cells)
	proxies := w.pair("causal", "")
	w.lag(20 * time.Millisecond)
	r := w.start(plan, database, proxies)
	primary := w.primary
	for _, next := range append(w.replicas, w.primary) {
		r.during(500)
		r.Pause()
		w.handOver(primary, next)
		awaitPrimary(proxies, next)
		r.Resume()
		primary = next
	}
	r.during(500)
	h := r.history(primary)
	kept(t, h)
	for _, e := range failures(h) {
		t.Errorf("a client heard of it: %s", &e)
	}
}

// handOver makes next the primary while nobody writes but the proxies their heartbeats.
func (w *world) handOver(primary, next *lab.Server) {
	w.t.Helper()
	ctx := w.t.Context()
	w.must(primary.Exec(ctx, "SET GLOBAL read_only = 1"))
	for _, s := range w.Servers() {
		if s != primary {
			w.must(w.WaitFor(ctx, s, primary))
		}
	}
	w.must(w.Promote(ctx, next))
	for _, s := range w.Servers() {
		switch s {
		case next:
		case primary:
			w.must(w.Demote(ctx, s, next.Address))
		default:
			w.must(w.Follow(ctx, s, next.Address))
		}
	}
}

// awaitPrimary waits until all proxies see a server as the primary.
func awaitPrimary(proxies []*front.Proxy, s *lab.Server) {
	for _, p := range proxies {
		p.Await(s.Name+" is the primary", patience, func() bool {
			return len(p.Ask("SHOW CLUSTERS WHERE cluster = 'paris' AND primary = '"+s.Address+"'")) == 1
		})
	}
}
