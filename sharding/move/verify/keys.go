package verify

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/rows"
	"shunt/sharding/move/unit"
	"shunt/statement"
)

// Key is the value of a row's key: one literal for each of its columns, as a statement may have it.
type Key []string

// String is the key for people.
func (k Key) String() string { return "(" + strings.Join(k, ", ") + ")" }

// keyColumns are the columns of a table's key.
func keyColumns(t *rows.Table) []rows.Column {
	var list []rows.Column
	for _, name := range t.Key {
		for _, c := range t.Columns {
			if c.Name == name {
				list = append(list, c)
			}
		}
	}
	return list
}

// Literal writes a value of a key's column that was read as [rows.Column.Ask] says. Text says in which characters it is: else it would be compared as bytes, in another order than the
// key's.
func Literal(c *rows.Column, value []byte) string {
	if c.Kind == rows.Quoted && c.Charset != "" {
		return "_" + c.Charset + " X'" + hex.EncodeToString(value) + "'"
	}
	return string(c.Kind.Literal(nil, value, false))
}

// after is the condition for rows behind a key, in the key's order.
func after(columns []rows.Column, k Key) string {
	var ways []string
	equal := ""
	for i := range columns {
		name := statement.QuoteName(columns[i].Name)
		ways = append(ways, equal+name+" > "+k[i])
		equal += name + " = " + k[i] + " AND "
	}
	return "(" + strings.Join(ways, " OR ") + ")"
}

// A chunk is the rows behind one key, up to another. nil: from the first, or to the last.
type chunk struct{ after, upTo Key }

// condition is what the rows of a chunk meet. The comparisons of the first column alone let a server use the key.
func (k chunk) condition(columns []rows.Column) string {
	var all []string
	first := statement.QuoteName(columns[0].Name)
	if k.after != nil {
		all = append(all, first+" >= "+k.after[0], after(columns, k.after))
	}
	if k.upTo != nil {
		all = append(all, first+" <= "+k.upTo[0], "NOT "+after(columns, k.upTo))
	}
	return strings.Join(all, " AND ")
}

// next asks for the key of row n of a chunk; nil: there are fewer.
func next(ctx context.Context, c *control.Conn, u unit.Unit, t *rows.Table, within chunk, n int) (Key, error) {
	columns := keyColumns(t)
	var asked, order []string
	for i := range columns {
		asked = append(asked, columns[i].Ask())
		order = append(order, statement.QuoteName(columns[i].Name))
	}
	where := within.condition(columns)
	if where != "" {
		where = " WHERE " + where
	}
	var found Key
	err := c.Send(ctx, append(make([]byte, control.Room), fmt.Sprintf("SELECT %s FROM %s%s ORDER BY %s LIMIT 1 OFFSET %d",
		strings.Join(asked, ", "), t.From(u), where, strings.Join(order, ", "), n-1)...), control.Replies{Row: func(row []byte) error {
		for i := range columns {
			value, _, rest, err := control.Cell(row)
			if err != nil {
				return err
			}
			found = append(found, Literal(&columns[i], value))
			row = rest
		}
		return nil
	}})
	return found, err
}

// Keys gives the sum of the rows with these keys, such as those that were written since a table was compared. The table has a key; a few hundred keys at a time are best.
func Keys(ctx context.Context, c *control.Conn, u unit.Unit, t *rows.Table, keys []Key) (Sum, error) {
	columns := keyColumns(t)
	if len(columns) > 0 && len(keys) == 0 {
		return Sum{Hash: "0"}, nil
	}
	list := make([]string, len(keys))
	for i, k := range keys {
		if len(columns) > 0 && len(k) != len(columns) {
			return Sum{}, fmt.Errorf("table %s: %s is no key of %d columns", t.Name, k, len(columns))
		}
		list[i] = k.String()
	}
	return Rows(ctx, c, u, t, list)
}
