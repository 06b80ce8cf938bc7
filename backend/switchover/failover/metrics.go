package failover

import (
	"github.com/prometheus/client_golang/prometheus"

	"shunt/topology"
)

// metrics count what was done.
type metrics struct {
	failovers, returns *prometheus.CounterVec
}

// newMetrics has the counters of all clusters from the start, so that the first increase shows as one.
func newMetrics(s *topology.Snapshot) *metrics {
	m := &metrics{
		failovers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "shunt_failovers_total",
			Help: "Automatic failovers by result: done or failed.",
		}, []string{"cluster", "result"}),
		returns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "shunt_old_primaries_total",
			Help: "Old primaries that came back after a failover: joined, errant (it has transactions of its own), or failed.",
		}, []string{"cluster", "result"}),
	}
	for cluster := range s.Clusters {
		for _, result := range []string{"done", "failed"} {
			m.failovers.WithLabelValues(cluster, result)
		}
		for _, result := range []string{"joined", "errant", "failed"} {
			m.returns.WithLabelValues(cluster, result)
		}
	}
	return m
}

func (m *metrics) failedOver(cluster string, err error) {
	result := "done"
	if err != nil {
		result = "failed"
	}
	m.failovers.WithLabelValues(cluster, result).Inc()
}

func (m *metrics) returned(cluster, result string) { m.returns.WithLabelValues(cluster, result).Inc() }
