package monitor

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"syscall"

	"shunt/topology"
)

// TestDamping replays verdicts, a second apart: "+" it could serve, "-" it could not. The line below has what comes of it: "S" it
// serves, "h" it is held back, "." it cannot serve.
func TestDamping(t *testing.T) {
	for _, test := range []struct{ name, verdicts, want string }{
		{"well", "++++++", "SSSSSS"},
		{"one restart is forgiven", "++---+++", "SS...SSS"},
		{"so is coming late at first", "---+++", "...SSS"},
		{"a second one within a minute is not", "++--++--+++++++++", "SS..SS..hhhhhSSSS"},
		{"a third one costs twice as much", "+-+-+++++++-+++++++++++++", "S.S.hhhhhSS.hhhhhhhhhhSS"},
		{"while it is held back it may fall again", "+-+-++-+++++++++++++", "S.S.hh.hhhhhhhhhhSSS"},
		{"two that are a minute apart are two single ones", "+-+" + strings.Repeat("+", 60) + "-++", "S.S" + strings.Repeat("S", 60) + ".SS"},
		{"it cannot serve: that is all there is to say", "+-+-+-", "S.S.h."},
	} {
		t.Run(test.name, func(t *testing.T) {
			var d damping
			var got strings.Builder
			now := time.Unix(1_000_000, 0)
			for _, verdict := range test.verdicts {
				d = d.after(verdict == '+', now)
				held, why := d.holds(now)
				switch {
				case held && (!d.ok || why == ""):
					t.Fatalf("it is held back (%q) and could not serve", why)
				case held:
					got.WriteByte('h')
				case d.ok:
					got.WriteByte('S')
				default:
					got.WriteByte('.')
				}
				now = now.Add(time.Second)
			}
			if want := (test.want + strings.Repeat("S", 99))[:len(test.verdicts)]; got.String() != want {
				t.Errorf("verdicts %s\ngot      %s\nwant     %s", test.verdicts, got.String(), want)
			}
		})
	}
}

// TestPenalties: they double up to two minutes while it goes on, and halve with each quiet minute.
func TestPenalties(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	d := damping{}.after(true, now)
	fall := func() time.Duration {
		d = d.after(false, now)
		now = now.Add(time.Second)
		d = d.after(true, now)
		penalty := d.until.Sub(now)
		now = now.Add(penalty)
		return penalty
	}
	for i, want := range []time.Duration{0, 5, 10, 20, 40, 80, 120, 120} {
		if got := fall(); got != want*time.Second {
			t.Errorf("fall %d costs %v, want %vs", i+1, got, int(want))
		}
	}
	now = now.Add(3 * time.Minute) // 120, 60, 30, 15
	if got := fall(); got != 30*time.Second {
		t.Errorf("after three quiet minutes it costs %v, want twice 15s", got)
	}
	now = now.Add(time.Hour)
	if got := fall(); got != 0 {
		t.Errorf("after a quiet hour it costs %v", got)
	}
}

// flap takes the replica away and brings it back; it is up again a second and a half later.
func (w *world) flap() {
	w.t.Helper()
	w.db2.set(func(s *scripted) { s.err = syscall.ECONNREFUSED })
	w.after(500*time.Millisecond, nil)
	if h := w.paris().Hosts[1]; h.State != topology.Down {
		w.t.Fatalf("the replica is %s", h.State)
	}
	w.db2.set(func(s *scripted) { s.err = nil })
	w.after(1500*time.Millisecond, func() { w.db2.catchUp(w.db1) })
}

// TestFlappingReplica: the second outage within a minute keeps it out, which is said, and shown.
func TestFlappingReplica(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, nil)
		defer w.stop()
		w.flap()
		w.want("U primary in service", "U replica in service")
		w.flap()
		w.want("U primary in service", "U replica")
		if h := w.paris().Hosts[1]; !h.Flapping || !strings.HasPrefix(h.Problem, "flapping: 4 changes in 1m0s, back in ") || w.paris().Readers.In("", "").Sum() != 0 {
			t.Errorf("%+v", h)
		}
		if got := gather(t, w.Collectors())["shunt_server_flapping cluster=paris server=db2:3306"]; got != 1 {
			t.Errorf("the metric says %v", got)
		}
		w.after(5*time.Second, func() { w.db2.catchUp(w.db1) })
		w.want("U primary in service", "U replica in service")
		w.flap()
		w.after(7*time.Second, func() { w.db2.catchUp(w.db1) })
		w.want("U primary in service", "U replica") // ten seconds now
		w.after(3*time.Second, func() { w.db2.catchUp(w.db1) })
		w.want("U primary in service", "U replica in service")
	})
}

// TestFlappingLag: going in and out of service for lag is flapping, too.
func TestFlappingLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, nil)
		defer w.stop()
		for range 2 {
			w.db2.set(func(s *scripted) {
				s.facts.links = []link{{host: "db1", port: "3306", serverID: 1, sql: thread{stopped: true}}}
			})
			w.after(200*time.Millisecond, func() { w.db2.catchUp(w.db1) })
			w.want("U primary in service", "U replica")
			w.db2.set(func(s *scripted) { s.facts.links = []link{{host: "db1", port: "3306", serverID: 1, behindKnown: true}} })
			w.after(200*time.Millisecond, func() { w.db2.catchUp(w.db1) })
		}
		if h := w.paris().Hosts[1]; h.InService || !h.Flapping {
			t.Errorf("%+v", h)
		}
	})
}

// TestAPrimaryDoesNotFlap: nothing could stand in for it.
func TestAPrimaryDoesNotFlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, nil)
		defer w.stop()
		for i := range 6 {
			w.db1.set(func(s *scripted) { s.err = syscall.ECONNREFUSED })
			w.after(500*time.Millisecond, nil)
			w.db1.set(func(s *scripted) { s.err = nil })
			w.after(500*time.Millisecond, nil)
			if h := w.paris().Hosts[0]; !h.InService || h.Flapping || w.paris().Primary != h {
				t.Fatalf("return %d: %+v", i+1, h)
			}
		}
	})
}

// TestWarmUp: a replica that returns comes to its share step by step, one that was there from the beginning has it.
func TestWarmUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, nil)
		defer w.stop()
		if h := w.paris().Hosts[1]; h.Portion != 100 {
			t.Errorf("at the beginning it takes %d hundredths", h.Portion)
		}
		w.flap() // it was up for a little over a second then
		steps := fmt.Sprint(w.paris().Hosts[1].Portion)
		for range 9 {
			w.after(time.Second, func() { w.db2.catchUp(w.db1) })
			h := w.paris().Hosts[1]
			steps += fmt.Sprint(" ", h.Portion)
			if sum := w.paris().Readers.In("", "").Sum(); sum != h.Share() {
				t.Errorf("the table of readers has %d, the host %d", sum, h.Share())
			}
		}
		if steps != "20 30 40 50 60 70 80 90 100 100" {
			t.Errorf("its portion: %s", steps)
		}
	})
	for _, test := range []struct {
		since, warmUp time.Duration
		want          int
	}{{0, 10 * time.Second, 10}, {999 * time.Millisecond, 10 * time.Second, 10}, {5 * time.Second, 10 * time.Second, 60}, {time.Hour, 10 * time.Second, 100}, {0, 0, 100}} {
		from := time.Unix(1_000_000, 0)
		if got := warmth(from, from.Add(test.since), test.warmUp); got != test.want {
			t.Errorf("%v of %v: %d hundredths, want %d", test.since, test.warmUp, got, test.want)
		}
	}
}
