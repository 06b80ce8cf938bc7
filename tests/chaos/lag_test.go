package chaos

import (
	"fmt"
	"testing"
	"time"

	"shunt/tests/chaos/judge"
	"shunt/tests/front"
)

// TestReadsAreNeverStale: while replicas lag, and are stopped, killed and started at random, no session of either proxy reads anything older than
// it has a right to.
func TestReadsAreNeverStale(t *testing.T) {
	w := newWorld(t)
	for _, consistency := range []string{"causal", "sticky"} {
		t.Run(consistency, func(t *testing.T) {
			w := w.in(t)
			proxies := w.pair(consistency, "")
			for i, lag := range []time.Duration{0, 50 * time.Millisecond, time.Second, 30 * time.Second} {
				t.Run(fmt.Sprint(lag), func(t *testing.T) {
					h := w.in(t).lateAndStopped(fmt.Sprint(consistency, i), proxies, lag)
					kept(t, h)
					onlyCutTransactionsFailed(t, h)
				})
			}
		})
	}
	t.Run("eventual", func(t *testing.T) {
		w := w.in(t)
		h := w.lateAndStopped("eventual", w.pair("eventual", ""), time.Second)
		all := verdict(t, h)
		for _, kind := range []judge.Kind{judge.ReadYourWrites, judge.MonotonicReads} {
			if len(judge.Only(all, kind)) == 0 {
				t.Errorf("nothing has violated %q: the other tests cannot fail", kind)
			}
		}
	})
}

// TestNothingIsWrongOnOneServer: the same traffic on the primary itself has no violation of any kind, so what the judge finds elsewhere is no fault of
// the traffic or its own.
func TestNothingIsWrongOnOneServer(t *testing.T) {
	w := plainWorld(t)
	plan := usual()
	plan.Writes, plan.Think = 30, 0
	database := w.fresh("alone", plan.Cells)
	plan.Proxies = []string{w.primary.Address}
	r := w.start(plan, database, nil)
	r.during(5000)
	h := r.history(w.primary)
	reportAll(t, verdict(t, h))
	if some := failures(h); len(some) > 0 {
		t.Errorf("%d requests failed, the first: %s", len(some), &some[0])
	}
}

// lateAndStopped has traffic over proxies while the replicas lag and are broken at random.
func (w *world) lateAndStopped(name string, proxies []*front.Proxy, lag time.Duration) *judge.History {
	w.t.Helper()
	plan := usual()
	plan.Seed = uint64(len(name)) + uint64(lag)
	database := w.fresh(name, plan.Cells)
	w.lag(lag)
	defer w.lag(0)
	r := w.start(plan, database, proxies)
	havoc := w.startHavoc(w.t, plan.Seed)
	r.during(6000)
	w.must(havoc.end())
	w.t.Logf("done to replicas: %s", tally(havoc.did))
	return r.history(w.primary)
}

// onlyCutTransactionsFailed: of a replica that is killed nobody hears but who was in a transaction there.
func onlyCutTransactionsFailed(t *testing.T, h *judge.History) {
	t.Helper()
	for _, e := range failures(h) {
		if e.Kind != "read-only transaction" || !lost(&e) {
			t.Errorf("a client heard of it: %s", &e)
		}
	}
}
