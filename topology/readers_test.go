package topology_test

import (
	"testing"

	. "shunt/topology"
)

func TestReadersShareByWeight(t *testing.T) {
	replica := func(datacenter string, weight int, inService bool) *Host {
		return &Host{Datacenter: datacenter, Weight: weight, InService: inService}
	}
	r := NewReaders([]*Host{
		replica("gra", 2, false), replica("paris", 3, true), replica("gra", 1, true), replica("paris", 0, true), replica("gra", 2, true), replica("rome", 5, false),
	})
	for datacenter, want := range map[string]struct {
		places []int // of each unit of weight
		other  int
	}{
		"":      {[]int{1, 1, 1, 2, 4, 4}, -1},
		"paris": {[]int{1, 1, 1}, 2},
		"gra":   {[]int{2, 4, 4}, 1},
		"rome":  {[]int{1, 1, 1, 2, 4, 4}, -1}, // nobody reads there
	} {
		s := r.In(datacenter)
		if s.Weight() != len(want.places) || s.Other() != want.other {
			t.Errorf("in %q: weight %d, other %d, want %d, %d", datacenter, s.Weight(), s.Other(), len(want.places), want.other)
		}
		for at, place := range want.places {
			if got := s.At(at); got != place {
				t.Errorf("in %q: at %d of the weights is %d, want %d", datacenter, at, got, place)
			}
		}
	}
	if none := NewReaders(nil).In(""); none.Weight() != 0 || none.Other() != -1 {
		t.Errorf("of nobody: %+v", none)
	}
	one := NewReaders([]*Host{replica("paris", 1, true), replica("paris", 1, true)}).In("paris")
	if one.Other() != -1 {
		t.Errorf("all are in paris, but there is another: %d", one.Other())
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
