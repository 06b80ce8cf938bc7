package api

import (
	"encoding/json"
	"errors"
	"net/http"

	"shunt/admin"
)

// Error is an answer that is not 2xx: what the API sends as {"error": Message}, and what [Client] makes of it.
type Error struct {
	Status  int // the HTTP status
	Message string
}

func (e *Error) Error() string { return e.Message }

// errorBody is the body of an Error.
type errorBody struct {
	Error string `json:"error" doc:"what happened, and what to do"`
}

// reply sends a value as JSON, or the error.
func reply(w http.ResponseWriter, value any, err error) {
	status := http.StatusOK
	if err != nil {
		status, value = statusOf(err), errorBody{err.Error()}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // a client that has gone hears nothing
}

// statusOf classes an error for HTTP.
func statusOf(err error) int {
	var own *Error
	switch {
	case errors.As(err, &own):
		return own.Status
	case errors.Is(err, admin.ErrUnknownClient), errors.Is(err, admin.ErrUnknownServer), errors.Is(err, admin.ErrUnknownModule):
		return http.StatusNotFound
	case errors.Is(err, admin.ErrServerOrder):
		return http.StatusConflict
	case errors.Is(err, admin.ErrNoStatement), errors.Is(err, admin.ErrModule):
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}
