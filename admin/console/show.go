package console

import (
	"context"
	"strings"

	"shunt/admin"
	"shunt/mysql"
)

// subject is what SHOW can show.
type subject struct {
	name  string
	about string // for HELP; empty for what only programs ask
	rows  func(s *session) (admin.Table, error)
}

// subjects is the table of all that SHOW can show, in the order of HELP.
func subjects() []subject {
	return []subject{
		{"clusters", "the clusters, their primaries and what is wrong", always((*admin.Service).Clusters)},
		{"servers", "the servers with role, lag and whether they serve", always((*admin.Service).Servers)},
		{"pools", "the connections to each server", always((*admin.Service).Pools)},
		{"clients", "who is connected, and what they do", always((*admin.Service).Clients)},
		{"pins", "who keeps a server connection, and why", always((*admin.Service).Pins)},
		{"stats", "statements by kind, role, server and outcome", unlessBroken((*admin.Service).Stats)},
		{"databases", "which database lives on which cluster", always((*admin.Service).Databases)},
		{"modules", "which tables live apart from their database and where, and what is defined across the border", always((*admin.Service).Modules)},
		{"digests", "what was asked, by the shape of the statements", always((*admin.Service).Digests)},
		{"tablesets", "which tables transactions have touched together", always((*admin.Service).TableSets)},
		{"audit", "what operators have ordered, the newest first", unlessBroken((*admin.Service).Audit)},
		{"config", "the settings in force, and where they come from", always((*admin.Service).Config)},
		{"pauses", "whose writes are paused, and where the data stand still", unlessBroken((*admin.Service).Pauses)},
		{"moves", "the last move of every database, and how far it is", unlessBroken((*admin.Service).Moves)},
		{"stale", "who still comes to this proxy for a database that lives in another datacenter", always((*admin.Service).Stale)},
		{"move status", "whether moves are stopped, and how many work, wait and have failed", unlessBroken((*admin.Service).MoveStatus)},
		{"move classes", "what is wrong with moves, grouped: one remedy serves all of a class", unlessBroken((*admin.Service).MoveClasses)},
		{"proxies", "this proxy as a whole, and the others of its fleet", unlessBroken((*admin.Service).Proxies)},
		{"store", "the store in which proxies agree", always((*admin.Service).Store)},
		{"variables", "", variablesTable},
		{"warnings", "", noWarnings},
	}
}

// elsewhere are words that people bring along from servers, with ours for them.
var elsewhere = map[string]string{
	"processlist": "clients", "replicas": "servers", "slaves": "servers", "hosts": "servers", "status": "stats", "schemas": "databases",
	"settings": "config", "holds": "pauses", "migrations": "moves", "changes": "audit", "history": "audit", "sessions": "clients", "connections": "pools",
}

func always[T any](rows func(*admin.Service) []T) func(*session) (admin.Table, error) {
	return func(s *session) (admin.Table, error) { return admin.TableOf(rows(s.console.service)), nil }
}

func unlessBroken[T any](rows func(*admin.Service) ([]T, error)) func(*session) (admin.Table, error) {
	return func(s *session) (admin.Table, error) {
		all, err := rows(s.console.service)
		return admin.TableOf(all), err
	}
}

func showCommand() command {
	c := command{verb: "show", run: show}
	for _, x := range subjects() {
		if x.about != "" {
			c.forms = append(c.forms, form{"SHOW " + strings.ToUpper(x.name) + " [filter]", x.about})
		}
	}
	c.forms = append(c.forms, form{
		"[LIKE 'pattern'] [WHERE column op value [AND …]] [ORDER BY column [DESC]] [LIMIT n]",
		"the filter of every SHOW: LIKE is about the first column; op is =, !=, <, >, <=, >= or LIKE",
	})
	return c
}

// show runs SHOW with its filter.
func show(ctx context.Context, s *session, t *tokens) (answer, error) {
	if t.accept("help") {
		return help(ctx, s, t)
	}
	for t.accept("full") || t.accept("global") || t.accept("session") { // clients put these before; they mean nothing here
	}
	var names []string
	for _, x := range subjects() {
		if t.accept(strings.Fields(x.name)...) {
			return showSubject(s, x, t)
		}
		if x.about != "" {
			names = append(names, strings.ToUpper(x.name))
		}
	}
	what := t.take()
	if ours := elsewhere[strings.ToLower(what.text)]; ours != "" {
		return answer{}, syntaxError("SHOW %s is not known; did you mean SHOW %s? HELP lists the commands", shorten(what.text), strings.ToUpper(ours))
	}
	return answer{}, unknown("SHOW ", what, names)
}

func showSubject(s *session, x subject, t *tokens) (answer, error) {
	table, err := x.rows(s)
	if err != nil {
		return answer{}, err
	}
	f, err := parseFilter(t, table.Columns)
	if err != nil {
		return answer{}, err
	}
	table.Rows = f.apply(table.Rows)
	return answer{table: &table}, nil
}

// noWarnings is SHOW WARNINGS: the console never has any.
func noWarnings(*session) (admin.Table, error) {
	return admin.Table{Columns: []admin.Column{{Name: "Level"}, {Name: "Code", Kind: admin.Whole}, {Name: "Message"}}}, nil
}

// unknownColumn is the server's error for it, with the columns that look like it.
func unknownColumn(wrong, clause, hint string) error {
	return mysql.NewError(1054, "42S22", "Unknown column '%s' in '%s'; %s", shorten(wrong), clause, hint)
}
