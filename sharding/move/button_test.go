package move

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"shunt/backend/monitor/control"
	"shunt/store"
)

// TestTheRedButton: moves work on two proxies. When they are stopped, on either, all are left as they are within a second, and nothing happens until they are started.
// One that has switched goes on following; an order about it waits.
func TestTheRedButton(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakes(t, Config{MaxProcs: 6, PerSource: 50, PerTarget: 50, Tries: 3}, map[string][]string{"paris": names("p", 20)})
		defer f.end()
		e, other := f.proxy("web1"), f.proxy("web2")
		f.have(Move{Database: "switched", State: Reversible, Switches: 1, Stranded: "a table was defined anew"})
		must[[]Ordered](t)(e.StartMany(t.Context(), tester, Orders{From: "paris", To: "gra"}))
		time.Sleep(3300 * time.Millisecond) // each waits for seconds until it tries again
		if states, owned, _, _ := f.state(); states[Preflight] != 6 || owned != 7 {
			t.Fatalf("before: %v, %d owned", states, owned)
		}

		must[Fleet](t)(other.StopAll(t.Context(), tester, "a customer complains"))
		time.Sleep(time.Second)
		states, owned, slots, at := f.state()
		if states[Preflight] != 6 || states[Planned] != 14 || states[Reversible] != 1 || owned != 1 || slots != 0 {
			t.Errorf("a second after: %v, %d owned, %d slots", states, owned, slots)
		}
		time.Sleep(time.Minute)
		if _, _, _, later := f.state(); later != at {
			t.Errorf("something was done while moves were stopped")
		}
		must[Move](t)(e.Want(t.Context(), "switched", "", Finish))
		must[Move](t)(e.Want(t.Context(), "p019", "", Rollback))
		time.Sleep(10 * time.Second)
		if states, _, _, _ := f.state(); states[Reversible] != 1 || states[Aborted] != 1 || states[Planned] != 13 {
			t.Errorf("orders while stopped: %v", states)
		}
		o := must[Overview](t)(e.Overview(t.Context()))
		if !o.Stopped || o.Reason != "a customer complains" || o.Working != 0 {
			t.Errorf("%+v", o)
		}

		must[Fleet](t)(e.StartAll(t.Context(), tester, 3))
		time.Sleep(10 * time.Second)
		states, _, _, _ = f.state()
		o = must[Overview](t)(e.Overview(t.Context()))
		if o.Stopped || o.Most != 3 || o.Working != 3 || states[Retiring] > 1 {
			t.Errorf("after the start: %v, %+v", states, o)
		}
	})
}

// TestAProxyThatHasNotHeardOfTheButtonBeginsNothing: what it knows is from before the button was pressed, and it looks for work.
func TestAProxyThatHasNotHeardOfTheButtonBeginsNothing(t *testing.T) {
	f := newFakes(t, Config{Idle: true, MaxProcs: 5, PerSource: 5, PerTarget: 5}, map[string][]string{"paris": names("p", 3)})
	defer f.end()
	e := f.proxy("web1")
	must[[]Ordered](t)(e.StartMany(t.Context(), tester, Orders{From: "paris", To: "gra"}))
	deaf := New(f.config, Deps{
		Store: f.store, Primary: func(string) (control.Endpoint, error) { return control.Endpoint{}, errBusy },
		Proxy: func() string { return "web2" }, Log: slog.New(slog.DiscardHandler),
	})
	items, at, err := store.All(t.Context(), f.store, everything)
	if err != nil {
		t.Fatal(err)
	}
	deaf.view.apply(store.Update{Anew: true, Complete: true, Items: items, Revision: at})
	must[Fleet](t)(e.StopAll(t.Context(), tester, ""))
	_, _, _, before := f.state()
	ctx, cancel := context.WithCancel(t.Context())
	deaf.pass(ctx, must[store.Lease](t)(f.store.Lease(t.Context(), ttl)))
	if _, owned, _, after := f.state(); owned != 0 || after != before {
		t.Errorf("it has taken %d moves", owned)
	}
	cancel()
	deaf.group.Wait()
}

// TestTheButtonInterruptsWork: what is done for a copy ends at once, but not what is done for a switch.
func TestTheButtonInterruptsWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakes(t, Config{Idle: true}, nil)
		defer f.end()
		e := f.proxy("web1")
		works := map[string]context.Context{}
		for _, name := range []string{"copying", "switching"} {
			m := &Move{Database: name, State: Ready}
			r := newRun(e, m, store.Item{Key: m.key()}, 1, nil)
			if name == "switching" {
				r.place.turn = []store.Item{{Key: slotPrefix + "switch/0"}}
			}
			e.mu.Lock()
			e.runs[m.key()] = r
			e.mu.Unlock()
			ctx, cancel := r.interruptible(t.Context())
			defer cancel()
			works[name] = ctx
		}
		time.Sleep(time.Second)
		if works["copying"].Err() != nil {
			t.Error("it was interrupted before")
		}
		must[Fleet](t)(e.StopAll(t.Context(), tester, ""))
		time.Sleep(time.Second)
		if works["copying"].Err() == nil || works["switching"].Err() != nil {
			t.Errorf("the copy: %v, the switch: %v", works["copying"].Err(), works["switching"].Err())
		}
	})
}

// TestTooManyFailuresStopMoves: when more than a share has failed, and not just a few, moves stop by themselves; which class had most is said. A start has them count anew.
func TestTooManyFailuresStopMoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakes(t, Config{MaxProcs: 1, PerSource: 9, PerTarget: 9, Budget: Budget{Share: .25, Least: 3, Within: time.Hour}}, map[string][]string{"paris": names("p", 20)})
		defer f.end()
		for _, name := range names("good", 6) {
			f.have(Move{Database: name, State: Done})
		}
		n := 0
		f.servers = func(string) error { // one of three has another class
			time.Sleep(time.Second)
			if n++; n%3 == 0 {
				return failed("accounts", "there is no such account")
			}
			return failed("binary log", "log_bin is 0")
		}
		e := f.proxy("web1")
		f.proxy("web2")
		must[[]Ordered](t)(e.StartMany(t.Context(), tester, Orders{From: "paris", To: "gra"}))
		time.Sleep(time.Minute)
		o := must[Overview](t)(e.Overview(t.Context()))
		if !o.Stopped || o.Class != "binary log" || !strings.Contains(o.Reason, "3 of 9") {
			t.Errorf("%+v", o)
		}
		if failed := o.States[Aborted]; failed < 3 || failed > 4 { // one may have been on its way
			t.Errorf("%v", o.States)
		}
		classes := must[[]Class](t)(e.Classes(t.Context()))
		if len(classes) != 2 || classes[0].Class != "binary log" || classes[0].Kind != "failed" || classes[0].Way == "" || len(classes[0].Examples) == 0 {
			t.Errorf("%+v", classes)
		}

		f.servers = func(string) error { time.Sleep(time.Second); return errBusy }
		before := o.States[Aborted]
		must[Fleet](t)(e.StartAll(t.Context(), tester, 0))
		time.Sleep(time.Minute)
		if o = must[Overview](t)(e.Overview(t.Context())); o.Stopped || o.Failed != 0 || o.States[Aborted] != before || o.Working != 1 {
			t.Errorf("after the start: %+v", o)
		}
	})
}

// TestABudgetOverlooksAFew: a share is none of a few moves.
func TestABudgetOverlooksAFew(t *testing.T) {
	b := Budget{Share: .05, Least: 10}
	for _, c := range []struct {
		failed, judged int
		over           bool
	}{{9, 9, false}, {10, 10, true}, {10, 199, true}, {10, 200, false}, {11, 200, true}} {
		if b.over(tally{failed: c.failed, judged: c.judged}) != c.over {
			t.Errorf("%d of %d: it is %t", c.failed, c.judged, !c.over)
		}
	}
}
