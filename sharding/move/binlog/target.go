package binlog

import (
	"context"
	"errors"
	"fmt"
	"strings"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"

	"shunt/backend/monitor/control"
	"shunt/topology"
)

// Column is what writing a value has to know of a column of the destination.
type Column struct {
	Name      string
	Type      string // as information_schema's DATA_TYPE: int, varchar, uuid …
	Charset   string // of texts; empty for binary strings and everything else
	Length    int    // of strings, in bytes
	Digits    int    // of fractions of a second
	Unsigned  bool
	Nullable  bool
	Generated bool // its value follows from others and cannot be written
	Period    bool // begins or ends the life of a row (MariaDB's system versioning)
	Restamps  bool // has ON UPDATE CURRENT_TIMESTAMP
}

// Target is a table of the destination.
type Target struct {
	Table    Table
	Columns  []Column
	Key      []int // columns of the primary key, or of a unique one that has no NULL; nil: rows are found by all their columns
	Sequence bool  // MariaDB's
	// Versioned says that the source's rows have two columns behind these, the life of the row, which MariaDB does not show.
	Versioned bool
	hidden    int // columns behind all others that MariaDB keeps for itself
	Flavor    topology.Flavor
}

// ErrDefinition says that the table of the destination is not the one that the rows come from.
var ErrDefinition = errors.New("the table is another one on the destination")

// Describe reads the definition of a table on the server that c is connected to; ErrDefinition if it has none.
func Describe(ctx context.Context, c *control.Conn, t Table) (*Target, error) {
	d := &Target{Table: t, Flavor: c.Flavor()}
	where := fmt.Sprintf("TABLE_SCHEMA = %s AND TABLE_NAME = %s", text(t.Database), text(t.Name))
	kind, err := c.Query(ctx, "SELECT TABLE_TYPE, COALESCE(e.TRANSACTIONS, 'YES') FROM information_schema.TABLES t LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE WHERE "+where)
	if err != nil {
		return nil, err
	}
	if kind.RowNumber() == 0 {
		return nil, fmt.Errorf("%w: there is no %s", ErrDefinition, t)
	}
	name, _ := kind.GetString(0, 0)
	if transactions, _ := kind.GetString(0, 1); transactions != "YES" && d.Flavor == topology.MySQL {
		return nil, fmt.Errorf("%w: %s has an engine without transactions, whose rows MySQL does not write together with the position; ALTER TABLE … ENGINE = InnoDB", ErrUnsupported, t)
	}
	d.Sequence, d.Versioned = name == "SEQUENCE", name == "SYSTEM VERSIONED"
	if d.Sequence {
		return d, nil
	}
	columns, err := c.Query(ctx, "SELECT COLUMN_NAME, DATA_TYPE, COALESCE(CHARACTER_SET_NAME, ''), COALESCE(CHARACTER_OCTET_LENGTH, 0), COALESCE(DATETIME_PRECISION, 0), "+
		"COLUMN_TYPE, IS_NULLABLE, LOWER(EXTRA), COALESCE(GENERATION_EXPRESSION, '') FROM information_schema.COLUMNS WHERE "+where+" ORDER BY ORDINAL_POSITION")
	if err != nil {
		return nil, err
	}
	for i := range columns.RowNumber() {
		column, err := readColumn(columns, i)
		if err != nil {
			return nil, err
		}
		d.Columns = append(d.Columns, column)
		if column.Period {
			d.Versioned = false // the columns can be seen
		}
	}
	return d, d.findKey(ctx, c, where)
}

func readColumn(r *gomysql.Result, i int) (c Column, err error) {
	var texts [9]string
	for j := range texts {
		if texts[j], err = r.GetString(i, j); err != nil {
			return c, err
		}
	}
	length, err := r.GetInt(i, 3)
	digits, err2 := r.GetInt(i, 4)
	extra := texts[7]
	c = Column{Name: texts[0], Type: strings.ToLower(texts[1]), Charset: texts[2], Length: int(length), Digits: int(digits),
		Unsigned: strings.Contains(strings.ToLower(texts[5]), "unsigned"), Nullable: texts[6] == "YES",
		Period:   texts[8] == "ROW START" || texts[8] == "ROW END",
		Restamps: strings.Contains(extra, "on update")}
	c.Generated = !c.Period && texts[8] != "" && strings.Contains(extra, "generated")
	if c.Charset == "binary" {
		c.Charset = ""
	}
	return c, errors.Join(err, err2)
}

// findKey finds the primary key, or else the unique key with the fewest columns.
func (d *Target) findKey(ctx context.Context, c *control.Conn, where string) error {
	r, err := c.Query(ctx, "SELECT INDEX_NAME, COLUMN_NAME, COALESCE(SUB_PART, 0), INDEX_TYPE FROM information_schema.STATISTICS WHERE "+where+
		" AND NON_UNIQUE = 0 ORDER BY INDEX_NAME = 'PRIMARY' DESC, INDEX_NAME, SEQ_IN_INDEX")
	if err != nil {
		return err
	}
	var names []string
	keys := map[string][]int{}
	unfit := map[string]bool{}
	for i := range r.RowNumber() {
		name, _ := r.GetString(i, 0)
		if keys[name] == nil {
			names = append(names, name)
			if kind, _ := r.GetString(i, 3); kind == "HASH" && d.Flavor == topology.MariaDB {
				d.hidden++ // its values are hashed in a column that nobody sees
			}
		}
		n := -1
		if column, err := r.GetString(i, 1); err == nil {
			n = d.column(column)
		}
		part, _ := r.GetInt(i, 2)
		// An index over an expression has no column; one over a prefix is unique, but its rows are found by the whole column all the same.
		if n < 0 || d.Columns[n].Nullable || d.Columns[n].Generated || d.Columns[n].Period || part > 0 && name != "PRIMARY" {
			unfit[name] = true
		}
		keys[name] = append(keys[name], n)
	}
	for _, name := range names {
		if !unfit[name] && (d.Key == nil || names[0] != "PRIMARY" && len(keys[name]) < len(d.Key)) {
			d.Key = keys[name]
		}
		if name == "PRIMARY" && d.Key != nil {
			break
		}
	}
	return nil
}

func (d *Target) column(name string) int {
	for i := range d.Columns {
		if strings.EqualFold(d.Columns[i].Name, name) {
			return i
		}
	}
	return -1
}

// text is a text for information_schema.
func text(s string) string {
	if s == "" {
		return "''"
	}
	return fmt.Sprintf("_utf8mb4 0x%x", s)
}
