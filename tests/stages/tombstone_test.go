package stages

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"shunt/sharding"
	"shunt/sharding/move/objects"
	"shunt/sharding/move/tombstone"
	"shunt/sharding/move/unit"
	"shunt/tests/cluster"
)

// module is a database at paris with a module of two tables, of which one has a trigger and one a foreign key, and another table.
func (w *world) module(name string) unit.Unit {
	w.t.Helper()
	w.database(name, "CREATE TABLE stat_day (a INT PRIMARY KEY AUTO_INCREMENT, b INT, CHECK (b > -100))", "CREATE TABLE stat_hour (a INT PRIMARY KEY AUTO_INCREMENT, day INT, FOREIGN KEY (day) REFERENCES stat_day (a))",
		"CREATE TRIGGER counts BEFORE INSERT ON stat_day FOR EACH ROW SET NEW.b = NEW.b + 1", "CREATE TABLE orders (a INT)", "INSERT INTO stat_day (b) VALUES (1)")
	return unit.OfModule(&sharding.Module{Name: "statistics", Database: name, Tables: []string{"stat_*"}, Cluster: "paris"}, name)
}

func (w *world) closeTables(u unit.Unit) {
	w.t.Helper()
	if err := tombstone.Close(w.ctx, w.atParis, u); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) openTables(u unit.Unit) {
	w.t.Helper()
	if err := tombstone.Open(w.ctx, w.atParis, u); err != nil {
		w.t.Fatal(err)
	}
}

// TestATombstoneStopsEverybody: clients with all rights write and read with prepared statements while the gate closes and opens. Nothing is done while it is closed, and everything once it is open.
func TestATombstoneStopsEverybody(t *testing.T) { tombstoneStops(t, newWorld(t, cluster.Shared(t))) }

func TestMySQLATombstoneStopsEverybody(t *testing.T) {
	tombstoneStops(t, newWorld(t, cluster.SharedMySQL(t)))
}

func tombstoneStops(t *testing.T, w *world) {
	u := w.module("shop_gate")
	c := &crowd{w: w}
	for i := range 6 {
		c.client(i%2 == 0)
	}
	t.Cleanup(c.end)
	for range 15 {
		c.phase.Add(1) // closing
		w.closeTables(u)
		before := w.value(w.atParis, "SELECT COUNT(*) FROM "+u.Hidden().Table("stat_day"))
		c.some()
		if after := w.value(w.atParis, "SELECT COUNT(*) FROM "+u.Hidden().Table("stat_day")); after != before {
			t.Errorf("%s rows were written while the gate was closed, there are %s", before, after)
		}
		w.openTables(u)
		c.phase.Add(1) // open
		c.some()
	}
	c.end()
	if done := w.value(w.atParis, "SELECT COUNT(*) FROM shop_gate.stat_day"); done != fmt.Sprint(1+c.wrote.Load()) {
		t.Errorf("%s rows are there, and %d were acknowledged", done, 1+c.wrote.Load())
	}
	if c.refused.Load() == 0 || c.wrote.Load() == 0 {
		t.Errorf("%d were refused, %d wrote: this shows nothing", c.refused.Load(), c.wrote.Load())
	}
}

// crowd are clients who do not know of any gate.
type crowd struct {
	w              *world
	group          sync.WaitGroup
	phase          atomic.Int64 // even: the gate is open
	wrote, refused atomic.Int64
	rounds         atomic.Int64
	over           atomic.Bool
}

func (c *crowd) client(writes bool) {
	text := "SELECT COALESCE(MAX(b), 0) FROM shop_gate.stat_day WHERE a > ?"
	if writes {
		text = "INSERT INTO shop_gate.stat_day (b) VALUES (?)"
	}
	stmt, err := c.w.c.Datacenter("paris").Primary.DB().PrepareContext(c.w.ctx, text)
	if err != nil {
		c.w.t.Fatal(err)
	}
	c.group.Go(func() {
		defer func() { _ = stmt.Close() }()
		for !c.over.Load() {
			c.round(stmt, writes)
		}
	})
}

func (c *crowd) round(stmt *sql.Stmt, writes bool) {
	before := c.phase.Load()
	var err error
	if writes {
		_, err = stmt.Exec(1)
	} else {
		var n int
		err = stmt.QueryRow(0).Scan(&n)
	}
	c.rounds.Add(1)
	switch {
	case err == nil && writes:
		c.wrote.Add(1)
	case err != nil && before == c.phase.Load() && before%2 == 0:
		c.w.t.Errorf("the gate is open: %v", err)
		c.over.Store(true)
	case err != nil:
		c.refused.Add(1)
		if !strings.Contains(err.Error(), "1356") {
			c.w.t.Errorf("the gate is closed: %v", err)
		}
	}
}

// some waits until the clients have tried some more.
func (c *crowd) some() {
	for goal := c.rounds.Load() + 30; c.rounds.Load() < goal && !c.over.Load(); {
		select {
		case <-c.w.ctx.Done():
			c.w.t.Fatal("the clients stand still")
		default:
		}
	}
}

func (c *crowd) end() {
	c.over.Store(true)
	c.group.Wait()
}

// TestAHiddenModuleIsStillTheSame: its definitions read alike whether it is hidden or not, a trigger can be made on a hidden table, and both Close and Open may be repeated.
func TestAHiddenModuleIsStillTheSame(t *testing.T) {
	hiddenIsTheSame(t, newWorld(t, cluster.Shared(t)))
}

func TestMySQLAHiddenModuleIsStillTheSame(t *testing.T) {
	hiddenIsTheSame(t, newWorld(t, cluster.SharedMySQL(t)))
}

func hiddenIsTheSame(t *testing.T, w *world) {
	u := w.module("shop_hidden")
	read := func(u unit.Unit) *objects.Objects {
		t.Helper()
		o, err := objects.Read(w.ctx, w.atParis, u)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	open := read(u)
	for range 2 {
		w.closeTables(u)
	}
	hidden := read(u.Hidden())
	for _, d := range objects.Compare(open, hidden) {
		if d.Kind != "TRIGGER" { // its text names its table
			t.Error(d)
		}
	}
	w.exec(w.atParis, "DROP TRIGGER shop_hidden.counts")
	if err := objects.CreateTriggers(w.ctx, w.atParis, hidden); err != nil {
		t.Fatal(err)
	}
	if list := objects.Compare(hidden, read(u.Hidden())); len(list) > 0 {
		t.Error(list)
	}
	if n := len(read(unit.RestOf("shop_hidden", []*sharding.Module{{Database: "shop_hidden", Tables: []string{"stat_*"}}})).Tables); n != 1 {
		t.Errorf("the rest of the database has %d tables", n)
	}
	for range 2 {
		w.openTables(u)
		if err := tombstone.Tidy(w.ctx, w.atParis, u); err != nil {
			t.Fatal(err)
		}
	}
	w.exec(w.atParis, "INSERT INTO shop_hidden.stat_day (a, b) VALUES (100, 10)", "INSERT INTO shop_hidden.stat_hour (day) VALUES (100)")
	if b := w.value(w.atParis, "SELECT b FROM shop_hidden.stat_day WHERE a = 100"); b != "11" {
		t.Errorf("the trigger has made %s of 10", b)
	}
	if list := objects.Compare(open, read(u)); len(list) > 0 {
		for _, d := range list {
			if d.Kind != "TRIGGER" {
				t.Error(d)
			}
		}
	}
	if left := w.value(w.atParis, "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'shop_hidden'"); left != "3" {
		t.Errorf("there are %s tables and views", left)
	}
}

// TestWhatIsOpenKeepsATombstoneAway: a transaction that has read a table; the gate is not closed, and says so after a second, and no table is hidden.
func TestWhatIsOpenKeepsATombstoneAway(t *testing.T) {
	w := newWorld(t, cluster.Shared(t))
	u := w.module("shop_busy")
	reader := w.dial(w.paris)
	w.exec(reader, "BEGIN", "SELECT * FROM shop_busy.stat_hour")
	if err := tombstone.Close(w.ctx, w.atParis, u); err == nil || !strings.Contains(err.Error(), "1205") {
		t.Fatalf("the gate: %v", err)
	}
	state, err := tombstone.Read(context.Background(), w.atParis, u)
	if err != nil || len(state.Open) != 2 || len(state.Hidden) != 0 {
		t.Errorf("%+v, %v", state, err)
	}
	w.exec(reader, "COMMIT")
	w.closeTables(u)
}
