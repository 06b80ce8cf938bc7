package failover

import "github.com/prometheus/client_golang/prometheus"

// metrics count what was done.
type metrics struct {
	failovers, returns *prometheus.CounterVec
}

func newMetrics() *metrics {
	return &metrics{
		failovers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "shunt_failovers_total",
			Help: "Automatic failovers by result: done or failed.",
		}, []string{"cluster", "result"}),
		returns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "shunt_old_primaries_total",
			Help: "Old primaries that came back after a failover: joined, errant (it has transactions of its own), or failed.",
		}, []string{"cluster", "result"}),
	}
}

func (m *metrics) failedOver(cluster string, err error) {
	result := "done"
	if err != nil {
		result = "failed"
	}
	m.failovers.WithLabelValues(cluster, result).Inc()
}

func (m *metrics) returned(cluster, result string) { m.returns.WithLabelValues(cluster, result).Inc() }
