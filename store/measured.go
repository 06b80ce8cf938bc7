package store

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Measured is a store whose requests are counted. What it does is what the store in it does.
type Measured struct {
	Store
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
	lists    prometheus.Counter
	newest   atomic.Int64
	revision prometheus.GaugeFunc
}

// The operations and outcomes in the labels of metrics.
var (
	operations = []string{"get", "list", "commit", "lease", "release"}
	outcomes   = []string{"ok", "conflict", "lease_lost", "unavailable", "compacted", "refused"}
)

// Measure counts the requests to a store from now on.
func Measure(s Store) *Measured {
	m := &Measured{
		Store: s,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "shunt_store_requests_total", Help: "Requests to the store by outcome: ok, conflict, lease_lost, unavailable, compacted or refused.",
		}, []string{"operation", "outcome"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "shunt_store_request_seconds", Help: "How long requests to the store took.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
		}, []string{"operation"}),
		lists: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "shunt_store_watches_behind_total", Help: "Watches of the store that had missed changes, so that all was listed again.",
		}),
	}
	m.revision = prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "shunt_store_revision", Help: "The newest revision of the store that this proxy has seen."},
		func() float64 { return float64(m.newest.Load()) })
	for _, operation := range operations {
		m.took.WithLabelValues(operation)
		for _, outcome := range outcomes {
			m.requests.WithLabelValues(operation, outcome)
		}
	}
	return m
}

// Collectors are the metrics, for a registry.
func (m *Measured) Collectors() []prometheus.Collector {
	return []prometheus.Collector{m.requests, m.took, m.lists, m.revision}
}

// outcome is an error as a label.
func outcome(err error) string {
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, ErrConflict):
		return "conflict"
	case errors.Is(err, ErrLeaseLost):
		return "lease_lost"
	case errors.Is(err, ErrCompacted):
		return "compacted"
	case errors.Is(err, ErrRefused):
		return "refused"
	}
	return "unavailable"
}

func (m *Measured) count(operation string, started time.Time, err error) {
	m.requests.WithLabelValues(operation, outcome(err)).Inc()
	m.took.WithLabelValues(operation).Observe(time.Since(started).Seconds())
}

// saw notes a revision. A smaller one is an older answer.
func (m *Measured) saw(r Revision) {
	for known := m.newest.Load(); int64(r) > known && !m.newest.CompareAndSwap(known, int64(r)); known = m.newest.Load() {
	}
}

// Get reads one key.
func (m *Measured) Get(ctx context.Context, key string) (Item, error) {
	started := time.Now()
	item, err := m.Store.Get(ctx, key)
	m.count("get", started, err)
	return item, err
}

// List reads a page.
func (m *Measured) List(ctx context.Context, r Range) (Page, error) {
	started := time.Now()
	page, err := m.Store.List(ctx, r)
	m.count("list", started, err)
	m.saw(page.Revision)
	return page, err
}

// Commit carries out a Txn.
func (m *Measured) Commit(ctx context.Context, t Txn) (Revision, error) {
	started := time.Now()
	made, err := m.Store.Commit(ctx, t)
	m.count("commit", started, err)
	m.saw(made)
	return made, err
}

// Watch gives the changes after a revision.
func (m *Measured) Watch(ctx context.Context, prefix string, after Revision) iter.Seq2[Changes, error] {
	return func(yield func(Changes, error) bool) {
		for changes, err := range m.Store.Watch(ctx, prefix, after) {
			m.saw(changes.Revision)
			if errors.Is(err, ErrCompacted) {
				m.lists.Inc()
			}
			if !yield(changes, err) {
				return
			}
		}
	}
}

// Lease makes a lease.
func (m *Measured) Lease(ctx context.Context, ttl time.Duration) (Lease, error) {
	started := time.Now()
	l, err := m.Store.Lease(ctx, ttl)
	m.count("lease", started, err)
	if err != nil {
		return nil, err
	}
	return measuredLease{l, m}, nil
}

type measuredLease struct {
	Lease
	m *Measured
}

func (l measuredLease) Release(ctx context.Context) error {
	started := time.Now()
	err := l.Lease.Release(ctx)
	l.m.count("release", started, err)
	return err
}
