package topology

import "slices"

// ReadPool is a pool of replicas for one task, and a session whose reads are given to it points to it. Immutable.
type ReadPool struct {
	Name string
	Else Else
}

// Else says where the reads of a pool go while none of its servers is in service.
type Else uint8

// The ways out.
const (
	ElseReplicas Else = iota // the replicas that are in no pool, then the primary
	ElsePrimary              // the primary alone
	ElseError                // nowhere: the client gets an error
)

// elses are their words in config.yaml.
var elses = [...]string{"replicas", "primary", "error"}

func (e Else) String() string { return elses[e] }

// ParseElse reads the word of config.yaml.
func ParseElse(word string) (Else, bool) {
	i := slices.Index(elses[:], word)
	return Else(max(i, 0)), i >= 0
}

// Serves says whether a host is for the reads of a pool; the empty name is for those that are given to none, which
// leave the servers of pools alone.
func (h *Host) Serves(pool string) bool {
	if pool == "" {
		return len(h.Pools) == 0
	}
	return slices.Contains(h.Pools, pool)
}
