package move_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"shunt/sharding/move"
)

// TestEveryStateHasAnEnd: each leads on to one in which nothing is to be done any more, and each but the first is led to.
func TestEveryStateHasAnEnd(t *testing.T) {
	states := move.States()
	for _, s := range states {
		seen := map[move.State]bool{s: true}
		for queue := []move.State{s}; len(queue) > 0; queue = queue[1:] {
			for _, next := range queue[0].Next() {
				if !slices.Contains(states, next) {
					t.Errorf("%s leads to %s, which is no state", queue[0], next)
				}
				if !seen[next] {
					seen[next] = true
					queue = append(queue, next)
				}
			}
		}
		if !seen[move.Done] && !seen[move.Aborted] {
			t.Errorf("%s has no end", s)
		}
		if s != move.Planned && !slices.ContainsFunc(states, func(before move.State) bool { return before.May(s) }) {
			t.Errorf("nothing leads to %s", s)
		}
		if s.Ended() != (len(s.Next()) == 0) {
			t.Errorf("%s: ended %v, and leads to %v", s, s.Ended(), s.Next())
		}
	}
}

// TestThereIsNoWayBackFromTheDecision: what was decided is not given up.
func TestThereIsNoWayBackFromTheDecision(t *testing.T) {
	for _, s := range []move.State{move.Committed, move.Opened} {
		for _, never := range []move.State{move.Reopening, move.Aborting, move.Prepared, move.Catchup} {
			if s.May(never) {
				t.Errorf("from %s a move may go to %s", s, never)
			}
		}
	}
}

// TestThePageHasEveryState: docs/moves.md tells what each stands for.
func TestThePageHasEveryState(t *testing.T) {
	page, err := os.ReadFile("../../docs/moves.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "| state |")
	for _, s := range move.States() {
		if !strings.Contains(table, string(s)) {
			t.Errorf("docs/moves.md does not tell of %s", s)
		}
	}
}
