// Package switchover makes another server of a cluster its primary.
//
// [Engine.Switch] is the planned way: writes are held, the primary is made read_only, the chosen replica catches up, the
// others and the old primary are pointed at it, it becomes writable, writes go on. It is a list of steps, each with what
// undoes it; when one fails, those before it are undone in reverse, and nothing has been lost because no write was let
// through meanwhile. A dry run walks the same list and changes nothing.
//
// What a server is told is behind [Server], whose real form speaks SQL over a control connection. Whether a switchover is
// possible is decided by judge, a pure function over what the servers said. How writes are held is [Gate]'s, who is seen as
// primary the monitor's. What to do when the primary has died is the package failover's.
package switchover

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"shunt/topology"
)

// Gate holds writes in the proxy.
type Gate interface {
	// Hold makes statements for the cluster's primary wait from now on, but for those of open transactions. It returns
	// when no transaction is open and no write runs there any more, or with an error that names who is still there once
	// ctx is over; then nothing is held. release ends the hold; it may be called more than once.
	Hold(ctx context.Context, cluster string) (release func(), err error)
}

// Config bounds a switchover. The zero value is not valid; start from [DefaultConfig].
type Config struct {
	// Drain is how long transactions that are open when writes are held may take to end. Default 5s.
	Drain time.Duration

	// Pause is how long writes may be held after that. A switchover that has not come to its end by then is undone.
	// Together with Drain it should be below the time that statements wait in the proxy. Default 4s.
	Pause time.Duration
}

// DefaultConfig is the configuration of somebody who configures nothing.
func DefaultConfig() Config { return Config{Drain: 5 * time.Second, Pause: 4 * time.Second} }

const (
	// checkBound is for all that is looked at before writes are held, nearBound for the target to come near the primary.
	checkBound = 15 * time.Second
	nearBound  = 5 * time.Second

	// nearEnough is how long the target may need for the primary's position when writes are about to be held.
	nearEnough = 100 * time.Millisecond

	// undoBound is for undoing one step, whatever was left of the pause.
	undoBound = 5 * time.Second
)

// Account is a user name and its password.
type Account struct{ User, Password string }

// Deps are what the engine needs of the house. All are needed; the functions may be called from anywhere at any time.
type Deps struct {
	Gate Gate

	// Snapshot is the topology in force, Look has the monitor look at a server at once.
	Snapshot func() *topology.Snapshot
	Look     func(address string)

	// Quiet stops the monitor's heartbeats on a cluster; it returns when none is on its way any more. release lets them go on.
	Quiet func(ctx context.Context, cluster string) (release func(), err error)

	// Dial connects to a server of a cluster with the control account. The engine closes what it gets.
	Dial func(ctx context.Context, cluster, address string) (Server, error)

	// Login checks the account with which the old primary is to replicate, by logging in to address with it, and gives the
	// rights that it has there.
	Login func(ctx context.Context, cluster, address string, as Account) (rights []string, err error)

	// Replication is that account.
	Replication func(cluster string) Account

	Log *slog.Logger
}

// Engine carries out switchovers, one per cluster at a time. Make it with [New]; its methods may be called from anywhere
// at any time.
type Engine struct {
	config  Config
	deps    Deps
	metrics *metrics
	view    view

	mu      sync.Mutex
	busy    map[string]bool // guarded by mu: the clusters with a switchover that runs
	ended   bool            // guarded by mu: Run is over, nothing may begin
	running sync.WaitGroup  // the switchovers
	stop    chan struct{}   // closed when running ones have to be given up
}

// New makes an engine. It does nothing by itself.
func New(config Config, deps Deps) *Engine {
	e := &Engine{config: config, deps: deps, metrics: newMetrics(deps.Snapshot()), busy: map[string]bool{}, stop: make(chan struct{})}
	e.view.set(deps.Snapshot())
	return e
}

// Collectors are the engine's metrics, to be registered once.
func (e *Engine) Collectors() []prometheus.Collector {
	return []prometheus.Collector{e.metrics.switchovers, e.metrics.pause}
}

// TopologyChanged tells of a new snapshot. It does not block. It should be called after the rooms that route by the
// snapshot have it: writes are released when the engine sees the new primary.
func (e *Engine) TopologyChanged(s *topology.Snapshot) { e.view.set(s) }

// Run waits until ctx ends, then gives up the switchovers that run and returns when they are undone.
func (e *Engine) Run(ctx context.Context) error {
	<-ctx.Done()
	e.mu.Lock()
	e.ended = true
	e.mu.Unlock()
	close(e.stop)
	e.running.Wait()
	return nil
}

// Order is what to do.
type Order struct {
	Cluster string
	To      string // address of the server that is to be the primary, as it is listed
	DryRun  bool   // look and tell, change nothing
}

// Switch carries out an order and tells how it went. An error is a [*Failure]; the report tells the steps in any case. ctx
// ending makes the step that runs fail, which undoes everything.
func (e *Engine) Switch(ctx context.Context, o Order) (Report, error) {
	report := Report{Cluster: o.Cluster, To: o.To, DryRun: o.DryRun}
	release, err := e.Reserve(o.Cluster)
	if err != nil {
		report.Result = Refused
		return report, e.over(&report, StepCheck, err)
	}
	defer release()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-e.stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	r := newRun(e, o, &report)
	defer r.close()
	step, err := r.walk(ctx)
	return report, e.over(&report, step, err)
}

// Reserve makes sure that nobody else changes the roles of a cluster until release is called. It fails at once if somebody
// does.
func (e *Engine) Reserve(cluster string) (release func(), err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.ended:
		return nil, fmt.Errorf("shunt is ending")
	case e.busy[cluster]:
		return nil, fmt.Errorf("another switchover of cluster %s runs", cluster)
	}
	e.busy[cluster] = true
	e.running.Add(1)
	return sync.OnceFunc(func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.busy, cluster)
		e.running.Done()
	}), nil
}

// over notes how a switchover has ended, in the log and in the metrics.
func (e *Engine) over(r *Report, at Step, err error) error {
	if e.deps.Snapshot().Clusters[r.Cluster] != nil { // of one that is not there, the name may be anything
		e.metrics.ended(r)
	}
	args := []any{"cluster", r.Cluster, "from", r.From, "to", r.To, "dry_run", r.DryRun, "result", r.Result.String(), "pause", r.Pause}
	if err == nil {
		e.deps.Log.Info("switchover", args...)
		return nil
	}
	failure := &Failure{Report: *r, At: at, Cause: err}
	e.deps.Log.Warn("switchover", append(args, "step", at.String(), "error", err)...)
	return failure
}
