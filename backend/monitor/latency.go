package monitor

import (
	"math"
	"slices"
	"strings"
	"time"

	"shunt/topology"
)

// Answers say how long a server took to begin its answers to plain reads, within a second or so.
type Answers struct {
	Count   int
	Typical time.Duration // their geometric mean: a few long ones do not make a server look slow
}

const (
	// evidence is how many answers must have been seen before a server is compared.
	evidence = 20

	// quick is how much of what was known one window of answers replaces at most; one answer replaces a hundredth.
	quick = 0.3

	// forgotten is after how long without an answer nothing is known any more: a server that gets no reads cannot show that it has
	// become faster.
	forgotten = time.Minute

	// A server is slow that takes more than slowFactor times as long as the fastest, and at least slowMargin longer.
	slowFactor = 2
	slowMargin = 500 * time.Microsecond

	// leastPortion keeps a slow server measured, in hundredths.
	leastPortion = 10
)

// pace is how fast a server begins its answers. A value; [pace.after] gives the next one.
type pace struct {
	nanos float64 // typically
	count int     // answers seen, up to evidence
	heard time.Time
}

// after is the pace once answers have been heard of, which may be none.
func (p pace) after(a Answers, now time.Time) pace {
	switch {
	case a.Count == 0 && now.Sub(p.heard) < forgotten:
		return p
	case a.Count == 0:
		return pace{}
	}
	part := min(float64(a.Count)/100, quick)
	if p.count < evidence { // all of them count the same at first
		part = float64(a.Count) / float64(a.Count+p.count)
	}
	typical := max(float64(a.Typical), 1)
	if p.count == 0 {
		p.nanos = typical
	}
	p.nanos = math.Exp((1-part)*math.Log(p.nanos) + part*math.Log(typical))
	p.count, p.heard = min(p.count+a.Count, evidence), now
	return p
}

// latency is the pace, if enough answers have been seen; else 0.
func (p pace) latency() time.Duration {
	if p.count < evidence {
		return 0
	}
	return time.Duration(p.nanos)
}

// slowed gives the hundredths of its share that each server of a group takes, by their latencies, of which 0 is one that
// is not known: all, but for those that are slow beside the fastest. One that takes four times as long takes a half.
func slowed(latencies []time.Duration) []int {
	var fastest time.Duration
	for _, l := range latencies {
		if l > 0 && (fastest == 0 || l < fastest) {
			fastest = l
		}
	}
	portions := make([]int, len(latencies))
	for i, l := range latencies {
		portions[i] = topology.FullPortion
		if l > slowFactor*fastest && l-fastest >= slowMargin {
			portions[i] = max(int(topology.FullPortion*slowFactor*fastest/l), leastPortion)
		}
	}
	return portions
}

// hear takes in how fast the servers of a cluster have answered, and says whether that changes anything. Replicas are
// compared with those that take the same reads: how long an answer takes depends on what is asked.
func (c *clusterState) hear(answers map[string]Answers, now time.Time) (changed bool) {
	groups := map[string][]*hostState{}
	for _, h := range c.hosts {
		before := h.pace
		h.pace = h.pace.after(answers[h.listed.Address], now)
		changed = changed || h.pace.latency() != before.latency()
		h.slow = topology.FullPortion
		if c.config.LatencyAware && h.last.Role == topology.Replica && h.last.InService {
			key := strings.Join(slices.Sorted(slices.Values(h.listed.Pools)), ",")
			groups[key] = append(groups[key], h)
		}
	}
	for _, group := range groups {
		latencies := make([]time.Duration, len(group))
		for i, h := range group {
			latencies[i] = h.pace.latency()
		}
		for i, portion := range slowed(latencies) {
			group[i].slow = portion
		}
	}
	if changed {
		c.pending = max(c.pending, words) // all hosts are to be shown anew
	}
	return changed
}
