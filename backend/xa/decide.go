package xa

import (
	"context"
	"errors"
	"slices"
	"time"

	"shunt/backend/monitor/control"
	"shunt/store"
)

// Outcome is what became of a decision.
type Outcome uint8

// The outcomes.
const (
	Aborted   Outcome = iota // it is not in the store and never will be: all branches are to be rolled back
	Committed                // it is in the store: all branches are to be committed
	Unknown                  // the store did not say; recovery will find out
)

// decision is a record in the store.
type decision struct {
	Clusters []string  `json:"clusters,omitempty"` // that have a branch
	Aborted  bool      `json:"aborted,omitempty"`  // nobody may decide to commit it any more
	At       time.Time `json:"at"`
}

// Name gives a new transaction its name; it is zero while the store has not given this proxy a lease.
func (k *Coordinator) Name() Name {
	r := k.run.Load()
	if r == nil {
		return Name{}
	}
	return Name{r.fleet, r.id, r.count.Add(1)}
}

// Ready says whether transactions can be named.
func (k *Coordinator) Ready() bool { return k.run.Load() != nil }

// Take keeps recovery away from a transaction whose branches are about to be prepared, until Done or Leave.
func (k *Coordinator) Take(n Name) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.hands[n] = true
}

// Decide makes it durable that a transaction commits, whose branches on these clusters are all prepared. It waits for the store until ctx ends.
func (k *Coordinator) Decide(ctx context.Context, n Name, clusters []string) Outcome {
	outcome := k.decide(ctx, n, clusters)
	k.metrics.decided(outcome)
	return outcome
}

func (k *Coordinator) decide(ctx context.Context, n Name, clusters []string) Outcome {
	r := k.run.Load()
	if r == nil || r.id != n.Run {
		return Aborted // the lease was lost, and its key with it
	}
	key := decisionKey(n)
	put, err := store.PutJSON(key, decision{Clusters: clusters, At: time.Now()})
	if err != nil {
		return Aborted
	}
	t := store.Txn{If: []store.Condition{r.owner, store.Absent(key)}, Then: []store.Change{put}}
	for {
		_, err := k.deps.Store.Commit(ctx, t)
		switch {
		case err == nil:
			return Committed
		case errors.Is(err, store.ErrRefused):
			return Aborted
		}
		// What was sent before may have arrived, or arrive yet; then the record is there, or will be. A conflict says for sure how it is.
		item, read := k.deps.Store.Get(ctx, key)
		switch {
		case read == nil && item.Exists():
			return outcomeOf(item)
		case read == nil && errors.Is(err, store.ErrConflict):
			return Aborted
		case ctx.Err() != nil:
			return Unknown
		}
		pauseBriefly(ctx)
	}
}

// pauseBriefly is between two tries on a store that does not answer.
func pauseBriefly(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(20 * time.Millisecond):
	}
}

// outcomeOf reads a record. One that cannot be read is none that recovery may act on.
func outcomeOf(item store.Item) Outcome {
	var d decision
	switch err := item.JSON(&d); {
	case err != nil:
		return Unknown
	case d.Aborted:
		return Aborted
	}
	return Committed
}

// Done says that all branches of a transaction have ended as it was decided.
func (k *Coordinator) Done(n Name, outcome Outcome) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.hands, n)
	if outcome == Committed {
		k.finished = append(k.finished, decisionKey(n))
	}
}

// Leave says that a branch at least may not have ended as it was decided: recovery is to finish it.
func (k *Coordinator) Leave(n Name) {
	k.mu.Lock()
	delete(k.hands, n)
	k.open[n] = true
	k.mu.Unlock()
	k.metrics.left.Inc()
	k.pending.Store(true)
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// Left says whether recovery has still to finish a transaction that was left.
func (k *Coordinator) Left(n Name) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.open[n]
}

// inHand says whether a client is about to finish a transaction.
func (k *Coordinator) inHand(n Name) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.hands[n]
}

// forget deletes decisions that nobody needs any more. What cannot be deleted now is tried again, and found by recovery after a crash.
func (k *Coordinator) forget(ctx context.Context) {
	k.mu.Lock()
	keys := k.finished
	k.finished = nil
	k.mu.Unlock()
	for part := range slices.Chunk(keys, store.MaxChanges) {
		var t store.Txn
		for _, key := range part {
			t.Then = append(t.Then, store.Delete(key))
		}
		within, cancel := context.WithTimeout(ctx, k.config.Timeout)
		_, err := k.deps.Store.Commit(within, t)
		cancel()
		if err != nil {
			k.mu.Lock()
			k.finished = append(k.finished, part...)
			k.mu.Unlock()
		}
	}
}

// hinder notes whether a cluster's primary lets us look for branches.
func (k *Coordinator) hinder(cluster string, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.hindered, cluster)
	if control.Code(err) != 0 {
		k.hindered[cluster] = err.Error()
	}
}

// Hindered says why no branch may be prepared on a cluster, since nobody could finish it after a crash; empty if one may.
func (k *Coordinator) Hindered(cluster string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.hindered[cluster]
}
