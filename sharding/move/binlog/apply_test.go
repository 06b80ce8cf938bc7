package binlog_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"shunt/sharding/move/binlog"
	"shunt/sharding/move/guard"
)

func foreignKeysCascadeOnTheDestination(t *testing.T, p *pair) {
	w := p.world(t)
	w.both("CREATE TABLE shop.parents (id INT PRIMARY KEY)",
		"CREATE TABLE shop.children (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES shop.parents (id) ON DELETE CASCADE ON UPDATE CASCADE)",
		"CREATE TABLE shop.orphans (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES shop.parents (id) ON DELETE SET NULL)")
	w.moved([]string{"parents", "children", "orphans"},
		"INSERT INTO shop.parents VALUES (1), (2), (3)", "INSERT INTO shop.children VALUES (1, 1), (2, 2), (3, 3)", "INSERT INTO shop.orphans VALUES (1, 1), (2, 3)",
		"DELETE FROM shop.parents WHERE id = 1", "UPDATE shop.parents SET id = 20 WHERE id = 2",
		"SET foreign_key_checks = 0", "DELETE FROM shop.parents WHERE id = 3", "INSERT INTO shop.children VALUES (9, 99)", "SET foreign_key_checks = 1", "DELETE FROM shop.children WHERE id = 3")
}

func whatIsNotAsItWasEndsTheMove(t *testing.T, p *pair) {
	w := p.world(t)
	w.both("CREATE TABLE shop.t (id INT PRIMARY KEY, n INT)", "CREATE TABLE shop.ok (id INT PRIMARY KEY)", "INSERT INTO shop.t VALUES (1, 1), (2, 2), (4, 4)")
	for _, c := range []struct{ name, spoilt, change, key string }{
		{"a row that is missing", "DELETE FROM shop.t WHERE id = 1", "UPDATE shop.t SET n = 5 WHERE id = 1", "key 1"},
		{"a row that cannot be deleted", "DELETE FROM shop.t WHERE id = 2", "DELETE FROM shop.t WHERE id = 2", "key 2"},
		{"a row that is there", "INSERT INTO shop.t VALUES (3, 3)", "INSERT INTO shop.t VALUES (3, 3)", "key 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.to.Exec(c.spoilt)
			w.begin()
			w.from.Exec("BEGIN", "INSERT INTO shop.ok VALUES (1)", c.change, "COMMIT")
			w.mark()
			_, err := w.apply()
			if !errors.Is(err, binlog.ErrDiverged) || !strings.Contains(err.Error(), c.key) || !strings.Contains(err.Error(), "`shop`.`t`") {
				t.Errorf("error %v", err)
			}
			if n := w.to.Value("SELECT COUNT(*) FROM shop.ok"); n != "0" {
				t.Errorf("%s rows of the transaction were applied", n)
			}
			w.from.Exec("DELETE FROM shop.ok")
		})
	}
	t.Run("an update that changes nothing has found its row", func(t *testing.T) {
		w.to.Exec("UPDATE shop.t SET n = 44 WHERE id = 4")
		w.moved([]string{"ok"}, "UPDATE shop.t SET n = 44 WHERE id = 4")
	})
	t.Run("a definition", func(t *testing.T) {
		w.begin()
		w.from.Exec("ALTER TABLE shop.ok ADD n INT")
		if _, err := w.apply(); !errors.Is(err, binlog.ErrRedefined) || !strings.Contains(err.Error(), "ADD n INT") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("a definition of our own, and what is harmless", func(t *testing.T) {
		w.begin()
		w.from.Exec("CREATE VIEW shop.v AS SELECT 1", "RENAME TABLE shop.ok TO shop.gone")
		w.mark()
		plan := w.plan()
		plan.Own = func(c binlog.Change) bool { return strings.HasPrefix(c.Statement, "RENAME") }
		if err := binlog.NewApplier(plan).Run(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func truncate(t *testing.T, p *pair) {
	w := p.world(t)
	w.both("CREATE TABLE shop.t (id INT PRIMARY KEY)", "INSERT INTO shop.t VALUES (1), (2)")
	w.moved([]string{"t"}, "INSERT INTO shop.t VALUES (3)", "TRUNCATE shop.t", "INSERT INTO shop.t VALUES (4)")
}

func whatWasTouched(t *testing.T, p *pair) {
	w := p.world(t)
	w.both("CREATE TABLE shop.t (a INT, b VARCHAR(9), PRIMARY KEY (a, b))", "CREATE TABLE shop.many (id INT PRIMARY KEY)", "CREATE TABLE shop.keyless (id INT)")
	w.begin()
	w.from.Exec("INSERT INTO shop.t VALUES (1, 'x')", "UPDATE shop.t SET a = 2", "INSERT INTO shop.many SELECT seq FROM shop.seq_1_to_11", "INSERT INTO shop.keyless VALUES (1)")
	w.mark()
	plan := w.plan()
	plan.Keys = 10
	a := binlog.NewApplier(plan)
	if err := a.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := map[string]binlog.Touched{}
	for _, one := range a.Touched() {
		got[one.Table.Name] = one
	}
	if keys := got["t"]; keys.Whole || len(keys.Keys) != 2 {
		t.Errorf("touched: %+v", keys)
	}
	if !got["many"].Whole || !got["keyless"].Whole || len(got) != 3 {
		t.Errorf("touched: %+v", got)
	}
	if again := a.Touched(); len(again) != 0 {
		t.Errorf("told again: %v", again)
	}
}

// aZombieAppliesNothing: the owner of an Applier is replaced while it runs. From then on it changes nothing, and says why.
func aZombieAppliesNothing(t *testing.T, p *pair) {
	w := p.world(t)
	w.both("CREATE TABLE shop.t (id INT PRIMARY KEY)")
	w.begin()
	w.from.Exec("INSERT INTO shop.t VALUES (1)")
	a := binlog.NewApplier(w.plan())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(t.Context()) }()
	await(t, func() bool { return a.Status().Changes == 1 })

	c := w.dial(w.to)
	if _, err := guard.Take(t.Context(), c, "shop", token+1); err != nil {
		t.Fatal(err)
	}
	w.from.Exec("INSERT INTO shop.t VALUES (2)")
	if err := <-ended; !errors.Is(err, guard.ErrSuperseded) {
		t.Errorf("error %v", err)
	}
	if n := w.to.Value("SELECT COUNT(*) FROM shop.t"); n != "1" {
		t.Errorf("%s rows", n)
	}
	if _, err := w.apply(); !errors.Is(err, guard.ErrSuperseded) {
		t.Errorf("one that begins anew with the old token: %v", err)
	}

	plan := w.plan()
	plan.Token = token + 1
	plan.Phase = guard.Reverse
	if err := binlog.NewApplier(plan).Run(t.Context()); !errors.Is(err, guard.ErrPhase) {
		t.Errorf("one in another phase: %v", err)
	}
	w.to.Exec("SET GLOBAL read_only = 1")
	plan.Phase = guard.Forward
	if err := binlog.NewApplier(plan).Run(t.Context()); !errors.Is(err, guard.ErrReadOnly) {
		t.Errorf("on a server that became a replica: %v", err)
	}
	w.to.Exec("SET GLOBAL read_only = 0")
	w.mark()
	if err := binlog.NewApplier(plan).Run(t.Context()); err != nil {
		t.Error(err)
	}
	w.same("t")
}

func await(t *testing.T, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it does not come")
		}
	}
}

func aDestinationThatDies(t *testing.T, p *pair) {
	w := p.world(t)
	w.both("CREATE TABLE shop.t (id INT PRIMARY KEY AUTO_INCREMENT, n INT)", "CREATE TABLE shop.keyless (n INT)")
	w.begin()
	a := binlog.NewApplier(w.plan())
	ended := make(chan error, 1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	go func() { ended <- a.Run(ctx) }()
	for round := range 2 {
		for i := range 30 {
			w.from.Exec(fmt.Sprintf("INSERT INTO shop.t (n) VALUES (%d)", i), "INSERT INTO shop.keyless VALUES (1)", "UPDATE shop.t SET n = n + 1 WHERE id % 7 = 0")
		}
		before := a.Status().Changes
		await(t, func() bool { return a.Status().Changes > before || round > 0 })
		w.to.Kill()
		w.to.Run()
	}
	w.mark()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	w.same("t", "keyless")
}
