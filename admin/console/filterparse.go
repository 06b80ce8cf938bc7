package console

import (
	"strconv"
	"strings"

	"shunt/admin"
	"shunt/admin/nearest"
)

// parseFilter reads all that is left of a SHOW: [LIKE 'pattern'] [WHERE …] [ORDER BY …] [LIMIT …].
func parseFilter(t *tokens, columns []admin.Column) (filter, error) {
	p := filterParser{tokens: t, columns: columns, filter: filter{limit: -1}}
	for _, clause := range []struct {
		words []string
		parse func() error
	}{
		{[]string{"like"}, p.like}, {[]string{"where"}, p.where}, {[]string{"order", "by"}, p.orderBy}, {[]string{"limit"}, p.limit},
	} {
		if t.accept(clause.words...) {
			if err := clause.parse(); err != nil {
				return filter{}, err
			}
		}
	}
	if left := t.peek(); left.kind != end {
		return filter{}, unknown("", left, []string{"LIKE", "WHERE", "AND", "ORDER BY", "DESC", "LIMIT"})
	}
	return p.filter, nil
}

type filterParser struct {
	*tokens
	columns []admin.Column
	filter  filter
}

// like reads the pattern for the first column.
func (p *filterParser) like() error {
	pattern, err := p.value("LIKE")
	if err != nil {
		return err
	}
	return p.add(0, "LIKE", pattern)
}

func (p *filterParser) add(column int, op, value string) error {
	c, err := newCondition(column, p.columns[column], op, value)
	p.filter.conditions = append(p.filter.conditions, c)
	return err
}

func (p *filterParser) where() error {
	for {
		column, err := p.column("where clause")
		if err != nil {
			return err
		}
		op := strings.ToUpper(p.take().text)
		switch op {
		case "":
			return syntaxError("behind column %s there must be a comparison, such as = 'text'", p.columns[column].Name)
		case "=", "!=", "<>", "<", "<=", ">", ">=", "LIKE":
		default:
			return syntaxError("%q is no comparison; known are =, !=, <, >, <=, >=, LIKE", shorten(op))
		}
		value, err := p.value(op)
		if err != nil {
			return err
		}
		if err := p.add(column, op, value); err != nil {
			return err
		}
		if !p.accept("and") {
			return nil
		}
	}
}

func (p *filterParser) orderBy() error {
	for {
		column, err := p.column("order clause")
		if err != nil {
			return err
		}
		o := order{column: column, descending: p.accept("desc")}
		if !o.descending {
			p.accept("asc")
		}
		p.filter.order = append(p.filter.order, o)
		if !p.accept(",") {
			return nil
		}
	}
}

// limit reads n, n OFFSET m, or m, n.
func (p *filterParser) limit() error {
	first, err := p.count()
	if err != nil {
		return err
	}
	p.filter.limit = first
	switch {
	case p.accept(","):
		p.filter.skip = first
		p.filter.limit, err = p.count()
	case p.accept("offset"):
		p.filter.skip, err = p.count()
	}
	return err
}

func (p *filterParser) count() (int, error) {
	tok := p.take()
	n, err := strconv.Atoi(tok.text)
	if tok.kind != number || err != nil {
		return 0, syntaxError("LIMIT takes whole numbers from 0 on, not %q", shorten(tok.text))
	}
	return n, nil
}

// column reads the name of one of the columns and gives its index.
func (p *filterParser) column(clause string) (int, error) {
	tok := p.take()
	if tok.kind == end {
		return 0, syntaxError("a column is missing; there are %s", strings.Join(p.names(), ", "))
	}
	for i, c := range p.columns {
		if (tok.kind == word || tok.kind == name) && strings.EqualFold(c.Name, tok.text) {
			return i, nil
		}
	}
	hint := nearest.Hint(tok.text, p.names())
	if hint == "" {
		hint = "there are " + strings.Join(p.names(), ", ")
	}
	return 0, unknownColumn(tok.text, clause, hint)
}

func (p *filterParser) names() []string {
	names := make([]string, len(p.columns))
	for i, c := range p.columns {
		names[i] = c.Name
	}
	return names
}

// value reads a text, a number or a word.
func (p *filterParser) value(behind string) (string, error) {
	sign := ""
	if p.accept("-") {
		sign = "-"
	}
	tok := p.take()
	switch tok.kind {
	case number, quoted, word:
	default:
		return "", syntaxError("behind %s there must be a value, such as 'text' or 12", behind)
	}
	if after := p.peek(); after.kind != end && after.at == tok.after && after.text != "," {
		return "", syntaxError("a value such as %q needs quotes: '…'", shorten(p.sql[tok.at:]))
	}
	return sign + tok.text, nil
}
