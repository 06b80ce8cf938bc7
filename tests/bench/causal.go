package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"shunt/lab"
)

// lagged is how late the replica is made where it lags: the least that a server can be told.
const lagged = time.Second

// otherReads is how many rows of others a client reads for each row that it writes and reads back.
const otherReads = 8

// causalReads has clients write a row and read it back at once, as an application does after a form was sent, and read other rows in between. The
// value that comes back is checked.
func causalReads(ctx context.Context, b *bench) (outcome, error) {
	o := outcome{title: "Reading one's own writes",
		notes: []string{fmt.Sprintf("%d clients: each writes a row, reads it back, and reads %d other rows. The replica applies changes as fast as it can, or %v late. Stale is how many times a client did not find what it had just written.",
			walkers, otherReads, lagged)},
		table: table{head: []string{"way", "queries /s", "CPU µs per query", "reads by the replica %", "own row p50 ms", "p99", "p99.9", "stale"}}}
	cluster := b.lab.Datacenter(pair)
	primary := target{name: direct, address: cluster.Primary.Address}
	if err := b.causalRow(ctx, &o, "direct to the primary", primary, cluster.Primary); err != nil {
		return o, err
	}
	t, p, err := b.startShunt(ctx, front{servers: []string{cluster.Primary.Address, cluster.Replicas[0].Address}, replicas: 1})
	if err != nil {
		return o, err
	}
	err = b.causalRow(ctx, &o, "shunt", t, cluster.Primary)
	if err == nil {
		err = b.late(ctx, cluster.Replicas[0], func() error { return b.causalRow(ctx, &o, "shunt, the replica lags", t, cluster.Primary) })
	}
	return o, errors.Join(err, p.stop())
}

// late does something while a replica lags, and lets it catch up.
func (b *bench) late(ctx context.Context, replica *lab.Server, do func() error) error {
	if err := replica.SetDelay(ctx, lagged); err != nil {
		return err
	}
	err := do()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	err = errors.Join(err, replica.SetDelay(ctx, 0))
	return errors.Join(err, replica.WaitCaughtUp(ctx))
}

func (b *bench) causalRow(ctx context.Context, o *outcome, way string, t target, server *lab.Server) error {
	var samples []sample
	var shares []float64
	stale := 0.0
	if _, _, err := b.writers(ctx, t, nil, warmUp); err != nil {
		return fmt.Errorf("%s: %w", way, err)
	}
	for range b.options.rounds {
		m := &meter{ctx: ctx, target: t, server: server.PID()}
		w, wrong, err := b.writers(ctx, t, m, b.period())
		if err = errors.Join(err, m.err); err != nil {
			return fmt.Errorf("%s: %w", way, err)
		}
		samples, stale = append(samples, m.sample(w)), stale+wrong
		const reads = "shunt_plain_reads_total"
		onReplica := m.after.shunt.sum(reads+`{role="replica"`) - m.before.shunt.sum(reads+`{role="replica"`)
		shares = append(shares, 100*onReplica/(m.after.shunt.sum(reads)-m.before.shunt.sum(reads)))
	}
	rate := func(s sample) float64 { return s.queries / s.elapsed.Seconds() }
	row := []string{way, figure(medianOf(samples, rate)), figure(orNothing(medianOf(samples, func(s sample) float64 { return micros(s.cpu) / s.queries }))),
		figure(median(shares))}
	row = append(row, comparison{samples: map[string][]sample{way: samples}}.latencies(way)...)
	o.table.rows = append(o.table.rows, append(row, thousands(int64(stale))))
	return nil
}

// writers runs the clients. Latencies are those of reading one's own row. wrong is how many of them were stale.
func (b *bench) writers(ctx context.Context, t target, m *meter, period time.Duration) (w work, wrong float64, err error) {
	c := crowd{address: t.address, account: b.lab.Accounts.Shop, database: database, clients: walkers, period: period, meter: m}
	clients, err := c.connect(ctx)
	defer hangUp(clients)
	if err != nil {
		return w, 0, err
	}
	stale := make([]float64, walkers)
	w, err = c.work(ctx, walkers, func(i int, t *turn, over func() bool) error {
		for value := int64(1); !over(); value++ {
			fresh, err := ownRow(clients[i], t, value)
			if err != nil {
				return err
			}
			if !fresh {
				stale[i]++
			}
			t.count++
			t.asked += 2 + otherReads
		}
		return nil
	})
	for _, n := range stale {
		wrong += n
	}
	return w, wrong, err
}

// ownRow writes a row that belongs to this goroutine, reads it back and then reads other rows. fresh says whether it came back as it was written.
func ownRow(c *client, t *turn, value int64) (fresh bool, err error) {
	t.text = fmt.Appendf(t.text[:0], "UPDATE sbtest1 SET k=%d WHERE id=%d", value, t.number+1)
	if _, err := c.query(t.text); err != nil {
		return false, err
	}
	t.text = fmt.Appendf(t.text[:0], "SELECT k FROM sbtest1 WHERE id=%d", t.number+1)
	began := time.Now()
	a, err := c.query(t.text)
	if err != nil {
		return false, err
	}
	t.done.add(time.Since(began))
	digits := strconv.AppendInt(nil, value, 10)
	fresh = len(a.first) > 0 && string(a.first[1:]) == string(digits) // one column: its length, its text
	for range otherReads {
		t.text = pointSelect(t.text[:0], t)
		if _, err := c.query(t.text); err != nil {
			return fresh, err
		}
	}
	return fresh, nil
}
