package router

import (
	"shunt/statement"
	"shunt/topology"
)

// readPool is the pool that the read is given to: its module's, else its session's; nil for none.
func (d *decision) readPool() *topology.ReadPool {
	if d.module != nil && d.world.Rules != nil {
		if pool := d.world.Rules.Pools[d.module.Name]; pool != nil {
			return pool
		}
	}
	return d.facts.Pool
}

// enterPool has only the servers of the pool looked at that the session's reads are given to. While none of them is in service, other
// replicas are, or the primary alone, or it settles with an error. A pool whose servers only are too late for what the session wrote is there
// all the same: its reads go to the primary, as other sessions' do.
func (d *decision) enterPool(pool *topology.ReadPool) (settled, primary bool) {
	d.pool = pool.Name
	d.because(InPool)
	if !d.noReaders() {
		return false, false
	}
	d.because(PoolOut)
	d.pool = ""
	reads := d.st.Plain || d.st.Kind == statement.Begin // what is no read is not what the pool is for
	switch {
	case pool.Else == topology.ElseReplicas:
		return false, false
	case pool.Else == topology.ElseError && reads:
		return d.refuse(ErrorPoolOut, "HY000", "no server of read pool ", pool.Name, " is in service on cluster ", d.Cluster), false
	}
	d.Scarce = reads && !d.world.OnServer
	return false, true
}
