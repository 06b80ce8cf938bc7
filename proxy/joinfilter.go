package proxy

import (
	"slices"
	"strings"

	"shunt/session"
	"shunt/statement"
	"shunt/tablecopy"
)

// filter gives each table the conditions that its rows have to meet. It needs the definitions, to tell whose a column is that has no qualifier.
func (m *combination) filter(q *statement.Query) {
	for _, f := range q.Filters {
		if len(f.Of) > 1 {
			continue
		}
		if p := m.filtered(q, f); p != nil {
			m.take(p, f)
		}
	}
}

// take adds a condition. DATABASE() has to be the session's on every cluster.
func (m *combination) take(p *part, f statement.Filter) {
	schema := session.Quote(m.c.session.State().Schema)
	sql := strings.ReplaceAll(f.SQL, statement.CallsDatabase, schema)
	for _, n := range f.Params {
		value, ok := m.c.parameter(m.j, n)
		if !ok {
			return
		}
		sql = strings.Replace(sql, statement.Placeholder, value, 1)
	}
	p.filters = append(p.filters, sql)
	if p.catalog == nil || !strings.EqualFold(f.Column, p.catalog.Schema) {
		return
	}
	for _, database := range f.Values {
		if database == statement.CallsDatabase {
			database = m.c.session.State().Schema
		}
		p.databases = append(p.databases, database)
	}
}

// filtered is the one table that a condition is about; nil if that is not sure.
func (m *combination) filtered(q *statement.Query, f statement.Filter) *part {
	var found *part
	for _, p := range m.parts {
		if p.Alias == "" || len(f.Of) == 1 && f.Of[0] != p.Alias {
			continue
		}
		if len(f.Of) == 1 && hasAll(p.def, f.Plain) || len(f.Of) == 0 && q.Whole && hasAll(p.def, f.Plain) {
			if found != nil {
				return nil
			}
			found = p
		}
	}
	if found == nil || len(f.Plain) > 0 && (!q.Whole || slices.ContainsFunc(m.parts, func(p *part) bool { return p != found && hasAny(p.def, f.Plain) })) {
		return nil
	}
	return found
}

func hasAll(d *tablecopy.Definition, columns []string) bool {
	return !slices.ContainsFunc(columns, func(c string) bool { return !d.Has(c) })
}

func hasAny(d *tablecopy.Definition, columns []string) bool {
	return slices.ContainsFunc(columns, d.Has)
}
