package proxy_test

import (
	"strings"
	"testing"
	"time"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/proxy"
)

// TestAWaitInVainLeavesNoDefaultDatabaseToOthers: a read has waited on a replica for what its session wrote, in vain, and was answered by the primary. The
// replica's connection has the session's default database then, so a session without one must not get it.
func TestAWaitInVainLeavesNoDefaultDatabaseToOthers(t *testing.T) {
	waited := make(chan struct{}, 1)
	tr := newTriangle(t, setup{
		proxy: func(c *proxy.Config) { c.ReadWait = 50 * time.Millisecond },
		primary: &mysqltest.Server{Handler: func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
			switch {
			case strings.HasPrefix(string(payload), "USE"):
				w.OK(mysql.OK{Status: mysql.StatusAutocommit | mysql.StatusSessionStateChanged, Track: mysql.Track{Kind: mysql.TrackSchema, Value: []byte("shop")}.Append(nil)})
			case strings.HasPrefix(string(payload), "INSERT"):
				w.OK(mysql.OK{Affected: 1, Status: mysql.StatusAutocommit | mysql.StatusSessionStateChanged, Track: mysql.AppendTrackVariable(nil, "last_gtid", "0-1-5")})
			default:
				answering("primary")(cmd, payload, w)
			}
		}},
		replica: &mysqltest.Server{Handler: func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
			if strings.HasPrefix(string(payload), "SELECT MASTER_GTID_WAIT") {
				waited <- struct{}{}
				w.Value("-1")
				return
			}
			answering("replica")(cmd, payload, w)
		}},
	})
	tr.lagKnown = true
	tr.setWorld(true)
	writer, other := tr.client(), tr.client()
	for _, sql := range []string{"USE /* shunt: primary */ shop", "INSERT INTO t VALUES (1)"} { // the replica has not seen the database yet
		if _, err := writer.Query(sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	if got := value(t, writer, "SELECT a FROM t"); got != "primary" {
		t.Errorf("the read was answered by the %s", got)
	}
	select {
	case <-waited:
	case <-time.After(10 * time.Second):
		t.Fatal("the replica was not asked to wait")
	}
	replica := tr.pools.Get(tr.hosts["replica"])
	before := replica.Stats()
	if got := value(t, other, "SELECT b FROM x.t"); got != "replica" {
		t.Errorf("the other's read was answered by the %s", got)
	}
	for deadline := time.Now().Add(10 * time.Second); replica.Stats().Active > 0 && time.Now().Before(deadline); { // it goes back behind the answer
		time.Sleep(time.Millisecond)
	}
	if after := replica.Stats(); after.Idle != before.Idle+1 {
		t.Errorf("%d connections were free, and then %d: the other session got one with a default database", before.Idle, after.Idle)
	}
}
