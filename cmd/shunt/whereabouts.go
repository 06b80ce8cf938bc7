package main

import (
	"context"

	"shunt/sharding"
	"shunt/sharding/pause"
	"shunt/store"
)

// whereabouts is proxy.Whereabouts: a proxy that was cut off from the store, or stood still, meets servers that are closed to what it sends there.
type whereabouts struct{ *house }

func (w whereabouts) Lapsed() bool { return w.fleet.Lapsed() }

// Behind compares the entries of a database and of its modules with those of the map in force. A module of which this proxy has never heard is in a newer map.
func (w whereabouts) Behind(ctx context.Context, database string) (bool, error) {
	if closed, err := pause.Closed(ctx, w.store, database); closed || err != nil {
		return closed, err
	}
	here := store.Revision(w.keeper.Map().Stored)
	home, err := w.store.Get(ctx, sharding.HomePrefix+database)
	if err != nil || home.Revision > here {
		return err == nil, err
	}
	modules, _, err := store.All(ctx, w.store, sharding.ModulePrefix)
	if err != nil {
		return false, err
	}
	for _, m := range modules {
		if m.Revision > here {
			return true, nil
		}
	}
	return false, nil
}
