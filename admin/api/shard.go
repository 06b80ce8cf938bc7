package api

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"shunt/admin"
)

// shardRoutes tell what was asked, and what that means for modules.
func (a *API) shardRoutes() []route {
	s := a.service
	return []route{
		read("digests", "What was asked, by the shape of the statements.", always(s.Digests)),
		read("tablesets", "Which tables transactions have touched together.", always(s.TableSets)),
		{
			method: "GET", path: prefix + "shard/lint", answer: []admin.FindingRow{},
			about: "What crosses the border between a module's tables and the rest. The module is one that is configured, or is proposed by a database and tables.",
			query: []param{
				{name: "module", about: "the name of a module that is configured"},
				{name: "database", about: "the database of one that is proposed"},
				{name: "tables", about: "its tables, with commas between; an asterisk stands for any characters"},
				{name: "cluster", about: "where it would live; a cluster of its own if it is left out"},
			},
			handle: func(w http.ResponseWriter, r *http.Request) {
				q := r.URL.Query()
				o := admin.LintOrder{Module: q.Get("module"), Database: q.Get("database"), Cluster: q.Get("cluster")}
				if tables := q.Get("tables"); tables != "" {
					o.Tables = strings.Split(tables, ",")
				}
				rows, err := s.Lint(r.Context(), o)
				reply(w, rows, err)
			},
		},
		{
			method: "GET", path: prefix + "shard/advice", answer: []admin.AdviceRow{},
			about: "Which tables could be a module of their own, and what that would take away from the primary.",
			query: []param{{name: "database", about: "only of this database"}},
			handle: func(w http.ResponseWriter, r *http.Request) {
				rows, err := s.Advice(r.Context(), r.URL.Query().Get("database"))
				reply(w, rows, err)
			},
		},
	}
}

// Digests asks what was asked, by the shape of the statements.
func (c *Client) Digests(ctx context.Context) ([]admin.DigestRow, error) {
	return get[[]admin.DigestRow](ctx, c, "digests")
}

// TableSets asks which tables transactions have touched together.
func (c *Client) TableSets(ctx context.Context) ([]admin.TableSetRow, error) {
	return get[[]admin.TableSetRow](ctx, c, "tablesets")
}

// Lint asks what crosses the border of a module.
func (c *Client) Lint(ctx context.Context, o admin.LintOrder) ([]admin.FindingRow, error) {
	q := url.Values{"module": {o.Module}, "database": {o.Database}, "tables": {strings.Join(o.Tables, ",")}, "cluster": {o.Cluster}}
	return get[[]admin.FindingRow](ctx, c, "shard/lint?"+q.Encode())
}

// Advice asks which modules there could be, in a database or (empty) in those that are asked for most.
func (c *Client) Advice(ctx context.Context, database string) ([]admin.AdviceRow, error) {
	return get[[]admin.AdviceRow](ctx, c, "shard/advice?"+url.Values{"database": {database}}.Encode())
}
