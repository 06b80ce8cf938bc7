package router

import (
	"time"

	"shunt/session"
	"shunt/topology"
)

const (
	// leavePrimary is how long a session has read on the primary before it is worth a question to get it away from there, if it could not wait for a replica, or
	// has just waited in vain. leaveReplica is how long it has read on one replica before it may be moved to another, so that a busy session follows changes of
	// weights, too.
	leavePrimary = 100 * time.Millisecond
	leaveReplica = 3 * time.Second
)

// seen is where the session has read last on the cluster; nil if that says nothing.
func (d *decision) seen() *session.Seen {
	for i := range d.facts.Seen {
		if d.facts.Seen[i].Cluster == d.Cluster {
			return &d.facts.Seen[i]
		}
	}
	return nil
}

// seenHost is the server of that; nil if it has left.
func (d *decision) seenHost(seen *session.Seen) *topology.Host {
	if hosts := d.cluster.Hosts; seen.Place < len(hosts) && hosts[seen.Place].Address == seen.Host {
		return hosts[seen.Place]
	}
	for _, h := range d.cluster.Hosts {
		if h.Address == seen.Host {
			return h
		}
	}
	return nil
}

// follow keeps the session's reads from going back in time. It settles where they stay on their replica, or where the primary has to be asked first how far
// it is. Else it has set what another replica must have, or has left the primary as the only one that surely has all.
func (d *decision) follow(seen *session.Seen) bool {
	h := d.seenHost(seen)
	stays := h != nil && h.Role == topology.Replica && d.inService(h)
	patience := d.patience(seen)
	if stays {
		patience = leaveReplica
	}
	busy := seen.At.Sub(seen.Since)
	if stays && (busy < patience || d.cluster.Primary == nil || !d.mayLeave(h)) && d.stay(seen, h) {
		return true
	}
	switch {
	case h != nil && len(h.Shown) > 0 && h.Looked.After(seen.At):
		d.floor = h.Shown
	case d.world.PositionOf == d.Cluster && d.world.Position != nil:
		d.floor = d.world.Position
	case stays && (d.world.PositionOf == d.Cluster || d.world.OnServer) && d.stay(seen, h): // there was no answer
		return true
	case h != nil && h.Role == topology.Primary && busy < patience, d.world.PositionOf == d.Cluster, d.world.OnServer:
		d.because(SeenMore)
		d.reads = false
	default:
		return d.locate()
	}
	return false
}

// patience is how long the session stays on the primary before that is asked how far it is: a page that calls one function there shall not read all the
// rest of it there, too.
func (d *decision) patience(seen *session.Seen) time.Duration {
	if seen.Tried || d.world.Wait == 0 || !d.st.Plain {
		return leavePrimary
	}
	return 0
}

// mayLeave says whether the dice show another replica than the one that a busy session is on, and it may be asked whether that will do.
func (d *decision) mayLeave(h *topology.Host) bool {
	if d.world.OnServer || d.cluster.Readers == nil {
		return false
	}
	share := d.cluster.Readers.In(d.pool, d.world.Datacenter)
	sum := uint32(share.Sum())
	return sum > 0 && d.cluster.Replicas[share.At(int(d.dice%sum))] != h
}

// stay takes the replica that the session has read on, if it has all that the session needs, or will soon.
func (d *decision) stay(seen *session.Seen, h *topology.Host) bool {
	if !seen.Fresh && !d.fits(h) {
		if !d.mayWait() {
			return false
		}
		d.waits, d.fresh = true, false
		if !d.fits(h) {
			d.waits, d.fresh = false, true
			return false
		}
	}
	d.because(SameReplica)
	d.settle(h)
	return true
}

// locate asks for the primary's position; with that the statement is planned anew. Without a primary the read waits for one: no replica is known to have what
// it has to see.
func (d *decision) locate() bool {
	if d.cluster.Primary == nil {
		d.because(SeenMore)
		d.reads = false
		return false
	}
	if d.noReaders() {
		d.unproven = true
		return false
	}
	d.Verdict, d.Host = Locate, d.cluster.Primary
	return true
}

func (d *decision) noReaders() bool {
	for _, h := range d.cluster.Replicas {
		if d.inService(h) {
			return false
		}
	}
	return true
}
