package etcdstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"shunt/store"
)

func commitTo(t *testing.T, s *Store, changes ...store.Change) store.Revision {
	t.Helper()
	at, err := s.Commit(t.Context(), store.Txn{Then: changes})
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// next is what a watch tells next.
type next struct {
	changes store.Changes
	err     error
}

func watching(t *testing.T, s *Store, after store.Revision) <-chan next {
	told := make(chan next, 100)
	go func() {
		defer close(told)
		for changes, err := range s.Watch(t.Context(), "", after) {
			told <- next{changes, err}
		}
	}()
	return told
}

func TestAClientGoesOnAfterItsServerWasRestarted(t *testing.T) {
	t.Parallel()
	folder := folderFor(t)
	server, stop := running(t, store.Config{Embedded: folder})
	client, _ := running(t, store.Config{Etcd: socket(server)})
	told := watching(t, client, commitTo(t, client, store.Put("a", nil)))
	stop()

	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := client.Get(short, "a"); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("a request while there is no server: %v", err)
	}
	if status := client.Status(short); status.Healthy || status.Problem == "" {
		t.Errorf("the status while there is no server: %+v", status)
	}

	server, _ = running(t, store.Config{Embedded: folder})
	commitTo(t, server, store.Put("b", nil))
	if got := <-told; got.err != nil || got.changes.Items[0].Key != "b" {
		t.Errorf("told was %+v", got)
	}
	if _, err := client.Get(t.Context(), "a"); err != nil {
		t.Error(err)
	}
}

// TestAStoreThatWasReplacedIsListedAnew has a server lose its folder while nobody but the client remembers what was in it.
func TestAStoreThatWasReplacedIsListedAnew(t *testing.T) {
	t.Parallel()
	folder := folderFor(t)
	server, stop := running(t, store.Config{Embedded: folder})
	client, _ := running(t, store.Config{Etcd: socket(server)})
	var at store.Revision
	for range 10 {
		at = commitTo(t, client, store.Put("a", nil))
	}
	l, err := client.Lease(t.Context(), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	client.look(t.Context(), mustEngine(t, client))
	told := watching(t, client, at)
	stop()
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	running(t, store.Config{Embedded: folder})
	if got := <-told; !errors.Is(got.err, store.ErrCompacted) {
		t.Errorf("the watch was told %+v", got)
	}
	<-l.Lost()
}

func TestAnotherStoreIsKnownByItsIDOrItsRevision(t *testing.T) {
	var h health
	for _, step := range []struct {
		cluster  uint64
		revision store.Revision
		another  bool
	}{
		{1, 100, false}, // the first that is seen
		{1, 100, false},
		{1, 120, false},
		{1, 119, true}, // restored from a backup
		{1, 119, false},
		{2, 500, true}, // made anew
		{2, 500, false},
	} {
		if got := h.seen(step.cluster, step.revision); got != step.another {
			t.Errorf("cluster %d at revision %d is another one: %v", step.cluster, step.revision, got)
		}
	}
}

func mustEngine(t *testing.T, s *Store) *engine {
	t.Helper()
	e, err := s.current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestAFullStoreTakesDeletionsAndGetsWellAgain(t *testing.T) {
	t.Parallel()
	s, _ := running(t, store.Config{Embedded: folderFor(t), Quota: 16 << 20})
	value := bytes.Repeat([]byte("x"), 512<<10)
	var err error
	written := 0
	for ; err == nil && written < 100; written++ {
		_, err = s.Commit(t.Context(), store.Txn{Then: []store.Change{store.Put(fmt.Sprint(written), value)}})
	}
	if !errors.Is(err, store.ErrRefused) {
		t.Fatalf("after %d values of 512 KiB in 16 MiB: %v", written, err)
	}
	if status := s.Status(t.Context()); status.Problem == "" {
		t.Errorf("a full store says %+v", status)
	}
	for i := range written {
		commitTo(t, s, store.Delete(fmt.Sprint(i)))
	}
	s.clean(t.Context(), mustEngine(t, s)) // as happens every minute
	commitTo(t, s, store.Put("again", value))
	if status := s.Status(t.Context()); status.Problem != "" || status.Bytes > 8<<20 {
		t.Errorf("after the deletions it says %+v", status)
	}
}

func TestAFolderThatCannotBeUsedIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(store.Config{Embedded: filepath.Join(file, "data")}, logTo(t)); !errors.Is(err, ErrNoFolder) {
		t.Errorf("a folder that cannot be made: %v", err)
	}
	folder := filepath.Join(t.TempDir(), "data")
	if err := os.MkdirAll(filepath.Join(folder, "etcd"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(folder, "lock"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := New(store.Config{Embedded: folder}, logTo(t)); !errors.Is(err, ErrFolder) || errors.Is(err, ErrNoFolder) {
		t.Errorf("a folder that has been used and now cannot be: %v", err)
	}
	s, err := New(store.Config{Embedded: t.TempDir()}, logTo(t))
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := s.Get(t.Context(), "a"); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("a closed store: %v", err)
	}
	again, err := New(store.Config{Embedded: s.folder.path}, logTo(t))
	if err != nil {
		t.Fatalf("a folder that was given back: %v", err)
	}
	again.Close()
}

// TestNothingRunsAfterRun also has a lease and a watch that nobody ended.
func TestNothingRunsAfterRun(t *testing.T) {
	t.Parallel()
	s, stop := running(t, store.Config{Embedded: folderFor(t)})
	told := watching(t, s, commitTo(t, s, store.Put("a", nil)))
	l, err := s.Lease(t.Context(), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	until := l.Until()
	stop()
	select {
	case <-l.Lost():
	default:
		t.Error("the store has ended, and nobody told who holds a lease")
	}
	if time.Now().After(until) {
		t.Error("the store's end waited for a lease to run out")
	}
	if got := <-told; !errors.Is(got.err, store.ErrUnavailable) {
		t.Errorf("a watch of a store that has ended was told %+v", got)
	}
	if _, err := os.Stat(filepath.Join(s.folder.etcd(), "socket")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its socket is still there: %v", err)
	}
}
