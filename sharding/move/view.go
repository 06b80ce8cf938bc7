package move

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"shunt/store"
)

// view is what this proxy knows of all moves: records, owners, slots, and what is ordered for all of them. It follows the store, so that looking for work asks nobody,
// however many moves there are. It may be a moment old: whatever is decided with it is put into the store on condition that it still holds.
type view struct {
	mu     sync.Mutex
	known  bool                      // guarded by mu, as all below; all that there is has been listed
	moves  map[string]*seen          // by the record's key
	open   []*seen                   // those of moves that are not over, the first ordered first
	owners map[string]store.Revision // by the record's key
	slots  map[string]store.Revision // by their keys
	fleet  Fleet
	item   store.Item // of fleet
	news   bool       // a move has come to a verdict since the budget was looked at
}

// seen is a record as it was seen. Immutable.
type seen struct {
	*Move
	item store.Item
}

// everything is what the keys of moves begin with: records, owners, slots and the order for all.
const everything = "move"

func newView() *view {
	v := &view{item: store.Item{Key: fleetKey}}
	v.clear()
	return v
}

// clear forgets all moves, since they are listed anew. What is ordered for all stays: as long as nothing is known of that, nothing may begin, and what is under way would be left.
func (v *view) clear() {
	v.open = nil
	v.moves, v.owners, v.slots = map[string]*seen{}, map[string]store.Revision{}, map[string]store.Revision{}
}

// apply takes an update in. It tells whether the order for all has changed.
func (v *view) apply(u store.Update) (ordered bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	before := v.item.Revision
	if u.Anew {
		v.clear()
	}
	for _, item := range u.Items {
		v.putLocked(item)
	}
	v.known = v.known || u.Complete
	return v.item.Revision != before
}

// note takes in what this proxy has put itself, before the store tells it.
func (v *view) note(at store.Revision, changes ...store.Change) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, c := range changes {
		v.putLocked(store.Item{Key: c.Key, Value: c.Value, Revision: at, Deleted: c.Delete})
	}
}

// putLocked takes one key in, if it is newer than what is known.
func (v *view) putLocked(item store.Item) {
	switch {
	case strings.HasPrefix(item.Key, Prefix):
		v.moveLocked(item)
	case strings.HasPrefix(item.Key, ownerPrefix):
		newer(v.owners, Prefix+strings.TrimPrefix(item.Key, ownerPrefix), item)
	case strings.HasPrefix(item.Key, slotPrefix):
		newer(v.slots, item.Key, item)
	case item.Key == fleetKey && item.Revision > v.item.Revision:
		f, err := readFleet(item)
		if err != nil {
			f.Stopped, f.Reason = true, err.Error() // a newer shunt has written it: this one begins nothing
		}
		v.fleet, v.item = f, item
	}
}

func newer(known map[string]store.Revision, key string, item store.Item) {
	switch {
	case known[key] > item.Revision:
	case item.Deleted:
		delete(known, key)
	default:
		known[key] = item.Revision
	}
}

func (v *view) moveLocked(item store.Item) {
	before := v.moves[item.Key]
	if before != nil {
		if before.item.Revision >= item.Revision {
			return
		}
		if i, found := slices.BinarySearchFunc(v.open, before, first); found {
			v.open = slices.Delete(v.open, i, i+1)
		}
		delete(v.moves, item.Key)
	}
	if item.Deleted {
		return
	}
	m, err := read(item)
	if err != nil {
		return // written by a newer shunt
	}
	s := &seen{m, item}
	v.moves[item.Key] = s
	if !m.State.Ended() {
		i, _ := slices.BinarySearchFunc(v.open, s, first)
		v.open = slices.Insert(v.open, i, s)
	}
	if _, judged := verdict(m); judged {
		v.news = true
	}
}

// first orders moves by when they were ordered.
func first(a, b *seen) int {
	if c := a.Created.Compare(b.Created); c != 0 {
		return c
	}
	return cmp.Compare(a.item.Key, b.item.Key)
}

// unowned are the moves that nobody drives: those that were begun, then those that wait to be. Nothing, as long as not all of them are known.
func (v *view) unowned() (begun, planned []*seen) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.known {
		return nil, nil
	}
	for _, s := range v.open {
		switch {
		case v.owners[s.item.Key] != 0:
		case s.takesSlot() && v.fleet.Stopped:
		case s.State == Planned:
			planned = append(planned, s)
		default:
			begun = append(begun, s)
		}
	}
	return begun, planned
}

// ordered is what is ordered for all moves, and the condition that it still is.
func (v *view) ordered() (Fleet, store.Condition) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.fleet, store.Unchanged(v.item)
}

// stopped says that nothing may begin: it was ordered, or what was ordered is not known yet.
func (v *view) stopped() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return !v.known || v.fleet.Stopped
}

// states counts the last moves of all units.
func (v *view) states() map[State]int {
	v.mu.Lock()
	defer v.mu.Unlock()
	counts := map[State]int{}
	for _, s := range v.moves {
		counts[s.State]++
	}
	return counts
}

// tally counts the verdicts since a time, if there are new ones.
func (v *view) tally(since time.Time) (t tally, news bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.news {
		return t, false
	}
	v.news = false
	for _, s := range v.moves {
		t.count(s.Move, since)
	}
	return t, true
}
