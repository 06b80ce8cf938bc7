package move

import (
	"context"
	"errors"
	"sync"
	"time"

	"shunt/sharding/move/binlog"
	"shunt/store"
)

// Engine drives the moves that this proxy owns. Its methods may be called from anywhere at any time.
type Engine struct {
	config Config
	deps   Deps

	mu      sync.Mutex
	runs    map[string]*run          // guarded by mu; by the record's key
	sources map[string]*sharedSource // guarded by mu; by the server's address
	group   sync.WaitGroup

	cutovers chan struct{} // one for each that switches
}

// New makes it. It starts nothing.
func New(c Config, deps Deps) *Engine {
	if deps.Now == nil {
		deps.Now = time.Now
	}
	if deps.Stop == nil {
		deps.Stop = func(string) {}
	}
	return &Engine{config: c, deps: deps, runs: map[string]*run{}, sources: map[string]*sharedSource{}, cutovers: make(chan struct{}, max(c.Cutovers, 1))}
}

const (
	// ttl is for how long an owner counts as alive that says nothing.
	ttl = 5 * time.Second
	// look is how often moves are looked for that nobody drives.
	look = time.Second
)

// Run drives moves until ctx ends. Then they are left as they are, for other proxies, or the next start.
func (e *Engine) Run(ctx context.Context) error {
	if e.config.Idle {
		<-ctx.Done()
		return nil
	}
	defer e.group.Wait()
	for ctx.Err() == nil {
		lease, err := e.deps.Store.Lease(ctx, ttl)
		if err != nil {
			sleep(ctx, look)
			continue
		}
		owning, cancel := context.WithCancel(ctx)
		go func() {
			select {
			case <-lease.Lost():
				cancel() // what is done from here on, others may do as well
			case <-owning.Done():
			}
		}()
		e.own(owning, lease)
		cancel()
		e.group.Wait()
		e.release(ctx, lease)
	}
	return nil
}

func (e *Engine) release(ctx context.Context, lease store.Lease) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askBound)
	defer cancel()
	_ = lease.Release(ctx) // it ends by itself
}

// own takes moves that nobody drives, until ctx ends. It looks again whenever a record changes, and from time to time.
func (e *Engine) own(ctx context.Context, lease store.Lease) {
	changed := make(chan struct{}, 1)
	e.group.Go(func() {
		for ctx.Err() == nil {
			_ = store.Follow(ctx, e.deps.Store, Prefix, func(u store.Update) error {
				for _, item := range u.Items {
					e.wake(item)
				}
				select {
				case changed <- struct{}{}:
				default:
				}
				return nil
			})
			sleep(ctx, look)
		}
	})
	for ctx.Err() == nil {
		e.takeAll(ctx, lease)
		select {
		case <-ctx.Done():
		case <-changed:
		case <-time.After(look):
		}
	}
}

// takeAll takes all moves that nobody drives.
func (e *Engine) takeAll(ctx context.Context, lease store.Lease) {
	bound, cancel := context.WithTimeout(ctx, askBound)
	defer cancel()
	items, _, err := store.All(bound, e.deps.Store, Prefix)
	if err != nil {
		return
	}
	for _, item := range items {
		m, err := read(item)
		if err != nil || m.State.Ended() || e.drives(item.Key) {
			continue
		}
		e.take(ctx, m, item, lease)
	}
}

func (e *Engine) drives(key string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.runs[key] != nil
}

// take makes this proxy the owner of a move, if it has none, and drives it.
func (e *Engine) take(ctx context.Context, m *Move, item store.Item, lease store.Lease) {
	bound, cancel := context.WithTimeout(ctx, askBound)
	defer cancel()
	at, err := e.deps.Store.Commit(bound, store.Txn{
		If:   []store.Condition{store.Absent(m.ownerKey()), store.Unchanged(item)},
		Then: []store.Change{store.PutLeased(m.ownerKey(), []byte(e.deps.Proxy()), lease)},
	})
	if err != nil {
		if !errors.Is(err, store.ErrConflict) { // it has an owner
			e.deps.Log.Warn("a move could not be taken", "move", m.Name(), "error", err)
		}
		return
	}
	r := &run{engine: e, log: e.deps.Log.With("move", m.Name()), woken: make(chan struct{}, 1)}
	r.owned = owned{store: e.deps.Store, stop: e.deps.Stop, Move: m, item: item, owner: store.Item{Key: m.ownerKey(), Revision: at}, now: e.deps.Now}
	e.mu.Lock()
	e.runs[item.Key] = r
	e.mu.Unlock()
	e.group.Go(func() {
		r.drive(ctx)
		e.mu.Lock()
		delete(e.runs, item.Key)
		e.mu.Unlock()
		e.disown(r)
	})
}

// disown lets others take a move, if it is still ours.
func (e *Engine) disown(r *run) {
	ctx, cancel := context.WithTimeout(context.Background(), askBound)
	defer cancel()
	_, _ = e.deps.Store.Commit(ctx, store.Txn{If: []store.Condition{store.Unchanged(r.owner)}, Then: []store.Change{store.Delete(r.owner.Key)}}) // else its lease ends it
}

// wake tells a run that its record has changed.
func (e *Engine) wake(item store.Item) {
	e.mu.Lock()
	r := e.runs[item.Key]
	e.mu.Unlock()
	if r == nil {
		return
	}
	select {
	case r.woken <- struct{}{}:
	default:
	}
}

// live is what a run knows beside its record; nil if it is not here.
func (e *Engine) live(key string) *Live {
	e.mu.Lock()
	r := e.runs[key]
	e.mu.Unlock()
	if r == nil {
		return nil
	}
	return r.live()
}

// sharedSource is one connection to a server's binary log, for all moves from it.
type sharedSource struct {
	source *binlog.Source
	users  int
	stop   context.CancelFunc
	ended  chan struct{}
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
