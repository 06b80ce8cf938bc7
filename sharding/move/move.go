// Package move takes a database, or a module of one, from the servers of one cluster to those of another while it is in use: same names, same accounts, no lost
// write, no error at a client, and a way back.
//
// A [Move] is a record in the store; its [State] says what is being done, and is written before it is done. The [Engine] of each proxy drives the moves that it owns:
// one proxy at a time, told by a key in the store whose revision is the owner's token. The token is what servers know owners by (package guard), so that one who was
// stopped for a while changes nothing when it wakes up.
//
// How a switch is safe: proxies hold the unit's statements, the accounts lose their rights on the source (package accounts), one last event is written there (guard.Mark),
// the target applies up to it (package binlog) and is compared (package verify). Then one transaction of the store names the target, if nobody has changed anything
// the decision stands on. Before it everything goes back by itself, after it everything goes on by itself.
//
// The rooms below know one thing each: check, unit, rows, objects, copier, binlog, guard, verify, accounts. What statements wait for, and where they go then, is proxy's.
package move

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"shunt/backend/monitor/control"
	"shunt/sharding"
	"shunt/sharding/move/check"
	"shunt/sharding/pause"
	"shunt/store"
	"shunt/store/ledger"
)

// Config bounds moves.
type Config struct {
	// MaxProcs is how many moves of the fleet work at a time, PerSource and PerTarget how many of one cluster, Cutovers how many switch.
	// CutoversPerCluster is how many of those are from one cluster, or to one.
	MaxProcs, PerSource, PerTarget, Cutovers, CutoversPerCluster int
	// Pause is how long a switch may keep statements waiting before it is given up.
	Pause time.Duration
	// Compare is how many bytes a unit may have to be compared as a whole while it is held; of a larger one the rows are compared that were changed since the copy.
	Compare int64
	// Tries is how often a switch is tried before the move is given up.
	Tries int
	// Throttle is the load beside which rows are copied.
	Throttle Throttle
	// Budget is how many moves may fail before all are stopped.
	Budget Budget
	// Keep is where dumps of old homes are kept.
	Keep Keep
	// Idle: this proxy drives no moves, it only takes orders about them.
	Idle bool
}

// Budget bounds failures: moves are stopped when more than a share of those fail that came to their ends within a time.
type Budget struct {
	Share  float64 // from 0 to 1; 0: there is no budget
	Least  int     // fewer failures than these stop nothing
	Within time.Duration
}

// DefaultConfig is the configuration if nobody says otherwise.
func DefaultConfig() Config {
	return Config{
		MaxProcs: 400, PerSource: 4, PerTarget: 4, Cutovers: 8, CutoversPerCluster: 2, Pause: 2 * time.Second, Compare: 16 << 20, Tries: 10,
		Throttle: Throttle{Lag: 10 * time.Second, Threads: 128, History: 1000000}, Budget: Budget{Share: .05, Least: 10, Within: time.Hour},
	}
}

// Deps are what moves need of the rooms above. All but Crossings, Naming, Load, Now and Stop are needed.
type Deps struct {
	Store  store.Store
	Ledger *ledger.Ledger
	// Map is the shard map in force here, Await returns when it has a revision of the store.
	Map   func() *sharding.Map
	Await func(ctx context.Context, at store.Revision)
	// Clusters are those that this proxy knows. Primary is the server of one that is written to, with an account that may move.
	Clusters func() []string
	Primary  func(cluster string) (control.Endpoint, error)
	// Replicated returns when the replicas of a cluster that serve reads have a position of its primary; an error if they do not come to it before ctx ends.
	Replicated func(ctx context.Context, cluster, position string) error
	// Load is how busy the servers of a cluster are, as copies wait for them; nil: they do not.
	Load   func(ctx context.Context, cluster string) (Load, error)
	Pauses *pause.Pauses
	// Crossings tells what crosses the border of a module that would live on a cluster; nil: nobody knows.
	Crossings func(ctx context.Context, m sharding.Module) ([]check.Finding, error)
	// Naming has names of databases follow; nil: there are none.
	Naming *Naming
	Proxy  func() string // this one's name in the fleet
	// Version is which shunt this is, for people who read a dump.
	Version string
	Log     *slog.Logger
	Now     func() time.Time
	// Stop is called at each point of a move at which a fault may strike: when a state was written down, and in the middle of steps. The step ends with its error. It is for
	// tests, and nil otherwise.
	Stop func(point string) error
}

// Why an order was not carried out.
var (
	ErrRefused = errors.New("refused")
	ErrUnknown = errors.New("unknown")
)

func refused(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrRefused, fmt.Sprintf(format, args...))
}

func unknown(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrUnknown, fmt.Sprintf(format, args...))
}

// Order is a move that is wanted.
type Order struct {
	Database, Module string
	To               string
	Window           string // in which it may begin and switch, see ParseWindow; empty: always
}
