package model

import (
	"strings"
	"testing"
)

// counters is a system of two counters that somebody may raise to three, one at a time, and take down together.
func counters(broken func(s *[2]int) string) system[[2]int] {
	return system[[2]int]{
		steps: func(s *[2]int, take func(step[[2]int])) {
			for i := range s {
				if s[i] < 3 {
					n := *s
					n[i]++
					take(step[[2]int]{who: "somebody", what: [...]string{"raises the left one", "raises the right one"}[i], next: n})
				}
			}
		},
		broken: broken,
	}
}

func TestAllStatesAreSeenOnce(t *testing.T) {
	r, err := explore(counters(func(*[2]int) string { return "" }), 100)
	if err != nil || r.states != 16 || r.depth != 6 || r.problem != "" {
		t.Errorf("two counters to three have 16 states, the last after 6 steps; found: %v, %v", r, err)
	}
}

func TestAProblemIsReachedByTheFewestSteps(t *testing.T) {
	r, err := explore(counters(func(s *[2]int) string {
		if s[0] == 1 && s[1] == 2 {
			return "one and two"
		}
		return ""
	}), 100)
	if err != nil || r.problem != "one and two" || len(r.trace) != 3 {
		t.Errorf("one and two is three steps away; found: %v, %v", r, err)
	}
	if text := r.String(); strings.Count(text, "raises the right one") != 2 {
		t.Errorf("the trace does not tell the two steps of the right one: %s", text)
	}
}

func TestAStateWithoutAWayOutIsFound(t *testing.T) {
	sys := counters(func(*[2]int) string { return "" })
	sys.well = func(s *[2]int) bool { return s[0] == 2 } // it cannot be left, nor reached from three
	sys.hopeless = func(*[2]int) bool { return false }
	r, err := explore(sys, 100)
	if err != nil || len(r.trace) != 3 || strings.Count(r.String(), "left") != 3 {
		t.Errorf("who has raised the left one three times finds no way to two; found: %v, %v", r, err)
	}
}

func TestTooManyStatesAreAnError(t *testing.T) {
	if r, err := explore(counters(func(*[2]int) string { return "" }), 10); err == nil {
		t.Errorf("16 states are more than 10; found: %v", r)
	}
}
