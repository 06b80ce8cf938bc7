package etcdstore

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	watches  prometheus.Gauge
	restarts prometheus.Counter
	healthy  prometheus.GaugeFunc
	bytes    prometheus.GaugeFunc
}

func newMetrics(s *Store) *metrics {
	return &metrics{
		watches: prometheus.NewGauge(prometheus.GaugeOpts{Name: "shunt_store_watches", Help: "Watches of the store that are open."}),
		restarts: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "shunt_store_watch_restarts_total", Help: "Watches of the store that were taken up again after an error.",
		}),
		healthy: prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "shunt_store_healthy", Help: "1 if the store answered when it was last asked."}, func() float64 {
			s.health.mu.Lock()
			defer s.health.mu.Unlock()
			if s.health.text == "" && s.health.newest > 0 {
				return 1
			}
			return 0
		}),
		bytes: prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "shunt_store_bytes", Help: "Size of an embedded store's file."}, func() float64 {
			s.health.mu.Lock()
			defer s.health.mu.Unlock()
			return float64(s.health.bytes)
		}),
	}
}

// Collectors are the metrics of this store, for a registry.
func (s *Store) Collectors() []prometheus.Collector {
	return []prometheus.Collector{s.metrics.watches, s.metrics.restarts, s.metrics.healthy, s.metrics.bytes}
}
