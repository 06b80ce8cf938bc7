package main

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"shunt/admin"
	"shunt/config"
	"shunt/store/ledger"
	"shunt/topology"
)

// wanted is what is wanted of shunt: what the file says where it is in force, what operators ordered over it, and both together. Immutable;
// the house swaps it whole.
type wanted struct {
	file    *config.Config
	orders  config.Overlay
	inForce *config.Config
}

const (
	// watchBound is how long it may take until the monitor watches other servers.
	watchBound = 10 * time.Second

	// emptyBound is how long clients may keep a server that is to be removed, endBound how long those may take that are ended.
	emptyBound = 10 * time.Second
	endBound   = 5 * time.Second
)

// want puts a file and the orders over it in force. Called with h.changing held.
func (h *house) want(ctx context.Context, file *config.Config, orders config.Overlay) error {
	now, next := h.wanted.Load(), &wanted{file: file, orders: orders, inForce: file.Under(orders)}
	before, after := now.inForce.Clusters(), next.inForce.Clusters()
	for i := range before {
		if reflect.DeepEqual(before[i].Hosts, after[i].Hosts) {
			continue
		}
		ctx, cancel := context.WithTimeout(ctx, watchBound)
		defer cancel()
		if err := h.monitor.Watch(ctx, after); err != nil {
			return fmt.Errorf("%w: %w", admin.ErrServerOrder, err)
		}
		break
	}
	h.wanted.Store(next)
	return nil
}

// orderServer carries out an operator's order about a server.
func (h *house) orderServer(ctx context.Context, who ledger.Who, o admin.ServerOrder) (admin.ServerChange, error) {
	now := h.wanted.Load()
	_, change, err := now.file.Ordered(now.orders, o)
	if err != nil {
		return change, err
	}
	comes, leaves := change.Before == "" && change.After != "", change.Before != "" && change.After == ""
	if leaves || o.Verb == admin.DrainServer || o.Verb == admin.BackupServer {
		if err := h.isNoPrimary(o.Server); err != nil {
			change.After = change.Before
			return change, err
		}
	}
	if comes { // it must answer before anything counts on it
		looking, cancel := context.WithTimeout(ctx, watchBound)
		defer cancel()
		if err := h.monitor.Look(looking, change.Cluster, o.Server); err != nil {
			change.After = ""
			return change, fmt.Errorf("%w: %s does not answer as a server of cluster %s: %w", admin.ErrServerOrder, o.Server, change.Cluster, err)
		}
	}
	if leaves {
		if left, err := h.empty(ctx, who, o); err != nil {
			change.After = left
			return change, err
		}
	}
	done, err := h.put(ctx, who, o)
	done.Before = change.Before // before it was drained, too
	return done, err
}

// isNoPrimary refuses what would take a primary out of its place.
func (h *house) isNoPrimary(server string) error {
	host := h.monitor.Snapshot().Host(server)
	if host == nil || host.Role != topology.Primary {
		return nil
	}
	return fmt.Errorf("%w: %s is the primary of cluster %s, and its writes need one; SWITCHOVER CLUSTER %s TO another server first",
		admin.ErrServerOrder, host.Address, host.Cluster, host.Cluster)
}

// put puts an order in force here, then into the store, from where the other proxies have it.
func (h *house) put(ctx context.Context, who ledger.Who, o admin.ServerOrder) (admin.ServerChange, error) {
	h.changing.Lock()
	defer h.changing.Unlock()
	now := h.wanted.Load()
	overlay, change, err := now.file.Ordered(now.orders, o)
	if err != nil {
		return change, err
	}
	order := overlay.Of(o.Server)
	h.told.hold(o.Server, order)
	if err := h.want(ctx, now.file, overlay); err != nil {
		h.told.release(o.Server)
		change.After = change.Before
		return change, err
	}
	change.Warning = h.record(ctx, ledger.Order{Who: who, What: o.String(), Key: config.ServerPrefix + o.Server,
		Decide: func(context.Context, string) (string, error) { return order.Entry() }}, o.Server)
	return change, nil
}

// empty drains a server that is to leave, and waits until no client uses or keeps it. Those that keep it for longer are ended by force, or
// the server stays, drained: left says how.
func (h *house) empty(ctx context.Context, who ledger.Who, o admin.ServerOrder) (left string, err error) {
	if host := h.monitor.Snapshot().Host(o.Server); host != nil && host.Use == topology.Off {
		return "", nil // nobody uses it, and nobody contacts it now
	}
	drained, err := h.put(ctx, who, admin.ServerOrder{Verb: admin.DrainServer, Server: o.Server})
	if err != nil || h.awaitEmpty(ctx, o.Server, emptyBound) {
		return drained.After, err
	}
	if !o.Force {
		return drained.After, fmt.Errorf("%w: after %v %d clients keep %s still (SHOW PINS tells why); it stays drained. Order it again later, "+
			"with FORCE to end these clients, or ENABLE SERVER", admin.ErrServerOrder, emptyBound, len(h.keepers(o.Server)), o.Server)
	}
	for _, id := range h.keepers(o.Server) {
		h.server.Kill(id, false)
	}
	h.awaitEmpty(ctx, o.Server, endBound) // who does not end is ended with the server's connections
	return drained.After, ctx.Err()
}

// keepers are the clients that use a connection to a server, or keep one.
func (h *house) keepers(server string) (ids []uint32) {
	for _, c := range h.server.Clients() {
		if c.Server == server {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// awaitEmpty waits until nobody uses a server; false if that takes too long.
func (h *house) awaitEmpty(ctx context.Context, server string, within time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		pool := h.pools.Get(server)
		if len(h.keepers(server)) == 0 && (pool == nil || pool.Stats().Active == 0 && pool.Stats().Waiting == 0) {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
	}
}

// ordered tells what orders make different from the file.
func (h *house) ordered() []admin.ServerDifference {
	now := h.wanted.Load()
	return now.file.Differences(now.orders)
}
