package proxy_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"shunt/backend/xa"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/proxy"
)

// notary decides as it is told, and writes down what it hears, among what the servers hear.
type notary struct {
	*diary
	outcome  xa.Outcome
	hindered string
	away     bool
}

func (n *notary) Name() xa.Name {
	return xa.Name{Fleet: "00000000", Run: "11111111", Number: 1}
}
func (n *notary) Ready() bool            { return !n.away }
func (n *notary) Hindered(string) string { return n.hindered }
func (n *notary) Take(xa.Name)           { n.note("take") }
func (n *notary) Left(xa.Name) bool      { return false }
func (n *notary) Leave(xa.Name)          { n.note("leave") }

func (n *notary) Decide(_ context.Context, _ xa.Name, clusters []string) xa.Outcome {
	n.note("decide " + strings.Join(clusters, " "))
	return n.outcome
}

func (n *notary) Done(_ xa.Name, outcome xa.Outcome) { n.note(fmt.Sprintf("done %d", outcome)) }

// diary is what has happened, in order. What two servers do at the same time stands in the order of their names.
type diary struct {
	mu      sync.Mutex
	entries []string // guarded by mu
}

func (d *diary) note(what string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.entries = append(d.entries, what)
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.entries, "; ")
}

// has fails unless the words come in this order.
func (d *diary) has(t *testing.T, words ...string) {
	t.Helper()
	rest := d.String()
	for _, w := range words {
		at := strings.Index(rest, w)
		if at < 0 {
			t.Errorf("%q does not come, or not behind what comes before it, in: %s", w, d)
			return
		}
		rest = rest[at+len(w):]
	}
}

func (d *diary) hasNot(t *testing.T, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(d.String(), w) {
			t.Errorf("%q has come: %s", w, d)
		}
	}
}

var identifiers = regexp.MustCompile(` X'[^ ]*`)

// branching answers as a server does that knows transactions and XA, and treats some statements specially: those that begin with a key.
func branching(name string, d *diary, special map[string]mysqltest.Handler) *mysqltest.Server {
	var open sync.Map // by connection
	return &mysqltest.Server{Handler: func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		text := identifiers.ReplaceAllString(string(payload), "")
		if cmd == mysql.ComQuery {
			d.note(name + ": " + text)
		}
		for words, handler := range special {
			if text == words {
				handler(cmd, payload, w)
				return
			}
		}
		switch {
		case cmd == mysql.ComResetConnection:
			open.Delete(w.Conn())
		case strings.HasPrefix(text, "XA START"), text == "START TRANSACTION", text == "BEGIN":
			open.Store(w.Conn(), true)
		case strings.HasPrefix(text, "XA COMMIT"), strings.HasPrefix(text, "XA ROLLBACK"), strings.HasPrefix(text, "COMMIT"), strings.HasPrefix(text, "ROLLBACK"):
			open.Delete(w.Conn())
		}
		status := mysql.StatusAutocommit
		if _, yes := open.Load(w.Conn()); yes {
			status |= mysql.StatusInTrans
		}
		w.OK(mysql.OK{Status: status})
	}}
}

func refusing(number uint16) mysqltest.Handler {
	return func(_ mysql.Command, _ []byte, w *mysqltest.Reply) { w.Err(mysql.NewError(number, "HY000", "no")) }
}

// twoClusters is a proxy before one server each of clusters c and d.
func twoClusters(t *testing.T, n *notary, onC, onD map[string]mysqltest.Handler) *triangle {
	n.diary = &diary{}
	return newTriangle(t, setup{decisions: n, primary: branching("c", n.diary, onC), replica: branching("d", n.diary, onD)})
}

const begin, writeC, writeD = "BEGIN /* shunt: atomic */", "UPDATE a.t SET n = 1", "UPDATE b.t SET n = 1"

func TestTwoPhasesComeInTheirOrder(t *testing.T) {
	n := &notary{outcome: xa.Committed}
	c := twoClusters(t, n, nil, nil).client()
	mustRun(t, c, begin, writeC, writeD, "COMMIT")
	n.has(t, "c: XA START", "c: "+writeC, "d: XA START", "d: "+writeD, "take", "PREPARE", "PREPARE", "decide c d", "XA COMMIT", "XA COMMIT", "done 1")
	n.hasNot(t, "ONE PHASE", "BEGIN", "leave")
	r, err := c.Query("SELECT 1 FOR UPDATE")
	if err != nil || r.OK.Status.Has(mysql.StatusInTrans) {
		t.Errorf("afterwards: %v, %v", r.OK.Status, err)
	}
}

func TestOneWriterNeedsOnePhase(t *testing.T) {
	n := &notary{outcome: xa.Committed}
	c := twoClusters(t, n, nil, nil).client()
	mustRun(t, c, begin, "SELECT n FROM a.t FOR UPDATE", writeD, "COMMIT")
	n.has(t, "c: XA START", "d: XA START", "d: XA END", "d: XA COMMIT", "c: XA END", "c: XA COMMIT")
	n.hasNot(t, "PREPARE", "decide", "take")
}

func TestAStatementIsNotSentWhereItsBranchDidNotBegin(t *testing.T) {
	n := &notary{}
	c := twoClusters(t, n, nil, map[string]mysqltest.Handler{"XA START": refusing(1440)}).client()
	mustRun(t, c, begin, writeC)
	if _, err := c.Query(writeD); number(err) != 1440 {
		t.Errorf("error %v", err)
	}
	n.hasNot(t, "d: "+writeD)
	mustRun(t, c, writeC, "COMMIT") // the transaction goes on where it is
	n.has(t, "d: XA START", "c: "+writeC, "c: XA COMMIT")
}

func TestAServerWithoutXAHasAPlainTransaction(t *testing.T) {
	n := &notary{}
	c := twoClusters(t, n, map[string]mysqltest.Handler{"XA START": refusing(1235)}, nil).client()
	mustRun(t, c, begin, writeC)
	n.has(t, "c: XA START", "c: START TRANSACTION", "c: "+writeC)
	if _, err := c.Query(writeD); number(err) != 9926 {
		t.Errorf("a second writer: %v", err)
	}
	mustRun(t, c, "COMMIT")
	n.has(t, "c: COMMIT")
}

// TestHowTwoPhasesEnd: whatever fails, all branches end in one way, and the client is told which.
func TestHowTwoPhasesEnd(t *testing.T) {
	reset := func(_ mysql.Command, _ []byte, w *mysqltest.Reply) { w.Reset() }
	for name, one := range map[string]struct {
		notary notary
		onD    map[string]mysqltest.Handler
		number uint16 // that the client hears; 0: OK
		has    []string
		hasNot []string
	}{
		"a server refuses to prepare": {notary{}, map[string]mysqltest.Handler{"XA PREPARE": refusing(1402)}, 1402,
			[]string{"take", "c: XA ROLLBACK", "done 0"}, []string{"decide", "XA COMMIT"}},
		"a server is lost while it prepares": {notary{}, map[string]mysqltest.Handler{"XA PREPARE": reset}, proxy.ErrorLostTx,
			[]string{"take", "c: XA ROLLBACK", "leave"}, []string{"decide", "XA COMMIT", "done"}},
		"the store refuses": {notary{outcome: xa.Aborted}, nil, proxy.ErrorUndecided,
			[]string{"decide c d", "XA ROLLBACK", "XA ROLLBACK", "done 0"}, []string{"XA COMMIT", "leave"}},
		"the store does not answer": {notary{outcome: xa.Unknown}, nil, proxy.ErrorCommit,
			[]string{"decide c d", "leave"}, []string{"XA COMMIT", "XA ROLLBACK", "done"}},
		"a server is lost while it commits": {notary{outcome: xa.Committed}, map[string]mysqltest.Handler{"XA COMMIT": reset}, 0,
			[]string{"decide c d", "leave"}, []string{"XA ROLLBACK", "done"}},
		"a server refuses to commit": {notary{outcome: xa.Committed}, map[string]mysqltest.Handler{"XA COMMIT": refusing(1397)}, 0,
			[]string{"decide c d", "leave"}, []string{"XA ROLLBACK", "done"}},
		"nobody could recover": {notary{hindered: "may not look"}, nil, proxy.ErrorNotAtomic,
			[]string{"XA ROLLBACK", "XA ROLLBACK"}, []string{"PREPARE", "decide", "XA COMMIT", "take"}},
	} {
		t.Run(name, func(t *testing.T) {
			n := one.notary
			c := twoClusters(t, &n, nil, one.onD).client()
			mustRun(t, c, begin, writeC, writeD)
			if _, err := c.Query("COMMIT"); number(err) != one.number || err != nil && one.number == 0 {
				t.Errorf("the client hears %v, want number %d", err, one.number)
			}
			n.has(t, one.has...)
			n.hasNot(t, one.hasNot...)
			r, err := c.Query("SELECT 1 FOR UPDATE")
			if err != nil || r.OK.Status.Has(mysql.StatusInTrans) {
				t.Errorf("afterwards: %v, %v", r.OK.Status, err)
			}
		})
	}
}

func TestALostBranchTakesTheOthersWithIt(t *testing.T) {
	n := &notary{}
	c := twoClusters(t, n, nil, map[string]mysqltest.Handler{"DELETE FROM b.t": hangup}).client()
	mustRun(t, c, begin, writeC, writeD)
	if _, err := c.Query("DELETE FROM b.t"); number(err) != proxy.ErrorLostTx {
		t.Errorf("error %v", err)
	}
	r, err := c.Query("COMMIT")
	if err != nil || r.OK.Status.Has(mysql.StatusInTrans) {
		t.Errorf("COMMIT of what is gone: %v, %v", r.OK.Status, err)
	}
	n.hasNot(t, "XA COMMIT", "PREPARE")
}

func TestWithoutTheStoreTransactionsStayOnOneCluster(t *testing.T) {
	n := &notary{away: true}
	c := twoClusters(t, n, nil, nil).client()
	if _, err := c.Query(begin); number(err) != proxy.ErrorNotAtomic {
		t.Errorf("error %v", err)
	}
	mustRun(t, c, "BEGIN", writeC)
	if _, err := c.Query(writeD); number(err) != 9926 {
		t.Errorf("error %v", err)
	}
}
