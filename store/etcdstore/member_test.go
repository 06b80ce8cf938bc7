package etcdstore

import (
	"fmt"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"shunt/store"
)

// gate is a way to an etcd on which everything can stand still, with no error for anybody.
type gate struct {
	address string
	mu      sync.RWMutex // locked while it is shut
}

func newGate(t *testing.T, socket string) *gate {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	g := &gate{address: l.Addr().String()}
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("unix", socket)
			if err != nil {
				_ = from.Close()
				continue
			}
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

// TestAMemberThatStandsStill: of two members one does not answer any more. Reading goes on with the other, and a change that may have been lost is known to be so long before the whole time of a request
// is over.
func TestAMemberThatStandsStill(t *testing.T) {
	t.Parallel()
	server, _ := running(t, store.Config{Embedded: folderFor(t)})
	path := filepath.Join(server.folder.etcd(), "socket")
	still := newGate(t, path)
	const timeout = 3 * time.Second
	s, _ := running(t, store.Config{Etcd: []string{"http://" + newGate(t, path).address, "http://" + still.address}, Timeout: timeout})
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
	defer still.mu.Unlock()
	for range 4 {
		if item, err := s.Get(t.Context(), "key1"); err != nil || string(item.Value) != "there" {
			t.Errorf("reading: %s, %v", item.Value, err)
		}
	}
	failed := 0
	for n := range 4 {
		began := time.Now()
		if err := put(n); err != nil {
			if failed++; time.Since(began) >= timeout {
				t.Errorf("a change was given up after %v: %v", time.Since(began), err)
			}
		}
	}
	if failed == 4 {
		t.Error("no change has found the member that answers")
	}
}
