package move

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"shunt/store"
)

// The bounds of the whole fleet. A move that works has a slot: three numbered keys in the store, one of all moves, one of those from its source, one of those to its
// target; one that switches has three more. Nobody can have a number that somebody else has, and there are only as many numbers as may work at a time, so no proxy has
// to be asked. The keys live by the lease of the owner, as his own does.

// slotPrefix is where slots are: the family, and a number.
const slotPrefix = "moveslots/"

const (
	ofAll    = "all"
	ofSwitch = "switch"
)

func ofSource(cluster string) string { return "from/" + cluster }
func ofTarget(cluster string) string { return "to/" + cluster }

// takesSlot says that a move needs a slot to be worked on, and stands still while moves are stopped. Those that switch go on at once, since statements wait for them;
// so do those that are taken back.
func (m *Move) takesSlot() bool {
	return m.leavable() || m.State == Retiring
}

// leavable says that it is in a state in which nothing but its copy depends on it: it may be left at any time.
func (m *Move) leavable() bool {
	switch m.State {
	case Planned, Preflight, Prepared, Copying, Catchup, Ready:
		return m.Wish != Rollback || m.Switches > 0
	}
	return false
}

// families are those in which it needs a number. One that is about to go back has its source and target the other way round.
func (m *Move) families() []string {
	from, to := m.From, m.To
	if m.State == Reversible && m.Wish == Rollback {
		from, to = to, from
	}
	return []string{ofAll, ofSource(from), ofTarget(to)}
}

// turns are those in which it needs a number to switch: on servers where too many do, all of them take too long.
func (m *Move) turns() []string {
	return []string{ofSwitch, ofSwitch + "/" + ofSource(m.From), ofSwitch + "/" + ofTarget(m.To)}
}

// vacancies are the numbers that are free, as far as is known.
type vacancies struct {
	taken map[string]bool
	count map[string]int // by family
	limit func(family string) int
}

// vacancies looks at the slots.
func (e *Engine) vacancies() *vacancies {
	e.view.mu.Lock()
	defer e.view.mu.Unlock()
	v := &vacancies{taken: map[string]bool{}, count: map[string]int{}, limit: e.limits(e.view.fleet)}
	for key := range e.view.slots {
		v.taken[key] = true
		v.count[familyOf(key)]++
	}
	return v
}

func familyOf(key string) string {
	family := strings.TrimPrefix(key, slotPrefix)
	return family[:max(strings.LastIndexByte(family, '/'), 0)]
}

// limits are how many numbers a family has.
func (e *Engine) limits(f Fleet) func(family string) int {
	return func(family string) int {
		switch {
		case family == ofSwitch:
			return max(e.config.Cutovers, 1)
		case strings.HasPrefix(family, ofSwitch):
			return max(e.config.CutoversPerCluster, 1)
		case family == ofAll && f.Max > 0:
			return f.Max
		case family == ofAll:
			return max(e.config.MaxProcs, 1)
		case strings.HasPrefix(family, ofSource("")):
			return max(e.config.PerSource, 1)
		}
		return max(e.config.PerTarget, 1)
	}
}

// full says that a family has no number left.
func (v *vacancies) full(family string) bool { return v.count[family] >= v.limit(family) }

// pick takes a number of each family; nil if one of them has none left. Where to begin is left to chance, so that proxies do not all try the same.
func (v *vacancies) pick(families []string) (keys []string) {
	for _, family := range families {
		if v.full(family) {
			return nil
		}
	}
	for _, family := range families {
		n := v.limit(family)
		for i, begin := 0, rand.IntN(n); i < n; i++ {
			key := fmt.Sprintf("%s%s/%d", slotPrefix, family, (begin+i)%n)
			if !v.taken[key] {
				keys = append(keys, key)
				break
			}
		}
	}
	if len(keys) < len(families) { // the numbers below the limit are taken, although there are fewer: it was lowered
		return nil
	}
	for i, key := range keys {
		v.taken[key] = true
		v.count[families[i]]++
	}
	return keys
}

// claim is a transaction that takes slots for a unit, as long as nothing else is ordered for all moves.
func (e *Engine) claim(t *store.Txn, keys []string, unit string, lease store.Lease) {
	if len(keys) == 0 {
		return
	}
	_, unchanged := e.view.ordered()
	t.If = append(t.If, unchanged)
	for _, key := range keys {
		t.If = append(t.If, store.Absent(key))
		t.Then = append(t.Then, store.PutLeased(key, []byte(unit), lease))
	}
}

// grant gives slots and turns to the runs of this proxy that wait for them.
func (e *Engine) grant(ctx context.Context, lease store.Lease, v *vacancies) {
	for _, r := range e.waiting() {
		if ctx.Err() != nil || e.view.stopped() {
			return
		}
		families := r.waitsFor()
		keys := v.pick(families)
		if keys == nil {
			continue
		}
		t := store.Txn{If: []store.Condition{store.Unchanged(r.owner)}}
		e.claim(&t, keys, r.record, lease)
		at, err := e.commit(ctx, t)
		if err != nil {
			if !errors.Is(err, store.ErrConflict) { // it will be looked at again
				e.deps.Log.Warn("a move could not be given its slot", "move", r.record, "error", err)
			}
			continue
		}
		r.given(items(keys, at))
	}
}

// waiting are the runs that wait for a slot or a turn, the first ordered first.
func (e *Engine) waiting() (list []*run) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, r := range e.runs {
		if r.place.waits() {
			list = append(list, r)
		}
	}
	return byAge(list)
}

func items(keys []string, at store.Revision) (list []store.Item) {
	for _, key := range keys {
		list = append(list, store.Item{Key: key, Revision: at})
	}
	return list
}

// commit is a transaction of a taker: bounded, and noted at once, so that the next one sees it.
func (e *Engine) commit(ctx context.Context, t store.Txn) (store.Revision, error) {
	ctx, cancel := context.WithTimeout(ctx, askBound)
	defer cancel()
	at, err := e.deps.Store.Commit(ctx, t)
	if err == nil {
		e.view.note(at, t.Then...)
	}
	return at, err
}

// giveBack deletes keys that this proxy has put, now or as soon as the store can be reached: the lease does not end as long as this proxy works.
func (e *Engine) giveBack(keys ...store.Item) {
	if len(keys) == 0 {
		return
	}
	e.mu.Lock()
	e.debts = append(e.debts, keys)
	e.mu.Unlock()
	e.settle()
}

// settle deletes what is to be given back.
func (e *Engine) settle() {
	e.mu.Lock()
	debts := e.debts
	e.debts = nil
	e.mu.Unlock()
	for i, keys := range debts {
		var t store.Txn
		for _, item := range keys {
			t.If = append(t.If, store.Unchanged(item))
			t.Then = append(t.Then, store.Delete(item.Key))
		}
		if _, err := e.commit(context.Background(), t); err != nil && !errors.Is(err, store.ErrConflict) { // a conflict: they are gone
			e.mu.Lock()
			e.debts = append(e.debts, debts[i:]...)
			e.mu.Unlock()
			return
		}
	}
}
