package etcdstore

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shunt/store"
)

// gate is a way to an etcd on which everything can stand still, with no error for anybody.
type gate struct {
	t        *testing.T
	address  string
	socket   string
	accepted atomic.Int64
	mu       sync.RWMutex // locked while it is shut
}

// newGate makes one that refuses connections until it is opened.
func newGate(t *testing.T, socket string) *gate {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close() // the address is what is wanted
	return &gate{t: t, address: l.Addr().String(), socket: socket}
}

func (g *gate) open() *gate {
	g.t.Helper()
	l, err := net.Listen("tcp", g.address)
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("unix", g.socket)
			if err != nil {
				_ = from.Close()
				continue
			}
			g.accepted.Add(1)
			go g.pass(from, to)
			go g.pass(to, from)
		}
	}()
	return g
}

func (g *gate) pass(from, to net.Conn) {
	defer from.Close()
	defer to.Close()
	buffer := make([]byte, 4096)
	for {
		n, err := from.Read(buffer)
		g.mu.RLock() // waits while it is shut
		_, failed := to.Write(buffer[:n])
		g.mu.RUnlock()
		if err != nil || failed != nil {
			return
		}
	}
}

// TestAMemberThatStandsStill: of two members one does not answer any more. Reading goes on with the other, a change that may have been lost is known to be so before the whole time of a request is
// over, and soon nobody asks it any more, until it answers again.
func TestAMemberThatStandsStill(t *testing.T) {
	t.Parallel()
	server, _ := running(t, store.Config{Embedded: folderFor(t)})
	path := filepath.Join(server.folder.etcd(), "socket")
	still := newGate(t, path).open()
	const timeout = 3 * time.Second
	s, _ := running(t, store.Config{Etcd: []string{"http://" + newGate(t, path).open().address, "http://" + still.address}, Timeout: timeout})
	put := func(n int) error {
		_, err := s.Commit(t.Context(), store.Txn{Then: []store.Change{store.Put(fmt.Sprint("key", n), []byte("there"))}})
		return err
	}
	for n := range 10 { // both are in use
		if err := put(n); err != nil {
			t.Fatal(err)
		}
	}
	still.mu.Lock()
	deadline := time.Now().Add(time.Minute)
	inTime := func() bool {
		if time.Now().After(deadline) {
			t.Fatal("it takes too long")
		}
		return true
	}
	for lost := false; !lost && inTime(); { // each has its turn
		began := time.Now()
		if err := put(1); err != nil {
			if lost = true; time.Since(began) >= timeout {
				t.Errorf("a change was given up after %v: %v", time.Since(began), err)
			}
		}
	}
	for range 4 {
		if item, err := s.Get(t.Context(), "key1"); err != nil || string(item.Value) != "there" {
			t.Errorf("reading: %s, %v", item.Value, err)
		}
	}
	for inARow := 0; inARow < 10 && inTime(); inARow++ { // with both in turn no two would be
		if err := put(inARow); err != nil {
			inARow = 0
		}
	}

	still.mu.Unlock()
	s.mu.Lock()
	client := s.engine.client
	s.mu.Unlock()
	for len(client.Endpoints()) < 2 && inTime() {
		time.Sleep(10 * time.Millisecond)
	}
}

// TestAWatchLeavesAMemberThatStandsStill: who watches over it, when no other could be reached, hears of changes from another one, before the connection is known to be dead.
func TestAWatchLeavesAMemberThatStandsStill(t *testing.T) {
	t.Parallel()
	server, _ := running(t, store.Config{Embedded: folderFor(t)})
	path := filepath.Join(server.folder.etcd(), "socket")
	still := newGate(t, path).open()
	all := []string{"http://" + still.address}
	var good []*gate
	for range 4 {
		g := newGate(t, path)
		good, all = append(good, g), append(all, "http://"+g.address)
	}
	s, _ := running(t, store.Config{Etcd: all})
	ctx, cancel := context.WithTimeout(t.Context(), quietAfter+quietBound/2)
	defer cancel()
	put := func(text string) store.Revision {
		at, err := server.Commit(ctx, store.Txn{Then: []store.Change{store.Put("key", []byte(text))}})
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	const watchers = 2
	heard := make(chan string, 2*watchers)
	begin := put("before")
	var group sync.WaitGroup
	for range watchers {
		group.Go(func() {
			for changes, err := range s.Watch(ctx, "key", begin-1) {
				if err != nil {
					heard <- err.Error()
					return
				}
				text := string(changes.Items[0].Value)
				heard <- text
				if text == "after" {
					return
				}
			}
		})
	}
	for range watchers {
		if text := <-heard; text != "before" {
			t.Fatalf("a watcher heard %s", text)
		}
	}
	for _, g := range good { // where whoever leaves the one finds another
		g.open()
	}
	for _, g := range good {
		for g.accepted.Load() == 0 && ctx.Err() == nil {
			time.Sleep(10 * time.Millisecond)
		}
	}
	ctx, cancel = context.WithTimeout(t.Context(), quietAfter+quietBound/2)
	defer cancel()
	still.mu.Lock()
	put("after")
	for range watchers {
		if text := <-heard; text != "after" {
			t.Errorf("a watcher heard: %s", text)
		}
	}
	still.mu.Unlock()
	group.Wait()
}
