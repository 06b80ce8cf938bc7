package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"shunt/config"
	"shunt/sharding/orders"
	"shunt/store"
	"shunt/store/ledger"
	"shunt/topology"
)

// told is what operators have ordered about servers: what the store says, and over it what was told to this proxy and the store does not have, or not
// yet.
type told struct {
	mu     sync.Mutex
	stored map[string]config.Order // guarded by mu; by address
	held   map[string]config.Order // guarded by mu; the zero value: none, whatever the store says
	news   chan struct{}           // capacity 1: the store has said something
}

// settleAgain is how long it is until an order of the store is tried again that could not be put in force.
const settleAgain = 5 * time.Second

func newTold() *told {
	return &told{stored: map[string]config.Order{}, held: map[string]config.Order{}, news: make(chan struct{}, 1)}
}

func (t *told) hold(address string, order config.Order) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.held[address] = order
}

func (t *told) release(address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.held, address)
}

// overlay is all of it together.
func (t *told) overlay() config.Overlay {
	t.mu.Lock()
	defer t.mu.Unlock()
	overlay := config.OverlayOf(t.stored)
	for address, order := range t.held {
		overlay = overlay.With(address, order)
	}
	return overlay
}

// take takes in what the store says; anew: it says nothing else. The error is about entries that cannot be used.
func (t *told) take(anew bool, items []store.Item) (err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	before := maps.Clone(t.stored)
	if anew {
		clear(t.stored)
	}
	for _, item := range items {
		address, is := strings.CutPrefix(item.Key, config.ServerPrefix)
		if !is {
			continue
		}
		delete(t.stored, address)
		if item.Deleted {
			continue
		}
		order, fault := config.ReadOrder(string(item.Value))
		if fault != nil {
			err = errors.Join(err, fmt.Errorf("the entry %s of the store cannot be used: %w", item.Key, fault))
			continue
		}
		t.stored[address] = order
	}
	if !maps.EqualFunc(before, t.stored, func(a, b config.Order) bool { return sameOrder(a, b) }) {
		select {
		case t.news <- struct{}{}:
		default: // it is known already that there are news
		}
	}
	return err
}

func sameOrder(a, b config.Order) bool {
	weights := a.Weight == b.Weight || a.Weight != nil && b.Weight != nil && *a.Weight == *b.Weight
	a.Weight, b.Weight = nil, nil
	return weights && a == b
}

// record puts an order that is in force here into the store. The warning says what came of that, if it is not all well: the order stays in force here.
func (h *house) record(ctx context.Context, o ledger.Order, address string) (warning string) {
	made, err := h.ledger.Do(ctx, o)
	if err != nil {
		h.log.Error("an order about a server is in force here, and not in the store", "order", o.What, "error", err)
		return fmt.Sprintf("it is in force in this proxy only, and will not outlive a restart: %v", err)
	}
	h.awaitMap(ctx, made.Revision) // the store's orders about servers come together with those about the map
	h.told.release(address)
	if !h.mapping.kept {
		return forgets
	}
	return ""
}

// forgets is said of orders to a store in memory.
const forgets = "the store is in memory only: this will not outlive a restart, and no other proxy hears of it"

// settleServers puts in force what the store says about servers, until ctx ends. What the monitor refuses is tried again: other servers may answer by then.
func (h *house) settleServers(ctx context.Context) error {
	var again <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-h.told.news:
		case <-again:
		}
		again = nil
		if err := h.settle(ctx); err != nil && ctx.Err() == nil {
			h.log.Error("what was ordered about servers on another proxy cannot be put in force here; it is tried again", "error", err)
			again = time.After(settleAgain)
		}
	}
}

func (h *house) settle(ctx context.Context) error {
	h.changing.Lock()
	defer h.changing.Unlock()
	now := h.wanted.Load()
	return h.want(ctx, now.file, h.told.overlay().Fitting(now.file))
}

// orderMap carries out an order about the map; taking back may be about servers, too.
func (h *house) orderMap(ctx context.Context, who ledger.Who, o orders.Order) (orders.Report, error) {
	if o.Verb == orders.Undo {
		c, err := h.ledger.Change(ctx, o.Change)
		if err == nil && strings.HasPrefix(c.Key, config.ServerPrefix) {
			return h.undoServer(ctx, who, o, c)
		}
	}
	return h.orders.Do(ctx, who, o)
}

// undoServer takes a change of a server back.
func (h *house) undoServer(ctx context.Context, who ledger.Who, o orders.Order, c ledger.Change) (orders.Report, error) {
	h.changing.Lock()
	defer h.changing.Unlock()
	address, now := strings.TrimPrefix(c.Key, config.ServerPrefix), h.wanted.Load()
	order, err := config.ReadOrder(c.Before)
	if err != nil {
		return orders.Report{}, fmt.Errorf("%w: %w", orders.ErrRefused, err)
	}
	if left, err := config.ReadOrder(c.After); order.Removed || err == nil && left.Cluster != "" && order.Cluster == "" {
		return orders.Report{}, fmt.Errorf("%w: it would take %s out of its cluster while clients use it; REMOVE SERVER %s drains it first", orders.ErrRefused, address, address)
	}
	if host := h.monitor.Snapshot().Host(address); host != nil && host.Role == topology.Primary && order.Use != "" && order.Use != topology.Serve.String() {
		return orders.Report{}, fmt.Errorf("%w: %w", orders.ErrRefused, h.isNoPrimary(address))
	}
	overlay := now.orders.With(address, order).Fitting(now.file)
	report := orders.Report{Rows: []orders.Row{{Item: orders.ItemChange, Name: "server " + address, Before: c.After, After: c.Before, Detail: "dry run: nothing was changed"}}}
	item, err := h.store.Get(ctx, c.Key)
	switch {
	case err != nil:
		return report, err
	case string(item.Value) != c.After:
		return report, fmt.Errorf("%w: %w", orders.ErrRefused, ledger.ErrSince)
	case o.DryRun:
		return report, nil
	}
	h.told.hold(address, order)
	defer h.told.release(address)
	if err := h.want(ctx, now.file, overlay); err != nil {
		return report, fmt.Errorf("%w: %w", orders.ErrRefused, err)
	}
	made, err := h.ledger.Do(ctx, ledger.Undoing(c, who, func(context.Context, string, string) error { return nil }))
	if report.Change = made; err != nil {
		return report, errors.Join(err, h.want(ctx, now.file, now.orders))
	}
	h.awaitMap(ctx, made.Revision)
	report.Rows[0].Detail = fmt.Sprintf("change %d; UNDO CHANGE %d takes it back", made.Number, made.Number)
	return report, nil
}
