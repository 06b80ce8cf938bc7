package router

import (
	"shunt/session"
	"shunt/statement"
	"shunt/topology"
)

// causal says which replicas are fresh enough for this session. It never settles.
func (d *decision) causal() bool {
	if !d.reads {
		return false
	}
	if d.st.Kind == statement.Set && !setsRole(d.st) {
		return false // nothing in it can be stale
	}
	switch d.consistency() {
	case session.Eventual:
	case session.Sticky:
		if d.hasWritten() {
			d.because(StickyWrite)
			d.reads = false
		}
	default:
		d.requireWrites()
	}
	return false
}

// setsRole says whether a SET names a role, which may have been made a moment ago, as the database of USE.
func setsRole(st *statement.Statement) bool {
	for i := range st.Set {
		if st.Set[i].Scope == statement.RoleScope {
			return true
		}
	}
	return false
}

func (d *decision) requireWrites() {
	for _, c := range d.facts.Blind {
		if c == d.Cluster {
			d.because(BlindWrite)
			d.reads = false
			return
		}
	}
	d.fresh = d.hasWritten()
}

func (d *decision) hasWritten() bool {
	for i := range d.facts.Wrote {
		if d.facts.Wrote[i].Cluster == d.Cluster {
			return true
		}
	}
	for _, c := range d.facts.Blind {
		if c == d.Cluster {
			return true
		}
	}
	return false
}

// inService says whether a replica may take reads at all.
func (d *decision) inService(h *topology.Host) bool {
	return h.Reads() && !d.world.avoids(h.Address)
}

// fits says whether a replica may take this read: in service and, if that is asked for, known to have what the session wrote.
func (d *decision) fits(h *topology.Host) bool {
	if !d.inService(h) {
		return false
	}
	if d.waits && (!h.LagKnown || h.Lag > d.world.Wait) {
		return false // it would wait in vain
	}
	if !d.fresh {
		return true
	}
	for i := range d.facts.Wrote {
		if w := &d.facts.Wrote[i]; w.Cluster == d.Cluster && !h.Applied.Covers(w.GTID) {
			return false
		}
	}
	return true
}

// hopeless says that what is asked for no replica can have, so that none needs to be looked at.
func (d *decision) hopeless() bool {
	if !d.fresh || d.cluster.Reached == nil {
		return false
	}
	for i := range d.facts.Wrote {
		if w := &d.facts.Wrote[i]; w.Cluster == d.Cluster && d.cluster.Reached.Lacks(w.GTID) {
			return true
		}
	}
	return false
}
