package topology_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "shunt/topology"
)

// TestVisible: what commits now counts, too, with or without the numbers of the sessions that commit it.
func TestVisible(t *testing.T) {
	executed, _ := ParsePosition(MySQL, a+":1-5")
	for owned, want := range map[string]Position{
		"":                          {a: {{1, 5}}},
		a + ":6#12":                 {a: {{1, 6}}},
		a + ":7#12:6#13#14":         {a: {{1, 7}}},
		a + ":8#12,\n" + b + ":1#7": {a: {{1, 5}, {8, 8}}, b: {{1, 1}}},
		a + ":5#12":                 {a: {{1, 5}}},
	} {
		got, err := Visible(MySQL, executed, owned)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%q: %v %s", owned, err, diff)
		}
	}
	maria, _ := ParsePosition(MariaDB, "0-1-5")
	if got, err := Visible(MariaDB, maria, "0-2-7,1-1-3"); err != nil || !got.Covers(GTID{"0", 7}) || !got.Covers(GTID{"1", 3}) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := Visible(MySQL, executed, "nonsense#5"); err == nil {
		t.Error("nonsense is a position")
	}
}
