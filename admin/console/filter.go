package console

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"shunt/admin"
)

// filter is what may stand behind every SHOW: which rows, in which order, how many.
type filter struct {
	conditions []condition
	order      []order
	skip       int
	limit      int // -1: all
}

// condition is column op value. A row whose column is NULL does not meet any.
type condition struct {
	column  int
	op      string
	text    string         // the value, lower case
	numeric bool           // the column has numbers: number is compared
	number  float64        // the value as a number
	pattern *regexp.Regexp // the value of LIKE
}

type order struct {
	column     int
	descending bool
}

// apply gives the rows that the filter lets through, in its order.
func (f filter) apply(rows [][]any) [][]any {
	var out [][]any
	for _, row := range rows {
		if f.meets(row) {
			out = append(out, row)
		}
	}
	if len(f.order) > 0 {
		slices.SortStableFunc(out, f.compare)
	}
	out = out[min(f.skip, len(out)):]
	if f.limit >= 0 {
		out = out[:min(f.limit, len(out))]
	}
	return out
}

func (f filter) meets(row []any) bool {
	for _, c := range f.conditions {
		if !c.meets(row[c.column]) {
			return false
		}
	}
	return true
}

func (f filter) compare(a, b []any) int {
	for _, o := range f.order {
		c := compareValues(a[o.column], b[o.column])
		if o.descending {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// compareValues orders the values of one column: NULL first, as servers do; numbers by size, all else by letter, in any case.
func compareValues(a, b any) int {
	if a == nil || b == nil {
		return cmp.Compare(rank(a), rank(b))
	}
	x, isNumber := asNumber(a)
	if y, both := asNumber(b); isNumber && both {
		return cmp.Compare(x, y)
	}
	return strings.Compare(strings.ToLower(admin.Text(a)), strings.ToLower(admin.Text(b)))
}

func rank(v any) int {
	if v == nil {
		return 0
	}
	return 1
}

func asNumber(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case uint64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

func (c condition) meets(value any) bool {
	if value == nil {
		return false
	}
	text := strings.ToLower(admin.Text(value))
	if c.op == "LIKE" {
		return c.pattern.MatchString(text)
	}
	order := strings.Compare(text, c.text)
	if v, ok := asNumber(value); ok && c.numeric {
		order = cmp.Compare(v, c.number)
	}
	switch c.op {
	case "=":
		return order == 0
	case "!=", "<>":
		return order != 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

// newCondition makes the value comparable with the column's.
func newCondition(column int, about admin.Column, op, value string) (condition, error) {
	c := condition{column: column, op: op, text: strings.ToLower(value)}
	if op == "LIKE" {
		var err error
		if c.pattern, err = admin.Like(value, true); err != nil {
			return c, syntaxError("LIKE cannot use %q: %v", shorten(value), err)
		}
		return c, nil
	}
	switch about.Kind {
	case admin.Whole, admin.Decimal:
		number, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return c, syntaxError("column %s has numbers, %q is none", about.Name, shorten(value))
		}
		c.number, c.numeric = number, true
	case admin.Truth:
		truth, err := parseTruth(c.text)
		if err != nil {
			return c, syntaxError("column %s is yes or no, %q is neither", about.Name, shorten(value))
		}
		c.text = truth
	case admin.Words, admin.List:
	}
	return c, nil
}

func parseTruth(text string) (string, error) {
	if text == "yes" || text == "no" {
		return text, nil
	}
	truth, err := strconv.ParseBool(text)
	return admin.Text(truth), err
}
