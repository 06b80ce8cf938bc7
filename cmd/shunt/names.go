package main

import (
	"context"
	"sync/atomic"

	"shunt/config"
	"shunt/sharding/move"
	"shunt/sharding/move/dns"
)

// names are the names of databases in the DNS.
type names struct {
	zone   string // empty: there are none
	places map[string]dns.Place
	run    []func(context.Context) error
	known  atomic.Pointer[knownNames]
}

// knownNames are those of one configuration.
type knownNames struct {
	of         *config.Config
	byDatabase map[string]string
	hosts      *dns.Hosts
}

// newNames makes what has names follow their databases: nil for moves if there are none.
func (h *house) newNames(cfg *config.Config) *move.Naming {
	c := cfg.Names()
	h.names.zone, h.names.places = c.Zone, c.Places
	naming := &move.Naming{
		TTL:      cfg.File.DNS.TTL,
		Hostname: func(database string) string { return h.knownNames().byDatabase[database] },
		Place:    func(cluster string) dns.Place { return h.names.places[cluster] },
	}
	switch {
	case c.Update != nil:
		updater := dns.NewUpdater(*c.Update)
		naming.Names, h.names.run = updater, append(h.names.run, updater.Run)
	case c.Serve != nil:
		server := dns.NewServer(*c.Serve, dns.ServeDeps{
			Hosts: func() *dns.Hosts { return h.knownNames().hosts }, Place: h.placeOf,
			Serial: func() uint32 { return uint32(max(h.keeper.Map().Stored, 1)) }, Log: h.log,
		})
		naming.Names, h.names.run = dns.Mapped{Always: c.Serve.TTL}, append(h.names.run, server.Run)
	default:
		return nil
	}
	return naming
}

// knownNames are the names of the configuration in force.
func (h *house) knownNames() *knownNames {
	now := h.inForce()
	if k := h.names.known.Load(); k != nil && k.of == now {
		return k
	}
	byDatabase := now.Hostnames()
	k := &knownNames{now, byDatabase, dns.NewHosts(h.names.zone, byDatabase)}
	h.names.known.Store(k)
	return k
}

// placeOf is where clients of a database come. Before this proxy knows which database lives where, and as long as nobody has decided it, there is none.
func (h *house) placeOf(database string) (dns.Place, bool) {
	if !h.server.Ready() || !h.learned.Load() {
		return dns.Place{}, false
	}
	cluster, err := h.keeper.Map().Home(database)
	if err != nil {
		return dns.Place{}, false
	}
	place := h.names.places[cluster]
	return place, !place.IsZero()
}
