package moves

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"shunt/tests/cluster"
)

// TestADatabaseMovesUnderLoad: to the other cluster, and back, while applications write, pay and read: nobody gets an error, and nothing is lost or doubled.
func TestADatabaseMovesUnderLoad(t *testing.T) { movesUnderLoad(t) }

func TestMySQLADatabaseMovesUnderLoad(t *testing.T) { movesUnderLoad(t, cluster.MySQL()) }

// TestALargeDatabaseIsComparedWhereItWasChanged: one that is too large to be compared as a whole while its statements wait.
func TestALargeDatabaseIsComparedWhereItWasChanged(t *testing.T) {
	w := newWorld(t, "")
	w.edit("moves: {", "moves: {compare: 1KiB, ")
	l := w.start(4, 2)
	l.more()
	w.proxy.Ask("MOVE DATABASE blog TO gra")
	w.await("reversible")
	l.more()
	w.proxy.Ask("ROLLBACK MOVE blog")
	w.await("reversible")
	l.judge("paris")
	if strings.Contains(w.proxy.Log.String(), "not compared") {
		t.Error("something was not compared")
	}
}

func movesUnderLoad(t *testing.T, opts ...cluster.Option) {
	w := newWorld(t, "", opts...)
	l := w.start(6, 2)
	l.more()
	w.proxy.Ask("MOVE DATABASE blog TO gra")
	m := w.await("reversible")
	t.Log(describe(m))
	for _, order := range []string{"SET DATABASE blog HOME paris FORCE", "ADD MODULE m DATABASE blog TABLES ('posts') CLUSTER gra FORCE", "UNDO CHANGE 2 FORCE", "MOVE DATABASE blog TO paris"} {
		if _, err := w.proxy.Try(order); err == nil || !strings.Contains(err.Error(), "being moved") {
			t.Errorf("%s, while the old home follows: %v", order, err)
		}
	}
	l.more()
	if n := w.number("gra", "SELECT COUNT(*) FROM blog.posts"); n == 0 {
		t.Error("gra has no rows")
	}
	for range 2 {
		w.proxy.Ask("ROLLBACK MOVE blog")
		m = w.await("reversible")
		t.Log(describe(m))
		l.more()
	}
	l.judge(m["to"])
	if m["to"] != "gra" {
		t.Errorf("it is on %s", m["to"])
	}
}

// TestWhoIsWaitedForDoesNotWait: SET TRANSACTION keeps a session on its connection, so a switch waits for it; the transaction that comes next goes on to its end, and holds
// nothing up.
func TestWhoIsWaitedForDoesNotWait(t *testing.T) {
	w := newWorld(t, "")
	l := w.start(2, 1)
	for range 6 {
		l.client(func(db *sql.DB) error {
			tx, err := db.BeginTx(context.Background(), &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
			if err != nil {
				return err
			}
			defer func() { _ = tx.Rollback() }() // nothing, when it was committed
			var sum int
			if err := tx.QueryRowContext(context.Background(), "SELECT SUM(money) FROM accounts").Scan(&sum); err != nil {
				return err
			}
			return tx.Commit()
		})
	}
	l.more()
	w.proxy.Ask("MOVE DATABASE blog TO gra")
	w.await("reversible")
	for range 3 {
		l.more()
		w.proxy.Ask("ROLLBACK MOVE blog")
		w.await("reversible")
	}
	l.judge("paris")
	if said := w.proxy.Log.String(); strings.Contains(said, "a switch is given up") {
		t.Errorf("a switch was given up:\n%s", said)
	}
}
