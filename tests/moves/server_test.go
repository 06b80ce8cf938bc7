package moves

import (
	"os"
	"testing"
	"time"

	"shunt/lab"
)

// TestAServerDiesInTheMiddle: the primary of the source or of the target is killed at points of a move, and comes back a moment later. Before the decision the switch is
// given up and tried again, after it the move goes on. What was acknowledged is there, once.
func TestAServerDiesInTheMiddle(t *testing.T) {
	f := newFleet(t)
	home, away := "paris", "gra"
	for _, c := range []struct{ point, side string }{
		{"catchup", "target"}, {"ready", "source"}, {"gate closed", "target"}, {"gate closed", "source"}, {"committed", "target"}, {"reversible", "source"},
	} {
		if !*everywhere && c.point != "catchup" && c.point != "gate closed" {
			continue
		}
		began := time.Now()
		struck := f.launch(c.point, "wait")
		t.Cleanup(func() { f.dump() })
		s := f.survive(4)
		s.more()
		f.order(c.point, home, away)
		f.strike(struck, "wait")
		victim := f.Datacenter(map[string]string{"source": home, "target": away}[c.side]).Primary
		f.bounce(victim, func() {
			if err := os.WriteFile(struck+".go", nil, 0o600); err != nil {
				t.Fatal(err)
			}
		})
		m := f.await("reversible")
		home, away = m["to"], m["from"]
		s.more()
		s.judge(home)
		t.Logf("kill of the %s at %s: %s, took %v", c.side, c.point, describe(m), time.Since(began).Round(time.Millisecond))
		f.bury()
		if t.Failed() {
			t.FailNow()
		}
		f.on(home, "TRUNCATE blog.posts", "TRUNCATE blog.counts")
	}
}

// bounce kills a server, lets the move go on, and starts the server again.
func (f *fleet) bounce(s *lab.Server, meanwhile func()) {
	f.t.Helper()
	if err := s.Kill(); err != nil {
		f.t.Fatal(err)
	}
	meanwhile()
	time.Sleep(time.Second)
	if err := s.Start(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}
