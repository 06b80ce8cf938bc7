package router

import "shunt/topology"

// picks is how often the dice are thrown for a replica before all are looked at. Where half of a thousand replicas do not
// fit, one statement in 256 looks at all.
const picks = 8

// pick throws the dice until they show a replica that fits. It settles if they do, and says no without looking further if
// they do not; nobody fits then, or few do.
//
// Where all fit, it takes the replica that walk takes for the same dice. Where some do not, throwing again, and walking
// at last, gives each of the others its share only if the throws have nothing to do with each other: a second
// look at the same dice would not do, since those that have shown one that does not fit are no longer any dice.
func (d *decision) pick() bool {
	if d.cluster.Readers == nil {
		return false
	}
	share := d.cluster.Readers.In(d.pool, d.world.Datacenter)
	sum := uint32(share.Sum())
	if sum == 0 {
		return false
	}
	for range min(picks, len(d.cluster.Replicas)) {
		if h := d.cluster.Replicas[share.At(int(d.dice%sum))]; d.fits(h) {
			if d.fitsBeside(share) {
				d.because(Near)
			}
			d.choose(h)
			return true
		}
		d.dice = throwAgain(d.dice)
	}
	return false
}

// fitsBeside says whether a replica fits that is not in the share, so that the share made a difference.
func (d *decision) fitsBeside(share *topology.Share) bool {
	first := share.Other()
	if first < 0 {
		return false
	}
	for _, h := range d.cluster.Replicas[first:] {
		if h.Datacenter != d.world.Datacenter && d.fits(h) {
			return true
		}
	}
	return false
}

// throwAgain makes dice that have nothing to do with those before: the last steps of MurmurHash3, which give each number
// another one (https://github.com/aappleby/smhasher/wiki/MurmurHash3).
func throwAgain(dice uint32) uint32 {
	dice += 0x9e3779b9
	dice ^= dice >> 16
	dice *= 0x85ebca6b
	dice ^= dice >> 13
	dice *= 0xc2b2ae35
	return dice ^ dice>>16
}
