package proxy_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"shunt/backend/xa"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/proxy"
	"shunt/router"
)

// tombstoned answers as a server whose table is closed just now, when it is asked for it for the first time: the proxy hears of it after the statement has gone.
type tombstoned struct {
	tr   *triangle
	area router.Area
	hold atomic.Pointer[proxy.AreaHold]
}

// refuse says whether it has just been closed.
func (g *tombstoned) refuse(w *mysqltest.Reply) bool {
	if g.hold.Load() != nil {
		return false
	}
	g.hold.Store(g.tr.server.HoldArea(g.area, true))
	w.Err(mysql.NewError(1356, "HY000", "View 'shop.t' references invalid table(s)"))
	return true
}

// open lets statements go on after one waits, for whom nobody has to wait.
func (g *tombstoned) open(t *testing.T) {
	t.Helper()
	awaitState(t, g.tr, proxy.Held, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := g.hold.Load().Drain(ctx); err != nil {
		t.Errorf("while the statement waits: %v", err)
	}
	g.hold.Load().End()
}

// inTransactions answers as a server with transactions that can be read only, and with one table, that is closed when it is read for the first time.
func (g *tombstoned) inTransactions(d *diary, name string) *mysqltest.Server {
	plain := branching(name, d, nil)
	return &mysqltest.Server{Handler: func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		text := string(payload)
		const open = mysql.StatusAutocommit | mysql.StatusInTrans
		switch {
		case strings.HasPrefix(text, "START TRANSACTION READ ONLY"):
			d.note(name + ": " + text)
			w.OK(mysql.OK{Status: open | mysql.StatusInTransReadonly})
		case strings.HasSuffix(text, "SNAPSHOT"):
			w.OK(mysql.OK{Status: open})
		case strings.HasPrefix(text, "SELECT n"):
			d.note(name + ": " + text)
			if strings.HasSuffix(text, "FROM shop.t") && g.refuse(w) {
				return
			}
			w.ResultSet(mysql.ResultSet{Columns: []mysql.ColumnDef{mysql.TextColumn("n")}, Rows: []mysql.Row{mysql.NewRow("1")}}, mysql.OK{Status: open})
		default:
			plain.Handler(cmd, payload, w)
		}
	}}
}

// TestATransactionInWhichNothingWasDoneBeginsAnew: what it reads first is refused, since that is about to live elsewhere; nobody has seen anything of it yet, so it waits as one that has not begun, and
// begins where the statement goes then, as it did before.
func TestATransactionInWhichNothingWasDoneBeginsAnew(t *testing.T) {
	for _, c := range []struct {
		name  string
		begin []string
		anew  []string // as it begins the second time
	}{
		{"which may write", []string{"BEGIN"}, []string{"START TRANSACTION"}},
		{"which may not", []string{"START TRANSACTION READ ONLY"}, []string{"SET TRANSACTION READ ONLY", "START TRANSACTION"}},
		{"as SET TRANSACTION says", []string{"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "START TRANSACTION READ ONLY"},
			[]string{"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY", "START TRANSACTION"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, g := &diary{}, &tombstoned{area: router.Area{Database: "shop"}}
			g.tr = newTriangle(t, setup{primary: g.inTransactions(d, "primary"), replica: g.inTransactions(d, "replica"), proxy: func(c *proxy.Config) { c.Wait = 30 * time.Second }})
			client := g.tr.client()
			mustRun(t, client, c.begin...)
			done := make(chan error, 1)
			go func() { _, err := client.Query("SELECT n FROM shop.t"); done <- err }()
			g.open(t)
			if err := <-done; err != nil {
				t.Error(err)
			}
			d.has(t, append(append([]string{": SELECT n", ": ROLLBACK"}, c.anew...), ": SELECT n")...)
			mustRun(t, client, "COMMIT")
			d.has(t, append(c.anew, ": COMMIT")...)
		})
	}
}

// TestATransactionThatCannotFollowIsADeadlock: it has read before, and what it reads next has gone. It is rolled back, and its client hears what everybody knows to begin anew for.
func TestATransactionThatCannotFollowIsADeadlock(t *testing.T) {
	for _, begin := range []string{"BEGIN", "START TRANSACTION READ ONLY", "START TRANSACTION WITH CONSISTENT SNAPSHOT"} {
		t.Run(begin, func(t *testing.T) {
			d, g := &diary{}, &tombstoned{area: router.Area{Database: "shop"}}
			g.tr = newTriangle(t, setup{primary: g.inTransactions(d, "primary"), replica: g.inTransactions(d, "replica"), proxy: func(c *proxy.Config) { c.Wait = 30 * time.Second }})
			client := g.tr.client()
			mustRun(t, client, begin)
			if !strings.Contains(begin, "SNAPSHOT") { // which is what was read
				mustRun(t, client, "SELECT n FROM blog.t")
			}
			if _, err := client.Query("SELECT n FROM shop.t"); number(err) != 1213 || !strings.Contains(err.Error(), "cannot follow") {
				t.Errorf("error %v", err)
			}
			d.has(t, ": SELECT n FROM shop.t", ": ROLLBACK")
			g.hold.Load().End()
			r, err := client.Query("DO 1")
			if err != nil || r.OK.Status.Has(mysql.StatusInTrans) {
				t.Errorf("afterwards: %v, %v", r.OK.Status, err)
			}
		})
	}
}

// TestATransactionOverClustersWaitsForAClosedPart: what it has done elsewhere stays, and the statement is asked again.
func TestATransactionOverClustersWaitsForAClosedPart(t *testing.T) {
	n, g := &notary{outcome: xa.Committed}, &tombstoned{area: router.Area{Database: "b"}}
	g.tr = twoClusters(t, n, nil, map[string]mysqltest.Handler{writeD: func(_ mysql.Command, _ []byte, w *mysqltest.Reply) {
		if !g.refuse(w) {
			w.OK(mysql.OK{Status: mysql.StatusAutocommit | mysql.StatusInTrans})
		}
	}})
	c := g.tr.client()
	mustRun(t, c, begin, writeC)
	done := make(chan error, 1)
	go func() { _, err := c.Query(writeD); done <- err }()
	g.open(t)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	mustRun(t, c, "COMMIT")
	n.has(t, "c: XA START", "c: "+writeC, "d: XA START", "d: "+writeD, "d: "+writeD, "PREPARE", "PREPARE", "decide c d")
	n.hasNot(t, "ROLLBACK")
}
