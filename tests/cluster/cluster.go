// Package cluster gives tests real servers: a [Cluster] is a lab that lives as long as the test that asked for it.
//
// [Start] makes one for a test that breaks things; [Shared] lends all tests of a package the same one, which [Main] ends.
// The servers are MariaDB's, or what SHUNT_LAB_SERVER names. The second lane, the tests called TestMySQL, asks for
// [MySQL] or [SharedMySQL]. What can be done with the servers is the room lab's; tests/front starts a proxy before them.
package cluster

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"shunt/lab"
	"shunt/lab/shop"
)

const (
	startBound    = 2 * time.Minute
	downBound     = time.Minute
	catchUpBound  = 30 * time.Second
	logLinesShown = 40
)

// Cluster is a lab for tests. Its servers and accounts are those of the embedded Lab; the tests do not call Down.
type Cluster struct {
	*lab.Lab

	databases atomic.Int64 // how many Database has made
}

// Option changes what is started.
type Option func(*options)

type options struct {
	layout []lab.Datacenter
	shop   bool
	mysql  bool
	lines  []string
}

func chosen(opts []Option) (o options) {
	for _, set := range opts {
		set(&o)
	}
	return o
}

// Datacenters asks for these instead of the lab's default, paris with two replicas and gra with one.
func Datacenters(layout ...lab.Datacenter) Option {
	return func(o *options) { o.layout = layout }
}

// Shop loads the sample shop into the first datacenter.
func Shop() Option {
	return func(o *options) { o.shop = true }
}

// MySQL asks for servers of MySQL: those that make mysql has set up, or what SHUNT_TEST_MYSQL names.
func MySQL() Option {
	return func(o *options) { o.mysql = true }
}

// Settings gives the servers lines of their option file.
func Settings(lines ...string) Option {
	return func(o *options) { o.lines = lines }
}

// Start starts servers for this test alone. They end with it, and their logs are shown if it failed. A machine without
// a server program fails the test, with the command that installs one.
func Start(t testing.TB, opts ...Option) *Cluster {
	t.Helper()
	if chosen(opts).mysql {
		skipWithoutLane(t)
	}
	c, err := start(filepath.Join(t.TempDir(), "lab"), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.showLogs(t)
		if err := c.end(); err != nil {
			t.Errorf("ending the servers: %v", err)
		}
	})
	return c
}

func start(dir string, opts []Option) (*Cluster, error) {
	o := chosen(opts)
	var binaries lab.Binaries // of none given, the lab finds one itself
	if o.mysql {
		var err error
		if binaries, err = mysqlServer(); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), startBound)
	defer cancel()
	l, err := lab.Up(ctx, lab.Options{Dir: dir, Datacenters: o.layout, Binaries: binaries, Settings: o.lines})
	if err != nil {
		return nil, fmt.Errorf("starting servers: %w", err)
	}
	c := &Cluster{Lab: l}
	if err := c.load(ctx, o.shop); err != nil {
		_ = c.end() // the first error says more
		return nil, err
	}
	return c, nil
}

// load fills the servers with what the tests asked for.
func (c *Cluster) load(ctx context.Context, withShop bool) error {
	if !withShop {
		return nil
	}
	db, err := c.Accounts.ShopAdmin.Open(c.Datacenters[0].Primary.Address, "")
	if err != nil {
		return err
	}
	defer db.Close()
	if err := shop.Load(ctx, db); err != nil {
		return err
	}
	return c.WaitCaughtUp(ctx)
}

func (c *Cluster) end() error {
	ctx, cancel := context.WithTimeout(context.Background(), downBound)
	defer cancel()
	return c.Down(ctx)
}

// showLogs prints the end of each server's log if the test has failed.
func (c *Cluster) showLogs(t testing.TB) {
	if !t.Failed() {
		return
	}
	for _, s := range c.Servers() {
		t.Logf("%s (%s) at %s says:\n%s", s.Name, s.Role, s.Address, s.LogTail(logLinesShown))
	}
}

// Open gives a pool of connections of an account to a server, or to a proxy, and closes it with the test.
func (c *Cluster) Open(t testing.TB, account lab.Account, address, database string) *sql.DB {
	t.Helper()
	db, err := account.Open(address, database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// Database makes an empty database in a datacenter, with a name of its own on which the shop accounts have all rights,
// and returns when all its servers have it. It is dropped with the test, so that tests can share servers.
func (c *Cluster) Database(t testing.TB, datacenter string) string {
	t.Helper()
	d := c.Datacenter(datacenter)
	if d == nil {
		t.Fatalf("there is no datacenter %s", datacenter)
	}
	name := fmt.Sprintf("shop_test_%d", c.databases.Add(1))
	ctx, cancel := context.WithTimeout(context.Background(), catchUpBound)
	defer cancel()
	if err := d.Primary.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), catchUpBound)
		defer cancel()
		if err := d.Primary.Exec(ctx, "DROP DATABASE "+name); err != nil {
			t.Errorf("dropping %s: %v", name, err)
		}
	})
	if err := d.WaitCaughtUp(ctx); err != nil {
		t.Fatal(err)
	}
	return name
}

// CatchUp waits until every replica has applied what its source has committed by now.
func (c *Cluster) CatchUp(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), catchUpBound)
	defer cancel()
	if err := c.WaitCaughtUp(ctx); err != nil {
		t.Fatal(err)
	}
}
