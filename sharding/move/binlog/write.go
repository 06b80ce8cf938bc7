package binlog

import (
	"fmt"

	"github.com/go-mysql-org/go-mysql/mysql"
)

// fits checks that a row of the source has the columns of the destination's table.
func (t *Target) fits(fields []Field) error {
	want := len(t.Columns)
	if t.Versioned {
		want += 2
	}
	if len(fields) < want || len(fields) > want+t.hidden {
		return fmt.Errorf("%w: %s has %d columns, and rows come with %d", ErrDefinition, t.Table, len(t.Columns), len(fields))
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		if fields[i].Absent && !c.Generated {
			return fmt.Errorf("%w: %s of %s is missing", ErrPartialImage, c.Name, t.Table)
		}
	}
	return nil
}

// written says whether a column can be written.
func (c *Column) written() bool { return !c.Generated && !c.Period }

// insertion is the beginning of an INSERT, up to the rows.
func (t *Target) insertion() []byte {
	sql := append([]byte("INSERT INTO "), t.Table.String()...)
	sql = append(sql, " ("...)
	sep := ""
	for i := range t.Columns {
		if t.Columns[i].written() {
			sql = append(append(sql, sep...), quoteName(t.Columns[i].Name)...)
			sep = ","
		}
	}
	return append(sql, ") VALUES "...)
}

// values is a row of an INSERT.
func (t *Target) values(fields []Field) (sql []byte, err error) {
	sql = append(sql, '(')
	for i := range t.Columns {
		if !t.Columns[i].written() {
			continue
		}
		if len(sql) > 1 {
			sql = append(sql, ',')
		}
		if sql, err = t.Columns[i].Literal(sql, fields[i]); err != nil {
			return nil, err
		}
	}
	return append(sql, ')'), nil
}

// update changes the columns that have changed, and those that the server would change by itself.
func (t *Target) update(before, after []Field) (sql []byte, err error) {
	sql = append(append(append(sql, "UPDATE "...), t.Table.String()...), " SET "...)
	sets := 0
	set := func(i int) (err error) {
		if sets++; sets > 1 {
			sql = append(sql, ',')
		}
		sql = append(append(sql, quoteName(t.Columns[i].Name)...), '=')
		sql, err = t.Columns[i].Literal(sql, after[i])
		return err
	}
	first := -1
	for i := range t.Columns {
		c := &t.Columns[i]
		if !c.written() {
			continue
		}
		if first < 0 {
			first = i
		}
		if c.Restamps || before[i].Null != after[i].Null || string(before[i].Raw) != string(after[i].Raw) {
			if err := set(i); err != nil {
				return nil, err
			}
		}
	}
	if sets == 0 && first >= 0 {
		if err := set(first); err != nil {
			return nil, err
		}
	}
	return t.where(sql, before)
}

func (t *Target) delete(before []Field) ([]byte, error) {
	return t.where(append([]byte("DELETE FROM "), t.Table.String()...), before)
}

// where finds one row: by its key, or else one of those that are equal in all columns.
func (t *Target) where(sql []byte, fields []Field) (_ []byte, err error) {
	sql = append(sql, " WHERE "...)
	if t.Key != nil {
		for n, i := range t.Key {
			if n > 0 {
				sql = append(sql, " AND "...)
			}
			sql = append(append(sql, quoteName(t.Columns[i].Name)...), '=')
			if sql, err = t.Columns[i].Literal(sql, fields[i]); err != nil {
				return nil, err
			}
		}
		return sql, nil
	}
	sep := ""
	for i := range t.Columns {
		c := &t.Columns[i]
		if !c.written() {
			continue
		}
		sql = append(sql, sep...)
		sep = " AND "
		if sql, err = c.same(sql, fields[i]); err != nil {
			return nil, err
		}
	}
	return append(sql, " LIMIT 1"...), nil
}

// same compares a column byte by byte: what a collation takes for equal are different rows here.
func (c *Column) same(sql []byte, f Field) ([]byte, error) {
	name := quoteName(c.Name)
	if f.Null {
		return append(append(sql, name...), " IS NULL"...), nil
	}
	switch {
	case f.Type == mysql.MYSQL_TYPE_GEOMETRY, f.Type == mysql.MYSQL_TYPE_VECTOR, c.Charset != "" && prefix(f.Type, f.Meta) > 0 && f.Type != mysql.MYSQL_TYPE_JSON:
		raw := *c
		raw.Charset = ""
		sql = append(append(append(sql, "CAST("...), name...), " AS BINARY) <=> "...)
		return raw.Literal(sql, f)
	}
	return c.Literal(append(append(sql, name...), " <=> "...), f)
}

// keyOf is a row's key as SQL; empty if the table has none.
func (t *Target) keyOf(fields []Field) (key []byte, err error) {
	if t.Key == nil {
		return nil, nil
	}
	for n, i := range t.Key {
		if n > 0 {
			key = append(key, ',')
		}
		if key, err = t.Columns[i].Literal(key, fields[i]); err != nil {
			return nil, err
		}
	}
	if len(t.Key) > 1 {
		key = append(append([]byte{'('}, key...), ')')
	}
	return key, nil
}

// versioned says whether rows have a life (MariaDB's system versioning).
func (t *Target) versioned() bool { return t.period() >= 0 }

// period is where the columns of the life are in rows of the source, the begin before the end; -1 if there are none.
func (t *Target) period() int {
	if t.Versioned {
		return len(t.Columns)
	}
	for i := range t.Columns {
		if t.Columns[i].Period {
			return i
		}
	}
	return -1
}

// life is what a change of a row means in a table that keeps its history.
type life struct {
	kind    Kind
	at      uint64 // when, in microseconds
	history bool   // the row is history, which a server makes itself
}

// life tells it: an update logs the row anew with a later begin, and the former as a row of history; a deletion logs an end.
func (t *Target) life(kind Kind, before, after []Field) (life, error) {
	p := t.period()
	for _, f := range [][]Field{before, after} {
		if len(f) > 0 && (len(f) < p+2 || len(f[p].Raw) != 7 || len(f[p+1].Raw) != 7 || t.Versioned && t.hidden > 0) {
			return life{}, fmt.Errorf("%w: %s, whose history has no times to the microsecond", ErrUnsupported, t.Table)
		}
	}
	ends := func(f []Field) bool { return micro(f[p+1]) < forever }
	switch {
	case kind == Insert:
		return life{kind: Insert, at: micro(after[p]), history: ends(after)}, nil
	case kind == Update && !ends(before) && ends(after):
		return life{kind: Delete, at: micro(after[p+1])}, nil
	case kind == Update && !ends(before):
		return life{kind: Update, at: micro(after[p])}, nil
	}
	return life{}, fmt.Errorf("%w: %s, whose history was changed", ErrUnsupported, t.Table)
}

// forever is when rows end that have not ended: in 2038, or in 2106 with newer servers.
const forever = (1<<31 - 1) * 1e6

func micro(f Field) uint64 { return be(f.Raw[:4])*1e6 + be(f.Raw[4:]) }
