// Package admin is what an operator can ask of a running shunt and order it to do. [Service] has one method per operation; its
// answers are rows of plain values whose JSON names are the columns of the console. [House] is what it is made of: one function
// for each thing that a room of the running shunt knows or does.
//
// The faces are elsewhere and call the same methods: admin/console speaks SQL over the MySQL protocol, admin/api speaks HTTP.
// Admin decides nothing about statements and keeps no state.
package admin

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"shunt/backend"
	"shunt/backend/definitions"
	"shunt/backend/switchover"
	"shunt/digest"
	"shunt/proxy"
	"shunt/router"
	"shunt/sharding"
	"shunt/sharding/move"
	"shunt/sharding/move/archive"
	"shunt/sharding/move/check"
	"shunt/sharding/orders"
	"shunt/sharding/pause"
	"shunt/statement"
	"shunt/store"
	"shunt/store/fleet"
	"shunt/store/ledger"
	"shunt/topology"
)

// House is the running shunt as admin sees it. All fields but Now are needed; the functions may be called from anywhere at any time, and
// what they return is not changed by anybody afterwards.
type House struct {
	Name       string // of this proxy, such as the machine's host name
	Version    string
	Datacenter string // where this proxy stands; empty: not said
	Started    time.Time
	Now        func() time.Time // nil: time.Now

	// Addresses are where clients are accepted; none before the listeners are open.
	Addresses func() []string
	// Ready says whether clients are let in, Draining whether the proxy is ending.
	Ready, Draining func() bool

	// Clients lists the frontend connections.
	Clients func() []proxy.ClientInfo
	// Stale lists who has come to this proxy for a database that lives in another datacenter.
	Stale func() []proxy.StaleClients
	// Kill ends a client, or with query only what it runs. It says whether there is such a client.
	Kill func(id uint32, query bool) bool
	// Explain plans a statement as for a session that has just logged in as a user; empty: one whom nothing is said about.
	Explain func(sql, user, database string) (*statement.Statement, router.Plan)

	// Pools are the numbers of the connection pools.
	Pools func() []backend.Stats
	// Snapshot is the topology in force.
	Snapshot func() *topology.Snapshot
	// OrderServer carries out an order about a server, Ordered tells what of earlier ones is not as the configuration file says.
	OrderServer func(ctx context.Context, who ledger.Who, order ServerOrder) (ServerChange, error)
	Ordered     func() []ServerDifference
	// Map is the shard map in force; nil before there is one.
	Map func() *sharding.Map
	// OrderMap carries out an order about the map, or tells what it would change.
	OrderMap func(ctx context.Context, who ledger.Who, order orders.Order) (orders.Report, error)
	// Changes are what operators have ordered, the newest first.
	Changes func(ctx context.Context) ([]ledger.Change, error)

	// Digests tells what was asked since the start. Definitions reads what a database is made of
	// on a cluster, before ctx ends. Parser reads views and programs.
	Digests     func() digest.Report
	Definitions func(ctx context.Context, cluster, database string) (definitions.Schema, error)
	Parser      *statement.Parser

	// Config lists the settings in force.
	Config func() []ConfigRow
	// Reload reads the configuration file again and puts it in force, or refuses it whole. It tells what has changed.
	Reload func(ctx context.Context) ([]ChangeRow, error)

	// Switchover carries out a switchover, or tells what it would do.
	Switchover func(ctx context.Context, o switchover.Order) (switchover.Report, error)

	// Pauses hold writes back.
	Pauses Pauses
	// Fleet are the proxies that share a store.
	Fleet Fleet

	// Moves take databases to other clusters.
	Moves Moves

	// Store looks at the store in which proxies agree. It ends within seconds.
	Store func() store.Status

	// Metrics are all of the process's. What Service counts it takes from here, so that it cannot disagree with /metrics.
	Metrics prometheus.Gatherer
	// Log takes the audit lines: who has changed what.
	Log *slog.Logger
}

// Pauses hold the writes of databases and modules back, as pause.Pauses does.
type Pauses interface {
	Pause(ctx context.Context, who ledger.Who, database, module string, timeout time.Duration) (pause.Status, error)
	Resume(ctx context.Context, database, module string) (pause.Status, error)
	List(ctx context.Context) ([]pause.Status, error)
}

// Moves take databases to other clusters, as move.Engine does.
type Moves interface {
	Start(ctx context.Context, who ledger.Who, o move.Order) (move.Move, error)
	Check(ctx context.Context, o move.Order) (check.Report, error)
	Want(ctx context.Context, database, module string, wish move.Wish) (move.Move, error)
	List(ctx context.Context) ([]move.Status, error)
	StartMany(ctx context.Context, who ledger.Who, o move.Orders) ([]move.Ordered, error)
	CheckMany(ctx context.Context, o move.Orders) (move.Survey, error)
	Classes(ctx context.Context) ([]move.Class, error)
	Overview(ctx context.Context) (move.Overview, error)
	StopAll(ctx context.Context, who ledger.Who, reason string) (move.Fleet, error)
	StartAll(ctx context.Context, who ledger.Who, most int) (move.Fleet, error)
	Dump(ctx context.Context, database, module string) (move.Archive, *archive.Dump, error)
	Moving(database string) (move.Move, bool)
}

// Fleet are the proxies that share a store, as fleet.Fleet knows them.
type Fleet interface {
	Members(ctx context.Context) ([]fleet.Member, error)
	Forget(ctx context.Context, name string) error
}

// Service is the operations. Its methods may be called from anywhere at any time.
type Service struct{ house House }

// New makes the operations of a house.
func New(house House) *Service {
	if house.Now == nil {
		house.Now = time.Now
	}
	return &Service{house: house}
}

// Version is shunt's own.
func (s *Service) Version() string { return s.house.Version }

// Metrics are the process's, for /metrics.
func (s *Service) Metrics() prometheus.Gatherer { return s.house.Metrics }
