package config

import (
	"fmt"
	"strings"

	"shunt/admin"
)

// maxWeight bounds what can be ordered as a weight: more is a typing error.
const maxWeight = 10000

// Ordered is the overlay once an operator's order about a server is added to it, and what changes by that. c is the file.
// The error is admin.ErrUnknownServer, or an admin.ErrServerOrder with the reason. What the servers themselves forbid is for others to
// say.
func (c *Config) Ordered(o Overlay, order admin.ServerOrder) (Overlay, admin.ServerChange, error) {
	inForce := c.Under(o)
	cluster, now := inForce.server(order.Server)
	change := admin.ServerChange{Server: order.Server, Cluster: cluster, Before: now.brief()}
	next, err := c.extend(o, order, now)
	if err != nil {
		return o, change, err
	}
	after, s := c.Under(next).server(order.Server)
	if change.After = s.brief(); after != "" {
		change.Cluster = after
	}
	return next, change, nil
}

func (c *Config) extend(o Overlay, order admin.ServerOrder, now *Server) (Overlay, error) {
	was := o.orders[order.Server]
	_, listed := c.server(order.Server)
	if order.Verb == admin.ResetServer {
		if listed == nil && now == nil {
			return o, admin.ErrUnknownServer
		}
		return o.with(order.Server, Order{}), nil
	}
	if order.Verb == admin.AddServer {
		return c.addServer(o, order, now, listed)
	}
	if now == nil {
		return o, admin.ErrUnknownServer
	}
	switch order.Verb {
	case admin.DrainServer, admin.BackupServer:
		was.Use = string(order.Verb)
	case admin.EnableServer:
		was.Use = "serve"
	case admin.WeighServer:
		if order.Weight == nil || *order.Weight < 0 || *order.Weight > maxWeight {
			return o, refused("a weight is a number from 0 to %d", maxWeight)
		}
		was.Weight = order.Weight
	case admin.RemoveServer:
		if cluster, _ := c.Under(o).server(order.Server); len(c.Under(o).cluster(cluster).Servers) == 1 {
			return o, refused("%s is the only server of cluster %s", order.Server, cluster)
		}
		was = Order{Removed: listed != nil}
	default:
		return o, refused("%q is nothing that can be ordered", order.Verb)
	}
	return o.with(order.Server, was.beside(listed)), nil
}

// addServer adds a server, or takes back that it was removed.
func (c *Config) addServer(o Overlay, order admin.ServerOrder, now, listed *Server) (Overlay, error) {
	if now != nil {
		cluster, _ := c.Under(o).server(order.Server)
		return o, refused("%s is a server of cluster %s already", order.Server, cluster)
	}
	if c.cluster(order.Cluster) == nil {
		return o, refused("there is no cluster %q; SHOW CLUSTERS lists them", order.Cluster)
	}
	if order.Weight != nil && (*order.Weight < 0 || *order.Weight > maxWeight) {
		return o, refused("a weight is a number from 0 to %d", maxWeight)
	}
	if fault := addressFault(order.Server); fault != "" {
		return o, refused("%s", fault)
	}
	next := Order{Cluster: order.Cluster, Weight: order.Weight}
	if listed != nil {
		home, _ := c.server(order.Server)
		if home != order.Cluster {
			return o, refused("the file lists %s in cluster %s", order.Server, home)
		}
		next = Order{Use: "serve", Weight: order.Weight}.beside(listed)
	}
	return o.with(order.Server, next), nil
}

// addressFault says what is wrong with the address of a server; empty if nothing is.
func addressFault(address string) string {
	d := &decoder{lines: map[string]int{}}
	d.address("server", address, socketToo)
	if len(d.faults) == 0 {
		return ""
	}
	return strings.TrimSuffix(d.faults[0].Text+"; "+d.faults[0].Hint, "; ")
}

func refused(format string, args ...any) error {
	return fmt.Errorf("%w: %s", admin.ErrServerOrder, fmt.Sprintf(format, args...))
}

// brief is a server's use and weight for people; empty for none.
func (s *Server) brief() string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf("use: %s, weight: %d", s.Use, s.Weight)
}
