package topology

import "slices"

// Readers are the replicas of one cluster that take reads, prepared so that choosing one by weight costs the logarithm of
// their number. They know them by their place in [Cluster.Replicas], so that they stay right while nothing but lag and
// positions change. Immutable; made with [NewReaders].
type Readers struct {
	all  Share
	near map[string]*Share // by datacenter
}

// Share is a group of replicas, each with a share of the reads as large as its weight. Immutable.
type Share struct {
	places []int // in Cluster.Replicas, as they are in order there
	ends   []int // of each replica's part of the weights: the sum of its own and of all before it
	other  int   // place of the first reader that is not in the group; -1 if all are
}

// NewReaders prepares the choice among replicas.
func NewReaders(replicas []*Host) *Readers {
	r := &Readers{all: Share{other: -1}, near: map[string]*Share{}}
	for place, h := range replicas {
		if !h.Reads() {
			continue
		}
		r.all.add(place, h.Weight)
		near := r.near[h.Datacenter]
		if near == nil {
			near = &Share{other: -1}
			r.near[h.Datacenter] = near
		}
		near.add(place, h.Weight)
	}
	for _, near := range r.near {
		near.other = r.all.firstBeside(near)
	}
	return r
}

func (s *Share) add(place, weight int) {
	s.places = append(s.places, place)
	s.ends = append(s.ends, s.Weight()+weight)
}

func (s *Share) firstBeside(part *Share) int {
	for i, place := range s.places {
		if i == len(part.places) || part.places[i] != place {
			return place
		}
	}
	return -1
}

// In gives the readers of a datacenter; if there are none, or if it is the empty string, all of them.
func (r *Readers) In(datacenter string) *Share {
	if datacenter != "" {
		if near := r.near[datacenter]; near != nil {
			return near
		}
	}
	return &r.all
}

// Weight is the sum of the weights.
func (s *Share) Weight() int {
	if len(s.ends) == 0 {
		return 0
	}
	return s.ends[len(s.ends)-1]
}

// At gives the place of the replica whose part of the weights at falls into, as if they lay one behind the other. at is
// 0 or more and less than the sum of the weights.
func (s *Share) At(at int) (place int) {
	i, _ := slices.BinarySearch(s.ends, at+1)
	return s.places[i]
}

// Other is the place of the first reader that is not in the group; -1 if all are.
func (s *Share) Other() int { return s.other }
