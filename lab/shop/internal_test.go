package shop

import (
	"database/sql"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheSampleIsTheSameEveryTime(t *testing.T) {
	if diff := cmp.Diff(sample(), sample(), cmp.AllowUnexported(table{})); diff != "" {
		t.Error(diff)
	}
}

func TestWhatCountsAsAStaleRead(t *testing.T) {
	broken := errors.New("connection lost")
	for name, c := range map[string]struct {
		err          error
		same         bool
		checks, late int
		want         error
	}{
		"what was written":            {nil, true, 1, 0, nil},
		"something older":             {nil, false, 1, 1, nil},
		"nothing yet":                 {sql.ErrNoRows, false, 1, 1, nil},
		"an error is neither of them": {broken, false, 0, 0, broken},
	} {
		t.Run(name, func(t *testing.T) {
			v := &visitor{}
			err := (&page{v: v}).check(c.err, func() bool { return c.same })
			if err != c.want || v.report.Checks != c.checks || v.report.Stale != c.late {
				t.Errorf("%v, %d checks, %d stale", err, v.report.Checks, v.report.Stale)
			}
		})
	}
}
