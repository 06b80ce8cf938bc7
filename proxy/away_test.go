package proxy_test

import (
	"runtime/pprof"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/proxy"
)

// stacks counts those that epoll's loops have for tasks.
func stacks(t *testing.T) int {
	t.Helper()
	var all strings.Builder
	if err := pprof.Lookup("goroutine").WriteTo(&all, 2); err != nil {
		t.Fatal(err)
	}
	return strings.Count(all.String(), "epoll.newStrand.func1")
}

// TestWhoWaitsForAServerHasNoStack: not with reads, not with writes, and not in transactions. On connections that have served before, that is: what makes one look like the session's is answered first.
func TestWhoWaitsForAServerHasNoStack(t *testing.T) {
	const clients = 300
	var waiting atomic.Int32
	slow := make(chan struct{})
	server := &mysqltest.Server{Handler: func(_ mysql.Command, payload []byte, w *mysqltest.Reply) {
		text := string(payload)
		status := mysql.StatusAutocommit
		if strings.Contains(text, "BEGIN") || strings.Contains(text, "t3") {
			status |= mysql.StatusInTrans
		}
		if waiting.Add(1); strings.Contains(text, "slow") && !w.Await(slow) {
			return
		}
		w.OK(mysql.OK{Status: status})
	}}
	tr := newTriangle(t, setup{primary: server, replica: server, backend: func(c *backend.Config) { c.PerServer = clients },
		proxy: func(c *proxy.Config) { c.Wait = 30 * time.Second }})
	queries := [4]string{"UPDATE slow SET n = 1", "/* shunt: primary */ SELECT n FROM slow", "DELETE FROM slow", "UPDATE slow.t3 SET n = 1"}
	var all []*mysqltest.Client
	for range clients {
		c := tr.client()
		mustRun(t, c, "BEGIN") // so that each has a connection, which has served
		all = append(all, c)
	}
	for i, c := range all {
		if i%4 != 3 {
			mustRun(t, c, "COMMIT")
		}
	}
	done := make(chan error, clients)
	waiting.Store(0)
	for i, c := range all {
		go func() { _, err := c.Query(queries[i%4]); done <- err }()
	}
	eventually(t, "all of them wait for a server", func() bool { return waiting.Load() >= clients })
	if n := stacks(t); n > clients*2/3 { // some are kept for those who come next
		t.Errorf("%d stacks for %d clients that wait", n, clients)
	}
	close(slow)
	for range clients {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
