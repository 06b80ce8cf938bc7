package move

import (
	"errors"
	"strings"
	"testing"
)

// TestWhichSwitchesAreDumped: each one forth, if dumps are kept; what an earlier one has left is forgotten only for another, or where it is worth nothing.
func TestWhichSwitchesAreDumped(t *testing.T) {
	due, kept, missing := &Archive{State: ArchiveDue}, &Archive{State: ArchiveKept, File: "a"}, &Archive{State: ArchiveMissing}
	for _, c := range []struct {
		about       string
		before      *Archive
		back, keeps bool
		want        *Archive
	}{
		{"the first, and dumps are kept", nil, false, true, due},
		{"the first, and they are not", nil, false, false, nil},
		{"back: the dump is still that of the last switch forth", kept, true, true, kept},
		{"back, and there was none", missing, true, true, nil},
		{"forth again", kept, false, true, due},
		{"forth again, and no proxy keeps any more", kept, false, false, nil},
	} {
		m := Move{Archive: c.before, Back: c.back}
		m.owe(c.keeps)
		if (m.Archive == nil) != (c.want == nil) || m.Archive != nil && *m.Archive != *c.want {
			t.Errorf("%s: %v, want %v", c.about, m.Archive, c.want)
		}
		if m.owes() != (c.want != nil && *c.want == *due) {
			t.Errorf("%s: that it has to be made is %v", c.about, m.owes())
		}
	}
}

// TestNothingIsDroppedWithoutADump: unless somebody says so.
func TestNothingIsDroppedWithoutADump(t *testing.T) {
	for _, c := range []struct {
		archive *Archive
		wish    Wish
		refused bool
	}{
		{nil, Finish, false},
		{&Archive{State: ArchiveDue}, Finish, false}, // it waits
		{&Archive{State: ArchiveKept}, Finish, false},
		{&Archive{State: ArchiveMissing, Problem: "no space left on device"}, Finish, true},
		{&Archive{State: ArchiveMissing}, FinishForced, false},
		{&Archive{State: ArchiveMissing}, Rollback, false},
	} {
		m := Move{Database: "shop", State: Reversible, Archive: c.archive}
		err := m.wants(c.wish)
		if errors.Is(err, ErrRefused) != c.refused {
			t.Errorf("%s with %v: %v", c.wish, c.archive, err)
		}
		if c.refused && !strings.Contains(err.Error(), "no space left on device; FINISH MOVE shop FORCE") {
			t.Errorf("it says %v", err)
		}
	}
	m := Move{Database: "shop", State: Copying}
	for _, wish := range []Wish{Finish, FinishForced} {
		if err := m.wants(wish); !errors.Is(err, ErrRefused) {
			t.Errorf("%s of one that has not switched: %v", wish, err)
		}
	}
}
