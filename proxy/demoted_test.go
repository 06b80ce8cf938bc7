package proxy_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/proxy"
)

// readOnlyFor answers with the error of a read_only server until told otherwise.
func readOnlyFor(readOnly *atomic.Bool, refused *atomic.Int64) mysqltest.Handler {
	inner := transactional(nil)
	return func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		text := string(payload)
		if readOnly.Load() && (strings.HasPrefix(text, "UPDATE") || strings.HasPrefix(text, "COMMIT")) {
			refused.Add(1)
			w.Err(mysql.NewError(1290, "HY000", "The MariaDB server is running with the --read-only option so it cannot execute this statement"))
			return
		}
		inner(cmd, payload, w)
	}
}

// TestAWriteWaitsForTheNewPrimary: somebody else promotes another server. A write that meets the old primary between its being made read_only and our knowing it
// waits, and is carried out once.
func TestAWriteWaitsForTheNewPrimary(t *testing.T) {
	var readOnly atomic.Bool
	var refused atomic.Int64
	tr := newTriangle(t, setup{primary: &mysqltest.Server{Handler: readOnlyFor(&readOnly, &refused)},
		proxy: func(c *proxy.Config) { c.Wait = 30 * time.Second }})
	c, inTransaction := tr.client(), tr.client()
	mustRun(t, inTransaction, "BEGIN", "UPDATE t SET n = 1")
	readOnly.Store(true)
	done := make(chan error, 1)
	go func() { _, err := c.Query("UPDATE t SET n = 2"); done <- err }()
	awaitState(t, tr, proxy.Held, 1)
	if _, err := inTransaction.Query("UPDATE t SET n = 3"); err == nil || !strings.Contains(err.Error(), "1290") {
		t.Errorf("a write in a transaction: %v", err)
	}
	eventually(t, "it asks again whenever there is news", func() bool { tr.setWorld(true); return refused.Load() >= 3 })
	readOnly.Store(false)
	tr.setWorld(true)
	if err := <-done; err != nil {
		t.Error(err)
	}
	mustRun(t, c, "UPDATE t SET n = 4")
}

// TestAReadOnlyServerIsAnErrorInTheEnd: without a new primary the client hears what is wrong.
func TestAReadOnlyServerIsAnErrorInTheEnd(t *testing.T) {
	var readOnly atomic.Bool
	readOnly.Store(true)
	tr := newTriangle(t, setup{primary: &mysqltest.Server{Handler: readOnlyFor(&readOnly, new(atomic.Int64))},
		proxy: func(c *proxy.Config) { c.Wait = 100 * time.Millisecond }})
	if _, err := tr.client().Query("UPDATE t SET n = 2"); err == nil {
		t.Error("a read_only server has written")
	}
}
