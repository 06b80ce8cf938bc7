package admintest

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"shunt/sharding/pause"
	"shunt/store"
	"shunt/store/fleet"
)

// neighbours lets the house be one of two proxies, web8 being silent, and has pauses stand at once.
func (w *town) neighbours() {
	w.fleet = fleet.New(w.store, fleet.Member{Name: "web7"}, slog.New(slog.DiscardHandler))
	entry, err := store.PutJSON("fleet/member/web8", fleet.Member{Name: "web8", Version: "0.1.0", Datacenter: "gra", Addresses: []string{"10.0.0.8:3306"}})
	if err == nil {
		_, err = w.store.Commit(context.Background(), store.Txn{Then: []store.Change{entry}})
	}
	if err != nil {
		panic(err) // memory takes all that is not too long
	}
	w.pauses = pause.New(pause.Deps{
		Store: w.store, Members: func(context.Context) ([]fleet.Member, error) { return nil, nil }, Drain: time.Second, Now: func() time.Time { return now.Add(-3 * time.Second) },
		Find: func(database, module string) (pause.Area, []string, error) {
			if database != "shop" && module != "statistics" {
				return pause.Area{}, nil, fmt.Errorf("there is no database %s; SHOW DATABASES lists them", database)
			}
			return pause.Area{Database: "shop", Module: module}, []string{"paris"}, nil
		},
		Point: func(context.Context, string, pause.Area) (pause.Point, error) {
			return pause.Point{Cluster: "paris", Server: "db1:3306", GTID: "0-1-4711", File: "binlog.000007", Position: 1234, Warning: "the server runs 1 events of the database"}, nil
		},
	})
}
