package copier

import (
	"context"
	"hash/maphash"
	"io"
	"time"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/rows"
	"shunt/sharding/move/unit"
)

// Dump writes all rows as the INSERT statements that a copy gives a target, one a line with a semicolon behind it, for a session that has [rows.Session] set. They name
// the tables as the given unit does. Of the options Batch, Wait and Progress count. It returns before ctx ends; after an error some of it was written.
func (s *Snapshot) Dump(ctx context.Context, out io.Writer, as unit.Unit, o Options) (Report, error) {
	if o.Batch == 0 {
		o.Batch = 1 << 20
	}
	if _, err := s.conn.Script(ctx, rows.Session(s.conn)...); err != nil { // whoever read definitions with it had other settings
		return Report{}, err
	}
	all := s.ordered(as)
	began := time.Now()
	d := &dumper{options: &o, out: out, progress: Progress{Of: len(all), Left: estimated(all)}}
	if err := s.pour(ctx, d, all, as); err != nil {
		return Report{}, err
	}
	report := Report{Rows: d.progress.Rows, Bytes: d.progress.Bytes, Copied: time.Since(began)}
	for _, t := range all {
		report.Tables = append(report.Tables, TableReport{t.Name, int64(t.source.rows)})
	}
	return report, nil
}

// pour lets reader, encoder and dumper work at once until all is written, or one of them fails.
func (s *Snapshot) pour(ctx context.Context, d *dumper, all []*table, as unit.Unit) error {
	batches, free, orders := make(chan *batch, 2), make(chan *batch, 4), make(chan *order, 2)
	r := &reader{snapshot: s, seeds: &seeds{maphash.MakeSeed(), maphash.MakeSeed()}, size: d.options.Batch, out: batches, free: free}
	e := &encoder{unit: as, most: d.options.Batch, bare: true, in: batches, free: free, out: orders}
	return together(ctx,
		func(ctx context.Context) error { defer close(batches); return r.run(ctx, all) },
		func(ctx context.Context) error { defer close(orders); return e.run(ctx) },
		func(ctx context.Context) error { return d.run(ctx, orders) })
}

// dumper writes orders down.
type dumper struct {
	options  *Options
	out      io.Writer
	progress Progress
}

func (d *dumper) run(ctx context.Context, in <-chan *order) error {
	for o := range in {
		if d.options.Wait != nil {
			if err := d.options.Wait(ctx); err != nil {
				return err
			}
		}
		if _, err := d.out.Write(append(o.text[control.Room:], ";\n"...)); err != nil {
			return err
		}
		d.progress.tell(o)
		if d.options.Progress != nil {
			d.options.Progress(d.progress)
		}
	}
	return ctx.Err()
}

// estimated is how many rows tables have, as the server guesses.
func estimated(all []*table) (n int64) {
	for _, t := range all {
		n += t.Rows
	}
	return n
}

// tell notes what an order has written.
func (p *Progress) tell(o *order) {
	for _, part := range o.parts {
		t := part.table
		before := max(t.Rows-t.written, 0)
		t.written += int64(part.rows)
		after := max(t.Rows-t.written, 0)
		p.Table = t.Name
		p.Rows += int64(part.rows)
		if part.last {
			after = 0
			p.Tables++
		}
		p.Left -= before - after
	}
	p.Bytes += o.bytes
}
