package chaos

import (
	"testing"
	"time"

	"shunt/tests/chaos/judge"
)

// TestATokenIsGoodOnEveryProxy: while the replicas are a second late and stopped at random, sessions give tokens (SELECT @@shunt_token), and others,
// on either proxy, go on with them (/* shunt: after=… */). Those see what the giver had written and seen.
func TestATokenIsGoodOnEveryProxy(t *testing.T) {
	w := newWorld(t)
	plan := usual()
	plan.Tokens, plan.Writes = true, 20
	database := w.fresh("tokens", plan.Cells)
	proxies := w.pair("causal", "")
	w.lag(time.Second)
	r := w.start(plan, database, proxies)
	havoc := w.startHavoc(t, plan.Seed)
	r.during(6000)
	w.must(havoc.end())
	h := r.history(w.primary)
	kept(t, h)
	taken, crossed := 0, 0
	via := map[int64]string{}
	for i := range h.Events {
		via[h.Events[i].Request] = h.Events[i].Via
	}
	for i := range h.Events {
		if e := &h.Events[i]; e.After != 0 && e.Outcome == judge.OK {
			taken++
			if via[e.After] != e.Via {
				crossed++
			}
		}
	}
	t.Logf("%d reads with a token, %d of them of the other proxy", taken, crossed)
	if crossed == 0 {
		t.Error("no token has gone from one proxy to the other: this test cannot fail")
	}
}
