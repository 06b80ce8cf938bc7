package model

import (
	"testing"

	"shunt/sharding/move"
)

// most is how many states a world may have, so that the test ends and fits into memory.
const most = 1_500_000

// The worlds. Each is small in all but what it is about; together they have each fault in each state.
func worlds() map[string]world {
	all := map[string]world{
		"nothing fails, there and back, twice given up":         {copied: true, writes: 2, rollbacks: 1, slow: true, tries: 1, comfort: true},
		"an owner becomes a zombie, and a proxy is cut off":     {copied: true, writes: 2, losses: 1, cuts: 1, slow: true, doors: true},
		"an owner becomes a zombie, with three writes":          {copied: true, writes: 3, losses: 1},
		"an owner becomes a zombie, and it is tried again":      {copied: true, writes: 1, losses: 1, slow: true, tries: 1},
		"an owner becomes a zombie, there and back":             {copied: true, writes: 1, rollbacks: 1, losses: 1, slow: true},
		"two owners become zombies":                             {copied: true, writes: 1, losses: 2, slow: true},
		"two owners become zombies, there and back":             {copied: true, writes: 1, rollbacks: 1, losses: 2},
		"two owners become zombies, and one while it is copied": {writes: 1, losses: 2, copies: 2},
		"an owner and a proxy die, there and back":              {copied: true, writes: 2, rollbacks: 1, deaths: 1, proxyDeaths: 1},
		"a proxy is cut off, and one dies, with three writes":   {copied: true, writes: 3, slow: true, cuts: 1, proxyDeaths: 1, doors: true},
		"an owner becomes a zombie, and the copy is made anew":  {writes: 1, losses: 1, redo: true, copies: 2},
		"an owner becomes a zombie, and the move is finished":   {writes: 1, found: true, finishes: 1, losses: 1, copies: 1},
		"an operator takes it all back at any time":             {writes: 1, found: true, rollbacks: 1, losses: 1, copies: 1},
		"a server goes away":                                    {copied: true, writes: 1, serverDowns: 1, losses: 1, slow: true},
	}
	for name, w := range all {
		w.homes, w.data, w.writable = true, true, true
		all[name] = w
	}
	return all
}

// With all guards nothing that can happen breaks a promise, and from everywhere there is a way to a state in which the unit can be written to at its home.
func TestNothingThatCanHappenBreaksAPromise(t *testing.T) {
	for name, w := range worlds() {
		t.Run(name, func(t *testing.T) {
			r, err := explore(w.system(), most)
			if err != nil {
				t.Fatal(err)
			}
			if r.problem != "" {
				t.Error(r)
			}
			t.Log(r)
		})
	}
}

// TestEveryTransitionOfTheTableIsTaken: the model goes only where move.State.Next allows, and everywhere that it does.
func TestEveryTransitionOfTheTableIsTaken(t *testing.T) {
	type way struct{ from, to move.State }
	taken := map[way]bool{}
	states := move.States()
	w := world{redo: true, copies: 2, rollbacks: 2, finishes: 1, slow: true, tries: 1} // nothing fails, and everything is given up somewhere
	sys := w.system()
	steps := sys.steps
	sys.steps = func(s *state, take func(step[state])) {
		steps(s, func(n step[state]) {
			if from, to := states[s.rec.state], states[n.next.rec.state]; from != to {
				taken[way{from, to}] = true
			}
			take(n)
		})
	}
	if r, err := explore(sys, most); err != nil || r.problem != "" {
		t.Fatal(r, err)
	}
	for w := range taken {
		if !w.from.May(w.to) {
			t.Errorf("the model goes from %s to %s, and the table does not allow that", w.from, w.to)
		}
	}
	for _, from := range states {
		for _, to := range from.Next() {
			switch w := (way{from, to}); {
			case w == way{move.Ready, move.Catchup}: // the table allows it, and no code of package move does it
				if taken[w] {
					t.Errorf("the model goes from %s to %s, and this test says that nobody does", from, to)
				}
			case !taken[w]:
				t.Errorf("the model never goes from %s to %s", from, to)
			}
		}
	}
}
