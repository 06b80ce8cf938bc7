// Package api is the HTTP face of admin: the operations of [shunt/admin.Service] as JSON under /api/v1, described by openapi.yaml;
// health for load balancers, metrics for Prometheus, profiles for whoever looks into a running process. [API] listens and serves;
// [Client] is its other end, which the command line uses.
//
// What an operation means and gives is the Service's. Everything but health and metrics needs the admin password.
package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"shunt/admin"
)

// Config says where the API listens and who may use it.
type Config struct {
	Address  string // host:port
	Password string // of User; nobody is let in while it is empty
}

// User is the only account of the API.
const User = "admin"

const (
	headerBound  = 10 * time.Second
	requestBound = 30 * time.Second
	answerBound  = 5 * time.Minute // profiles take as long as they are asked to
	idleBound    = 2 * time.Minute
	endBound     = 5 * time.Second // for requests under way when it ends
)

// API is the HTTP port. Make it with [New], start it with [API.Run].
type API struct {
	config    Config
	service   *admin.Service
	log       *slog.Logger
	listening chan struct{} // closed once the port is open
	listener  net.Listener  // set before listening is closed
}

// New makes an API that does not listen yet.
func New(config Config, service *admin.Service, log *slog.Logger) *API {
	return &API{config: config, service: service, log: log, listening: make(chan struct{})}
}

// Listening is closed once the port is open; Addr tells which.
func (a *API) Listening() <-chan struct{} { return a.listening }

// Addr is where the API listens. Only after Listening is closed.
func (a *API) Addr() net.Addr { return a.listener.Addr() }

// Run listens and serves until ctx ends, which is no error; requests under way may finish within some seconds. To be called
// once.
func (a *API) Run(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.config.Address)
	if err != nil {
		return fmt.Errorf("opening the API (admin.http): %w", err)
	}
	a.listener = listener
	close(a.listening)
	server := &http.Server{
		Handler: a.Handler(), ReadHeaderTimeout: headerBound, ReadTimeout: requestBound, WriteTimeout: answerBound, IdleTimeout: idleBound,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelWarn),
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serving the API: %w", err)
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		return shutDown(server)
	})
	return group.Wait()
}

// shutDown lets requests finish for a moment, then closes what is left.
func shutDown(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), endBound)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return server.Close()
	}
	return nil
}
