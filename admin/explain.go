package admin

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"shunt/sharding/move"
	"shunt/statement"
)

// ErrNoStatement says that there is nothing to explain.
var ErrNoStatement = errors.New("there is no statement to explain")

// Route is where a statement would go and why: EXPLAIN ROUTE. docs/reference/console.md explains each verdict and reason.
type Route struct {
	Verdict   string   `json:"verdict" doc:"forward: a server gets it; answer: shunt answers itself; hold: it waits for a primary; gather: several clusters get it; combine: its tables come to one of several clusters; spread: several clusters carry it out; spread: several clusters carry it out; refuse: the client gets an error"`
	Cluster   string   `json:"cluster" doc:"the cluster that has its tables; all of them, if there are several"`
	Role      string   `json:"role" doc:"in which role the server serves it: primary or replica"`
	Server    string   `json:"server" doc:"the server; the next statement of its kind may get another one"`
	Reasons   []string `json:"reasons" doc:"the steps that led there"`
	Error     string   `json:"error" doc:"what the client would hear, if it is refused"`
	Kind      string   `json:"kind" doc:"the statement's verb as shunt understands it"`
	Plain     bool     `json:"plain" doc:"whether nothing in it writes, locks or depends on one connection"`
	Retry     bool     `json:"retry" doc:"whether another server is asked if this one fails before it has answered"`
	Tables    []string `json:"tables" doc:"the tables it names, with their modules and what their databases are called on their clusters, if that is another name; those it writes are marked"`
	Functions []string `json:"functions" doc:"the functions it calls that are not known to be pure"`
	Moving    []string `json:"moving" doc:"those of its databases that are being moved: how far, from where and to where, and whether statements wait now"`
	Map       string   `json:"map" doc:"the shard map that it was planned with, as in SHOW PROXIES"`
}

// ExplainRoute plans a statement for a session that has just logged in as a user (empty: one whom the configuration says
// nothing about) with a default database (empty: none).
func (s *Service) ExplainRoute(user, database, sql string) (Route, error) {
	if strings.TrimSpace(sql) == "" {
		return Route{}, ErrNoStatement
	}
	st, plan := s.house.Explain(sql, user, database)
	route := Route{
		Verdict: plan.Verdict.String(), Cluster: plan.Cluster, Kind: st.Kind.String(), Plain: st.Plain, Retry: plan.Again,
		Reasons: []string{}, Tables: tableNames(st.Tables, s.placeOf(database)), Map: s.mapRevision(), Functions: append([]string{}, st.Functions...),
	}
	route.Moving = s.moving(st.Tables, database)
	if len(plan.Clusters) > 0 {
		route.Cluster = strings.Join(plan.Clusters, ", ")
	}
	if plan.Host != nil {
		route.Server, route.Role = plan.Host.Address, plan.Role.String()
	}
	for _, reason := range plan.Reasons() {
		route.Reasons = append(route.Reasons, reason.String())
	}
	if plan.Error != nil {
		route.Error = plan.Error.Error()
	}
	return route, nil
}

// moving tells which databases of a statement are being moved.
func (s *Service) moving(tables []statement.Table, database string) []string {
	names := []string{}
	for _, t := range tables {
		names = append(names, cmp.Or(t.Schema, database))
	}
	if len(tables) == 0 {
		names = append(names, database)
	}
	list := []string{}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		if m, moves := s.house.Moves.Moving(name); moves {
			list = append(list, movingNow(m))
		}
	}
	return list
}

// movingNow is a move in a line, for who asks about a statement.
func movingNow(m move.Move) string {
	line := m.Name() + " is being moved from " + m.From + " to " + m.To + " (" + string(m.State) + "): "
	switch {
	case m.State.Switching():
		return line + "its statements wait while it switches"
	case m.State == move.Reversible:
		return line + "it has switched, and statements go to " + m.To
	case m.State == move.Retiring:
		return line + "statements go to " + m.To + ", and what is left on " + m.From + " is dropped"
	}
	return line + "statements go to " + m.From + " until it switches; for that moment they wait"
}

// tableNames are the tables of a statement, with the modules that they are in, other names that their databases have there, and whether they are written.
func tableNames(tables []statement.Table, placeOf func(statement.Table) string) []string {
	names := []string{}
	for _, t := range tables {
		name := t.Name
		if t.Schema != "" {
			name = t.Schema + "." + name
		}
		if place := placeOf(t); place != "" {
			name += " (" + place + ")"
		}
		if t.Write {
			name += " (written)"
		}
		names = append(names, name)
	}
	return names
}

// placeOf tells the module of a table, and what its database is called on its clusters, if that is another name, for who has a default database; empty for neither.
func (s *Service) placeOf(database string) func(statement.Table) string {
	shards := s.house.Map()
	return func(t statement.Table) string {
		if shards == nil {
			return ""
		}
		database := cmp.Or(t.Schema, database)
		var parts []string
		if place, err := shards.Table(database, t.Name); err == nil && place.Module != nil {
			parts = append(parts, "module "+place.Module.Name)
		}
		if physical := shards.Physical(database); physical != database {
			parts = append(parts, "in "+physical)
		}
		return strings.Join(parts, ", ")
	}
}
