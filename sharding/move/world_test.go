package move

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"testing"
	"time"

	"shunt/backend/monitor/control"
	"shunt/sharding"
	"shunt/store"
	"shunt/store/ledger"
	"shunt/store/memstore"
)

// fakes are the proxies of a fleet without servers: a move gets as far as preflight, where servers decides what becomes of it.
type fakes struct {
	t       *testing.T
	memory  *memstore.Memory
	store   *memstore.Store // that the test looks with
	config  Config
	servers func(cluster string) error
	home    map[string][]string // cluster: its databases
	ends    []func()
	seen    sync.WaitGroup

	mu   sync.Mutex
	most map[string]int // guarded by mu; by family and "states": the most that there ever was at a time
}

// busy is what a server says that does not answer: the move stays where it is, and tries again.
var errBusy = errors.New("it does not answer")

func newFakes(t *testing.T, c Config, home map[string][]string) *fakes {
	f := &fakes{t: t, memory: memstore.New(), config: c, home: home, most: map[string]int{}, servers: func(string) error { return errBusy }}
	f.store = f.memory.Open()
	ctx, cancel := context.WithCancel(t.Context())
	f.seen.Go(func() { f.watch(ctx) })
	f.ends = append(f.ends, func() { cancel(); f.seen.Wait(); f.store.Close() })
	return f
}

// proxy starts one more.
func (f *fakes) proxy(name string) *Engine {
	s := f.memory.Open()
	log := slog.New(slog.DiscardHandler)
	known := sharding.NewMap(1, sharding.Config{Default: "paris"}, f.home)
	e := New(f.config, Deps{
		Store: s, Ledger: ledger.New(s, time.Now), Map: func() *sharding.Map { return known },
		Await: func(context.Context, store.Revision) {}, Proxy: func() string { return name }, Log: log,
		Clusters: func() []string { return []string{"paris", "gra", "waw", "lon"} },
		Primary:  func(cluster string) (control.Endpoint, error) { return control.Endpoint{}, f.servers(cluster) },
	})
	ctx, cancel := context.WithCancel(f.t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = e.Run(ctx)
	}()
	f.ends = append(f.ends, func() { cancel(); <-ended; s.Close() })
	return e
}

func (f *fakes) end() {
	for i := len(f.ends) - 1; i >= 0; i-- {
		f.ends[i]()
	}
}

// watch looks at each revision of the store for how many slots are taken, and how many moves are in a state that needs one.
func (f *fakes) watch(ctx context.Context) {
	v := newView()
	_ = store.Follow(ctx, f.store, everything, func(u store.Update) error {
		v.apply(u)
		now := map[string]int{}
		for key := range v.slots {
			now[familyOf(key)]++
		}
		for key, s := range v.moves {
			if v.owners[key] != 0 && s.takesSlot() && s.State != Planned {
				now["states"]++
			}
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		for family, n := range now {
			f.most[family] = max(f.most[family], n)
		}
		return nil
	})
}

// peak is the most that there ever was of something.
func (f *fakes) peak() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.most)
}

// have puts the record of a move into the store.
func (f *fakes) have(m Move) {
	f.t.Helper()
	m.Version, m.ID, m.From, m.To, m.Since = form, m.Database, "paris", "gra", time.Now()
	put, err := store.PutJSON(m.key(), &m)
	if err == nil {
		_, err = f.store.Commit(f.t.Context(), store.Txn{Then: []store.Change{put}})
	}
	if err != nil {
		f.t.Fatal(err)
	}
}

// state sums the store up.
func (f *fakes) state() (states map[State]int, owned, slots int, at store.Revision) {
	f.t.Helper()
	items, at, err := store.All(f.t.Context(), f.store, everything)
	if err != nil {
		f.t.Fatal(err)
	}
	v := newView()
	v.apply(store.Update{Anew: true, Complete: true, Items: items})
	return v.states(), len(v.owners), len(v.slots), at
}

// names are so many databases.
func names(prefix string, n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprintf("%s%03d", prefix, i))
	}
	return list
}

func must[T any](t *testing.T) func(value T, err error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}
