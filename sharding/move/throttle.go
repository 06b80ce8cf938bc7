package move

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Load is how busy the servers of a cluster are.
type Load struct {
	Lag     time.Duration // of the replica that is furthest behind; negative: not known
	Threads int           // statements that the primary runs
	History int           // length of its history list: versions of rows that are kept for those who read
}

// Throttle bounds the load beside which rows are copied. 0: it does not matter.
type Throttle struct {
	Lag              time.Duration
	Threads, History int
}

// above says what is above its bound; empty: nothing is.
func (t Throttle) above(l Load) string {
	switch {
	case t.Lag > 0 && l.Lag > t.Lag:
		return fmt.Sprintf("a replica is %s behind", l.Lag.Round(time.Millisecond))
	case t.Threads > 0 && l.Threads > t.Threads:
		return fmt.Sprintf("the primary runs %d statements", l.Threads)
	case t.History > 0 && l.History > t.History:
		return fmt.Sprintf("the primary keeps %d old versions of rows", l.History)
	}
	return ""
}

// loads are what was asked last. All copies of a proxy share the answers.
type loads struct {
	mu   sync.Mutex
	last map[string]*asked // guarded by mu; by cluster
}

// asked is one answer.
type asked struct {
	mu   sync.Mutex
	at   time.Time // guarded by mu, as load and err; when it was asked
	load Load
	err  error
}

// loadAge is for how long an answer counts.
const loadAge = 500 * time.Millisecond

// load asks a cluster how busy it is, or gives the last answer.
func (e *Engine) load(ctx context.Context, cluster string) (Load, error) {
	e.loads.mu.Lock()
	a := e.loads.last[cluster]
	if a == nil {
		a = &asked{}
		e.loads.last[cluster] = a
	}
	e.loads.mu.Unlock()
	a.mu.Lock() // others wait for the answer
	defer a.mu.Unlock()
	if a.at.IsZero() || time.Since(a.at) >= loadAge {
		a.load, a.err = e.deps.Load(ctx, cluster)
		a.at = time.Now()
	}
	return a.load, a.err
}

// calm returns when neither the source nor the target of a copy is too busy. What cannot be asked does not hold a copy up: it will hear of that itself.
func (r *run) calm(ctx context.Context) error { return r.calmAt(ctx, r.From, r.To) }

func (r *run) calmAt(ctx context.Context, clusters ...string) error {
	if r.engine.deps.Load == nil {
		return nil
	}
	defer r.waitsBecause("")
	for {
		busy := ""
		for _, cluster := range clusters {
			load, err := r.engine.load(ctx, cluster)
			if why := r.engine.config.Throttle.above(load); err == nil && why != "" {
				busy = fmt.Sprintf("cluster %s is busy: %s", cluster, why)
			}
		}
		if busy == "" {
			return context.Cause(ctx)
		}
		r.waitsBecause(busy)
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(loadAge):
		}
	}
}
