package binlog

import (
	"context"
	"errors"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/backend/monitor/control"
)

// errCaughtUp ends a connection of a follower's own.
var errCaughtUp = errors.New("the follower has caught up")

// near is how old a transaction may be that makes a follower ask for the present.
const near = 5 * time.Second

// catchUp reads for one follower until it has caught up, is closed, or ctx ends.
func (s *Source) catchUp(ctx context.Context, f *Follower) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(f.life, cancel)()
	var id uint32
	select {
	case <-ctx.Done():
		return
	case id = <-s.ids:
		defer func() { s.ids <- id }()
	}
	for failures := 0; ; failures++ {
		begun := time.Now()
		err := s.past(ctx, f, id)
		switch {
		case errors.Is(err, errCaughtUp), ctx.Err() != nil:
			return
		case final(err):
			f.fail(err)
			return
		}
		s.config.Logger.Warn("the binary log cannot be read, connecting again", "server", s.config.Endpoint.Address, "unit", f.unit.Name, "error", err)
		if time.Since(begun) > time.Second {
			failures = 0
		}
		if !pause(ctx, patience(failures)) {
			return
		}
	}
}

// final says that an error will come again.
func final(err error) bool {
	switch control.Code(err) {
	case mysql.ER_ACCESS_DENIED_ERROR, mysql.ER_SPECIFIC_ACCESS_DENIED_ERROR:
		return true
	}
	for _, end := range []error{ErrLost, ErrMalformed, ErrStatementFormat, ErrPartialImage, ErrUnknownXA, ErrUnsupported, ErrTooLarge} {
		if errors.Is(err, end) {
			return true
		}
	}
	return false
}

// past reads for a follower from one connection.
func (s *Source) past(ctx context.Context, f *Follower, id uint32) error {
	d, err := dial(ctx, s.config, id)
	if err != nil {
		return err
	}
	defer d.close()
	at := f.alone()
	r := newReader(d.flavor(), s.config.Largest)
	defer r.close()
	r.wants = f.wants
	asked := false
	step := func(upTo time.Time) error {
		if time.Since(upTo) < near && !asked {
			asked = true
			s.join(f)
		}
		done, again := f.handOver(upTo)
		if again {
			asked = false
		}
		if done {
			return errCaughtUp
		}
		return nil
	}
	r.ended = func(g *group) error {
		before := at
		at = at.with(g.name)
		if err := f.takeOwn(ctx, g, before, at); err != nil {
			return err
		}
		return step(g.at)
	}
	r.alive = func() error { return step(time.Now()) }
	return d.dump(ctx, at, r)
}

// alone begins to read on a connection of its own, and says where.
func (f *Follower) alone() Position {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.own = true
	return f.resumeLocked(f.seen).begin()
}

// takeOwn takes a group from the connection of its own, when there is room.
func (f *Follower) takeOwn(ctx context.Context, g *group, before, after Position) error {
	for {
		switch taken, err := f.takeIfRoom(g, before, after); {
		case err != nil || taken:
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-f.room:
		}
	}
}

func (f *Follower) takeIfRoom(g *group, before, after Position) (taken bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return false, errCaughtUp // nothing more is wanted
	}
	if f.bytes > 0 && f.concerns(g) && f.bytes+f.size(g) > f.source.config.Buffer {
		return false, nil
	}
	f.takeLocked(g, before, after)
	return true, nil
}

// joined says from where on the follower gets the present.
func (f *Follower) joined(since Position) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.present, f.since = true, since
}

// dropped ends getting the present, of which it has all up to a position, and says whether a connection of its own is needed.
func (f *Follower) dropped(upTo Position) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.present && !f.own && upTo.Contains(f.seen) {
		f.seen = upTo // the last transaction of the unit may be so old that its log is gone
	}
	f.present = false
	f.dropSideLocked()
	return !f.own && f.err == nil
}

func (f *Follower) dropSideLocked() {
	for _, o := range f.side {
		f.bytes -= f.size(o.group)
	}
	f.side = nil
}

// handOver ends the connection of its own if it has come to where the present began. again says that the present is to be asked for anew.
func (f *Follower) handOver(upTo time.Time) (done, again bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.heard = upTo
	switch {
	case f.err != nil:
		return true, false
	case !f.present:
		return false, true
	case !f.seen.Contains(f.since):
		return false, false
	}
	f.takeSideLocked()
	return true, false
}

// takeSideLocked takes what has come from the present meanwhile, and what comes from it from now on.
func (f *Follower) takeSideLocked() {
	side := f.side
	f.dropSideLocked()
	for _, o := range side {
		f.takeLocked(o.group, o.before, o.after)
	}
	f.own = false
}

func (f *Follower) isPresent() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.present
}

func (f *Follower) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failLocked(err)
}
