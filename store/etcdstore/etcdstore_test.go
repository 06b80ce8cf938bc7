package etcdstore

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	clientv3 "go.etcd.io/etcd/client/v3"

	"shunt/store"
	"shunt/store/storetest"
)

// logTo writes the log to a test's output.
func logTo(t *testing.T) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelInfo}))
}

// running is a store that works until stop is called, or the test ends.
func running(t *testing.T, c store.Config) (s *Store, stop func()) {
	t.Helper()
	s, err := New(c, logTo(t))
	if err != nil {
		t.Fatal(err)
	}
	stop = runUntil(s)
	t.Cleanup(stop)
	return s, stop
}

// runUntil runs a store until the function that it gives is called, once or more often.
func runUntil(s *Store) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = s.Run(ctx) // it has no errors of its own
	}()
	return func() {
		cancel()
		<-ended
	}
}

// socket is the address at which an embedded store serves others.
func socket(s *Store) []string { return []string{"unix://" + filepath.Join(s.folder.etcd(), "socket")} }

// folderFor is short enough for a socket in it.
func folderFor(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "d")
	if len(folder)+len("/etcd/socket") >= longestSocket {
		t.Fatalf("the path of the temporary folder is too long for a unix socket: %s; set TMPDIR to a shorter one", folder)
	}
	return folder
}

// TestEtcdstorePassesTheSuite has the first client of each test in the process of etcd, and the others connect to it as to a cluster.
func TestEtcdstorePassesTheSuite(t *testing.T) {
	t.Parallel()
	server, _ := running(t, store.Config{Embedded: folderFor(t)})
	storetest.Run(t, func(t *testing.T) storetest.World {
		stops := map[store.Store]func(){}
		opened := 0
		return storetest.World{
			Prefix: strings.ToLower(t.Name()) + "/",
			Open: func() store.Store {
				if opened++; opened == 1 {
					return server
				}
				s, stop := running(t, store.Config{Etcd: socket(server)})
				stops[s] = stop
				return s
			},
			Kill: func(s store.Store) { stops[s]() },
			Compact: func(before store.Revision) {
				e, err := server.current(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if _, err := e.client.Compact(t.Context(), int64(before), clientv3.WithCompactPhysical()); err != nil {
					t.Fatal(err)
				}
			},
		}
	})
}
