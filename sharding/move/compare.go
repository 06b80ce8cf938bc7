package move

import (
	"context"
	"fmt"
	"slices"

	"shunt/sharding/move/binlog"
	"shunt/sharding/move/rows"
	"shunt/sharding/move/verify"
)

// changed are the rows of a unit that were changed on the target since the copy, which was compared.
type changed struct {
	complete bool // nothing is missing: this run has made the copy
	tables   map[string]*changedTable
}

type changedTable struct {
	whole bool // too many, or the table has no key
	keys  map[string]bool
}

// note takes in what an applier has changed.
func (c *changed) note(list []binlog.Touched) {
	if c.tables == nil {
		c.tables = map[string]*changedTable{}
	}
	for _, t := range list {
		one := c.tables[t.Table.Name]
		if one == nil {
			one = &changedTable{keys: map[string]bool{}}
			c.tables[t.Table.Name] = one
		}
		one.whole = one.whole || t.Whole
		for _, key := range t.Keys {
			one.keys[key] = true
		}
	}
}

// nothing says that no row was changed since both sides were found alike.
func (c *changed) nothing() bool { return c.complete && len(c.tables) == 0 }

// compare says whether the target has what the source has, both standing still: all of a unit that is small, of a larger one the rows that were changed since the copy.
func (r *run) compare(ctx context.Context, from, to *held) error {
	if r.applying != nil {
		r.changed.note(r.applying.applier.Touched())
	}
	if r.changed.nothing() { // the copy was compared, and this would be the same once more
		return nil
	}
	tables, err := rows.Read(ctx, from.Conn(), r.hidden())
	if err != nil {
		return err
	}
	for _, h := range []*held{from, to} {
		if err := verify.Prepare(ctx, h.Conn()); err != nil {
			return err
		}
	}
	var size int64
	for _, t := range tables {
		size += t.Bytes
	}
	if size <= r.engine.config.Compare {
		return r.compareTables(ctx, from, to, tables)
	}
	return r.compareChanged(ctx, from, to, tables)
}

func (r *run) compareTables(ctx context.Context, from, to *held, tables []rows.Table) error {
	differences, err := verify.Compare(ctx, from.Conn(), to.Conn(), r.hidden(), tables, 0)
	if err == nil && len(differences) > 0 {
		return failed("diverged", "%s", differences[0])
	}
	return err
}

// compareChanged compares what was changed. What nobody knows of any more, or is too large, is not compared again, and the log says so.
func (r *run) compareChanged(ctx context.Context, from, to *held, tables []rows.Table) error {
	if !r.changed.complete {
		r.log.Warn("the rows that were changed since the copy are not compared: it was made by another proxy")
		return nil
	}
	primary, err := primaryKeys(ctx, from, r.schema())
	if err != nil {
		return err
	}
	for i := range tables {
		t := &tables[i]
		there := r.hidden().There(t.Name)
		c := r.changed.tables[there]
		switch {
		case c == nil:
		case (c.whole || !primary[there]) && t.Bytes <= 4*r.engine.config.Compare:
			if err := r.compareTables(ctx, from, to, tables[i:i+1]); err != nil {
				return err
			}
		case c.whole || !primary[there]:
			r.log.Warn("too much of a table was changed since the copy to be compared while statements wait", "table", t.Name)
		default:
			if err := r.compareRows(ctx, from, to, t, c.keys); err != nil {
				return err
			}
		}
	}
	return nil
}

// keysAtATime is how many rows one statement compares.
const keysAtATime = 500

func (r *run) compareRows(ctx context.Context, from, to *held, t *rows.Table, keys map[string]bool) error {
	list := make([]string, 0, len(keys))
	for key := range keys {
		list = append(list, key)
	}
	for some := range slices.Chunk(list, keysAtATime) {
		a, err := verify.Rows(ctx, from.Conn(), r.hidden(), t, some)
		if err != nil {
			return err
		}
		b, err := verify.Rows(ctx, to.Conn(), r.hidden(), t, some)
		if err != nil {
			return err
		}
		if a != b {
			return failed("diverged", "table %s: of %d rows that were changed since the copy, the source has %d and the target %d, and they are not alike", t.Name, len(some), a.Rows, b.Rows)
		}
	}
	return nil
}

// primaryKeys are the tables that have one: their changed rows are known by it.
func primaryKeys(ctx context.Context, h *held, database string) (map[string]bool, error) {
	res, err := h.Conn().Query(ctx, "SELECT TABLE_NAME FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_TYPE = 'PRIMARY KEY' AND TABLE_SCHEMA = "+rows.Quote(database))
	if err != nil {
		return nil, fmt.Errorf("looking for primary keys: %w", err)
	}
	has := map[string]bool{}
	for _, row := range rows.Texts(res) {
		has[row[0]] = true
	}
	return has, nil
}
