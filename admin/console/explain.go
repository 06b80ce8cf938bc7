package console

import (
	"context"

	"shunt/admin"
)

func explainCommand() command {
	return command{
		verb: "explain",
		forms: []form{{
			"EXPLAIN ROUTE [FOR database] statement",
			"where the statement would go and why; the database is the session's default one (FOR user@database is understood, too)",
		}},
		run: explain,
	}
}

// explain runs EXPLAIN ROUTE. The statement is everything up to the end, unread.
func explain(_ context.Context, s *session, t *tokens) (answer, error) {
	if !t.accept("route") {
		return answer{}, unknown("EXPLAIN ", t.peek(), []string{"ROUTE"})
	}
	database := s.database
	if t.accept("for") {
		var err error
		if database, err = readDatabase(t); err != nil {
			return answer{}, err
		}
	}
	route, err := s.console.service.ExplainRoute(database, t.rest())
	if err != nil {
		return answer{}, syntaxError("%v", err)
	}
	table := admin.TableOf([]admin.Route{route})
	return answer{table: &table}, nil
}

// readDatabase reads database or user@database. No route depends on the user in this version.
func readDatabase(t *tokens) (string, error) {
	database, err := readName(t)
	if err == nil && t.accept("@") {
		database, err = readName(t)
	}
	return database, err
}

func readName(t *tokens) (string, error) {
	tok := t.take()
	if tok.kind != word && tok.kind != name && tok.kind != quoted {
		return "", syntaxError("behind FOR there must be a database, such as shop or `my-shop`")
	}
	return tok.text, nil
}
