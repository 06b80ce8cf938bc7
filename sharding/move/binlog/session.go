package binlog

import (
	"context"
	"errors"
	"time"
)

// session applies until something breaks. The destination is connected as long as there are changes: thousands of units may be followed that nobody changes.
type session struct {
	*Applier
	w        *writer // nil: it is not connected
	follower *Follower
	noted    string    // the position that the destination has
	changed  time.Time // when the last change came
	kept     time.Time // when the position was noted last
}

// session is one, from a connection to the next trouble.
func (a *Applier) session(ctx context.Context) error {
	s := &session{Applier: a, changed: time.Now(), kept: time.Now()}
	defer s.close()
	if err := s.connect(ctx); err != nil {
		return err
	}
	position, err := ParsePosition(flavorOf(s.noted), s.noted)
	if err != nil {
		return err
	}
	a.note(func(st *Status) { st.Position = s.noted })
	if s.follower = a.plan.Reserved; s.follower != nil {
		a.plan.Reserved = nil
		s.follower.Begin(position)
	} else {
		s.follower = a.plan.Source.Follow(a.plan.Unit, position)
	}
	a.follow(s.follower)
	for {
		t, err := s.follower.Next(ctx)
		if err != nil {
			return err
		}
		var b *batch
		if len(t.Changes) == 0 {
			err = s.idle(ctx, t)
		} else if b, err = s.apply(ctx, t); err == nil && (b.marker || b.next != nil) {
			return b.next
		}
		if err != nil {
			return err
		}
	}
}

func (s *session) close() {
	s.follow(nil)
	if s.follower != nil {
		s.follower.Close()
	}
	s.rest()
}

// rest closes the connection.
func (s *session) rest() {
	if s.w != nil {
		s.w.conn.Close()
	}
	s.w = nil
}

// errMovedOn says that somebody else has applied something.
var errMovedOn = errors.New("the destination has another position than the one that was noted last")

// connect connects to the destination if it is not connected.
func (s *session) connect(ctx context.Context) error {
	if s.w != nil {
		return nil
	}
	w, progress, err := s.open(ctx)
	if err != nil {
		return err
	}
	if s.follower != nil && progress.Position != s.noted {
		w.conn.Close()
		return errMovedOn
	}
	s.w, s.noted = w, progress.Position
	return nil
}

// apply applies a transaction, and those that wait behind it.
func (s *session) apply(ctx context.Context, t Transaction) (*batch, error) {
	if err := s.connect(ctx); err != nil {
		return nil, err
	}
	s.changed = time.Now()
	b, err := s.collect(ctx, s.w, s.follower, t)
	if err != nil {
		return nil, err
	}
	return b, s.commit(ctx, b)
}

func (s *session) commit(ctx context.Context, b *batch) error {
	if err := s.w.commit(ctx, b); err != nil {
		return err
	}
	s.noted, s.kept = b.position.String(), time.Now()
	s.applied(b)
	return nil
}

// idle takes in how far the source is. The destination is told of that from time to time only.
func (s *session) idle(ctx context.Context, t Transaction) error {
	s.note(func(st *Status) { st.Position, st.At = t.Position.String(), t.At })
	rests := s.w != nil && time.Since(s.changed) > s.plan.Rest
	if !rests && time.Since(s.kept) < s.plan.Keep {
		return nil
	}
	if err := s.connect(ctx); err != nil {
		return err
	}
	err := s.commit(ctx, &batch{plan: &s.plan, position: t.Position, at: t.At, transactions: 1})
	s.rest()
	return err
}
