package router

import "shunt/topology"

// place chooses a replica: those of the session's pool that fit, near ones first, by their shares. It settles if there is
// one.
func (d *decision) place() bool {
	if !d.reads {
		return false
	}
	if d.facts.Pool != nil {
		if settled, ordinary := d.placeInPool(); !ordinary {
			return settled
		}
	}
	if d.look() {
		return true
	}
	d.noReplica(d.cluster.Replicas)
	return false
}

// look seeks a replica that has what is asked for, then one that will have it soon.
func (d *decision) look() bool {
	if d.seek() {
		return true
	}
	if d.fresh && d.world.Wait > 0 && d.st.Plain { // only what has no effect may be tried in vain
		d.fresh, d.waits = false, true
		return d.seek()
	}
	return false
}

// seek looks for a replica that fits: at first by picking, which mostly is enough and does not look at all of them.
func (d *decision) seek() bool { return !d.hopeless() && (d.pick() || d.walk(d.cluster.Replicas)) }

// walk looks at all replicas, those near and fit first. It settles if one fits.
func (d *decision) walk(replicas []*topology.Host) bool {
	near, all := d.weigh(replicas)
	if all == 0 {
		return false
	}
	onlyNear := near > 0 && near < all
	if onlyNear {
		all = near
		d.because(Near)
	}
	at := int(d.dice % uint32(all))
	for i, h := range replicas {
		if !d.fitted(i, h) || onlyNear && h.Datacenter != d.world.Datacenter {
			continue
		}
		if at -= h.Share(); at < 0 {
			d.choose(h)
			return true
		}
	}
	return false
}

// weigh adds up the shares of the replicas that fit, and of those nearby.
func (d *decision) weigh(replicas []*topology.Host) (near, all int) {
	d.fit = 0
	for i, h := range replicas {
		if !d.suits(h) {
			continue
		}
		d.fit |= 1 << i
		all += h.Share()
		if d.world.Datacenter != "" && h.Datacenter == d.world.Datacenter {
			near += h.Share()
		}
	}
	return near, all
}

// fitted says what weigh has found of a replica.
func (d *decision) fitted(i int, h *topology.Host) bool {
	if i < 64 {
		return d.fit>>i&1 != 0
	}
	return d.suits(h)
}

func (d *decision) choose(h *topology.Host) {
	switch {
	case d.waits:
		d.because(CausalWait)
	case d.fresh:
		d.because(CausalOK)
	}
	d.Wait = d.waits
	d.because(ByWeight)
	d.Verdict, d.Host, d.Role, d.Again = Forward, h, topology.Replica, d.st.Plain
}

// noReplica says why: none in service, or none fresh enough.
func (d *decision) noReplica(replicas []*topology.Host) {
	for _, h := range replicas {
		if h.Serves(d.pool) && d.inService(h) {
			d.because(CausalBehind)
			return
		}
	}
	d.because(NoReplica)
}

// primary sends everything else to the primary, or holds it until there is one.
func (d *decision) primary() bool {
	c := d.cluster
	if c.Primary == nil || d.world.avoids(c.Primary.Address) {
		d.because(NoPrimary)
		d.Verdict = Hold
		return true
	}
	if d.reads {
		d.because(AnyServer)
	}
	d.Verdict, d.Host, d.Role, d.Again = Forward, c.Primary, topology.Primary, d.st.Plain
	return true
}

// HoldError is what a client hears when the wait of a Hold is over.
func (p *Plan) HoldError(c *topology.Cluster, waited string) error {
	why := "no primary was found"
	if c != nil && c.Problem != "" {
		why = c.Problem
	}
	return refusal(ErrorNoPrimary, "HY000", "cluster "+p.Cluster+" has no primary ("+why+"); waited "+waited+"; nothing of the statement was run")
}
