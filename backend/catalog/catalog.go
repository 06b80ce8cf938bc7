// Package catalog keeps what the servers know and the proxy needs for a login: the accounts with their host patterns and
// stored password hashes, and which databases live on which cluster.
//
// [Catalog] reads both from each cluster in the background and when a login has failed, and gives them out as immutable
// [Accounts] and [Databases]. Which server of a cluster to ask is told by a function, so the catalog does not know the
// monitor; whether a client's password fits is checked by proxy.
package catalog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"shunt/topology"
)

// Catalog reads accounts and databases. Make it with [New], start it with [Catalog.Run]. Its methods may be called from
// anywhere at any time.
type Catalog struct {
	config   Config
	clusters []Cluster
	static   *accountSet
	metrics  *metrics
	log      *slog.Logger

	// read reads one cluster; it is replaced in tests of what stands around it.
	read func(context.Context, Cluster, listing) (listing, error)

	accounts  atomic.Pointer[Accounts]
	databases atomic.Pointer[Databases]
	wake      chan struct{} // capacity 1: a round has been asked for

	mu       sync.Mutex
	listings []listing // guarded by mu; by cluster
	faults   []string  // guarded by mu; by cluster, what the last reading failed with
	next     *round    // guarded by mu; the round that the next callers of Refresh wait for; nil if none has been asked for
	ended    error     // guarded by mu; why there will be no further round
}

// New prepares the catalog; it contacts nobody, and until the first reading it knows the static accounts only. Faults of
// the configuration come back from Run.
func New(config Config, clusters []Cluster, log *slog.Logger) *Catalog {
	c := &Catalog{
		config: config, clusters: clusters, static: newAccountSet(staticAccounts(config.Static)), metrics: newMetrics(), log: log,
		wake: make(chan struct{}, 1), listings: make([]listing, len(clusters)), faults: make([]string, len(clusters)),
	}
	c.read = c.readCluster
	c.publish()
	return c
}

func staticAccounts(listed []Account) []Account {
	accounts, hosts := make([]Account, len(listed)), newPatterns(topology.MariaDB)
	for i, a := range listed {
		if a.Host == "" {
			a.Host = "%"
		}
		if a.Plugin == "" {
			a.Plugin = "mysql_native_password"
		}
		a.pattern = hosts.of(a.Host)
		accounts[i] = a
	}
	return accounts
}

// Accounts are all accounts as known now; never nil.
func (c *Catalog) Accounts() *Accounts { return c.accounts.Load() }

// Databases are all databases as known now; never nil.
func (c *Catalog) Databases() *Databases { return c.databases.Load() }

// Collectors are the catalog's metrics, to be registered once.
func (c *Catalog) Collectors() []prometheus.Collector { return c.metrics.collectors() }

// patience is how many times longer the pause between rounds is than a round takes, at least.
const patience = 20

// Run reads all clusters at once and then again and again, until ctx is cancelled, which is no error. When it returns,
// everybody who waits in Refresh has been answered.
func (c *Catalog) Run(ctx context.Context) error {
	if err := c.config.Validate(); err != nil {
		err = fmt.Errorf("catalog: %w", err)
		c.end(err)
		return err
	}
	defer c.end(errors.New("the catalog has been stopped"))
	for {
		began := time.Now()
		c.runRound(ctx)
		took := time.Since(began)
		pause := max(c.config.Interval, patience*took)
		pause += time.Duration((rand.Float64() - 0.5) * 0.2 * float64(pause))
		if !c.pause(ctx, minPause-took, pause) {
			return nil
		}
	}
}

// readersAtOnce bounds how many clusters are read at the same time.
const readersAtOnce = 8

// readAll reads all clusters; what one has is published at once, without waiting for the others.
func (c *Catalog) readAll(ctx context.Context) error {
	faults := make([]error, len(c.clusters))
	var readers errgroup.Group
	readers.SetLimit(readersAtOnce)
	for i := range c.clusters {
		readers.Go(func() error {
			faults[i] = c.readOne(ctx, i)
			return nil
		})
	}
	_ = readers.Wait()
	return errors.Join(faults...)
}

func (c *Catalog) readOne(ctx context.Context, i int) error {
	within, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	c.mu.Lock()
	before := c.listings[i]
	c.mu.Unlock()
	after, err := c.read(within, c.clusters[i], before)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		err = fmt.Errorf("accounts and databases of cluster %s: %w", c.clusters[i].Name, err)
	}
	c.take(i, after, err)
	return err
}

func (c *Catalog) readCluster(ctx context.Context, cluster Cluster, before listing) (listing, error) {
	endpoint, err := cluster.Endpoint(ctx)
	if err != nil {
		return before, err
	}
	return read(ctx, cluster.Name, endpoint, before, c.config.Hidden)
}

// take publishes what a reading has found, and logs a fault when it is new.
func (c *Catalog) take(i int, after listing, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listings[i] = after
	c.metrics.read(c.clusters[i].Name, after, err)
	fault := ""
	if err != nil {
		fault = err.Error()
	}
	if fault != "" && fault != c.faults[i] {
		c.log.Warn("reading failed; what was known before stays", "cluster", c.clusters[i].Name, "error", fault)
	}
	c.faults[i] = fault
	c.publish()
}

// publish swaps both snapshots. It is called with mu held, or before anybody else knows c.
func (c *Catalog) publish() {
	accounts := &Accounts{sets: []*accountSet{c.static}}
	databases := &Databases{}
	for _, l := range c.listings {
		if l.accounts != nil {
			accounts.sets = append(accounts.sets, l.accounts)
		}
		databases.clusters = append(databases.clusters, l.databases)
	}
	c.accounts.Store(accounts)
	c.databases.Store(databases)
}
