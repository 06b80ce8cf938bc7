package main

import (
	"context"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"

	"shunt/store"
	"shunt/store/etcdstore"
	"shunt/store/memstore"
)

// keptStore is the store of this process, and what runs it.
type keptStore struct {
	*store.Measured
	run        func(context.Context) error
	collectors []prometheus.Collector
	kept       bool // it outlives this process
}

// newStore makes the store of the configuration. It claims the folder of an embedded one and starts nothing.
func newStore(c store.Config, log *slog.Logger) (keptStore, error) {
	if c.Embedded == "" && len(c.Etcd) == 0 {
		return inMemory(), nil
	}
	s, err := etcdstore.New(c, log)
	if err != nil {
		return keptStore{}, err
	}
	measured := store.Measure(s)
	return keptStore{measured, s.Run, append(measured.Collectors(), s.Collectors()...), true}, nil
}

func inMemory() keptStore {
	s := memstore.New().Open()
	measured := store.Measure(s)
	return keptStore{measured, s.Run, measured.Collectors(), false}
}

// start lets the store work until the function that it gives is called, which returns when it has ended. It outlives the other rooms, so that
// they can give up their leases.
func (s keptStore) start(ctx context.Context) (end func() error) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- s.run(ctx) }()
	return func() error {
		cancel()
		return <-ended
	}
}
