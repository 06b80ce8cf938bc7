package main

import (
	"context"
	"maps"
	"slices"
	"time"

	"shunt/backend/xa"
	"shunt/proxy"
)

// newDecisions makes what decides about transactions over several clusters; nil where the store is forgotten with this process, so that nobody could finish
// them after it.
func (h *house) newDecisions() proxy.Decisions {
	if !h.store.kept {
		return nil
	}
	h.xa = xa.New(xa.Defaults(), xa.Deps{Store: h.store, Clusters: slices.Sorted(maps.Keys(h.control)), Primary: h.primary, Log: h.log,
		Alone: h.config.Store().Embedded != ""})
	return h.xa
}

// recoverBranches finishes the branches that were left behind, until ctx ends.
func (h *house) recoverBranches(ctx context.Context) error {
	if h.xa == nil {
		return nil
	}
	return h.xa.Run(ctx)
}

// decides says whether transactions over several clusters can be had, or have been waited for long enough: all else works without the store.
func (h *house) decides() bool {
	const enough = 10 * time.Second
	return h.xa == nil || h.xa.Ready() || time.Since(h.started) > enough
}
