package router

import (
	"shunt/statement"
	"shunt/topology"
)

// placeInPool chooses among the servers of the pool that the session's reads are given to. ordinary says that none of them
// is in service and that the other replicas are to be asked in their place. A pool whose servers only are too late for
// what the session wrote is there all the same: its reads go to the primary, as other sessions' do.
func (d *decision) placeInPool() (settled, ordinary bool) {
	pool, fresh := d.facts.Pool, d.fresh
	d.pool = pool.Name
	d.because(InPool)
	if d.look() {
		return true, false
	}
	for _, h := range d.cluster.Replicas {
		if h.Serves(d.pool) && d.inService(h) {
			d.because(CausalBehind)
			return false, false
		}
	}
	d.because(PoolOut)
	d.pool, d.fresh, d.waits = "", fresh, false
	if pool.Else == topology.ElseError && (d.st.Plain || d.st.Kind == statement.Begin) { // what is no read is not what the pool is for
		return d.refuse(ErrorPoolOut, "HY000", "no server of read pool ", pool.Name, " is in service on cluster ", d.Cluster), false
	}
	return false, pool.Else == topology.ElseReplicas
}
