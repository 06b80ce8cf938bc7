package session

import (
	"slices"
	"testing"
	"time"

	"shunt/mysql"
	"shunt/statement"
	"shunt/topology"
)

// TestWhatOthersWroteForgetsNoReads: a session's own write comes behind all that it has read; one that it hears of may be older than that.
func TestWhatOthersWroteForgetsNoReads(t *testing.T) {
	s, at := New(Login{}), time.Now()
	primary := &topology.Host{Address: "p1"}
	s.Saw("paris", primary, at, true)
	s.NoteWrite("paris", topology.GTID{Source: "0", Seq: 5})
	if seen := s.Facts().Seen; len(seen) != 1 || seen[0].Host != "p1" || seen[0].Fresh {
		t.Errorf("after a write of another connection: %+v", seen)
	}
	s.Require("paris", topology.Position{"0": {{Start: 1, End: 6}}})
	if seen := s.Facts().Seen; len(seen) != 1 {
		t.Errorf("after a token: %+v", seen)
	}
	update := &statement.Statement{Kind: statement.Update, Tables: []statement.Table{{Name: "t", Write: true}}}
	s.Begin(update)
	track := mysql.Track{Kind: mysql.TrackSystemVariable, Name: []byte("last_gtid"), Value: []byte("0-1-7")}.Append(nil)
	s.OK(topology.MariaDB, &mysql.OK{Status: mysql.StatusAutocommit, Affected: 1, Track: track}, false, 0, nil)
	s.End(update, "paris", false)
	if seen := s.Facts().Seen; len(seen) != 0 {
		t.Errorf("after a write of its own: %+v", seen)
	}
	if w := s.Facts().Wrote; len(w) != 1 || w[0].GTID.Seq != 7 {
		t.Errorf("it has written %+v", w)
	}
}

// TestWhoIsAheadOfAPrimary: what a replica has shown, or a token says, the primary may not show yet; it does once it was waited for, or has committed something
// for the session that came after.
func TestWhoIsAheadOfAPrimary(t *testing.T) {
	s, at := New(Login{}), time.Now()
	ahead := func(when string, want ...string) {
		t.Helper()
		if got := s.Facts().Ahead; !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", when, got, want)
		}
	}
	s.Saw("paris", &topology.Host{Address: "p1", Role: topology.Primary}, at, true)
	ahead("after a read on the primary")
	s.Saw("paris", &topology.Host{Address: "r1", Role: topology.Replica}, at, true)
	s.Saw("paris", &topology.Host{Address: "r1", Role: topology.Replica}, at, true)
	s.Require("gra", topology.Position{"0": {{Start: 1, End: 6}}})
	ahead("after reads on a replica, and a token", "paris", "gra")
	s.ResetConnection()
	ahead("after a reset", "paris", "gra")
	s.Settle("gra")
	ahead("after gra was waited for", "paris")
	s.NoteWrite("paris", topology.GTID{Source: "0", Seq: 5})
	ahead("after a write of another connection", "paris")
	update := &statement.Statement{Kind: statement.Update, Tables: []statement.Table{{Name: "t", Write: true}}}
	s.Begin(update)
	track := mysql.Track{Kind: mysql.TrackSystemVariable, Name: []byte("last_gtid"), Value: []byte("0-1-7")}.Append(nil)
	s.OK(topology.MariaDB, &mysql.OK{Status: mysql.StatusAutocommit, Affected: 1, Track: track}, false, 0, nil)
	s.End(update, "paris", false)
	ahead("after a write of its own")
}
