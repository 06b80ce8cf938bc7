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
	Database string `json:"database" doc:"what is to be moved; or one of its modules"`
	Module   string `json:"module" doc:"the module that is to be moved; empty: a database"`
	To       string `json:"to" doc:"the cluster that it is moved to"`
	Window   string `json:"window" doc:"the time of day in which it may begin and switch, such as 22:00-05:00 (UTC) or 22:00-05:00 Europe/Paris; empty: always"`
}

func (o moveOrder) order() move.Order {
	return move.Order{Database: o.Database, Module: o.Module, To: o.To, Window: o.Window}
}

// movesOrder is the body of POST /api/v1/moves/start-many and moves/check-many.
type movesOrder struct {
	To        string   `json:"to" doc:"the cluster that they are moved to"`
	Databases []string `json:"databases" doc:"what is to be moved; or one of the next two"`
	Like      string   `json:"like" doc:"all that this pattern fits, as SQL has it"`
	From      string   `json:"from" doc:"all that live on this cluster"`
	Window    string   `json:"window" doc:"as in moves/start"`
}

func (o movesOrder) order() admin.MovesOrder {
	return admin.MovesOrder{To: o.To, Databases: o.Databases, Like: o.Like, From: o.From, Window: o.Window}
}

type movesStop struct {
	Reason string `json:"reason" doc:"why, for others"`
}

type movesGo struct {
	MaxProcs int `json:"max_procs" doc:"how many may work at a time from now on; 0: as it was"`
}

type moveEnd struct {
	Database string `json:"database" doc:"whose move it is; or that of a module"`
	Module   string `json:"module" doc:"the module whose move it is; empty: a database's"`
	Force    bool   `json:"force" doc:"although there is no dump of the old cluster, or not yet"`
}

type moveName struct {
	Database string `json:"database" doc:"whose move it is; or that of a module"`
	Module   string `json:"module" doc:"the module whose move it is; empty: a database's"`
}

// moveRoutes are the moves of databases.
func (a *API) moveRoutes() []route {
	return []route{
		read("moves", "The last move of every database.", a.service.Moves),
		moveRoute("moves/start", "A database is copied to another cluster while it is in use, and switches to it. It is answered as soon as that is written down; GET moves tells how far it is. "+
			"409: it is being moved already, or lives there.", func(r *http.Request, b moveOrder) ([]admin.MoveRow, error) {
			return a.service.Move(r.Context(), actor(r), b.order())
		}),
		moveRoute("moves/check", "Whether a database can be moved, and what would be done. Nothing is changed.", func(r *http.Request, b moveOrder) ([]admin.CheckRow, error) {
			return a.service.MoveDryRun(r.Context(), b.order())
		}),
		read("moves/status", "Whether moves are stopped, and how many work, wait and have failed.", a.service.MoveStatus),
		read("moves/classes", "What is wrong with moves, grouped: one remedy serves all of a class.", a.service.MoveClasses),
		moveRoute("moves/start-many", "Many databases are moved. It is answered as soon as that is written down; those that cannot be ordered are in the answer with the status refused.",
			func(r *http.Request, b movesOrder) ([]admin.MoveRow, error) {
				return a.service.StartMoves(r.Context(), actor(r), b.order())
			}),
		moveRoute("moves/check-many", "Whether many databases can be moved; what is found is grouped. Nothing is changed.", func(r *http.Request, b movesOrder) ([]admin.ClassRow, error) {
			return a.service.MovesDryRun(r.Context(), b.order())
		}),
		moveRoute("moves/stop", "From now on no move begins, on no proxy; copies are left to be resumed, switches that are under way end by themselves, those that have switched go on following.",
			func(r *http.Request, b movesStop) ([]admin.FleetRow, error) {
				return a.service.StopMoves(r.Context(), actor(r), b.Reason)
			}),
		moveRoute("moves/go", "Moves go on that were stopped, and failures count anew.", func(r *http.Request, b movesGo) ([]admin.FleetRow, error) {
			return a.service.GoOnMoves(r.Context(), actor(r), b.MaxProcs)
		}),
		moveRoute("moves/rollback", "Before the switch all of a move is taken back; after it the database goes back, with all that was written since. 409: it is over, or has no way back.",
			func(r *http.Request, b moveName) ([]admin.MoveRow, error) {
				return a.service.WantMove(r.Context(), actor(r), b.Database, b.Module, move.Rollback)
			}),
		moveRoute("moves/finish", "The way back is given up: what is left on the old cluster is dropped. 409: it has not switched, or there is no dump of the old cluster.",
			func(r *http.Request, b moveEnd) ([]admin.MoveRow, error) {
				wish := move.Finish
				if b.Force {
					wish = move.FinishForced
				}
				return a.service.WantMove(r.Context(), actor(r), b.Database, b.Module, wish)
			}),
		a.dumpRoute(),
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
func (c *Client) Move(ctx context.Context, o move.Order) ([]admin.MoveRow, error) {
	return give[[]admin.MoveRow](ctx, c, "moves/start", moveOrder(o))
}

// MoveDryRun tells what a move would do.
func (c *Client) MoveDryRun(ctx context.Context, o move.Order) ([]admin.CheckRow, error) {
	return give[[]admin.CheckRow](ctx, c, "moves/check", moveOrder(o))
}

// StartMoves orders many moves.
func (c *Client) StartMoves(ctx context.Context, o admin.MovesOrder) ([]admin.MoveRow, error) {
	return give[[]admin.MoveRow](ctx, c, "moves/start-many", movesOrder{o.To, o.Databases, o.Like, o.From, o.Window})
}

// MovesDryRun tells whether many databases could be moved.
func (c *Client) MovesDryRun(ctx context.Context, o admin.MovesOrder) ([]admin.ClassRow, error) {
	return give[[]admin.ClassRow](ctx, c, "moves/check-many", movesOrder{o.To, o.Databases, o.Like, o.From, o.Window})
}

// StopMoves stops all moves.
func (c *Client) StopMoves(ctx context.Context, reason string) ([]admin.FleetRow, error) {
	return give[[]admin.FleetRow](ctx, c, "moves/stop", movesStop{reason})
}

// GoOnMoves has moves go on; most is how many may work at a time from now on, 0: as it was.
func (c *Client) GoOnMoves(ctx context.Context, most int) ([]admin.FleetRow, error) {
	return give[[]admin.FleetRow](ctx, c, "moves/go", movesGo{most})
}

// MoveStatus tells how moves are as a whole.
func (c *Client) MoveStatus(ctx context.Context) ([]admin.FleetRow, error) {
	return ask[[]admin.FleetRow](ctx, c, http.MethodGet, prefix+"moves/status", nil)
}

// MoveClasses groups what is wrong with moves.
func (c *Client) MoveClasses(ctx context.Context) ([]admin.ClassRow, error) {
	return ask[[]admin.ClassRow](ctx, c, http.MethodGet, prefix+"moves/classes", nil)
}

// WantMove tells a move to go back, or to end.
func (c *Client) WantMove(ctx context.Context, database, module string, wish move.Wish) ([]admin.MoveRow, error) {
	if wish == move.Rollback {
		return give[[]admin.MoveRow](ctx, c, "moves/rollback", moveName{database, module})
	}
	return give[[]admin.MoveRow](ctx, c, "moves/finish", moveEnd{database, module, wish == move.FinishForced})
}

// Moves lists the last move of every database.
func (c *Client) Moves(ctx context.Context) ([]admin.MoveRow, error) {
	return ask[[]admin.MoveRow](ctx, c, http.MethodGet, prefix+"moves", nil)
}
