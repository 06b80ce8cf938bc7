package proxy_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/proxy"
)

// transactional answers as a server that knows BEGIN and COMMIT, and is slow with a statement until told otherwise.
func transactional(slow <-chan struct{}) mysqltest.Handler {
	var open sync.Map // by connection
	return func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		switch string(payload) {
		case "BEGIN":
			open.Store(w.Conn(), true)
		case "COMMIT", "ROLLBACK":
			open.Delete(w.Conn())
		case "UPDATE slow SET n = 1":
			if !w.Await(slow) {
				return
			}
		}
		if cmd == mysql.ComResetConnection {
			open.Delete(w.Conn())
		}
		if strings.HasPrefix(string(payload), "SELECT") || strings.HasSuffix(string(payload), "FROM t") {
			w.Value("primary")
			return
		}
		status := mysql.StatusAutocommit
		if _, yes := open.Load(w.Conn()); yes {
			status |= mysql.StatusInTrans
		}
		w.OK(mysql.OK{Status: status})
	}
}

// hold calls Hold on a goroutine of its own, as a switchover does.
func hold(tr *triangle, within time.Duration) (held chan error, release func()) {
	held = make(chan error, 1)
	released := make(chan func(), 1)
	go func() {
		ctx, cancel := context.WithTimeout(tr.t.Context(), within)
		defer cancel()
		end, err := tr.server.Hold(ctx, "c")
		if err == nil {
			released <- end
		}
		held <- err
	}()
	return held, func() { (<-released)() }
}

// eventually waits for what another goroutine does.
func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !cond(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after ten seconds still not: %s", what)
		}
	}
}

func mustRun(t *testing.T, c *mysqltest.Client, queries ...string) {
	t.Helper()
	for _, q := range queries {
		if _, err := c.Query(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

// TestHoldWaitsForWritersAndLetsNoNewOnesIn: an open transaction and a statement that runs go on to their ends, what comes meanwhile waits, reads do not.
func TestHoldWaitsForWritersAndLetsNoNewOnesIn(t *testing.T) {
	slow := make(chan struct{})
	tr := newTriangle(t, setup{primary: &mysqltest.Server{Handler: transactional(slow)}, replica: &mysqltest.Server{Handler: answering("replica")},
		proxy: func(c *proxy.Config) { c.Wait = 30 * time.Second }})
	inTransaction, slowly, late, reader := tr.client(), tr.client(), tr.client(), tr.client()
	mustRun(t, inTransaction, "BEGIN", "UPDATE t SET n = 1")
	slowDone := make(chan error, 1)
	go func() { _, err := slowly.Query("UPDATE slow SET n = 1"); slowDone <- err }()
	eventually(t, "the slow write is on the primary", func() bool { return contains(tr.primary.Queries(), "UPDATE slow SET n = 1") })

	held, release := hold(tr, 30*time.Second)
	eventually(t, "writes are held", func() bool { return len(tr.server.HeldClusters()) > 0 })
	lateDone := make(chan error, 1)
	go func() { _, err := late.Query("UPDATE t SET n = 2"); lateDone <- err }()
	awaitState(t, tr, proxy.Held, 1)
	if got := value(t, reader, "SELECT n FROM t"); got != "replica" {
		t.Errorf("a read went to %s", got)
	}
	if got := value(t, reader, "/* shunt: primary */ SELECT n FROM t"); got != "primary" {
		t.Errorf("a read of the primary: %s", got)
	}
	mustRun(t, inTransaction, "UPDATE t SET n = 3", "COMMIT")
	select {
	case err := <-held:
		t.Fatalf("writes are held (%v) while one runs", err)
	default:
	}
	close(slow)
	if err := <-slowDone; err != nil {
		t.Errorf("the write that ran: %v", err)
	}
	if err := <-held; err != nil {
		t.Fatal(err)
	}
	prepared := make(chan error, 1)
	go func() { // preparing changes nothing, so it does not wait
		a, err := reader.Do(mysql.ComStmtPrepare, []byte("UPDATE t SET n = 9"))
		if err == nil && len(a.Results) > 0 && a.Results[0].Err != nil {
			err = a.Results[0].Err
		}
		prepared <- err
	}()
	select {
	case <-prepared: // whatever the scripted server thinks of it
	case <-time.After(20 * time.Second):
		t.Fatal("a PREPARE waits for writes to go on")
	}
	if contains(tr.primary.Queries(), "UPDATE t SET n = 2") {
		t.Error("a write got through the hold")
	}
	release()
	if err := <-lateDone; err != nil {
		t.Errorf("the write that waited: %v", err)
	}
	mustRun(t, inTransaction, "BEGIN", "COMMIT")
}

// TestHoldGivesUp: a transaction that does not end makes the hold end, and it says who it is.
func TestHoldGivesUp(t *testing.T) {
	tr := newTriangle(t, setup{primary: &mysqltest.Server{Handler: transactional(nil)}})
	c, other := tr.client(), tr.client()
	mustRun(t, c, "BEGIN", "UPDATE t SET n = 1")
	held, _ := hold(tr, 50*time.Millisecond)
	if err := <-held; err == nil || !strings.Contains(err.Error(), "(transaction)") {
		t.Errorf("held: %v", err)
	}
	mustRun(t, other, "UPDATE t SET n = 2") // nothing is held
	mustRun(t, c, "COMMIT")
	held, release := hold(tr, 10*time.Second)
	if err := <-held; err != nil {
		t.Error(err)
	}
	release()
}

// TestHoldForgetsClientsThatAreGone: a transaction ends with its client, with a reset, or with the server's connection.
func TestHoldForgetsClientsThatAreGone(t *testing.T) {
	tr := newTriangle(t, setup{primary: &mysqltest.Server{Handler: transactional(nil)}})
	for name, end := range map[string]func(c *mysqltest.Client){
		"its client leaves": func(c *mysqltest.Client) { _ = c.Close() },
		"it is reset": func(c *mysqltest.Client) {
			if _, err := c.Do(mysql.ComResetConnection, nil); err != nil {
				t.Error(err)
			}
		},
	} {
		c := tr.client()
		mustRun(t, c, "BEGIN", "UPDATE t SET n = 1")
		end(c)
		held, release := hold(tr, 10*time.Second)
		if err := <-held; err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		release()
	}
}

// TestAHeldWriteIsRefusedInTheEnd: nobody waits for ever, and the error says what it was.
func TestAHeldWriteIsRefusedInTheEnd(t *testing.T) {
	tr := newTriangle(t, setup{proxy: func(c *proxy.Config) { c.Wait = 50 * time.Millisecond }})
	held, release := hold(tr, 10*time.Second)
	if err := <-held; err != nil {
		t.Fatal(err)
	}
	defer release()
	_, err := tr.client().Query("UPDATE t SET n = 1")
	if err == nil || !strings.Contains(err.Error(), "9908") {
		t.Errorf("a write that is held for too long: %v", err)
	}
}
