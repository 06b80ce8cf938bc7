package session

import (
	"slices"
	"time"

	"shunt/statement"
	"shunt/topology"
)

// Seen is where the session has read last on one cluster. What it reads next must not be older, and only that server is known to have all of it; others
// are, once their position is known to reach what this one had after At.
type Seen struct {
	Cluster string
	Host    string    // address
	Place   int       // of the host in topology.Cluster.Hosts
	Since   time.Time // of the first of the reads that it got there in a row
	At      time.Time // after the last answer
	// Fresh: the host is known to have all that the session needs; false once it has needed more since.
	Fresh bool
	// Tried: it was to read elsewhere since then, and no other server would do.
	Tried bool
}

// ClusterPosition is how far the servers of a cluster have to be.
type ClusterPosition struct {
	Cluster  string
	Position topology.Position
}

// Saw notes that a statement has read on a host of a cluster, and when its answer was there. proven says that the host has all that the session needs.
func (s *Session) Saw(cluster string, h *topology.Host, at time.Time, proven bool) {
	if h.Role == topology.Replica {
		s.GetAhead(cluster)
	}
	for i := range s.facts.Seen {
		if seen := &s.facts.Seen[i]; seen.Cluster == cluster {
			if seen.Host != h.Address {
				*seen = Seen{Cluster: cluster, Host: h.Address, Place: h.Place, Since: at}
			}
			seen.At, seen.Fresh = at, seen.Fresh || proven
			return
		}
	}
	s.facts.Seen = append(s.facts.Seen, Seen{Cluster: cluster, Host: h.Address, Place: h.Place, Since: at, At: at, Fresh: proven})
}

// GetAhead notes that the session may know of what the cluster's primary does not show yet: it has read on a replica, or was told so.
func (s *Session) GetAhead(cluster string) {
	if !slices.Contains(s.facts.Ahead, cluster) {
		s.facts.Ahead = append(s.facts.Ahead, cluster)
	}
}

// Settle notes that the cluster's primary shows all that the session knows of.
func (s *Session) Settle(cluster string) {
	if i := slices.Index(s.facts.Ahead, cluster); i >= 0 {
		s.facts.Ahead = slices.Delete(s.facts.Ahead, i, i+1)
	}
}

// Tried begins the time anew that the session has read on its host: it was to read elsewhere, and is here all the same.
func (s *Session) Tried(cluster string, at time.Time) {
	for i := range s.facts.Seen {
		if seen := &s.facts.Seen[i]; seen.Cluster == cluster {
			seen.Since, seen.Tried = at, true
		}
	}
}

// HasRead says whether the answer observed last has shown data: rows, or values that went into variables. That a write changed so many rows does not
// count, nor do answers about the server or the session.
func (s *Session) HasRead(st *statement.Statement) bool {
	if s.ending.hasGTID || !s.ending.hadRows && !st.Effects.Has(statement.AssignsVar) && st.Kind != statement.Call {
		return false
	}
	switch st.Kind {
	case statement.Select:
		return len(st.Tables) > 0 || len(st.Functions) > 0 || st.Fallback
	case statement.Show:
		return st.Plain
	case statement.Set, statement.Use, statement.Diagnostics, statement.Admin:
		return false
	}
	return true
}

// unsee forgets where the session has read: it has written since, and whoever has that has all that it has read before.
func (s *Session) unsee(cluster string) {
	s.Settle(cluster)
	for i := range s.facts.Seen {
		if s.facts.Seen[i].Cluster == cluster {
			s.facts.Seen = append(s.facts.Seen[:i], s.facts.Seen[i+1:]...)
			return
		}
	}
}

// doubt notes that the session has to see more than what it has read by now; somebody else's write does not say that its reads came before that.
func (s *Session) doubt(cluster string) {
	for i := range s.facts.Seen {
		if s.facts.Seen[i].Cluster == cluster {
			s.facts.Seen[i].Fresh = false
		}
	}
}

// Require makes what the session reads from now on as new as a position, which somebody else has given it.
func (s *Session) Require(cluster string, p topology.Position) {
	s.doubt(cluster)
	s.GetAhead(cluster)
	for i := range s.facts.Floor {
		if f := &s.facts.Floor[i]; f.Cluster == cluster {
			f.Position = f.Position.Union(p)
			return
		}
	}
	s.facts.Floor = append(s.facts.Floor, ClusterPosition{cluster, p})
}

// Requires says whether the session has to have a position already.
func (s *Session) Requires(cluster string, p topology.Position) bool {
	for _, f := range s.facts.Floor {
		if f.Cluster == cluster && f.Position.Contains(p) {
			return true
		}
	}
	return false
}

// Choose takes the session's own consistency, by which the operator's rules do not hold any more; standard goes back to what the account has.
func (s *Session) Choose(c Consistency, standard bool) {
	if standard {
		c = s.standard
	}
	s.facts.Consistency, s.facts.Chosen = c, !standard
}

// EndRequest begins another request: what its predecessor has written keeps no read on the primary any more.
func (s *Session) EndRequest() { s.facts.Stuck = nil }
