package monitor_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"shunt/backend/monitor"
	"shunt/backend/monitor/mariadbtest"
	"shunt/topology"
)

// These tests run against real servers. What has to happen is waited for with [patience]; where a promise is about time,
// the test says so with a limit of its own, and there are seconds between what it takes on an idle machine and the limit.
const patience = 30 * time.Second

// watched is a monitor of real servers.
type watched struct {
	*monitor.Monitor
	t       *testing.T
	mu      sync.Mutex
	changed chan struct{} // guarded by mu; closed and replaced with each snapshot
}

func watch(t *testing.T, config monitor.Config, account monitor.Account, servers ...*mariadbtest.Server) *watched {
	t.Helper()
	c := monitor.Cluster{Name: "paris", Account: account}
	for _, s := range servers {
		c.Hosts = append(c.Hosts, monitor.Host{Address: s.Address, Weight: 1})
	}
	w := &watched{Monitor: monitor.New(config, []monitor.Cluster{c}, slog.New(slog.NewTextHandler(t.Output(), nil))), t: t, changed: make(chan struct{})}
	w.Notify(func(*topology.Snapshot) {
		w.mu.Lock()
		defer w.mu.Unlock()
		close(w.changed)
		w.changed = make(chan struct{})
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return w
}

func controlAccount() monitor.Account {
	return monitor.Account{User: mariadbtest.User, Password: mariadbtest.Password}
}

// await returns how long it took until the cluster was as the condition says, and fails the test if that was too long.
func (w *watched) await(limit time.Duration, what string, condition func(*topology.Cluster) bool) time.Duration {
	w.t.Helper()
	start := time.Now()
	timeout := time.After(limit)
	for {
		w.mu.Lock()
		changed := w.changed
		w.mu.Unlock()
		if condition(w.Snapshot().Clusters["paris"]) {
			return time.Since(start)
		}
		select {
		case <-changed:
		case <-timeout:
			w.t.Fatalf("not within %v: %s\n%s", limit, what, w.describe())
		}
	}
}

// always fails the test if the condition is broken in any snapshot of the time d.
func (w *watched) always(d time.Duration, what string, condition func(*topology.Cluster) bool) {
	w.t.Helper()
	end := time.After(d)
	for {
		w.mu.Lock()
		changed := w.changed
		w.mu.Unlock()
		if !condition(w.Snapshot().Clusters["paris"]) {
			w.t.Fatalf("not so: %s\n%s", what, w.describe())
		}
		select {
		case <-changed:
		case <-end:
			return
		}
	}
}

func (w *watched) describe() string {
	c := w.Snapshot().Clusters["paris"]
	var b strings.Builder
	fmt.Fprintf(&b, "epoch %d, problem %q\n", c.Epoch, c.Problem)
	for _, h := range c.Hosts {
		fmt.Fprintf(&b, "%s %s %s, lag %v (known %v), in service %v, problem %q\n", h.Address, h.State, h.Role, h.Lag, h.LagKnown, h.InService, h.Problem)
	}
	return b.String()
}

func host(c *topology.Cluster, s *mariadbtest.Server) *topology.Host {
	for _, h := range c.Hosts {
		if h.Address == s.Address {
			return h
		}
	}
	return nil
}

func inService(servers ...*mariadbtest.Server) func(*topology.Cluster) bool {
	return func(c *topology.Cluster) bool {
		for _, s := range servers {
			if !host(c, s).InService {
				return false
			}
		}
		return true
	}
}

func outOfService(s *mariadbtest.Server) func(*topology.Cluster) bool {
	return func(c *topology.Cluster) bool { return !host(c, s).InService }
}

func primaryIs(s *mariadbtest.Server) func(*topology.Cluster) bool {
	return func(c *topology.Cluster) bool { return c.Primary != nil && c.Primary.Address == s.Address }
}

func noPrimary(c *topology.Cluster) bool { return c.Primary == nil }

// TestCluster is the life of a primary and two replicas. Each part leaves all three well.
func TestCluster(t *testing.T) {
	t.Parallel()
	primary := mariadbtest.Start(t)
	one, two := mariadbtest.Start(t), mariadbtest.Start(t)
	one.Replicate(primary)
	two.Replicate(primary)
	config := monitor.DefaultConfig()
	config.MaxLag = 2 * time.Second
	var w *watched
	well := func(t *testing.T) {
		t.Helper()
		w.await(patience, "all in service", func(c *topology.Cluster) bool {
			return c.Primary != nil && inService(primary, one, two)(c) && host(c, one).LagKnown && host(c, two).LagKnown
		})
	}
	fresh := func(t *testing.T) { // each story has a monitor that does not know how often servers came and went before
		t.Helper()
		w = watch(t, config, controlAccount(), one, primary, two) // the order tells nothing
		well(t)
	}

	t.Run("roles are found out", func(t *testing.T) {
		fresh(t)
		c := w.Snapshot().Clusters["paris"]
		if !primaryIs(primary)(c) || len(c.Replicas) != 2 || c.Epoch != 1 || c.Flavor != topology.MariaDB || !strings.HasPrefix(c.Version, "10.") {
			t.Errorf("epoch %d, version %q\n%s", c.Epoch, c.Version, w.describe())
		}
		h := host(c, one)
		if h.Source != primary.Address || !h.ReadOnly || h.ServerID != uint32(one.Port) || h.Since.IsZero() {
			t.Errorf("replica %+v", h)
		}
	})
	t.Run("positions are followed", func(t *testing.T) {
		fresh(t)
		primary.Exec("CREATE DATABASE shop", "CREATE TABLE shop.orders (id INT PRIMARY KEY)", "INSERT INTO shop.orders VALUES (1)")
		gtid, ok := topology.ParseGTID(topology.MariaDB, primary.Value("SELECT @@gtid_binlog_pos"))
		if !ok {
			t.Fatal("no GTID")
		}
		for _, s := range []*mariadbtest.Server{primary, one, two} {
			w.await(patience, "the write is known to have arrived", func(c *topology.Cluster) bool { return host(c, s).Applied.Covers(gtid) })
		}
		one.Exec("STOP SLAVE SQL_THREAD")
		primary.Exec("INSERT INTO shop.orders VALUES (2)")
		gtid, _ = topology.ParseGTID(topology.MariaDB, primary.Value("SELECT @@gtid_binlog_pos"))
		w.await(patience, "it is where it was written", func(c *topology.Cluster) bool { return host(c, primary).Applied.Covers(gtid) })
		w.always(300*time.Millisecond, "it is not where it has only been received", func(c *topology.Cluster) bool { return !host(c, one).Applied.Covers(gtid) })
		one.Exec("START SLAVE SQL_THREAD")
		w.await(patience, "it has been applied", func(c *topology.Cluster) bool { return host(c, one).Applied.Covers(gtid) })
	})
	t.Run("a stopped SQL thread is seen within about a second", func(t *testing.T) {
		fresh(t)
		one.Exec("STOP SLAVE SQL_THREAD")
		took := w.await(2*time.Second, "out of service", outOfService(one))
		t.Logf("seen after %v: %s", took, host(w.Snapshot().Clusters["paris"], one).Problem)
		one.Exec("START SLAVE SQL_THREAD")
		well(t)
	})
	t.Run("replication that breaks by an error is named", func(t *testing.T) {
		fresh(t)
		two.Exec("SET sql_log_bin=0", "INSERT INTO shop.orders VALUES (3)")
		primary.Exec("INSERT INTO shop.orders VALUES (3)")
		w.await(2*time.Second, "out of service, with the reason", func(c *topology.Cluster) bool {
			return !host(c, two).InService && strings.Contains(host(c, two).Problem, "Duplicate entry")
		})
		two.Exec("SET sql_log_bin=0", "DELETE FROM shop.orders WHERE id = 3", "START SLAVE")
		well(t)
	})
	t.Run("lag is measured by the heartbeat", func(t *testing.T) {
		fresh(t)
		one.Exec("STOP SLAVE", "CHANGE MASTER TO master_delay = 3", "START SLAVE")
		w.await(patience, "it lags and is out", func(c *topology.Cluster) bool {
			h := host(c, one)
			return h.LagKnown && h.Lag > 2500*time.Millisecond && !h.InService && h.Problem == "lags more than 2s"
		})
		w.always(500*time.Millisecond, "the others take no notice", inService(primary, two))
		one.Exec("STOP SLAVE", "CHANGE MASTER TO master_delay = 0", "START SLAVE")
		w.await(patience, "back with little lag", func(c *topology.Cluster) bool {
			return host(c, one).InService && host(c, one).Lag <= time.Second
		})
	})
	t.Run("a write lock for a backup harms nobody", func(t *testing.T) {
		fresh(t)
		lock, err := primary.Open("root", "").Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := lock.ExecContext(t.Context(), "FLUSH TABLES WITH READ LOCK"); err != nil {
			t.Fatal(err)
		}
		w.always(2500*time.Millisecond, "all stay in service", func(c *topology.Cluster) bool {
			return primaryIs(primary)(c) && inService(primary, one, two)(c)
		})
		if primary.Value("SELECT COUNT(*) > 4 FROM information_schema.processlist WHERE user = 'shunt'") == "1" {
			t.Error("blocked heartbeats pile up on the server")
		}
		if _, err := lock.ExecContext(t.Context(), "UNLOCK TABLES"); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("kill -9 of a replica is seen within two seconds, and it comes back by itself", func(t *testing.T) {
		fresh(t)
		one.Kill()
		took := w.await(2*time.Second, "down", func(c *topology.Cluster) bool { return host(c, one).State == topology.Down })
		t.Logf("seen after %v: %s", took, host(w.Snapshot().Clusters["paris"], one).Problem)
		w.always(500*time.Millisecond, "the others take no notice", inService(primary, two))
		primary.Exec("INSERT INTO shop.orders VALUES (4)")
		one.Run()
		well(t)
		if n := one.Value("SELECT COUNT(*) FROM shop.orders WHERE id = 4"); n != "1" {
			t.Error("it is in service without what was written meanwhile")
		}
	})
	t.Run("a replica that hangs is down, and it comes back by itself", func(t *testing.T) {
		fresh(t)
		two.Freeze()
		w.await(patience, "down", func(c *topology.Cluster) bool { return host(c, two).State == topology.Down })
		two.Thaw()
		well(t)
	})
	t.Run("failover", func(t *testing.T) {
		fresh(t)
		primary.Kill()
		took := w.await(2*time.Second, "no primary", noPrimary)
		t.Logf("seen after %v: %s", took, w.Snapshot().Clusters["paris"].Problem)
		w.always(3*time.Second, "reads go on", inService(one, two))

		one.Exec("SET GLOBAL read_only = 0")
		w.always(500*time.Millisecond, "writable is not enough while it has its link", noPrimary)
		one.Exec("STOP SLAVE", "RESET SLAVE ALL")
		two.Replicate(one)
		w.await(patience, "promoted", primaryIs(one))
		w.await(patience, "both in service", inService(one, two))

		primary.Run()
		w.await(patience, "two writable servers are none", noPrimary)
		primary.Exec("SET GLOBAL read_only = 1")
		w.await(patience, "the new one again", primaryIs(one))
		primary.Replicate(one)
		well(t)
		if epoch := w.Snapshot().Clusters["paris"].Epoch; epoch != 2 {
			t.Errorf("epoch %d", epoch)
		}
	})
}

// A control account with too few rights: what cannot be known is said, with the right that is missing.
func TestMissingRights(t *testing.T) {
	t.Parallel()
	primary, replica := mariadbtest.Start(t), mariadbtest.Start(t)
	replica.Replicate(primary)
	primary.Exec("CREATE USER poor@'%' IDENTIFIED BY 'p'")
	w := watch(t, monitor.DefaultConfig(), monitor.Account{User: "poor", Password: "p"}, primary, replica)
	w.await(patience, "no primary without the replication status", func(c *topology.Cluster) bool {
		return c.Primary == nil && host(c, primary).State == topology.Up && strings.Contains(c.Problem, "GRANT REPLICA MONITOR ON *.*")
	})
	primary.Exec("GRANT SLAVE MONITOR ON *.* TO poor@'%'")
	w.await(patience, "without heartbeats the servers' own figure counts", func(c *topology.Cluster) bool {
		return primaryIs(primary)(c) && inService(primary, replica)(c) && host(c, replica).LagKnown
	})
	replica.Exec("STOP SLAVE")
	w.await(patience, "a stopped link is seen without heartbeats too", outOfService(replica))
}
