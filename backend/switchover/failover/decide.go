package failover

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"shunt/topology"
)

// Sight is what a replica's own link says about the primary.
type Sight uint8

// The sights.
const (
	Blind     Sight = iota // no evidence: its link is stopped, or it has none to the primary
	Connected              // it is connected to the primary
	Lost                   // it had the primary and cannot reach it any more
)

var sightNames = [...]string{Blind: "tells nothing", Connected: "is connected to it", Lost: "has lost it"}

func (s Sight) String() string { return sightNames[s] }

// Evidence is all that a decision depends on.
type Evidence struct {
	Primary    string         // address of the last one
	State      topology.State // what this proxy's probes say of it
	DownFor    time.Duration  // since when they say so
	Datacenter string         // where it stood
	Replicas   []Replica      // the other servers of the cluster that are not off
}

// Replica is what is known of one of the others.
type Replica struct {
	Address    string
	Reached    bool   // it answered now
	Fault      string // why not
	Use        topology.Use
	Weight     int
	Datacenter string
	Sight      Sight
	Unfit      string            // why it could not be the primary, whatever it has; empty if it could
	Has        topology.Position // what it has applied or fetched of the primary's transactions
}

// Verdict is what to do.
type Verdict struct {
	Promote string // address of the replica that is to be the primary; empty: nobody
	Reason  string // for people, in both cases
}

// Decide says whether the primary is really dead, and who is to take its place. It is dead if this proxy has not reached it
// for at least after, and every replica that can tell has lost it, and at least one can tell. That the proxy alone does not
// reach it says more about the proxy.
func Decide(e Evidence, after time.Duration) Verdict {
	if e.State != topology.Down {
		return Verdict{Reason: fmt.Sprintf("%s is %s", e.Primary, e.State)}
	}
	if e.DownFor < after {
		return Verdict{Reason: fmt.Sprintf("%s has been down for less than %v", e.Primary, after)}
	}
	witnesses := 0
	for _, r := range e.Replicas {
		switch {
		case !r.Reached || r.Sight == Blind:
		case r.Sight == Connected:
			return Verdict{Reason: fmt.Sprintf("%s is not reached from here, but %s %s", e.Primary, r.Address, r.Sight)}
		default:
			witnesses++
		}
	}
	if witnesses == 0 {
		return Verdict{Reason: fmt.Sprintf("%s is down, and no replica can tell whether it is dead: %s", e.Primary, tell(e.Replicas))}
	}
	return Choose(e)
}

// Choose picks the replica that has the most. It must have all that any other has that was reached, else promoting one would lose
// what another has: then nobody is picked. Among equals one of the primary's datacenter comes first, then the greater
// weight, then the order of the configuration.
func Choose(e Evidence) Verdict {
	all := topology.Position{}
	for _, r := range e.Replicas {
		if r.Reached {
			all = all.With(r.Has)
		}
	}
	var able []Replica
	var lacking, unfit []string
	for _, r := range e.Replicas {
		beyond := all.Beyond(r.Has)
		switch {
		case !r.Reached:
		case r.Unfit != "":
			unfit = append(unfit, r.Address+" "+r.Unfit)
		case r.Use != topology.Serve:
			unfit = append(unfit, fmt.Sprintf("%s is not to serve (use: %s)", r.Address, r.Use))
		case len(beyond) > 0:
			lacking = append(lacking, r.Address+" lacks "+strings.Join(beyond, ", "))
		default:
			able = append(able, r)
		}
	}
	if len(able) == 0 {
		return Verdict{Reason: "no replica can take its place: " + strings.Join(append(lacking, unfit...), "; ")}
	}
	slices.SortStableFunc(able, func(a, b Replica) int {
		return cmp.Or(cmp.Compare(digit(b.Datacenter == e.Datacenter), digit(a.Datacenter == e.Datacenter)), cmp.Compare(b.Weight, a.Weight))
	})
	return Verdict{Promote: able[0].Address, Reason: fmt.Sprintf("%s is dead, and %s has all that any replica has", e.Primary, able[0].Address)}
}

func tell(replicas []Replica) string {
	var texts []string
	for _, r := range replicas {
		text := r.Address + " " + r.Sight.String()
		if !r.Reached {
			text = r.Address + " is not reached either (" + r.Fault + ")"
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "; ")
}

func digit(b bool) int {
	if b {
		return 1
	}
	return 0
}
