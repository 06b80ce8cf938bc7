// Package topology names what stands behind shunt: clusters, their hosts, roles, lag and GTID positions; and the
// [Snapshot], everything known about them at one moment. It knows no other room and does no I/O: the monitor makes
// snapshots, the others read them.
package topology

import "time"

// Flavor is the kind of server.
type Flavor uint8

// The flavors.
const (
	MariaDB Flavor = iota
	MySQL
)

func (f Flavor) String() string {
	if f == MySQL {
		return "MySQL"
	}
	return "MariaDB"
}

// Role is what a host is in its cluster, decided from read_only and replication links, never from a name in a file.
type Role uint8

// The roles.
const (
	NoRole  Role = iota // not known yet, or contradictory
	Primary             // writable, replicates from nobody in its cluster
	Replica             // replicates from another host
)

func (r Role) String() string {
	switch r {
	case Primary:
		return "primary"
	case Replica:
		return "replica"
	}
	return "none"
}

// State is what the monitor's probes say about a host.
type State uint8

// The states. A single lost probe changes nothing.
const (
	Unprobed State = iota // no probe has ended yet
	Up                    // answers probes
	Down                  // refused or lost several probes in a row
)

func (s State) String() string {
	switch s {
	case Up:
		return "up"
	case Down:
		return "down"
	}
	return "unprobed"
}

// Use is what the operator wants of a host.
type Use uint8

// The uses.
const (
	Serve  Use = iota // takes its share
	Drain             // finishes what it has, gets nothing new
	Backup            // out of rotation, goes on replicating
	Off               // not to be contacted at all
)

func (u Use) String() string {
	switch u {
	case Drain:
		return "drain"
	case Backup:
		return "backup"
	case Off:
		return "off"
	}
	return "serve"
}

// Host is one server at one moment. Immutable.
type Host struct {
	Address    string // host:port, or the path of a unix socket
	Cluster    string
	Datacenter string
	Weight     int // share of reads, relative to its cluster's other replicas; 0 takes none
	Use        Use
	Pools      []string // the read pools it is listed for; it takes no other reads then
	Place      int      // in Cluster.Hosts

	State    State
	Role     Role
	ReadOnly bool
	Source   string // address (as this host names it) of the server it replicates from; empty for none
	ServerID uint32
	Version  string
	Flavor   Flavor

	Lag       time.Duration // how old the newest change it has applied is; meaningful if LagKnown
	LagKnown  bool
	InService bool     // a read may go there: up, Use is Serve, and the primary, or a replica that replicates within the lag limit
	Applied   Position // what its applier has executed; of a primary, what it has committed
	// Shown is what its answers may have shown when Applied was asked for: what is visible, and what is about to be counted as applied. nil: not known.
	Shown    Position
	Looked   time.Time // before Applied was asked for
	Flapping bool      // it is not in service only because it went in and out too often
	Since    time.Time // when State, Role or InService last changed; zero if none ever has
	Problem  string    // why it is not in service or not up, for people; empty if all is well

	Portion int           // hundredths of Weight that count now, as it warms up or is slow; 0 stands for all of them
	Latency time.Duration // how long it typically takes to begin an answer to a plain read; 0 if that is not known
}

// FullPortion is the Portion of a host whose weight counts in full.
const FullPortion = 100

// Reads says whether a replica has a share of the reads.
func (h *Host) Reads() bool { return h.InService && h.Weight > 0 }

// Share is its share of the reads now, relative to the others of its cluster that serve the same pool: hundredths of
// what Weight counts in. One that has a weight never has a share of nothing, so that it goes on being measured.
func (h *Host) Share() int {
	if h.Portion == 0 {
		return h.Weight * FullPortion
	}
	return h.Weight * h.Portion
}

// Effective is the weight that a replica has now: of Weight what Share counts, and 0 while it takes no reads.
func (h *Host) Effective() float64 {
	if !h.Reads() {
		return 0
	}
	return float64(h.Share()) / FullPortion
}

// Cluster is one primary and its replicas at one moment. Immutable.
type Cluster struct {
	Name       string
	Datacenter string
	Flavor     Flavor
	Version    string // the primary's @@version, or the last known one
	Epoch      uint64 // raised by one whenever another host becomes primary
	Primary    *Host  // nil: writes have to wait, Problem says why
	Replicas   []*Host
	Hosts      []*Host // all of them, in the order of the configuration
	Problem    string

	Readers *Readers // those of Replicas that take reads; nil if nobody has prepared them
	Reached Reached  // how far any of Replicas has come; nil if nobody has looked
}

// Snapshot is everything known at one moment. Immutable: the monitor swaps it whole, readers keep one for the length
// of a statement.
type Snapshot struct {
	Revision uint64
	Taken    time.Time
	Clusters map[string]*Cluster
}

// Host finds a host by address in any cluster; nil if there is none.
func (s *Snapshot) Host(address string) *Host {
	for _, c := range s.Clusters {
		for _, h := range c.Hosts {
			if h.Address == address {
				return h
			}
		}
	}
	return nil
}
