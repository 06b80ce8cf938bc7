package config

import (
	"log/slog"
	"strings"

	"shunt/admin/api"
	"shunt/admin/console"
	"shunt/backend"
	"shunt/backend/catalog"
	"shunt/backend/monitor"
	"shunt/backend/switchover"
	"shunt/backend/switchover/failover"
	"shunt/mysql"
	"shunt/proxy"
	"shunt/session"
	"shunt/sharding"
	"shunt/statement"
	"shunt/topology"
)

// Proxy is the configuration of the front door, certificates loaded.
func (c *Config) Proxy() proxy.Config {
	l := c.File.Limits
	consistency, _ := session.ParseConsistency(c.File.Reads.Consistency) // checked when the file was read
	p := proxy.Config{
		Clients: l.Clients, Limits: c.Limits(), PrimaryReads: l.PrimaryReads, JoinRows: l.JoinRows, JoinBytes: int(l.JoinBytes), Held: l.Held, HeldBytes: int64(l.HeldBytes), Wait: l.Wait, Login: l.Login, Write: l.Write, Packet: int(l.Packet),
		ReadWait: c.File.Reads.Wait, Linger: l.Linger, Pipelining: l.Pipelining, Drain: l.Drain, Consistency: consistency, Prepared: l.PreparedPerClient,
		Transactions: c.Transactions(),
	}
	for _, pool := range c.File.Reads.Pools {
		if len(pool.Users) == 0 && len(pool.Databases) == 0 {
			continue // for modules alone, see Rules
		}
		otherwise, _ := topology.ParseElse(pool.Else) // checked when the file was read
		p.Pools = append(p.Pools, proxy.PoolRule{
			Users: pool.Users, Databases: pool.Databases, Pool: &topology.ReadPool{Name: pool.Pool, Else: otherwise},
		})
	}
	for i, listen := range c.File.Listen {
		p.Listen = append(p.Listen, proxy.Listen{
			Address: listen.Address, TLS: c.tls[i], Required: (listen.TLS.Mode == "required" || listen.TLS.Mode == "verify") && c.tls[i] != nil,
			ProxyProtocol: c.networks[i], Compression: compressions(listen.Compression),
		})
	}
	return p
}

// Backend is the configuration of the connections to servers.
func (c *Config) Backend() backend.Config {
	l := c.File.Limits
	return backend.Config{PerServer: l.PerServer, Queue: l.Queue, Prepared: l.Prepared, Wait: l.Wait, Dial: l.Dial, Idle: l.ServerIdle, Lifetime: l.ServerLifetime, Links: c.link}
}

// Monitor is the configuration of the monitor; Clusters are what it watches.
func (c *Config) Monitor() monitor.Config {
	m := c.File.Monitor
	return monitor.Config{
		Interval: m.Interval, Timeout: m.Timeout, DownAfter: m.DownAfter, UpAfter: m.UpAfter, MaxLag: c.File.Reads.MaxLag,
		WarmUp: c.File.Reads.WarmUp, LatencyAware: c.File.Reads.LatencyAware == "on",
		Heartbeat: monitor.Heartbeat{Schema: m.Heartbeat.Schema, Interval: m.Heartbeat.Interval},
	}
}

// Clusters are the clusters, in the order of the file.
func (c *Config) Clusters() []monitor.Cluster {
	var clusters []monitor.Cluster
	for _, f := range c.File.Clusters {
		cluster := monitor.Cluster{
			Name: f.Name, Datacenter: f.Datacenter, Link: c.link[f.Name],
			Account: monitor.Account{User: f.Account.User, Password: f.Account.Password.Reveal()},
		}
		for _, s := range f.Servers {
			cluster.Hosts = append(cluster.Hosts, monitor.Host{
				Address: s.Address, Weight: s.Weight, Use: useOf(s.Use), Pools: s.Pools, Datacenter: s.Datacenter,
			})
		}
		clusters = append(clusters, cluster)
	}
	return clusters
}

// Switchover bounds a planned switchover.
func (c *Config) Switchover() switchover.Config {
	return switchover.Config{Drain: c.File.Switchover.Drain, Pause: c.File.Switchover.Pause}
}

// Failover says whether and when a dead primary is replaced.
func (c *Config) Failover() failover.Config {
	return failover.Config{Automatic: c.File.Failover.Automatic, After: c.File.Failover.After}
}

// Replication is the account of a cluster's replicas.
func (c *Config) Replication(cluster string) switchover.Account {
	for _, f := range c.File.Clusters {
		switch {
		case f.Name != cluster:
		case f.Replication.User != "":
			return switchover.Account{User: f.Replication.User, Password: f.Replication.Password.Reveal()}
		default:
			return switchover.Account{User: f.Account.User, Password: f.Account.Password.Reveal()}
		}
	}
	return switchover.Account{}
}

// useOf is the use that a word stands for.
func useOf(word string) topology.Use {
	for _, use := range []topology.Use{topology.Drain, topology.Backup, topology.Off} {
		if use.String() == word {
			return use
		}
	}
	return topology.Serve
}

// Catalog is the configuration of what is read from the servers' account tables, static accounts with it.
func (c *Config) Catalog() catalog.Config {
	config := catalog.Config{Interval: c.File.Discovery.Interval, Timeout: c.File.Discovery.Timeout, Hidden: []string{c.File.Monitor.Heartbeat.Schema}}
	for _, a := range c.File.Accounts {
		config.Static = append(config.Static, catalog.Account{
			User: a.User, Host: a.Host, Auth: catalog.Auth{Plugin: a.Plugin, AuthString: a.stored()},
		})
	}
	return config
}

// stored is what a server would store for the account.
func (a Account) stored() string {
	if a.Password.Reveal() == "" {
		return a.Hash.Reveal()
	}
	_, double := mysql.NativeHash([]byte(a.Password.Reveal()))
	return mysql.FormatNativeHash(double)
}

// Sharding is what is written down about homes; the default cluster is always named.
func (c *Config) Sharding() sharding.Config {
	s := sharding.Config{Default: c.DefaultHome(), Homes: make(map[string]string, len(c.File.Databases.Homes))}
	for _, home := range c.File.Databases.Homes {
		if home.Cluster != "" {
			s.Homes[home.Name] = home.Cluster
		}
		if home.Physical != "" && home.Physical != home.Name {
			if s.Names == nil {
				s.Names = map[string]string{}
			}
			s.Names[home.Name] = home.Physical
		}
	}
	for _, m := range c.File.Modules {
		s.Modules = append(s.Modules, m.module())
	}
	return s
}

// DefaultHome is the cluster of statements that name no database.
func (c *Config) DefaultHome() string {
	if c.File.Databases.Default != "" {
		return c.File.Databases.Default
	}
	return c.File.Clusters[0].Name
}

// Statement is the configuration of the parser.
func (c *Config) Statement() statement.Config {
	return statement.Config{CacheSize: c.File.Statements.Cache, MaxParse: int(c.File.Statements.Parse)}
}

// SafeFunctions are the stored functions that are declared pure, as router wants them: lower case.
func (c *Config) SafeFunctions() map[string]bool {
	safe := map[string]bool{}
	for _, f := range c.File.Reads.SafeFunctions {
		safe[strings.ToLower(f)] = true
	}
	return safe
}

// Console is the configuration of the console; there is none if its address is empty.
func (c *Config) Console() console.Config {
	return console.Config{Address: c.File.Admin.Console, Password: c.File.Admin.Password.Reveal()}
}

// API is the configuration of the HTTP API; there is none if its address is empty.
func (c *Config) API() api.Config {
	return api.Config{Address: c.File.Admin.HTTP, Password: c.File.Admin.Password.Reveal()}
}

// LogLevel is the least level of what is logged.
func (c *Config) LogLevel() slog.Level {
	level := slog.LevelInfo
	_ = level.UnmarshalText([]byte(c.File.Log.Level)) // checked when the file was read
	return level
}
