package store_test

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"shunt/store"
	"shunt/store/memstore"
)

func TestRequestsAreCountedByOutcome(t *testing.T) {
	memory := memstore.New()
	s := store.Measure(memory.Open())
	put := store.Txn{If: []store.Condition{store.Absent("a")}, Then: []store.Change{store.Put("a", nil)}}
	made, err := s.Commit(t.Context(), put)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = s.Commit(t.Context(), put)         // a conflict
	_, _ = s.Commit(t.Context(), store.Txn{}) // refused
	memory.Compact(made)
	for range s.Watch(t.Context(), "", 1) { // too old: it ends at once
	}
	l, err := s.Lease(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Release(t.Context()); err != nil {
		t.Fatal(err)
	}

	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(s.Collectors()...)
	values := metrics(t, registry)
	for metric, want := range map[string]float64{
		"shunt_store_revision":                        2,
		"shunt_store_watches_behind_total":            1,
		"shunt_store_requests_total commit ok":        1,
		"shunt_store_requests_total commit conflict":  1,
		"shunt_store_requests_total commit refused":   1,
		"shunt_store_requests_total lease ok":         1,
		"shunt_store_requests_total release ok":       1,
		"shunt_store_requests_total get unavailable":  0,
		"shunt_store_requests_total commit compacted": 0,
	} {
		if got, there := values[metric]; got != want || !there {
			t.Errorf("%s is %v, want %v", metric, got, want)
		}
	}
}

// metrics are the counters and gauges, by name and the values of their labels.
func metrics(t *testing.T, from prometheus.Gatherer) map[string]float64 {
	t.Helper()
	families, err := from.Gather()
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			name := f.GetName()
			for _, l := range m.GetLabel() {
				name += " " + l.GetValue()
			}
			values[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	return values
}
