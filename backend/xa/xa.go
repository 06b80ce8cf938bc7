// Package xa decides about transactions over several clusters, and finishes what was left half-way. [Coordinator] names each transaction, makes the
// decision to commit one durable in the store, and looks on every cluster's primary for branches that are prepared and that nobody finishes any more.
//
// A transaction whose decision is in the store is committed on all of its clusters, sooner or later; any other is rolled back (presumed abort). So a
// branch that is prepared always ends in one way, whoever dies in between.
//
// Who may decide is guarded by the store alone, and not by clocks: a decision is put only while the run that it belongs to has its key there, which goes with
// the run's lease and never comes back. Recovery touches the branches of another run only after that key has gone.
//
// It leaves to proxy the statements of the transactions and the two phases themselves.
package xa

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"shunt/backend/monitor/control"
	"shunt/store"
)

// Config says how often and how long.
type Config struct {
	Lease    time.Duration // how long the branches of a proxy that has died are left alone, in whole seconds, two at least
	Interval time.Duration // between two looks for branches that were left behind
	Timeout  time.Duration // for one server to do one thing
}

// Defaults are the values that hold where nothing else is said.
func Defaults() Config {
	return Config{Lease: 5 * time.Second, Interval: time.Second, Timeout: 5 * time.Second}
}

// Deps are what a Coordinator works with; all are needed.
type Deps struct {
	Store    store.Store
	Clusters []string
	Primary  func(cluster string) (control.Endpoint, error) // the server of a cluster that is written to
	Alone    bool                                           // no other process uses the store: whatever run it knows of has ended
	Log      *slog.Logger
}

// Coordinator names transactions, decides them and recovers them. Its methods may be called from anywhere.
type Coordinator struct {
	config  Config
	deps    Deps
	metrics *metrics
	run     atomic.Pointer[run] // that names transactions now; nil while the store has not given a lease
	wake    chan struct{}       // pending has been set
	pending atomic.Bool         // a branch was left behind
	told    map[string]string   // of the goroutine of Run: the last problem of each cluster

	mu       sync.Mutex
	hands    map[Name]bool     // guarded by mu: whose branches a client of this process is about to finish
	finished []string          // guarded by mu: keys of decisions that nobody needs any more
	open     map[Name]bool     // guarded by mu: that clients have left, and recovery has not finished
	hindered map[string]string // guarded by mu: clusters whose primary does not let us look for branches, and what it says
}

// run is one lease. Its key in the store is what its decisions depend on.
type run struct {
	fleet, id string
	lease     store.Lease
	owner     store.Condition // that its key is there
	count     atomic.Uint64
}

// New makes a Coordinator. It names nothing before Run.
func New(config Config, deps Deps) *Coordinator {
	return &Coordinator{
		config: config, deps: deps, metrics: newMetrics(deps.Clusters), wake: make(chan struct{}, 1), told: map[string]string{}, hands: map[Name]bool{}, open: map[Name]bool{}, hindered: map[string]string{},
	}
}

// Collectors are the coordinator's metrics, to be registered once.
func (k *Coordinator) Collectors() []prometheus.Collector { return k.metrics.all() }

// Run keeps a lease and recovers until ctx ends.
func (k *Coordinator) Run(ctx context.Context) error {
	defer k.leave()
	var swept time.Time
	runs, clean := "", false
	for ctx.Err() == nil {
		if k.run.Load() == nil {
			if err := k.enlist(ctx); err != nil && ctx.Err() == nil {
				k.tell("", "transactions over several clusters cannot be named", err.Error())
			}
		}
		now := k.runs(ctx)
		if woken := k.pending.Swap(false); woken || !clean || now != runs || time.Since(swept) > sweepAnyway {
			swept, runs = time.Now(), now
			clean = k.sweep(ctx)
		}
		k.pause(ctx)
	}
	return nil
}

// sweepAnyway is how long nobody looks for branches while no proxy has ended and no client has left any. Whoever made them has ended by then, or lives.
const sweepAnyway = time.Minute

// runs are the runs whose leases last, in one text. Where one has gone, its branches are to be finished.
func (k *Coordinator) runs(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, k.config.Timeout)
	defer cancel()
	items, _, err := store.All(ctx, k.deps.Store, ownerKeys)
	if err != nil {
		return err.Error()
	}
	var text strings.Builder
	for _, item := range items {
		text.WriteString(item.Key)
	}
	return text.String()
}

// pause waits for the next look. Decisions that nobody needs any more are deleted meanwhile.
func (k *Coordinator) pause(ctx context.Context) {
	timer := time.NewTimer(k.config.Interval)
	defer timer.Stop()
	var lost <-chan struct{}
	if r := k.run.Load(); r != nil {
		lost = r.lease.Lost()
	}
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-k.wake:
	case <-lost:
		k.run.Store(nil) // it decides nothing any more; what it has prepared is recovered as that of any other run that has ended
	}
	k.forget(ctx)
}

// enlist begins a run: it finds out the fleet's name and gets a lease.
func (k *Coordinator) enlist(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, k.config.Timeout)
	defer cancel()
	fleet, err := k.fleet(ctx)
	if err != nil {
		return err
	}
	lease, err := k.deps.Store.Lease(ctx, k.config.Lease)
	if err != nil {
		return err
	}
	r := &run{fleet: fleet, id: newID(), lease: lease}
	key := ownerKey(r.id)
	t := store.Txn{If: []store.Condition{store.Absent(key)}, Then: []store.Change{store.PutLeased(key, nil, lease)}}
	if k.deps.Alone {
		t.Then = append(t.Then, k.endedRuns(ctx)...)
	}
	at, err := k.deps.Store.Commit(ctx, t)
	if err != nil {
		_ = lease.Release(ctx) // else it runs out
		return err
	}
	r.owner = store.Condition{Key: key, Revision: at}
	k.run.Store(r)
	k.tell("", "", "")
	return nil
}

// endedRuns deletes the keys of runs that a crash has ended, so that their branches are not left alone until the leases are over.
func (k *Coordinator) endedRuns(ctx context.Context) (changes []store.Change) {
	items, _, err := store.All(ctx, k.deps.Store, ownerKeys)
	if err != nil {
		return nil
	}
	for _, item := range items[:min(len(items), store.MaxChanges-1)] {
		changes = append(changes, store.Delete(item.Key))
	}
	return changes
}

// fleet is the name of those who share the store, which the first of them gives.
func (k *Coordinator) fleet(ctx context.Context) (string, error) {
	for {
		item, err := k.deps.Store.Get(ctx, fleetKey)
		if err != nil || item.Exists() {
			return string(item.Value), err
		}
		id := newID()
		_, err = k.deps.Store.Commit(ctx, store.Txn{If: []store.Condition{store.Absent(fleetKey)}, Then: []store.Change{store.Put(fleetKey, []byte(id))}})
		if err == nil {
			return id, nil
		}
		if ctx.Err() != nil {
			return "", err
		}
	}
}

// leave ends the run, so that others need not wait for the end of the lease.
func (k *Coordinator) leave() {
	r := k.run.Swap(nil)
	if r == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), k.config.Timeout)
	defer cancel()
	k.forget(ctx)
	_ = r.lease.Release(ctx) // else it runs out
}

// newID is eight random hexadecimal digits.
func newID() string {
	var b [idDigits / 2]byte
	_, _ = rand.Read(b[:]) // it never fails
	return hex.EncodeToString(b[:])
}

// The keys of the store.
const (
	fleetKey   = "xa/fleet"
	ownerKeys  = "xa/runs/"    // of runs, while their leases last
	decidedFor = "xa/decided/" // of transactions that are to be committed, or that nobody may commit any more
)

func ownerKey(run string) string { return ownerKeys + run }

func decisionKey(n Name) string { return decidedFor + n.String() }
