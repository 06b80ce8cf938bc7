package move

import (
	"context"
	"errors"
	"sync"
	"time"

	"shunt/sharding/move/archive"
	"shunt/sharding/move/binlog"
	"shunt/store"
)

// Engine drives the moves that this proxy owns. Its methods may be called from anywhere at any time.
type Engine struct {
	config Config
	deps   Deps

	view    *view
	archive *archive.Folder // nil: no dumps are kept
	metrics metrics
	loads   loads
	making  *turns        // of those who make tables
	changed chan struct{} // capacity 1: there may be something to be taken, or given

	mu      sync.Mutex
	runs    map[string]*run          // guarded by mu; by the record's key
	sources map[string]*sharedSource // guarded by mu; by the server's address
	// installed are the servers that have the tables that moves need, by address; guarded by mu.
	installed map[string]bool
	debts     [][]store.Item       // guarded by mu; keys that are to be deleted
	shuns     map[string]time.Time // guarded by mu; until when a move is left to others, by the record's key
	group     sync.WaitGroup
}

// New makes it. It starts nothing.
func New(c Config, deps Deps) *Engine {
	if deps.Now == nil {
		deps.Now = time.Now
	}
	if deps.Stop == nil {
		deps.Stop = func(string) error { return nil }
	}
	v := newView()
	var folder *archive.Folder
	if c.Keep.Folder != "" {
		folder = archive.NewFolder(c.Keep.Folder)
	}
	return &Engine{
		archive: folder,
		config:  c, deps: deps, runs: map[string]*run{}, shuns: map[string]time.Time{}, sources: map[string]*sharedSource{}, installed: map[string]bool{},
		view: v, metrics: newMetrics(v), loads: loads{last: map[string]*asked{}}, changed: make(chan struct{}, 1),
		making: newTurns(mostMaking),
	}
}

const (
	// ttl is for how long an owner counts as alive that says nothing.
	ttl = 5 * time.Second
	// look is how often moves are looked for that nobody drives.
	look = time.Second
	// breath is between two looks, so that many changes that come together are one.
	breath = 10 * time.Millisecond
)

// Run drives moves until ctx ends. Then they are left as they are, for other proxies, or the next start.
func (e *Engine) Run(ctx context.Context) error {
	var following sync.WaitGroup
	defer following.Wait()
	following.Go(func() { e.follow(ctx) })
	following.Go(func() { e.sweep(ctx) })
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

// follow keeps the view, until ctx ends.
func (e *Engine) follow(ctx context.Context) {
	for ctx.Err() == nil {
		_ = store.Follow(ctx, e.deps.Store, everything, func(u store.Update) error {
			if e.view.apply(u) {
				e.ordered()
			}
			for _, item := range u.Items {
				e.wake(item)
			}
			e.nudge()
			return nil
		})
		sleep(ctx, look)
	}
}

// nudge has the taker look.
func (e *Engine) nudge() {
	select {
	case e.changed <- struct{}{}:
	default:
	}
}

// ordered tells all runs that something else is ordered for all moves.
func (e *Engine) ordered() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, r := range e.runs {
		select {
		case r.halt <- struct{}{}:
		default:
		}
	}
	f, _ := e.view.ordered()
	e.deps.Log.Info("something is ordered for all moves", "stopped", f.Stopped, "reason", f.Reason, "max", f.Max, "user", f.Who.User)
}

// own takes moves that nobody drives, and gives slots to those that wait for them, until ctx ends. It looks whenever something has changed, and from time to time.
func (e *Engine) own(ctx context.Context, lease store.Lease) {
	for ctx.Err() == nil {
		e.pass(ctx, lease)
		select {
		case <-ctx.Done():
		case <-e.changed:
		case <-time.After(look):
		}
		sleep(ctx, breath)
	}
}

// pass is one look at all moves: what waits here comes first, then what was begun and has no owner, then what was ordered first.
func (e *Engine) pass(ctx context.Context, lease store.Lease) {
	e.settle()
	e.watchBudget(ctx)
	v := e.vacancies()
	e.grant(ctx, lease, v)
	begun, planned := e.view.unowned()
	for _, s := range begun {
		e.take(ctx, s, lease, v)
	}
	windows := map[string]bool{}
	for _, s := range planned {
		if ctx.Err() != nil || v.full(ofAll) && s.takesSlot() {
			return
		}
		open, known := windows[s.Window]
		if !known {
			open = s.inWindowAt(e.deps.Now())
			windows[s.Window] = open
		}
		if open || !s.takesSlot() {
			e.take(ctx, s, lease, v)
		}
	}
}

// drives says that this proxy drives a move already, or has just left it to others.
func (e *Engine) drives(key string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if until, is := e.shuns[key]; is && !time.Now().Before(until) {
		delete(e.shuns, key)
	}
	return e.runs[key] != nil || !e.shuns[key].IsZero()
}

// shun leaves a move to others for a while.
func (e *Engine) shun(key string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.shuns[key] = time.Now().Add(shunned)
}

// take makes this proxy the owner of a move, if it has none and there is a slot for it, and drives it.
func (e *Engine) take(ctx context.Context, s *seen, lease store.Lease, v *vacancies) {
	if ctx.Err() != nil || e.drives(s.item.Key) {
		return
	}
	m := s.clone()
	t := store.Txn{
		If:   []store.Condition{store.Absent(m.ownerKey()), store.Unchanged(s.item)},
		Then: []store.Change{store.PutLeased(m.ownerKey(), []byte(e.deps.Proxy()), lease)},
	}
	var slots []string
	if m.takesSlot() {
		if slots = v.pick(m.families()); slots == nil {
			return
		}
		e.claim(&t, slots, s.item.Key, lease)
	}
	at, err := e.commit(ctx, t)
	if err != nil {
		if !errors.Is(err, store.ErrConflict) { // it has an owner
			e.deps.Log.Warn("a move could not be taken", "move", m.Name(), "error", err)
		}
		return
	}
	e.launch(ctx, newRun(e, m, s.item, at, items(slots, at)))
}

// launch drives a move in the background, and lets others take it when this proxy does not drive it any more.
func (e *Engine) launch(ctx context.Context, r *run) {
	key := r.item.Key
	e.mu.Lock()
	e.runs[key] = r
	e.mu.Unlock()
	e.group.Go(func() {
		r.drive(ctx)
		e.mu.Lock()
		delete(e.runs, key)
		e.mu.Unlock()
		r.freeTurn()
		e.giveBack(append(r.takeSlots(), r.owner)...)
	})
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
