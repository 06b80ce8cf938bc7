// Package verify compares the rows of a unit on two servers without carrying them anywhere: each server computes a digest of its own rows, by the same expression.
//
// A [Sum] is how many rows there are and the sum of 64 bits of SHA-256 of each, so that rows in any order give the same, and equal rows do not cancel each other out as
// they would with XOR. [Tables] asks for whole tables, [Keys] for some rows, [Compare] for both sides, and down to the piece of a table that differs. What two servers
// may show in different ways is written in one: FLOAT as DOUBLE, ENUM, SET and BIT as numbers, text as its bytes, moments in UTC.
//
// That nothing is written meanwhile, or that both sides are at one position, is the business of those who ask.
package verify

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/rows"
	"shunt/sharding/move/unit"
	"shunt/statement"
)

// Sum is the digest of some rows.
type Sum struct {
	Rows uint64
	Hash string // a decimal number; 0 without rows
}

// Prepare sets a session up for all that this package asks. Texts of any length go into a digest, so it may have to be called once only.
func Prepare(ctx context.Context, c *control.Conn) error {
	_, err := c.Script(ctx, rows.Session(c)...)
	return err
}

// Tables gives the sums of whole tables, in their order, many with one packet. Tables without rows of their own count as empty.
func Tables(ctx context.Context, c *control.Conn, u unit.Unit, tables []rows.Table) ([]Sum, error) {
	const most = 100 // tables with one packet
	var sums []Sum
	for some := range slices.Chunk(tables, most) {
		questions := make([]string, len(some))
		for i := range some {
			questions[i] = question(u, &some[i], "")
			if some[i].Storage == rows.Empty {
				questions[i] = "SELECT 0, 0"
			}
		}
		results, err := c.Script(ctx, questions...)
		if err != nil {
			return nil, fmt.Errorf("the digest of table %s: %w", some[min(len(results), len(some)-1)].Name, err)
		}
		for _, r := range results {
			row := rows.Texts(r)[0]
			sums = append(sums, sumOf(row))
		}
	}
	return sums, nil
}

func sumOf(row []string) (s Sum) {
	_, _ = fmt.Sscan(row[0], &s.Rows)
	s.Hash = row[1]
	return s
}

// one asks for the sum of the rows that meet a condition.
func one(ctx context.Context, c *control.Conn, u unit.Unit, t *rows.Table, condition string) (Sum, error) {
	r, err := c.Query(ctx, question(u, t, condition))
	if err != nil {
		return Sum{}, fmt.Errorf("the digest of table %s: %w", t.Name, err)
	}
	return sumOf(rows.Texts(r)[0]), nil
}

// question is the SELECT for a sum. The hash is computed in a table of its own, so once for each row.
func question(u unit.Unit, t *rows.Table, condition string) string {
	if condition != "" {
		condition = " WHERE " + condition
	}
	return "SELECT COUNT(*), COALESCE(SUM(CAST(CONV(LEFT(h, 16), 16, 10) AS UNSIGNED)), 0) FROM (SELECT " + hash(t) + " AS h FROM " + t.From(u) + condition + ") AS hashed"
}

// hash is the expression for a row: each value with its length before it, so that no two rows read alike.
func hash(t *rows.Table) string {
	parts := []string{"''"}
	for _, c := range t.Columns { // those that are computed, too: the servers should agree about them
		v := canonical(&c)
		parts = append(parts, "IFNULL(CONCAT(LENGTH("+v+"), ':', "+v+"), 'N')")
	}
	return "SHA2(CONCAT(" + strings.Join(parts, ", ") + "), 256)"
}

// long are types whose values are hashed before they are put together: a text above max_allowed_packet would be NULL.
var long = map[string]bool{"text": true, "mediumtext": true, "longtext": true, "blob": true, "mediumblob": true, "longblob": true, "json": true, "vector": true}

// canonical is the expression for a value.
func canonical(c *rows.Column) string {
	name := statement.QuoteName(c.Name)
	v := c.Ask()
	switch {
	case c.Kind == rows.JSON:
		v = "CAST(CAST(" + name + " AS CHAR CHARACTER SET utf8mb4) AS BINARY)"
	case c.Kind == rows.ASCII:
		v = "CAST(" + name + " AS CHAR)"
	case c.Kind == rows.Shape:
		return "SHA2(" + name + ", 256)"
	case c.Kind == rows.Quoted && c.Charset != "":
		v = "CAST(" + name + " AS BINARY)"
	}
	if long[c.Type] {
		return "SHA2(" + v + ", 256)"
	}
	return v
}

// Rows is Keys for keys that are SQL already: each a value, or several in parentheses in the order of the key's columns.
func Rows(ctx context.Context, c *control.Conn, u unit.Unit, t *rows.Table, keys []string) (Sum, error) {
	columns := keyColumns(t)
	if len(columns) == 0 || len(keys) == 0 {
		return Sum{}, fmt.Errorf("table %s has no key that names its rows, or no rows are named", t.Name)
	}
	names := make([]string, len(columns))
	for i := range columns {
		names[i] = statement.QuoteName(columns[i].Name)
	}
	return one(ctx, c, u, t, "("+strings.Join(names, ", ")+") IN ("+strings.Join(keys, ", ")+")")
}
