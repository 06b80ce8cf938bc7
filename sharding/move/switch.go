package move

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"shunt/backend/point"
	"shunt/sharding/move/accounts"
	"shunt/sharding/move/guard"
	"shunt/sharding/move/objects"
	"shunt/sharding/move/tombstone"
	"shunt/sharding/pause"
	"shunt/store"
	"shunt/store/ledger"
)

// The steps of a switch. All of what can be known before statements are held is found out before: each look that is made while they wait costs applications a moment.

// ready waits for its turn, and holds the unit's statements.
func (r *run) ready(ctx context.Context) error {
	if err := r.follows(ctx, near); err != nil {
		return err
	}
	if wait := backoff(r.Tries) - r.now().Sub(r.Since); r.Tries > 0 && wait > 0 {
		r.rest(ctx, wait)
		return r.renew(ctx)
	}
	free, err := r.turn(ctx)
	if err != nil {
		return err
	}
	defer free()
	from, to, err := r.both(ctx)
	if err != nil {
		return err
	}
	if r.rights, err = r.makeAccounts(ctx, from, to); err != nil { // those that have come since, too
		return err
	}
	r.reserve(ctx, to.endpoint)
	if r.begin, err = r.beforePrepared(ctx, to); err != nil {
		return err
	}
	if r.Module != "" {
		if err := tombstone.Prepare(ctx, from.Conn(), r.unit()); err != nil {
			return err
		}
	}
	return r.hold(ctx)
}

// backoff is how long to wait after switches that were given up.
func backoff(tries int) time.Duration {
	return min(time.Duration(tries)*time.Duration(tries)*time.Second, time.Minute)
}

// hold begins the hold, and goes through the switch at once.
func (r *run) hold(ctx context.Context) error {
	now := r.now()
	closing := r.closing(r.drain())
	closing.ID, closing.At = rand.Text(), now
	demands, begin, err := closing.Begin(ctx, r.store, r.HoldID)
	if err != nil {
		return err
	}
	r.deadline = now.Add(r.engine.config.Pause)
	r.marks, r.marked = nil, time.Now()
	err = r.commit(ctx, func(m *Move) {
		m.HoldID, m.Held, m.Stranded = closing.ID, now, ""
		m.Reopen, m.Open, m.Marker, m.Origin, m.Decided = nil, nil, "", "", 0
		m.enter(Hold, now)
	}, demands, begin)
	if errors.Is(err, store.ErrConflict) {
		r.rest(ctx, time.Second)
		return fmt.Errorf("its writes are paused by somebody: %w", err)
	}
	for err == nil && (r.State == Hold || r.State == Gated || r.State == CaughtUp) {
		if err = r.switching(ctx); err != nil {
			err = r.fall(ctx, err)
		}
	}
	if err == nil && r.State == Committed {
		err = r.open(ctx)
	}
	if err == nil && r.State == Opened {
		err = r.release(ctx)
	}
	return err
}

// drain is how long transactions may take to their ends: the rest of the time is for what comes after.
func (r *run) drain() time.Duration { return r.engine.config.Pause / 2 }

// awaitHolds returns when all proxies hold.
func (r *run) awaitHolds(ctx context.Context) error {
	if err := r.engine.deps.Pauses.AwaitClosed(ctx, r.closing(r.drain())); err != nil {
		if errors.Is(err, pause.ErrRefused) {
			return &failure{"clients", err}
		}
		return err
	}
	r.mark("hold")
	return r.save(ctx, func(m *Move) { m.enter(Gated, r.now()) })
}

// gate closes the source, and writes the last event there.
func (r *run) gate(ctx context.Context) error {
	from, err := r.at(ctx, r.From)
	if err != nil {
		return err
	}
	shut := r.closeRights
	if r.Module != "" {
		shut = r.closeTables
	}
	if err := shut(ctx, from); err != nil {
		return err
	}
	// Nobody can prepare any more what is about the unit: what is prepared now is decided, whosever it is.
	if _, err := point.AwaitPrepared(ctx, from.Conn(), point.AnyFormat); err != nil {
		return &failure{"prepared transactions", err}
	}
	r.mark("gate")
	if err := r.stop("gate closed"); err != nil {
		return err
	}
	marker, err := guard.Mark(ctx, from.Conn(), r.Name(), r.token(), guard.Open, r.Epoch)
	if err != nil {
		return err
	}
	return r.save(ctx, func(m *Move) { m.Marker = marker; m.enter(CaughtUp, r.now()) })
}

// closeRights is the gate of a database on its home.
func (r *run) closeRights(ctx context.Context, from *held) error {
	_, err := accounts.Close(ctx, from.Conn(), r.unit(), accounts.Closing{
		Earlier: r.Reopen, Spare: []string{from.endpoint.User}, Foreign: func(string) bool { return true },
		Persist: func(statements []string) error {
			return r.save(ctx, func(m *Move) {
				m.Reopen = statements
				m.Open = append(append([]string{}, r.rights...), events(statements)...)
			})
		},
	})
	if err != nil {
		return failed("gate", "cluster %s: %w", r.From, err)
	}
	left, _, err := accounts.State(ctx, from.Conn(), r.unit(), []string{from.endpoint.User}) // the server's word counts, not what it was told
	if err != nil {
		return err
	}
	if len(left) > 0 {
		return failed("gate", "cluster %s: it is not closed: %s", r.From, left[0])
	}
	return nil
}

// events are those of the statements that enable events: they do on the target, too.
func events(statements []string) (list []string) {
	for _, sql := range statements {
		if strings.HasPrefix(sql, "ALTER ") {
			list = append(list, sql)
		}
	}
	return list
}

// catchUpAndCommit applies up to the last event, compares, seals, and decides.
func (r *run) catchUpAndCommit(ctx context.Context) error {
	a := r.applying
	if a == nil {
		return errors.New("nothing applies the changes")
	}
	select {
	case <-a.ended:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if a.err != nil {
		return &failure{"applying", a.err}
	}
	r.mark("apply")
	from, to, err := r.both(ctx)
	if err != nil {
		return err
	}
	if err := r.compare(ctx, from, to); err != nil {
		return err
	}
	r.mark("compare")
	if err := r.complete(ctx, from, to); err != nil {
		return err
	}
	r.mark("complete")
	if err := r.decide(ctx); err != nil {
		return err
	}
	r.mark("decide")
	return nil
}

// complete makes on the target what must not work while rows are applied, and seals it.
func (r *run) complete(ctx context.Context, from, to *held) error {
	u := r.hidden() // on both sides
	source, err := objects.Read(ctx, from.Conn(), u)
	if err != nil {
		return err
	}
	r.still = len(source.Triggers)+len(source.Events) == 0
	for _, make := range []func() error{
		func() error { return objects.SetCounters(ctx, to.Conn(), source) },
		func() error { return objects.CreateTriggers(ctx, to.Conn(), source) },
		func() error { return objects.CreateEvents(ctx, to.Conn(), source) },
	} {
		if err := make(); err != nil {
			return failed("definitions", "cluster %s: %w", r.To, err)
		}
	}
	target, err := objects.Read(ctx, to.Conn(), u)
	if err != nil {
		return err
	}
	if differences := objects.Compare(source, target); len(differences) > 0 {
		return failed("definitions", "%s", differences[0])
	}
	if err := guard.Enter(ctx, to.Conn(), r.Name(), r.token(), guard.Sealed, r.Epoch); err != nil {
		return err
	}
	at, err := point.Read(ctx, to.Conn(), to.endpoint.Address)
	if err != nil {
		return err
	}
	r.mark("seal")
	if err := r.stop("sealed"); err != nil {
		return err
	}
	return r.engine.deps.Replicated(ctx, r.To, at.GTID)
}

// decide is the point of no return: the map names the target, if everything is still as the switch left it.
func (r *run) decide(ctx context.Context) error {
	next := r.Move.clone()
	next.Switches++
	next.enter(Committed, r.now())
	put, err := store.PutJSON(r.key(), next)
	if err != nil {
		return err
	}
	_, err = r.engine.deps.Ledger.Do(ctx, ledger.Order{
		Who: r.Who, What: r.order(), Key: r.homeKey(),
		Decide: func(_ context.Context, before string) (string, error) {
			ours, err := r.homeEntry(r.From)
			if err == nil && before != ours {
				err = fmt.Errorf("its home was changed to %s meanwhile", before)
			}
			if err != nil {
				return "", err
			}
			return r.homeEntry(r.To)
		},
		If: r.conditions(), Then: []store.Change{put},
	})
	if err == nil || errors.Is(err, store.ErrUnavailable) {
		return r.decided(next, put.Value, err)
	}
	if errors.Is(err, store.ErrConflict) {
		return r.conflicting(ctx, err)
	}
	return err
}

// decided finds out what became of the decision. It must not be taken for undone unless that is known, so it is asked for as long as it takes.
func (r *run) decided(next *Move, value []byte, lost error) error {
	for {
		ctx, cancel := context.WithTimeout(context.Background(), askBound)
		item, err := r.store.Get(ctx, r.key())
		cancel()
		switch {
		case err != nil:
			r.log.Warn("the store does not tell whether a switch is decided; it is asked again", "error", err)
			sleep(context.Background(), firstRetry)
		case string(item.Value) == string(value):
			return r.put(next, value, item.Revision)
		default:
			return lost
		}
	}
}

func text(value any) (string, error) {
	b, err := json.Marshal(value)
	return string(b), err
}
