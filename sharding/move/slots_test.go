package move

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"shunt/store"
	"shunt/store/ledger"
)

var tester = ledger.Who{Face: "test", User: "tester"}

// TestNoMoreMovesWorkThanMay: three proxies take moves, each of which works for a second. There are never more at a time than the fleet, a source and a target may have;
// and as many as may.
func TestNoMoreMovesWorkThanMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := Config{MaxProcs: 5, PerSource: 4, PerTarget: 3}
		f := newFakes(t, c, map[string][]string{"paris": names("p", 12), "waw": names("w", 12)})
		defer f.end()
		f.servers = func(string) error { time.Sleep(time.Second); return failed("test", "it is done") }
		e := f.proxy("web1")
		f.proxy("web2")
		f.proxy("web3")
		must[[]Ordered](t)(e.StartMany(t.Context(), tester, Orders{From: "paris", To: "gra"}))
		must[[]Ordered](t)(e.StartMany(t.Context(), tester, Orders{From: "waw", To: "lon"}))
		time.Sleep(time.Minute)
		states, owned, slots, _ := f.state()
		if states[Aborted] != 24 || owned+slots != 0 {
			t.Errorf("after a minute there are %v, %d owners and %d slots", states, owned, slots)
		}
		peak := f.peak()
		for family, want := range map[string]int{ofAll: 5, "to/gra": 3, "to/lon": 3, "states": 5} {
			if peak[family] != want {
				t.Errorf("%s: %d at a time, there may be %d", family, peak[family], want)
			}
		}
	})
}

// TestSourcesAreBound: the moves from one cluster are no more than it may have, wherever they go.
func TestSourcesAreBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakes(t, Config{MaxProcs: 9, PerSource: 2, PerTarget: 9}, map[string][]string{"paris": names("p", 8)})
		defer f.end()
		f.servers = func(string) error { time.Sleep(time.Second); return failed("test", "it is done") }
		e := f.proxy("web1")
		must[[]Ordered](t)(e.StartMany(t.Context(), tester, Orders{Databases: names("p", 4), To: "gra"}))
		must[[]Ordered](t)(e.StartMany(t.Context(), tester, Orders{From: "paris", To: "lon"})) // the first four are being moved
		time.Sleep(time.Minute)
		if states, _, _, _ := f.state(); states[Aborted] != 8 || f.peak()["from/paris"] != 2 {
			t.Errorf("%v; %v at a time", states, f.peak())
		}
	})
}

// TestASwitchIsTakenOverAtOnce: the only slot is taken. A move that nobody drives waits for it, but not one whose statements wait, and not one that is to be taken back.
func TestASwitchIsTakenOverAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakes(t, Config{MaxProcs: 1, PerSource: 9, PerTarget: 9}, map[string][]string{"paris": {"first"}})
		defer f.end()
		e := f.proxy("web1")
		must[Move](t)(e.Start(t.Context(), tester, Order{Database: "first", To: "gra"}))
		time.Sleep(2 * time.Second)
		f.have(Move{Database: "held", State: Gated})
		f.have(Move{Database: "waiting", State: Catchup})
		f.have(Move{Database: "unwanted", State: Planned, Wish: Rollback})
		time.Sleep(5 * time.Second)
		by := map[string]Status{}
		for _, m := range must[[]Status](t)(e.List(t.Context())) {
			by[m.Database] = m
		}
		if by["first"].Owner == "" || by["held"].Owner == "" || by["held"].State != Reopening || by["waiting"].Owner != "" || by["unwanted"].State != Aborted {
			t.Errorf("%+v", by)
		}
		if peak := f.peak(); peak[ofAll] != 1 {
			t.Errorf("%v at a time", peak)
		}
	})
}

// TestAProxyThatDiesLeavesItsSlots: when its lease has ended, another one has them.
func TestAProxyThatDiesLeavesItsSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakes(t, Config{MaxProcs: 2, PerSource: 9, PerTarget: 9}, map[string][]string{"paris": names("p", 6)})
		defer f.end()
		dying := f.memory.Open()
		lease := must[store.Lease](t)(dying.Lease(t.Context(), ttl))
		for _, n := range []string{"0", "1"} {
			must[store.Revision](t)(dying.Commit(t.Context(), store.Txn{Then: []store.Change{store.PutLeased(slotPrefix+"all/"+n, nil, lease)}}))
		}
		e := f.proxy("web1")
		must[[]Ordered](t)(e.StartMany(t.Context(), tester, Orders{From: "paris", To: "gra"}))
		time.Sleep(time.Second)
		if _, owned, _, _ := f.state(); owned != 0 {
			t.Errorf("%d moves are driven, and all slots are another's", owned)
		}
		dying.Close()
		time.Sleep(2 * ttl)
		if _, owned, _, _ := f.state(); owned != 2 {
			t.Errorf("%d moves are driven, there are 2 slots", owned)
		}
	})
}

// TestSwitchesAreBound: many moves of two proxies want to switch, and no more do at a time than may, in all and between two clusters.
func TestSwitchesAreBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakes(t, Config{MaxProcs: 50, PerSource: 50, PerTarget: 50, Cutovers: 3, CutoversPerCluster: 2}, map[string][]string{"paris": names("p", 10), "waw": names("w", 10)})
		defer f.end()
		engines := []*Engine{f.proxy("web1"), f.proxy("web2")}
		must[[]Ordered](t)(engines[0].StartMany(t.Context(), tester, Orders{From: "paris", To: "gra"}))
		must[[]Ordered](t)(engines[0].StartMany(t.Context(), tester, Orders{From: "waw", To: "lon"}))
		time.Sleep(5 * time.Second) // all are driven, and stuck in preflight
		var runs []*run
		for _, e := range engines {
			e.mu.Lock()
			for _, r := range e.runs {
				runs = append(runs, r)
			}
			e.mu.Unlock()
		}
		var group sync.WaitGroup
		var now, turns atomic.Int64
		for _, r := range runs {
			group.Go(func() {
				free, err := r.turn(context.Background())
				if err != nil {
					t.Error(err)
					return
				}
				if n := now.Add(1); n > 3 {
					t.Errorf("%d switch at a time", n)
				}
				time.Sleep(200 * time.Millisecond)
				now.Add(-1)
				turns.Add(1)
				free()
			})
		}
		group.Wait()
		if turns.Load() != 20 || f.peak()[ofSwitch] != 3 || f.peak()["switch/from/waw"] != 2 || f.peak()["switch/to/gra"] != 2 {
			t.Errorf("%d turns, %v at a time", turns.Load(), f.peak())
		}
	})
}
