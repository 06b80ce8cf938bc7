package admintest

import (
	"time"

	"shunt/proxy"
	"shunt/topology"
)

// Snapshot is the topology of the house.
func Snapshot() *topology.Snapshot {
	paris := &topology.Cluster{Name: "paris", Datacenter: "paris", Version: "10.11.14-MariaDB-log", Epoch: 2}
	add := func(h *topology.Host) *topology.Host {
		h.Cluster, h.Datacenter, h.Weight = "paris", "paris", max(h.Weight, 1)
		paris.Hosts = append(paris.Hosts, h)
		if h.Role == topology.Replica {
			paris.Replicas = append(paris.Replicas, h)
		}
		return h
	}
	position := topology.Position{"0": {{Start: 1, End: 4711}}}
	paris.Primary = add(&topology.Host{
		Address: "db1:3306", Role: topology.Primary, State: topology.Up, InService: true, ServerID: 1, Version: paris.Version,
		LagKnown: true, Applied: position, Since: now.Add(-time.Hour),
	})
	add(&topology.Host{
		Address: "db2:3306", Role: topology.Replica, State: topology.Up, InService: true, ReadOnly: true, ServerID: 2, Weight: 3, Portion: 50, Latency: 1250 * time.Microsecond,
		Version: paris.Version, Source: "db1:3306", Lag: 12 * time.Millisecond, LagKnown: true, Applied: position,
		Since: now.Add(-90 * time.Minute),
	})
	add(&topology.Host{
		Address: "db3:3306", Role: topology.Replica, State: topology.Up, ReadOnly: true, ServerID: 3, Version: paris.Version,
		Source: "db1:3306", Lag: 7500 * time.Millisecond, LagKnown: true, Pools: []string{"statistics", "backup"},
		Applied: topology.Position{"0": {{Start: 1, End: 4700}}}, Since: now.Add(-3 * time.Second), Problem: "lags more than 5s",
	})
	add(&topology.Host{
		Address: "db4:3306", State: topology.Down, Use: topology.Drain, Since: now.Add(-time.Minute),
		Problem: "down: dial tcp: connection refused",
	})
	gra := &topology.Cluster{
		Name: "gra", Datacenter: "gra", Problem: "no server of it is writable",
		Hosts: []*topology.Host{{Address: "db5:3306", Cluster: "gra", Datacenter: "gra", Weight: 1, Problem: "not probed yet"}},
	}
	return &topology.Snapshot{
		Revision: 7, Taken: now, Clusters: map[string]*topology.Cluster{"paris": paris, "gra": gra},
	}
}

// clients are in no order, as the proxy gives them.
func clients() []proxy.ClientInfo {
	return []proxy.ClientInfo{
		{
			ID: 12, User: "shop", Account: "shop@%", Address: "10.0.0.7:41212", Schema: "shop", State: proxy.Pinned,
			Since: now.Add(-2500 * time.Millisecond), Born: now.Add(-time.Minute), Statements: 17, Server: "db1:3306", ServerConnection: 301,
			Pins: "transaction", Pinned: now.Add(-4 * time.Second),
		},
		{
			ID: 3, User: "shop", Account: "shop@%", Address: "10.0.0.7:41002", Schema: "shop", State: proxy.Idle,
			Since: now.Add(-10 * time.Second), Born: now.Add(-2 * time.Hour), Statements: 40213,
		},
		{
			ID: 14, User: "blog", Account: "blog@10.0.0.%", Address: "10.0.0.8:52110", Schema: "blog", State: proxy.Active,
			Since: now.Add(-8 * time.Millisecond), Born: now.Add(-30 * time.Millisecond), Statements: 1, Server: "db2:3306",
			ServerConnection: 88, Pins: "temporary table (2), lock", Pinned: now.Add(-20 * time.Millisecond),
		},
		{ID: 15, Address: "10.0.0.9:40001", State: proxy.Login, Since: now.Add(-time.Millisecond), Born: now.Add(-time.Millisecond)},
		{
			ID: 13, User: "shop", Account: "shop@%", Address: "10.0.0.7:41300", Schema: "stats", State: proxy.Held,
			Since: now.Add(-1200 * time.Millisecond), Born: now.Add(-5 * time.Second), Statements: 2,
		},
	}
}

// staleClients are applications that have not followed shop to gra.
func staleClients() []proxy.StaleClients {
	return []proxy.StaleClients{
		{Day: "2026-03-01", Database: "stats", Account: "report@%", Address: "10.0.0.7", Arrivals: 3, Connected: 1, Last: now.Add(-time.Minute)},
		{Day: "2026-02-28", Arrivals: 12000, Last: now.Add(-24 * time.Hour)},
	}
}
