package move

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"shunt/sharding/pause"
	"shunt/store"
	"shunt/store/ledger"
)

// The keys.
const (
	// Prefix is where moves are, one key for each unit: its last move.
	Prefix      = "moves/"
	ownerPrefix = "movers/"
)

// form is the version of a record.
const form = 1

// Wish is what an operator wants of a move that goes on by itself.
type Wish string

// The wishes.
const (
	Nothing  Wish = ""
	Rollback Wish = "rollback" // before the switch all is taken back, after it the unit goes back
	Finish   Wish = "finish"   // the way back is given up, and the source dropped
	// FinishForced is Finish although there is no dump of the source, or not yet.
	FinishForced Wish = "finish forced"
)

// Move is a move, as the store has it. It is a value: whoever changes one puts it into the store.
type Move struct {
	Version  int        `json:"v"`
	ID       string     `json:"id"`
	Database string     `json:"database"`
	Module   string     `json:"module,omitempty"`
	Schema   string     `json:"schema,omitempty"`   // what the database is called on its clusters; empty: as here
	Patterns []string   `json:"patterns,omitempty"` // the tables of the module
	Joins    string     `json:"joins,omitempty"`    // of the module
	MadeOn   string     `json:"made_on,omitempty"`  // the cluster on which the module's database was made for it
	From     string     `json:"from"`               // the cluster that is home until the next switch
	To       string     `json:"to"`
	Back     bool       `json:"back,omitempty"` // it is, or was, on its way back to where it came from
	State    State      `json:"state"`
	Epoch    int64      `json:"epoch"`              // grows with each try to switch; a marker of another epoch ends nothing
	Attempt  int        `json:"attempt,omitempty"`  // copies begun
	Stops    int        `json:"stops,omitempty"`    // of these, those that were left because moves were stopped
	Window   string     `json:"window,omitempty"`   // in which it may begin and switch: see ParseWindow; empty: always
	Switches int        `json:"switches,omitempty"` // that were committed
	Tries    int        `json:"tries,omitempty"`    // switches that were given up, since the last good one
	Who      ledger.Who `json:"who"`
	Wish     Wish       `json:"wish,omitempty"`
	Created  time.Time  `json:"created"`
	Since    time.Time  `json:"since"`            // of the state
	Copied   string     `json:"copied,omitempty"` // the position of the copy
	Marker   string     `json:"marker,omitempty"` // the last event on the source
	Origin   string     `json:"origin,omitempty"` // where the way back begins in the target's log
	// Reopen opens the source's gate again, Open the target's: statements, written down before the gate is closed.
	Reopen []string `json:"reopen,omitempty"`
	Open   []string `json:"open,omitempty"`
	// Uncover takes away on the target what keeps its own patterns from fitting the database before it is opened there.
	Uncover  []string       `json:"uncover,omitempty"`
	HoldID   string         `json:"hold,omitempty"`
	Held     time.Time      `json:"held,omitzero"`     // since when statements are held; zero: they are not
	Decided  store.Revision `json:"decided,omitempty"` // of the map that names the target
	Pause    time.Duration  `json:"pause,omitempty"`   // of the last switch
	Tables   int            `json:"tables,omitempty"`
	Rows     int64          `json:"rows,omitempty"`
	Bytes    int64          `json:"bytes,omitempty"`
	Findings []string       `json:"findings,omitempty"`
	Class    string         `json:"class,omitempty"`    // of the problem, the same for all moves that have it
	Problem  string         `json:"problem,omitempty"`  // the last one
	Stranded string         `json:"stranded,omitempty"` // why there is no way back
	Archive  *Archive       `json:"archive,omitempty"`  // the dump of the source as it was at the last switch; nil: there is none. Replaced whole
	DNS      *Hostname      `json:"dns,omitempty"`      // of the database's name; nil: it has none, or nothing was done about it. Replaced whole
}

// Name is the unit's name for people: shop, or shop/statistics.
func (m *Move) Name() string { return nameOf(m.Database, m.Module) }

func nameOf(database, module string) string {
	if module == "" {
		return database
	}
	return database + "/" + module
}

// key is where the record of a unit is. The database is told by its length, since it may have slashes.
func key(database, module string) string {
	return fmt.Sprintf("%s%d/%s/%s", Prefix, len(database), database, module)
}

func (m *Move) key() string { return key(m.Database, m.Module) }

// ownerKey is where the owner of a unit's move says that he is alive.
func (m *Move) ownerKey() string { return ownerPrefix + strings.TrimPrefix(m.key(), Prefix) }

// area is what proxies hold while it switches.
func (m *Move) area() pause.Area {
	return pause.Area{Database: m.Database, Module: m.Module, Part: m.Module == ""}
}

// closing is the hold of a switch.
func (m *Move) closing(drain time.Duration) pause.Closing {
	return pause.Closing{Area: m.area(), ID: m.HoldID, Who: m.Who, At: m.Held, Drain: drain}
}

// enter changes the state.
func (m *Move) enter(s State, now time.Time) {
	m.State, m.Since = s, now
}

// clone is a copy that shares nothing that is changed.
func (m *Move) clone() *Move {
	c := *m
	c.Reopen, c.Open, c.Findings = slices.Clone(m.Reopen), slices.Clone(m.Open), slices.Clone(m.Findings)
	return &c
}

// read reads a record.
func read(item store.Item) (*Move, error) {
	var m Move
	if err := item.JSON(&m); err != nil {
		return nil, err
	}
	if m.Version != form {
		return nil, fmt.Errorf("the record of a move has the form %d, and this shunt knows %d", m.Version, form)
	}
	return &m, nil
}

// errSuperseded says that somebody else drives the move now, or that it has changed under us.
var errSuperseded = errors.New("the move has another owner now, or was changed")

// owned is a record and the right to change it.
type owned struct {
	store store.Store
	*Move
	item  store.Item // of the record, as it was put or read last
	owner store.Item // of the owner's key
	now   func() time.Time
	stop  func(point string) error
}

// token is a number that grows with every owner.
func (o *owned) token() int64 { return int64(o.owner.Revision) }

// conditions are what a transaction of the owner demands.
func (o *owned) conditions() []store.Condition {
	return []store.Condition{store.Unchanged(o.item), store.Unchanged(o.owner)}
}

// save changes the record, and more with it. An unknown outcome is found out. errSuperseded: nothing was changed, and the run ends.
func (o *owned) save(ctx context.Context, change func(*Move), more ...store.Change) error {
	return o.commit(ctx, change, nil, more...)
}

func (o *owned) commit(ctx context.Context, change func(*Move), demands []store.Condition, more ...store.Change) error {
	for {
		if err := o.try(ctx, change, demands, more); !errors.Is(err, errChanged) {
			return err
		}
	}
}

func (o *owned) try(ctx context.Context, change func(*Move), demands []store.Condition, more []store.Change) error {
	next := o.Move.clone()
	change(next)
	if next.State != o.State && !o.State.May(next.State) {
		return fmt.Errorf("a move cannot go from %s to %s", o.State, next.State)
	}
	put, err := store.PutJSON(o.key(), next)
	if err != nil {
		return err
	}
	at, err := o.store.Commit(ctx, store.Txn{If: append(o.conditions(), demands...), Then: append(slices.Clip(more), put)})
	if errors.Is(err, store.ErrUnavailable) {
		at, err = o.wasPut(ctx, put.Value, err)
	}
	if errors.Is(err, store.ErrConflict) {
		return o.conflicting(ctx, err)
	}
	if err != nil {
		return err
	}
	return o.put(next, put.Value, at)
}

// put notes what the store has.
func (o *owned) put(next *Move, value []byte, at store.Revision) error {
	before := o.State
	o.Move, o.item = next, store.Item{Key: o.item.Key, Value: value, Revision: at}
	if o.State != before {
		return o.stop(string(o.State))
	}
	return nil
}

// wasPut finds out whether a record was put whose answer was lost.
func (o *owned) wasPut(ctx context.Context, value []byte, lost error) (store.Revision, error) {
	item, err := o.store.Get(ctx, o.key())
	if err != nil {
		return 0, errors.Join(lost, err)
	}
	if string(item.Value) == string(value) {
		return item.Revision, nil
	}
	return 0, lost
}

// conflicting tells a lost move from a demand that does not hold. A wish that was put meanwhile is taken in.
func (o *owned) conflicting(ctx context.Context, conflict error) error {
	item, err := o.store.Get(ctx, o.key())
	if err != nil {
		return err
	}
	owner, err := o.store.Get(ctx, o.ownerKey())
	if err != nil {
		return err
	}
	if owner.Revision != o.owner.Revision {
		return errSuperseded
	}
	if item.Revision == o.item.Revision {
		return conflict // one of the demands
	}
	m, err := read(item)
	if err != nil || m.ID != o.ID || m.State != o.State {
		return errSuperseded
	}
	o.Move, o.item = m, item
	return errChanged
}

// errChanged says that an operator has changed his wish meanwhile; it was taken in.
var errChanged = errors.New("an operator has ordered something about the move")
