package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"shunt/admin"
)

// Order is what operators want of one server while shunt runs, in place of what the file says. The zero value wants nothing.
type Order struct {
	Cluster string `json:"cluster,omitempty"` // it was added to this cluster, as the file lists it in none
	Removed bool   `json:"removed,omitempty"` // it is in no cluster, though the file lists it
	Use     string `json:"use,omitempty"`     // empty: as the file says
	Weight  *int   `json:"weight,omitempty"`  // nil: as the file says
}

// Overlay is all that operators have ordered about servers. It lies over a configuration file, see [Config.Under]; where it
// outlives a restart it is in the store, see [Order.Entry]. Immutable; the zero value has no order.
type Overlay struct{ orders map[string]Order } // by address

// with is the overlay with one order in place of the one that was there.
func (o Overlay) with(address string, order Order) Overlay {
	next := maps.Clone(o.orders)
	if next == nil {
		next = map[string]Order{}
	}
	if next[address] = order; order == (Order{}) {
		delete(next, address)
	}
	return Overlay{next}
}

// Fitting is the overlay without the orders that mean nothing over another file: about servers that it does not list any
// more, and for what it says itself now.
func (o Overlay) Fitting(file *Config) Overlay {
	next := Overlay{}
	for address, order := range o.orders {
		_, listed := file.server(address)
		switch {
		case order.Cluster != "" && listed != nil:
			order.Cluster = ""
		case order.Cluster != "" && file.cluster(order.Cluster) == nil, order.Cluster == "" && listed == nil:
			continue
		}
		next = next.with(address, order.beside(listed))
	}
	return next
}

// beside is the order without what the file says, too.
func (o Order) beside(listed *Server) Order {
	if listed == nil {
		return o
	}
	if o.Use == listed.Use {
		o.Use = ""
	}
	if o.Weight != nil && *o.Weight == listed.Weight {
		o.Weight = nil
	}
	return o
}

// on is a server as it is ordered to be.
func (o Order) on(s Server) Server {
	if o.Use != "" {
		s.Use = o.Use
	}
	if o.Weight != nil {
		s.Weight = *o.Weight
	}
	return s
}

// cluster finds a cluster; nil if there is none of that name.
func (c *Config) cluster(name string) *Cluster {
	for i := range c.File.Clusters {
		if c.File.Clusters[i].Name == name {
			return &c.File.Clusters[i]
		}
	}
	return nil
}

// server finds a server, and the name of its cluster; nil if it is not listed.
func (c *Config) server(address string) (cluster string, found *Server) {
	for i := range c.File.Clusters {
		for j := range c.File.Clusters[i].Servers {
			if s := &c.File.Clusters[i].Servers[j]; s.Address == address {
				return c.File.Clusters[i].Name, s
			}
		}
	}
	return "", nil
}

// Under is the configuration with the orders of an overlay on it: what is in force. SHOW CONFIG tells the difference.
func (c *Config) Under(o Overlay) *Config {
	next := *c
	next.lines, next.ordered = maps.Clone(c.lines), map[string]string{}
	next.File.Clusters = slices.Clone(c.File.Clusters)
	for i := range next.File.Clusters {
		next.lay(&next.File.Clusters[i], o)
	}
	for _, d := range c.Differences(o) {
		next.ordered[serverKey(d.Cluster, d.Server)] = d.Text
	}
	return &next
}

// lay lays the orders over the servers of one cluster, in a list of its own.
func (c *Config) lay(cluster *Cluster, o Overlay) {
	listed, path := cluster.Servers, "clusters."+cluster.Name+".servers"
	lines := map[string]int{}
	maps.Copy(lines, c.lines)
	maps.DeleteFunc(c.lines, func(key string, _ int) bool { return strings.HasPrefix(key, path+"[") })
	cluster.Servers = nil
	for i, s := range listed {
		order := o.orders[s.Address]
		if order.Removed {
			continue
		}
		if line, given := lines[fmt.Sprintf("%s[%d]", path, i)]; given {
			c.lines[fmt.Sprintf("%s[%d]", path, len(cluster.Servers))] = line
		}
		cluster.Servers = append(cluster.Servers, order.on(s))
	}
	for _, address := range slices.Sorted(maps.Keys(o.orders)) {
		if order := o.orders[address]; order.Cluster == cluster.Name {
			cluster.Servers = append(cluster.Servers, order.on(added(address)))
		}
	}
}

// added is a server as it would be if the file listed its address alone.
func added(address string) Server { return Server{Address: address, Weight: 1, Use: "serve"} }

// serverKey is the name of a server's setting.
func serverKey(cluster, address string) string {
	return "clusters." + cluster + ".servers[" + address + "]"
}

// Differences are what the orders make different from this file, by address.
func (c *Config) Differences(o Overlay) []admin.ServerDifference {
	var list []admin.ServerDifference
	for _, address := range slices.Sorted(maps.Keys(o.orders)) {
		order := o.orders[address]
		cluster, listed := c.server(address)
		d := admin.ServerDifference{Server: address, Cluster: cluster, Removed: order.Removed}
		switch {
		case order.Removed:
			d.Text = "removed (the file lists it)"
		case order.Cluster != "":
			d.Cluster, d.Text = order.Cluster, "added (the file does not list it)"
		case listed == nil:
			continue
		default:
			d.Text = order.text(listed)
		}
		list = append(list, d)
	}
	return list
}

func (o Order) text(listed *Server) string {
	var parts []string
	if o.Use != "" {
		parts = append(parts, fmt.Sprintf("use: %s (file: %s)", o.Use, listed.Use))
	}
	if o.Weight != nil {
		parts = append(parts, fmt.Sprintf("weight: %d (file: %d)", *o.Weight, listed.Weight))
	}
	return strings.Join(parts, ", ")
}
