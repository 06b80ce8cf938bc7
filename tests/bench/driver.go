package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"golang.org/x/sync/errgroup"

	"shunt/lab"
)

// crowd is how many clients work, on what, and for how long.
type crowd struct {
	address  string
	account  lab.Account
	database string
	clients  int
	buffer   int // of each client's reads; 0: 16 KiB
	period   time.Duration
	meter    *meter // is started when all are connected and stopped when all are done; nil: none
}

// dialers is how many clients connect at the same time: less than the shortest of all queues of connections that wait to be accepted.
const dialers = 32

// turn is one goroutine's part of a crowd.
type turn struct {
	random *rand.Rand
	text   []byte // room for a statement
	number int    // of the goroutine, from 0
	done   histogram
	count  float64
	asked  float64
}

// drive connects the clients and lets each run step over and over until the period is over. A step is one unit of work: it says how much it did,
// in the workload's unit and in queries.
func drive(ctx context.Context, c crowd, step func(*client, *turn) (count, queries float64, err error)) (work, error) {
	clients, err := c.connect(ctx)
	defer hangUp(clients)
	if err != nil {
		return work{}, err
	}
	return c.work(ctx, len(clients), func(i int, t *turn, over func() bool) error {
		for !over() {
			began := time.Now()
			count, queries, err := step(clients[i], t)
			if err != nil {
				return err
			}
			t.done.add(time.Since(began))
			t.count, t.asked = t.count+count, t.asked+queries
		}
		return nil
	})
}

// work runs goroutines for the period, with the meter around them.
func (c crowd) work(ctx context.Context, goroutines int, run func(i int, t *turn, over func() bool) error) (work, error) {
	turns := make([]*turn, goroutines)
	for i := range turns {
		turns[i] = &turn{random: rand.New(rand.NewPCG(uint64(i), 1)), number: i}
	}
	if c.meter != nil {
		c.meter.start()
	}
	began := time.Now()
	end := began.Add(c.period)
	g, together := errgroup.WithContext(ctx)
	for i, t := range turns {
		g.Go(func() error {
			return run(i, t, func() bool { return together.Err() != nil || !time.Now().Before(end) })
		})
	}
	err := g.Wait()
	w := work{elapsed: time.Since(began)}
	if c.meter != nil {
		c.meter.stop()
	}
	if err == nil {
		err = context.Cause(ctx) // who was interrupted has no result
	}
	var all histogram
	for _, t := range turns {
		all.merge(&t.done)
		w.count, w.queries = w.count+t.count, w.queries+t.asked
	}
	w.latency = all.latency()
	return w, err
}

// connect logs all clients in, some at a time. What is connected when it fails is given back, too: the caller hangs up.
func (c crowd) connect(ctx context.Context) ([]*client, error) {
	clients := make([]*client, c.clients)
	until := time.Now().Add(patience + c.period)
	if c.buffer == 0 {
		c.buffer = 16 << 10
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(dialers)
	for i := range clients {
		g.Go(func() (err error) {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if clients[i], err = dial(ctx, c.address, c.account, c.database, c.buffer, until); err != nil {
				return fmt.Errorf("client %d of %d: %w", i+1, len(clients), err)
			}
			return nil
		})
	}
	return clients, g.Wait()
}

func hangUp(clients []*client) {
	for _, c := range clients {
		if c != nil {
			c.close()
		}
	}
}
