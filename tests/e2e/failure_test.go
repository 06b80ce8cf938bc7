package e2e

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shunt/tests/cluster"
)

// load runs plain reads from some clients until it is stopped, and keeps their errors.
type load struct {
	stop   context.CancelFunc
	group  sync.WaitGroup
	reads  atomic.Int64
	mu     sync.Mutex
	errors []string
}

func startLoad(t *testing.T, db *sql.DB, clients int) *load {
	ctx, cancel := context.WithCancel(t.Context())
	l := &load{stop: cancel}
	for i := range clients {
		l.group.Go(func() {
			for ctx.Err() == nil {
				var n int
				err := db.QueryRow("SELECT COUNT(*) FROM products WHERE id > ?", i).Scan(&n)
				if err != nil && ctx.Err() == nil {
					l.mu.Lock()
					l.errors = append(l.errors, err.Error())
					l.mu.Unlock()
				}
				l.reads.Add(1)
			}
		})
	}
	t.Cleanup(cancel)
	return l
}

// during waits until so many more reads have been answered.
func (l *load) during(t *testing.T, reads int64) {
	t.Helper()
	target := l.reads.Load() + reads
	for deadline := time.Now().Add(20 * time.Second); l.reads.Load() < target; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("reads stand still at %d; errors %q", l.reads.Load(), l.errors)
		}
	}
}

func (l *load) end() []string {
	l.stop()
	l.group.Wait()
	return l.errors
}

// TestAReplicaIsKilledUnderLoad: no client hears of it, the replica is left out soon, and comes back by itself.
func TestAReplicaIsKilledUnderLoad(t *testing.T) {
	aReplicaIsKilled(t, cluster.Start(t, cluster.Shop()))
}

func aReplicaIsKilled(t *testing.T, c *cluster.Cluster) {
	p := startShunt(t, c, "")
	db := p.open("shop")
	db.SetMaxOpenConns(8)
	victim := c.Datacenters[0].Replicas[0]
	l := startLoad(t, db, 8)
	l.during(t, 200)
	if err := victim.Kill(); err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	p.await("the dead replica is out of service", 5*time.Second, func() bool { return !inService(p, victim.Address) })
	if took := time.Since(killed); took > 2*time.Second {
		t.Errorf("it took %v to leave the dead replica out, want at most 2s", took)
	}
	l.during(t, 200)
	if err := victim.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.await("the replica is back", 20*time.Second, func() bool { return inService(p, victim.Address) })
	before := served(p, victim.Address)
	l.during(t, 300)
	p.await("the replica takes its share again", 10*time.Second, func() bool { return served(p, victim.Address) > before })
	if errs := l.end(); len(errs) > 0 {
		t.Errorf("%d clients heard of it, the first: %s", len(errs), errs[0])
	}
}

func inService(p *proxied, address string) bool {
	rows := p.console("SHOW SERVERS WHERE server = '" + address + "' AND in_service = 1")
	return len(rows) == 1
}

// served counts the statements that a server has answered.
func served(p *proxied, address string) int {
	n := 0
	for _, row := range p.console("SHOW STATS WHERE server = '" + address + "'") {
		var k int
		fmt.Sscan(row["statements"], &k)
		n += k
	}
	return n
}

// TestALaggingReplicaIsLeftOut: reads go elsewhere while its applier stands still, and come back when it has caught up.
func TestALaggingReplicaIsLeftOut(t *testing.T) {
	c := cluster.Start(t, cluster.Shop())
	p := startShunt(t, c, "reads: {max_lag: 1s}\n")
	replica := c.Datacenters[0].Replicas[0]
	if err := replica.StopApplier(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.await("the replica that does not apply is left out", 10*time.Second, func() bool { return !inService(p, replica.Address) })
	if err := replica.StartApplier(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.await("it is back", 20*time.Second, func() bool { return inService(p, replica.Address) })
}

// TestThePrimaryIsKilled: writes wait and then fail with a clear error, reads go on; when it is back, so are writes.
func TestThePrimaryIsKilled(t *testing.T) { thePrimaryIsKilled(t, cluster.Start(t, cluster.Shop())) }

func thePrimaryIsKilled(t *testing.T, c *cluster.Cluster) {
	p := startShunt(t, c, "limits: {wait: 2s}\n")
	db := p.open("shop")
	l := startLoad(t, p.open("shop"), 4)
	l.during(t, 50)
	primary := c.Datacenters[0].Primary
	if err := primary.Kill(); err != nil {
		t.Fatal(err)
	}
	p.await("the loss is seen", 5*time.Second, func() bool { return len(p.console("SHOW CLUSTERS WHERE cluster = 'paris' AND primary = ''")) == 1 })
	started := time.Now()
	_, err := db.Exec("UPDATE settings SET value = value")
	if took := time.Since(started); took < 1500*time.Millisecond || took > 10*time.Second {
		t.Errorf("the write waited %v, want about limits.wait, 2s", took)
	}
	if err == nil || !strings.Contains(err.Error(), "9904") || !strings.Contains(err.Error(), "paris has no primary") {
		t.Errorf("the write's error is %v", err)
	}
	l.during(t, 100)
	waiting := make(chan error, 1)
	go func() {
		for deadline := time.Now().Add(60 * time.Second); ; {
			_, err := db.Exec("UPDATE settings SET value = value")
			if err == nil || time.Now().After(deadline) {
				waiting <- err
				return
			}
		}
	}()
	if err := primary.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-waiting; err != nil {
		t.Errorf("after the primary came back: %v", err)
	}
	if errs := l.end(); len(errs) > 0 {
		t.Errorf("%d plain reads failed, the first: %s", len(errs), errs[0])
	}
}
