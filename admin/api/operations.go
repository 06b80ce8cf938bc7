package api

import (
	"encoding/json"
	"fmt"
	"net/http"

	"shunt/admin"
)

// maxBody bounds a request's body, in bytes.
const maxBody = 1 << 16

// killOrder is the body of POST /api/v1/kill.
type killOrder struct {
	ID    uint64 `json:"id" doc:"the client, as in clients"`
	Query bool   `json:"query" doc:"stop only what the client runs now"`
}

func (a *API) explainRoute() route {
	return route{
		method: "GET", path: prefix + "explain", about: "Where a statement would go, and why.", answer: admin.Route{},
		query: []param{
			{name: "sql", about: "the statement", required: true},
			{name: "db", about: "the session's default database"},
			{name: "user", about: "the user whose session it is"},
		},
		handle: func(w http.ResponseWriter, r *http.Request) {
			route, err := a.service.ExplainRoute(r.URL.Query().Get("user"), r.URL.Query().Get("db"), r.URL.Query().Get("sql"))
			reply(w, route, err)
		},
	}
}

func (a *API) killRoute() route {
	return route{
		method: "POST", path: prefix + "kill", about: "End a client, or only what it runs.", body: killOrder{}, answer: killOrder{},
		handle: func(w http.ResponseWriter, r *http.Request) {
			order, err := readBody[killOrder](w, r)
			if err == nil {
				err = a.service.Kill(r.Context(), actor(r), order.ID, order.Query)
			}
			reply(w, order, err)
		},
	}
}

func (a *API) reloadRoute() route {
	return route{
		method: "POST", path: prefix + "reload", answer: []admin.ChangeRow{},
		about: "Read the configuration file again: what has changed, and whether it is in force now. A file with faults changes nothing " +
			"(422); the error lists them all.",
		handle: func(w http.ResponseWriter, r *http.Request) {
			changes, err := a.service.ReloadConfig(r.Context(), actor(r))
			if err != nil {
				err = &Error{http.StatusUnprocessableEntity, err.Error()}
			}
			reply(w, changes, err)
		},
	}
}

// readBody reads a JSON body in which every name is known.
func readBody[T any](w http.ResponseWriter, r *http.Request) (T, error) {
	var body T
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		return body, &Error{http.StatusBadRequest, fmt.Sprintf("the body is not as openapi.yaml describes it: %v", err)}
	}
	return body, nil
}

// actor is who sent the request, for the audit log.
func actor(r *http.Request) admin.Actor {
	return admin.Actor{Face: "http", User: User, Address: r.RemoteAddr}
}
