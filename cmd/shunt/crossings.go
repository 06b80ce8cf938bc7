package main

import (
	"context"
	"fmt"
	"strings"

	"shunt/backend/definitions"
	"shunt/config"
	"shunt/sharding"
	"shunt/sharding/lint"
	"shunt/sharding/move/check"
)

// crossings tells whoever moves a module what crosses its border, as SHARD LINT does: what is defined is in the way, since it would not work any more; what is asked is answered in another way from
// then on.
func (h *house) crossings(ctx context.Context, cfg *config.Config, m sharding.Module) ([]check.Finding, error) {
	shards := h.keeper.Map()
	clusters, err := shards.Parts(m.Database)
	if err != nil {
		return nil, err
	}
	w := lint.World{Traffic: h.server.Digests(), Map: shards, Parser: h.server.Parser}
	for _, cluster := range clusters {
		endpoint, err := h.primary(cluster)
		if err != nil {
			return nil, err
		}
		names := shards.NamesOn(cluster)
		schema, err := definitions.Read(ctx, cfg.Mover(endpoint), names.Physical(m.Database)) // whose account sees all of them
		if err != nil {
			return nil, fmt.Errorf("cluster %s: %w", cluster, err)
		}
		if names != nil {
			schema = logical(schema, m.Database, names)
		}
		w.Schemas = append(w.Schemas, schema)
	}
	var list []check.Finding
	for _, f := range lint.Lint(m, w).Findings {
		one := check.Finding{Class: "border: " + string(f.Kind), Text: about(f), Way: f.Advice}
		switch f.Kind {
		case lint.Verdict:
			continue
		case lint.ForeignKey, lint.View, lint.Procedure, lint.Function, lint.Trigger, lint.Event:
			one.Blocking = true
		case lint.NotSeen, lint.NotUnderstood, lint.Read, lint.Write, lint.Transaction:
		}
		list = append(list, one)
	}
	return list, nil
}

// about is what a finding is about.
func about(f lint.Finding) string {
	text := strings.ReplaceAll(string(f.Kind), "_", " ") + " " + f.Object
	if len(f.Ours)+len(f.Theirs) > 0 {
		text += fmt.Sprintf(" (of the module: %s; others: %s)", strings.Join(f.Ours, ", "), strings.Join(f.Theirs, ", "))
	}
	return text
}
