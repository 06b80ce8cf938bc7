package verify

import (
	"context"
	"fmt"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/rows"
	"shunt/sharding/move/unit"
)

// Difference is a table that two sides do not have alike, or a piece of it.
type Difference struct {
	Table         string
	Source        uint64 // rows there
	Target        uint64
	After, UpTo   Key // the piece; both nil: the whole table
	Example       Key // of a row that is on one side only, or not alike; nil: the table has no key
	ExampleSource bool
	ExampleTarget bool
}

// String is the difference for people.
func (d Difference) String() string {
	text := fmt.Sprintf("table %s: %d rows on the source, %d on the target", d.Table, d.Source, d.Target)
	if d.Example != nil {
		where := "not alike"
		switch {
		case !d.ExampleTarget:
			where = "on the source only"
		case !d.ExampleSource:
			where = "on the target only"
		}
		text += fmt.Sprintf("; the row with the key %s is %s", d.Example, where)
	}
	return text
}

// Compare compares tables on two servers, a piece of so many rows at a time once a whole table was found to differ, and that piece down to one row. One difference is told for each table.
func Compare(ctx context.Context, source, target *control.Conn, u unit.Unit, tables []rows.Table, piece int) ([]Difference, error) {
	a, err := Tables(ctx, source, u, tables)
	if err != nil {
		return nil, fmt.Errorf("on the source: %w", err)
	}
	b, err := Tables(ctx, target, u, tables)
	if err != nil {
		return nil, fmt.Errorf("on the target: %w", err)
	}
	var list []Difference
	for i := range tables {
		if a[i] == b[i] {
			continue
		}
		t := &tables[i]
		d := Difference{Table: t.Name, Source: a[i].Rows, Target: b[i].Rows}
		if len(keyColumns(t)) > 0 {
			s := &search{ctx: ctx, source: source, target: target, u: u, t: t, columns: keyColumns(t)}
			if err := s.find(&d, piece); err != nil {
				return list, err
			}
		}
		list = append(list, d)
	}
	return list, nil
}

// search looks for a row that differs.
type search struct {
	ctx            context.Context
	source, target *control.Conn
	u              unit.Unit
	t              *rows.Table
	columns        []rows.Column
}

// find goes through a table until a piece differs, and through that with smaller pieces.
func (s *search) find(d *Difference, piece int) error {
	within := chunk{}
	for size := max(piece, 1); ; size = max(size/20, 1) {
		found, err := s.first(within, size)
		if err != nil || found == nil {
			return err // written to meanwhile: nothing differs any more
		}
		within = *found
		if d.After == nil && d.UpTo == nil {
			d.After, d.UpTo = found.after, found.upTo
		}
		if size == 1 {
			return s.example(d, within)
		}
	}
}

// first gives the first piece of a chunk that differs; nil: there is none.
func (s *search) first(within chunk, size int) (*chunk, error) {
	at := within.after
	for {
		piece := chunk{after: at, upTo: within.upTo}
		end, err := s.end(piece, size)
		if err != nil {
			return nil, err
		}
		if end != nil {
			piece.upTo = end
		}
		a, err := one(s.ctx, s.source, s.u, s.t, piece.condition(s.columns))
		if err != nil {
			return nil, err
		}
		b, err := one(s.ctx, s.target, s.u, s.t, piece.condition(s.columns))
		if err != nil {
			return nil, err
		}
		if a != b {
			return &piece, nil
		}
		if end == nil {
			return nil, nil
		}
		at = end
	}
}

// end is the key at which a piece ends: that of the source, or where it has no more rows, that of the target; nil: the piece goes on to the end of the chunk.
func (s *search) end(k chunk, size int) (Key, error) {
	for _, c := range []*control.Conn{s.source, s.target} {
		end, err := next(s.ctx, c, s.u, s.t, k, size)
		if err != nil {
			return nil, fmt.Errorf("the keys of table %s: %w", s.t.Name, err)
		}
		if end != nil {
			return end, nil
		}
	}
	return nil, nil
}

// example finds out on which side a row is, in a chunk in which the first row differs. Which of two keys is the smaller one, only a server can say.
func (s *search) example(d *Difference, within chunk) error {
	here, err := next(s.ctx, s.source, s.u, s.t, within, 1)
	if err != nil {
		return err
	}
	there, err := next(s.ctx, s.target, s.u, s.t, within, 1)
	if err != nil {
		return err
	}
	switch {
	case here == nil:
		d.Example, d.ExampleTarget = there, true
	case there == nil:
		d.Example, d.ExampleSource = here, true
	case here.String() == there.String():
		d.Example, d.ExampleSource, d.ExampleTarget = here, true, true
	default:
		before, err := one(s.ctx, s.source, s.u, s.t, (chunk{within.after, there}).condition(s.columns))
		if err != nil {
			return err
		}
		if before.Rows == 0 {
			d.Example, d.ExampleTarget = there, true
		} else {
			d.Example, d.ExampleSource = here, true
		}
	}
	return nil
}
