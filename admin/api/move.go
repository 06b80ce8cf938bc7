package api

import (
	"context"
	"errors"
	"net/http"

	"shunt/admin"
	"shunt/sharding/move"
	"shunt/store"
)

// moveOrder is the body of POST /api/v1/moves/start and moves/check.
type moveOrder struct {
	Database string `json:"database" doc:"what is to be moved"`
	To       string `json:"to" doc:"the cluster that it is moved to"`
}

type moveName struct {
	Database string `json:"database" doc:"whose move it is"`
}

// moveRoutes are the moves of databases.
func (a *API) moveRoutes() []route {
	want := func(wish move.Wish) func(*http.Request, moveName) ([]admin.MoveRow, error) {
		return func(r *http.Request, b moveName) ([]admin.MoveRow, error) {
			return a.service.WantMove(r.Context(), actor(r), b.Database, "", wish)
		}
	}
	return []route{
		read("moves", "The last move of every database.", a.service.Moves),
		moveRoute("moves/start", "A database is copied to another cluster while it is in use, and switches to it. It is answered as soon as that is written down; GET moves tells how far it is. "+
			"409: it is being moved already, or lives there.", func(r *http.Request, b moveOrder) ([]admin.MoveRow, error) {
			return a.service.Move(r.Context(), actor(r), move.Order{Database: b.Database, To: b.To})
		}),
		moveRoute("moves/check", "Whether a database can be moved, and what would be done. Nothing is changed.", func(r *http.Request, b moveOrder) ([]admin.CheckRow, error) {
			return a.service.MoveDryRun(r.Context(), move.Order{Database: b.Database, To: b.To})
		}),
		moveRoute("moves/rollback", "Before the switch all of a move is taken back; after it the database goes back, with all that was written since. 409: it is over, or has no way back.", want(move.Rollback)),
		moveRoute("moves/finish", "The way back is given up: what is left on the old cluster is dropped. 409: it has not switched.", want(move.Finish)),
	}
}

func moveRoute[B, T any](path, about string, run func(*http.Request, B) ([]T, error)) route {
	var body B
	return route{
		method: "POST", path: prefix + path, about: about, body: body, answer: []T{},
		handle: func(w http.ResponseWriter, r *http.Request) {
			order, err := readBody[B](w, r)
			var rows []T
			if err == nil {
				rows, err = run(r, order)
			}
			reply(w, rows, moveStatus(err))
		},
	}
}

// moveStatus gives an error of these orders its status.
func moveStatus(err error) error {
	switch {
	case errors.Is(err, move.ErrUnknown):
		return &Error{http.StatusNotFound, err.Error()}
	case errors.Is(err, move.ErrRefused), errors.Is(err, store.ErrConflict):
		return &Error{http.StatusConflict, err.Error()}
	case errors.Is(err, store.ErrUnavailable):
		return &Error{http.StatusServiceUnavailable, err.Error()}
	}
	return err
}

// Move orders a move.
func (c *Client) Move(ctx context.Context, database, to string) ([]admin.MoveRow, error) {
	return give[[]admin.MoveRow](ctx, c, "moves/start", moveOrder{database, to})
}

// MoveDryRun tells what a move would do.
func (c *Client) MoveDryRun(ctx context.Context, database, to string) ([]admin.CheckRow, error) {
	return give[[]admin.CheckRow](ctx, c, "moves/check", moveOrder{database, to})
}

// WantMove tells a move to go back, or to end.
func (c *Client) WantMove(ctx context.Context, database string, wish move.Wish) ([]admin.MoveRow, error) {
	return give[[]admin.MoveRow](ctx, c, "moves/"+string(wish), moveName{database})
}

// Moves lists the last move of every database.
func (c *Client) Moves(ctx context.Context) ([]admin.MoveRow, error) {
	return ask[[]admin.MoveRow](ctx, c, http.MethodGet, prefix+"moves", nil)
}
