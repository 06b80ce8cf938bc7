package e2e

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shunt/lab"
	"shunt/tests/cluster"
	"shunt/tests/front"
	"shunt/topology"
)

// TestWritesArePausedOnAllProxies: writers of a database stand still on both proxies, at the point that the answer names, while readers and neighbours go on; after
// it they go on, too. Nobody gets an error, and nothing is lost.
func TestWritesArePausedOnAllProxies(t *testing.T) { pausedOnAllProxies(t, cluster.Shared(t)) }

func TestMySQLWritesArePausedOnAllProxies(t *testing.T) {
	pausedOnAllProxies(t, cluster.SharedMySQL(t))
}

func pausedOnAllProxies(t *testing.T, c *cluster.Cluster) {
	database, neighbour := c.Database(t, "paris"), c.Database(t, "paris")
	primary := c.Datacenter("paris").Primary
	folder := filepath.Join(t.TempDir(), "store")
	first := startShunt(t, c, fmt.Sprintf("store: {embedded: %s}\n", folder))
	second := startShunt(t, c, fmt.Sprintf("store: {etcd: ['http://%s']}\n", front.Forward(t, filepath.Join(folder, "etcd", "socket"))))
	for _, db := range []string{database, neighbour} {
		if err := primary.Exec(t.Context(), "CREATE TABLE "+db+".stat_day (id INT PRIMARY KEY AUTO_INCREMENT, n INT)"); err != nil {
			t.Fatal(err)
		}
	}
	c.CatchUp(t)
	w := &work{t: t}
	for _, p := range []*proxied{first, second} {
		w.write(p.open(database))
		w.transact(p.open(database))
		w.read(p.open(database), &w.reads)
		w.writeTo(p.open(neighbour), &w.neighbours)
	}
	t.Cleanup(func() { w.stop() })

	for round := range 3 {
		w.all()
		answer := first.console("PAUSE WRITES ON DATABASE " + database + " TIMEOUT 1m")
		if len(answer) != 1 || answer[0]["state"] != "standing" || answer[0]["server"] != primary.Address || answer[0]["gtid"] == "" || answer[0]["file"] == "" ||
			len(strings.Split(answer[0]["holding"], ", ")) != 2 {
			t.Fatalf("the answer is %v", answer)
		}
		still := count(t, primary, database)
		replica := c.Datacenter("paris").Replicas[0]
		if atPoint := countAt(t, c, replica, database, answer[0]["gtid"]); atPoint != still {
			t.Errorf("round %d: %d rows are before the point, %d are there", round, atPoint, still)
		}
		w.others()
		if again := second.console("SHOW PAUSES"); len(again) != 1 || again[0]["database"] != database {
			t.Errorf("the other proxy lists %v", again)
		}
		if now := count(t, primary, database); now != still {
			t.Errorf("round %d: %d rows were written while writes were paused", round, now-still)
		}
		second.console("RESUME WRITES ON DATABASE " + database)
	}
	w.all()
	if errs := w.stop(); len(errs) > 0 {
		t.Errorf("%d errors of clients, such as %v", len(errs), errs[0])
	}
	if n := count(t, primary, database); n != int(w.writes.Load()) {
		t.Errorf("%d rows are there, %d were acknowledged", n, w.writes.Load())
	}
}

// countAt is how many rows a replica has when it has come to a point, and it waits for that.
func countAt(t *testing.T, c *cluster.Cluster, s *lab.Server, database, gtid string) int {
	t.Helper()
	var reached int
	wait := "SELECT MASTER_GTID_WAIT(?, 30)"
	if c.Binaries.Flavor() == topology.MySQL {
		wait = "SELECT WAIT_FOR_EXECUTED_GTID_SET(?, 30)"
	}
	if err := s.DB().QueryRowContext(t.Context(), wait, gtid).Scan(&reached); err != nil || reached != 0 {
		t.Fatalf("the replica does not reach %s: %d, %v", gtid, reached, err)
	}
	return count(t, s, database)
}

// TestPausesAreGivenUpWhereTheyCannotBe: an open transaction is named and left alone, a proxy that died is asked for, and a pause ends by itself.
func TestPausesAreGivenUpWhereTheyCannotBe(t *testing.T) {
	c := cluster.Shared(t)
	database := c.Database(t, "paris")
	primary := c.Datacenter("paris").Primary
	folder := filepath.Join(t.TempDir(), "store")
	first := startShunt(t, c, fmt.Sprintf("store: {embedded: %s}\nlimits: {wait: 3s}\n", folder))
	second := startShunt(t, c, fmt.Sprintf("store: {etcd: ['http://%s']}\n", front.Forward(t, filepath.Join(folder, "etcd", "socket"))))
	if err := primary.Exec(t.Context(), "CREATE TABLE "+database+".stat_day (id INT PRIMARY KEY AUTO_INCREMENT, n INT)"); err != nil {
		t.Fatal(err)
	}
	db := second.open(database)
	tx, err := db.BeginTx(t.Context(), nil)
	if err == nil {
		_, err = tx.Exec("INSERT INTO stat_day (n) VALUES (1)")
	}
	if err != nil {
		t.Fatal(err)
	}
	pause := "PAUSE WRITES ON DATABASE " + database + " TIMEOUT 3s"
	if _, err := first.Try(pause); err == nil || !strings.Contains(err.Error(), "still has 1 clients at work: client ") || !strings.Contains(err.Error(), "(transaction") {
		t.Errorf("with a transaction open: %v", err)
	}
	if _, err := tx.Exec("INSERT INTO stat_day (n) VALUES (2)"); err != nil {
		t.Error(err)
	}
	if err := tx.Commit(); err != nil {
		t.Error(err)
	}
	first.console(pause)
	began := time.Now()
	if _, err := db.Exec("INSERT INTO stat_day (n) VALUES (3)"); err != nil {
		t.Errorf("a write that waited for the pause to end by itself: %v", err)
	}
	t.Logf("a pause of 3 s kept a write back for %v", time.Since(began).Round(time.Millisecond))
	if _, err := first.Try("RESUME WRITES ON DATABASE " + database); err == nil || !strings.Contains(err.Error(), "not paused, or not any more") {
		t.Errorf("what had ended by itself was resumed: %v", err)
	}

	second.Crash()
	name := ""
	first.await("the other proxy is silent", soon, func() bool {
		for _, row := range first.console("SHOW PROXIES WHERE state = 'silent'") {
			name = row["proxy"]
		}
		return name != ""
	})
	if _, err := first.Try(pause); err == nil || !strings.Contains(err.Error(), "proxy "+name) || !strings.Contains(err.Error(), "FORGET PROXY") {
		t.Errorf("with a proxy that does not answer: %v", err)
	}
	first.console("FORGET PROXY '" + name + "'")
	for _, order := range [][]string{{"pause", database, "--timeout", "20s"}, {"pauses"}, {"resume", database}} {
		out, errs, code := command(t, nil, append(order, "--api", "http://"+first.HTTP, "--password", adminPassword)...)
		if want := map[string]string{"pause": "standing", "pauses": "standing", "resume": "resumed"}[order[0]]; code != 0 || !strings.Contains(out, want) {
			t.Errorf("shunt %v: exit %d\n%s\n%s", order, code, out, errs)
		}
	}
}

// work is clients that write and read until they are stopped.
type work struct {
	t       *testing.T
	ended   atomic.Bool
	clients sync.WaitGroup

	writes, reads, neighbours, transactions atomic.Int64 // that were acknowledged

	mu     sync.Mutex
	errors []error // guarded by mu
}

// loop runs until the end, or an error.
func (w *work) loop(db *sql.DB, run func(db *sql.DB) error) {
	w.clients.Go(func() {
		for !w.ended.Load() {
			if err := run(db); err != nil {
				w.mu.Lock()
				w.errors = append(w.errors, err)
				w.mu.Unlock()
				return
			}
		}
	})
}

func (w *work) write(db *sql.DB) { w.writeTo(db, &w.writes) }

func (w *work) writeTo(db *sql.DB, n *atomic.Int64) {
	w.loop(db, func(db *sql.DB) error {
		_, err := db.ExecContext(context.Background(), "INSERT INTO stat_day (n) VALUES (1)")
		if err == nil {
			n.Add(1)
		}
		return err
	})
}

// transact writes two rows at a time.
func (w *work) transact(db *sql.DB) {
	w.loop(db, func(db *sql.DB) error {
		tx, err := db.BeginTx(context.Background(), nil)
		for range 2 {
			if err == nil {
				_, err = tx.ExecContext(context.Background(), "INSERT INTO stat_day (n) VALUES (2)")
			}
		}
		if err == nil {
			err = tx.Commit()
		}
		if err == nil {
			w.writes.Add(2)
			w.transactions.Add(1)
		}
		return err
	})
}

func (w *work) read(db *sql.DB, n *atomic.Int64) {
	w.loop(db, func(db *sql.DB) error {
		_, err := query(context.Background(), db, "SELECT COUNT(*) AS n FROM stat_day WHERE n = 1")
		n.Add(1)
		return err
	})
}

// all waits until everybody has got on, others until readers and neighbours have.
func (w *work) all()    { w.t.Helper(); w.move(&w.writes, &w.transactions, &w.reads, &w.neighbours) }
func (w *work) others() { w.t.Helper(); w.move(&w.reads, &w.neighbours) }

func (w *work) move(counters ...*atomic.Int64) {
	w.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for _, n := range counters {
		for goal := n.Load() + 40; n.Load() < goal; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				w.t.Fatal("the clients stand still")
			}
		}
	}
}

func (w *work) stop() []error {
	w.ended.Store(true)
	w.clients.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.errors
}
