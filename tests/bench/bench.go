package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"shunt/lab"
)

const (
	labBound  = 3 * time.Minute
	downBound = time.Minute
	// rows is how many the table has: what fits into the server's memory, so that its disk has no part in what is measured.
	rows     = 100_000
	database = "shop_bench" // the lab's account shop has all rights on names that begin so
	// mostConnections is what the servers are raised to: 10,000 idle clients need as many connections where nobody shares them.
	mostConnections = 20_000
)

// bench is what all measurements share: the servers, the programs, a folder.
type bench struct {
	options
	out      io.Writer
	root     string // the repository
	dir      string // is removed at the end, with all that was written while it ran
	program  string // shunt
	sysbench string
	haproxy  string // empty: not installed
	extra    string // YAML that is added to shunt's configuration
	files    uint64 // how many files a process may have open
	lab      *lab.Lab
}

// The lab has two clusters: a primary alone, so that every proxy and a direct connection work on the very same server, and a primary with a
// replica, for reads that shunt spreads.
const (
	alone = "alone"
	pair  = "pair"
)

// run is the whole story: servers up, every measurement, the account of them, everything down again.
func run(ctx context.Context, opts options) (err error) {
	if opts.list {
		return list(os.Stdout)
	}
	b := &bench{options: opts, out: os.Stdout, haproxy: findHAProxy()}
	if b.sysbench, err = findSysbench(); err != nil {
		return err
	}
	if b.files, err = raiseFileLimit(); err != nil {
		return err
	}
	if b.root, err = repository(); err != nil {
		return err
	}
	if b.dir, err = os.MkdirTemp("", "shunt-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	if err := b.findShunt(ctx); err != nil {
		return err
	}
	if err := b.up(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.down()) }()
	report, err := b.measure(ctx)
	if context.Cause(ctx) != nil {
		return context.Cause(ctx)
	}
	b.write = b.write && err == nil // half an account takes no other's place
	return errors.Join(err, b.tell(report))
}

// repository is the folder with go.mod, from the working directory upwards.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("%s is not inside the repository", dir)
		}
	}
}

// findShunt takes the program that was named or builds one, and reads what is added to its configuration.
func (b *bench) findShunt(ctx context.Context) (err error) {
	if b.config != "" {
		text, err := os.ReadFile(b.config)
		if err != nil {
			return err
		}
		b.extra = string(text)
	}
	if b.shunt != "" {
		b.program, err = filepath.Abs(b.shunt)
		return err
	}
	b.program = filepath.Join(b.dir, "shunt-built")
	b.say("building shunt …")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", b.program, "./cmd/shunt")
	build.Dir = b.root
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building shunt: %w\n%s", err, out)
	}
	return nil
}

// up starts the servers and fills them.
func (b *bench) up(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, labBound)
	defer cancel()
	b.say("starting servers …")
	b.lab, err = lab.Up(ctx, lab.Options{
		Dir: filepath.Join(b.dir, "lab"), BasePort: b.port, Datacenters: []lab.Datacenter{{Name: alone}, {Name: pair, Replicas: 1}},
		Settings: roomy(),
	})
	if err != nil {
		return err
	}
	if at := b.lab.Datacenter(alone).Primary.Address; b.port != 0 && at != fmt.Sprintf("127.0.0.1:%d", b.port) {
		err = fmt.Errorf("port %d is in use: the server took %s", b.port, at) // the lab does not insist; peers do
	}
	for _, c := range b.lab.Datacenters {
		err = errors.Join(err, b.fill(ctx, c.Primary))
	}
	err = errors.Join(err, b.lab.WaitCaughtUp(ctx))
	if err != nil {
		return errors.Join(err, b.down())
	}
	return nil
}

// roomy gives the servers of the lab, which are made small, what a server of many clients has.
func roomy() []string {
	return []string{fmt.Sprintf("max_connections=%d", mostConnections), "table_open_cache=8000", "innodb_buffer_pool_size=256M", "max_connect_errors=1000000"}
}

// fill makes the table that sysbench works on.
func (b *bench) fill(ctx context.Context, s *lab.Server) error {
	if err := s.Exec(ctx, "CREATE DATABASE "+database); err != nil {
		return err
	}
	return b.test("oltp_point_select", s.Address, 1).prepare(ctx)
}

// test is a test of sysbench on the table.
func (b *bench) test(name, address string, threads int) sysbench {
	return sysbench{program: b.sysbench, dir: b.dir, test: name, address: address, account: b.lab.Accounts.Shop, database: database, rows: rows,
		threads: threads}
}

// down has its own time: the context of the command is over when it was interrupted.
func (b *bench) down() error {
	ctx, cancel := context.WithTimeout(context.Background(), downBound)
	defer cancel()
	return b.lab.Down(ctx)
}

// say tells the person at the terminal what goes on. It is not part of the outcome.
func (b *bench) say(format string, values ...any) {
	fmt.Fprintf(os.Stderr, "%s  "+format+"\n", append([]any{time.Now().Format("15:04:05")}, values...)...)
}
