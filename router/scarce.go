package router

import (
	"shunt/session"
	"shunt/statement"
	"shunt/topology"
)

// scarce decides about a read while no replica is in service, but some are there. It settles unless the primary is to answer.
func (d *decision) scarce() bool {
	if !d.st.Plain && d.st.Kind != statement.Begin || len(d.cluster.Replicas) == 0 || d.world.OnServer {
		return false // what only looks costs the primary nothing
	}
	switch d.facts.Scarcity {
	case session.ToError:
		return d.refuse(ErrorNoReplica, "HY000", "no replica of cluster ", d.Cluster, " is in service, and this account's reads are not for the primary (reads.no_replica); try later")
	case session.ToStale:
		if d.stale() {
			return true
		}
	}
	d.Scarce = true
	return false
}

// stale takes a replica that answers but lags too much or does not replicate, if it has what the session has to see.
func (d *decision) stale() bool {
	weight := 0
	for _, h := range d.cluster.Replicas {
		if d.answers(h) {
			weight += h.Weight
		}
	}
	if weight == 0 {
		return false
	}
	at := int(d.dice % uint32(weight))
	for _, h := range d.cluster.Replicas {
		if !d.answers(h) {
			continue
		}
		if at -= h.Weight; at < 0 {
			d.because(StaleRead)
			d.Stale = true
			d.settle(h)
			return true
		}
	}
	return false
}

// answers says whether a replica may answer with what is old, but not older than what the session has to see.
func (d *decision) answers(h *topology.Host) bool {
	if h.State != topology.Up || h.Use != topology.Serve || h.Weight == 0 || !h.Serves(d.pool) || d.world.avoids(h.Address) {
		return false
	}
	return !d.unproven && (!d.fresh || d.has(h)) && (d.floor == nil || h.Applied.Contains(d.floor))
}
