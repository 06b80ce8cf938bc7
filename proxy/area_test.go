package proxy_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/proxy"
	"shunt/router"
)

// TestAnAreaIsHeldAndDrained: what may write in it waits, who has something open there is waited for, and neighbours do not notice.
func TestAnAreaIsHeldAndDrained(t *testing.T) {
	tr := newTriangle(t, setup{primary: &mysqltest.Server{Handler: transactional(nil)}, replica: &mysqltest.Server{Handler: answering("replica")},
		proxy: func(c *proxy.Config) { c.Wait = 30 * time.Second }})
	inside, outside, late, reader := tr.client(), tr.client(), tr.client(), tr.client()
	mustRun(t, inside, "BEGIN", "UPDATE shop.t SET n = 1")
	mustRun(t, outside, "BEGIN", "UPDATE blog.t SET n = 1")

	hold := tr.server.HoldArea(router.Area{Database: "shop", Whole: true}, false)
	drained := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		drained <- hold.Drain(ctx)
	}()
	lateDone := make(chan error, 1)
	go func() { _, err := late.Query("UPDATE shop.t SET n = 2"); lateDone <- err }()
	awaitState(t, tr, proxy.Held, 1)
	mustRun(t, reader, "UPDATE blog.t SET n = 2", "BEGIN", "COMMIT")
	if got := value(t, reader, "SELECT n FROM shop.t"); got != "replica" {
		t.Errorf("a read went to %s", got)
	}
	mustRun(t, outside, "UPDATE blog.t SET n = 3")
	outsideDone := make(chan error, 1)
	go func() { _, err := outside.Query("UPDATE shop.t SET n = 3"); outsideDone <- err }() // in the middle of its transaction
	awaitState(t, tr, proxy.Held, 2)
	mustRun(t, inside, "UPDATE shop.t SET n = 4")
	select {
	case err := <-drained:
		t.Fatalf("drained (%v) while a transaction is open", err)
	default:
	}
	mustRun(t, inside, "COMMIT")
	if err := <-drained; err != nil {
		t.Fatal(err)
	}
	hold.End()
	for _, done := range []chan error{lateDone, outsideDone} {
		if err := <-done; err != nil {
			t.Errorf("a write that was held: %v", err)
		}
	}
}

// TestAHeldAreaTellsWhoIsThere when it does not drain, and what has come too late when it has waited for long enough.
func TestAHeldAreaTellsWhoIsThere(t *testing.T) {
	tr := newTriangle(t, setup{primary: &mysqltest.Server{Handler: transactional(nil)}, proxy: func(c *proxy.Config) { c.Wait = 50 * time.Millisecond }})
	inside := tr.client()
	mustRun(t, inside, "BEGIN", "UPDATE shop.t SET n = 1")
	hold := tr.server.HoldArea(router.Area{Database: "shop", Whole: true}, false)
	defer hold.End()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := hold.Drain(ctx); err == nil || !strings.Contains(err.Error(), "database shop still has 1 clients at work: client 1 (transaction") {
		t.Errorf("error %v", err)
	}
	_, err := tr.client().Query("UPDATE shop.t SET n = 1")
	if err == nil || !strings.Contains(err.Error(), "9908") || !strings.Contains(err.Error(), "writes to database shop are paused") {
		t.Errorf("a write that is held for too long: %v", err)
	}
}

// TestOnlySoManyStatementsWait: one more, or one that is too long, is refused at once.
func TestOnlySoManyStatementsWait(t *testing.T) {
	tr := newTriangle(t, setup{primary: &mysqltest.Server{Handler: transactional(nil)}, proxy: func(c *proxy.Config) {
		c.Wait, c.Held, c.HeldBytes = 30*time.Second, 2, 100
	}})
	hold := tr.server.HoldArea(router.Area{Database: "shop", Whole: true}, false)
	waiting := make(chan error, 2)
	for n := range 2 {
		c := tr.client()
		go func() { _, err := c.Query("UPDATE shop.t SET n = 2"); waiting <- err }()
		awaitState(t, tr, proxy.Held, n+1)
		if n == 0 {
			_, err := tr.client().Query("UPDATE shop.t SET n = 2 /* " + strings.Repeat("long ", 20) + " */")
			if err == nil || !strings.Contains(err.Error(), "9908") || !strings.Contains(err.Error(), "limits.held_bytes") {
				t.Errorf("one that is too long: %v", err)
			}
		}
	}
	_, err := tr.client().Query("UPDATE shop.t SET n = 2")
	if err == nil || !strings.Contains(err.Error(), "9908") || !strings.Contains(err.Error(), "limits.held") {
		t.Errorf("a third one: %v", err)
	}
	hold.End()
	for range 2 {
		if err := <-waiting; err != nil {
			t.Error(err)
		}
	}
}

// TestNobodyEntersAClosedArea: whoever stands in it waits, whatever he asks, and so does who prepares a statement.
func TestNobodyEntersAClosedArea(t *testing.T) {
	tr := newTriangle(t, setup{primary: &mysqltest.Server{Handler: transactional(nil)}, replica: &mysqltest.Server{Handler: answering("replica")},
		proxy: func(c *proxy.Config) { c.Wait = 30 * time.Second }})
	inside := func() *mysqltest.Client { return tr.clientIn("shop") }
	inside() // from the second login on the proxy knows that the account may
	asks, prepares, outside := inside(), inside(), tr.client()
	hold := tr.server.HoldArea(router.Area{Database: "shop"}, true)
	done := make(chan error, 2)
	go func() { _, err := asks.Query("SELECT 1"); done <- err }()
	awaitState(t, tr, proxy.Held, 1)
	go func() {
		_, _ = prepares.Do(mysql.ComStmtPrepare, []byte("UPDATE t SET n = 9")) // whatever the scripted server thinks of it
		done <- nil
	}()
	awaitState(t, tr, proxy.Held, 2)
	mustRun(t, outside, "UPDATE blog.t SET n = 1", "SELECT 1")
	hold.End()
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// TestWhoComesTooLateForAGateIsAskedAgain: a statement that was on its way when its database was closed is refused by the server, and planned anew; if nothing is
// closed, the server's word counts.
func TestWhoComesTooLateForAGateIsAskedAgain(t *testing.T) {
	var hold *proxy.AreaHold
	refusals := 0
	var tr *triangle
	tr = newTriangle(t, setup{primary: &mysqltest.Server{Handler: func(_ mysql.Command, payload []byte, w *mysqltest.Reply) {
		if !strings.HasPrefix(string(payload), "UPDATE") {
			w.OK(mysql.OK{Status: mysql.StatusAutocommit})
			return
		}
		if refusals++; refusals == 1 { // the gate closes just now
			hold = tr.server.HoldArea(router.Area{Database: "shop"}, true)
			time.AfterFunc(50*time.Millisecond, hold.End)
			w.Err(mysql.NewError(1142, "42000", "UPDATE command denied"))
			return
		}
		if strings.Contains(string(payload), "forbidden") {
			w.Err(mysql.NewError(1142, "42000", "UPDATE command denied"))
			return
		}
		w.OK(mysql.OK{Status: mysql.StatusAutocommit})
	}}, proxy: func(c *proxy.Config) { c.Wait = 30 * time.Second }})
	c := tr.client()
	mustRun(t, c, "UPDATE shop.t SET n = 1")
	if refusals != 2 {
		t.Errorf("the server was asked %d times", refusals)
	}
	if _, err := c.Query("UPDATE shop.t SET forbidden = 1"); err == nil || !strings.Contains(err.Error(), "1142") {
		t.Errorf("what the server forbids: %v", err)
	}
}

// begun is a server on which a transaction is open from the first statement of a connection to its COMMIT, and that says with each answer what it says of such a one.
func begun(status mysql.Status) mysqltest.Handler {
	return func(_ mysql.Command, payload []byte, w *mysqltest.Reply) {
		now := status
		if string(payload) == "COMMIT" {
			now &^= mysql.StatusInTrans
		}
		if strings.HasPrefix(string(payload), "SELECT") {
			now |= mysql.StatusInTrans
			w.ResultSet(mysql.ResultSet{Columns: []mysql.ColumnDef{mysql.TextColumn("n")}, Rows: []mysql.Row{mysql.NewRow("1")}}, mysql.OK{Status: now})
			return
		}
		w.OK(mysql.OK{Status: now})
	}
}

// TestWhatATransactionHasReadIsWaitedFor: where it has read it goes on reading, so nothing may be closed there before its end; also if it is one that cannot write, or that autocommit=0 has begun.
func TestWhatATransactionHasReadIsWaitedFor(t *testing.T) {
	for begin, status := range map[string]mysql.Status{"START TRANSACTION READ ONLY": mysql.StatusAutocommit | mysql.StatusInTrans, "SET autocommit=0": mysql.StatusNoIndex} {
		t.Run(begin, func(t *testing.T) {
			tr := newTriangle(t, setup{primary: &mysqltest.Server{Handler: begun(status)}, replica: &mysqltest.Server{Handler: begun(status)}})
			c := tr.client()
			mustRun(t, c, begin, "SELECT n FROM blog.t", "COMMIT")
			if status&mysql.StatusAutocommit != 0 {
				mustRun(t, c, begin)
			}
			mustRun(t, c, "SELECT n FROM shop.t")
			hold := tr.server.HoldArea(router.Area{Database: "shop"}, true)
			defer hold.End()
			drain := func(patience time.Duration) error {
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				return hold.Drain(ctx)
			}
			if err := drain(50 * time.Millisecond); err == nil {
				t.Error("nobody waits for its end")
			}
			mustRun(t, c, "COMMIT")
			if err := drain(30 * time.Second); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestATransactionThatCannotFollowWaits: while a module of its database is about to live elsewhere, one does not begin that stays on its server to its end; elsewhere it does.
func TestATransactionThatCannotFollowWaits(t *testing.T) {
	tr := newTriangle(t, setup{primary: &mysqltest.Server{Handler: transactional(nil)}, replica: &mysqltest.Server{Handler: transactional(nil)},
		proxy: func(c *proxy.Config) { c.Wait = 30 * time.Second }})
	tr.clientIn("shop") // from the second login on the proxy knows that the account may
	tr.clientIn("blog")
	inside, outside := tr.clientIn("shop"), tr.clientIn("blog")
	hold := tr.server.HoldArea(router.Area{Database: "shop", Module: "statistics"}, true)
	done := make(chan error, 1)
	go func() { _, err := inside.Query("START TRANSACTION READ ONLY"); done <- err }()
	awaitState(t, tr, proxy.Held, 1)
	mustRun(t, outside, "START TRANSACTION READ ONLY", "COMMIT")
	hold.End()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestACallIsAskedAgainOnlyAsAWhole: when a database is closed, a procedure that may not be run at all is planned anew; one that was let in and meets the gate inside has done what it
// has done, and its client hears of it.
func TestACallIsAskedAgainOnlyAsAWhole(t *testing.T) {
	const denied = "execute command denied to user 'web'@'%%' for routine "
	for _, c := range []struct {
		name    string
		call    string
		refusal *mysql.Error
		again   bool
	}{
		{"the routine itself", "CALL shop.pay(1)", mysql.NewError(1370, "42000", denied+"'shop.pay'"), true},
		{"without its database", "CALL pay(1)", mysql.NewError(1370, "42000", denied+"'shop.pay'"), true},
		{"in other letters", "CALL shop.PAY(1)", mysql.NewError(1370, "42000", denied+"'shop.Pay'"), true},
		{"a routine that it calls", "CALL shop.pay(1)", mysql.NewError(1370, "42000", denied+"'shop.note'"), false},
		{"one of another database", "CALL shop.pay(1)", mysql.NewError(1370, "42000", denied+"'other_shop.pay'"), false},
		{"a table that it writes to", "CALL shop.pay(1)", mysql.NewError(1142, "42000", "INSERT command denied"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			calls := 0
			var tr *triangle
			tr = newTriangle(t, setup{primary: &mysqltest.Server{Handler: func(_ mysql.Command, payload []byte, w *mysqltest.Reply) {
				if strings.HasPrefix(string(payload), "CALL") {
					if calls++; calls == 1 { // the gate closes just now
						hold := tr.server.HoldArea(router.Area{Database: "shop"}, true)
						time.AfterFunc(20*time.Millisecond, hold.End)
						w.Err(c.refusal)
						return
					}
				}
				w.OK(mysql.OK{Status: mysql.StatusAutocommit})
			}}, proxy: func(c *proxy.Config) { c.Wait = 30 * time.Second }})
			tr.clientIn("shop") // from the second login on the proxy knows that the account may
			_, err := tr.clientIn("shop").Query(c.call)
			if again := calls == 2 && err == nil; again != c.again {
				t.Errorf("the server was asked %d times, and the client heard %v", calls, err)
			}
		})
	}
}
