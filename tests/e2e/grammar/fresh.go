package grammar

import (
	"fmt"
	"maps"
	"slices"
)

// set is a set of alternatives, by their numbers.
type set []uint64

func (s set) add(n int)      { s[n/64] |= 1 << (n % 64) }
func (s set) remove(n int)   { s[n/64] &^= 1 << (n % 64) }
func (s set) has(n int) bool { return s[n/64]&(1<<(n%64)) != 0 }

// soon is how many rules ahead an alternative is looked for that was never used. Further ahead nearly all lead to all.
const soon = 3

// lookAhead numbers the alternatives and finds which of them each leads to.
func (all *grammar) lookAhead() {
	var list []*alternative
	for _, name := range slices.Sorted(maps.Keys(all.rules)) {
		for _, a := range all.rules[name].alternatives {
			a.number = len(list)
			list = append(list, a)
		}
	}
	words := len(list)/64 + 1
	all.fresh = make(set, words)
	for _, a := range list {
		all.fresh.add(a.number)
		a.soon = make(set, words)
		a.soon.add(a.number)
	}
	for range soon {
		next := make([]set, len(list))
		for i, a := range list {
			next[i] = all.oneFurther(a)
		}
		for i, a := range list {
			a.soon = next[i]
		}
	}
}

// oneFurther is what an alternative leads to, once its rules know what theirs lead to.
func (all *grammar) oneFurther(a *alternative) set {
	further := slices.Clone(a.soon)
	for _, p := range a.parts {
		r := all.rules[p.name]
		if r == nil {
			continue
		}
		for _, inner := range r.alternatives {
			for i, word := range inner.soon {
				further[i] |= word
			}
		}
	}
	return further
}

// leadsTo says whether one of the others is near.
func (a *alternative) leadsTo(others set) bool {
	for i, word := range a.soon {
		if word&others[i] != 0 {
			return true
		}
	}
	return false
}

// unused lists the alternatives that none of the sessions made so far needed.
func (all *grammar) unused() (texts []string) {
	for _, r := range all.rules {
		for _, a := range r.alternatives {
			if all.fresh.has(a.number) {
				texts = append(texts, fmt.Sprintf("%s: %s: %s", r.where, r.name, a.text))
			}
		}
	}
	slices.Sort(texts)
	return texts
}
