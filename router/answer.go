package router

import (
	"shunt/mysql"
	"shunt/session"
	"shunt/statement"
)

// Numbers of shunt's own refusals, from its block 9900–9999 (docs/reference/errors.md).
const (
	ErrorTwoClusters uint16 = 9901 // one statement or transaction needs two clusters
	ErrorClash       uint16 = 9902 // a database exists on two clusters
	ErrorOneServer   uint16 = 9903 // it would change or use one server only
	ErrorNoPrimary   uint16 = 9904 // the cluster has no primary
	ErrorNoCluster   uint16 = 9905 // the shard map names a cluster that the topology does not have
)

func refusal(number uint16, state, text string) *mysql.Error {
	return &mysql.Error{Number: number, State: state, Message: "shunt: " + text}
}

// answer settles what the proxy answers itself: its own ids, what it has kept of the last answer, KILL by its ids.
func (d *decision) answer() bool {
	if d.world.OnServer {
		return false
	}
	switch d.st.Kind {
	case statement.Kill:
	case statement.Commit, statement.Rollback:
		if d.facts.Pins != 0 || d.st.Effects != statement.TxEnd {
			return false // there is a transaction to end, or one to begin at once
		}
	case statement.Diagnostics:
		if d.facts.Pins != 0 || d.st.Label == "" {
			return false // the connection knows; GET DIAGNOSTICS sets variables on it
		}
	default:
		if !asksProxy(d.st.Ask, d.facts) {
			return false
		}
	}
	d.Verdict = Answer
	d.because(ProxyKnows)
	return true
}

// asksProxy says whether the proxy knows the answer. While a connection is kept for the session it knows better (FOUND_ROWS()
// after SQL_CALC_FOUND_ROWS), but for the id of the connection and the user's host.
func asksProxy(a statement.Ask, facts *session.Facts) bool {
	switch a {
	case statement.AskNothing:
		return false
	case statement.AskConnectionID, statement.AskUser:
		return true
	}
	return facts.Pins == 0
}

// forbidden settles what must not go to one server among several.
func (d *decision) forbidden() bool {
	e := d.st.Effects
	switch {
	case e.Has(statement.SetsGlobal):
		return d.refuse(ErrorOneServer, "HY000", "SET GLOBAL would change one server only; run it on each server itself")
	case e.Has(statement.IntoFile):
		return d.refuse(ErrorOneServer, "HY000", "files on a server's own disk cannot be reached through shunt; connect to the server itself")
	}
	return false
}
