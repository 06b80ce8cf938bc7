// Package failover replaces a primary that has died. It is off unless the configuration turns it on.
//
// [Decide] is the whole decision, a pure function: is the primary dead, and who has the most? [Engine] gathers the evidence
// while a primary is down, carries the decision out, and fences the old primary when it comes back: it is made read_only at
// once, and becomes a replica again if it has nothing that the new primary has not. Nothing of this is kept on disk: a shunt
// that has been restarted knows of no old primary, and believes neither of two writable servers.
package failover

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"shunt/backend/switchover"
	"shunt/topology"
)

// Config says whether and when.
type Config struct {
	// Automatic turns it on.
	Automatic bool

	// After is how long a primary must have been down.
	After time.Duration
}

const (
	tick        = 50 * time.Millisecond // between two looks
	askAgain    = time.Second           // between two gatherings of evidence
	askBound    = 2 * time.Second       // for one server to answer
	applyBound  = time.Minute           // for the new primary to apply what it has fetched
	stepBound   = 5 * time.Second       // for one server to do one thing
	fenceBound  = time.Second           // for an old primary to be dialed
	maxAttempts = 5                     // at one dead primary, with a longer pause after each
)

// Engine watches all clusters. Make it with [New], start it with [Engine.Run].
type Engine struct {
	config  Config
	deps    switchover.Deps
	roles   *switchover.Engine
	metrics *metrics
}

// cluster is what the engine remembers of one. It belongs to the goroutine that watches it.
type cluster struct {
	name       string
	primary    string // the last one
	serverID   string // its server_id
	datacenter string
	downSince  time.Time // zero: it is not down
	next       time.Time // when evidence is to be gathered
	attempts   int
	told       string // the last reason that was logged
	deposed    map[string]*deposed
}

// New makes an engine. roles is what else changes the roles of servers, and makes sure that only one does at a time. deps
// are the same as for that; its gate is not used, since writes wait by themselves while there is no primary.
func New(config Config, deps switchover.Deps, roles *switchover.Engine) *Engine {
	return &Engine{config: config, deps: deps, roles: roles, metrics: newMetrics(deps.Snapshot())}
}

// Collectors are the engine's metrics, to be registered once.
func (e *Engine) Collectors() []prometheus.Collector {
	return []prometheus.Collector{e.metrics.failovers, e.metrics.returns}
}

// Run watches until ctx ends, each cluster on its own. Without Automatic it only waits for that.
func (e *Engine) Run(ctx context.Context) error {
	var all sync.WaitGroup
	if e.config.Automatic {
		for name := range e.deps.Snapshot().Clusters {
			all.Go(func() { e.watch(ctx, &cluster{name: name, deposed: map[string]*deposed{}}) })
		}
	}
	<-ctx.Done()
	all.Wait()
	return nil
}

func (e *Engine) watch(ctx context.Context, c *cluster) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			t := e.deps.Snapshot().Clusters[c.name]
			c.observe(t, now)
			e.fence(ctx, c, t, now)
			e.look(ctx, c, t, now)
		}
	}
}

// observe takes in a snapshot: who is the primary, and since when it is down.
func (c *cluster) observe(t *topology.Cluster, now time.Time) {
	if p := t.Primary; p != nil {
		c.attempts = 0
		c.primary, c.serverID, c.datacenter, c.downSince = p.Address, fmt.Sprint(p.ServerID), p.Datacenter, time.Time{}
		return
	}
	switch {
	case stateOf(t, c.primary) != topology.Down:
		c.downSince = time.Time{}
	case c.downSince.IsZero():
		c.downSince, c.next = now, now
	}
}

// stateOf is what the probes say of a server.
func stateOf(t *topology.Cluster, address string) topology.State {
	for _, h := range t.Hosts {
		if h.Address == address {
			return h.State
		}
	}
	return topology.Unprobed
}

// look replaces the primary if it is dead.
func (e *Engine) look(ctx context.Context, c *cluster, t *topology.Cluster, now time.Time) {
	if c.downSince.IsZero() || now.Sub(c.downSince) < e.config.After || now.Before(c.next) || c.attempts >= maxAttempts {
		return
	}
	c.next = now.Add(askAgain)
	release, err := e.roles.Reserve(c.name)
	if err != nil {
		return // a switchover runs
	}
	defer release()
	f := &attempt{engine: e, cluster: c, servers: map[string]switchover.Server{}, facts: map[string]switchover.Facts{}}
	defer f.close()
	evidence := f.gather(ctx, t, now.Sub(c.downSince))
	verdict := Decide(evidence, e.config.After)
	if f.locked {
		verdict = Verdict{Reason: errLocked.Error()}
	}
	if verdict.Promote == "" {
		c.tell(e.deps.Log, "no failover", verdict.Reason)
		return
	}
	e.deps.Log.Warn("failover", "cluster", c.name, "from", c.primary, "to", verdict.Promote, "reason", verdict.Reason)
	c.attempts++
	c.next = now.Add(askAgain << c.attempts)
	began := time.Now()
	promoted, err := f.carryOut(ctx, evidence)
	e.metrics.failedOver(c.name, err)
	if err != nil {
		e.deps.Log.Error("failover did not succeed", "cluster", c.name, "from", c.primary, "error", err)
		return
	}
	e.deps.Log.Warn("failover is over", "cluster", c.name, "from", c.primary, "to", promoted, "took", time.Since(began))
}

// tell logs a reason once.
func (c *cluster) tell(log *slog.Logger, message, reason string) {
	if c.told != reason {
		log.Warn(message, "cluster", c.name, "primary", c.primary, "reason", reason)
	}
	c.told = reason
}
