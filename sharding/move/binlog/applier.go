package binlog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/guard"
	"shunt/topology"
)

// What ends an Applier for good.
var (
	// ErrDiverged says that a row of the destination is not as it was on the source. Nothing of the transaction was applied.
	ErrDiverged = errors.New("the destination is not what the source was")
	// ErrRedefined says that the source has changed the definition of a table: the copy has to begin anew.
	ErrRedefined = errors.New("a table was defined anew on the source")
	// ErrNotStarted says that the destination has no position for the stream: guard.Start notes it.
	ErrNotStarted = errors.New("the destination has no position for this stream")
)

// Plan says what an Applier does.
type Plan struct {
	Endpoint control.Endpoint // of the destination; the account needs SELECT, INSERT, UPDATE, DELETE on the unit, too
	Source   *Source          // of the changes; somebody runs it
	Unit     Unit
	Stream   string      // under which name the progress is kept
	Token    int64       // the owner's
	Phase    guard.Phase // in which the changes may be applied
	Epoch    int64       // whose marker ends the stream
	// Own says whether a definition is one that the move itself has made, as its gate: it is passed over. nil: there are none.
	Own func(Change) bool
	// There gives the name that a table has on the destination; nil: its own.
	There func(table string) string

	// Reserved is the follower to begin with, instead of a new one; the Applier closes it. nil: there is none.
	Reserved *Follower

	Batch    int           // bytes of SQL that one transaction of the destination may have when the source's wait, 256 KiB if it is not positive; one of the source is never split
	Keys     int           // how many keys of a table are remembered, 10000 if it is not positive
	Patience time.Duration // how long the destination may take for a transaction, 30 s if it is not positive
	Rest     time.Duration // after how long without changes the connection is closed until there are some, 5 s if it is not positive
	Keep     time.Duration // how often the position is noted of a unit that nobody changes, 10 min if it is not positive
	Logger   *slog.Logger  // nil: nothing is logged
}

// Applier writes the changes of a unit on the destination: in the order of the source's commits, several of its transactions in one where they wait,
// each with its position under the guard, and so exactly once, whenever anybody dies. It is safe to ask for Status and Touched while Run runs.
//
// Tables of engines without transactions (MyISAM, Aria) are applied on MariaDB, but if the connection is lost in the middle of a transaction, some of its rows
// are there already the next time: that is found as ErrDiverged where the table has a key, and by nobody but a comparison where it has none. MySQL refuses to write them
// together with a position, and so does the Applier.
type Applier struct {
	plan Plan

	mu      sync.Mutex
	status  Status
	touched map[Table]*touched
	pace    time.Duration // see Follower.Pace
	at      *Follower     // nil: there is none now
}

// Status is how far an Applier is.
type Status struct {
	Position     string    // up to which everything is applied
	At           time.Time // the source's time of the last transaction applied, or when it said that there is nothing new; zero before the first
	Transactions uint64    // of the source, since Run began
	Commits      uint64    // of the destination
	Changes      uint64    // rows
	Bytes        uint64
	CaughtUp     bool // the marker was applied
}

// Lag is how far the destination is behind, with now by the source's clock; -1 if it is not known yet.
func (s Status) Lag(now time.Time) time.Duration {
	if s.At.IsZero() {
		return -1
	}
	return max(0, now.Sub(s.At))
}

// NewApplier returns an Applier that does nothing before Run.
func NewApplier(p Plan) *Applier {
	p.Batch, p.Keys, p.Patience = orElse(p.Batch, 256<<10), orElse(p.Keys, 10000), orElse(p.Patience, 30*time.Second)
	p.Rest, p.Keep = orElse(p.Rest, 5*time.Second), orElse(p.Keep, 10*time.Minute)
	if p.Logger == nil {
		p.Logger = slog.New(slog.DiscardHandler)
	}
	return &Applier{plan: p, touched: map[Table]*touched{}}
}

// Status tells how far it is.
func (a *Applier) Status() Status {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.status
}

// Run applies until the marker of its epoch is applied, and then returns nil: nothing that comes after it is applied. It also returns when
// ctx ends, when the guard refuses it (guard.ErrSuperseded and its like), and with errors of this package that say that the copy is
// worth nothing any more. A destination that cannot be reached is waited for.
func (a *Applier) Run(ctx context.Context) error {
	defer func() {
		if f := a.plan.Reserved; f != nil { // it has not come to that
			f.Close()
		}
	}()
	for failures := 0; ; failures++ {
		before := a.Status().Commits
		err := a.session(ctx)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case !passing(err):
			return err
		}
		if a.Status().Commits > before {
			failures = 0
		}
		a.plan.Logger.Warn("changes cannot be applied, connecting again", "server", a.plan.Endpoint.Address, "unit", a.plan.Unit.Name, "error", err)
		if !pause(ctx, patience(failures)) {
			return ctx.Err()
		}
	}
}

// passing says that an error may be gone the next time: the destination was not there, or the transaction was in somebody's way.
func passing(err error) bool {
	for _, end := range []error{guard.ErrSuperseded, guard.ErrPhase, guard.ErrReadOnly, guard.ErrMissing, ErrDiverged, ErrRedefined, ErrNotStarted, ErrDefinition} {
		if errors.Is(err, end) {
			return false
		}
	}
	const killed, sessionKilled = 1927, 3169 // of MariaDB and MySQL
	switch control.Code(err) {
	case 0:
		return !final(err)
	case mysql.ER_LOCK_WAIT_TIMEOUT, mysql.ER_LOCK_DEADLOCK, mysql.ER_CON_COUNT_ERROR, mysql.ER_SERVER_SHUTDOWN, mysql.ER_QUERY_INTERRUPTED, killed, sessionKilled:
		return true
	}
	return false
}

// Pace changes how often it hears how far the source is where there are no changes, and so how new Status can be; 0: as the source has it.
func (a *Applier) Pace(d time.Duration) {
	a.mu.Lock()
	a.pace = d
	f := a.at
	a.mu.Unlock()
	if f != nil {
		f.Pace(d)
	}
}

// follow begins to follow, or with nil ends it.
func (a *Applier) follow(f *Follower) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.at = f; f != nil {
		f.Pace(a.pace)
	}
}

// flavorOf tells positions apart: those of MySQL have colons.
func flavorOf(position string) topology.Flavor {
	for i := range position {
		if position[i] == ':' {
			return topology.MySQL
		}
	}
	return topology.MariaDB
}

// open connects to the destination, makes the connection the only one that applies, and reads how far the stream is.
func (a *Applier) open(ctx context.Context) (*writer, guard.Progress, error) {
	ctx, cancel := context.WithTimeout(ctx, a.plan.Patience)
	defer cancel()
	w, err := openWriter(ctx, &a.plan)
	if err != nil {
		return nil, guard.Progress{}, err
	}
	if err = guard.Claim(ctx, w.conn, a.plan.Unit.Name, a.plan.Token); err == nil {
		var p guard.Progress
		var ok bool
		if p, ok, err = guard.ReadProgress(ctx, w.conn, a.plan.Unit.Name, a.plan.Stream); err == nil && ok {
			return w, p, nil
		}
		if err == nil {
			err = ErrNotStarted
		}
	}
	w.conn.Close()
	return nil, guard.Progress{}, err
}

// collect makes a batch of a transaction of the source and what waits behind it.
func (a *Applier) collect(ctx context.Context, w *writer, f *Follower, t Transaction) (*batch, error) {
	b := &batch{plan: &a.plan}
	for {
		if err := w.add(ctx, b, t); err != nil {
			if b.transactions > 0 {
				b.next = err // what came before is applied first
				return b, nil
			}
			return nil, err
		}
		if b.marker || b.size >= a.plan.Batch || !f.Ready() {
			return b, nil
		}
		var err error
		if t, err = f.Next(ctx); err != nil {
			if ctx.Err() == nil {
				return b, nil // it comes again
			}
			return nil, err
		}
	}
}

func (a *Applier) note(change func(*Status)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change(&a.status)
}

// applied counts a batch that is committed.
func (a *Applier) applied(b *batch) {
	a.note(func(s *Status) {
		s.Position, s.At, s.CaughtUp = b.position.String(), b.at, b.marker
		s.Transactions += uint64(b.transactions)
		s.Commits++
		s.Changes += b.changes
		s.Bytes += b.bytes
		for _, k := range b.keys {
			a.touchLocked(k.table, k.key)
		}
	})
}

// touched are the keys of a table whose rows have changed.
type touched struct {
	keys  map[string]bool
	whole bool
}

// Touched is which rows of a table have been changed.
type Touched struct {
	Table Table
	Keys  []string // each as SQL, a value or several in parentheses, in the order of the key's columns
	Whole bool     // too many to remember, or the table has no key
}

func (a *Applier) touchLocked(t Table, key string) {
	s := a.touched[t]
	if s == nil {
		s = &touched{keys: map[string]bool{}}
		a.touched[t] = s
	}
	if s.whole {
		return
	}
	s.keys[key] = true
	if key == "" || len(s.keys) > a.plan.Keys {
		s.keys, s.whole = nil, true
	}
}

// Touched returns which rows have been changed since it was called last, for verification.
func (a *Applier) Touched() (list []Touched) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for t, s := range a.touched {
		one := Touched{Table: t, Whole: s.whole}
		for key := range s.keys {
			one.Keys = append(one.Keys, key)
		}
		list = append(list, one)
	}
	clear(a.touched)
	return list
}

func redefined(c Change) error {
	return fmt.Errorf("%w: %s", ErrRedefined, c.Statement[:min(len(c.Statement), 200)])
}
