package router

import (
	"slices"

	"shunt/mysql"
	"shunt/statement"
)

// Numbers of shunt's own refusals, from its block 9900–9999 (docs/reference/errors.md).
const (
	ErrorTwoClusters uint16 = 9901 // one statement or transaction needs two clusters
	ErrorClash       uint16 = 9902 // a database exists on two clusters
	ErrorOneServer   uint16 = 9903 // it would change or use one server only
	ErrorNoPrimary   uint16 = 9904 // the cluster has no primary
	ErrorNoCluster   uint16 = 9905 // the shard map names a cluster that the topology does not have
	ErrorGone        uint16 = 9906 // what the last statements left cannot be put on another connection
	ErrorOnReplica   uint16 = 9907 // the session is held on a replica, and the statement is for a primary
	ErrorHeld        uint16 = 9908 // writes to the cluster are held
	ErrorNoReplica   uint16 = 9909 // no replica is in service, and the primary is not for these reads
	ErrorTwoWriters  uint16 = 9926 // a transaction writes on a second cluster, and may not
	ErrorNotServed   uint16 = 9930 // the cluster is kept for other modules or users
	ErrorPoolOut     uint16 = 9917 // no server of the session's read pool is in service
)

func refusal(number uint16, state, text string) *mysql.Error {
	return &mysql.Error{Number: number, State: state, Message: "shunt: " + text}
}

// answer settles what the proxy answers itself: its own ids and clients, what it has kept of the last answer, KILL by its ids.
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
		if !d.facts.WarningsKnown || d.st.Label == "" {
			return false // the connection knows; GET DIAGNOSTICS sets variables on it
		}
	default:
		if !d.asksProxy() {
			return false
		}
	}
	d.Verdict = Answer
	d.because(ProxyKnows)
	return true
}

// asksProxy says whether the proxy answers the question. A connection that has seen the session's last statements knows FOUND_ROWS() and
// ROW_COUNT() better, and alone knows warnings that are not saved yet.
func (d *decision) asksProxy() bool {
	switch d.st.Ask {
	case statement.AskConnectionID, statement.AskUser, statement.AskInsertID, statement.AskToken, statement.AskConsistency:
		return true
	case statement.AskRowCount:
		return d.facts.Here&statement.UsesRowCount == 0
	case statement.AskFoundRows:
		return d.facts.Here&statement.UsesFoundRows == 0
	case statement.AskWarningCount, statement.AskErrorCount:
		return d.facts.WarningsKnown
	case statement.AskSeveral: // the server does, where it can
		return d.lost(d.st.Effects) && !slices.ContainsFunc(d.st.Several, d.unknown)
	case statement.AskProcessList:
		return d.hint.Role != statement.PrimaryRole // which asks for the primary's own
	}
	return false
}

// unknown says whether the proxy cannot answer one of several questions.
func (d *decision) unknown(q statement.Question) bool {
	switch q.Ask {
	case statement.AskWarningCount, statement.AskErrorCount:
		return !d.facts.WarningsKnown
	case statement.AskFoundRows:
		return d.facts.Here&statement.UsesFoundRows != 0
	}
	return false
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
	return d.gone(e)
}

// gone refuses questions about the last statements that stand in a larger statement, when what they ask cannot be put on the connection.
func (d *decision) gone(e statement.Effects) bool {
	if d.world.OnServer {
		return false
	}
	st := d.st
	if st.Kind == statement.Multi {
		st = st.List[0] // what the others ask is about those before them
		e = st.Effects
	}
	if d.facts.SequenceGone(st) {
		return d.refuse(ErrorGone, "HY000", "the connection that knows the last value that this session has taken from the sequence has gone back; ask right behind NEXTVAL(), "+
			"or in its transaction; from now on the session keeps the connection on which it calls NEXTVAL()")
	}
	if d.lost(e) {
		return d.refuse(ErrorGone, "HY000", "the connection that knows ROW_COUNT() or the warnings of the last statement has gone back; "+
			"ask at once, or in a statement of its own: SELECT ROW_COUNT(), SHOW WARNINGS")
	}
	return false
}

// lost says whether no connection can answer what a statement with these effects asks about the last one.
func (d *decision) lost(e statement.Effects) bool {
	f := d.facts
	return e.Any(f.Gone) || e.Has(statement.UsesRowCount) && e.Any(f.Torn)
}
