package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// comparison is the outcome of one workload: the samples of each target, one per round.
type comparison struct {
	workload
	targets []string
	samples map[string][]sample
	calls   map[string]float64 // system calls per query of the proxies, where they were counted
}

// warmUp is how long each target works before anything counts.
const warmUp = time.Second

// compare runs the workloads of a group that are wanted, all before the server that stands alone.
func (b *bench) compare(ctx context.Context, g group) (list []comparison, err error) {
	wanted := b.wanted(g.workloads)
	if len(wanted) == 0 {
		return nil, nil
	}
	server := b.lab.Datacenter(alone).Primary
	targets, stop, err := b.fronts(ctx, front{servers: []string{server.Address}, limits: g.limits}, server.Address)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	for _, w := range wanted {
		c, fault := b.rounds(ctx, w, targets, server.PID())
		if context.Cause(ctx) != nil {
			return list, context.Cause(ctx)
		}
		if fault != nil {
			b.say("%s failed: %v", w.name, fault)
			err = errors.Join(err, fmt.Errorf("%s: %w", w.name, fault))
			continue
		}
		b.say("%-18s %s", w.name, c.line())
		list = append(list, c)
	}
	return list, err
}

func (b *bench) wanted(all []workload) (list []workload) {
	for _, w := range all {
		if b.only.MatchString(w.name) {
			list = append(list, w)
		}
	}
	return list
}

// fronts are all ways to a server: direct, HAProxy if there is one, shunt, and the peers. stop ends what was started.
func (b *bench) fronts(ctx context.Context, f front, server string) (list []target, stop func() error, err error) {
	var started []*process
	stop = func() (err error) {
		for _, p := range started {
			err = errors.Join(err, p.stop())
		}
		return err
	}
	list = append(list, target{name: direct, address: server})
	if b.haproxy != "" {
		t, p, err := b.startHAProxy(ctx, server)
		if err != nil {
			return nil, nil, err
		}
		list, started = append(list, t), append(started, p)
	}
	t, p, err := b.startShunt(ctx, f)
	if err != nil {
		return nil, nil, errors.Join(err, stop())
	}
	list, started = append(list, t), append(started, p)
	return append(list, b.peers...), stop, nil
}

// rounds lets each target work in each round.
func (b *bench) rounds(ctx context.Context, w workload, targets []target, server int) (comparison, error) {
	c := comparison{workload: w, samples: map[string][]sample{}, calls: map[string]float64{}}
	for _, t := range targets {
		c.targets = append(c.targets, t.name)
		if _, err := b.turn(ctx, w, t, server, warmUp); err != nil {
			return c, err
		}
	}
	for range b.options.rounds {
		for _, t := range targets {
			s, err := b.turn(ctx, w, t, server, b.period())
			if err != nil {
				return c, err
			}
			c.samples[t.name] = append(c.samples[t.name], s)
		}
	}
	if b.syscalls {
		return c, b.countCalls(ctx, c, targets, server)
	}
	return c, nil
}

// turn is one target's work in one round.
func (b *bench) turn(ctx context.Context, w workload, t target, server int, period time.Duration) (sample, error) {
	m := &meter{ctx: ctx, target: t, server: server}
	done, err := w.run(ctx, b, t, m, period)
	if err = errors.Join(err, m.err, context.Cause(ctx)); err != nil {
		return sample{}, fmt.Errorf("%s: %w", t.name, err)
	}
	return m.sample(done), nil
}

// line is the comparison in short, for the terminal.
func (c comparison) line() string {
	text := ""
	for _, name := range c.targets {
		s := c.samples[name]
		text += fmt.Sprintf("%s %s/s", name, figure(medianOf(s, sample.rate)))
		if cpu := medianOf(s, sample.cpuEach); cpu > 0 {
			text += fmt.Sprintf(" %s µs", figure(cpu))
		}
		text += "  "
	}
	return text
}
