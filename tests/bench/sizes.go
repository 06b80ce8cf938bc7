package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"shunt/statement"
)

// growthWithShapes asks the parser itself, in this process, about more and more shapes of statements in turn: with the cache that shunt has when
// nobody says otherwise, and with one that is too small for the most.
func growthWithShapes(_ context.Context, _ *bench) (outcome, error) {
	o := outcome{title: "More shapes of statements",
		notes: []string{"The statement parser alone, inside one process: point selects of so many distinct shapes, one after the other. The default cache holds 200,000 of them, half of them for certain. With more than a cache holds, asked in turn, each text is parsed anew: so the small one, of 20,000."},
		table: table{head: []string{"shapes", "default cache ns", "allocations", "small cache ns", "allocations"}}}
	usual, small := series{name: "cache of 200,000, the default"}, series{name: "cache of 20,000"}
	for _, shapes := range []int{1, 10, 100, 1000, 10_000, 100_000} {
		a, b := parsing(shapes, 0), parsing(shapes, 20_000)
		usual.points = append(usual.points, point{float64(shapes), float64(a.NsPerOp())})
		small.points = append(small.points, point{float64(shapes), float64(b.NsPerOp())})
		o.table.rows = append(o.table.rows, []string{thousands(int64(shapes)), thousands(a.NsPerOp()), thousands(a.AllocsPerOp()), thousands(b.NsPerOp()),
			thousands(b.AllocsPerOp())})
	}
	o.plots = []plot{{file: "shapes.svg", title: "Understanding a statement, with so many shapes in use", x: "distinct shapes", y: "ns per statement",
		series: []series{usual, small}}}
	return o, nil
}

func parsing(shapes, cache int) testing.BenchmarkResult {
	texts := make([][]byte, shapes)
	for i := range texts {
		texts[i] = fmt.Appendf(nil, "SELECT c AS c%d FROM sbtest1 WHERE id=%d", i, i)
	}
	parser := statement.NewParser(statement.Config{CacheSize: cache})
	for _, text := range texts {
		parser.Parse(text, 0)
	}
	return testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			parser.Parse(texts[i%len(texts)], 0)
		}
	})
}

// probing is the pause between two probes of a server where there are very many. They come in bursts, so what is watched there is watched for
// a multiple of it.
const probing = 5 * time.Second

// growthWithServers gives shunt more and more replicas. They are one real replica, behind as many ports of a HAProxy, so that a machine that
// cannot run a thousand servers can tell. Probes are slowed down: their cost grows with the servers, and is shown apart.
func growthWithServers(ctx context.Context, b *bench) (outcome, error) {
	o := outcome{title: "More servers",
		notes: []string{fmt.Sprintf("One cluster of a primary and so many replicas that all take reads; they are one real replica behind so many ports of a HAProxy. %d clients; each server is probed every %v. The CPU per query has the cost of the probes in it, which is shown alone in the last column.", walkers, probing)},
		table: table{head: []string{"replicas", "CPU µs per query", "allocations per query", "p99 ms", "CPU without load %"}}}
	if b.haproxy == "" {
		o.notes = append(o.notes, "HAProxy is not installed: not measured.")
		return o, nil
	}
	cost := series{name: "shunt"}
	for _, replicas := range []int{1, 10, 100, 1000} {
		s, idle, err := b.withReplicas(ctx, replicas)
		if err != nil {
			return o, fmt.Errorf("%d replicas: %w", replicas, err)
		}
		cost.points = append(cost.points, point{float64(replicas), s.cpuEach()})
		o.table.rows = append(o.table.rows, []string{thousands(int64(replicas)), figure(s.cpuEach()), figure(s.allocEach()), figure(millis(s.latency.p99)),
			figure(idle)})
	}
	o.plots = []plot{{file: "servers.svg", title: "CPU per query, with so many replicas", x: "replicas", y: "CPU µs per query", series: []series{cost}}}
	return o, nil
}

// withReplicas measures shunt before so many replicas, at work and at rest.
func (b *bench) withReplicas(ctx context.Context, replicas int) (s sample, idle float64, err error) {
	cluster := b.lab.Datacenter(pair)
	addresses, err := freeAddresses(replicas)
	if err != nil {
		return s, 0, err
	}
	p, err := b.spawnHAProxy(ctx, "replicas", addresses[0], haproxyConfiguration(strings.Join(addresses, ","), cluster.Replicas[0].Address, b.relayed()-replicas))
	if err != nil {
		return s, 0, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	f := front{servers: append([]string{cluster.Primary.Address}, addresses...), replicas: replicas, extra: fmt.Sprintf("monitor: {interval: %v}\n", probing)}
	s, _, err = b.shuntAlone(ctx, f, func(t target, _ int) (s sample, err error) {
		if s, err = b.strollFor(ctx, t, walkers, cluster.Primary.PID(), 2*probing); err != nil {
			return s, err
		}
		_, idle, err = doesNothing(ctx, t.pid, 2*probing)
		return s, err
	})
	return s, idle, err
}
