package main

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// workload is what targets are compared by.
type workload struct {
	name    string
	about   string // for people
	clients int
	unit    string // of its work: query, transaction, MB, connection
	run     func(ctx context.Context, b *bench, t target, m *meter, period time.Duration) (work, error)
}

// group is the workloads that share one shunt.
type group struct {
	limits    string // of its configuration, as front has them
	workloads []workload
}

// groups are all comparisons, in the order in which they are told.
func groups() []group {
	return []group{
		{workloads: append(append(points(), transactions()...), answers()...)},
		{limits: "per_server: 32, ", workloads: []workload{
			{"busy-1000", "point select, text; shunt has 32 server connections", 1000, "query", selects(1000)},
			{"php-200", "connect, 10 point selects, close; the same", 200, "connection", visits(200, 10)},
		}},
	}
}

// points are point selects with more and more clients.
func points() (list []workload) {
	for _, clients := range []int{1, 8, 32, 64} {
		list = append(list, workload{fmt.Sprintf("point-text-%d", clients), "point select, text", clients, "query",
			runs("oltp_point_select", clients, false)})
	}
	for _, clients := range []int{1, 8, 32} {
		list = append(list, workload{fmt.Sprintf("point-prepared-%d", clients), "point select, prepared", clients, "query",
			runs("oltp_point_select", clients, true)})
	}
	return list
}

// transactions are the mixed tests of sysbench. The read-only one has 14 selects between BEGIN and COMMIT, the other 4 writes more.
func transactions() []workload {
	return []workload{
		{"read-only", "sysbench oltp_read_only, prepared", 8, "query", runs("oltp_read_only", 8, true)},
		{"read-write", "sysbench oltp_read_write, prepared", 8, "query", runs("oltp_read_write", 8, true)},
		{"writes", "one-row updates, text (sysbench oltp_update_index)", 8, "query", runs("oltp_update_index", 8, false)},
	}
}

// answers are workloads of the driver: answers of other sizes, other shapes of statements, PHP's habit.
func answers() []workload {
	return []workload{
		{"range-100", "100-row range, text", 8, "query", ranges(8)},
		{"rows-100k", "100,000-row result, text", 2, "MB", wholeTable(2)},
		{"shapes-10k", "point select, 10,000 distinct shapes", 8, "query", shapes(8, 10_000)},
		{"php", "connect, 10 point selects, close", 8, "connection", visits(8, 10)},
	}
}

// runs is a test of sysbench. Its connections are made while the meter runs: some ms of CPU among seconds. Its unit is the query, so that tests
// with and without transactions can be read side by side.
func runs(test string, threads int, prepared bool) func(context.Context, *bench, target, *meter, time.Duration) (work, error) {
	return func(ctx context.Context, b *bench, t target, m *meter, period time.Duration) (work, error) {
		s := b.test(test, t.address, threads)
		s.prepared = prepared
		m.start()
		w, err := s.run(ctx, period)
		m.stop()
		w.count = w.queries
		return w, err
	}
}

// composer writes the text of the next query into the room it is given.
type composer func(text []byte, t *turn) []byte

// asks is the driver with one statement.
func asks(clients, buffer int, next composer, count func(answer) float64) func(context.Context, *bench, target, *meter, time.Duration) (work, error) {
	return func(ctx context.Context, b *bench, t target, m *meter, period time.Duration) (work, error) {
		c := crowd{address: t.address, account: b.lab.Accounts.Shop, database: database, clients: clients, buffer: buffer, period: period, meter: m}
		return drive(ctx, c, func(c *client, turn *turn) (float64, float64, error) {
			turn.text = next(turn.text[:0], turn)
			a, err := c.query(turn.text)
			return count(a), 1, err
		})
	}
}

func each(answer) float64        { return 1 }
func megabytes(a answer) float64 { return float64(a.bytes) / 1e6 }

// pointSelect is the statement of sysbench's test of that name.
func pointSelect(text []byte, t *turn) []byte {
	return strconv.AppendInt(append(text, "SELECT c FROM sbtest1 WHERE id="...), t.random.Int64N(rows)+1, 10)
}

func selects(clients int) func(context.Context, *bench, target, *meter, time.Duration) (work, error) {
	return asks(clients, 4<<10, pointSelect, each)
}

func ranges(clients int) func(context.Context, *bench, target, *meter, time.Duration) (work, error) {
	return asks(clients, 32<<10, func(text []byte, t *turn) []byte {
		first := t.random.Int64N(rows-100) + 1
		return fmt.Appendf(text, "SELECT c FROM sbtest1 WHERE id BETWEEN %d AND %d", first, first+99)
	}, each)
}

func wholeTable(clients int) func(context.Context, *bench, target, *meter, time.Duration) (work, error) {
	return asks(clients, 256<<10, func(text []byte, _ *turn) []byte {
		return append(text, "SELECT id, k, c, pad FROM sbtest1"...)
	}, megabytes)
}

// shapes gives each statement one of so many names for its column, so that no two of them fold to the same shape.
func shapes(clients, distinct int) func(context.Context, *bench, target, *meter, time.Duration) (work, error) {
	return asks(clients, 4<<10, func(text []byte, t *turn) []byte {
		return fmt.Appendf(text, "SELECT c AS c%d FROM sbtest1 WHERE id=%d", t.random.IntN(distinct), t.random.Int64N(rows)+1)
	}, each)
}

// visits is what a page in PHP does: connect, a few queries, close. The connections are the work, so nothing is connected before.
func visits(clients, queries int) func(context.Context, *bench, target, *meter, time.Duration) (work, error) {
	return func(ctx context.Context, b *bench, t target, m *meter, period time.Duration) (work, error) {
		c := crowd{period: period, meter: m}
		return c.work(ctx, clients, func(_ int, turn *turn, over func() bool) error {
			for !over() {
				began := time.Now()
				if err := visit(ctx, b, t, turn, queries); err != nil {
					return err
				}
				turn.done.add(time.Since(began))
				turn.count++
				turn.asked += float64(queries)
			}
			return nil
		})
	}
}

func visit(ctx context.Context, b *bench, t target, turn *turn, queries int) error {
	c, err := dial(ctx, t.address, b.lab.Accounts.Shop, database, 4<<10, time.Now().Add(patience))
	if err != nil {
		return err
	}
	defer c.close()
	for range queries {
		turn.text = pointSelect(turn.text[:0], turn)
		if _, err := c.query(turn.text); err != nil {
			return err
		}
	}
	return nil
}
