package topology_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "shunt/topology"
)

const (
	a = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
	b = "4f22fa47-71ca-11e1-9e33-c80aa9429563"
)

func TestParseGTID(t *testing.T) {
	for _, test := range []struct {
		flavor Flavor
		text   string
		want   GTID // zero: refused
	}{
		{MariaDB, "0-1-5", GTID{"0", 5}},
		{MariaDB, "0-1-5,10-1-7", GTID{"10", 7}},
		{MariaDB, "10-1-7,9-1-2", GTID{"9", 2}}, // the last as written, not as sorted
		{MariaDB, "4294967295-4294967295-18446744073709551615", GTID{"4294967295", 18446744073709551615}},
		{MariaDB, "", GTID{}},
		{MariaDB, "0-1", GTID{}},
		{MariaDB, "0-1-5-6", GTID{}},
		{MariaDB, "0-x-5", GTID{}},
		{MariaDB, "x-1-5", GTID{}},
		{MariaDB, "0-1--5", GTID{}},
		{MariaDB, a + ":5", GTID{}},

		{MySQL, a + ":5", GTID{a, 5}},
		{MySQL, a + ":1-5", GTID{a, 5}},
		{MySQL, a + ":1-5:7", GTID{a, 7}},
		{MySQL, strings.ToUpper(a) + ":5", GTID{a, 5}},
		{MySQL, a + ":import:5", GTID{a + ":import", 5}},
		{MySQL, a + ":1-3:Import:1-5", GTID{a + ":import", 5}},
		{MySQL, a + ":1-3,\n" + b + ":9", GTID{b, 9}},
		{MySQL, "", GTID{}},
		{MySQL, a, GTID{}},
		{MySQL, a + ":", GTID{}},
		{MySQL, a + ":tag", GTID{}},
		{MySQL, a + ":5-", GTID{}},
		{MySQL, a + ":5-4", GTID{}},
		{MySQL, a + ":0", GTID{}},
		{MySQL, "0-1-5", GTID{}},
	} {
		got, ok := ParseGTID(test.flavor, test.text)
		if got != test.want || ok != (test.want != GTID{}) {
			t.Errorf("%s %q: %v, %v, want %v", test.flavor, test.text, got, ok, test.want)
		}
	}
}

func TestParsePosition(t *testing.T) {
	for _, test := range []struct {
		flavor Flavor
		text   string
		want   Position // nil: refused
	}{
		{MariaDB, "", Position{}},
		{MariaDB, "0-1-5", Position{"0": {{1, 5}}}},
		{MariaDB, "0-1-5, 7-2-9", Position{"0": {{1, 5}}, "7": {{1, 9}}}},
		{MariaDB, "0-1-5,0-2-8,0-3-7", Position{"0": {{1, 8}}}}, // @@gtid_binlog_state has one per server
		{MariaDB, "0-1-5,nonsense", nil},

		{MySQL, "", Position{}},
		{MySQL, a + ":1-5", Position{a: {{1, 5}}}},
		{MySQL, a + ":1-5:8:11-12,\n" + b + ":3", Position{a: {{1, 5}, {8, 8}, {11, 12}}, b: {{3, 3}}}},
		{MySQL, a + ":11-12:1-5", Position{a: {{1, 5}, {11, 12}}}},
		{MySQL, a + ":1-10:2-3", Position{a: {{1, 10}}}},
		{MySQL, a + ":1-3:4-6:6-9", Position{a: {{1, 9}}}},
		{MySQL, a + ":1-5:import:1-2:9", Position{a: {{1, 5}}, a + ":import": {{1, 2}, {9, 9}}}},
		{MySQL, a + ":1-5,nonsense", nil},
	} {
		got, err := ParsePosition(test.flavor, test.text)
		if diff := cmp.Diff(test.want, got); diff != "" || (err != nil) != (test.want == nil) {
			t.Errorf("%s %q: error %v, difference\n%s", test.flavor, test.text, err, diff)
		}
	}
}

func TestCovers(t *testing.T) {
	maria, _ := ParsePosition(MariaDB, "0-1-5,7-2-9")
	mysql, _ := ParsePosition(MySQL, a+":1-5:8:11-12:import:1-2")
	for _, test := range []struct {
		position Position
		gtid     GTID
		want     bool
	}{
		{maria, GTID{"0", 1}, true},
		{maria, GTID{"0", 5}, true},
		{maria, GTID{"0", 6}, false},
		{maria, GTID{"7", 6}, true},
		{maria, GTID{"1", 1}, false},
		{mysql, GTID{a, 5}, true},
		{mysql, GTID{a, 6}, false},
		{mysql, GTID{a, 8}, true},
		{mysql, GTID{a, 10}, false},
		{mysql, GTID{a, 12}, true},
		{mysql, GTID{a, 13}, false},
		{mysql, GTID{a + ":import", 2}, true},
		{mysql, GTID{a + ":import", 3}, false},
		{mysql, GTID{b, 1}, false},
		{nil, GTID{"0", 1}, false},
	} {
		if got := test.position.Covers(test.gtid); got != test.want {
			t.Errorf("%v covers %v: %v", test.position, test.gtid, got)
		}
	}
	if !maria.CoversAll([]GTID{{"0", 5}, {"7", 9}}) || maria.CoversAll([]GTID{{"0", 5}, {"7", 10}}) || !maria.CoversAll(nil) {
		t.Error("CoversAll is not Covers of each")
	}
}

func TestTheWayOfAWriteDoesNotAllocate(t *testing.T) {
	position, _ := ParsePosition(MySQL, a+":1-1000:1003")
	for flavor, text := range map[Flavor]string{MariaDB: "0-3311-1842", MySQL: a + ":1842"} {
		allocations := testing.AllocsPerRun(100, func() {
			g, ok := ParseGTID(flavor, text)
			if !ok || position.Covers(g) {
				t.Error("wrong answer")
			}
		})
		if allocations != 0 {
			t.Errorf("%s: %v allocations", flavor, allocations)
		}
	}
}

// FuzzParsePosition: a position covers what it is made of, with a gap between any two spans, and the GTID that is read from the same text.
func FuzzParsePosition(f *testing.F) {
	for _, text := range []string{
		"", "0-1-5", "0-1-5,7-2-9", "0-1-5,0-2-4", "4294967295-1-18446744073709551615", a + ":1-5:8:tag:1-2,\n" + b + ":3", a + ":1-18446744073709551615:3",
		a + ":5-9:1-4:4-6", a + ":3:1", strings.ToUpper(a) + ":1-2," + a + ":3", a + ":_tag:1:Tag:2", "0-1-0",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, flavor := range []Flavor{MariaDB, MySQL} {
			position, err := ParsePosition(flavor, text)
			if err != nil {
				continue
			}
			if g, ok := ParseGTID(flavor, text); ok && g.Seq > 0 && !position.Covers(g) {
				t.Errorf("%q does not cover its last, %v", text, g)
			}
			for source, spans := range position {
				for i, s := range spans {
					if flavor == MySQL && !(position.Covers(GTID{source, s.Start}) && position.Covers(GTID{source, s.End})) {
						t.Errorf("%q does not cover its own %v", text, s)
					}
					if i > 0 && s.Start <= spans[i-1].End+1 {
						t.Errorf("%q: no gap between %v and %v", text, spans[i-1], s)
					}
				}
			}
		}
	})
}

// TestBeyondAndWith: what one set has and another has not, and what both have together.
func TestBeyondAndWith(t *testing.T) {
	for _, test := range []struct {
		flavor   Flavor
		p, q     string
		beyond   []string
		together string
	}{
		{MariaDB, "0-1-5", "0-1-5", nil, "0-1-5"},
		{MariaDB, "0-1-5", "0-2-7", nil, "0-2-7"},
		{MariaDB, "0-1-9,3-1-1", "0-2-7", []string{"0:1-9", "3:1-1"}, "0-1-9,3-1-1"},
		{MariaDB, "", "0-2-7", nil, "0-2-7"},
		{MySQL, a + ":1-5", a + ":1-9", nil, a + ":1-9"},
		{MySQL, a + ":1-5:8", a + ":1-6", []string{a + ":8-8"}, a + ":1-6:8"},
		{MySQL, a + ":1-5", b + ":1-5", []string{a + ":1-5"}, a + ":1-5," + b + ":1-5"},
		{MySQL, a + ":1-5", a + ":1-3:5", []string{a + ":1-5"}, a + ":1-5"},
	} {
		p, q, want := position(t, test.flavor, test.p), position(t, test.flavor, test.q), position(t, test.flavor, test.together)
		if diff := cmp.Diff(test.beyond, p.Beyond(q)); diff != "" {
			t.Errorf("%q beyond %q (-want +got):\n%s", test.p, test.q, diff)
		}
		if diff := cmp.Diff(want, p.With(q)); diff != "" {
			t.Errorf("%q with %q (-want +got):\n%s", test.p, test.q, diff)
		}
	}
}

func position(t *testing.T, f Flavor, text string) Position {
	t.Helper()
	p, err := ParsePosition(f, text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
