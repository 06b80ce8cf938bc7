package move

import (
	"context"
	"errors"
	"fmt"
	"time"

	"shunt/backend/point"
	"shunt/sharding/move/accounts"
	"shunt/sharding/move/guard"
	"shunt/sharding/move/objects"
)

// What comes after the decision, and what takes a switch or a move back that was not decided.

// open gives the accounts their rights on the target. Nobody has written there before, so the way back begins at its position of now. A source that has died does not
// keep the target closed: then there is no way back.
func (r *run) open(ctx context.Context) error {
	ctx, cancel := whileHeld(ctx)
	defer cancel()
	to, err := r.at(ctx, r.To)
	if err != nil {
		return err
	}
	if err := r.noteOrigin(ctx, to); err != nil {
		return err
	}
	if err := r.turnBack(ctx); err != nil {
		r.log.Error("there is no way back for a unit: its old home cannot be asked", "cluster", r.From, "error", err)
		if err := r.save(ctx, func(m *Move) {
			m.Stranded = "cluster " + m.From + " could not be asked when the unit switched: " + err.Error()
		}); err != nil {
			return err
		}
	}
	if err := guard.Enter(ctx, to.Conn(), r.Name(), r.token(), guard.Open, r.Epoch); err != nil {
		return err
	}
	if err := r.openTables(ctx, to, r.To); err != nil {
		return err
	}
	if err := r.openTo(ctx, to, r.To, append(append([]string{}, r.Uncover...), r.Open...)); err != nil {
		return err
	}
	r.mark("open")
	if err := r.stop("rights given"); err != nil {
		return err
	}
	return r.save(ctx, func(m *Move) { m.Uncover = nil; m.enter(Opened, r.now()) })
}

// noteOrigin writes down where the way back begins, and since which revision of the store the map names the target.
func (r *run) noteOrigin(ctx context.Context, to *held) error {
	if r.Origin != "" {
		return nil
	}
	at, err := point.Read(ctx, to.Conn(), to.endpoint.Address)
	if err != nil {
		return err
	}
	origin := at.GTID
	if r.begin != "" {
		if origin, err = r.startOf(to, at.GTID, r.begin); err != nil {
			return err
		}
	}
	home, err := r.store.Get(ctx, r.homeKey())
	if err != nil {
		return err
	}
	return r.save(ctx, func(m *Move) { m.Origin, m.Decided = origin, home.Revision })
}

// turnBound is how long the old home may take to be made the follower.
const turnBound = 2 * time.Second

// turnBack makes the old home the one that changes are applied on.
func (r *run) turnBack(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, turnBound)
	defer cancel()
	from, err := r.at(ctx, r.From)
	if err != nil {
		return err
	}
	if err := guard.Enter(ctx, from.Conn(), r.Name(), r.token(), guard.Reverse, r.Epoch); err != nil {
		return err
	}
	return guard.Start(ctx, from.Conn(), r.Name(), r.token(), guard.Reverse, stream(r.To), r.Origin)
}

// replicaBound is how long replicas are waited for that do not have the accounts' rights yet.
const replicaBound = 2 * time.Second

// openTo gives accounts their rights on a cluster: its replicas have them, too, before statements go on.
func (r *run) openTo(ctx context.Context, h *held, cluster string, statements []string) error {
	if err := accounts.Open(ctx, h.Conn(), statements); err != nil {
		return fmt.Errorf("cluster %s: %w", cluster, err)
	}
	at, err := point.Read(ctx, h.Conn(), h.endpoint.Address)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, replicaBound)
	defer cancel()
	if err := r.engine.deps.Replicated(ctx, cluster, at.GTID); err != nil {
		r.log.Warn("accounts have their rights, but not on all replicas yet", "cluster", cluster, "error", err)
	}
	return nil
}

// release lets statements go on, on the map that names the target.
func (r *run) release(ctx context.Context) error {
	ctx, cancel := whileHeld(ctx)
	defer cancel()
	closing := r.closing(r.drain())
	closing.Release = r.Decided
	renew, err := closing.Renew()
	if err != nil {
		return err
	}
	err = r.save(ctx, func(m *Move) {
		m.Pause, m.Held = r.now().Sub(m.Held), time.Time{}
		m.Tries, m.Class, m.Problem = 0, "", ""
		m.Wish = Nothing
		m.Epoch++
		m.owe(r.engine.archive != nil)
		m.enter(Reversible, r.now())
	}, renew)
	if err == nil {
		r.deadline = time.Time{}
		r.stopApplying()                    // it has come to its end
		r.changed = changed{complete: true} // both sides were alike just now
		r.mark("release")
		r.tidy(ctx, r.To)
		r.log.Info("a unit has a new home", append([]any{"from", r.From, "to", r.To, "pause", r.Pause}, r.marks...)...)
	}
	return err
}

// follow has the old home follow the new one, until an operator wants something else.
func (r *run) follow(ctx context.Context) error {
	if r.HoldID != "" && r.now().Sub(r.Since) > clearAfter { // every proxy has let go by now
		if err := r.save(ctx, func(m *Move) { m.HoldID = "" }, r.closing(0).End()); err != nil {
			return err
		}
	}
	settled, err := r.keep(ctx)
	if err != nil {
		return err
	}
	if settled && r.Stranded == "" {
		if err := r.followBack(ctx); err != nil {
			return err
		}
	}
	if err := r.repose(ctx, settled); err != nil {
		return err
	}
	if !settled {
		return nil // the dump comes first
	}
	if r.Wish == Rollback && r.Tries > 0 && r.now().Sub(r.Since) < backoff(r.Tries) {
		return nil
	}
	if r.Wish != Nothing && !r.mayBegin(ctx) {
		return nil
	}
	switch r.Wish {
	case Rollback:
		return r.save(ctx, func(m *Move) {
			m.From, m.To, m.Back, m.Wish = m.To, m.From, !m.Back, Nothing
			m.enter(Ready, r.now())
		})
	case Finish, FinishForced:
		return r.save(ctx, func(m *Move) { m.Wish = Nothing; m.enter(Retiring, r.now()) })
	case Nothing:
	}
	return nil
}

// repose waits until there may be something to do. There may be thousands of moves that have switched, and nothing happens to them for days: they keep no connection, and the store
// is asked when it says that a record has changed, and else rarely.
func (r *run) repose(ctx context.Context, settled bool) error {
	wait := look
	if a := r.applying; a != nil && settled && r.Wish == Nothing && r.HoldID == "" {
		a.pace(calmPace)
		r.drop(r.From)
		r.drop(r.To)
		wait = longLook
	}
	var ended chan struct{}
	if r.applying != nil {
		ended = r.applying.ended
	}
	select {
	case <-ctx.Done():
	case <-ended:
	case <-r.woken:
	case <-r.halt:
	case <-time.After(wait):
	}
	return r.renew(ctx)
}

const (
	// longLook is how often a move is looked at that nothing was heard of.
	longLook = 30 * time.Second
	// calmPace is how often it is heard how far an old home is.
	calmPace = 5 * time.Second
)

// clearAfter is when the entry of a hold is taken away that has been released.
const clearAfter = 5 * time.Second

// followBack has the changes of the new home applied on the old one, where triggers and events would do theirs once more.
func (r *run) followBack(ctx context.Context) error {
	if r.applying == nil && !r.still {
		from, err := r.at(ctx, r.From)
		if err != nil {
			return err
		}
		if err := r.quiet(ctx, from); err != nil {
			return err
		}
		r.still = true
	}
	a, err := r.apply(ctx, r.To, r.From, guard.Reverse)
	if err != nil {
		return err
	}
	if err := a.failure(); err != nil {
		r.stopApplying()
		r.log.Error("there is no way back for a unit any more", "error", err)
		return r.save(ctx, func(m *Move) { m.Stranded = err.Error() })
	}
	return nil
}

// quiet drops triggers and events of the unit on a server that is not its home.
func (r *run) quiet(ctx context.Context, h *held) error {
	u := r.hidden()
	o, err := objects.Read(ctx, h.Conn(), u)
	if errors.Is(err, objects.ErrNoDatabase) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, p := range append(o.Triggers, o.Events...) {
		if _, err := h.Script(ctx, "DROP "+p.Kind+" IF EXISTS "+u.Program(p.Name)); err != nil {
			return err
		}
	}
	return nil
}

// retire drops what is left on the old home.
func (r *run) retire(ctx context.Context) error {
	r.stopApplying()
	from, err := r.at(ctx, r.From)
	if err != nil {
		return err
	}
	if err := r.clear(ctx, from, r.From); err != nil {
		return err
	}
	return r.save(ctx, func(m *Move) { m.enter(Done, r.now()) }, r.closing(0).End())
}

// reopen opens the source again after a switch that was given up, and lets statements go on there. The target is not needed for that: it may be what has died.
func (r *run) reopen(ctx context.Context) error {
	ctx, cancel := whileHeld(ctx)
	defer cancel()
	if !r.Held.IsZero() {
		if err := r.openSource(ctx); err != nil {
			return err
		}
	}
	r.stopApplying()
	to, err := r.at(ctx, r.To)
	if err != nil {
		return err
	}
	if err := r.quiet(ctx, to); err != nil { // those that were made for the switch
		return err
	}
	if err := guard.Enter(ctx, to.Conn(), r.Name(), r.token(), r.phase(), r.Epoch+1); err != nil {
		return err
	}
	return r.save(ctx, func(m *Move) {
		m.Epoch++
		m.Tries++
		switch {
		case m.Switches > 0:
			m.From, m.To, m.Back = m.To, m.From, !m.Back
			if m.Wish = Rollback; m.Tries > r.engine.config.Tries { // it was ordered, and is tried again for a while
				m.Wish = Nothing
			}
			m.enter(Reversible, r.now())
		case m.Tries > r.engine.config.Tries || m.Class == "diverged" || m.Wish == Rollback:
			m.enter(Aborting, r.now())
		default:
			m.enter(Catchup, r.now())
		}
	})
}

// openSource gives the accounts their rights on the source again, and lets statements go on there.
func (r *run) openSource(ctx context.Context) error {
	from, err := r.at(ctx, r.From)
	if err != nil {
		return err
	}
	if err := r.openTables(ctx, from, r.From); err != nil {
		return err
	}
	if len(r.Reopen) > 0 || r.Module != "" {
		if err := r.openTo(ctx, from, r.From, r.Reopen); err != nil {
			return err
		}
	}
	if err := r.save(ctx, func(m *Move) { m.Held, m.HoldID, m.Reopen, m.Open = time.Time{}, "", nil, nil }, r.closing(0).End()); err != nil {
		return err
	}
	r.deadline = time.Time{}
	r.tidy(ctx, r.From)
	return nil
}

// abort takes back what a move has made before its switch.
func (r *run) abort(ctx context.Context) error {
	r.stopApplying()
	if r.Attempt > 0 {
		to, err := r.at(ctx, r.To)
		if err != nil {
			return err
		}
		if err := guard.Enter(ctx, to.Conn(), r.Name(), r.token(), guard.Abort, r.Epoch); err != nil {
			return err
		}
		if err := r.clear(ctx, to, r.To); err != nil {
			return err
		}
		if err := accounts.Open(ctx, to.Conn(), r.Uncover); err != nil { // patterns of the target that fit the database are as they were
			return err
		}
	}
	return r.save(ctx, func(m *Move) { m.Wish = Nothing; m.enter(Aborted, r.now()) })
}
