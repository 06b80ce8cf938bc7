package pause

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"shunt/store"
)

// Hold is a hold of an area on this proxy.
type Hold interface {
	// Drain returns when nothing is open in the area any more; or, when ctx is over, with an error that says what is.
	Drain(ctx context.Context) error
	// End lets statements go on.
	End()
}

// Keeper holds on this proxy what the store says. [Keeper.Run] does it.
type Keeper struct {
	store store.Store
	name  func() string
	hold  func(a Area, closed bool) Hold
	await func(ctx context.Context, at store.Revision)
	log   *slog.Logger

	followed chan struct{} // closed when the store has told all holds once

	mu    sync.Mutex
	holds map[string]*held // guarded by mu; by key
	group sync.WaitGroup
}

// held is one hold in force.
type held struct {
	entry entry
	at    store.Revision // of the entry
	hold  Hold
	ends  *time.Timer
	stop  context.CancelFunc // of its draining

	needs    store.Revision // of the map before statements may go on, of this hold or of one that it has taken the place of; 0: any
	released bool           // it ends when the map is as new as that; changed by Run's goroutine only
}

// NewKeeper makes one. name is this proxy's in the fleet, hold begins a hold on it; closed: reads wait, too. await returns when the shard map in force here has a
// revision of the store, or ctx ends.
func NewKeeper(s store.Store, name func() string, hold func(a Area, closed bool) Hold, await func(ctx context.Context, at store.Revision), log *slog.Logger) *Keeper {
	return &Keeper{store: s, name: name, hold: hold, await: await, log: log, followed: make(chan struct{}), holds: map[string]*held{}}
}

// Followed is closed when all holds that there were are in force here.
func (k *Keeper) Followed() <-chan struct{} { return k.followed }

// again is how long it is until the store is read again that said something nobody has thought of.
const again = 2 * time.Second

// Run follows the store until ctx ends. A store that is away is waited for; what is held meanwhile stays until its time is over.
func (k *Keeper) Run(ctx context.Context) error {
	defer k.group.Wait()
	defer k.endAll()
	seen := map[string]bool{}
	for ctx.Err() == nil {
		err := store.Follow(ctx, k.store, holdPrefix, func(u store.Update) error {
			if u.Anew {
				clear(seen)
			}
			for _, item := range u.Items {
				seen[item.Key] = item.Exists()
				k.take(ctx, item)
			}
			if u.Complete {
				k.keepOnly(ctx, seen)
				k.told()
			}
			return nil
		})
		if ctx.Err() == nil {
			k.log.Error("the store's pauses are not followed; they are read again", "error", err, "after", again)
			sleep(ctx, again)
		}
	}
	return nil
}

func (k *Keeper) told() {
	select {
	case <-k.followed:
	default:
		close(k.followed)
	}
}

// take puts one entry in force, or ends what it was about.
func (k *Keeper) take(ctx context.Context, item store.Item) {
	if !item.Exists() {
		k.taken(ctx, item.Key)
		return
	}
	var e entry
	if err := item.JSON(&e); err != nil || e.Version != form || e.Area.Database == "" {
		k.log.Error("a pause in the store cannot be read, and is not in force", "key", item.Key, "error", err)
		return
	}
	k.mu.Lock()
	if h := k.holds[item.Key]; h != nil && h.entry.ID == e.ID {
		h.at = item.Revision // its points were written down
		released := e.Release > 0 && !h.released
		h.released, h.needs = h.released || released, max(h.needs, e.Release)
		k.mu.Unlock()
		if released {
			k.release(ctx, item.Key, e)
		}
		return
	}
	before := k.holds[item.Key]
	k.mu.Unlock()
	if e.Release > 0 {
		k.end(item.Key)
		return
	}
	k.begin(ctx, item, e, before)
	if before != nil { // the new one is in force: nothing slips through between them
		k.close(before)
	}
}

// taken ends a hold whose entry is gone; one that was released ends when the map here knows where statements go.
func (k *Keeper) taken(ctx context.Context, key string) {
	k.mu.Lock()
	h := k.holds[key]
	k.mu.Unlock()
	switch {
	case h == nil || h.released:
	case h.needs > 0:
		h.released = true
		e := h.entry
		e.Release = h.needs
		k.release(ctx, key, e)
	default:
		k.end(key)
	}
}

// vanished ends a hold that is not in a new list: nobody has seen whether it was released, so a closed one stays for a moment, until the map may be new.
func (k *Keeper) vanished(ctx context.Context, key string) {
	k.mu.Lock()
	h := k.holds[key]
	k.mu.Unlock()
	if h == nil || h.released {
		return
	}
	if !h.entry.Closed {
		k.end(key)
		return
	}
	h.released = true
	k.group.Go(func() {
		sleep(ctx, vanishedBound)
		k.end(key)
	})
}

// vanishedBound is longer than a map takes to come.
const vanishedBound = time.Second

// release lets statements go on once the map here knows where.
func (k *Keeper) release(ctx context.Context, key string, e entry) {
	k.group.Go(func() {
		k.await(ctx, e.Release)
		k.mu.Lock()
		h := k.holds[key]
		k.mu.Unlock()
		if h != nil && h.entry.ID == e.ID {
			k.end(key)
		}
	})
}

// begin holds, and acknowledges once nothing is open any more.
func (k *Keeper) begin(ctx context.Context, item store.Item, e entry, before *held) {
	ctx, stop := context.WithCancel(ctx)
	h := &held{entry: e, at: item.Revision, hold: k.hold(e.Area, e.Closed), stop: stop}
	if before != nil {
		h.needs = before.needs
	}
	k.mu.Lock()
	k.holds[item.Key] = h
	if e.Timeout > 0 {
		h.ends = time.AfterFunc(e.Timeout, func() { k.expire(ctx, item.Key, e.ID) })
	}
	k.mu.Unlock()
	k.log.Info("writes are paused", "closed", e.Closed, "area", e.Area.String(), "timeout", e.Timeout, "by", e.Who.User, "proxy", e.Who.Proxy)
	k.group.Go(func() { k.acknowledge(ctx, h) })
}

// acknowledge tells the store when nothing is open in the area any more, or what still is when the time is over.
func (k *Keeper) acknowledge(ctx context.Context, h *held) {
	draining, cancel := context.WithTimeout(ctx, h.entry.Drain)
	err := h.hold.Drain(draining)
	cancel()
	ack := Ack{Proxy: k.name()}
	if err != nil {
		ack.Problem = err.Error()
	}
	for ctx.Err() == nil {
		put, err := store.PutJSON(ackKey(h.entry.ID, ack.Proxy), ack)
		if err == nil {
			_, err = k.store.Commit(ctx, store.Txn{Then: []store.Change{put}})
		}
		if err == nil || ctx.Err() != nil {
			return
		}
		k.log.Warn("a pause could not be acknowledged yet", "area", h.entry.Area.String(), "error", err)
		sleep(ctx, firstRetry)
	}
}

const firstRetry = 200 * time.Millisecond

// expire ends a hold whose time is over, here and in the store.
func (k *Keeper) expire(ctx context.Context, key, id string) {
	k.mu.Lock()
	h := k.holds[key]
	k.mu.Unlock()
	if h == nil || h.entry.ID != id || ctx.Err() != nil {
		return
	}
	k.log.Warn("a pause of writes has ended by itself: its time is over", "area", h.entry.Area.String(), "timeout", h.entry.Timeout)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askBound)
	defer cancel()
	k.end(key)
	_, _ = k.store.Commit(ctx, store.Txn{ // who comes second finds that it has been done
		If: []store.Condition{{Key: key, Revision: h.at}}, Then: []store.Change{store.Delete(key)},
	})
}

// keepOnly ends the holds that are not in the store.
func (k *Keeper) keepOnly(ctx context.Context, seen map[string]bool) {
	k.mu.Lock()
	keys := slices.Collect(maps.Keys(k.holds))
	k.mu.Unlock()
	for _, key := range keys {
		if !seen[key] {
			k.vanished(ctx, key)
		}
	}
}

// end lets writes go on, and takes the acknowledgement back.
func (k *Keeper) end(key string) {
	k.mu.Lock()
	h := k.holds[key]
	delete(k.holds, key)
	k.mu.Unlock()
	if h != nil {
		k.close(h)
	}
}

// close lets go of a hold that is not listed any more.
func (k *Keeper) close(h *held) {
	h.stop()
	if h.ends != nil {
		h.ends.Stop()
	}
	h.hold.End()
	k.log.Info("writes go on", "area", h.entry.Area.String())
	k.group.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), askBound)
		defer cancel()
		_, _ = k.store.Commit(ctx, store.Txn{Then: []store.Change{store.Delete(ackKey(h.entry.ID, k.name()))}}) // nobody asks for it any more
	})
}

func (k *Keeper) endAll() {
	k.mu.Lock()
	keys := slices.Collect(maps.Keys(k.holds))
	k.mu.Unlock()
	for _, key := range keys {
		k.end(key)
	}
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
