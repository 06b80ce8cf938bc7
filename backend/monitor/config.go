package monitor

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"shunt/backend"
	"shunt/topology"
)

// Config says how the monitor looks at servers. The zero value is not valid; start from [DefaultConfig].
type Config struct {
	// Interval is the pause between two probes of one server. Default 100ms.
	Interval time.Duration `yaml:"interval"`

	// Timeout is how long one probe may take, dialing and logging in included, and how long one heartbeat may take.
	// Default 1s.
	Timeout time.Duration `yaml:"timeout"`

	// DownAfter is how many probes in a row must fail, over at least Timeout, before a server counts as down. A server
	// that refuses connections three times within 200ms is down at once. Default 3.
	DownAfter int `yaml:"down_after"`

	// UpAfter is how many probes in a row must succeed before a server that was down counts as up. Default 2.
	UpAfter int `yaml:"up_after"`

	// MaxLag is how much older than the primary's a replica's data may be while it takes reads. It takes them again when
	// it lags less than half of that. 0: no limit. Default 5s.
	MaxLag time.Duration `yaml:"max_lag"`

	// WarmUp is how long a replica that returns to service, or is added, takes less than its share of the reads. 0: not at
	// all. Default 10s.
	WarmUp time.Duration `yaml:"warm_up"`

	// LatencyAware has replicas that answer slowly take less than their share of the reads. Default true.
	LatencyAware bool `yaml:"latency_aware"`

	// Heartbeat is the row by which lag is measured.
	Heartbeat Heartbeat `yaml:"heartbeat"`
}

// Heartbeat says where and how often the monitor writes on each primary. Each proxy has a row of its own per cluster in
// the table heartbeat; rows that nobody has written for a day are deleted. A cluster of one server has no heartbeat: nobody
// could lag behind it.
type Heartbeat struct {
	// Schema is the database that holds the table. It is created if it is missing. Default shunt.
	Schema string `yaml:"schema"`

	// Interval is the pause between two heartbeats. Each is a transaction of one row, so 100ms means ten small
	// transactions a second in the binary log of every cluster. Lag is known to about this precision. 0: no heartbeat, lag
	// is what the servers say in whole seconds. Default 100ms.
	Interval time.Duration `yaml:"interval"`
}

// DefaultConfig is the configuration of somebody who configures nothing.
func DefaultConfig() Config {
	return Config{
		Interval:  100 * time.Millisecond,
		Timeout:   time.Second,
		DownAfter: 3,
		UpAfter:   2,
		MaxLag:    5 * time.Second,
		WarmUp:    10 * time.Second,

		LatencyAware: true,
		Heartbeat:    Heartbeat{Schema: "shunt", Interval: 100 * time.Millisecond},
	}
}

// Validate names every fault of the configuration in one error; nil if there is none.
func (c Config) Validate() error {
	var faults []error
	fault := func(bad bool, text string) {
		if bad {
			faults = append(faults, errors.New(text))
		}
	}
	fault(c.Interval <= 0, "interval must be more than 0")
	fault(c.Timeout <= 0, "timeout must be more than 0")
	fault(c.DownAfter < 1, "down_after must be at least 1")
	fault(c.UpAfter < 1, "up_after must be at least 1")
	fault(c.MaxLag < 0, "max_lag must not be negative")
	fault(c.WarmUp < 0, "warm_up must not be negative")
	fault(c.Heartbeat.Interval < 0, "heartbeat.interval must not be negative")
	fault(c.MaxLag > 0 && c.MaxLag/2 <= c.Heartbeat.Interval, "max_lag must be more than twice heartbeat.interval")
	schema := c.Heartbeat.Schema
	fault(c.Heartbeat.Interval > 0 && (schema == "" || len(schema) > 64 || strings.ContainsAny(schema, "`\x00/\\.")),
		"heartbeat.schema must be the name of a database")
	return errors.Join(faults...)
}

// Cluster is one primary and its replicas as the operator lists them. Which is which is found out.
type Cluster struct {
	Name       string
	Datacenter string
	Account    Account
	Link       backend.Link
	Hosts      []Host
}

// Account is the control account: the one with which shunt itself logs in to the servers. It needs REPLICA MONITOR and
// BINLOG MONITOR (MariaDB 10.5 and later) or REPLICATION CLIENT on *.*, and CREATE, SELECT, INSERT, UPDATE, DELETE on the heartbeat's
// database. Switchover needs more of it.
type Account struct {
	User, Password string
}

// Host is one server as the operator lists it.
type Host struct {
	Address    string // host:port, or the path of a unix socket
	Weight     int
	Use        topology.Use
	Pools      []string
	Datacenter string // empty: the cluster's
}

// validate names every fault of the list of clusters, since the rest of the package relies on there being none.
func validate(clusters []Cluster) error {
	var faults []error
	names, addresses := map[string]bool{}, map[string]string{}
	for _, c := range clusters {
		if names[c.Name] {
			faults = append(faults, fmt.Errorf("cluster %s is listed twice", c.Name))
		}
		names[c.Name] = true
		for _, h := range c.Hosts {
			if other, listed := addresses[h.Address]; listed {
				faults = append(faults, fmt.Errorf("server %s is listed twice, in cluster %s and in cluster %s", h.Address, other, c.Name))
			}
			addresses[h.Address] = c.Name
		}
	}
	return errors.Join(faults...)
}
