package console

import (
	"context"
	"errors"
	"strconv"

	"shunt/admin"
	"shunt/mysql"
)

func killCommand() command {
	return command{
		verb: "kill",
		forms: []form{
			{"KILL id", "end a client; the id is that of SHOW CLIENTS"},
			{"KILL QUERY id", "stop what a client runs now"},
		},
		run: kill,
	}
}

// kill runs KILL [CONNECTION | QUERY] id.
func kill(ctx context.Context, s *session, t *tokens) (answer, error) {
	query := t.accept("query")
	if !query {
		t.accept("connection")
	}
	tok := t.take()
	id, err := strconv.ParseUint(tok.text, 10, 64)
	if tok.kind != number || err != nil {
		return answer{}, syntaxError("KILL takes the id of a client, not %q", shorten(tok.text))
	}
	if err := t.finish(); err != nil {
		return answer{}, err
	}
	if query && id >= firstID {
		return done, nil // a client program that was interrupted means its own session, which runs nothing
	}
	err = s.console.service.Kill(ctx, s.actor(), id, query)
	if errors.Is(err, admin.ErrUnknownClient) {
		return answer{}, mysql.NewError(1094, "HY000", "Unknown thread id: %d; SHOW CLIENTS lists them", id)
	}
	return answer{affected: 1}, err
}

// actor is the session for the audit log.
func (s *session) actor() admin.Actor {
	return admin.Actor{Face: "console", User: s.login.User, Address: s.conn.RemoteAddr().String()}
}
