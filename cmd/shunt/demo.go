package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"shunt/config"
	"shunt/lab"
	"shunt/lab/shop"
	"shunt/topology"
)

// demo is `shunt lab up`: servers, a sample shop, shunt before them, a short workload, and what became of it.
type demo struct {
	dir      string
	workload time.Duration
	once     bool
	out      *printer

	lab      *lab.Lab
	house    *house
	password string // of the admin console
	log      *os.File
}

// run tells the story from beginning to end. Whatever happens, every server that was started is ended and the folder removed.
func (d *demo) run(ctx context.Context) (err error) {
	defer func() {
		if ctx.Err() != nil && d.out.err == nil {
			err = nil // Ctrl-C is the ordinary end, at any time
		}
	}()
	if err := d.startServers(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.endServers()) }()
	if err := d.loadShop(ctx); err != nil {
		return err
	}
	if err := d.buildShunt(); err != nil {
		return err
	}
	defer d.log.Close() //nolint:errcheck // the folder goes with it
	front, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- d.house.run(front) }()
	err = d.show(ctx, ended)
	stop()
	select {
	case failed := <-ended:
		err = errors.Join(err, failed)
	case <-time.After(time.Minute):
		err = errors.Join(err, errors.New("shunt does not end"))
	}
	return err
}

func (d *demo) startServers(ctx context.Context) error {
	program, err := lab.Find()
	if err != nil {
		return err
	}
	d.out.title("Servers")
	d.out.line("starting %s %s in %s", program.Flavor(), program.Version, d.dir)
	started := time.Now()
	// The addresses of config.yaml, where they are free, so that it can be tried as it is.
	d.lab, err = lab.Up(ctx, lab.Options{Dir: d.dir, Binaries: program, BasePort: 3311})
	if errors.Is(err, lab.ErrRunning) {
		return fmt.Errorf("%w; `shunt lab status` shows it", err)
	}
	if err != nil {
		return err
	}
	pid := []byte(fmt.Sprintln(os.Getpid()))
	if err := os.WriteFile(filepath.Join(d.dir, pidFile), pid, 0o600); err != nil {
		return errors.Join(err, d.endServers())
	}
	if err := printServers(d.out, d.lab.Status(ctx)); err != nil {
		return errors.Join(err, d.endServers())
	}
	d.out.line("ready after %v", time.Since(started).Round(10*time.Millisecond))
	return nil
}

// endServers has its own time: the context of the command is over when it was interrupted.
func (d *demo) endServers() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := d.lab.Down(ctx); err != nil {
		return err
	}
	d.out.line("all servers have ended, %s is removed", d.dir)
	return nil
}

// loadShop fills paris with the sample shop, and gra with a database of its own, so that there is something to route to.
func (d *demo) loadShop(ctx context.Context) error {
	home := d.lab.Datacenters[0].Primary
	db, err := d.lab.Accounts.ShopAdmin.Open(home.Address, "")
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // its work was done or has failed
	if err := shop.Load(ctx, db); err != nil {
		return err
	}
	for _, q := range []string{"CREATE DATABASE shop_archive", "CREATE TABLE shop_archive.orders_2019 (id INT PRIMARY KEY, total DECIMAL(10,2))",
		"INSERT INTO shop_archive.orders_2019 VALUES (1, 9.90), (2, 20.00)"} {
		if err := d.lab.Datacenters[1].Primary.Exec(ctx, q); err != nil {
			return err
		}
	}
	d.out.line("loaded the sample shop into %s, and shop_archive into %s", d.lab.Datacenters[0].Name, d.lab.Datacenters[1].Name)
	return d.lab.WaitCaughtUp(ctx)
}

// buildShunt writes the configuration that an operator would write, and builds shunt from it.
func (d *demo) buildShunt() error {
	d.password = rand.Text()
	file := filepath.Join(d.dir, "config.yaml")
	if err := os.WriteFile(file, []byte(d.configuration()), 0o600); err != nil {
		return err
	}
	cfg, err := config.Load(file)
	if err != nil {
		return err
	}
	if d.log, err = os.Create(filepath.Join(d.dir, "shunt.log")); err != nil {
		return err
	}
	level := &slog.LevelVar{}
	d.house, err = build(cfg, file, level, slog.New(slog.NewTextHandler(d.log, &slog.HandlerOptions{Level: level})))
	return err
}

func (d *demo) configuration() string {
	var b strings.Builder
	ports := freeAddresses("127.0.0.1:6033", "127.0.0.1:6032", "127.0.0.1:6080")
	fmt.Fprintf(&b, "listen: %s\nadmin: {console: %s, http: %s, password: %s}\ndatabases: {default: %s}\nmoves: {account: {user: %s, password: %q}}\nclusters:\n",
		ports[0], ports[1], ports[2], d.password, d.lab.Datacenters[0].Name, d.lab.Accounts.Mover.User, d.lab.Accounts.Mover.Password)
	for _, c := range d.lab.Datacenters {
		fmt.Fprintf(&b, "  %s:\n    datacenter: %s\n    servers: [", c.Name, c.Name)
		for i, s := range c.Servers() {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(s.Address)
		}
		control, replication := d.lab.Accounts.Control, d.lab.Accounts.Replication
		fmt.Fprintf(&b, "]\n    account: {user: %s, password: %q}\n", control.User, control.Password)
		fmt.Fprintf(&b, "    replication: {user: %s, password: %q}\n", replication.User, replication.Password)
	}
	return b.String()
}

// show waits for shunt, runs the workload, tells what happened and stays until the end.
func (d *demo) show(ctx context.Context, ended <-chan error) error {
	if err := d.awaitReady(ctx, ended); err != nil {
		return err
	}
	report, err := d.shopping(ctx)
	if err != nil {
		return err
	}
	d.tellWorkload(report)
	if err := d.tellStatements(); err != nil {
		return err
	}
	if err := d.tellWhy(); err != nil {
		return err
	}
	d.tellServers()
	d.tellNext()
	if d.once || d.out.err != nil {
		return d.out.err
	}
	<-ctx.Done()
	return ctx.Err()
}

func (d *demo) awaitReady(ctx context.Context, ended <-chan error) error {
	deadline := time.Now().Add(20 * time.Second)
	for !d.ready() {
		select {
		case err := <-ended:
			return fmt.Errorf("shunt ended at once: %w", err)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("shunt does not become ready; its log is %s", d.log.Name())
		}
	}
	return nil
}

// ready: shunt takes clients, every replica serves, and the databases were found.
func (d *demo) ready() bool {
	if !d.house.ready() {
		return false
	}
	for _, c := range d.house.monitor.Snapshot().Clusters {
		if c.Primary == nil {
			return false
		}
		for _, h := range c.Hosts {
			if h.Role == topology.Replica && !h.InService {
				return false
			}
		}
	}
	home, err := d.house.keeper.Map().Home("shop_archive")
	return err == nil && home == d.lab.Datacenters[1].Name
}

func (d *demo) shopping(ctx context.Context) (shop.Report, error) {
	db, err := d.lab.Accounts.Shop.Open(d.address(), shop.Database)
	if err != nil {
		return shop.Report{}, err
	}
	defer db.Close() //nolint:errcheck // its work was done or has failed
	d.out.title("Workload")
	d.out.line("visitors use the shop through shunt at %s for %v …", d.address(), d.workload)
	return shop.Run(ctx, db, shop.Workload{Clients: 8, Duration: d.workload})
}

func (d *demo) address() string { return d.house.server.Addrs()[0].String() }
