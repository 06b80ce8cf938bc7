package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"shunt/admin"
	"shunt/sharding/pause"
	"shunt/store"
	"shunt/store/fleet"
)

// pauseOrder is the body of POST /api/v1/pauses/begin.
type pauseOrder struct {
	Database string  `json:"database" doc:"whose writes are paused; empty if module is given"`
	Module   string  `json:"module" doc:"only those to the tables of this module; empty: to all of the database"`
	Timeout  float64 `json:"timeout_seconds" doc:"when it ends by itself; 0: after 30 seconds"`
}

type resumeOrder struct {
	Database string `json:"database" doc:"whose writes go on; empty if module is given"`
	Module   string `json:"module" doc:"whose writes go on"`
}

type forgetOrder struct {
	Proxy string `json:"proxy" doc:"its name, as in proxies"`
}

// pauseRoutes hold writes back, and let them go on.
func (a *API) pauseRoutes() []route {
	return []route{
		read("pauses", "What is paused, and where the data stand still.", a.service.Pauses),
		pauseRoute(a, "pauses/begin", "Writes to a database or a module wait on all proxies, reads go on. It is answered when nothing is open there any more, with the point in the binary "+
			"log at which the data stand still. 409: it could not be had, and nothing is paused.",
			func(r *http.Request, b pauseOrder) ([]admin.PauseRow, error) {
				return a.service.Pause(r.Context(), actor(r), b.Database, b.Module, time.Duration(b.Timeout*float64(time.Second)))
			}),
		pauseRoute(a, "pauses/end", "Writes go on. 404: they were not paused, or not any more.", func(r *http.Request, b resumeOrder) ([]admin.PauseRow, error) {
			return a.service.Resume(r.Context(), actor(r), b.Database, b.Module)
		}),
		pauseRoute(a, "proxies/forget", "A proxy that is gone for good is no longer waited for. 409: it is alive.", func(r *http.Request, b forgetOrder) ([]admin.ProxyRow, error) {
			if err := a.service.ForgetProxy(r.Context(), actor(r), b.Proxy); err != nil {
				return nil, err
			}
			return a.service.Proxies()
		}),
	}
}

// pauseRoute is one of these orders.
func pauseRoute[B, T any](a *API, path, about string, run func(*http.Request, B) (T, error)) route {
	var body B
	var answer T
	return route{
		method: "POST", path: prefix + path, about: about, body: body, answer: answer,
		handle: func(w http.ResponseWriter, r *http.Request) {
			order, err := readBody[B](w, r)
			var found T
			if err == nil {
				found, err = run(r, order)
			}
			reply(w, found, pauseStatus(err))
		},
	}
}

// pauseStatus gives an error of these orders its status.
func pauseStatus(err error) error {
	switch {
	case errors.Is(err, pause.ErrUnknown), errors.Is(err, fleet.ErrUnknown):
		return &Error{http.StatusNotFound, err.Error()}
	case errors.Is(err, pause.ErrRefused), errors.Is(err, fleet.ErrAlive), errors.Is(err, store.ErrConflict):
		return &Error{http.StatusConflict, err.Error()}
	case errors.Is(err, store.ErrUnavailable):
		return &Error{http.StatusServiceUnavailable, err.Error()}
	}
	return err
}

// pauseBound is for one pause: what is open comes to its end, and the servers tell where they are.
const pauseBound = 5 * time.Minute

// Pause holds the writes of a database, or of a module if one is named, on all proxies.
func (c *Client) Pause(ctx context.Context, database, module string, timeout time.Duration) ([]admin.PauseRow, error) {
	return give[[]admin.PauseRow](ctx, c, "pauses/begin", pauseOrder{database, module, timeout.Seconds()})
}

// Resume lets writes go on.
func (c *Client) Resume(ctx context.Context, database, module string) ([]admin.PauseRow, error) {
	return give[[]admin.PauseRow](ctx, c, "pauses/end", resumeOrder{database, module})
}

// Pauses lists what is paused.
func (c *Client) Pauses(ctx context.Context) ([]admin.PauseRow, error) {
	return ask[[]admin.PauseRow](ctx, c, http.MethodGet, prefix+"pauses", nil)
}

func give[T any](ctx context.Context, c *Client, path string, body any) (T, error) {
	text, err := json.Marshal(body)
	if err != nil {
		var none T
		return none, err
	}
	patient := *c
	patient.http = &http.Client{Timeout: pauseBound}
	return ask[T](ctx, &patient, http.MethodPost, prefix+path, text)
}
