package chaos

import (
	"testing"
	"time"
)

// wantedShare is the least part of the reads that replicas have to serve while they are late, in percent.
const wantedShare = 70

// TestMostReadsGoToReplicas: with 50 ms of lag on all replicas and nothing configured, one request in ten writes, and sessions of forty requests
// pause 5 ms on average between two, as web pages do. So most reads come sooner behind a write of their session than a replica has it.
func TestMostReadsGoToReplicas(t *testing.T) {
	w := newWorld(t)
	plan := usual()
	plan.Think = 5 * time.Millisecond
	database := w.fresh("share", plan.Cells)
	proxies := w.pair("causal", "")
	w.lag(50 * time.Millisecond)
	r := w.start(plan, database, proxies)
	r.during(6000)
	h := r.history(w.primary)
	kept(t, h)
	if some := failures(h); len(some) > 0 {
		t.Errorf("%d requests failed, the first: %s", len(some), &some[0])
	}
	replica, all := 0., 0.
	for _, p := range proxies {
		replica += p.Metric(`shunt_plain_reads_total{role="replica"`)
		all += p.Metric(`shunt_plain_reads_total{`)
	}
	share := 100 * replica / all
	t.Logf("replicas have served %.1f %% of %.0f plain reads", share, all)
	if share < wantedShare {
		t.Errorf("replicas have served %.1f %% of the plain reads, want at least %d %%", share, wantedShare)
	}
}
