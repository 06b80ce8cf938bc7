package dns

import (
	"maps"
	"slices"

	"github.com/miekg/dns"
)

// Hosts are the names of a zone, and the databases that they are for. Immutable.
type Hosts struct {
	zone      string
	databases map[string]string // by name
	between   map[string]bool   // names that have nothing themselves, and others below them
}

// NewHosts makes them of the names of databases: database → name, as ParseName gives it. Those that are not in the zone are left out.
func NewHosts(zone string, names map[string]string) *Hosts {
	h := &Hosts{zone, make(map[string]string, len(names)), map[string]bool{}}
	for database, name := range names {
		if Below(name, zone) {
			h.databases[name] = database
		}
	}
	for name := range h.databases {
		for {
			next, end := dns.NextLabel(name, 0)
			if name = name[next:]; end || !Below(name, zone) {
				break
			}
			h.between[name] = true
		}
	}
	return h
}

// find gives the database of a name; there says whether the name exists, if only because others are below it.
func (h *Hosts) find(name string) (database string, there bool) {
	database, there = h.databases[name]
	return database, there || h.between[name] || name == h.zone
}

// names are all that are for databases, sorted.
func (h *Hosts) names() []string { return slices.Sorted(maps.Keys(h.databases)) }
