package router

import (
	"shunt/session"
	"shunt/statement"
	"shunt/topology"
)

// place chooses a replica: the one that the session reads on, else one of those that fit, near ones first, by their shares. Only those of the session's
// read pool are looked at. It settles if there is one, or if the primary has to be asked first how far it is.
func (d *decision) place() bool {
	if !d.reads {
		return false
	}
	if pool := d.readPool(); pool != nil {
		if settled, primary := d.enterPool(pool); settled || primary {
			return settled
		}
	}
	seen := d.seen()
	if seen != nil && d.tracks() {
		if d.follow(seen) || !d.reads {
			return d.reads
		}
	}
	if d.seek() {
		return true
	}
	if d.mayWait() {
		fresh := d.fresh
		d.fresh, d.waits = false, true
		if d.seek() {
			return true
		}
		d.fresh, d.waits = fresh, false
	}
	if seen != nil && d.floor != nil {
		if h := d.seenHost(seen); h != nil && h.Role == topology.Replica && d.inService(h) && d.stay(seen, h) {
			return true
		}
	}
	return d.noReplica(d.cluster.Replicas)
}

// tracks says whether what the session has read before counts. It does not for what needs no table, and what the primary has now has
// all of it.
func (d *decision) tracks() bool {
	if d.st.Kind == statement.Select && len(d.st.Tables) == 0 {
		return false
	}
	return d.level != session.Eventual && !d.now && d.st.Kind != statement.Set
}

// mayWait says whether a replica may be chosen that has to wait first for what the session needs. Only what has no effect may be tried in vain.
func (d *decision) mayWait() bool {
	return (d.fresh || d.floor != nil) && d.world.Wait > 0 && d.st.Plain
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
		if !d.fits(h) {
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
	return d.fits(h)
}

func (d *decision) choose(h *topology.Host) {
	if (d.fresh || d.floor != nil) && !d.waits {
		d.because(CausalOK)
	}
	d.settle(h)
	d.because(ByWeight)
}

// settle sends the statement to a replica.
func (d *decision) settle(h *topology.Host) {
	if d.waits {
		d.because(CausalWait)
		d.Wait, d.Floor = true, d.floor
	}
	d.Verdict, d.Host, d.Role, d.Again = Forward, h, topology.Replica, d.st.Plain
}

// noReplica says why: none in service, or none fresh enough. It settles what the primary is not to answer.
func (d *decision) noReplica(replicas []*topology.Host) bool {
	for _, h := range replicas {
		if d.inService(h) {
			d.because(CausalBehind)
			return false
		}
	}
	d.because(NoReplica)
	return d.scarce()
}

// primary sends everything else to the primary, or holds it until there is one.
func (d *decision) primary() bool {
	c := d.cluster
	if d.isHeld() {
		return true
	}
	if c.Primary == nil || d.world.avoids(c.Primary.Address) {
		d.because(NoPrimary)
		d.Verdict = Hold
		return true
	}
	if d.unsettled() {
		d.Verdict, d.Host = Settle, c.Primary
		return true
	}
	if d.reads {
		d.because(AnyServer)
	}
	d.Untracked = d.Untracked || len(c.Replicas) == 0
	d.Verdict, d.Host, d.Role, d.Again = Forward, c.Primary, topology.Primary, d.st.Plain && !d.facts.InWriting()
	return true
}
