package chaos

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"shunt/tests/chaos/judge"
	"shunt/tests/cluster"
)

const (
	writers       = 32
	betweenSwitch = 100 // requests from the end of one to the next
)

// interval is when a switchover began and ended, on the clock of the events.
type interval struct{ began, ended time.Duration }

// TestFiftySwitchovers: the primary's role goes round the servers while 32 clients write. None of them hears of it, nothing is lost, nothing is
// done twice. How long their writes stood still is reported.
func TestFiftySwitchovers(t *testing.T) { switchOver(t, plainWorld(t), 50, usual().Think) }

// TestMySQLTenSwitchovers is the same with MySQL, which takes longer over each; and its replicas, sharing the processors, fall behind for seconds under
// writers that do not pause, so that a switchover is refused.
func TestMySQLTenSwitchovers(t *testing.T) {
	switchOver(t, plainWorld(t, cluster.MySQL()), 10, 50*time.Millisecond)
}

func switchOver(t *testing.T, w *world, times int, think time.Duration) {
	plan := usual()
	plan.Sessions, plan.Cells, plan.Writes, plan.Think = writers, 1000, 60, think
	database := w.fresh("switchover", plan.Cells)
	account := w.Accounts.Replication
	proxies := w.proxies(1, func(config string) string {
		return strings.Replace(config, "  paris:\n", fmt.Sprintf("  paris:\n    replication: {user: %s, password: %q}\n", account.User, account.Password), 1)
	})
	p := proxies[0]
	r := w.start(plan, database, proxies)
	servers := w.Servers()
	var done []interval
	primary := w.primary
	for i := range times {
		r.during(betweenSwitch)
		next := servers[(i+1)%len(servers)]
		w.must(w.WaitFor(t.Context(), next, primary)) // a switchover is refused while its target is far behind
		began := r.Now()
		if _, err := p.Try("SWITCHOVER CLUSTER paris TO '" + next.Address + "'"); err != nil {
			t.Fatalf("switchover %d, to %s: %v", i+1, next.Name, err)
		}
		done = append(done, interval{began, r.Now()})
		primary = next
	}
	r.during(betweenSwitch)
	h := r.history(primary)
	kept(t, h)
	for _, e := range failures(h) {
		t.Errorf("a client heard of it: %s", &e)
	}
	for _, s := range servers {
		if s != primary {
			w.must(w.WaitFor(t.Context(), s, primary))
		}
	}
	reportPauses(t, h, done)
}

// reportPauses logs, over all switchovers, how long the write took that was held longest.
func reportPauses(t *testing.T, h *judge.History, switches []interval) {
	t.Helper()
	pauses := make([]time.Duration, len(switches))
	for i, s := range switches {
		for j := range h.Events {
			if e := &h.Events[j]; e.Wrote != nil && e.Invoked <= s.ended && e.Returned >= s.began {
				pauses[i] = max(pauses[i], e.Returned-e.Invoked)
			}
		}
	}
	slices.Sort(pauses)
	at := func(part float64) string {
		return fmt.Sprint(pauses[int(part*float64(len(pauses)-1))].Round(time.Millisecond))
	}
	t.Logf("%d switchovers; the longest write of each: p50 %s, p99 %s, longest %s", len(pauses), at(.5), at(.99), at(1))
}
