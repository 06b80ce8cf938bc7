package topology_test

import (
	"testing"

	. "shunt/topology"
)

func TestReadersShareByWeight(t *testing.T) {
	replica := func(datacenter string, weight int, inService bool, pools ...string) *Host {
		return &Host{Datacenter: datacenter, Weight: weight, InService: inService, Pools: pools}
	}
	warm := replica("gra", 2, true)
	warm.Portion = 50
	r := NewReaders([]*Host{
		replica("gra", 2, false), replica("paris", 3, true), replica("gra", 1, true), replica("paris", 0, true), warm, replica("rome", 5, false),
		replica("paris", 2, true, "statistics"), replica("gra", 1, true, "statistics", "backup"), replica("gra", 1, false, "cron"),
	})
	for _, test := range []struct {
		pool, datacenter string
		places           []int // of each hundred of the shares
		other            int
	}{
		{"", "", []int{1, 1, 1, 2, 4}, -1},
		{"", "paris", []int{1, 1, 1}, 2},
		{"", "gra", []int{2, 4}, 1},
		{"", "rome", []int{1, 1, 1, 2, 4}, -1}, // nobody reads there
		{"statistics", "", []int{6, 6, 7}, -1},
		{"statistics", "gra", []int{7}, 6},
		{"backup", "paris", []int{7}, -1},
		{"cron", "", nil, -1}, // its only server is out of service
		{"nothing", "paris", nil, -1},
	} {
		s := r.In(test.pool, test.datacenter)
		if s.Sum() != 100*len(test.places) || s.Other() != test.other {
			t.Errorf("%q in %q: sum %d, other %d, want %d, %d", test.pool, test.datacenter, s.Sum(), s.Other(), 100*len(test.places), test.other)
		}
		for hundred, place := range test.places {
			for _, at := range []int{100 * hundred, 100*hundred + 99} {
				if got := s.At(at); got != place {
					t.Errorf("%q in %q: at %d of the shares is %d, want %d", test.pool, test.datacenter, at, got, place)
				}
			}
		}
	}
	if none := NewReaders(nil).In("", ""); none.Sum() != 0 || none.Other() != -1 {
		t.Errorf("of nobody: %+v", none)
	}
	one := NewReaders([]*Host{replica("paris", 1, true), replica("paris", 1, true)}).In("", "paris")
	if one.Other() != -1 {
		t.Errorf("all are in paris, but there is another: %d", one.Other())
	}
}

// TestElse: the words of config.yaml, and no other.
func TestElse(t *testing.T) {
	for _, e := range []Else{ElseReplicas, ElsePrimary, ElseError} {
		if got, ok := ParseElse(e.String()); got != e || !ok {
			t.Errorf("%s is read as %s, %v", e, got, ok)
		}
	}
	if _, ok := ParseElse("nowhere"); ok {
		t.Error("nowhere is taken for a way out")
	}
}

func TestReached(t *testing.T) {
	r := Reached{}
	r.Add(Position{"0": {{Start: 1, End: 5}}, "7": {{Start: 1, End: 2}, {Start: 4, End: 9}}})
	r.Add(Position{"0": {{Start: 1, End: 8}}, "7": nil})
	r.Add(nil)
	for g, lacks := range map[GTID]bool{{"0", 8}: false, {"0", 9}: true, {"7", 3}: false, {"7", 10}: true, {"1", 1}: true} {
		if r.Lacks(g) != lacks {
			t.Errorf("lacks %v: %v", g, !lacks)
		}
	}
	if Reached(nil).Lacks(GTID{"0", 1}) {
		t.Error("nobody has looked, but it is known that none has it")
	}
}
