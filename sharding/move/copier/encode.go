package copier

import (
	"context"
	"fmt"
	"strings"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/rows"
	"shunt/sharding/move/unit"
	"shunt/statement"
)

// An order is a packet of statements for the target, with what they have to do.
type order struct {
	text  []byte // begins behind control.Room bytes
	file  []byte // what LOAD DATA asks for; the packet has that statement only
	parts []part // one for each statement
	bytes int64  // of rows, as the source sent them
	whole bool   // each table of it is small enough to be written at once, with all its rows
}

// part is what one statement of an order writes.
type part struct {
	table *table
	rows  int
	last  bool // the table is finished with it
}

// smallTable is up to how many bytes a whole table goes into a packet with others, as INSERT: a round trip costs more than what LOAD DATA saves.
const smallTable = 64 << 10

// encoder writes the statements for batches.
type encoder struct {
	unit    unit.Unit
	most    int  // up to how many bytes a packet grows before it is sent
	load    bool // LOAD DATA LOCAL for what is not small
	bare    bool // only what writes rows
	in      <-chan *batch
	free    chan<- *batch
	out     chan<- *order
	pending *order
}

func (e *encoder) run(ctx context.Context) error {
	e.pending = newOrder()
	for b := range e.in {
		if err := e.take(ctx, b); err != nil {
			return err
		}
		select {
		case e.free <- b:
		default:
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return e.flush(ctx)
}

func newOrder() *order { return &order{text: make([]byte, control.Room, 4096)} }

func (e *encoder) take(ctx context.Context, b *batch) error {
	whole := b.first && b.last
	if e.pending.whole != whole {
		if err := e.flush(ctx); err != nil {
			return err
		}
		e.pending.whole = whole
	}
	small := whole && len(b.bytes) <= smallTable
	if e.load && !small && !b.table.Versioned && len(b.table.Copied()) > 0 {
		if err := e.flush(ctx); err != nil {
			return err
		}
		if err := e.loadData(b); err != nil {
			return err
		}
		return e.flush(ctx)
	}
	return e.insert(ctx, b)
}

// flush hands the order over, if it has any work.
func (e *encoder) flush(ctx context.Context) error {
	if len(e.pending.parts) == 0 {
		return nil
	}
	select {
	case e.out <- e.pending:
		whole := e.pending.whole
		e.pending = newOrder()
		e.pending.whole = whole
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// insert appends INSERT statements for a batch. A batch without rows is told along with the next statement.
func (e *encoder) insert(ctx context.Context, b *batch) error {
	columns := b.table.Copied()
	head := "INSERT INTO " + e.unit.Table(b.table.Name) + " (" + rows.Names(columns) + ") VALUES "
	open := false
	from := 0
	for _, end := range b.ends {
		row := b.bytes[from:end]
		if len(e.pending.text) > control.Room && len(e.pending.text)+len(row) > e.most {
			if err := e.flush(ctx); err != nil {
				return err
			}
			open = false
		}
		o := e.pending
		if !open {
			if len(o.parts) > 0 {
				o.text = append(o.text, ";\n"...)
			}
			o.text = append(o.text, head...)
			o.parts = append(o.parts, part{table: b.table})
			open = true
		} else {
			o.text = append(o.text, ',')
		}
		var err error
		if o.text, err = appendRow(o.text, row, columns); err != nil {
			return err
		}
		o.parts[len(o.parts)-1].rows++
		o.bytes += int64(len(row))
		from = end
	}
	if !b.last {
		return nil
	}
	if o := e.pending; open {
		o.parts[len(o.parts)-1].last = true
	} else if !e.bare && (len(o.parts) == 0 || len(b.ends) == 0) {
		if len(o.parts) > 0 {
			o.text = append(o.text, ";\n"...)
		}
		o.text = append(o.text, "DO 0"...) // tells that the table is finished
		o.parts = append(o.parts, part{table: b.table, last: true})
	}
	return nil
}

func appendRow(dst, row []byte, columns []rows.Column) ([]byte, error) {
	dst = append(dst, '(')
	for i := range columns {
		value, null, rest, err := control.Cell(row)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = columns[i].Kind.Literal(dst, value, null)
		row = rest
	}
	return append(dst, ')'), nil
}

// loadData makes the pending order one LOAD DATA.
func (e *encoder) loadData(b *batch) error {
	columns := b.table.Copied()
	fields := make([]string, len(columns))
	var set []string
	for i := range columns {
		fields[i] = statement.QuoteName(columns[i].Name)
		variable := fmt.Sprintf("@shunt%d", i)
		if expression := columns[i].Variable(variable); expression != "" {
			set = append(set, fields[i]+"="+expression)
			fields[i] = variable
		}
	}
	o := e.pending
	o.text = append(o.text, "LOAD DATA LOCAL INFILE 'rows' INTO TABLE "+e.unit.Table(b.table.Name)+" CHARACTER SET binary ("+strings.Join(fields, ",")+")"...)
	if set != nil {
		o.text = append(o.text, " SET "+strings.Join(set, ",")...)
	}
	o.parts = []part{{b.table, len(b.ends), b.last}}
	o.bytes = int64(len(b.bytes))
	o.file = make([]byte, 0, len(b.bytes)+len(b.bytes)/8)
	from := 0
	for _, end := range b.ends {
		row := b.bytes[from:end]
		from = end
		for i := range columns {
			value, null, rest, err := control.Cell(row)
			if err != nil {
				return err
			}
			if i > 0 {
				o.file = append(o.file, '\t')
			}
			o.file = rows.Field(o.file, value, null)
			row = rest
		}
		o.file = append(o.file, '\n')
	}
	return nil
}
