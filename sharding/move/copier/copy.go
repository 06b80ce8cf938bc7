package copier

import (
	"context"
	"hash/maphash"
	"sync"
	"time"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/rows"
	"shunt/topology"
)

// Copy copies all rows to a target that has the tables, empty, and no triggers. It returns before ctx ends; after an error the target has some of the rows. The account
// needs SELECT and INSERT there. Errors: *DifferenceError.
func (s *Snapshot) Copy(ctx context.Context, target control.Endpoint, o Options) (Report, error) {
	if o.Batch == 0 {
		o.Batch = 1 << 20
	}
	if o.Commit == 0 {
		o.Commit = 64 << 20
	}
	if _, err := s.conn.Script(ctx, rows.Session(s.conn)...); err != nil { // whoever read definitions with it had other settings
		return Report{}, err
	}
	conn, load, err := openTarget(ctx, target, &o)
	if err != nil {
		return Report{}, err
	}
	defer conn.Close()
	if o.Claim != nil {
		if err := o.Claim(ctx, conn); err != nil {
			return Report{}, err
		}
	}
	if err := o.begin(ctx, conn); err != nil {
		return Report{}, err
	}
	to := s.Unit
	if o.Hidden {
		to = to.Hidden()
	}
	all := s.ordered(to)
	keys := &seeds{maphash.MakeSeed(), maphash.MakeSeed()}
	w := &writer{conn: conn, options: &o, warnings: map[string]string{}, bulk: !o.Careful && conn.Flavor() == topology.MariaDB, progress: Progress{Of: len(all), Left: estimated(all)}}
	began := time.Now()
	if err := s.pump(ctx, w, all, keys, encoder{unit: to, most: o.Batch, load: load}); err != nil {
		return Report{}, err
	}
	report := Report{Rows: w.progress.Rows, Bytes: w.progress.Bytes, Copied: time.Since(began), Load: load}
	for _, t := range all {
		report.Tables = append(report.Tables, TableReport{t.Name, int64(t.source.rows)})
	}
	if o.Unchecked {
		return report, nil
	}
	began = time.Now()
	err = w.check(ctx, all, keys)
	report.Compared = time.Since(began)
	return report, err
}

// openTarget gives a session that writes exact values, and says whether it may use LOAD DATA LOCAL.
func openTarget(ctx context.Context, target control.Endpoint, o *Options) (conn *control.Conn, load bool, err error) {
	if conn, err = open(ctx, target); err != nil {
		return nil, false, err
	}
	setup := "SET SESSION autocommit=0"
	if conn.Flavor() == topology.MariaDB {
		setup += ", innodb_strict_mode=0"
	}
	results, err := conn.Script(ctx, setup, "SELECT @@GLOBAL.local_infile")
	if err != nil {
		conn.Close()
		return nil, false, err
	}
	on, err := results[1].GetInt(0, 0)
	return conn, on == 1 && !o.Statements, err
}

// pump lets reader, encoder and writer work at once until all is written, or one of them fails.
func (s *Snapshot) pump(ctx context.Context, w *writer, all []*table, keys *seeds, e encoder) error {
	batches, free, orders := make(chan *batch, 2), make(chan *batch, 4), make(chan *order, 2)
	r := &reader{snapshot: s, seeds: keys, size: w.options.Batch, out: batches, free: free}
	e.in, e.free, e.out, w.in = batches, free, orders, orders
	return together(ctx,
		func(ctx context.Context) error { defer close(batches); return r.run(ctx, all) },
		func(ctx context.Context) error { defer close(orders); return e.run(ctx) },
		w.run)
}

// together lets stages work at once until all have ended; the first error ends the others.
func together(ctx context.Context, stages ...func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var group sync.WaitGroup
	for _, stage := range stages {
		group.Go(func() {
			if err := stage(ctx); err != nil {
				cancel(err)
			}
		})
	}
	group.Wait()
	return context.Cause(ctx)
}
