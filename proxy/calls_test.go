package proxy_test

import (
	"testing"

	"shunt/mysql/mysqltest"
	"shunt/netloop/looptest"
)

// TestAPointSelectIsTwoReadsAndTwoWrites: and no more turns of the loop than there are waits, one for the client and one for the server. In system calls
// shunt costs what a relay costs that understands nothing.
func TestAPointSelectIsTwoReadsAndTwoWrites(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	server := &mysqltest.Server{Handler: answering("server")}
	c := newTriangle(t, setup{loop: loop, primary: server, replica: server}).client()
	for range 10 {
		value(t, c, "SELECT c FROM t WHERE id=5")
	}
	const times = 200
	before := loop.Stats()
	for range times {
		value(t, c, "SELECT c FROM t WHERE id=5")
	}
	after := loop.Stats()
	for what, n := range map[string]uint64{"reads": after.Reads - before.Reads, "writes": after.Writes - before.Writes} {
		if n > 2*times+times/10 { // what a slow machine makes of it: an answer that comes in two pieces
			t.Errorf("%d %s for %d statements", n, what, times)
		}
	}
	if n := after.Moves - before.Moves; n > 0 {
		t.Errorf("a connection was registered anew %d times", n)
	}
}
