package xa

import "github.com/prometheus/client_golang/prometheus"

// metrics count what became of transactions over several clusters.
type metrics struct {
	decisions *prometheus.CounterVec
	recovered *prometheus.CounterVec
	waiting   *prometheus.GaugeVec
	left      prometheus.Counter
}

// outcomeNames are the outcomes as labels.
var outcomeNames = [...]string{Aborted: "aborted", Committed: "committed", Unknown: "unknown"}

// newMetrics has the counters of all clusters from the start, so that the first increase shows as one.
func newMetrics(clusters []string) *metrics {
	m := &metrics{
		decisions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "shunt_xa_decisions_total", Help: "Transactions that wrote on several clusters and were prepared on all, by what was decided: committed, aborted or unknown.",
		}, []string{"outcome"}),
		recovered: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "shunt_xa_recovered_total", Help: "Prepared branches that nobody had finished, by how recovery ended them: committed or rolled back.",
		}, []string{"cluster", "outcome"}),
		waiting: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "shunt_xa_waiting", Help: "Prepared branches on the cluster's primary that recovery could not end when it looked last.",
		}, []string{"cluster"}),
		left: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "shunt_xa_left_total", Help: "Transactions over several clusters that were left to recovery.",
		}),
	}
	for _, name := range outcomeNames {
		m.decisions.WithLabelValues(name)
	}
	for _, cluster := range clusters {
		m.waiting.WithLabelValues(cluster)
		for _, word := range []string{"committed", "rolled back"} {
			m.recovered.WithLabelValues(cluster, word)
		}
	}
	return m
}

func (m *metrics) all() []prometheus.Collector {
	return []prometheus.Collector{m.decisions, m.recovered, m.waiting, m.left}
}

func (m *metrics) decided(o Outcome) { m.decisions.WithLabelValues(outcomeNames[o]).Inc() }
