package move

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"time"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/binlog"
	"shunt/sharding/move/guard"
	"shunt/sharding/move/tombstone"
)

// applying is an applier at work.
type applying struct {
	applier  *binlog.Applier
	from, to string // addresses
	epoch    int64
	stop     context.CancelFunc
	ended    chan struct{} // closed when it has; err is set then
	err      error         // nil: the marker was applied
	calm     bool          // nobody waits for it to be near
	drop     func()        // of the source
}

// pace changes how often it is heard how far it is; 0: often.
func (a *applying) pace(d time.Duration) {
	if calm := d > 0; a.calm != calm {
		a.calm = calm
		a.applier.Pace(d)
	}
}

// stream names the changes that come from a cluster, where their progress is kept.
func stream(from string) string { return "from " + from }

// phase is that in which changes are applied on the target.
func (r *run) phase() guard.Phase {
	if r.Switches > 0 {
		return guard.Reverse
	}
	return guard.Forward
}

// apply has the changes of a cluster applied on another one, if they are not yet: those of the next epoch, up to its marker.
func (r *run) apply(ctx context.Context, from, to string, phase guard.Phase) (*applying, error) {
	source, err := r.engine.deps.Primary(from)
	if err != nil {
		return nil, err
	}
	target, err := r.engine.deps.Primary(to)
	if err != nil {
		return nil, err
	}
	if a := r.applying; a != nil {
		if a.from == source.Address && a.to == target.Address && a.epoch == r.Epoch {
			return a, nil
		}
		r.stopApplying()
	}
	if _, err := r.at(ctx, to); err != nil { // which tells the server whose changes it may apply
		return nil, err
	}
	shared := r.engine.source(source)
	reserved := r.takeReserved(source.Address)
	a := &applying{from: source.Address, to: target.Address, epoch: r.Epoch, ended: make(chan struct{})}
	a.drop = func() { r.engine.leave(source.Address) }
	a.applier = binlog.NewApplier(binlog.Plan{
		Endpoint: target, Source: shared, Unit: r.logged(), There: r.hidden().There, Reserved: reserved,
		Own:    func(c binlog.Change) bool { return tombstone.Own(c.Statement) },
		Stream: stream(from), Token: r.token(), Phase: phase, Epoch: r.Epoch, Logger: r.log,
	})
	ctx, a.stop = context.WithCancel(context.WithoutCancel(ctx))
	r.engine.group.Go(func() {
		defer close(a.ended)
		a.err = a.applier.Run(ctx)
	})
	r.applying = a
	r.applied.Store(a.applier)
	return a, nil
}

// logged is the unit as the binary log names it.
func (r *run) logged() binlog.Unit {
	u := r.unit()
	return binlog.Unit{Name: r.Name(), Database: u.Database, Has: u.Has}
}

// reserve has the changes of a cluster kept from now on, for the position that is read next.
func (r *run) reserve(ctx context.Context, endpoint control.Endpoint) {
	r.unreserve()
	r.reserved, r.reservedAt = r.engine.source(endpoint).Reserve(ctx, r.logged()), endpoint.Address
}

// takeReserved hands over what was reserved on a server; what was on another one nobody needs any more.
func (r *run) takeReserved(address string) (f *binlog.Follower) {
	if r.reserved != nil && r.reservedAt == address {
		f = r.reserved
		r.reserved = nil
		r.engine.leave(address) // whoever applies has taken the connection, too
	}
	r.unreserve()
	return f
}

func (r *run) unreserve() {
	if r.reserved != nil {
		r.reserved.Close()
		r.engine.leave(r.reservedAt)
	}
	r.reserved = nil
}

// failure is what has ended it for good; nil while it works, and when it has come to its marker.
func (a *applying) failure() error {
	select {
	case <-a.ended:
	default:
		return nil
	}
	return a.verdict()
}

// verdict sorts what ended it.
func (a *applying) verdict() error {
	for _, worthless := range []error{binlog.ErrRedefined, binlog.ErrLost, binlog.ErrDiverged, binlog.ErrNotStarted, binlog.ErrUnknownXA, binlog.ErrTooLarge, binlog.ErrDefinition} {
		if errors.Is(a.err, worthless) {
			return errAgain{a.err}
		}
	}
	for _, never := range []error{binlog.ErrStatementFormat, binlog.ErrPartialImage, binlog.ErrUnsupported, binlog.ErrMalformed} {
		if errors.Is(a.err, never) {
			return &failure{"binary log", a.err}
		}
	}
	return a.err
}

func (r *run) stopApplying() {
	if a := r.applying; a != nil {
		a.stop()
		<-a.ended
		r.changed.note(a.applier.Touched())
		a.drop()
	}
	r.applying = nil
	r.applied.Store(nil)
}

// source is the connection to a server's binary log that all moves share. Who takes it leaves it.
func (e *Engine) source(endpoint control.Endpoint) *binlog.Source {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.sources[endpoint.Address]
	if s == nil {
		ctx, stop := context.WithCancel(context.Background())
		s = &sharedSource{stop: stop, ended: make(chan struct{}), source: binlog.NewSource(binlog.Config{
			Endpoint: endpoint, ServerID: serverID(), CatchUps: catchUps, Idle: idle, Logger: e.deps.Log,
		})}
		e.sources[endpoint.Address] = s
		go func() {
			defer close(s.ended)
			_ = s.source.Run(ctx) // it ends when nobody needs it
		}()
	}
	s.users++
	return s.source
}

func (e *Engine) leave(address string) {
	e.mu.Lock()
	s := e.sources[address]
	if s.users--; s.users > 0 {
		s = nil
	} else {
		delete(e.sources, address)
	}
	e.mu.Unlock()
	if s != nil {
		s.stop()
		<-s.ended
	}
}

const (
	// catchUps is how many moves from one server may read what is past at a time.
	catchUps = 8
	// idle is how often a unit that nobody changes is known to be up to date.
	idle = 200 * time.Millisecond
)

// serverID is one that no server and no other proxy has, as far as chance goes: those of servers are small as a rule.
func serverID() uint32 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // it does not fail (https://pkg.go.dev/crypto/rand#Read)
	return binary.BigEndian.Uint32(b[:])&0x7fffff00 | 0x80000000
}
