package chaos

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"shunt/tests/chaos/link"
	"shunt/tests/front"
)

// loss is how many packets a bad network loses. Each costs those behind it 200 ms at least, so a few percent are much.
const loss = .01

// TestTheNetworkIsBad: every link, between the proxies and the servers and among the servers, loses packets; one after the other stands still for
// a while, or is cut. Whoever loses a connection in the middle of a write hears so; everybody else waits.
func TestTheNetworkIsBad(t *testing.T) {
	w := newWorld(t)
	plan := usual()
	plan.Writes, plan.Think = 40, 0
	database := w.fresh("network", plan.Cells)
	all := w.links
	farther := map[string]string{} // the address of each server, over a link
	for _, s := range w.Servers() {
		l := w.link(s.Address)
		all = append(all, l)
		farther[s.Address] = l.Address()
	}
	proxies := w.proxies(2, func(config string) string {
		for near, far := range farther {
			config = strings.ReplaceAll(config, near, far)
		}
		return front.With("reads: {max_lag: 1h}\nlimits: {wait: 30s}\n")(config)
	})
	for _, l := range all {
		l.SetDelay(time.Millisecond)
		l.SetLoss(loss)
	}
	r := w.start(plan, database, proxies)
	w.disturb(r, all, 3)
	for _, l := range all {
		l.SetDelay(0)
		l.SetLoss(0)
	}
	r.during(500)
	h := r.history(w.primary)
	kept(t, h)
	for _, e := range failures(h) {
		if !lost(&e) {
			t.Errorf("a client heard of it, and its connection was not lost: %s", &e)
		}
	}
}

// disturb has every link be cut and stand still, so often, one after the other in any order, while requests go on.
func (w *world) disturb(r *run, links []*link.Link, often int) {
	w.t.Helper()
	dice := rand.New(rand.NewPCG(r.plan.Seed, 0))
	for range often {
		for _, i := range dice.Perm(2 * len(links)) {
			l := links[i/2]
			if i%2 == 0 {
				l.Cut()
			} else {
				l.Stall()
				time.Sleep(time.Duration(50+dice.IntN(300)) * time.Millisecond) // how long it stands still; nobody waits for anything here
				l.Flow()
			}
			r.during(50)
		}
	}
}
