package topology

// Reached says how far the replicas of a cluster have come: per source the highest sequence number that any of them has
// applied, or a higher one. With it one look tells that none can have a transaction yet, which is so of most that were
// committed a moment ago.
type Reached map[string]uint64

// Add counts a replica's position in. Only for who is making a snapshot.
func (r Reached) Add(p Position) {
	for source, spans := range p {
		if n := len(spans); n > 0 {
			r[source] = max(r[source], spans[n-1].End)
		}
	}
}

// Lacks says that no replica can have the transaction g. It is false where nobody has looked.
func (r Reached) Lacks(g GTID) bool { return r != nil && g.Seq > r[g.Source] }

// LacksAny says that no replica can have all of a position.
func (r Reached) LacksAny(p Position) bool {
	if r == nil {
		return false
	}
	for source, spans := range p {
		if n := len(spans); n > 0 && spans[n-1].End > r[source] {
			return true
		}
	}
	return false
}
