package move

import (
	"context"
	"errors"
	"slices"
	"time"

	"shunt/sharding"
	"shunt/store"
	"shunt/store/ledger"
)

// Orders are many moves to one cluster. Exactly one of Databases, Like and From says of what.
type Orders struct {
	To        string
	Databases []string
	Like      func(database string) bool // all that it says yes to, and that are not there yet
	From      string                     // all that lives on this cluster
	Window    string                     // as in Order
}

// Ordered is what became of one of them.
type Ordered struct {
	Order
	Move Move  // if it was written down
	Err  error // why it was not; nil: it was
}

// orderBound is how long many orders may take.
const orderBound = 30 * time.Second

// StartMany orders moves, and returns as soon as all of them are written down. What cannot be ordered is told, and the others are ordered all the same. The error says
// that nothing could be, or that the store has failed after those that are told.
func (e *Engine) StartMany(ctx context.Context, who ledger.Who, o Orders) ([]Ordered, error) {
	list, err := e.chosen(o)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, orderBound)
	defer cancel()
	items, _, err := store.All(ctx, e.deps.Store, Prefix)
	if err != nil {
		return nil, err
	}
	known := make(map[string]store.Item, len(items))
	modules := map[string][]store.Item{} // by database
	for _, item := range items {
		known[item.Key] = item
		if m, err := read(item); err == nil && m.Module != "" {
			modules[m.Database] = append(modules[m.Database], item)
		}
	}
	for batch := range slices.Chunk(list, store.MaxChanges) {
		if err := e.orderBatch(ctx, who, batch, known, modules); err != nil {
			return list, err
		}
	}
	return list, nil
}

// chosen are the orders that are meant, by name.
func (e *Engine) chosen(o Orders) (list []Ordered, err error) {
	if !slices.Contains(e.deps.Clusters(), o.To) {
		return nil, unknown("there is no cluster %s; SHOW CLUSTERS lists them", o.To)
	}
	if o.From != "" && !slices.Contains(e.deps.Clusters(), o.From) {
		return nil, unknown("there is no cluster %s; SHOW CLUSTERS lists them", o.From)
	}
	if o.From != "" && o.From == o.To {
		return nil, refused("%s and %s are one cluster", o.From, o.To)
	}
	names := o.Databases
	if len(names) == 0 {
		names = e.matching(o)
	}
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	for _, database := range names {
		list = append(list, Ordered{Order: Order{Database: database, To: o.To, Window: o.Window}})
	}
	if len(list) == 0 {
		return nil, unknown("no database is meant that is not on cluster %s already; SHOW DATABASES lists all", o.To)
	}
	return list, nil
}

// matching are the databases that a pattern or a cluster means.
func (e *Engine) matching(o Orders) (names []string) {
	for l := range e.deps.Map().All {
		switch {
		case sharding.Everywhere(l.Database), l.Cluster == o.To:
		case o.Like != nil && o.Like(l.Database), o.From != "" && l.Cluster == o.From:
			names = append(names, l.Database)
		}
	}
	return names
}

// orderBatch writes records down in one transaction. Those that somebody changes meanwhile are looked at again.
func (e *Engine) orderBatch(ctx context.Context, who ledger.Who, batch []Ordered, known map[string]store.Item, modules map[string][]store.Item) error {
	for {
		var t store.Txn
		var written []*Ordered
		for i := range batch {
			o := &batch[i]
			item, found := known[key(o.Database, o.Module)]
			if !found {
				item = store.Item{Key: key(o.Database, o.Module)}
			}
			put, err := e.recordOf(who, o, item, modules[o.Database])
			if o.Err = err; err != nil {
				continue
			}
			t.If, t.Then, written = append(t.If, store.Unchanged(item)), append(t.Then, put), append(written, o)
		}
		if len(written) == 0 {
			return nil
		}
		_, err := e.deps.Store.Commit(ctx, t)
		var conflict *store.Conflict
		if errors.As(err, &conflict) && len(conflict.Items) > 0 {
			for _, item := range conflict.Items {
				known[item.Key] = item
			}
			continue
		}
		for _, o := range written {
			o.Err = err
		}
		return err
	}
}

// recordOf is the record of an order, over the one that was before.
func (e *Engine) recordOf(who ledger.Who, o *Ordered, before store.Item, modules []store.Item) (store.Change, error) {
	m, err := e.planned(who, o.Order)
	if err != nil {
		return store.Change{}, err
	}
	if err := errors.Join(m.after(before), m.others(modules)); err != nil {
		return store.Change{}, err
	}
	o.Move = *m
	return store.PutJSON(m.key(), m)
}

// after has a new move come after the last one of its unit, if that is over.
func (m *Move) after(item store.Item) error {
	if !item.Exists() {
		return nil
	}
	before, err := read(item)
	if err != nil {
		return err
	}
	if !before.State.Ended() {
		return refused("%s is being moved from %s to %s already (%s); SHOW MOVES lists them", m.Name(), before.From, before.To, before.State)
	}
	m.Epoch = before.Epoch + 1
	return nil
}

// Overview is how the moves of the fleet are.
type Overview struct {
	Fleet
	Most      int // moves that may work at a time
	Working   int // that have a slot
	Switching int
	States    map[State]int
	Judged    int // that came to their ends since failures count anew
	Failed    int // of these
	Budget    Budget
}

// Overview sums all moves up.
func (e *Engine) Overview(ctx context.Context) (o Overview, err error) {
	ctx, cancel := context.WithTimeout(ctx, askBound)
	defer cancel()
	all, _, err := store.All(ctx, e.deps.Store, everything)
	if err != nil {
		return o, err
	}
	v := newView()
	v.apply(store.Update{Anew: true, Complete: true, Items: all})
	o = Overview{Fleet: v.fleet, Most: e.limits(v.fleet)(ofAll), States: v.states(), Budget: e.config.Budget}
	t, _ := v.tally(e.since(v.fleet))
	o.Judged, o.Failed = t.judged, t.failed
	for key := range v.slots {
		switch familyOf(key) {
		case ofAll:
			o.Working++
		case ofSwitch:
			o.Switching++
		}
	}
	return o, nil
}
