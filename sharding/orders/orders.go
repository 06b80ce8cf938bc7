// Package orders is what operators can order about the shard map: modules, homes of databases, the home of new ones. [Orders.Do] tells what an order
// would change, refuses what would lose tables out of sight, and puts the rest into the store, from where every proxy takes it.
//
// What the entries in the store are is sharding's; that each change is numbered and accounted for is store/ledger's; which proxy takes them in when
// is cmd/shunt's.
package orders

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"shunt/sharding"
	"shunt/store"
	"shunt/store/ledger"
)

// Verb is what is ordered.
type Verb string

// The verbs. What is not said of a module that is altered stays.
const (
	AddModule    Verb = "add module"
	AlterModule  Verb = "alter module"
	DropModule   Verb = "drop module"   // also one that the file has
	ResetModule  Verb = "reset module"  // it is as the file has it, if it has it
	SetHome      Verb = "set home"      // of Database, on Cluster
	ResetHome    Verb = "reset home"    // the file decides it, or discovery
	SetDefault   Verb = "set default"   // new databases are made on Cluster
	ResetDefault Verb = "reset default" // where the file says
	Undo         Verb = "undo"          // Change
)

// Order is one order.
type Order struct {
	Verb     Verb
	Module   string
	Database string
	Tables   []string // patterns
	Cluster  string
	Name     string // of Database on its clusters, with SetHome; empty: its own
	Change   int64  // that is taken back
	DryRun   bool   // only tell
	Force    bool   // also if tables are lost out of sight, or nobody can see whether they are
}

// String is the order as an operator writes it.
func (o Order) String() string {
	var b strings.Builder
	switch name := sharding.Quoted(o.Module); o.Verb {
	case AddModule, AlterModule:
		fmt.Fprintf(&b, "%s %s", strings.ToUpper(string(o.Verb)), name)
		if o.Database != "" {
			b.WriteString(" DATABASE " + sharding.Quoted(o.Database))
		}
		if len(o.Tables) > 0 {
			b.WriteString(" TABLES ('" + strings.Join(o.Tables, "', '") + "')")
		}
		if o.Cluster != "" {
			b.WriteString(" CLUSTER " + sharding.Quoted(o.Cluster))
		}
	case DropModule, ResetModule:
		fmt.Fprintf(&b, "%s %s", strings.ToUpper(string(o.Verb)), name)
	case SetHome:
		fmt.Fprintf(&b, "SET DATABASE %s HOME %s", sharding.Quoted(o.Database), sharding.Quoted(o.Cluster))
		if o.Name != "" {
			b.WriteString(" AS " + sharding.Quoted(o.Name))
		}
	case ResetHome:
		b.WriteString("RESET DATABASE " + sharding.Quoted(o.Database))
	case SetDefault:
		b.WriteString("SET DEFAULT HOME " + sharding.Quoted(o.Cluster))
	case ResetDefault:
		b.WriteString("RESET DEFAULT HOME")
	case Undo:
		fmt.Fprintf(&b, "UNDO CHANGE %d", o.Change)
	}
	if o.Force {
		b.WriteString(" FORCE")
	}
	return b.String()
}

// Item says what a row is about.
type Item string

// The items.
const (
	ItemChange  Item = "change"  // what is decided
	ItemTable   Item = "table"   // one that exists, and is looked for on another cluster
	ItemDigest  Item = "digest"  // statements that go to another cluster
	ItemWarning Item = "warning" // what somebody should know
)

// Row is one line of a report.
type Row struct {
	Item   Item
	Name   string
	Before string
	After  string
	Detail string
}

// Report is what an order changes.
type Report struct {
	Rows   []Row
	Change ledger.Change // without a number if nothing was changed
}

// Digest is a shape of statements that clients send.
type Digest struct {
	Text   string
	Tables []sharding.TableName
	Count  uint64
}

// Found is what a cluster has of a database.
type Found struct {
	Exists bool
	Tables []string
}

// Deps are what orders need of the rooms above. All but Moving and Digests are needed.
type Deps struct {
	Store  store.Store
	Ledger *ledger.Ledger
	// Map is the one in force here.
	Map func() *sharding.Map
	// Clusters are those that this proxy knows.
	Clusters func() []string
	// Look asks a cluster for a database and its tables. Its error says why nobody can tell.
	Look func(ctx context.Context, cluster, database string) (Found, error)
	// Await returns when the map in force has a revision of the store, or ctx ends.
	Await func(ctx context.Context, at store.Revision)
	// Kept says whether the store outlives this process.
	Kept func() bool
	// Moving tells where the move of a database is that is not over; empty: it is not being moved. nil: nothing is.
	Moving func(ctx context.Context, database string) (string, error)
	// Digests are the statements that clients send; nil: nobody counts them.
	Digests func() []Digest
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

// Orders carries orders out. Its methods may be called from anywhere at any time.
type Orders struct{ deps Deps }

// New makes it. It starts nothing.
func New(deps Deps) *Orders { return &Orders{deps} }

// Do carries out an order and returns when it is in force here; other proxies have it as soon as the store tells them. The error is ErrRefused or
// ErrUnknown with the reason, or the store's. The report tells what was found in any case.
func (o *Orders) Do(ctx context.Context, who ledger.Who, order Order) (Report, error) {
	var report Report
	wanted := ledger.Order{Who: who, What: order.String()}
	if order.Verb == Undo {
		c, err := o.deps.Ledger.Change(ctx, order.Change)
		if errors.Is(err, ledger.ErrUnknown) {
			return report, unknown("there is no change %d; SHOW AUDIT lists them", order.Change)
		}
		if err != nil {
			return report, err
		}
		if !IsOfMap(c.Key) {
			return report, refused("change %d is not about the map", order.Change)
		}
		wanted.Key, wanted.Undoes = c.Key, c.Number
		wanted.Decide = ledger.Undoing(c, who, func(ctx context.Context, before, after string) (err error) {
			report, err = o.weigh(ctx, order, c.Key, before, after)
			return err
		}).Decide
	} else {
		wanted.Key = order.key()
		wanted.Decide = func(ctx context.Context, before string) (string, error) {
			after, err := o.value(ctx, order, before)
			if err != nil {
				return "", err
			}
			report, err = o.weigh(ctx, order, wanted.Key, before, after)
			return after, err
		}
	}
	return o.carryOut(ctx, wanted, order, &report)
}

// carryOut makes the change, or only asks what it would be.
func (o *Orders) carryOut(ctx context.Context, wanted ledger.Order, order Order, report *Report) (Report, error) {
	if order.DryRun {
		item, err := o.deps.Store.Get(ctx, wanted.Key)
		if err == nil {
			_, err = wanted.Decide(ctx, string(item.Value))
		}
		return *report, told(err)
	}
	made, err := o.deps.Ledger.Do(ctx, wanted)
	if report.Change = made; err != nil {
		return *report, told(err)
	}
	detail := "nothing has changed"
	if made.Number > 0 {
		detail = fmt.Sprintf("change %d; UNDO CHANGE %d takes it back", made.Number, made.Number)
		o.deps.Await(ctx, made.Revision)
	}
	if len(report.Rows) > 0 {
		report.Rows[0].Detail = detail
	}
	if !o.deps.Kept() {
		report.Rows = append(report.Rows, Row{Item: ItemWarning, Detail: "the store is in memory only: this will not outlive a restart, and no other proxy hears of it; " +
			"store: in config.yaml gives it a folder, or a cluster"})
	}
	return *report, nil
}

// told makes a refusal of what the ledger says of a change that cannot be taken back.
func told(err error) error {
	if errors.Is(err, ledger.ErrSince) {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return err
}

// IsOfMap says whether a key of the store is about the map.
func IsOfMap(key string) bool {
	return strings.HasPrefix(key, sharding.HomePrefix) || strings.HasPrefix(key, sharding.ModulePrefix) || key == sharding.DefaultKey
}
