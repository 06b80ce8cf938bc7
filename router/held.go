package router

import (
	"shunt/session"
	"shunt/statement"
)

// Held are the clusters whose primaries get no new writes for now. Immutable.
type Held map[string]bool

// Holds says whether a statement waits while writes are held: all that may change data or keep others from it, now or later.
func Holds(st *statement.Statement) bool {
	if st.Plain {
		return false
	}
	switch st.Kind {
	case statement.Show, statement.Describe, statement.Use, statement.Set, statement.Diagnostics, statement.Empty, statement.Commit, statement.Rollback,
		statement.Deallocate, statement.Kill, statement.UnlockTables:
		return false
	}
	return true
}

// Stops says whether a statement for a cluster's primary has to wait until writes are let go on. What keeps a session on its connection goes on to its end: that
// is what is waited for.
func (h Held) Stops(cluster string, st *statement.Statement, facts *session.Facts) bool {
	if !h[cluster] {
		return false
	}
	if facts.InWriting() && facts.MayBranch() && facts.PinCluster != cluster && facts.Branch(cluster) == nil { // a branch would begin
		return true
	}
	return Holds(st) && (facts.PinHost == "" || facts.Pins&^session.PinDiagnostics == 0)
}

// isHeld settles what has to wait.
func (d *decision) isHeld() bool {
	if d.world.OnServer || !d.world.Held.Stops(d.Cluster, d.st, d.facts) {
		return false
	}
	d.because(WritesHeld)
	d.Verdict = Hold
	return true
}

// HoldError is what a client hears when the wait of a Hold is over.
func (p *Plan) HoldError(w *World, waited string) error {
	if w.Held[p.Cluster] {
		return refusal(ErrorHeld, "HY000", "writes to cluster "+p.Cluster+" are held (a switchover, or an operator); waited "+waited+"; nothing of the statement was run")
	}
	why := "no primary was found"
	if c := w.Topology.Clusters[p.Cluster]; c != nil && c.Problem != "" {
		why = c.Problem
	}
	return refusal(ErrorNoPrimary, "HY000", "cluster "+p.Cluster+" has no primary ("+why+"); waited "+waited+"; nothing of the statement was run")
}
