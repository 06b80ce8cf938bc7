package chaos

import (
	"fmt"
	"testing"
	"time"

	"shunt/tests/cluster"
)

// TestMySQLReadsAreNeverStale is TestReadsAreNeverStale with MySQL, whose GTIDs and ways to wait for them are others.
func TestMySQLReadsAreNeverStale(t *testing.T) {
	w := newWorld(t, cluster.MySQL())
	proxies := w.pair("causal", "")
	for i, lag := range []time.Duration{50 * time.Millisecond, time.Second} {
		t.Run(fmt.Sprint(lag), func(t *testing.T) {
			h := w.in(t).lateAndStopped(fmt.Sprint("mysql", i), proxies, lag)
			kept(t, h)
			onlyCutTransactionsFailed(t, h)
		})
	}
}
