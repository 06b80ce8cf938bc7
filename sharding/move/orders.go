package move

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"shunt/sharding/move/check"
	"shunt/store"
	"shunt/store/ledger"
)

// askBound is for one question to the store.
const askBound = 3 * time.Second

// Start orders a move, and returns as soon as that is written down: some proxy takes it. The error is ErrRefused or ErrUnknown with the reason, or the store's.
func (e *Engine) Start(ctx context.Context, who ledger.Who, o Order) (Move, error) {
	m, err := e.planned(who, o)
	if err != nil {
		return Move{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, askBound)
	defer cancel()
	item, err := e.deps.Store.Get(ctx, m.key())
	if err != nil {
		return Move{}, err
	}
	all, _, err := store.All(ctx, e.deps.Store, ofDatabase(m.Database))
	if err != nil {
		return Move{}, err
	}
	if err := errors.Join(m.after(item), m.others(all)); err != nil {
		return Move{}, err
	}
	put, err := store.PutJSON(m.key(), m)
	if err != nil {
		return Move{}, err
	}
	if _, err = e.deps.Store.Commit(ctx, store.Txn{If: []store.Condition{store.Unchanged(item)}, Then: []store.Change{put}}); errors.Is(err, store.ErrConflict) {
		return Move{}, refused("somebody else has just ordered something about %s", m.Name())
	}
	return *m, err
}

// Check looks whether a move could be made. Nothing is changed.
func (e *Engine) Check(ctx context.Context, o Order) (check.Report, error) {
	m, err := e.planned(ledger.Who{}, o)
	if err != nil {
		return check.Report{}, err
	}
	return e.check(ctx, m)
}

// planned is the record of an order.
func (e *Engine) planned(who ledger.Who, o Order) (*Move, error) {
	m, err := e.subject(o)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(e.deps.Clusters(), o.To) {
		return nil, unknown("there is no cluster %s; SHOW CLUSTERS lists them", o.To)
	}
	if m.From == o.To {
		return nil, refused("%s is on cluster %s already", m.Name(), o.To)
	}
	if o.Window != "" {
		if _, err := ParseWindow(o.Window); err != nil {
			return nil, refused("%s", err)
		}
	}
	now := e.deps.Now().UTC()
	m.Version, m.ID, m.To, m.State, m.Epoch, m.Who, m.Window, m.Created, m.Since = form, rand.Text(), o.To, Planned, 1, who, o.Window, now, now
	return m, nil
}

// Want tells a move what an operator wants of it. With a module the database may be left out. ErrUnknown: there is none; ErrRefused: it has come too far, or not far enough.
func (e *Engine) Want(ctx context.Context, database, module string, wish Wish) (Move, error) {
	if module != "" && database == "" {
		for _, l := range e.deps.Map().Listed() {
			if l.Name == module {
				database = l.Database
			}
		}
	}
	ctx, cancel := context.WithTimeout(ctx, askBound)
	defer cancel()
	for {
		item, err := e.deps.Store.Get(ctx, key(database, module))
		if err != nil {
			return Move{}, err
		}
		if !item.Exists() {
			return Move{}, unknown("%s is not being moved; SHOW MOVES lists what is", nameOf(database, module))
		}
		m, err := read(item)
		if err != nil {
			return Move{}, err
		}
		if err := m.wants(wish); err != nil {
			return *m, err
		}
		m.Wish = wish
		put, err := store.PutJSON(m.key(), m)
		if err != nil {
			return Move{}, err
		}
		_, err = e.deps.Store.Commit(ctx, store.Txn{If: []store.Condition{store.Unchanged(item)}, Then: []store.Change{put}})
		if !errors.Is(err, store.ErrConflict) {
			return *m, err
		}
	}
}

// wants says whether a wish makes sense.
func (m *Move) wants(wish Wish) error {
	switch {
	case m.State.Ended():
		return refused("the move of %s is over (%s)", m.Name(), m.State)
	case (wish == Finish || wish == FinishForced) && m.State != Reversible && m.State != Retiring:
		return refused("the move of %s is %s: only one that is reversible can be finished", m.Name(), m.State)
	case wish == Rollback && m.State == Retiring:
		return refused("the move of %s is being finished: there is no way back any more", m.Name())
	case wish == Rollback && m.State == Reversible && m.Stranded != "":
		return refused("there is no way back for %s: %s; a new move to %s is one", m.Name(), m.Stranded, m.To)
	}
	return m.finishes(wish)
}

// Under tells the state of a move of a database, or of one of its modules, that is not over; empty: there is none.
func Under(ctx context.Context, s store.Store, database string) (string, error) {
	items, _, err := store.All(ctx, s, ofDatabase(database))
	if err != nil {
		return "", err
	}
	for _, item := range items {
		m, err := read(item)
		if err != nil {
			return "", err
		}
		if !m.State.Ended() {
			return string(m.State), nil
		}
	}
	return "", nil
}

// List gives all moves, by unit.
func (e *Engine) List(ctx context.Context) ([]Status, error) {
	ctx, cancel := context.WithTimeout(ctx, askBound)
	defer cancel()
	items, _, err := store.All(ctx, e.deps.Store, Prefix)
	if err != nil {
		return nil, err
	}
	owners, _, err := store.All(ctx, e.deps.Store, ownerPrefix)
	if err != nil {
		return nil, err
	}
	by := map[string]string{}
	for _, o := range owners {
		by[strings.TrimPrefix(o.Key, ownerPrefix)] = string(o.Value)
	}
	var list []Status
	for _, item := range items {
		m, err := read(item)
		if err != nil {
			continue // written by a newer shunt
		}
		s := Status{Move: *m, Owner: by[strings.TrimPrefix(item.Key, Prefix)]}
		s.Live = e.live(m.key())
		list = append(list, s)
	}
	return list, nil
}

// Status is a move, and what its owner knows beside the record; Live is nil on other proxies.
type Status struct {
	Move
	Owner string // the proxy that drives it; empty: none does now
	Live  *Live
}

// Live is what changes too often to be written down.
type Live struct {
	Table  string // that is copied
	Tables int    // that are
	Rows   int64  // copied so far
	Bytes  int64
	Lag    time.Duration // of the target behind the source; negative: not known
	Waits  string        // why it does not get on; empty: it does
	// RowsLeft is how many are to be copied yet, as the source guesses; Remaining how long that takes, as fast as rows came in the last while. Negative: nobody knows.
	RowsLeft  int64
	Remaining time.Duration
}
