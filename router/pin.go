package router

import (
	"shunt/session"
	"shunt/statement"
	"shunt/topology"
)

// pin keeps a pinned session on its connection. A pin that only waits for a question about the last statement does not
// hold: the proxy has dropped it by now if this is no such question.
func (d *decision) pin() bool {
	if d.facts.Pins == 0 || d.facts.PinHost == "" && len(d.facts.Branches) == 0 {
		return false
	}
	host := d.facts.PinHost
	switch {
	case d.facts.MayBranch():
		on, found, settled := d.branch()
		if settled || !found {
			return settled
		}
		host = on
	case d.Cluster != d.facts.PinCluster && !movable(d.facts.Pins) && d.names():
		if len(d.st.Tables) > 0 && d.noJoin() == "" {
			d.spreads(d.facts.PinCluster)
			return d.join()
		}
		return d.refuse(ErrorTwoClusters, "HY000", "the session is held on cluster ", d.facts.PinCluster, " (", d.facts.Pins.String(),
			"), the statement needs cluster ", d.Cluster, "; end that first")
	default:
		d.Cluster = d.facts.PinCluster
	}
	d.because(Pinned)
	d.Verdict, d.Host = Forward, d.host(host)
	if d.Host == nil {
		return d.refuse(ErrorNoCluster, "HY000", "server ", host, " has left the configuration")
	}
	d.Role, d.Untracked = d.Host.Role, len(d.world.Topology.Clusters[d.Cluster].Replicas) == 0
	if d.Role == topology.Replica && d.forPrimary() {
		return d.refuse(ErrorOnReplica, "HY000", "the session is held on replica ", d.facts.PinHost, " (", d.facts.Pins.String(),
			"), and this is for the primary; end that first, or begin it with the hint /* shunt: primary */")
	}
	return true
}

// forPrimary says whether a statement that has come to a replica, since the session is held there, does not belong there. A lock that one session takes
// on a replica keeps no session out that asks the primary for it. In a READ ONLY transaction writes are for the server to refuse.
func (d *decision) forPrimary() bool {
	st := d.st
	if st.Effects.Has(statement.GetsLock) {
		return true
	}
	if d.facts.InTransaction {
		return false
	}
	switch st.Kind {
	case statement.Insert, statement.Replace, statement.Update, statement.Delete, statement.Load, statement.Call, statement.DDL, statement.Account,
		statement.XA, statement.LockTables:
		return true
	case statement.Begin:
		return !st.Effects.Has(statement.TxReadOnly)
	}
	return st.Effects.Has(statement.LocksRows)
}

func movable(p session.Pin) bool { return p == session.PinDiagnostics }

func (d *decision) host(address string) *topology.Host {
	for _, h := range d.world.Topology.Clusters[d.Cluster].Hosts {
		if h.Address == address {
			return h
		}
	}
	return nil
}
