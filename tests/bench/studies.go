package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
)

// studies are all of them, in the order in which they are told.
func studies() []study {
	return []study{
		{"idle-clients", idleClients},
		{"causal", causalReads},
		{"size-clients", growthWithClients},
		{"size-databases", growthWithDatabases},
		{"map", shardMap},
		{"size-shapes", growthWithShapes},
		{"size-servers", growthWithServers},
	}
}

// walkers is how many statements are on their way at a time where many clients take turns.
const walkers = 8

// strolling lets clients take turns: a few goroutines, each with its share of the connections, ask one after the other. So the number of clients
// changes while the load stays.
func (b *bench) strolling(ctx context.Context, t target, clients int, period time.Duration, m *meter) (work, error) {
	c := crowd{address: t.address, account: b.lab.Accounts.Shop, database: database, clients: clients, buffer: 1 << 10, period: period, meter: m}
	all, err := c.connect(ctx)
	defer hangUp(all)
	if err != nil {
		return work{}, err
	}
	goroutines := min(walkers, clients)
	return c.work(ctx, goroutines, func(i int, t *turn, over func() bool) error {
		for at := i; !over(); at += goroutines {
			if at >= clients {
				at = i
			}
			began := time.Now()
			t.text = pointSelect(t.text[:0], t)
			if _, err := all[at].query(t.text); err != nil {
				return err
			}
			t.done.add(time.Since(began))
			t.count, t.asked = t.count+1, t.asked+1
		}
		return nil
	})
}

// stroll is strolling with a warm-up before it and the accounts around it. There are no rounds here, so it takes two periods.
func (b *bench) stroll(ctx context.Context, t target, clients, server int) (sample, error) {
	return b.strollFor(ctx, t, clients, server, 2*b.period())
}

// strollFor is stroll for what needs more time.
func (b *bench) strollFor(ctx context.Context, t target, clients, server int, period time.Duration) (sample, error) {
	if _, err := b.strolling(ctx, t, clients, warmUp, nil); err != nil {
		return sample{}, fmt.Errorf("%s: %w", t.name, err)
	}
	m := &meter{ctx: ctx, target: t, server: server}
	w, err := b.strolling(ctx, t, clients, period, m)
	if err = errors.Join(err, m.err); err != nil {
		return sample{}, fmt.Errorf("%s: %w", t.name, err)
	}
	return m.sample(w), nil
}

// growthWithClients asks the same load of more and more connected clients.
func growthWithClients(ctx context.Context, b *bench) (outcome, error) {
	o := outcome{title: "More clients, the same load", notes: []string{fmt.Sprintf("So many clients are connected and take turns; %d statements are on their way at a time, one where there is one client: then each finds the proxy asleep, which costs more than finding it at work.", walkers)},
		table: table{head: []string{"clients", "HAProxy CPU µs per query", "shunt CPU µs per query", "shunt p99 ms", "shunt memory MB"}}}
	cost := map[string]*series{haproxy: {name: "HAProxy"}, shunted: {name: "shunt"}}
	memory := series{name: "shunt"}
	for _, clients := range []int{1, 10, 100, 1000, 10_000} {
		found, err := b.freshly(ctx, front{}, func(t target, server int) (sample, error) {
			if t.name == direct || t.name == haproxy && clients > b.relayed() {
				return sample{}, nil
			}
			return b.stroll(ctx, t, clients, server)
		})
		if err != nil {
			return o, err
		}
		for name, line := range cost {
			line.points = append(line.points, point{float64(clients), found[name].cpuEach()})
		}
		s := found[shunted]
		memory.points = append(memory.points, point{float64(clients), s.memory / 1e6})
		o.table.rows = append(o.table.rows, []string{thousands(int64(clients)), figure(found[haproxy].cpuEach()), figure(s.cpuEach()),
			figure(millis(s.latency.p99)), figure(s.memory / 1e6)})
	}
	lines := []series{*cost[shunted]}
	if b.haproxy != "" {
		lines = append(lines, *cost[haproxy])
	}
	o.plots = []plot{
		{file: "clients.svg", title: "CPU per query, with so many clients connected", x: "clients", y: "CPU µs per query", series: lines},
		{file: "clients-memory.svg", title: "Memory of shunt, with so many clients connected", x: "clients", y: "MB resident", series: []series{memory}},
	}
	return o, nil
}

// freshly starts proxies before the server that stands alone, gives each to run, and ends them: for figures that depend on what a process has
// done before, as memory does. What a peer has done before is not known, so peers have no part.
func (b *bench) freshly(ctx context.Context, f front, run func(t target, server int) (sample, error)) (found map[string]sample, err error) {
	server := b.lab.Datacenter(alone).Primary
	f.servers = []string{server.Address}
	targets, stop, err := b.fronts(ctx, f, server.Address)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	found = map[string]sample{direct: {}, haproxy: {}, shunted: {}}
	for _, t := range targets {
		if _, ours := found[t.name]; !ours {
			continue
		}
		if found[t.name], err = run(t, server.PID()); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// growthWithDatabases writes more and more databases into shunt's configuration, which puts them on its map.
func growthWithDatabases(ctx context.Context, b *bench) (outcome, error) {
	o := outcome{title: "More databases on the map",
		notes: []string{"Databases are written into the configuration; 8 clients ask for rows of one more, which shunt has found on the server. Ready is the time from the start until clients are let in; memory is that of the whole process, with what reading such a file has left on the heap."},
		table: table{head: []string{"databases", "CPU µs per query", "allocations per query", "p99 ms", "ready after s", "memory MB"}}}
	cost := series{name: "shunt"}
	for _, databases := range []int{1, 100, 10_000, 1_000_000} {
		began := time.Now()
		s, ready, err := b.shuntAlone(ctx, front{databases: listing(databases)}, func(t target, server int) (sample, error) {
			return b.stroll(ctx, t, walkers, server)
		})
		if err != nil {
			return o, err
		}
		cost.points = append(cost.points, point{float64(databases), s.cpuEach()})
		o.table.rows = append(o.table.rows, []string{thousands(int64(databases)), figure(s.cpuEach()), figure(s.allocEach()), figure(millis(s.latency.p99)),
			figure(ready.Sub(began).Seconds()), figure(s.memory / 1e6)})
	}
	o.plots = []plot{{file: "databases.svg", title: "CPU per query, with so many databases on the map", x: "databases", y: "CPU µs per query",
		series: []series{cost}}}
	return o, nil
}

// listing is YAML that puts so many databases on the one cluster.
func listing(databases int) string {
	text := make([]byte, 0, 40*databases)
	for i := range databases {
		text = fmt.Appendf(text, "  customer_%07d: {cluster: bench}\n", i)
	}
	return string(text)
}

// shuntAlone is freshly for shunt only. It also says when shunt was ready.
func (b *bench) shuntAlone(ctx context.Context, f front, run func(t target, server int) (sample, error)) (s sample, ready time.Time, err error) {
	server := b.lab.Datacenter(alone).Primary
	if len(f.servers) == 0 {
		f.servers = []string{server.Address}
	}
	t, p, err := b.startShunt(ctx, f)
	if err != nil {
		return s, ready, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	ready = time.Now()
	s, err = run(t, server.PID())
	return s, ready, err
}

// orNothing is a figure that is not known where it is zero.
func orNothing(v float64) float64 {
	if v == 0 {
		return math.NaN()
	}
	return v
}
