package binlog

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"
)

// batch is what one transaction of the destination does.
type batch struct {
	plan         *Plan
	statements   []step
	size         int // of the statements
	position     Position
	at           time.Time
	transactions int
	changes      uint64
	bytes        uint64
	marker       bool
	keys         []touchedKey
	next         error // what became of the transaction behind these

	unchecked bool   // foreign_key_checks is 0 behind the last statement
	stamp     uint64 // and timestamp is this; 0: the server's clock
}

type touchedKey struct {
	table Table
	key   string
}

// step is one statement and what it has to do.
type step struct {
	sql    []byte
	rows   int   // how many rows it has to change, -1 if that does not matter
	table  Table // whose
	key    string
	insert bool // more rows can be appended
}

// mark is where a batch was, so that a transaction that cannot be applied is taken back.
func (b *batch) mark() (restore func()) {
	saved := *b
	var last step
	if n := len(b.statements); n > 0 {
		last = b.statements[n-1]
	}
	return func() {
		*b = saved
		if n := len(b.statements); n > 0 {
			b.statements[n-1] = last // rows may have been appended to it
		}
	}
}

// add translates a transaction of the source. If it cannot be, the batch is as it was.
func (w *writer) add(ctx context.Context, b *batch, t Transaction) error {
	restore := b.mark()
	for i := range t.Changes {
		if err := w.change(ctx, b, &t.Changes[i]); err != nil {
			restore()
			return err
		}
	}
	b.position, b.at = t.Position, t.At
	b.transactions++
	b.bytes += uint64(t.Bytes)
	return nil
}

func (w *writer) change(ctx context.Context, b *batch, c *Change) error {
	switch c.Kind {
	case Marker:
		b.marker = b.marker || c.Epoch == b.plan.Epoch
		return nil
	case Definition:
		if c.Harmless || b.plan.Own != nil && b.plan.Own(*c) {
			return nil
		}
		return redefined(*c)
	}
	t, err := w.target(ctx, c.Table)
	if err != nil {
		return err
	}
	b.changes++
	if c.Kind == Truncate {
		// Not TRUNCATE, which would be a transaction of its own. Rows that refer to these were none of the source's business either.
		b.check(false)
		b.push(step{sql: append([]byte("DELETE FROM "), t.Table.String()...), rows: -1, table: t.Table})
		b.touch(t.Table, "")
		return nil
	}
	if t.Sequence {
		return b.sequence(t.Table, c)
	}
	b.check(!c.NoForeignKeys)
	return b.row(w, t, c)
}

// check turns foreign keys on or off for the statements that follow.
func (b *batch) check(on bool) {
	if b.unchecked != !on {
		b.unchecked = !on
		b.push(step{sql: []byte("SET foreign_key_checks = " + map[bool]string{true: "1", false: "0"}[on]), rows: -1})
	}
}

// clock sets the time by which the server dates what it does to rows of a table that is versioned, in microseconds.
func (b *batch) clock(micro uint64) {
	if b.stamp != micro {
		b.stamp = micro
		sql := []byte("SET timestamp = DEFAULT")
		if micro != 0 {
			sql = fmt.Appendf(nil, "SET timestamp = %d.%06d", micro/1e6, micro%1e6)
		}
		b.push(step{sql: sql, rows: -1})
	}
}

func (b *batch) push(s step) {
	b.statements = append(b.statements, s)
	b.size += len(s.sql)
}

func (b *batch) touch(t Table, key string) {
	b.keys = append(b.keys, touchedKey{t, key})
}

// sequence lets a sequence go on behind what the source has used or keeps ready.
func (b *batch) sequence(t Table, c *Change) error {
	fields := c.After.Fields(nil)
	if len(fields) < 8 || fields[0].Type != mysql.MYSQL_TYPE_LONGLONG {
		return fmt.Errorf("%w: the row of sequence %s", ErrDefinition, t)
	}
	sql := append([]byte("SELECT SETVAL("), t.String()...)
	sql = append(strconv.AppendInt(append(sql, ", "...), int64(le(fields[0].Raw)), 10), ", 0"...)
	if round := int64(le(fields[7].Raw)); round > 0 {
		sql = strconv.AppendInt(append(sql, ", "...), round, 10)
	}
	b.push(step{sql: append(sql, ')'), rows: -1, table: t})
	b.touch(t, "")
	return nil
}

// row writes one row's change.
func (b *batch) row(w *writer, t *Target, c *Change) error {
	w.before, w.after = w.before[:0], w.after[:0]
	for _, side := range []struct {
		row    Row
		fields *[]Field
	}{{c.Before, &w.before}, {c.After, &w.after}} {
		if side.row.Empty() {
			continue
		}
		*side.fields = side.row.Fields(*side.fields)
		if err := t.fits(*side.fields); err != nil {
			return err
		}
	}
	kind := c.Kind
	if t.versioned() {
		life, err := t.life(kind, w.before, w.after)
		if err != nil {
			return err
		}
		if life.history {
			return nil // the destination makes this row itself
		}
		kind = life.kind
		b.clock(life.at)
	}
	return b.plainRow(t, kind, w.before, w.after)
}

// plainRow writes a row's change by its kind.
func (b *batch) plainRow(t *Target, kind Kind, before, after []Field) (err error) {
	var key []byte
	var sql []byte
	switch kind {
	case Insert:
		if key, err = t.keyOf(after); err != nil {
			return err
		}
		b.touch(t.Table, string(key))
		return b.insert(t, after, string(key))
	case Update:
		sql, err = t.update(before, after)
	case Delete:
		sql, err = t.delete(before)
	}
	if err != nil {
		return err
	}
	if key, err = t.keyOf(before); err != nil {
		return err
	}
	b.touch(t.Table, string(key))
	b.push(step{sql: sql, rows: 1, table: t.Table, key: string(key)})
	if kind == Update {
		changed, err := t.keyOf(after)
		if err != nil {
			return err
		}
		if string(changed) != string(key) {
			b.touch(t.Table, string(changed))
		}
	}
	return nil
}

// insertBytes is how long an INSERT gets before another one begins.
const insertBytes = 64 << 10

// insert appends the row to the last statement if that inserts into the same table.
func (b *batch) insert(t *Target, after []Field, key string) error {
	values, err := t.values(after)
	if err != nil {
		return err
	}
	if n := len(b.statements); n > 0 {
		last := &b.statements[n-1]
		if last.insert && last.table == t.Table && len(last.sql)+len(values) < insertBytes {
			last.sql = append(append(last.sql, ','), values...)
			last.rows++
			b.size += len(values) + 1
			return nil
		}
	}
	b.push(step{sql: append(t.insertion(), values...), rows: 1, table: t.Table, key: key, insert: true})
	return nil
}
