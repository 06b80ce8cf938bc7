package switchover

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shunt/backend/switchover"
	"shunt/backend/switchover/failover"
	"shunt/lab"
	"shunt/tests/cluster"
	"shunt/topology"
)

// watched starts a house with automatic failover.
func watched(t *testing.T, opts ...cluster.Option) (*house, *spoken) {
	t.Helper()
	opts = append(opts, cluster.Datacenters(lab.Datacenter{Name: "paris", Replicas: 2}))
	return watchedAt(t, cluster.Start(t, opts...), func(s *lab.Server) string { return s.Address })
}

// watchedAt is watched with addresses that are not the servers' own.
func watchedAt(t *testing.T, c *cluster.Cluster, at func(*lab.Server) string) (*house, *spoken) {
	t.Helper()
	log := &spoken{}
	var deps switchover.Deps
	h := listed(t, c, at, func(_ *house, d *switchover.Deps) {
		d.Log = slog.New(slog.NewTextHandler(log, nil))
		deps = *d
	})
	e := failover.New(failover.Config{Automatic: true, After: time.Second}, deps, h.engine)
	ctx, cancel := context.WithCancel(context.Background())
	var rooms sync.WaitGroup
	rooms.Go(func() { _ = e.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		rooms.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	return h, log
}

// spoken is a log.
type spoken struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *spoken) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *spoken) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func TestADeadPrimaryIsReplacedAndFenced(t *testing.T) {
	h, log := watched(t)
	deadIsReplaced(t, h, log)
}

func TestMySQLADeadPrimaryIsReplacedAndFenced(t *testing.T) {
	h, log := watched(t, cluster.MySQL())
	deadIsReplaced(t, h, log)
}

// deadIsReplaced: the primary is killed, the replica that has more takes over, with all that was committed, and writes go
// on; the old one comes back writable, as its file says, and is a read_only replica within moments. Then that one dies
// while it has what nobody else has: it is not joined.
func deadIsReplaced(t *testing.T, h *house, log *spoken) {
	one, two, three := h.cluster.Server("paris-1"), h.cluster.Server("paris-2"), h.cluster.Server("paris-3")
	h.table(one)
	ctx := t.Context()
	if err := two.StopApplier(ctx); err != nil { // what it has fetched it has not applied; it must tell all the same that the primary is lost
		t.Fatal(err)
	}
	h.exec(one, "INSERT INTO shop.t (v) VALUES (2)")
	if err := three.WaitCaughtUp(ctx); err != nil {
		t.Fatal(err)
	}
	kill(t, one)
	h.await("paris-3 is primary", isPrimary(three))
	if err := two.StartApplier(ctx); err != nil {
		t.Fatal(err)
	}
	h.exec(three, "INSERT INTO shop.t (v) VALUES (3)")
	if got := value(t, three, count); got != "3" {
		t.Errorf("%s rows", got)
	}

	if err := one.Start(ctx); err != nil {
		t.Fatal(err)
	}
	h.await("paris-1 is a replica", replicates(one, three))
	h.await("paris-2 is a replica", replicates(two, three))
	h.await("paris-3 is primary", isPrimary(three))
	h.equal(three)

	// A transaction that no replica gets before the primary dies.
	for _, s := range []*lab.Server{one, two} {
		if err := s.StopReplication(ctx); err != nil {
			t.Fatal(err)
		}
	}
	h.exec(three, "INSERT INTO shop.t (v) VALUES (4)")
	if err := three.Pause(); err != nil { // it has not sent it, and will not
		t.Fatal(err)
	}
	for _, s := range []*lab.Server{one, two} {
		h.exec(s, "START REPLICA")
	}
	kill(t, three)
	h.await("another is primary", func(c *topology.Cluster) bool { return c.Primary != nil && c.Primary.Address != three.Address })
	if err := three.Start(ctx); err != nil {
		t.Fatal(err)
	}
	h.await("paris-3 is read_only and no replica", func(c *topology.Cluster) bool {
		for _, host := range c.Hosts {
			if host.Address == three.Address {
				return host.State == topology.Up && host.ReadOnly && host.Role == topology.NoRole && c.Primary != nil
			}
		}
		return false
	})
	deadline := time.Now().Add(patience)
	for !strings.Contains(log.String(), "has transactions that") {
		if time.Now().After(deadline) {
			t.Fatal("nobody was told of the transaction that paris-3 alone has")
		}
		time.Sleep(10 * time.Millisecond)
	}
	if value(t, three, "SELECT @@global.read_only") != "1" {
		t.Error("paris-3 is writable")
	}
}

// TestOnlyTheProxyIsCutOff: shunt does not reach the primary any more, the replicas do. Nobody is promoted, and when the way
// is free again everything is as before.
func TestOnlyTheProxyIsCutOff(t *testing.T) {
	c := cluster.Start(t, cluster.Datacenters(lab.Datacenter{Name: "paris", Replicas: 2}))
	one := c.Server("paris-1")
	w := newWay(t, one.Address)
	h, log := watchedAt(t, c, func(s *lab.Server) string {
		if s == one {
			return w.address
		}
		return s.Address
	})
	before := h.standings()
	w.cut(true)
	h.await("the primary is down", func(c *topology.Cluster) bool { return c.Primary == nil && c.Hosts[0].State == topology.Down })
	for deadline := time.Now().Add(patience); !strings.Contains(log.String(), "is connected to it"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no verdict")
		}
	}
	if diff := cmp.Diff(before, h.standings()); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	w.cut(false)
	h.await("the primary is back", func(c *topology.Cluster) bool { return c.Primary != nil && c.Primary.Address == w.address })
	h.to(c.Server("paris-2")) // and the primary's other name is no obstacle for a switchover
}

func kill(t *testing.T, s *lab.Server) {
	t.Helper()
	if err := s.Kill(); err != nil {
		t.Fatal(err)
	}
}

func isPrimary(s *lab.Server) func(*topology.Cluster) bool {
	return func(c *topology.Cluster) bool { return c.Primary != nil && c.Primary.Address == s.Address }
}

func replicates(s, from *lab.Server) func(*topology.Cluster) bool {
	return func(c *topology.Cluster) bool {
		for _, host := range c.Hosts {
			if host.Address == s.Address {
				return host.Role == topology.Replica && host.ReadOnly && host.Source == from.Address && host.InService
			}
		}
		return false
	}
}

func TestWhatWasFetchedIsAppliedFirst(t *testing.T) {
	h, log := watched(t)
	fetchedIsApplied(t, h, log)
}

func TestMySQLWhatWasFetchedIsAppliedFirst(t *testing.T) {
	h, log := watched(t, cluster.MySQL())
	fetchedIsApplied(t, h, log)
}

// fetchedIsApplied: both replicas have fetched a transaction that a lock keeps them from applying when the primary dies. It
// is not writable before it has been applied.
func fetchedIsApplied(t *testing.T, h *house, log *spoken) {
	one := h.cluster.Server("paris-1")
	h.table(one)
	var unlock []func()
	for _, s := range h.cluster.Servers()[1:] {
		conn, err := s.DB().Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		lock := "LOCK TABLES shop.t WRITE"
		if h.mysql() {
			lock = "LOCK TABLES shop.t READ"
		}
		if _, err := conn.ExecContext(t.Context(), lock); err != nil {
			t.Fatal(err)
		}
		unlock = append(unlock, func() { _, _ = conn.ExecContext(context.Background(), "UNLOCK TABLES") })
	}
	h.exec(one, "INSERT INTO shop.t (v) VALUES (2)")
	sent := h.position(one)
	for _, s := range h.cluster.Servers()[1:] {
		h.awaitReceived(s, sent)
	}
	kill(t, one)
	for deadline := time.Now().Add(patience); !strings.Contains(log.String(), "msg=failover "); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no failover")
		}
	}
	for _, s := range h.cluster.Servers()[1:] {
		if value(t, s, "SELECT @@global.read_only") != "1" {
			t.Errorf("%s is writable before it has applied what it has fetched", s.Name)
		}
	}
	for _, f := range unlock {
		f()
	}
	h.await("another is primary", func(c *topology.Cluster) bool { return c.Primary != nil && c.Primary.Address != one.Address })
	for _, s := range h.cluster.Servers()[1:] {
		if isPrimary(s)(h.monitor.Snapshot().Clusters["paris"]) && value(t, s, count) != "2" {
			t.Errorf("%s rows on the new primary", value(t, s, count))
		}
	}
}

// awaitReceived waits until a replica has fetched a position.
func (h *house) awaitReceived(s *lab.Server, position string) {
	h.Helper()
	flavor := h.cluster.Binaries.Flavor()
	want, err := topology.ParsePosition(flavor, position)
	if err != nil {
		h.Fatal(err)
	}
	server, err := switchover.Dial(h.Context(), h.endpoint(s.Address, h.cluster.Accounts.Control))
	if err != nil {
		h.Fatal(err)
	}
	defer server.Close()
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		links, err := server.Links(h.Context())
		if err != nil {
			h.Fatal(err)
		}
		got, err := topology.ParsePosition(flavor, links[0].Received)
		if err != nil {
			h.Fatal(err)
		}
		applied, err := topology.ParsePosition(flavor, h.position(s))
		if err != nil {
			h.Fatal(err)
		}
		if len(want.Beyond(got.With(applied))) == 0 {
			return
		}
		if time.Now().After(deadline) {
			h.Fatalf("%s has fetched %s, want %s", s.Name, links[0].Received, position)
		}
	}
}
