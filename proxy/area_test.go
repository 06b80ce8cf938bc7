package proxy_test

import (
	"context"
	"strings"
	"testing"
	"time"

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
