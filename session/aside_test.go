package session

import (
	"testing"
	"time"

	"shunt/statement"
	"shunt/topology"
)

// TestAside: a question on another connection knows what the session has set, written and read, and nothing of what holds it; what it has read counts afterwards.
func TestAside(t *testing.T) {
	s := New(Login{Schema: "shop"})
	s.state = s.state.withVar("time_zone", "'+03:00'").withUser("a", "5")
	s.refresh()
	s.NoteWrite("paris", topology.GTID{Source: "0", Seq: 5})
	s.Keep("a test")
	s.Pinned("paris", "p1", false)
	other := s.Aside()
	if f := other.Facts(); f.Pins != 0 || f.PinHost != "" || f.Schema != "shop" || len(f.Wrote) != 1 || !f.Autocommit {
		t.Errorf("it has %+v", f)
	}
	if !other.State().Equal(s.State()) {
		t.Errorf("it has set %+v", other.State())
	}
	other.Saw("gra", &topology.Host{Address: "r3", Role: topology.Replica}, time.Now(), true)
	if len(s.Facts().Seen) != 0 {
		t.Error("the session has read what was asked aside before it has learned of it")
	}
	other.Begin(&statement.Statement{Kind: statement.Select})
	s.Learn(other)
	if f := s.Facts(); len(f.Seen) != 1 || len(f.Ahead) != 1 || f.Pins == 0 || f.PinHost != "p1" {
		t.Errorf("afterwards the session has %+v", f)
	}
}
