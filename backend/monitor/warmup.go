package monitor

import (
	"time"

	"shunt/topology"
)

// warmSteps is in how many steps a replica that returns comes to its whole share. Each step makes a new table of readers.
const warmSteps = 10

// warmth is how many hundredths of its share a replica takes that has been in service since a moment: the first step at
// once, all of it after warmUp. since is zero for one that need not warm up.
func warmth(since, now time.Time, warmUp time.Duration) int {
	if since.IsZero() || warmUp <= 0 {
		return topology.FullPortion
	}
	step := 1 + int(warmSteps*max(now.Sub(since), 0)/warmUp)
	return topology.FullPortion * min(step, warmSteps) / warmSteps
}
