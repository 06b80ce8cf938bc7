package console

import (
	"context"

	"shunt/admin"
)

func explainCommand() command {
	return command{
		verb: "explain",
		forms: []form{{
			"EXPLAIN ROUTE [FOR [user@]database] statement",
			"where the statement would go and why, for a session of that user with that default database",
		}},
		run: explain,
	}
}

// explain runs EXPLAIN ROUTE. The statement is everything up to the end, unread.
func explain(_ context.Context, s *session, t *tokens) (answer, error) {
	if !t.accept("route") {
		return answer{}, unknown("EXPLAIN ", t.peek(), []string{"ROUTE"})
	}
	user, database := "", s.database
	if t.accept("for") {
		var err error
		if user, database, err = readSession(t); err != nil {
			return answer{}, err
		}
	}
	route, err := s.console.service.ExplainRoute(user, database, t.rest())
	if err != nil {
		return answer{}, syntaxError("%v", err)
	}
	table := admin.TableOf([]admin.Route{route})
	return answer{table: &table}, nil
}

// readSession reads database or user@database.
func readSession(t *tokens) (user, database string, err error) {
	database, err = readName(t)
	if err == nil && t.accept("@") {
		user = database
		database, err = readName(t)
	}
	return user, database, err
}

func readName(t *tokens) (string, error) {
	tok := t.take()
	if tok.kind != word && tok.kind != name && tok.kind != quoted {
		return "", syntaxError("behind FOR there must be a database, such as shop or `my-shop`")
	}
	return tok.text, nil
}
