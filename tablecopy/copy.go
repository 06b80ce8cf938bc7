package tablecopy

import (
	"fmt"
	"strconv"
	"strings"

	"shunt/mysql"
	"shunt/statement"
)

// Ask is the SELECT for the rows of a table, or those that meet all filters (conditions about the table's columns under the name alias). limit bounds
// them: one more than can be used tells that there are too many.
func (d *Definition) Ask(schema, table, alias string, filters []string, limit int) string {
	var b strings.Builder
	b.WriteString("SELECT ")
	n := 0
	for i := range d.Columns {
		if d.Columns[i].Generated {
			continue
		}
		if n > 0 {
			b.WriteString(", ")
		}
		b.WriteString(d.Columns[i].kind.question(statement.QuoteName(alias) + "." + statement.QuoteName(d.Columns[i].Name)))
		n++
	}
	b.WriteString(" FROM " + statement.QuoteName(schema) + "." + statement.QuoteName(table) + " AS " + statement.QuoteName(alias))
	for i, f := range filters {
		b.WriteString([]string{" WHERE ", " AND "}[min(i, 1)] + f)
	}
	b.WriteString(" LIMIT " + strconv.Itoa(limit))
	return b.String()
}

// Create is the statement that makes the temporary table.
func (d *Definition) Create(schema, table string) string {
	return "CREATE TEMPORARY TABLE " + statement.QuoteName(schema) + "." + statement.QuoteName(table) + " (" + strings.Join(d.items, ", ") + ") ENGINE=InnoDB" + d.options
}

// Drop is the statement that drops temporary tables with these qualified names.
func Drop(names []string) string {
	return "DROP TEMPORARY TABLE IF EXISTS " + strings.Join(names, ", ")
}

// Name is a table's name as Drop takes it.
func Name(schema, table string) string {
	return statement.QuoteName(schema) + "." + statement.QuoteName(table)
}

// Settings are what a connection has to have set while a table is filled, so that every value is taken as it is: zeros in AUTO_INCREMENT columns, dates that
// are none, names in any characters. Unset makes it as it was before; what that was is kept in user variables of ours.
const (
	Settings = "SET @shunt_client=@@character_set_client, @shunt_zone=@@time_zone, @shunt_mode=@@sql_mode, character_set_client=utf8mb4, time_zone='+00:00'," +
		" sql_mode='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'"
	Unset = "SET character_set_client=@shunt_client, time_zone=@shunt_zone, sql_mode=@shunt_mode"
)

// piece is how long an INSERT may become, in bytes: far below what servers take at least (max_allowed_packet 1 MiB), but for a row that is longer.
const piece = 256 << 10

// Fill gives the INSERTs for rows that Ask was answered with.
func (d *Definition) Fill(schema, table string, rows []mysql.Row) ([]string, error) {
	var columns []string
	var kinds []kind
	for i := range d.Columns {
		if c := &d.Columns[i]; !c.Generated {
			columns, kinds = append(columns, statement.QuoteName(c.Name)), append(kinds, c.kind)
		}
	}
	head := "INSERT INTO " + Name(schema, table) + " (" + strings.Join(columns, ",") + ") VALUES "
	var all []string
	var b []byte
	for _, row := range rows {
		if len(row) != len(kinds) {
			return nil, fmt.Errorf("table %s: a row has %d values for %d columns", table, len(row), len(kinds))
		}
		if len(b) > piece {
			all, b = append(all, string(b)), b[:0]
		}
		if len(b) == 0 {
			b = append(b, head...)
		} else {
			b = append(b, ',')
		}
		for i, value := range row {
			b = append(b, "(,"[min(i, 1)])
			b = kinds[i].appendLiteral(b, value)
		}
		b = append(b, ')')
	}
	if len(b) > 0 {
		all = append(all, string(b))
	}
	return all, nil
}
