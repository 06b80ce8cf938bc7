package admintest

import (
	"context"
	"time"

	"shunt/sharding"
	"shunt/sharding/orders"
	"shunt/sharding/pause"
	"shunt/store"
	"shunt/store/fleet"
	"shunt/store/ledger"
	"shunt/store/memstore"
)

// town is the shard map of the house, and what orders about it go through: a store in memory, whose changes are in force at once.
type town struct {
	keeper sharding.Keeper
	store  store.Store
	orders *orders.Orders
	ledger *ledger.Ledger
	fleet  *fleet.Fleet
	pauses *pause.Pauses
}

func newTown() *town {
	w := &town{store: memstore.New().Open()}
	w.keeper.Set(sharding.NewMap(1, sharding.Config{Default: "paris", Homes: map[string]string{"stats": "gra", "archive": "gra"}, Modules: configured()},
		map[string][]string{"paris": {"shop", "blog", "mysql", "old"}, "gra": {"stats", "blog"}}))
	w.ledger = ledger.New(w.store, func() time.Time { return now })
	w.orders = orders.New(orders.Deps{
		Store: w.store, Ledger: w.ledger, Map: w.keeper.Map, Clusters: func() []string { return []string{"paris", "gra"} }, Look: look, Await: w.takeIn,
		Kept: func() bool { return true },
		Digests: func() []orders.Digest {
			return []orders.Digest{{Text: "SELECT * FROM stat_day WHERE day = ?", Tables: []sharding.TableName{{Database: "shop", Table: "stat_day"}}, Count: 4711}}
		},
	})
	w.neighbours()
	return w
}

// look finds shop's tables in paris, those of statistics in gra, too.
func look(_ context.Context, cluster, database string) (orders.Found, error) {
	switch {
	case database != "shop":
		return orders.Found{Exists: true}, nil
	case cluster == "gra":
		return orders.Found{Exists: true, Tables: []string{"stat_day"}}, nil
	}
	return orders.Found{Exists: true, Tables: []string{"goods", "stat_day"}}, nil
}

// takeIn makes a map of all that the store says.
func (w *town) takeIn(ctx context.Context, _ store.Revision) {
	items, at, err := store.All(ctx, w.store, sharding.Prefix)
	if err != nil {
		return // ctx has ended; the order says so
	}
	e := w.keeper.Map().Edit()
	e.Forget()
	for _, item := range items {
		_ = e.Take(item.Key, item.Value) // orders write what can be read
	}
	e.Read(int64(at))
	w.keeper.Set(e.Done())
}
