package monitor

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"shunt/backend"
	"shunt/topology"
)

func hostsOf(n int) (hosts []Host) {
	for i := range n {
		hosts = append(hosts, Host{Address: fmt.Sprintf("db%d:3306", i), Weight: 1})
	}
	return hosts
}

// seen is what a server of hostsOf says: the first is the primary, the others replicate from it.
func seen(i int, at time.Time) observation {
	f := facts{serverID: uint32(i + 1), version: "10.11.8-MariaDB", hostname: "db", port: "3306", linksRead: at, beat: 1,
		applied: topology.Position{"0": {{Start: 1, End: uint64(at.UnixNano())}}}}
	f.own = f.applied
	if i > 0 {
		f.readOnly, f.links = true, []link{{host: "db0", port: "3306", serverID: 1, behindKnown: true}}
	}
	return observation{began: at, facts: f}
}

// strange is an observation as chance has it: mostly a good one that differs in figures, now and then one that changes more.
func strange(r *rand.Rand, i int, at time.Time) observation {
	o := seen(i, at)
	f := &o.facts
	switch r.IntN(14) {
	case 0, 1, 2:
		o.err, o.gone = errors.New([]string{"connection refused", "i/o timeout"}[r.IntN(2)]), r.IntN(2) == 0
	case 3:
		f.readOnly = !f.readOnly
	case 4:
		f.links = nil
	case 5:
		f.links = []link{{host: "elsewhere", port: "3306", serverID: 99}, {host: "db0", port: "3306", name: "b", sql: thread{stopped: r.IntN(2) == 0}}}
	case 6:
		f.links = []link{{host: "alias", port: "3306", serverID: uint32(r.IntN(3)), behindKnown: true}}
	case 7:
		f.linksRead, f.links, f.linksError = time.Time{}, nil, errors.New("access denied")
	case 8:
		f.version = "11.4.2-MariaDB"
	case 9, 10:
		for l := range f.links {
			f.links[l].behind = time.Duration(r.IntN(10)) * time.Second
			f.links[l].io.stopped = r.IntN(3) == 0
		}
		f.beat = 0
	}
	return o
}

// TestLookingAtOneHostIsEnough: what is decided about one host alone is what would have been decided about all.
func TestLookingAtOneHostIsEnough(t *testing.T) {
	urgent, kinds := 0, map[change]int{}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		listed := Cluster{Name: "paris", Hosts: hostsOf(1 + r.IntN(4))}
		one := newClusterState(listed, map[string]bool{"elsewhere:3306": true}, DefaultConfig(), slog.New(slog.DiscardHandler))
		all := newClusterState(listed, one.elsewhere, DefaultConfig(), slog.New(slog.DiscardHandler))
		now := time.Unix(1_800_000_000, 0)
		shown := one.publish(now)
		all.publish(now)
		for step := range 60 {
			now = now.Add(100 * time.Millisecond)
			i := r.IntN(len(listed.Hosts))
			o := strange(r, i, now)
			if one.take(one.hosts[i], &o, now) {
				urgent++
			} else if next := one.publish(now); seriously(shown) != seriously(next) {
				t.Fatalf("world %d, step %d: not urgent, but %s became %s", seed, step, seriously(shown), seriously(next))
			}
			kinds[one.pending]++
			all.take(all.hosts[i], &o, now)
			all.pending = roles
			shown = one.publish(now)
			want := all.publish(now)
			if diff := cmp.Diff(want, shown, readers, cmp.Comparer(func(a, b topology.Reached) bool {
				for source := range a { // newer is allowed, older is not
					if b[source] < a[source] {
						return false
					}
				}
				return true
			})); diff != "" {
				t.Fatalf("world %d, step %d, observation %+v:\n%s", seed, step, o, diff)
			}
			if diff := cmp.Diff(topology.NewReaders(shown.Replicas), shown.Readers, readers); diff != "" {
				t.Fatalf("world %d, step %d: the readers are not those of the replicas:\n%s", seed, step, diff)
			}
		}
	}
	if urgent < 1000 || kinds[figures] < 1000 {
		t.Errorf("%d urgent, %v: the worlds are too much alike", urgent, kinds)
	}
}

// readers lets tables of readers be compared.
var readers = cmp.Exporter(func(t reflect.Type) bool { return t.PkgPath() == "shunt/topology" })

// seriously is what has to be known at once.
func seriously(c *topology.Cluster) string {
	var b strings.Builder
	if c.Primary != nil {
		b.WriteString(c.Primary.Address)
	}
	for _, h := range c.Hosts {
		fmt.Fprint(&b, " ", h.State, " ", h.Role, " ", h.InService)
	}
	return b.String()
}

// TestManyServersDoNotMakeManySnapshots, and what is serious is not held back by that.
func TestManyServersDoNotMakeManySnapshots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := New(DefaultConfig(), []Cluster{{Name: "paris", Hosts: hostsOf(few + 1)}, {Name: "gra", Hosts: []Host{{Address: "db:3306"}}}}, slog.New(slog.DiscardHandler))
		var shown []*topology.Snapshot
		m.Notify(func(s *topology.Snapshot) { shown = append(shown, s) })
		ended := make(chan struct{})
		go func() { m.gather(t.Context()); close(ended) }()
		paris := m.clusters[0]
		tell := func(i int, o observation) {
			m.tell(t.Context(), report{cluster: paris, host: paris.hosts[i], observation: o})
		}
		for i := range paris.hosts {
			tell(i, seen(i, time.Now()))
		}
		synctest.Wait()
		time.Sleep(time.Second)
		shown = nil
		gra := m.Snapshot().Clusters["gra"]
		start := time.Now()
		for range 1000 { // a thousand observations in a second
			time.Sleep(time.Millisecond)
			i := 1 + int(time.Since(start)/time.Millisecond)%few
			tell(i, seen(i, time.Now()))
			synctest.Wait()
			if age := time.Since(m.Snapshot().Taken); age > manyPace {
				t.Fatalf("the snapshot is %v old", age)
			}
		}
		if len(shown) < 95 || len(shown) > 101 {
			t.Errorf("%d snapshots in a second", len(shown))
		}
		if m.Snapshot().Clusters["gra"] != gra {
			t.Error("a cluster of which nothing was heard has been made anew")
		}
		tell(0, observation{began: time.Now(), err: errors.New("connection refused"), gone: true})
		synctest.Wait()
		if m.Snapshot().Clusters["paris"].Primary != nil {
			t.Error("that the primary is down is not shown at once")
		}
		tell(1, func() observation { o := seen(1, time.Now()); o.facts.links[0].sql.stopped = true; return o }())
		tell(2, seen(2, time.Now()))
		time.Sleep(manyPace)
		synctest.Wait()
		if s := shown[len(shown)-1]; s != m.Snapshot() || !slices.Contains(s.Clusters["paris"].Replicas, s.Host("db2:3306")) {
			t.Error("the last observation is not shown")
		}
	})
}

// BenchmarkProbe is what the monitor and the pools do with one good observation; of many servers, ten are shown in one
// snapshot, which is what one of a thousand that are probed every second in turn finds.
func BenchmarkProbe(b *testing.B) {
	for _, n := range []int{1, 10, 100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			m := New(DefaultConfig(), []Cluster{{Name: "paris", Hosts: hostsOf(n)}}, slog.New(slog.DiscardHandler))
			m.Notify(backend.NewPools(backend.Defaults()).Apply)
			c, taken := m.clusters[0], batch{clusters: map[*clusterState]bool{}}
			tell := func(i int) { m.take(report{cluster: c, host: c.hosts[i], observation: seen(i, time.Now())}, &taken) }
			for i := range n {
				tell(i)
			}
			m.publish(slices.Values(m.clusters))
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				tell(i % n)
				if i++; n <= few || i%10 == 0 {
					m.publish(slices.Values(m.clusters))
				}
			}
		})
	}
}
