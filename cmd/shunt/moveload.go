package main

import (
	"context"
	"fmt"
	"time"

	"shunt/backend/monitor/control"
	"shunt/config"
	"shunt/sharding/move"
	"shunt/topology"
)

// loadBound is how long a server may take to tell how busy it is.
const loadBound = 2 * time.Second

// busyQuery asks a primary for the statements that it runs, and the length of its history list. Both are counters: the server does not look at anything for them.
const busyQuery = "SELECT (SELECT CAST(variable_value AS UNSIGNED) FROM %s.global_status WHERE variable_name = 'Threads_running'), " +
	"COALESCE((SELECT MAX(count) FROM information_schema.innodb_metrics WHERE name = 'trx_rseg_history_len'), 0)"

// load is how busy the servers of a cluster are: how far its replicas are behind is known, its primary is asked for the rest.
func (h *house) load(ctx context.Context, cfg *config.Config, cluster string) (move.Load, error) {
	load := move.Load{Lag: -1}
	c := h.monitor.Snapshot().Clusters[cluster]
	if c == nil {
		return load, nil // whoever needs it will say so
	}
	for _, replica := range c.Replicas {
		if replica.State == topology.Up && replica.Use == topology.Serve && replica.LagKnown {
			load.Lag = max(load.Lag, replica.Lag)
		}
	}
	endpoint, err := h.primary(cluster)
	if err != nil {
		return load, err
	}
	ctx, cancel := context.WithTimeout(ctx, loadBound)
	defer cancel()
	conn, err := control.Dial(ctx, cfg.Mover(endpoint))
	if err != nil {
		return load, err
	}
	defer conn.Close()
	schema := "information_schema"
	if conn.Flavor() == topology.MySQL {
		schema = "performance_schema"
	}
	r, err := conn.Query(ctx, fmt.Sprintf(busyQuery, schema))
	if err != nil {
		return load, err
	}
	threads, err := r.GetInt(0, 0)
	if err != nil {
		return load, err
	}
	history, err := r.GetInt(0, 1)
	load.Threads, load.History = int(threads), int(history)
	return load, err
}
