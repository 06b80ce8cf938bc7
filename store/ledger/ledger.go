// Package ledger is for what operators order and what has to be accounted for: keys of a store of which every change has a number, and is kept with
// who made it, when, and what was there before and after. [Ledger.Do] makes a change, [Ledger.Undo] takes one back, [Ledger.Changes] lists them.
//
// All changes of a ledger follow one another: each is decided on what the one before has left, whichever proxy it is made by. So whoever decides may
// read other keys of the ledger, too.
//
// It knows nothing of what the keys mean.
package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"shunt/store"
)

// The keys beside those that are ordered about.
const (
	// LastKey has the number of the newest change. Who watches the ledger's keys sees it with every change.
	LastKey = "orders/last"
	// ChangePrefix is where the changes are, one key each.
	ChangePrefix = "audit/"
	// Keep is how many changes are kept; the oldest go first.
	Keep = 10000
)

// attempts is how often a change is decided anew because others were faster.
const attempts = 10

// Who has ordered a change.
type Who struct {
	Face    string `json:"face"` // console, http
	User    string `json:"user"`
	Address string `json:"address"` // of the connection
	Proxy   string `json:"proxy"`   // that was told
}

// Change is one change of one key. Immutable.
type Change struct {
	Number int64     `json:"n"` // from 1 on; 0: nothing has changed
	At     time.Time `json:"at"`
	Who    Who       `json:"who"`
	What   string    `json:"what"` // as an operator would write it
	Key    string    `json:"key"`
	Before string    `json:"before"` // the value; empty: there was none
	After  string    `json:"after"`  // empty: there is none
	Undoes int64     `json:"undoes,omitempty"`

	Revision store.Revision `json:"-"` // of the store, of one that was just made
}

// Why a change was not made.
var (
	ErrUnknown = errors.New("there is no such change")
	ErrSince   = errors.New("it has been changed again since")
)

// Ledger makes changes in a store. Its methods may be called from anywhere at any time.
type Ledger struct {
	store store.Store
	keep  int64
	now   func() time.Time
}

// New makes a ledger in a store. now may be nil.
func New(s store.Store, now func() time.Time) *Ledger {
	if now == nil {
		now = time.Now
	}
	return &Ledger{s, Keep, now}
}

// Order is a change that is wanted.
type Order struct {
	Who    Who
	What   string
	Key    string
	Undoes int64
	// Decide gives the value from what is there, empty for none. Its error ends the order; it may be called several times.
	Decide func(ctx context.Context, before string) (after string, err error)
	// If and Then are demanded and changed in the same transaction: store.ErrConflict if the demands do not hold.
	If   []store.Condition
	Then []store.Change
}

// Do carries out an order. If the value stays as it is, nothing is done and the change has no number. An error of Decide comes back as it is;
// store.ErrUnavailable says that nobody knows whether it was done.
func (l *Ledger) Do(ctx context.Context, o Order) (Change, error) {
	var err error
	for range attempts {
		var made Change
		if made, err = l.try(ctx, o); !errors.Is(err, store.ErrConflict) {
			return made, err
		}
	}
	return Change{}, fmt.Errorf("others change it all the time: %w", err)
}

func (l *Ledger) try(ctx context.Context, o Order) (Change, error) {
	last, err := l.store.Get(ctx, LastKey)
	if err != nil {
		return Change{}, err
	}
	item, err := l.store.Get(ctx, o.Key)
	if err != nil {
		return Change{}, err
	}
	n, err := numberOf(last)
	if err != nil {
		return Change{}, err
	}
	made := Change{At: l.now().UTC().Truncate(time.Millisecond), Who: o.Who, What: o.What, Key: o.Key, Before: string(item.Value), Undoes: o.Undoes}
	if made.After, err = o.Decide(ctx, made.Before); err != nil || made.After == made.Before {
		return made, err
	}
	made.Number = n + 1
	t, err := l.transaction(made, last, item)
	if err != nil {
		return made, err
	}
	t.If, t.Then = append(t.If, o.If...), append(t.Then, o.Then...)
	made.Revision, err = l.store.Commit(ctx, t)
	return made, err
}

// transaction is the change, its number and its account, and the end of the oldest one.
func (l *Ledger) transaction(made Change, last, item store.Item) (store.Txn, error) {
	count, err := store.PutJSON(LastKey, lastValue{1, made.Number})
	if err != nil {
		return store.Txn{}, err
	}
	account, err := store.PutJSON(keyOf(made.Number), made)
	if err != nil {
		return store.Txn{}, err
	}
	change := store.Put(made.Key, []byte(made.After))
	if made.After == "" {
		change = store.Delete(made.Key)
	}
	t := store.Txn{If: []store.Condition{store.Unchanged(last), store.Unchanged(item)}, Then: []store.Change{change, count, account}}
	if made.Number > l.keep {
		t.Then = append(t.Then, store.Delete(keyOf(made.Number-l.keep)))
	}
	return t, nil
}

// lastValue is the value of LastKey; v is the version of its form.
type lastValue struct {
	Version int   `json:"v"`
	Number  int64 `json:"n"`
}

func numberOf(last store.Item) (int64, error) {
	var is lastValue
	if !last.Exists() {
		return 0, nil
	}
	if err := last.JSON(&is); err != nil {
		return 0, err
	}
	if is.Version != 1 || is.Number < 0 {
		return 0, fmt.Errorf("%s has a form that this shunt does not know: %s", LastKey, last.Value)
	}
	return is.Number, nil
}

// keyOf orders changes by number.
func keyOf(n int64) string { return fmt.Sprintf("%s%019d", ChangePrefix, n) }

// Changes lists all changes that are kept, the newest first. What cannot be read is told as a change with nothing but its key.
func (l *Ledger) Changes(ctx context.Context) ([]Change, error) {
	items, _, err := store.All(ctx, l.store, ChangePrefix)
	if err != nil {
		return nil, err
	}
	changes := make([]Change, 0, len(items))
	for _, item := range slices.Backward(items) {
		var c Change
		if err := json.Unmarshal(item.Value, &c); err != nil {
			c = Change{What: "not readable", Key: item.Key}
		}
		changes = append(changes, c)
	}
	return changes, nil
}

// Change gives one change. Errors: ErrUnknown, and the store's.
func (l *Ledger) Change(ctx context.Context, n int64) (Change, error) {
	item, err := l.store.Get(ctx, keyOf(n))
	if err != nil {
		return Change{}, err
	}
	if !item.Exists() {
		return Change{}, fmt.Errorf("%w: %d; the newest %d are kept", ErrUnknown, n, l.keep)
	}
	var c Change
	return c, item.JSON(&c)
}

// Undoing is the order that takes a change back, if its key is still as the change has left it. check may refuse the value that comes back.
func Undoing(c Change, who Who, check func(ctx context.Context, before, after string) error) Order {
	return Order{
		Who: who, What: fmt.Sprintf("UNDO CHANGE %d", c.Number), Key: c.Key, Undoes: c.Number,
		Decide: func(ctx context.Context, now string) (string, error) {
			if now != c.After {
				return "", fmt.Errorf("%w: change %d left %s, and now there is %s", ErrSince, c.Number, orNothing(c.After), orNothing(now))
			}
			return c.Before, check(ctx, now, c.Before)
		},
	}
}

func orNothing(value string) string {
	if value == "" {
		return "nothing"
	}
	return value
}
