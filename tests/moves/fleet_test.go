package moves

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"shunt/lab"
	"shunt/sharding/move"
	"shunt/store"
	"shunt/store/etcdstore"
	"shunt/tests/cluster"
	"shunt/tests/front"
)

// many is how many databases the story moves, slots how many at a time.
const many, slots = 60, 8

// census follows the store: it knows what every move was at every moment.
type census struct {
	mu     sync.Mutex
	states map[string]move.State // guarded by mu; by unit
	owners map[string]bool       // guarded by mu; by unit
	most   int                   // guarded by mu; of those that worked at a time
	begun  []time.Time           // guarded by mu; when moves were begun
}

func (c *census) apply(u store.Update) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, item := range u.Items {
		if unit, is := strings.CutPrefix(item.Key, "movers/"); is {
			c.owners[unit] = !item.Deleted
		}
		unit, is := strings.CutPrefix(item.Key, move.Prefix)
		if !is {
			continue
		}
		var m move.Move
		if err := item.JSON(&m); err != nil {
			return err
		}
		if c.states[unit] == move.Planned && m.State != move.Planned {
			c.begun = append(c.begun, time.Now())
		}
		c.states[unit] = m.State
	}
	c.most = max(c.most, c.workingLocked())
	return nil
}

// workingLocked counts the moves that somebody drives, and that do not wait for an order.
func (c *census) workingLocked() (n int) {
	for unit, state := range c.states {
		if c.owners[unit] && !state.Rests() {
			n++
		}
	}
	return n
}

func (c *census) count(states ...move.State) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.states {
		for _, one := range states {
			if s == one {
				n++
			}
		}
	}
	return n
}

func (c *census) working() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.workingLocked()
}

// TestAFleetOfMoves: two proxies move sixty databases, never more than eight at a time. In mid-flight somebody presses the red button: nothing begins any more, copies are
// left. Then it goes on, until all are there, and all are equal.
func TestAFleetOfMoves(t *testing.T) {
	c := cluster.Start(t, cluster.Datacenters(lab.Datacenter{Name: "paris"}, lab.Datacenter{Name: "gra"}))
	w := &world{Cluster: c, t: t}
	for i := range many {
		w.smallDatabase(fmt.Sprintf("shop_%02d", i))
	}
	mover := c.Accounts.Mover
	folder := t.TempDir()
	config := func(store, drive string) front.Edit {
		return front.With(fmt.Sprintf("store: {%s}\nmoves: {account: {user: %s, password: %q}, max_procs: %d, per_source: 50, per_target: 50, drive: %s}\n", store, mover.User, mover.Password, slots, drive))
	}
	w.proxy = front.Start(t, c, program, config("embedded: "+folder, "true"))
	address := front.Forward(t, folder+"/etcd/socket")
	other := front.Start(t, c, program, config(fmt.Sprintf("etcd: ['http://%s']", address), "true"))
	all := w.follow(address)
	w.proxy.Await("all databases are found", patience, func() bool {
		return len(w.proxy.Ask("SHOW DATABASES WHERE cluster = 'paris' AND database LIKE 'shop_%'")) == many
	})

	rows := w.proxy.Ask("MOVE DATABASES LIKE 'shop_%' TO gra")
	if len(rows) != many || rows[0]["status"] != "waiting" {
		t.Fatalf("%d were ordered, the first is %v", len(rows), rows[0])
	}
	w.proxy.Await("some have switched", patience, func() bool { return all.count(move.Reversible) >= 6 })

	other.Ask("STOP MOVES REASON 'a customer complains'")
	stopped := time.Now()
	w.proxy.Await("all copies are left", patience, func() bool { return all.working() == 0 })
	t.Logf("after %s nobody works on a move; %d have switched", time.Since(stopped).Round(time.Millisecond), all.count(move.Reversible))
	planned := all.count(move.Planned)
	if planned == 0 {
		t.Fatal("the button came too late for this story: all were begun")
	}
	time.Sleep(3 * time.Second) // in which nothing may happen
	all.mu.Lock()
	for _, at := range all.begun {
		if at.After(stopped.Add(time.Second)) {
			t.Errorf("a move was begun %s after the button was pressed", at.Sub(stopped))
		}
	}
	all.mu.Unlock()
	if n := all.count(move.Planned); n != planned || all.working() != 0 {
		t.Errorf("%d moves were begun while they were stopped, %d are driven", planned-n, all.working())
	}
	status := w.proxy.Ask("SHOW MOVE STATUS")[0]
	if status["state"] != "stopped" || status["reason"] != "a customer complains" || w.proxy.Metric("shunt_moves_stopped") != 1 {
		t.Errorf("SHOW MOVE STATUS has %v", status)
	}

	w.proxy.Ask("START MOVES")
	w.proxy.Await("all have switched", 2*patience, func() bool { return all.count(move.Reversible) == many })
	all.mu.Lock()
	most := all.most
	all.mu.Unlock()
	if most != slots {
		t.Errorf("at most %d worked at a time, there may be %d", most, slots)
	}
	for i := range many {
		database := fmt.Sprintf("shop_%02d", i)
		query := "SELECT COALESCE(BIT_XOR(CRC32(CONCAT(id, ':', body))), 0) + COUNT(*) * 4294967296 FROM " + database + ".posts"
		if from, to := w.number("paris", query), w.number("gra", query); from != to || to == 0 {
			t.Errorf("%s: paris has %d and gra %d", database, from, to)
		}
	}
	if n := w.proxy.Metric("shunt_move_pause_seconds_count") + other.Metric("shunt_move_pause_seconds_count"); n != many {
		t.Errorf("%v pauses were measured", n)
	}
}

// smallDatabase makes one on paris.
func (w *world) smallDatabase(name string) {
	w.t.Helper()
	w.on("paris", "CREATE DATABASE "+name,
		"CREATE TABLE "+name+".posts (id INT PRIMARY KEY AUTO_INCREMENT, body VARCHAR(100) NOT NULL)",
		"CREATE TABLE "+name+".tags (id INT PRIMARY KEY, tag VARCHAR(20) NOT NULL)",
		"INSERT INTO "+name+".posts (body) SELECT CONCAT('"+name+" ', seq) FROM "+name+".seq_1_to_200",
		"INSERT INTO "+name+".tags VALUES (1, 'new'), (2, 'old')")
}

// follow has a census follow the store at an address, until the test ends.
func (w *world) follow(address string) *census {
	w.t.Helper()
	log := slog.New(slog.DiscardHandler)
	s, err := etcdstore.New(store.Config{Etcd: []string{"http://" + address}}, log)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	all := &census{states: map[string]move.State{}, owners: map[string]bool{}}
	group.Go(func() { _ = s.Run(ctx) })
	group.Go(func() {
		if err := store.Follow(ctx, s, "move", all.apply); ctx.Err() == nil {
			w.t.Errorf("following the store: %v", err)
		}
	})
	w.t.Cleanup(func() {
		cancel()
		group.Wait()
		s.Close()
	})
	return all
}
