package router

import (
	"slices"

	"shunt/statement"
)

// unsettled says whether the primary may show the session less than it has seen: a replica may show a transaction that is in the primary's binary log and not
// visible there yet.
func (d *decision) unsettled() bool {
	return d.world.Settled != d.Cluster && !d.world.OnServer && d.shows() && slices.Contains(d.facts.Ahead, d.Cluster)
}

// shows says whether the statement, or the transaction that begins with it, may show the client what is visible. A write does not: it works on the
// newest rows, and waits for the locks of those who commit them.
func (d *decision) shows() bool {
	switch d.st.Kind {
	case statement.Insert, statement.Replace, statement.Update, statement.Delete, statement.Load, statement.DDL, statement.Account, statement.Admin:
		return !d.facts.Autocommit
	case statement.Set, statement.Use, statement.Commit, statement.Rollback, statement.Savepoint, statement.Diagnostics, statement.Deallocate, statement.Kill,
		statement.Empty:
		return false
	}
	return true
}
