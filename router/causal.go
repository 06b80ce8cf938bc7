package router

import (
	"time"

	"shunt/session"
	"shunt/statement"
	"shunt/topology"
)

// causal says which replicas are fresh enough for this session. It settles only if the primary has to be asked first how far it is.
func (d *decision) causal() bool {
	if !d.reads {
		return false
	}
	if d.st.Kind == statement.Set && !setsRole(d.st) {
		return false // nothing in it can be stale
	}
	switch {
	case d.level == session.Eventual:
		d.Untracked = true
		return false
	case d.level == session.Sticky && d.stuck():
		d.because(StickyWrite)
		d.reads = false
		return false
	case d.level == session.CausalGlobal, d.world.Keyed && d.world.Rules != nil && d.world.Rules.Fleet && d.level != session.Primary:
		return d.global()
	}
	d.requireWrites()
	return false
}

// stuck says whether the request has made a critical write that keeps its reads on the primary.
func (d *decision) stuck() bool {
	for i := range d.facts.Stuck {
		if stuck := &d.facts.Stuck[i]; stuck.Cluster == d.Cluster {
			return d.world.Rules == nil || d.world.Rules.Sticky == 0 || d.world.Now.Sub(stuck.At) < d.world.Rules.Sticky
		}
	}
	return false
}

// global wants what the primary has now, which is all that anybody was told to be written.
func (d *decision) global() bool {
	d.because(GlobalRead)
	d.now = true
	switch {
	case d.world.PositionOf == d.Cluster && d.world.Position != nil:
		d.floor, d.fresh = d.world.Position, true
	case d.world.PositionOf == d.Cluster, d.noReaders(): // there was no answer
		d.reads = false
	default:
		return d.locate()
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
	d.fresh = d.needs()
}

// needs says whether the session's reads must have something on the cluster: what it has written, or what a token says.
func (d *decision) needs() bool {
	for i := range d.facts.Wrote {
		if d.facts.Wrote[i].Cluster == d.Cluster {
			return true
		}
	}
	for i := range d.facts.Floor {
		if d.facts.Floor[i].Cluster == d.Cluster {
			return true
		}
	}
	return false
}

// inService says whether a replica may take reads at all, and is for sessions like this one.
func (d *decision) inService(h *topology.Host) bool {
	return h.Reads() && h.Serves(d.pool) && !d.world.avoids(h.Address)
}

// lagGrain is how exactly lag is known: the pause between two heartbeats.
const lagGrain = 100 * time.Millisecond

// fits says whether a replica may take this read: in service and, if that is asked for, known to have what the session has written and seen.
func (d *decision) fits(h *topology.Host) bool {
	if !d.inService(h) {
		return false
	}
	if d.waits {
		return h.LagKnown && h.Lag <= d.world.Wait+lagGrain // else it would wait in vain
	}
	if d.floor != nil && !h.Applied.Contains(d.floor) {
		return false
	}
	return !d.fresh || d.has(h)
}

// has says whether a replica is known to have what the session needs.
func (d *decision) has(h *topology.Host) bool {
	for i := range d.facts.Wrote {
		if w := &d.facts.Wrote[i]; w.Cluster == d.Cluster && !h.Applied.Covers(w.GTID) {
			return false
		}
	}
	for i := range d.facts.Floor {
		if f := &d.facts.Floor[i]; f.Cluster == d.Cluster && !h.Applied.Contains(f.Position) {
			return false
		}
	}
	return true
}

// hopeless says that what is asked for no replica can have, so that none needs to be looked at.
func (d *decision) hopeless() bool {
	reached := d.cluster.Reached
	if reached == nil || d.waits {
		return false
	}
	if d.floor != nil && reached.LacksAny(d.floor) {
		return true
	}
	if !d.fresh {
		return false
	}
	for i := range d.facts.Wrote {
		if w := &d.facts.Wrote[i]; w.Cluster == d.Cluster && reached.Lacks(w.GTID) {
			return true
		}
	}
	return false
}
