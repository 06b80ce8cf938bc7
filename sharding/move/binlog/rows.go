package binlog

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/go-mysql-org/go-mysql/replication"
)

// layout is what a table map event says about a table: how the columns of the rows that follow are written.
type layout struct {
	table  Table
	wanted bool // somebody follows the table; else the rest is empty
	types  []byte
	metas  []uint16
}

// Row is one row image as the server has logged it. It keeps a part of the event alive, and is not changed by anybody.
type Row struct {
	layout  *layout
	present []byte // a bit for each column of the layout
	image   []byte // a bit for each present column that is NULL, then the values of the others
}

// Field is the value of one column in a row image.
type Field struct {
	Type   byte   // of the protocol, with those that the binary log alone has
	Meta   uint16 // what the type needs to know more
	Raw    []byte // as logged, with its length in front where it has one
	Null   bool
	Absent bool // the image does not have the column, as those that are generated when they are read
}

// Empty says that there is no row.
func (r Row) Empty() bool { return r.layout == nil }

// Columns is how many columns the source's table has, also those that nobody sees.
func (r Row) Columns() int {
	if r.layout == nil {
		return 0
	}
	return len(r.layout.types)
}

// Fields appends the row's fields to dst, one for each column of the table, in their order.
func (r Row) Fields(dst []Field) []Field {
	nulls, rest := r.image[:size(r.count())], r.image[size(r.count()):]
	nth := 0
	for i, t := range r.layout.types {
		f := Field{Type: t, Meta: r.layout.metas[i]}
		if !bit(r.present, i) {
			f.Absent = true
			dst = append(dst, f)
			continue
		}
		if bit(nulls, nth) {
			f.Null = true
		} else {
			n, _ := width(f.Type, f.Meta, rest) // it was right when the row was split off
			f.Raw, rest = rest[:n:n], rest[n:]
		}
		nth++
		f.Type, f.Meta = real(f.Type, f.Meta)
		dst = append(dst, f)
	}
	return dst
}

// count is how many columns the image has.
func (r Row) count() int {
	n := 0
	for i, b := range r.present {
		if rest := len(r.layout.types) - 8*i; rest < 8 {
			b &= 1<<rest - 1
		}
		n += bits.OnesCount8(b)
	}
	return n
}

func size(bits int) int { return (bits + 7) / 8 }

func bit(bitmap []byte, i int) bool { return bitmap[i/8]&(1<<(i%8)) != 0 }

// cut reads an event from its beginning. After a read that went over the end, bad is set and everything is empty.
type cut struct {
	data []byte
	bad  bool
}

func (c *cut) take(n int) []byte {
	if n < 0 || n > len(c.data) {
		c.bad, c.data = true, nil
		return nil
	}
	out := c.data[:n:n]
	c.data = c.data[n:]
	return out
}

// number reads a little-endian number of up to 8 bytes.
func (c *cut) number(n int) (v uint64) {
	for i, b := range c.take(n) {
		v |= uint64(b) << (8 * i)
	}
	return v
}

// packed reads a number in the protocol's encoding of lengths.
func (c *cut) packed() int {
	first := c.number(1)
	switch first {
	case 0xfc:
		first = c.number(2)
	case 0xfd:
		first = c.number(3)
	case 0xfe:
		first = c.number(8)
	}
	if first > 1<<31 {
		c.bad, c.data = true, nil
		return 0
	}
	return int(first)
}

// readLayout reads a table map event; the columns only if the table is wanted.
func (r *reader) readLayout(body []byte) error {
	c := &cut{data: body}
	id := c.number(6)
	c.take(2)
	database := string(c.take(int(c.number(1))))
	c.take(1)
	table := string(c.take(int(c.number(1))))
	c.take(1)
	l := &layout{table: Table{database, table}}
	if l.wanted = r.wants(l.table); l.wanted {
		l.types = bytes.Clone(c.take(c.packed()))
		metas := &cut{data: c.take(c.packed())}
		l.metas = make([]uint16, len(l.types))
		for i, t := range l.types {
			l.metas[i] = meta(t, metas)
		}
		c.bad = c.bad || metas.bad
	}
	if c.bad {
		return fmt.Errorf("%w: table map", ErrMalformed)
	}
	r.tables[id] = l
	return nil
}

// meta reads what a table map says more about a type.
func meta(t byte, c *cut) uint16 {
	switch t {
	case mysql.MYSQL_TYPE_STRING, mysql.MYSQL_TYPE_NEWDECIMAL, mysql.MYSQL_TYPE_ENUM, mysql.MYSQL_TYPE_SET:
		return uint16(c.number(1)<<8 | c.number(1)) // the real type, or the precision, comes first
	case mysql.MYSQL_TYPE_VARCHAR, mysql.MYSQL_TYPE_VAR_STRING, mysql.MYSQL_TYPE_BIT, varcharCompressed:
		return uint16(c.number(2))
	case mysql.MYSQL_TYPE_BLOB, mysql.MYSQL_TYPE_DOUBLE, mysql.MYSQL_TYPE_FLOAT, mysql.MYSQL_TYPE_GEOMETRY, mysql.MYSQL_TYPE_JSON,
		mysql.MYSQL_TYPE_VECTOR, mysql.MYSQL_TYPE_TIME2, mysql.MYSQL_TYPE_DATETIME2, mysql.MYSQL_TYPE_TIMESTAMP2, blobCompressed:
		return uint16(c.number(1))
	}
	return 0
}

// The flags of a rows event.
const (
	endsStatement  = 1 << 0
	noForeignKeys  = 1 << 1
	sqlForeignKeys = 1 << 4 // MySQL 9.6 and newer: the changes that follow from foreign keys are logged, too
)

// readRows reads a rows event into changes, if its table is wanted.
func (r *reader) readRows(kind replication.EventType, body []byte) error {
	c := &cut{data: body}
	id := c.number(6)
	flags := c.number(2)
	if flags&endsStatement != 0 {
		defer clear(r.tables)
	}
	l, ok := r.tables[id]
	switch {
	case !ok && id == dummyTable:
		return nil
	case !ok || c.bad:
		return fmt.Errorf("%w: rows of table number %d, which no table map told", ErrMalformed, id)
	case !l.wanted:
		return nil
	}
	if version2(kind) {
		c.take(int(c.number(2)) - 2)
	}
	if n := c.packed(); n != len(l.types) {
		return fmt.Errorf("%w: rows of %s with %d columns of %d", ErrMalformed, l.table, n, len(l.types))
	}
	change := Change{Table: l.table, NoForeignKeys: flags&(noForeignKeys|sqlForeignKeys) != 0}
	images := images{layout: l, before: c.take(size(len(l.types)))}
	switch op(kind) {
	case Insert:
		change.Kind, images.after, images.before = Insert, images.before, nil
	case Update:
		change.Kind, images.after = Update, c.take(size(len(l.types)))
	case Delete:
		change.Kind = Delete
	}
	if kind == replication.PARTIAL_UPDATE_ROWS_EVENT {
		r.fault(l.table, ErrPartialImage)
		return nil
	}
	data := c.data
	if compressed(kind) {
		plain, err := mysql.DecompressMariadbData(data)
		if err != nil {
			return fmt.Errorf("%w: compressed rows of %s: %w", ErrMalformed, l.table, err)
		}
		data = plain
	}
	if c.bad {
		return fmt.Errorf("%w: rows of %s", ErrMalformed, l.table)
	}
	return r.split(change, images, data)
}

// dummyTable is the number in events that only end a statement.
const dummyTable = 0xffffff

// images says what the rows of an event have: a bitmap of the columns before and after, nil where there is no such image.
type images struct {
	layout        *layout
	before, after []byte
}

// split takes an event's rows apart.
func (r *reader) split(change Change, i images, data []byte) error {
	for len(data) > 0 {
		change.Before, change.After = Row{}, Row{}
		begun := len(data)
		for _, side := range []struct {
			present []byte
			row     *Row
		}{{i.before, &change.Before}, {i.after, &change.After}} {
			if side.present == nil {
				continue
			}
			row := Row{layout: i.layout, present: side.present}
			n, err := row.measure(data)
			if err != nil {
				r.fault(i.layout.table, err)
				return nil // where the next row begins cannot be told
			}
			row.image, data = data[:n:n], data[n:]
			*side.row = row
		}
		if len(data) == begun {
			return fmt.Errorf("%w: rows of %s without columns", ErrMalformed, i.layout.table)
		}
		r.add(change, begun-len(data))
	}
	return nil
}

// measure finds how long the row's image is.
func (r Row) measure(data []byte) (int, error) {
	nulls := size(r.count())
	if len(data) < nulls {
		return 0, ErrMalformed
	}
	at, nth := nulls, 0
	for i, t := range r.layout.types {
		if !bit(r.present, i) {
			continue
		}
		if !bit(data[:nulls], nth) {
			n, err := width(t, r.layout.metas[i], data[at:])
			if err != nil {
				return 0, fmt.Errorf("column %d of %s: %w", i+1, r.layout.table, err)
			}
			at += n
		}
		nth++
	}
	return at, nil
}

func version2(t replication.EventType) bool {
	switch t {
	case replication.WRITE_ROWS_EVENTv2, replication.UPDATE_ROWS_EVENTv2, replication.DELETE_ROWS_EVENTv2, replication.PARTIAL_UPDATE_ROWS_EVENT:
		return true
	}
	return false
}

func compressed(t replication.EventType) bool {
	switch t {
	case replication.MARIADB_WRITE_ROWS_COMPRESSED_EVENT_V1, replication.MARIADB_UPDATE_ROWS_COMPRESSED_EVENT_V1, replication.MARIADB_DELETE_ROWS_COMPRESSED_EVENT_V1:
		return true
	}
	return false
}

// op is what an event does to rows; 0 if it has none.
func op(t replication.EventType) Kind {
	switch t {
	case replication.WRITE_ROWS_EVENTv1, replication.WRITE_ROWS_EVENTv2, replication.MARIADB_WRITE_ROWS_COMPRESSED_EVENT_V1:
		return Insert
	case replication.UPDATE_ROWS_EVENTv1, replication.UPDATE_ROWS_EVENTv2, replication.MARIADB_UPDATE_ROWS_COMPRESSED_EVENT_V1, replication.PARTIAL_UPDATE_ROWS_EVENT:
		return Update
	case replication.DELETE_ROWS_EVENTv1, replication.DELETE_ROWS_EVENTv2, replication.MARIADB_DELETE_ROWS_COMPRESSED_EVENT_V1:
		return Delete
	}
	return 0
}

func be(raw []byte) (v uint64) {
	for _, b := range raw {
		v = v<<8 | uint64(b)
	}
	return v
}

func le(raw []byte) (v uint64) {
	for i, b := range raw {
		v |= uint64(b) << (8 * i)
	}
	return v
}

func u16(raw []byte) int { return int(binary.LittleEndian.Uint16(raw)) }
