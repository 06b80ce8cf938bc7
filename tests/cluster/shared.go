package cluster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

// shared is the one lab of a test binary, sharedMySQL the one of the second lane. Tests of a package have no other place
// in common, so these are variables of the package; Main is the only one that begins and ends their lives.
var shared, sharedMySQL sharedCluster

type sharedCluster struct {
	mu      sync.Mutex
	running bool // Main runs the tests
	opts    []Option
	dir     string
	cluster *Cluster // nil until a test asks for it
	err     error    // why it could not be started; not tried again
}

// Main runs the tests of a package that use Shared, and ends its servers after them:
//
//	func TestMain(m *testing.M) { cluster.Main(m) }
//
// It does not return. The servers start when the first test asks for them; opts say which.
func Main(m *testing.M, opts ...Option) {
	shared.begin(opts)
	sharedMySQL.begin(append(slices.Clone(opts), MySQL()))
	code := m.Run()
	if err := errors.Join(shared.finish(), sharedMySQL.finish()); err != nil {
		fmt.Fprintln(os.Stderr, "ending the shared servers:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// Shared lends the servers that all tests of this binary use together, with every replica caught up. A test must leave
// them as it found them: no server stopped, no delay; use Start to break things. Each takes a Database of its own.
func Shared(t testing.TB) *Cluster {
	t.Helper()
	return shared.lendTo(t)
}

// SharedMySQL is Shared for the second lane: the same layout and data, with servers of MySQL.
func SharedMySQL(t testing.TB) *Cluster {
	t.Helper()
	skipWithoutLane(t)
	return sharedMySQL.lendTo(t)
}

func (s *sharedCluster) lendTo(t testing.TB) *Cluster {
	t.Helper()
	c, err := s.lend()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.showLogs(t) })
	c.CatchUp(t)
	return c
}

func (s *sharedCluster) begin(opts []Option) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running, s.opts = true, opts
}

// lend starts the servers if that has not been done.
func (s *sharedCluster) lend() (*Cluster, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.running {
		return nil, errors.New("cluster.Shared needs func TestMain(m *testing.M) { cluster.Main(m) } in this package, which ends the servers")
	}
	if s.cluster == nil && s.err == nil {
		if s.dir, s.err = os.MkdirTemp("", "shunt-tests-"); s.err == nil {
			s.cluster, s.err = start(filepath.Join(s.dir, "lab"), s.opts)
		}
	}
	return s.cluster, s.err
}

func (s *sharedCluster) finish() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running = false
	var err error
	if s.cluster != nil {
		err = s.cluster.end()
		s.cluster = nil
	}
	if s.dir != "" {
		err = errors.Join(err, os.RemoveAll(s.dir))
	}
	return err
}
