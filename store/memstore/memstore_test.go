package memstore_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"shunt/store"
	"shunt/store/memstore"
	"shunt/store/storetest"
)

func TestMemstorePassesTheSuite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.World {
		m := memstore.New()
		return storetest.World{
			Prefix: "fleet/", Compact: m.Compact,
			Open: func() store.Store {
				s := m.Open()
				t.Cleanup(s.Close)
				return s
			},
			Kill: func(s store.Store) { s.(*memstore.Store).Close() },
		}
	})
}

func TestALeaseRunsOutWhileItsHolderIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New()
		holder, other := m.Open(), m.Open()
		l, err := holder.Lease(t.Context(), 10*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := holder.Commit(t.Context(), store.Txn{Then: []store.Change{store.PutLeased("alive", nil, l)}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if i, _ := other.Get(t.Context(), "alive"); !i.Exists() {
			t.Fatal("the lease was not kept alive")
		}
		holder.Disconnect()
		cut := time.Now()
		<-l.Lost()
		if lasted := time.Since(cut); lasted > 10*time.Second || lasted < 6*time.Second {
			t.Errorf("the holder heard it after %v", lasted)
		}
		synctest.Wait()
		if i, _ := other.Get(t.Context(), "alive"); i.Exists() {
			t.Error("the key outlived its lease")
		}
		holder.Reconnect()
		_, err = holder.Commit(t.Context(), store.Txn{Then: []store.Change{store.PutLeased("alive", nil, l)}})
		if !errors.Is(err, store.ErrLeaseLost) {
			t.Errorf("a key on a lost lease: %v", err)
		}
	})
}

func TestWhoIsCutOffWaitsAndThenHearsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New()
		cut, other := m.Open(), m.Open()
		cut.Disconnect()
		var told []string
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			for changes, err := range cut.Watch(ctx, "", 1) {
				if err != nil {
					ended <- err
					return
				}
				told = append(told, fmt.Sprint(changes.Revision, changes.Items[0].Key))
			}
		}()
		for _, key := range []string{"a", "b"} {
			if _, err := other.Commit(t.Context(), store.Txn{Then: []store.Change{store.Put(key, nil)}}); err != nil {
				t.Fatal(err)
			}
		}
		short, done := context.WithTimeout(t.Context(), time.Second)
		defer done()
		if _, err := cut.Get(short, "a"); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("a request of who is cut off: %v", err)
		}
		synctest.Wait()
		if len(told) > 0 {
			t.Errorf("who is cut off was told %q", told)
		}
		cut.Reconnect()
		synctest.Wait()
		if fmt.Sprint(told) != "[2a 3b]" {
			t.Errorf("after that it was told %q", told)
		}
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

func TestHistoryIsBounded(t *testing.T) {
	s := memstore.New().Open()
	for i := range 30000 {
		if _, err := s.Commit(t.Context(), store.Txn{Then: []store.Change{store.Put("a", fmt.Append(nil, i))}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range s.Watch(t.Context(), "", 2) {
		if !errors.Is(err, store.ErrCompacted) {
			t.Errorf("the oldest history: %v", err)
		}
	}
	for changes, err := range s.Watch(t.Context(), "", 25000) {
		if err != nil || changes.Revision != 25001 {
			t.Errorf("newer history: %+v, %v", changes, err)
		}
		break
	}
}
