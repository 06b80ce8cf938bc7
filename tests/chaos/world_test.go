// Package chaos has the stories in which servers and links fail under traffic, over two proxies, and a judge looks at what the clients saw.
//
// The judge is in tests/chaos/judge, the traffic in tests/chaos/traffic, the links that can be made bad in tests/chaos/link. Here are the world
// that they meet in, the faults as verbs, and the stories.
package chaos

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"shunt/lab"
	"shunt/tests/chaos/judge"
	"shunt/tests/chaos/link"
	"shunt/tests/chaos/traffic"
	"shunt/tests/cluster"
	"shunt/tests/front"
)

// patience bounds what a story waits for; nothing is measured with it.
const patience = 30 * time.Second

// usual is the traffic of a story that asks for nothing else: sessions as those of web pages, some dozens of requests long.
func usual() traffic.Plan {
	return traffic.Plan{Sessions: 16, Cells: 200, Writes: 10, Requests: 40, Think: 2 * time.Millisecond, Seed: 1}
}

var program = sync.OnceValues(func() (string, error) { return front.Build() })

// world is a primary and two replicas, each of which replicates over a link that can be made bad.
type world struct {
	*cluster.Cluster
	t        *testing.T
	primary  *lab.Server
	replicas []*lab.Server
	links    []*link.Link // from each replica to the primary
}

func newWorld(t *testing.T, opts ...cluster.Option) *world {
	t.Helper()
	w := plainWorld(t, opts...)
	for _, r := range w.replicas {
		l := w.link(w.primary.Address)
		w.links = append(w.links, l)
		w.must(w.Follow(t.Context(), r, l.Address()))
	}
	w.catchUp()
	return w
}

// plainWorld is one whose replicas replicate from the primary itself.
func plainWorld(t *testing.T, opts ...cluster.Option) *world {
	t.Helper()
	c := cluster.Start(t, append(opts, cluster.Datacenters(lab.Datacenter{Name: "paris", Replicas: 2}))...)
	return &world{Cluster: c, t: t, primary: c.Datacenters[0].Primary, replicas: c.Datacenters[0].Replicas}
}

// in is the same world for a test within the test.
func (w *world) in(t *testing.T) *world {
	inner := *w
	inner.t = t
	return &inner
}

// link opens a link that lives as long as the test.
func (w *world) link(target string) *link.Link {
	w.t.Helper()
	l, err := link.New(target)
	w.must(err)
	ctx, end := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.Run(ctx)
	}()
	w.t.Cleanup(func() {
		end()
		<-done
	})
	return l
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// query reads what a server answers, as text.
func (w *world) query(ctx context.Context, s *lab.Server, q string) ([]map[string]string, error) {
	return front.Rows(ctx, s.DB(), q)
}

// catchUp waits until all replicas have what the primary has.
func (w *world) catchUp() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, r := range w.replicas {
		w.must(w.WaitFor(ctx, r, w.primary))
	}
}

// fresh makes a database with cells at version 0 on all servers.
func (w *world) fresh(name string, cells int) (database string) {
	w.t.Helper()
	database = "shop_" + strings.NewReplacer(" ", "_", "-", "_").Replace(name)
	w.must(w.primary.Exec(w.t.Context(), "CREATE DATABASE "+database))
	w.must(traffic.Prepare(w.t.Context(), w.Open(w.t, w.Accounts.Shop, w.primary.Address, database), cells))
	w.catchUp()
	return database
}

// pair starts two proxies. The limit of lag is so high that replicas stay in service however late they are: what is to be shown is that nobody
// reads too early from them.
func (w *world) pair(consistency, extra string) []*front.Proxy {
	w.t.Helper()
	return w.proxies(2, front.With("reads: {consistency: "+consistency+", max_lag: 1h}\n"+extra))
}

func (w *world) proxies(n int, edit front.Edit) (all []*front.Proxy) {
	w.t.Helper()
	for range n {
		all = append(all, front.Launch(w.t, w.Cluster, program, edit))
	}
	for _, p := range all {
		p.AwaitReady()
	}
	return all
}

// start begins traffic over proxies.
func (w *world) start(plan traffic.Plan, database string, proxies []*front.Proxy) *run {
	w.t.Helper()
	plan.Account, plan.Database = w.Accounts.Shop, database
	for _, p := range proxies {
		plan.Proxies = append(plan.Proxies, p.Address)
	}
	running, err := traffic.Start(plan)
	w.must(err)
	r := &run{Traffic: running, w: w, plan: plan}
	w.t.Cleanup(func() { r.End() })
	return r
}

// run is traffic in a world.
type run struct {
	*traffic.Traffic
	w    *world
	plan traffic.Plan
}

// during waits until so many more requests have ended, however long that takes; but none may take too long.
func (r *run) during(requests int64) {
	r.w.t.Helper()
	last, moved := r.Done(), time.Now()
	for target := last + requests; last < target; time.Sleep(time.Millisecond) {
		switch now := r.Done(); {
		case now > last:
			last, moved = now, time.Now()
		case time.Since(moved) > patience:
			r.w.t.Fatalf("no request has ended for %v; %d of %d have", patience, last, target)
		}
	}
}

// history ends the traffic and gives all that is known after it, from server.
func (r *run) history(server *lab.Server) *judge.History {
	r.w.t.Helper()
	h := &judge.History{Events: r.End(), Lost: map[int64]bool{}}
	var err error
	h.Journal, h.Rows, err = traffic.Collect(context.Background(), server.DB(), r.plan.Database)
	r.w.must(err)
	return h
}

// verdict has the judge look at a history and logs what it came to.
func verdict(t *testing.T, h *judge.History) []judge.Violation {
	t.Helper()
	all, err := h.Check()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s; violations: %s", census(h), judge.Count(all))
	return all
}

// reportAll fails the test with the first of the violations.
func reportAll(t *testing.T, all []judge.Violation) {
	t.Helper()
	for _, v := range all[:min(len(all), 5)] {
		t.Error(v)
	}
	if len(all) > 5 {
		t.Errorf("and %d more", len(all)-5)
	}
}
