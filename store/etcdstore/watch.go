package etcdstore

import (
	"context"
	"errors"
	"fmt"
	"iter"

	clientv3 "go.etcd.io/etcd/client/v3"

	"shunt/store"
)

// errAgain ends one watch of etcd's, and asks for another from where it was.
var errAgain = errors.New("watch again")

// errStopped ends a watch because its caller wants no more.
var errStopped = errors.New("the caller has stopped")

// Watch gives the changes after a revision. etcd's client goes on by itself after a lost connection; what it does not go on with is
// taken up again here.
func (s *Store) Watch(ctx context.Context, prefix string, after store.Revision) iter.Seq2[store.Changes, error] {
	return func(yield func(store.Changes, error) bool) {
		s.metrics.watches.Inc()
		defer s.metrics.watches.Dec()
		w := &watch{store: s, prefix: s.key(prefix), after: after, yield: yield}
		for {
			err := w.follow(ctx)
			switch {
			case errors.Is(err, errStopped):
				return
			case ctx.Err() != nil:
				yield(store.Changes{}, context.Cause(ctx))
				return
			case !errors.Is(err, errAgain):
				yield(store.Changes{}, err)
				return
			}
			if errors.Is(err, errNoPulse) {
				s.doubt()
			}
			if !w.mute { // while the store is away it is not said each time
				s.log.Info("a watch of the store is taken up again", "prefix", prefix, "after", w.after, "error", err)
				w.mute = true
			}
			s.metrics.restarts.Inc()
			sleep(ctx, firstPause)
		}
	}
}

type watch struct {
	store  *Store
	prefix string
	after  store.Revision // all up to it has been told
	yield  func(store.Changes, error) bool
	mute   bool // nothing was heard since it was last said that something is wrong
}

// follow tells what one watch of etcd's has.
func (w *watch) follow(ctx context.Context) error {
	e, err := w.store.current(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(e.ctx, func() { cancel(errAgain) })()
	known := w.store.known()
	defer context.AfterFunc(known, func() { cancel(context.Cause(known)) })()
	at := clientv3.WithRequireLeader(ownStream(ctx))
	began := w.store.beginning(cancel)
	answers := e.client.Watch(at, w.prefix, clientv3.WithPrefix(), clientv3.WithRev(int64(w.after)+1), clientv3.WithCreatedNotify(), clientv3.WithProgressNotify())
	began()
	pulse := w.store.pulse()
	defer pulse.stop()
	for {
		select {
		case answer, more := <-answers:
			if !more {
				if cause := context.Cause(ctx); cause != nil {
					return cause
				}
				return errAgain
			}
			if err := w.take(ctx, answer); err != nil {
				return err
			}
			pulse.felt()
		case <-pulse.due:
			if err := pulse.ask(at, e.client); err != nil {
				return err
			}
		}
	}
}

func (w *watch) take(ctx context.Context, answer clientv3.WatchResponse) error {
	if err := answer.Err(); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		if err = w.store.translate(ctx, err); errors.Is(err, store.ErrCompacted) || errors.Is(err, store.ErrRefused) {
			return err
		}
		return fmt.Errorf("%w: %w", errAgain, err)
	}
	w.mute = false
	at := store.Revision(answer.Header.Revision)
	switch {
	case at < w.after: // it was restored from a backup, or is another one: what it says of later revisions is not what we knew
		return store.ErrCompacted
	case answer.IsProgressNotify():
		w.after = at
	}
	return w.tell(answer.Events)
}

// tell hands on events, those of one revision together. etcd does not spread a revision over several answers.
func (w *watch) tell(events []*clientv3.Event) error {
	for len(events) > 0 {
		changes := store.Changes{Revision: store.Revision(events[0].Kv.ModRevision)}
		for len(events) > 0 && store.Revision(events[0].Kv.ModRevision) == changes.Revision {
			item := w.store.item(events[0].Kv)
			item.Deleted = events[0].Type == clientv3.EventTypeDelete
			changes.Items = append(changes.Items, item)
			events = events[1:]
		}
		if w.after = changes.Revision; !w.yield(changes, nil) {
			return errStopped
		}
	}
	return nil
}

// known ends when the store turns out to be another one than before.
func (s *Store) known() context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.watching
}
