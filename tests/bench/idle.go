package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// idlers is how many clients are connected and do nothing.
	idlers = 10_000
	// settling is how long everyone may tidy up after so many logins, before anything is read.
	settling = 3 * time.Second
)

// rest is a process with nothing to do: without clients, and with them.
type rest struct {
	clients             int
	empty, full         float64 // resident bytes
	quiet, busy         float64 // CPU in percent of one processor
	server, serverEmpty float64 // resident bytes of the database server
}

// idleClients connects clients that have asked one statement each and then ask nothing.
func idleClients(ctx context.Context, b *bench) (outcome, error) {
	o := outcome{title: "Idle clients",
		notes: []string{"Each client logs in, asks for one row and then does nothing. Direct, the process is the database server itself."},
		table: table{head: []string{"process", "clients", "memory before MB", "memory with them MB", "KB per client", "CPU before %", "CPU with them %", "server memory with them MB"}}}
	_, err := b.freshly(ctx, front{}, func(t target, server int) (sample, error) {
		if t.pid == 0 {
			t.pid = server
		}
		clients := idlers
		if t.name == haproxy && clients > b.relayed() {
			clients = b.relayed()
			o.notes = append(o.notes, fmt.Sprintf("HAProxy has two open files per client, and a process may have %s here.", thousands(int64(b.files))))
		}
		r, err := b.idle(ctx, t, server, clients)
		if err != nil {
			return sample{}, fmt.Errorf("%s: %w", t.name, err)
		}
		o.table.rows = append(o.table.rows, []string{t.name, thousands(int64(r.clients)), figure(r.empty / 1e6), figure(r.full / 1e6),
			figure((r.full - r.empty) / 1e3 / float64(r.clients)), figure(r.quiet), figure(r.busy), figure(r.server / 1e6)})
		return sample{}, nil
	})
	return o, err
}

func (b *bench) idle(ctx context.Context, t target, server, clients int) (r rest, err error) {
	r.clients = clients
	// A first client has the process do once what it does only once.
	if _, err := b.strolling(ctx, t, 1, warmUp, nil); err != nil {
		return r, err
	}
	if r.empty, r.quiet, err = doesNothing(ctx, t.pid, b.period()); err != nil {
		return r, err
	}
	c := crowd{address: t.address, account: b.lab.Accounts.Shop, database: database, clients: clients, buffer: 1 << 10, period: b.period() + patience}
	all, err := c.connect(ctx)
	defer hangUp(all)
	if err != nil {
		return r, err
	}
	first := &turn{}
	for _, client := range all {
		first.text = append(first.text[:0], "SELECT c FROM sbtest1 WHERE id=1"...)
		if _, err := client.query(first.text); err != nil {
			return r, err
		}
	}
	if r.full, r.busy, err = doesNothing(ctx, t.pid, b.period()); err != nil {
		return r, err
	}
	r.server, err = memoryOf(server)
	return r, err
}

// doesNothing watches a process that should have nothing to do: its memory, and its CPU in percent of one processor.
func doesNothing(ctx context.Context, pid int, period time.Duration) (memory, percent float64, err error) {
	if err := sleep(ctx, settling); err != nil {
		return 0, 0, err
	}
	before, err := cpuOf(pid)
	if err != nil {
		return 0, 0, err
	}
	began := time.Now()
	if err := sleep(ctx, period); err != nil {
		return 0, 0, err
	}
	elapsed := time.Since(began)
	after, err := cpuOf(pid)
	memory, merr := memoryOf(pid)
	return memory, 100 * float64(after-before) / float64(elapsed), errors.Join(err, merr)
}

// sleep waits, or returns why it must not.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
