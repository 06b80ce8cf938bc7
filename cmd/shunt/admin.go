package main

import (
	"context"
	"net"

	"shunt/admin"
	"shunt/admin/api"
	"shunt/admin/console"
	"shunt/store"
	"shunt/topology"
)

// adminHouse is the running shunt as admin sees it.
func (h *house) adminHouse() admin.House {
	return admin.House{
		Name: h.fleet.Name(), Version: version(), Datacenter: h.config.File.Datacenter, Started: h.started,
		Addresses: func() []string { return addresses(h.server.Addrs()) },
		Ready:     h.ready, Draining: h.server.Draining,
		Clients:  h.server.Clients,
		Stale:    h.server.StaleClients,
		Kill:     h.server.Kill,
		Explain:  h.server.Explain,
		Pools:    h.pools.Stats,
		Snapshot: func() *topology.Snapshot { return h.monitor.Snapshot() },
		Map:      h.keeper.Map,
		OrderMap: h.orderMap,
		Changes:  h.ledger.Changes,
		Config:   func() []admin.ConfigRow { return h.inForce().Settings() },
		Reload:   h.reload,

		Digests:     h.server.Digests,
		Definitions: h.definitions,
		Parser:      h.server.Parser,

		Pauses: h.pauses, Fleet: h.fleet, Moves: h.moves,

		OrderServer: h.orderServer,
		Ordered:     h.ordered,
		Switchover:  h.switchover.Switch,
		Store:       func() store.Status { return h.store.Status(context.Background()) },

		Metrics: h.metrics, Log: h.log,
	}
}

func addresses(list []net.Addr) []string {
	var out []string
	for _, a := range list {
		out = append(out, a.String())
	}
	return out
}

// faces are the admin servers that the configuration asks for.
func (h *house) faces() []func(context.Context) error {
	var faces []func(context.Context) error
	if c := h.config.Console(); c.Address != "" {
		faces = append(faces, console.New(c, h.service, h.log).Run)
	}
	if a := h.config.API(); a.Address != "" {
		faces = append(faces, api.New(a, h.service, h.log).Run)
	}
	return faces
}
