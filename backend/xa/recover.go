package xa

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"shunt/backend/monitor/control"
	"shunt/store"
)

// look is what one search for branches that were left behind knows of the store.
type look struct {
	fleet string
	// records are the decisions as they were at its beginning, without those of transactions that somebody had in hand after that: all branches of these
	// were prepared before, so that those that are left are found.
	records map[Name]store.Item

	mu sync.Mutex
	// stuck are the clusters on which something may be left, whatever it belongs to; left the transactions that something is left of.
	stuck map[string]bool   // guarded by mu
	left  map[Name]bool     // guarded by mu
	fault map[string]string // guarded by mu: what is wrong with each cluster
}

// leave notes that something of a transaction is left.
func (l *look) leave(n Name) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left[n] = true
}

// stick notes that a cluster could not be looked at.
func (l *look) stick(cluster string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stuck[cluster], l.fault[cluster] = true, err.Error()
}

// manyAtOnce bounds how many clusters are looked at at a time.
const manyAtOnce = 16

// sweep looks on each cluster for branches that nobody finishes any more, and finishes them. Records that nobody can need any more are deleted. It says
// whether nothing is left to be done.
func (k *Coordinator) sweep(ctx context.Context) (clean bool) {
	l := &look{records: map[Name]store.Item{}, stuck: map[string]bool{}, left: map[Name]bool{}, fault: map[string]string{}}
	k.mu.Lock()
	open := maps.Clone(k.open)
	k.mu.Unlock()
	if err := k.read(ctx, l); err != nil {
		if ctx.Err() != nil {
			return false
		}
		k.tell("", "the store cannot be asked about transactions over several clusters", err.Error())
		return false
	}
	var all errgroup.Group
	all.SetLimit(manyAtOnce)
	for _, cluster := range k.deps.Clusters {
		all.Go(func() error {
			if err := k.sweepCluster(ctx, l, cluster); err != nil {
				l.stick(cluster, err)
			}
			return nil
		})
	}
	_ = all.Wait() // it has no errors
	if ctx.Err() != nil {
		return false
	}
	for _, cluster := range k.deps.Clusters {
		k.tell(cluster, "branches that were left behind cannot be looked for, or not be finished, now", l.fault[cluster])
	}
	k.close(l, open)
	k.collect(ctx, l)
	return len(l.stuck) == 0 && len(l.left) == 0
}

// read lists the decisions.
func (k *Coordinator) read(ctx context.Context, l *look) error {
	ctx, cancel := context.WithTimeout(ctx, k.config.Timeout)
	defer cancel()
	fleet, err := k.deps.Store.Get(ctx, fleetKey)
	if err != nil {
		return err
	}
	l.fleet = string(fleet.Value)
	items, _, err := store.All(ctx, k.deps.Store, decidedFor)
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, item := range items {
		if name, ok := ParseName(strings.TrimPrefix(item.Key, decidedFor)); ok && !k.hands[name] {
			l.records[name] = item
		}
	}
	return err
}

// sweepCluster finishes the branches of one cluster that are this fleet's.
func (k *Coordinator) sweepCluster(ctx context.Context, l *look, cluster string) error {
	ctx, cancel := context.WithTimeout(ctx, k.config.Timeout)
	defer cancel()
	to, err := k.deps.Primary(cluster)
	if err != nil {
		return err
	}
	conn, err := control.Dial(ctx, to)
	if err != nil {
		return err
	}
	defer conn.Close()
	branches, err := prepared(ctx, conn)
	k.hinder(cluster, err)
	if err != nil {
		return err
	}
	waiting := 0
	for _, b := range branches {
		if b.name.Fleet != l.fleet || k.inHand(b.name) {
			continue
		}
		outcome, fault := k.resolve(ctx, b.name)
		if fault == nil && outcome != Unknown {
			fault = k.finish(ctx, conn, cluster, b, outcome)
		}
		if outcome == Unknown || fault != nil {
			l.leave(b.name)
			waiting++
		}
		if fault != nil {
			err = fmt.Errorf("%s: %w", b.name, fault)
		}
	}
	k.metrics.waiting.WithLabelValues(cluster).Set(float64(waiting))
	return err
}

// resolve finds out how a transaction ends. Unknown: its proxy lives and sees to it.
func (k *Coordinator) resolve(ctx context.Context, n Name) (Outcome, error) {
	mine := false
	if r := k.run.Load(); r != nil && r.id == n.Run {
		mine = true
	} else {
		owner, err := k.deps.Store.Get(ctx, ownerKey(n.Run))
		if err != nil || owner.Exists() {
			return Unknown, err
		}
	}
	// From here on nobody decides: the owner's key has gone, or it is ours, and nobody has it in hand.
	item, err := k.deps.Store.Get(ctx, decisionKey(n))
	switch {
	case err != nil:
		return Unknown, err
	case item.Exists():
		return outcomeOf(item), nil
	case mine:
		return k.forbid(ctx, n)
	}
	return Aborted, nil
}

// forbid keeps a decision from arriving late that this process has given up waiting for.
func (k *Coordinator) forbid(ctx context.Context, n Name) (Outcome, error) {
	key := decisionKey(n)
	put, err := store.PutJSON(key, decision{Aborted: true, At: time.Now()})
	if err != nil {
		return Unknown, err
	}
	_, err = k.deps.Store.Commit(ctx, store.Txn{If: []store.Condition{store.Absent(key)}, Then: []store.Change{put}})
	switch {
	case errors.Is(err, store.ErrConflict):
		return Unknown, nil // it has arrived: the next look reads it
	case err != nil:
		return Unknown, err
	}
	return Aborted, nil
}

// keptAborted is how long it is kept that a transaction must not be committed: longer than any request to the store is under way.
const keptAborted = time.Minute

// close notes which of the transactions that clients have left have no branch any more.
func (k *Coordinator) close(l *look, open map[Name]bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for name := range open {
		var d decision
		known := false
		if item, ok := l.records[name]; ok {
			known = item.JSON(&d) == nil && !d.Aborted
		}
		stuck := !known && len(l.stuck) > 0 || slices.ContainsFunc(d.Clusters, func(cluster string) bool { return l.stuck[cluster] })
		if !l.left[name] && !stuck {
			delete(k.open, name)
		}
	}
}

// collect deletes the records of transactions that have no branch left anywhere. A cluster that could not be looked at may have one.
func (k *Coordinator) collect(ctx context.Context, l *look) {
	for name, item := range l.records {
		var d decision
		if l.left[name] || item.JSON(&d) != nil || d.Aborted && time.Since(d.At) < keptAborted {
			continue
		}
		if k.mayHaveBranches(ctx, l, name, d.Clusters) {
			continue
		}
		k.mu.Lock()
		k.finished = append(k.finished, item.Key)
		k.mu.Unlock()
	}
}

func (k *Coordinator) mayHaveBranches(ctx context.Context, l *look, n Name, clusters []string) bool {
	for _, cluster := range clusters {
		if l.stuck[cluster] || !slices.Contains(k.deps.Clusters, cluster) {
			return true
		}
	}
	if r := k.run.Load(); r != nil && r.id == n.Run {
		return false // it was in nobody's hand when the look began
	}
	owner, err := k.deps.Store.Get(ctx, ownerKey(n.Run))
	return err != nil || owner.Exists() // its proxy sees to it
}

// tell logs a problem once; an empty one is none any more.
func (k *Coordinator) tell(cluster, what, problem string) {
	if problem != "" && k.told[cluster] != problem {
		k.deps.Log.Warn(what, "cluster", cluster, "error", problem)
	}
	k.told[cluster] = problem
}
