package api

import (
	_ "embed"
	"io"
	"net/http"
)

// healthz says that the process is alive: it answers.
func healthz(w http.ResponseWriter, _ *http.Request) { text(w, http.StatusOK, "alive\n") }

// readyz says whether load balancers should send clients.
func (a *API) readyz(w http.ResponseWriter, _ *http.Request) {
	if ok, why := a.service.Ready(); !ok {
		text(w, http.StatusServiceUnavailable, why+"\n")
		return
	}
	text(w, http.StatusOK, "ready\n")
}

//go:embed openapi.yaml
var description string

func serveDescription(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/yaml")
	_, _ = io.WriteString(w, description) // a client that has gone hears nothing
}

func text(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body) // a client that has gone hears nothing
}
