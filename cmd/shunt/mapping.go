package main

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"shunt/backend/catalog"
	"shunt/config"
	"shunt/sharding"
	"shunt/sharding/move"
	"shunt/sharding/orders"
	"shunt/store"
	"shunt/store/ledger"
	"shunt/topology"
)

// mapping is how the map in force changes: by what the catalog finds, by the file, and by what operators have ordered in the store.
type mapping struct {
	mu       sync.Mutex        // one new map at a time
	changed  chan struct{}     // guarded by mu; closed with the next map
	problems map[string]string // guarded by mu; of modules that are not in force, as they were logged
	waiting  []catalog.Change  // guarded by mu; what was found while this proxy was cut off from the store, see postponedLocked
	waits    atomic.Bool       // there is something in waiting

	look     chan struct{} // capacity 1: the catalog may have found something
	followed chan struct{} // closed when the store has told all of its orders once
	kept     bool          // the store outlives this process
}

// The bounds of waits for the store.
const (
	// ordersBound is how long clients are not let in because the store does not tell what operators have ordered.
	// One that is inside of this process, and may have a million keys to read first, has longer.
	ordersBound   = 5 * time.Second
	embeddedBound = 30 * time.Second
	// learnBound is how long looking for databases may hold up another default home.
	learnBound = 2 * time.Second
	// followAgain is how long it is until the store is read again that said something nobody has thought of.
	followAgain = 2 * time.Second
	// inForceBound is how long an order may take from the store into the map; after that it comes later.
	inForceBound = 5 * time.Second
)

// newMapping puts the first map in force, of the file alone, and makes what orders about it go through.
func (h *house) newMapping(cfg *config.Config) {
	where := cfg.Store()
	h.mapping = mapping{changed: make(chan struct{}), problems: map[string]string{}, look: make(chan struct{}, 1), followed: make(chan struct{}), kept: where.Embedded != "" || len(where.Etcd) > 0}
	h.told = newTold()
	h.keeper.Set(sharding.NewMap(1, cfg.Sharding(), nil))
	h.ledger = ledger.New(h.store, nil)
	h.orders = orders.New(orders.Deps{
		Store: h.store, Ledger: h.ledger, Map: h.keeper.Map, Clusters: h.clusterNames, Look: h.tablesOf, Await: h.awaitMap,
		Kept: func() bool { return h.mapping.kept }, Digests: h.asked,
		Moving: func(ctx context.Context, database string) (string, error) { return move.Under(ctx, h.store, database) },
	})
}

// asked are the statements that clients have sent, those that took most time first.
func (h *house) asked() (all []orders.Digest) {
	for _, use := range h.server.Digests().Shapes {
		one := orders.Digest{Text: use.Text, Count: use.All()}
		for _, t := range use.Tables {
			one.Tables = append(one.Tables, sharding.TableName{Database: cmp.Or(t.Schema, use.Database), Table: t.Name})
		}
		all = append(all, one)
	}
	return all
}

// change puts the next map in force.
func (h *house) change(with func(e *sharding.Editor)) {
	h.mapping.mu.Lock()
	defer h.mapping.mu.Unlock()
	e := h.keeper.Map().Edit()
	with(e)
	h.setLocked(e.Done())
}

func (h *house) setLocked(m *sharding.Map) {
	h.keeper.Set(m)
	close(h.mapping.changed)
	h.mapping.changed = make(chan struct{})
	problems := map[string]string{}
	for _, l := range m.Listed() {
		if l.Problem == "" {
			continue
		}
		problems[l.Name] = l.Problem
		if h.mapping.problems[l.Name] != l.Problem {
			h.log.Warn("a module is not in force", "module", l.Name, "from", l.From.String(), "problem", l.Problem)
		}
	}
	h.mapping.problems = problems
}

// lookAgain has the map follow the catalog. It is called with each snapshot, and must not keep the monitor: a first look at a million databases takes a second.
func (h *house) lookAgain(*topology.Snapshot) {
	if h.databases.Load() == h.catalog.Databases() && !h.mapping.waits.Load() {
		return
	}
	select {
	case h.mapping.look <- struct{}{}:
	default: // somebody looks already
	}
}

// followCatalog takes in what the catalog finds, until ctx ends.
func (h *house) followCatalog(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-h.mapping.look:
			h.remap()
		}
	}
}

// remap takes in what the catalog has found since the last time.
func (h *house) remap() {
	h.mapping.mu.Lock()
	defer h.mapping.mu.Unlock()
	found := h.catalog.Databases()
	before := h.databases.Swap(found)
	var e *sharding.Editor
	take := func(c catalog.Change) bool {
		if h.postponedLocked(c) {
			return true
		}
		if e == nil {
			e = h.keeper.Map().Edit()
		}
		if c.Gone {
			e.Lost(c.Database, c.Cluster)
		} else {
			e.Found(c.Database, c.Cluster)
		}
		return true
	}
	waiting := h.mapping.waiting
	h.mapping.waiting = nil
	for _, c := range waiting {
		take(c)
	}
	found.Since(before, take)
	h.mapping.waits.Store(len(h.mapping.waiting) > 0)
	if e != nil {
		h.setLocked(e.Done())
	}
}

// postponedLocked lets a database wait that was found on a second cluster while this proxy is cut off from the store: most likely it is being moved, and the store has its home.
func (h *house) postponedLocked(c catalog.Change) bool {
	if !h.fleet.Lapsed() {
		return false
	}
	if c.Gone {
		at := slices.Index(h.mapping.waiting, catalog.Change{Database: c.Database, Cluster: c.Cluster})
		if at >= 0 {
			h.mapping.waiting = slices.Delete(h.mapping.waiting, at, at+1)
		}
		return at >= 0
	}
	l, known := h.keeper.Map().Look(c.Database)
	if known && l.From == sharding.Discovered && l.Cluster != "" && l.Cluster != c.Cluster {
		h.mapping.waiting = append(h.mapping.waiting, c)
		return true
	}
	return false
}

// refile puts another file's homes and modules in force.
func (h *house) refile(c sharding.Config) { h.change(func(e *sharding.Editor) { e.SetFile(c) }) }

// followOrders takes in what the store says until ctx ends. A store that is away is waited for; what is known meanwhile stays.
func (h *house) followOrders(ctx context.Context) error {
	var news struct {
		anew  bool
		items []store.Item
	}
	for ctx.Err() == nil {
		err := store.Follow(ctx, h.store, sharding.Prefix, func(u store.Update) error {
			if u.Anew {
				news.anew, news.items = true, nil
			}
			if news.items = append(news.items, u.Items...); !u.Complete { // a map is of one revision
				return nil
			}
			h.learnBefore(ctx, news.anew, news.items)
			h.take(news.anew, news.items)
			news.anew, news.items = false, nil
			return nil
		})
		if ctx.Err() == nil { // nothing that Follow waits out
			h.log.Error("the store's orders are not followed; they are read again", "error", err, "after", followAgain)
			rest(ctx, followAgain)
		}
	}
	return nil
}

func rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// learnBefore looks for databases before another home is the default: one that was just made on the old one, and that nobody has found yet, would be
// looked for on the new one.
func (h *house) learnBefore(ctx context.Context, anew bool, items []store.Item) {
	if anew || !slices.ContainsFunc(items, func(i store.Item) bool { return i.Key == sharding.DefaultKey }) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, learnBound)
	defer cancel()
	_ = h.catalog.Refresh(ctx) // the catalog logs what it could not read
	h.remap()
}

// take puts a map with the store's entries in force; anew: there are no others.
func (h *house) take(anew bool, items []store.Item) {
	if err := h.told.take(anew, items); err != nil {
		h.log.Error("what operators have ordered is not all in force", "error", err)
	}
	h.change(func(e *sharding.Editor) {
		if anew {
			e.Forget()
		}
		var at store.Revision
		for _, item := range items {
			at = max(at, item.Revision)
			value := item.Value
			if item.Deleted {
				value = nil
			}
			if err := e.Take(item.Key, value); err != nil {
				h.log.Error("what operators have ordered is not all in force", "error", err)
			}
		}
		if anew || at > 0 {
			e.Read(int64(at))
		}
	})
	select {
	case <-h.mapping.followed:
	default:
		close(h.mapping.followed)
		h.log.Info("the store's orders about the map are in force", "revision", h.keeper.Map().Stored, "keys", len(items))
	}
}

// awaitOrders keeps clients out until the store has told what operators have ordered and paused, so that no statement goes by the file alone that should not. If
// the store does not answer, the file has to do.
func (h *house) awaitOrders(ctx context.Context) {
	bound := ordersBound
	if h.config.Store().Embedded != "" {
		bound = embeddedBound
	}
	late := time.After(bound)
	for _, known := range []<-chan struct{}{h.mapping.followed, h.fleet.Joined(), h.pausing.Followed()} { // a pause knows of this proxy before it lets clients in
		select {
		case <-known:
		case <-ctx.Done():
			return
		case <-late:
			h.log.Error("the store does not answer: homes and modules are as the configuration file and discovery have them, until it does", "waited", bound)
			return
		}
	}
}

// awaitMap returns when the map in force has a revision of the store.
func (h *house) awaitMap(ctx context.Context, at store.Revision) {
	ctx, cancel := context.WithTimeout(ctx, inForceBound)
	defer cancel()
	for {
		h.mapping.mu.Lock()
		changed := h.mapping.changed
		h.mapping.mu.Unlock()
		if h.keeper.Map().Stored >= int64(at) {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// clusterNames are the clusters, in the order of the file.
func (h *house) clusterNames() []string {
	var names []string
	for _, c := range h.config.Clusters() {
		names = append(names, c.Name)
	}
	return names
}

// tablesOf asks a cluster for its tables of a database.
func (h *house) tablesOf(ctx context.Context, cluster, database string) (orders.Found, error) {
	endpoint, err := h.endpoint(cluster)
	if err != nil {
		return orders.Found{}, err
	}
	tables, exists, err := catalog.Tables(ctx, endpoint, database)
	return orders.Found{Exists: exists, Tables: tables}, err
}
