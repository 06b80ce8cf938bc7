// Package admintest has a house for the tests of admin and its faces: [House] is a small shunt that stands still, with
// servers, clients and counters that are always the same. What it is ordered to do it notes in [Orders].
package admintest

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"shunt/admin"
	"shunt/backend"
	"shunt/backend/switchover"
	"shunt/router"
	"shunt/session"
	"shunt/sharding"
	"shunt/statement"
	"shunt/store"
	"shunt/topology"
)

// now is the time in the house.
var now = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// Orders are what a house was told to do.
type Orders struct {
	mu     sync.Mutex
	killed []Kill
	reload error

	servers  []admin.ServerOrder
	switched []switchover.Order
	refusal  error // of switchovers
}

// Kill is one KILL.
type Kill struct {
	ID    uint32
	Query bool
}

// Killed are the KILLs of clients that exist, in order.
func (o *Orders) Killed() []Kill {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]Kill(nil), o.killed...)
}

// RefuseReload makes reloads fail from now on.
func (o *Orders) RefuseReload(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.reload = err
}

// House makes the house: cluster paris with a primary, a replica, one that lags and one that is down; cluster gra without a
// primary; five clients. Its audit log goes nowhere; a test that reads it sets Log.
func House() (admin.House, *Orders) {
	o := &Orders{}
	snapshot := Snapshot()
	town := newTown()
	return admin.House{
		Name: "web7", Version: "0.1.0", Datacenter: "paris", Started: now.Add(-26 * time.Hour), Now: func() time.Time { return now },
		Addresses: func() []string { return []string{"127.0.0.1:6033", "/run/shunt/shunt.sock"} },
		Ready:     func() bool { return true },
		Draining:  func() bool { return false },
		Clients:   clients,
		Stale:     staleClients,
		Kill:      o.kill,
		Explain:   explainer(town.keeper.Map, snapshot),
		Pools:     pools,
		Snapshot:  func() *topology.Snapshot { return snapshot },
		Map:       town.keeper.Map,
		OrderMap:  town.orders.Do,
		Changes:   town.ledger.Changes,
		Config:    settings,
		Reload:    o.reloadConfig,

		Digests: traffic, Definitions: defined, Parser: statement.NewParser(statement.Config{}),

		Pauses: town.pauses, Fleet: town.fleet, Moves: newMovers(),

		OrderServer: o.orderServer,
		Ordered: func() []admin.ServerDifference {
			return []admin.ServerDifference{
				{Server: "db2:3306", Cluster: "paris", Text: "weight: 3 (file: 1)"},
				{Server: "db4:3306", Cluster: "paris", Text: "use: drain (file: serve)"},
				{Server: "db9:3306", Cluster: "paris", Removed: true, Text: "removed (the file lists it)"},
			}
		},
		Switchover: o.switchover,

		Store: func() store.Status {
			return store.Status{
				Kind: "embedded", Where: "/var/lib/shunt", Healthy: true, Since: now.Add(-26 * time.Hour), Revision: 4711, Keys: 17, Bytes: 65536, InUse: 40960,
				Quota: 2 << 30,
			}
		},

		Metrics: metrics(),
		Log:     slog.New(slog.NewTextHandler(io.Discard, nil)),
	}, o
}

func (o *Orders) kill(id uint32, query bool) bool {
	for _, c := range clients() {
		if c.ID == id {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.killed = append(o.killed, Kill{id, query})
			return true
		}
	}
	return false
}

func (o *Orders) reloadConfig(context.Context) ([]admin.ChangeRow, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.reload != nil {
		return nil, o.reload
	}
	return []admin.ChangeRow{
		{Setting: "log.level", Old: "info", New: "debug", Applied: admin.AppliedNow},
		{Setting: "limits.clients", Old: "20000", New: "30000", Applied: admin.AppliedAfterRestart},
	}, nil
}

// explainer plans as the real proxy does, on the first die.
func explainer(m func() *sharding.Map, snapshot *topology.Snapshot) func(sql, user, database string) (*statement.Statement, router.Plan) {
	parser, r := statement.NewParser(statement.Config{}), &router.Router{}
	return func(sql, user, database string) (*statement.Statement, router.Plan) {
		st, hint := parser.Parse([]byte(sql), 0)
		facts := session.New(session.Login{Schema: database}).Facts()
		return st, r.Plan(st, &hint, facts, &router.World{Scene: router.Scene{Map: m(), Topology: snapshot, Datacenter: "paris"}}, 0)
	}
}

func pools() []backend.Stats {
	return []backend.Stats{
		{Address: "db2:3306", Cluster: "paris", Idle: 7, Active: 2, Limit: 200, Accounts: 3},
		{Address: "db1:3306", Cluster: "paris", Idle: 3, Active: 5, Waiting: 1, Limit: 200,
			Accounts: 2, WaitingAccounts: 1, LongestWait: 1500 * time.Millisecond, MostWaiting: "shop@%"},
		{Address: "db5:3306", Cluster: "gra", Limit: 200},
	}
}

func settings() []admin.ConfigRow {
	return []admin.ConfigRow{
		{Setting: "listen[127.0.0.1:6033]", Value: "{}", Source: "config.yaml:3", Reload: "restart"},
		{Setting: "admin.password", Value: "****", Source: "config.yaml:5", Reload: "restart"},
		{Setting: "limits.wait", Value: "10s", Default: "10s", Source: "default", Reload: "restart"},
		{Setting: "log.level", Value: "info", Default: "info", Source: "default", Reload: "live"},
	}
}

// metrics have the counter that proxy has, under its name and labels.
func metrics() prometheus.Gatherer {
	counter := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "shunt_statements_total", Help: "Statements."},
		[]string{"kind", "role", "server", "outcome"})
	for _, c := range []struct {
		kind, role, server, outcome string
		count                       float64
	}{
		{"select", "replica", "db2:3306", "ok", 880},
		{"select", "primary", "db1:3306", "ok", 110},
		{"select", "primary", "db1:3306", "error", 10},
		{"insert", "primary", "db1:3306", "ok", 41},
		{"kill", "", "", "answered", 2},
	} {
		counter.WithLabelValues(c.kind, c.role, c.server, c.outcome).Add(c.count)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(counter)
	return registry
}
