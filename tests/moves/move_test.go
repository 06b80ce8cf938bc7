package moves

import (
	"testing"
)

// TestADatabaseMovesUnderLoad: to the other cluster, and back, while applications write, pay and read: nobody gets an error, and nothing is lost or doubled.
func TestADatabaseMovesUnderLoad(t *testing.T) {
	w := newWorld(t, "")
	l := w.start(6, 2)
	l.more()
	w.proxy.Ask("MOVE DATABASE blog TO gra")
	m := w.await("reversible")
	t.Log(describe(m))
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
