package model

import (
	"fmt"
	"hash/maphash"
	"math/bits"
	"strings"
)

// kind says who is behind a step: only what happens by itself may be counted on when a state is asked for its way out.
type kind uint8

const (
	itself kind = iota // actors do it when they get round to it
	fault              // something dies, is cut off, or stops for longer than its lease
	order              // an operator
)

// step is one thing that may happen in a state.
type step[S comparable] struct {
	who, what string
	kind      kind
	next      S
}

// system is what is explored.
type system[S comparable] struct {
	start S
	// steps gives each thing that may happen in a state to take, always in the same order.
	steps func(s *S, take func(step[S]))
	// broken says what is wrong with a state; empty: nothing.
	broken func(s *S) string
	// well is a state that must stay within reach, by what happens by itself; hopeless one of which that is not demanded. nil: nothing is demanded.
	well, hopeless func(s *S) bool
}

// result is what an exploration has found.
type result struct {
	states, depth int
	// problem is what is wrong; empty: nothing. trace leads to it by the fewest steps.
	problem string
	trace   []string
}

// String is the way to the problem for people.
func (r *result) String() string {
	if r.problem == "" {
		return fmt.Sprintf("%d states, %d steps deep, and nothing wrong", r.states, r.depth)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "after %d steps: %s (%d states seen)\n", len(r.trace), r.problem, r.states)
	for i, line := range r.trace {
		fmt.Fprintf(&b, "  %2d. %s\n", i+1, line)
	}
	return b.String()
}

// explorer goes through all states, those that are fewer steps away first. A state is told by all of it, not by a hash, so that none is passed over.
type explorer[S comparable] struct {
	system[S]
	seed    maphash.Seed
	blocks  [][]S // of the states, so that none is copied when there are more
	found   int
	parents []int32 // the state that each was found from
	slots   []int32 // of the hash table: 1 + the index of a state, 0 is free
	from    []int32 // edges of what happens by itself: from and to
	to      []int32
}

// explore looks at every state that can be reached, and ends at the first that is wrong; an error says that there are more than most.
func explore[S comparable](sys system[S], most int) (*result, error) {
	e := &explorer[S]{system: sys, seed: maphash.MakeSeed(), slots: make([]int32, 1<<16)}
	e.add(&sys.start, -1)
	depth, level := 0, 1
	for i := 0; i < e.found; i++ {
		if i == level {
			depth, level = depth+1, e.found
		}
		s := *e.state(i)
		if why := sys.broken(&s); why != "" {
			return &result{e.found, depth, why, e.trace(i)}, nil
		}
		sys.steps(&s, func(t step[S]) {
			n := e.add(&t.next, int32(i))
			if t.kind == itself && e.well != nil {
				e.from, e.to = append(e.from, int32(i)), append(e.to, n)
			}
		})
		if e.found > most {
			return nil, fmt.Errorf("there are more than %d states", most)
		}
	}
	r := &result{states: e.found, depth: depth}
	if i := e.stuck(); i >= 0 {
		r.problem, r.trace = "nothing that happens by itself leads on from here to a state in which the unit can be written to", e.trace(i)
	}
	return r, nil
}

// block is how many states are kept together.
const block = 1 << 14

func (e *explorer[S]) state(i int) *S { return &e.blocks[i/block][i%block] }

// add finds a state, or notes a new one.
func (e *explorer[S]) add(s *S, parent int32) int32 {
	if 2*e.found >= len(e.slots) {
		e.grow()
	}
	slot := e.slot(s)
	if e.slots[slot] == 0 {
		if e.found%block == 0 {
			e.blocks = append(e.blocks, make([]S, block))
		}
		*e.state(e.found) = *s
		e.found, e.parents = e.found+1, append(e.parents, parent)
		e.slots[slot] = int32(e.found)
	}
	return e.slots[slot] - 1
}

// slot is where a state is in the table, or would be.
func (e *explorer[S]) slot(s *S) uint64 {
	mask := uint64(len(e.slots) - 1)
	at := bits.RotateLeft64(maphash.Comparable(e.seed, *s), 17) & mask
	for e.slots[at] != 0 && *e.state(int(e.slots[at] - 1)) != *s {
		at = (at + 1) & mask
	}
	return at
}

func (e *explorer[S]) grow() {
	e.slots = make([]int32, 2*len(e.slots))
	for i := range e.found {
		e.slots[e.slot(e.state(i))] = int32(i + 1)
	}
}

// trace is how a state was reached.
func (e *explorer[S]) trace(i int) []string {
	var lines []string
	for e.parents[i] >= 0 {
		before := *e.state(int(e.parents[i]))
		line := ""
		e.steps(&before, func(t step[S]) {
			if line == "" && t.next == *e.state(i) {
				line = t.who + ": " + t.what
			}
		})
		lines, i = append([]string{line}, lines...), int(e.parents[i])
	}
	return lines
}

// stuck is the first state from which none that is well can be reached; -1: there is none.
func (e *explorer[S]) stuck() int {
	if e.well == nil {
		return -1
	}
	first := make([]int32, e.found+1) // of the edges that come into each state
	for _, n := range e.to {
		first[n+1]++
	}
	for i := range e.found {
		first[i+1] += first[i]
	}
	into, next := make([]int32, len(e.to)), append([]int32(nil), first...)
	for k, n := range e.to {
		into[next[n]] = e.from[k]
		next[n]++
	}
	good := make([]bool, e.found)
	var queue []int32
	for i := range e.found {
		if e.well(e.state(i)) {
			good[i], queue = true, append(queue, int32(i))
		}
	}
	for len(queue) > 0 {
		n := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for _, before := range into[first[n]:first[n+1]] {
			if !good[before] {
				good[before], queue = true, append(queue, before)
			}
		}
	}
	for i := range e.found {
		if !good[i] && !e.hopeless(e.state(i)) {
			return i
		}
	}
	return -1
}
