package stages

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"shunt/backend/monitor/control"
	"shunt/sharding"
	"shunt/sharding/move/copier"
	"shunt/sharding/move/objects"
	"shunt/sharding/move/unit"
	"shunt/tests/cluster"
)

// transactions is how many a GTID position counts; only one domain, or server, writes.
func transactions(t *testing.T, position string) int {
	t.Helper()
	last := position[strings.LastIndexAny(position, "-:")+1:]
	n, err := strconv.Atoi(last)
	if err != nil {
		t.Fatalf("position %q", position)
	}
	return n
}

// TestTheSnapshotIsAtItsPosition: while others insert, one row a transaction, into tables of two kinds, the copy has exactly as many rows as its position says.
func TestTheSnapshotIsAtItsPosition(t *testing.T) {
	theSnapshotIsAtItsPosition(t, newWorld(t, cluster.Shared(t)))
}

func TestMySQLTheSnapshotIsAtItsPosition(t *testing.T) {
	theSnapshotIsAtItsPosition(t, newWorld(t, cluster.SharedMySQL(t)))
}

func theSnapshotIsAtItsPosition(t *testing.T, w *world) {
	u := w.database("placed", "CREATE TABLE a (a int PRIMARY KEY)", "CREATE TABLE m (a int PRIMARY KEY) ENGINE=MyISAM", "CREATE TABLE z (a int PRIMARY KEY)")
	before := w.value(w.atParis, w.position())
	count := func(c *control.Conn) int {
		n, _ := strconv.Atoi(w.value(c, "SELECT (SELECT COUNT(*) FROM placed.a) + (SELECT COUNT(*) FROM placed.m) + (SELECT COUNT(*) FROM placed.z)"))
		return n
	}
	var stops []func()
	for i, table := range []string{"placed.a", "placed.m", "placed.z", "placed.a"} {
		stops = append(stops, w.start(table, &writer{endpoint: w.paris, first: (i + 1) * 10_000_000, failed: map[uint16]int{}}))
	}
	for range 8 {
		w.until(func() bool { return count(w.atParis) > 100 })
		w.exec(w.atGra, "DROP DATABASE IF EXISTS placed")
		s, err := copier.Take(w.ctx, w.paris, u, copier.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		o, err := objects.Read(w.ctx, s.Conn(), u)
		if err == nil {
			err = objects.Create(w.ctx, w.atGra, o)
		}
		if err == nil {
			_, err = s.Copy(w.ctx, w.gra, copier.Options{})
		}
		s.Close()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := count(w.atGra), transactions(t, s.Position.GTID)-transactions(t, before); got != want {
			t.Errorf("%d rows at %s, want %d", got, s.Position.GTID, want)
		}
	}
	for _, stop := range stops {
		stop()
	}
}

// position asks for the place in the binary log.
func (w *world) position() string {
	if w.mariadb() {
		return "SELECT @@gtid_binlog_pos"
	}
	return "SELECT @@gtid_executed"
}

// TestWhatIsNotCopied: tables that no snapshot has and that are too large for a lock, and those whose rows live elsewhere, are named with a way out.
func TestWhatIsNotCopied(t *testing.T) { whatIsNotCopied(t, newWorld(t, cluster.Shared(t))) }

func TestMySQLWhatIsNotCopied(t *testing.T) { whatIsNotCopied(t, newWorld(t, cluster.SharedMySQL(t))) }

func whatIsNotCopied(t *testing.T, w *world) {
	u := w.database("refused", "CREATE TABLE m (a int, b text) ENGINE=MyISAM", "INSERT INTO m VALUES (1, REPEAT('x', 10000))")
	_, err := copier.Take(w.ctx, w.paris, u, copier.Limits{Locked: 1000})
	var refused *copier.RefusedError
	if !errors.As(err, &refused) {
		t.Errorf("error %v", err)
	}
	told(t, err, "m (MyISAM", "ALTER them to InnoDB")
	_, err = objects.Read(w.ctx, w.atParis, unit.Of("no_such_database"))
	if !errors.Is(err, objects.ErrNoDatabase) {
		t.Errorf("error %v", err)
	}
}

// TestTheSnapshotWaitsForLocks: a transaction that has written in a table that needs a lock is waited for, not for ever.
func TestTheSnapshotWaitsForLocks(t *testing.T) {
	theSnapshotWaitsForLocks(t, newWorld(t, cluster.Shared(t)))
}

func TestMySQLTheSnapshotWaitsForLocks(t *testing.T) {
	theSnapshotWaitsForLocks(t, newWorld(t, cluster.SharedMySQL(t)))
}

func theSnapshotWaitsForLocks(t *testing.T, w *world) {
	u := w.database("waiting", "CREATE TABLE m (a int) ENGINE=MyISAM")
	c := w.dial(w.paris)
	w.exec(c, "LOCK TABLES waiting.m WRITE")
	_, err := copier.Take(w.ctx, w.paris, u, copier.Limits{Tries: 1})
	if control.Code(err) != 1205 {
		t.Errorf("error %v", err)
	}
	w.exec(c, "UNLOCK TABLES")
	s, err := copier.Take(w.ctx, w.paris, u, copier.Limits{Tries: 1})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
}

// TestDefinitionsCannotChangeWhileTheSnapshotIsOpen: ALTER TABLE waits.
func TestDefinitionsCannotChangeWhileTheSnapshotIsOpen(t *testing.T) {
	definitionsCannotChangeWhileTheSnapshotIsOpen(t, newWorld(t, cluster.Shared(t)))
}

func TestMySQLDefinitionsCannotChangeWhileTheSnapshotIsOpen(t *testing.T) {
	definitionsCannotChangeWhileTheSnapshotIsOpen(t, newWorld(t, cluster.SharedMySQL(t)))
}

func definitionsCannotChangeWhileTheSnapshotIsOpen(t *testing.T, w *world) {
	u := w.database("still", "CREATE TABLE t (a int)")
	s, err := copier.Take(w.ctx, w.paris, u, copier.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c := w.dial(w.paris)
	w.exec(c, "SET lock_wait_timeout=1")
	if got := w.refusedWith(c, "ALTER TABLE still.t ADD b int"); got != 1205 {
		t.Errorf("error %d", got)
	}
}

// TestACopyTellsHowFarItIs, can be held up between batches, and ends with its context.
func TestACopyTellsHowFarItIs(t *testing.T) { aCopyTellsHowFarItIs(t, newWorld(t, cluster.Shared(t))) }

func TestMySQLACopyTellsHowFarItIs(t *testing.T) {
	aCopyTellsHowFarItIs(t, newWorld(t, cluster.SharedMySQL(t)))
}

func aCopyTellsHowFarItIs(t *testing.T, w *world) {
	u := w.database("told", w.deep(), "CREATE TABLE t (a int PRIMARY KEY, b varchar(200))", "INSERT INTO t WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i, REPEAT('x', 100) FROM n", "CREATE TABLE e (a int)")
	waits := 0
	var last copier.Progress
	o := copier.Options{Batch: 100_000, Commit: 300_000, Wait: func(context.Context) error { waits++; return nil }, Progress: func(p copier.Progress) { last = p }}
	r, err := w.copy(u, o)
	if err != nil {
		t.Fatal(err)
	}
	if r.report.Rows != 20000 || last.Rows != 20000 || last.Tables != 2 || !last.Checked || last.Bytes != r.report.Bytes || waits < 10 {
		t.Errorf("%+v, at the end %+v, waited %d times", r.report, last, waits)
	}
	w.exec(w.atGra, "DROP DATABASE told")
	o.Wait = func(context.Context) error { waits++; return errors.New("the red button") }
	_, err = w.copy(u, o)
	told(t, err, "red button")
	w.exec(w.atGra, "DROP DATABASE told")
	o.Wait = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	ctx, cancel := context.WithCancel(w.ctx)
	defer cancel()
	o.Progress = nil
	cancelled := *w
	cancelled.ctx = ctx
	s, err := copier.Take(w.ctx, w.paris, u, copier.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	d, _ := objects.Read(w.ctx, s.Conn(), u)
	if err := objects.Create(w.ctx, w.atGra, d); err != nil {
		t.Fatal(err)
	}
	o.Wait = func(ctx context.Context) error { cancel(); <-ctx.Done(); return ctx.Err() }
	if _, err := s.Copy(ctx, w.gra, o); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// TestATargetThatIsNotEmptyIsNoticed: rows that were there before make the digests differ, or are in the way.
func TestATargetThatIsNotEmptyIsNoticed(t *testing.T) {
	aTargetThatIsNotEmptyIsNoticed(t, newWorld(t, cluster.Shared(t)))
}

func TestMySQLATargetThatIsNotEmptyIsNoticed(t *testing.T) {
	aTargetThatIsNotEmptyIsNoticed(t, newWorld(t, cluster.SharedMySQL(t)))
}

func aTargetThatIsNotEmptyIsNoticed(t *testing.T, w *world) {
	u := w.database("full", "CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)", "CREATE TABLE k (a int PRIMARY KEY)", "INSERT INTO k VALUES (1)")
	w.exec(w.atGra, "CREATE DATABASE full", "CREATE TABLE full.t (a int)", "INSERT INTO full.t VALUES (5)", "CREATE TABLE full.k (a int PRIMARY KEY)")
	take := func() error {
		s, err := copier.Take(w.ctx, w.paris, u, copier.Limits{})
		if err != nil {
			return err
		}
		defer s.Close()
		_, err = s.Copy(w.ctx, w.gra, copier.Options{})
		return err
	}
	var differs *copier.DifferenceError
	if err := take(); !errors.As(err, &differs) {
		t.Errorf("error %v", err)
	} else {
		told(t, err, "t: 1 rows on the source, 2 on the target")
	}
	told(t, take(), "writing to k", "1062")
}

// TestAModuleMovesAlone: its tables and their triggers go, the others stay, and Drop takes away what was made, twice.
func TestAModuleMovesAlone(t *testing.T) { aModuleMovesAlone(t, newWorld(t, cluster.Shared(t))) }

func TestMySQLAModuleMovesAlone(t *testing.T) {
	aModuleMovesAlone(t, newWorld(t, cluster.SharedMySQL(t)))
}

func aModuleMovesAlone(t *testing.T, w *world) {
	w.database("shop_m", "CREATE TABLE orders (a int)", "INSERT INTO orders VALUES (1)", "CREATE TABLE stat_day (a int)", "INSERT INTO stat_day VALUES (2)", "CREATE TRIGGER st BEFORE INSERT ON stat_day FOR EACH ROW SET NEW.a = 1",
		"CREATE TRIGGER so BEFORE INSERT ON orders FOR EACH ROW SET NEW.a = 1", "CREATE VIEW v AS SELECT * FROM orders", "CREATE PROCEDURE p() SELECT 1")
	u := unit.OfModule(&sharding.Module{Name: "statistics", Database: "shop_m", Tables: []string{"stat_*"}, Cluster: "gra"}, "shop_m")
	r, err := w.copy(u, copier.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := r.target
	if got := fmt.Sprint(len(o.Tables), len(o.Triggers), len(o.Views), len(o.Routines), r.report.Rows); got != "1 1 0 0 1" {
		t.Error(got)
	}
	w.exec(w.atGra, "CREATE TABLE shop_m.other (a int)")
	for range 2 {
		if err := objects.Drop(w.ctx, w.atGra, u); err != nil {
			t.Fatal(err)
		}
	}
	if left := w.value(w.atGra, "SELECT GROUP_CONCAT(TABLE_NAME) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'shop_m'"); left != "other" {
		t.Errorf("left are %s", left)
	}
	for range 2 {
		if err := objects.Drop(w.ctx, w.atGra, unit.Of("shop_m")); err != nil {
			t.Fatal(err)
		}
	}
}
