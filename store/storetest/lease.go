package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"shunt/store"
)

const ttl = 2 * time.Second

func lease(t *testing.T, s store.Store) store.Lease {
	t.Helper()
	l := must[store.Lease](t)(s.Lease(bounded(t), ttl))
	if l.ID() == 0 || time.Until(l.Until()) < ttl/2 {
		t.Errorf("lease %d lasts until %v", l.ID(), l.Until())
	}
	select {
	case <-l.Lost():
		t.Error("a new lease is lost")
	default:
	}
	return l
}

// awaitDeleted watches for the end of a key.
func awaitDeleted(t *testing.T, s store.Store, prefix, want string, after store.Revision) {
	t.Helper()
	for changes, err := range s.Watch(bounded(t), prefix, after) {
		if err != nil {
			t.Fatal(err)
		}
		if got := told(changes, prefix); got != want {
			t.Errorf("told was %q, want %q", got, want)
		}
		return
	}
}

func awaitLost(t *testing.T, l store.Lease) {
	t.Helper()
	select {
	case <-l.Lost():
	case <-time.After(bound):
		t.Fatal("nobody said that the lease is lost")
	}
	if l.Until().After(time.Now()) {
		t.Error("a lost lease is held until", l.Until())
	}
}

func releases(t *testing.T, w World) {
	s, other := w.Open(), w.Open()
	l := lease(t, s)
	commit(t, s, store.PutLeased(w.Prefix+"a", []byte("1"), l), store.PutLeased(w.Prefix+"b", nil, l), put(w.Prefix+"c", 1))
	if i := get(t, other, w.Prefix+"a"); i.Lease != l.ID() {
		t.Errorf("the key lives by lease %d, want %d", i.Lease, l.ID())
	}
	at := commit(t, s, put(w.Prefix+"b", 1)) // no longer tied
	if err := l.Release(bounded(t)); err != nil {
		t.Fatal(err)
	}
	awaitLost(t, l)
	awaitDeleted(t, other, w.Prefix, "-a", at)
	if !get(t, s, w.Prefix+"b").Exists() || !get(t, s, w.Prefix+"c").Exists() {
		t.Error("keys that were not tied to the lease are gone")
	}
	if err := l.Release(bounded(t)); err != nil {
		t.Errorf("a second release: %v", err)
	}
}

func keptAlive(t *testing.T, w World) {
	s := w.Open()
	l := lease(t, s)
	at := commit(t, s, store.PutLeased(w.Prefix+"a", nil, l))
	ctx, cancel := context.WithTimeout(t.Context(), 2*ttl)
	defer cancel()
	for changes, err := range s.Watch(ctx, w.Prefix, at) {
		if err == nil {
			t.Fatalf("the key of a living lease changed: %+v", changes)
		}
	}
	if !l.Until().After(time.Now()) || !get(t, s, w.Prefix+"a").Exists() {
		t.Error("the lease was not kept alive")
	}
}

func deaths(t *testing.T, w World) {
	s, doomed := w.Open(), w.Open()
	l := lease(t, doomed)
	at := commit(t, doomed, store.PutLeased(w.Prefix+"alive", nil, l))
	w.Kill(doomed)
	awaitLost(t, l)
	if !get(t, s, w.Prefix+"alive").Exists() {
		t.Log("the lease ended before its time could be looked at")
	}
	awaitDeleted(t, s, w.Prefix, "-alive", at)
}

func deadLeases(t *testing.T, w World) {
	s := w.Open()
	l := lease(t, s)
	if err := l.Release(bounded(t)); err != nil {
		t.Fatal(err)
	}
	_, err := s.Commit(bounded(t), store.Txn{Then: []store.Change{put(w.Prefix+"a", 1), store.PutLeased(w.Prefix+"b", nil, l)}})
	wantError(t, err, store.ErrLeaseLost)
	if get(t, s, w.Prefix+"a").Exists() || get(t, s, w.Prefix+"b").Exists() {
		t.Error("half of the transaction was done")
	}
}

func ends(t *testing.T, w World) {
	s := w.Open()
	reason := errors.New("no more time")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	for name, call := range map[string]func() error{
		"Get":    func() error { _, err := s.Get(ctx, w.Prefix); return err },
		"List":   func() error { _, err := s.List(ctx, store.Range{}); return err },
		"Commit": func() error { _, err := s.Commit(ctx, store.Txn{Then: []store.Change{put(w.Prefix, 1)}}); return err },
		"Lease":  func() error { _, err := s.Lease(ctx, ttl); return err },
	} {
		if err := call(); !errors.Is(err, store.ErrUnavailable) || !errors.Is(err, reason) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
