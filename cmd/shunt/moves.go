package main

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"shunt/backend/monitor/control"
	"shunt/config"
	"shunt/sharding"
	"shunt/sharding/move"
	"shunt/sharding/move/check"
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
		Crossings: func(ctx context.Context, m sharding.Module) ([]check.Finding, error) {
			return h.crossings(ctx, cfg, m)
		},
		Replicated: h.replicated, Naming: h.newNames(cfg), Stop: stops(), Version: version(),
		Load: func(ctx context.Context, cluster string) (move.Load, error) { return h.load(ctx, cfg, cluster) },
	})
}

// replicated returns when the replicas of a cluster that serve reads have a position of its primary. They are asked themselves: what the monitor knows is as old as its
// last look, and statements wait meanwhile.
func (h *house) replicated(ctx context.Context, cluster, position string) error {
	c := h.monitor.Snapshot().Clusters[cluster]
	if c == nil || c.Primary == nil {
		return fmt.Errorf("cluster %s has no primary", cluster)
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, host := range c.Replicas {
		if host.InService {
			group.Go(func() error { return h.awaitReplica(ctx, cluster, host, position) })
		}
	}
	return group.Wait()
}

// awaitReplica waits on a replica until it has applied a position.
func (h *house) awaitReplica(ctx context.Context, cluster string, host *topology.Host, position string) error {
	conn, err := control.Dial(ctx, h.controlEndpoint(cluster, host.Address))
	if err != nil {
		return err
	}
	defer conn.Close()
	const seconds = 60 // ctx ends it earlier
	question := fmt.Sprintf("SELECT MASTER_GTID_WAIT('%s', %d)", position, seconds)
	if conn.Flavor() == topology.MySQL {
		question = fmt.Sprintf("SELECT WAIT_FOR_EXECUTED_GTID_SET('%s', %d)", position, seconds)
	}
	r, err := conn.Query(ctx, question)
	if err != nil {
		return fmt.Errorf("replica %s of cluster %s has not caught up: %w", host.Address, cluster, err)
	}
	if reached, err := r.GetInt(0, 0); err != nil || reached != 0 {
		return fmt.Errorf("replica %s of cluster %s has not caught up", host.Address, cluster)
	}
	return nil
}
