package topology

import "slices"

// Readers are the replicas of one cluster that take reads, prepared so that choosing one by its share costs the logarithm
// of their number. They know them by their place in [Cluster.Replicas], so that they stay right while nothing but lag and
// positions change. Immutable; made with [NewReaders].
type Readers struct {
	ordinary *group            // in no pool
	pools    map[string]*group // by the name of the pool
}

// group are the readers of one pool.
type group struct {
	all  Share
	near map[string]*Share // by datacenter
}

// Share is a set of replicas, each with its share of the reads ([Host.Share]). Immutable.
type Share struct {
	places []int // in Cluster.Replicas, as they are in order there
	ends   []int // of each replica's part of the shares: the sum of its own and of all before it
	other  int   // place of the first reader that is not in the set; -1 if all are
}

// nobody is the share of a pool without readers.
var nobody = &Share{other: -1}

// NewReaders prepares the choice among replicas.
func NewReaders(replicas []*Host) *Readers {
	r := &Readers{ordinary: newGroup(), pools: map[string]*group{}}
	for place, h := range replicas {
		if !h.Reads() {
			continue
		}
		if len(h.Pools) == 0 {
			r.ordinary.add(place, h)
		}
		for _, pool := range h.Pools {
			if r.pools[pool] == nil {
				r.pools[pool] = newGroup()
			}
			r.pools[pool].add(place, h)
		}
	}
	r.ordinary.complete()
	for _, g := range r.pools {
		g.complete()
	}
	return r
}

func newGroup() *group { return &group{all: Share{other: -1}, near: map[string]*Share{}} }

func (g *group) add(place int, h *Host) {
	g.all.add(place, h.Share())
	near := g.near[h.Datacenter]
	if near == nil {
		near = &Share{other: -1}
		g.near[h.Datacenter] = near
	}
	near.add(place, h.Share())
}

// complete is called when all are there.
func (g *group) complete() {
	for _, near := range g.near {
		near.other = g.all.firstBeside(near)
	}
}

func (s *Share) add(place, share int) {
	s.places = append(s.places, place)
	s.ends = append(s.ends, s.Sum()+share)
}

func (s *Share) firstBeside(part *Share) int {
	for i, place := range s.places {
		if i == len(part.places) || part.places[i] != place {
			return place
		}
	}
	return -1
}

// In gives the readers of a pool (the empty name: those in none) in a datacenter; if there are none there, or if that is
// the empty string, all of the pool.
func (r *Readers) In(pool, datacenter string) *Share {
	g := r.ordinary
	if pool != "" {
		if g = r.pools[pool]; g == nil {
			return nobody
		}
	}
	if datacenter != "" {
		if near := g.near[datacenter]; near != nil {
			return near
		}
	}
	return &g.all
}

// Sum is all shares together.
func (s *Share) Sum() int {
	if len(s.ends) == 0 {
		return 0
	}
	return s.ends[len(s.ends)-1]
}

// At gives the place of the replica whose part of the shares at falls into, as if they lay one behind the other. at is
// 0 or more and less than the sum of the shares.
func (s *Share) At(at int) (place int) {
	i, _ := slices.BinarySearch(s.ends, at+1)
	return s.places[i]
}

// Other is the place of the first reader that is not in the set; -1 if all are.
func (s *Share) Other() int { return s.other }
