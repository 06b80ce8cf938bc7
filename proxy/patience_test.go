package proxy_test

import (
	"testing"
	"time"

	"shunt/mysql/mysqltest"
	"shunt/proxy"
)

// TestAnIdleClientIsAnswered: limits.write bounds how long a client may take an answer, not how long it may be idle before it. The second question is one that
// shunt answers itself.
func TestAnIdleClientIsAnswered(t *testing.T) {
	const patience = 200 * time.Millisecond
	tr := newTriangle(t, setup{proxy: func(c *proxy.Config) { c.Write = patience }, replica: &mysqltest.Server{Handler: answering("replica")}})
	c := tr.client()
	if got := value(t, c, "SELECT 1"); got != "replica" {
		t.Fatalf("answered by the %s", got)
	}
	time.Sleep(2 * patience) // what is tested is that time has passed
	if _, err := c.Value("SELECT CONNECTION_ID()"); err != nil {
		t.Errorf("after a while: %v", err)
	}
}
