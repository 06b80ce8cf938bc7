package proxy_test

import (
	"strings"
	"testing"
	"time"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/proxy"
)

// awaitLog waits until the server has seen something.
func awaitLog(t *testing.T, m *mortal, what string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(m.log(), what); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the server never sees %s, but %s", what, m.log())
		}
	}
}

const ownRollback = "ROLLBACK AND NO CHAIN NO RELEASE"

// TestAnIdleTransactionIsRolledBack: its connection is free for others, the next statement hears it, and the session goes on.
func TestAnIdleTransactionIsRolledBack(t *testing.T) {
	m := &mortal{}
	tr := limited(t, m, proxy.Limits{TransactionIdle: 2 * soon}, 1)
	c := tr.client()
	mustRun(t, c, "SET @a = 1", "BEGIN", "UPDATE t SET n = 1")
	awaitLog(t, m, ownRollback)
	value(t, tr.client(), "SELECT 1 FOR UPDATE") // on the only connection
	if _, err := c.Query("UPDATE t SET n = 2"); number(err) != proxy.ErrorTxIdle || !strings.Contains(err.Error(), (2*soon).String()) {
		t.Errorf("the next statement: %v", err)
	}
	if strings.Contains(m.log(), "n = 2") {
		t.Errorf("it was run all the same: %s", m.log())
	}
	mustRun(t, c, "BEGIN", "UPDATE t SET n = 3", "COMMIT")
}

// TestARollbackAfterARollbackIsNoError: it is what has happened.
func TestARollbackAfterARollbackIsNoError(t *testing.T) {
	m := &mortal{}
	tr := limited(t, m, proxy.Limits{TransactionIdle: 2 * soon}, 1)
	c := tr.client()
	mustRun(t, c, "BEGIN")
	awaitLog(t, m, ownRollback)
	mustRun(t, c, "ROLLBACK", "UPDATE t SET n = 2")
}

func TestWithoutATransactionAClientMayBeIdle(t *testing.T) {
	m := &mortal{}
	tr := limited(t, m, proxy.Limits{TransactionIdle: 2 * soon, Transaction: 2 * soon}, 2)
	c := tr.client()
	mustRun(t, c, "UPDATE t SET n = 1", "CREATE TEMPORARY TABLE mine (n INT)") // which pins
	time.Sleep(3 * soon)                                                       // what is tested is that nothing happens meanwhile
	mustRun(t, c, "UPDATE t SET n = 2")
	if got := m.log(); strings.Contains(got, "ROLLBACK") {
		t.Errorf("the server saw %s", got)
	}
}

// TestWhatElseHoldsTheConnectionStays: only the transaction ends.
func TestWhatElseHoldsTheConnectionStays(t *testing.T) {
	m := &mortal{}
	tr := limited(t, m, proxy.Limits{TransactionIdle: 2 * soon}, 2)
	c := tr.client()
	mustRun(t, c, "CREATE TEMPORARY TABLE mine (n INT)", "BEGIN")
	mine := value(t, c, "SELECT 1 FOR UPDATE")
	awaitLog(t, m, ownRollback)
	if _, err := c.Query("UPDATE t SET n = 2"); number(err) != proxy.ErrorTxIdle {
		t.Errorf("the next statement: %v", err)
	}
	if got := value(t, c, "SELECT 1 FOR UPDATE"); got != mine {
		t.Errorf("it is on connection %s, and the temporary table on %s", got, mine)
	}
}

// TestALongTransactionIsRolledBack: between two statements, however busy its client is. The one after that is a new beginning.
func TestALongTransactionIsRolledBack(t *testing.T) {
	t.Parallel()
	m := &mortal{}
	tr := limited(t, m, proxy.Limits{Transaction: 4 * soon}, 1)
	c := tr.client()
	mustRun(t, c, "BEGIN")
	began := time.Now()
	var err error
	for err == nil && time.Since(began) < 10*time.Second {
		_, err = c.Query("UPDATE t SET n = n + 1")
	}
	if number(err) != proxy.ErrorTxLong {
		t.Errorf("after %v: %v", time.Since(began), err)
	}
	mustRun(t, c, "BEGIN", "COMMIT", "BEGIN", "COMMIT")
	if got := m.log(); strings.Count(got, ownRollback) != 1 {
		t.Errorf("the server saw %s", got)
	}
}

// TestAStatementOfALongTransactionIsKilled: it hears the error, and what comes after it runs.
func TestAStatementOfALongTransactionIsKilled(t *testing.T) {
	m := &mortal{}
	tr := limited(t, m, proxy.Limits{Transaction: 2 * soon, QueryTimeout: time.Hour}, 1)
	c := tr.client()
	mustRun(t, c, "BEGIN")
	if _, err := c.Query("UPDATE slow SET n = 1"); number(err) != proxy.ErrorTxLong {
		t.Errorf("the statement: %v", err)
	}
	mustRun(t, c, "UPDATE t SET n = 2")
	if got, want := m.log(), "BEGIN; UPDATE slow SET n = 1; KILL; "+ownRollback+"; UPDATE t SET n = 2"; got != want {
		t.Errorf("the server saw\n%s, want\n%s", got, want)
	}
}

// TestEachTransactionHasItsOwnTime: a COMMIT AND CHAIN begins another.
func TestEachTransactionHasItsOwnTime(t *testing.T) {
	t.Parallel()
	m := &mortal{}
	tr := limited(t, m, proxy.Limits{Transaction: 6 * soon}, 1)
	c := tr.client()
	for began := time.Now(); time.Since(began) < 12*soon; time.Sleep(soon) {
		mustRun(t, c, "BEGIN", "UPDATE t SET n = 1")
	}
	mustRun(t, c, "COMMIT")
}

// TestALongCommandIsNoIdleTransaction: bytes of the next command keep coming.
func TestALongCommandIsNoIdleTransaction(t *testing.T) {
	t.Parallel()
	m := &mortal{}
	tr := limited(t, m, proxy.Limits{TransactionIdle: 3 * soon}, 1)
	c := tr.client()
	mustRun(t, c, "BEGIN")
	packet := mysql.AppendQuery(nil, 0, "UPDATE t SET n = 1234567890")
	for _, b := range packet {
		if _, err := c.Conn.Write([]byte{b}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(soon / 5)
	}
	if a, err := c.ReadAnswer(mysql.ComQuery); err != nil || a.Results[0].Err != nil {
		t.Errorf("it says %+v %v", a.Results, err)
	}
}

// TestAClientThatGoesAfterItsTransactionWasRolledBack leaves nothing behind.
func TestAClientThatGoesAfterItsTransactionWasRolledBack(t *testing.T) {
	m := &mortal{}
	tr := limited(t, m, proxy.Limits{TransactionIdle: 2 * soon}, 1)
	c, err := mysqltest.Dial(t.Context(), tr.addr, mysqltest.Options{User: "app", Password: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	mustRun(t, c, "BEGIN")
	awaitLog(t, m, ownRollback)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	value(t, tr.client(), "SELECT 1 FOR UPDATE")
}
