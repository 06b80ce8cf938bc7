package proxy

import (
	"errors"
	"slices"
	"strings"

	"shunt/session"
	"shunt/statement"
	"shunt/tablecopy"
)

// filter gives each table the conditions that its rows have to meet.
func (m *combination) filter(q *statement.Query) error {
	plain, err := m.tellsColumns(q)
	if err != nil {
		return err
	}
	for _, f := range q.Filters {
		if len(f.Of) > 1 || len(f.Plain) > 0 && !plain {
			continue
		}
		if p := m.filtered(f); p != nil {
			m.take(p, f)
		}
	}
	return nil
}

// tellsColumns says whether it can be told whose a column is that has no qualifier. That takes the definitions of all tables; where one is a view, or the like,
// it cannot.
func (m *combination) tellsColumns(q *statement.Query) (bool, error) {
	if !q.Whole || !slices.ContainsFunc(q.Filters, func(f statement.Filter) bool { return len(f.Plain) > 0 }) {
		return false, nil
	}
	for _, p := range m.parts {
		err := m.define(p)
		var why *tablecopy.NotCopied
		if errors.As(err, &why) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// take adds a condition. DATABASE() has to be the session's on every cluster.
func (m *combination) take(p *source, f statement.Filter) {
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
	if p.catalog == nil || !p.catalog.Names(f.Column) {
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
func (m *combination) filtered(f statement.Filter) *source {
	var found *source
	for _, p := range m.parts {
		if len(f.Of) == 1 && f.Of[0] != p.Alias || len(f.Plain) > 0 && !p.def.HasAny(f.Plain) {
			continue
		}
		if found != nil || p.Alias == "" || len(f.Plain) > 0 && !p.def.HasAll(f.Plain) {
			return nil
		}
		found = p
	}
	if found == nil || len(f.Plain) == 0 {
		return found
	}
	if slices.ContainsFunc(m.parts, func(p *source) bool { return p != found && p.def.HasAny(f.Plain) }) {
		return nil
	}
	return found
}
