package move

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"shunt/sharding/move/binlog"
	"shunt/sharding/move/copier"
	"shunt/sharding/move/guard"
	"shunt/store"
)

// run drives one move on this proxy. All but its progress belongs to one goroutine.
type run struct {
	owned
	engine *Engine
	log    *slog.Logger
	woken  chan struct{} // capacity 1: the record has changed
	halt   chan struct{} // capacity 1: something else is ordered for all moves
	record string        // its key
	place  place

	holds      map[string]*held // by cluster
	applying   *applying        // nil: nothing is applied now
	reserved   *binlog.Follower // keeps changes for who applies them next; nil: nothing does
	reservedAt string           // its server
	changed    changed          // on the target since the copy
	made       bool             // the target has empty tables, made by this run
	still      bool             // the old home has neither triggers nor events, as this run has seen
	rights     []string         // that open the target, read just before the switch
	begin      string           // a position of the target from which on all that is prepared there is known
	marks      []any            // of the switch that is under way: how long its parts took, for the log
	marked     time.Time        // when the last of them ended
	deadline   time.Time        // of the switch that is under way; zero: there is none
	progress   atomic.Pointer[copier.Progress]
	applied    atomic.Pointer[binlog.Applier] // for those who ask
	naming     naming
	keeping    keeping
	pace       pace
}

// newRun drives a move whose owner's key was put at a revision, with these slots.
func newRun(e *Engine, m *Move, item store.Item, at store.Revision, slots []store.Item) *run {
	r := &run{engine: e, log: e.deps.Log.With("move", m.Name()), woken: make(chan struct{}, 1), halt: make(chan struct{}, 1), record: item.Key}
	r.owned = owned{store: e.deps.Store, stop: e.deps.Stop, Move: m, item: item, owner: store.Item{Key: m.ownerKey(), Revision: at}, now: e.deps.Now}
	r.place.moved, r.place.slots = make(chan struct{}, 1), slots
	return r
}

// failure is what ends a move, or one try to switch.
type failure struct {
	class string // the same for all moves that have it
	err   error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func failed(class, format string, args ...any) error {
	return &failure{class, fmt.Errorf(format, args...)}
}

// errAgain says that the copy is worth nothing and has to be made anew.
type errAgain struct{ error }

// The waits between two tries of a step.
const (
	firstRetry   = 50 * time.Millisecond
	longestRetry = 5 * time.Second
	heldRetry    = 500 * time.Millisecond // while statements wait
)

// Who cannot get on while statements wait lets another proxy try, whose links may be better.
const (
	// handOver is for how long a step may fail.
	handOver = ttl
	// heldStep is how long a step may take: a link on which nothing comes back gives no error.
	heldStep = 7 * time.Second
	// shunned is for how long a move that was let go is left to others.
	shunned = 2 * time.Second
)

var errHandOver = errors.New("a step for which statements wait has had no answer")

// whileHeld bounds a step for which statements wait.
func whileHeld(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, heldStep, errHandOver)
}

// drive goes from state to state until the move is over, somebody else owns it, or ctx ends.
func (r *run) drive(ctx context.Context) {
	defer r.letGo()
	retry, failing := firstRetry, time.Time{}
	for ctx.Err() == nil && !r.State.Ended() {
		if !r.admitted(ctx) {
			if r.leave(ctx) {
				return
			}
			continue
		}
		before, switches, began := r.State, r.Switches, time.Now()
		err := r.withName(ctx, r.step)
		if err == nil {
			retry, failing = firstRetry, time.Time{}
			r.told(before, switches)
			continue
		}
		if r.leavable() && r.engine.view.stopped() {
			continue
		}
		if ctx.Err() != nil || errors.Is(err, errSuperseded) || errors.Is(err, guard.ErrSuperseded) {
			r.log.Info("this proxy does not drive a move any more", "state", r.State, "error", err)
			return
		}
		if err = r.fall(ctx, err); errors.Is(err, errSuperseded) {
			return
		}
		if err != nil {
			r.log.Warn("a step of a move is tried again", "state", r.State, "error", err, "after", retry)
			if failing.IsZero() {
				failing = began
			}
			if r.State.Switching() && time.Since(failing) > handOver {
				r.log.Warn("a move is left to another proxy, which may reach what this one does not", "state", r.State)
				r.engine.shun(r.item.Key)
				return
			}
			r.rest(ctx, retry)
			if !r.State.Switching() { // what was wished meanwhile nobody tells a second time
				_ = r.renew(ctx) // the step that is tried again finds out
			}
			if retry = min(2*retry, longestRetry); r.State.Switching() {
				retry = min(retry, heldRetry)
			}
		}
	}
}

// told tells how far it is.
func (r *run) told(before State, switches int) {
	if r.State != before {
		r.log.Info("a move goes on", "from", before, "to", r.State)
	}
	if r.State == Reversible && (r.Switches > switches || before == Committed || before == Opened) {
		r.engine.metrics.pauses.Observe(r.Pause.Seconds())
	}
}

// leave lets a move go because moves are stopped. One that has switched stays here, and the old home follows the new one.
func (r *run) leave(ctx context.Context) (left bool) {
	if ctx.Err() != nil || !r.leavable() {
		return true
	}
	var err error
	switch {
	case r.State == Ready && r.Switches > 0:
		err = r.save(ctx, func(m *Move) {
			m.From, m.To, m.Back, m.Wish = m.To, m.From, !m.Back, Rollback
			m.enter(Reversible, r.now())
		})
		left = err != nil
	case r.State == Copying || r.State == Prepared:
		err = r.save(ctx, func(m *Move) { m.Stops++ }) // it is no failure of the copy
		left = true
	default:
		left = true
	}
	r.log.Info("a move is left, since moves are stopped", "state", r.State, "error", err)
	return left
}

// letGo ends what the run has open.
func (r *run) letGo() {
	r.stopApplying()
	r.unreserve()
	r.stopKeeping()
	for cluster := range r.holds {
		r.drop(cluster)
	}
}

// step does what the state stands for. Where an operator may change his mind, his wish ends what is under way.
func (r *run) step(ctx context.Context) error {
	switch r.State {
	case Planned, Preflight, Prepared, Copying, Catchup, Ready:
		if r.Wish == Rollback && r.Switches == 0 {
			return r.save(ctx, func(m *Move) { m.enter(Aborting, r.now()) })
		}
		ctx, cancel := r.interruptible(ctx)
		defer cancel()
		return r.patient(ctx)
	case Hold, Gated, CaughtUp:
		return r.switching(ctx)
	case Committed:
		return r.open(ctx)
	case Opened:
		return r.release(ctx)
	case Reversible:
		return r.follow(ctx)
	case Retiring:
		return r.retire(ctx)
	case Reopening:
		return r.reopen(ctx)
	case Aborting:
		return r.abort(ctx)
	case Done, Aborted:
	}
	return nil
}

// patient are the steps that change nothing for applications.
func (r *run) patient(ctx context.Context) error {
	switch r.State {
	case Planned:
		return r.save(ctx, func(m *Move) { m.enter(Preflight, r.now()) })
	case Preflight:
		return r.preflight(ctx)
	case Prepared:
		return r.prepare(ctx)
	case Copying:
		return r.copy(ctx)
	case Catchup:
		return r.catchUp(ctx)
	case Ready:
		return r.ready(ctx)
	default:
		return fmt.Errorf("nothing is known about the state %s", r.State)
	}
}

// switching are the steps while statements wait. What is not over in time is given up.
func (r *run) switching(ctx context.Context) error {
	if r.deadline.IsZero() { // it was another owner's
		return r.giveUp(ctx, "owner", errors.New("the proxy that drove the switch has gone"))
	}
	ctx, cancel := context.WithDeadlineCause(ctx, r.deadline, fmt.Errorf("the switch took longer than moves.pause (%s)", r.engine.config.Pause))
	defer cancel()
	switch r.State {
	case Hold:
		return r.awaitHolds(ctx)
	case Gated:
		return r.gate(ctx)
	default:
		return r.catchUpAndCommit(ctx)
	}
}

// fall decides what an error of a step means. It gives it back if the step is to be tried again.
func (r *run) fall(ctx context.Context, err error) error {
	var f *failure
	class := "error"
	if errors.As(err, &f) {
		class = f.class
	}
	switch r.State {
	case Hold, Gated, CaughtUp:
		return r.giveUp(ctx, class, err)
	case Planned, Preflight, Prepared, Copying, Catchup, Ready:
		var again errAgain
		switch {
		case r.Switches > 0 && (f != nil || errors.As(err, &again)):
			return r.save(ctx, func(m *Move) { // it stays where it is
				m.From, m.To, m.Back = m.To, m.From, !m.Back
				m.Stranded, m.Class, m.Problem, m.Wish = err.Error(), class, err.Error(), Nothing
				m.enter(Reversible, r.now())
			})
		case f != nil:
			return r.save(ctx, func(m *Move) { m.Class, m.Problem = f.class, err.Error(); m.enter(Aborting, r.now()) })
		case errors.As(err, &again):
			if r.Attempt-r.Stops >= mostCopies {
				return r.save(ctx, func(m *Move) { m.Class, m.Problem = "copies", err.Error(); m.enter(Aborting, r.now()) })
			}
			r.stopApplying()
			return r.save(ctx, func(m *Move) { m.Problem = err.Error(); m.enter(Prepared, r.now()) })
		}
	default:
	}
	if r.Problem != err.Error() { // for those who look at SHOW MOVES
		if saved := r.save(ctx, func(m *Move) { m.Class, m.Problem = class, err.Error() }); saved != nil {
			return saved
		}
	}
	return err
}

// mostCopies is how often the copy is made anew because tables were changed meanwhile.
const mostCopies = 5

// giveUp goes back from a switch that was not committed.
func (r *run) giveUp(ctx context.Context, class string, err error) error {
	if cause := context.Cause(ctx); cause != nil && ctx.Err() != nil {
		err = cause
	}
	r.log.Warn("a switch is given up", "state", r.State, "class", class, "error", err)
	again := class == "diverged"
	return r.save(ctx, func(m *Move) {
		m.Class, m.Problem = class, err.Error()
		if again {
			m.Stranded = err.Error()
		}
		m.enter(Reopening, r.now())
	})
}

// interruptible is a context that also ends when an operator wants the move to be given up, or all moves to be stopped; the latter not while it switches.
func (r *run) interruptible(ctx context.Context) (context.Context, context.CancelFunc) {
	woken := r.woken
	if r.Switches > 0 {
		woken = nil
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-ctx.Done():
				return
			case <-r.halt:
				if r.engine.view.stopped() && !r.place.turns() {
					cancel()
				}
				continue
			case <-woken:
			}
			if item, err := r.store.Get(ctx, r.record); err == nil {
				if m, err := read(item); err == nil && m.Wish == Rollback {
					cancel()
				}
			}
		}
	}()
	return ctx, func() {
		cancel()
		<-done
	}
}

// rest waits, or until the record has changed, or something else is ordered for all moves.
func (r *run) rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-r.woken:
	case <-r.halt:
	case <-time.After(d):
	}
}

// renew reads the record again, since somebody may have wished something.
func (r *run) renew(ctx context.Context) error {
	item, err := r.store.Get(ctx, r.item.Key)
	if err != nil {
		return err
	}
	if item.Revision == r.item.Revision {
		return nil
	}
	m, err := read(item)
	if err != nil {
		return err
	}
	if m.ID != r.ID || m.State != r.State {
		return errSuperseded
	}
	r.Move, r.item = m, item
	return nil
}

// mark notes how long a part of the switch took.
func (r *run) mark(part string) {
	now := time.Now()
	if r.marked.IsZero() { // the beginning was another proxy's
		r.marked = now
	}
	r.marks = append(r.marks, slog.Duration(part, now.Sub(r.marked).Round(100*time.Microsecond)))
	r.marked = now
}

// live is what the run knows beside its record.
func (r *run) live() *Live {
	l := &Live{Lag: -1, Waits: r.because(), Remaining: -1}
	if p := r.progress.Load(); p != nil {
		l.Table, l.Tables, l.Rows, l.Bytes, l.RowsLeft, l.Remaining = p.Table, p.Tables, p.Rows, p.Bytes, p.Left, r.estimate(p)
	}
	if a := r.applied.Load(); a != nil {
		l.Lag = a.Status().Lag(r.now())
	}
	return l
}
