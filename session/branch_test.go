package session

import (
	"fmt"
	"testing"

	"shunt/mysql"
	"shunt/statement"
	"shunt/topology"
)

// play is say for a statement on a cluster.
func (l *life) play(sql, cluster string, status mysql.Status) {
	st, _ := l.parser.Parse([]byte(sql), 0)
	l.Begin(st)
	l.OK(topology.MariaDB, &mysql.OK{Status: status}, st.Kind == statement.Select, 1, nil)
	l.End(st, cluster, false)
	if l.Pins()&PinTransaction != 0 {
		l.Pinned(cluster, cluster+"-1", false)
	}
}

func (l *life) branches() string { return fmt.Sprint(l.Facts().Branches) }

func TestATransactionHasABranchPerCluster(t *testing.T) {
	l := newLife()
	begin, _ := l.parser.Parse([]byte("BEGIN"), 0)
	l.Defer(begin, true)
	if f := l.Facts(); !f.InTransaction || !f.MayBranch() || !f.Atomic || len(f.Branches) != 0 {
		t.Errorf("at its beginning: %+v", f)
	}
	l.Open("paris", true)
	l.play("UPDATE t SET n = 1", "paris", open)
	l.Sleep()
	l.Open("gra", true)
	l.play("SELECT n FROM t", "gra", open)
	if got := l.branches(); got != "[{paris paris-1 true true} {gra  false true}]" {
		t.Errorf("branches: %s", got)
	}
	l.Sleep()
	l.Wake("paris", "paris-1", false)
	l.fail("UPDATE u SET n = 1", 1146)
	if got := l.branches(); got != "[{paris  true true} {gra gra-1 false true}]" || l.Facts().PinCluster != "paris" {
		t.Errorf("branches: %s, in use %s", got, l.Facts().PinCluster)
	}
	l.EndTransaction()
	if f := l.Facts(); f.InTransaction || f.Pins != 0 || f.Atomic || len(f.Branches) != 0 {
		t.Errorf("at its end: %+v", f)
	}
}

func TestAPlainTransactionIsKnownByItsStatements(t *testing.T) {
	l := newLife()
	l.play("BEGIN", "paris", open)
	l.play("SELECT n FROM t", "paris", open)
	if got := l.branches(); got != "[{paris  false false}]" {
		t.Errorf("branches: %s", got)
	}
	l.fail("UPDATE t SET n = 1", 1146)
	l.play("UPDATE t SET n = 1", "paris", open)
	if got := l.branches(); got != "[{paris  true false}]" {
		t.Errorf("branches: %s", got)
	}
	l.play("COMMIT AND CHAIN", "paris", open)
	if got := l.branches(); got != "[{paris  false false}]" {
		t.Errorf("branches of the next one: %s", got)
	}
	l.play("COMMIT", "paris", calm)
	if got := l.branches(); got != "[]" {
		t.Errorf("branches after its end: %s", got)
	}
}

func TestWhatWouldStayBehindKeepsATransactionOnItsCluster(t *testing.T) {
	for sql, may := range map[string]bool{
		"SELECT 1": true, "CREATE TEMPORARY TABLE x (n INT)": false, "DO GET_LOCK('a', 1)": false, "PREPARE p FROM 'SELECT 1'": false, "SET timestamp = 5": false,
	} {
		l := newLife()
		l.play("BEGIN", "paris", open)
		l.play(sql, "paris", open)
		if got := l.Facts().MayBranch(); got != may {
			t.Errorf("after %s it may branch: %v", sql, got)
		}
	}
	l := newLife()
	l.play("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", "paris", calm)
	if !l.NextTransaction() {
		t.Error("a SET TRANSACTION is not seen")
	}
	l.play("BEGIN", "paris", open)
	if !l.Facts().MayBranch() {
		t.Error("what the transaction has used up keeps it")
	}
	l.EndTransaction()
	if l.Pins() != 0 {
		t.Errorf("pins after it: %s", l.Pins())
	}
}

func TestWhatABranchCommitsIsSeenByLaterReads(t *testing.T) {
	l := newLife()
	begin, _ := l.parser.Parse([]byte("BEGIN"), 0)
	l.Defer(begin, true)
	l.Open("paris", true)
	l.play("UPDATE t SET n = 1", "paris", open)
	track := mysql.Track{Kind: mysql.TrackSystemVariable, Name: []byte("last_gtid"), Value: []byte("0-1-7")}.Append(nil)
	if w, some := l.Commits("paris", topology.MariaDB, track, false); !some || w.GTID.Seq != 7 {
		t.Errorf("%v, %v", w, some)
	}
	if _, some := l.Commits("gra", topology.MariaDB, nil, false); some {
		t.Error("a branch that has written nothing is a write")
	}
	if w, some := l.Commits("lyon", topology.MariaDB, nil, true); !some || w.GTID != (topology.GTID{}) {
		t.Errorf("of a branch that did not tell: %v, %v", w, some)
	}
	l.EndTransaction()
	if f := l.Facts(); len(f.Wrote) != 1 || f.Wrote[0].Cluster != "paris" || fmt.Sprint(f.Blind) != "[lyon]" {
		t.Errorf("wrote %v, blind %v", f.Wrote, f.Blind)
	}
}
