package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"shunt/backend/monitor/control"
	"shunt/config"
	"shunt/sharding/move"
	"shunt/topology"
)

// newMoves makes what moves databases.
func (h *house) newMoves(cfg *config.Config) {
	h.moves = move.New(cfg.Moves(), move.Deps{
		Store: h.store, Ledger: h.ledger, Map: h.keeper.Map, Await: h.awaitMap, Clusters: h.clusterNames, Pauses: h.pauses, Proxy: h.fleet.Name, Log: h.log,
		Primary: func(cluster string) (control.Endpoint, error) {
			endpoint, err := h.primary(cluster)
			return cfg.Mover(endpoint), err
		},
		Discover: func(ctx context.Context) {
			_ = h.catalog.Refresh(ctx) // the catalog logs what it could not read
			h.remap()
		},
		Replicated: h.replicated,
	})
}

// replicatedPoll is how often the monitor's word about replicas is looked at.
const replicatedPoll = 5 * time.Millisecond

// replicated returns when the replicas of a cluster that serve have a position of its primary.
func (h *house) replicated(ctx context.Context, cluster, position string) error {
	for {
		c := h.monitor.Snapshot().Clusters[cluster]
		if c == nil || c.Primary == nil {
			return fmt.Errorf("cluster %s has no primary", cluster)
		}
		wanted, err := topology.ParsePosition(c.Primary.Flavor, position)
		if err != nil {
			return err
		}
		behind := ""
		for _, host := range c.Replicas {
			if host.InService && !host.Applied.Contains(wanted) {
				behind = host.Address
			}
		}
		if behind == "" {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("replica %s of cluster %s has not caught up", behind, cluster), context.Cause(ctx))
		case <-time.After(replicatedPoll):
		}
	}
}
