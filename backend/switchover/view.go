package switchover

import (
	"context"
	"fmt"
	"sync"
	"time"

	"shunt/topology"
)

// view is the newest snapshot that everybody else has been told of, and a way to wait for the next.
type view struct {
	mu       sync.Mutex
	snapshot *topology.Snapshot
	changed  chan struct{} // closed, and replaced, with each snapshot
}

func (v *view) set(s *topology.Snapshot) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.snapshot = s
	if v.changed != nil {
		close(v.changed)
	}
	v.changed = make(chan struct{})
}

func (v *view) get() (*topology.Snapshot, <-chan struct{}) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.snapshot, v.changed
}

// lookEvery is how often the monitor is asked to look again: it takes two probes to see that a server has become writable
// and has no link any more.
const lookEvery = 15 * time.Millisecond

// AwaitPrimary waits until the monitor has seen that the server at address is the cluster's primary and everybody has been
// told so. What stands in the way is in the error once ctx is over. hurry has it look at the servers that matter.
func (e *Engine) AwaitPrimary(ctx context.Context, cluster, address string, hurry ...string) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	look := func() {
		for _, a := range hurry {
			e.deps.Look(a)
		}
	}
	look()
	for {
		s, changed := e.view.get()
		c := s.Clusters[cluster]
		if c != nil && c.Primary != nil && c.Primary.Address == address {
			return nil
		}
		select {
		case <-changed:
		case <-tick.C:
			look()
		case <-ctx.Done():
			problem := ""
			if c != nil {
				problem = c.Problem
			}
			return fmt.Errorf("the monitor does not see %s as primary: %s (%w)", address, problem, context.Cause(ctx))
		}
	}
}
