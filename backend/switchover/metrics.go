package switchover

import (
	"github.com/prometheus/client_golang/prometheus"

	"shunt/topology"
)

// metrics count switchovers. A dry run is none.
type metrics struct {
	switchovers *prometheus.CounterVec
	pause       *prometheus.HistogramVec
}

// newMetrics has the counters of all clusters from the start, so that the first increase shows as one.
func newMetrics(s *topology.Snapshot) *metrics {
	m := &metrics{
		switchovers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "shunt_switchovers_total",
			Help: "Switchovers by result: switched, refused, undone, or broken (something could not be undone).",
		}, []string{"cluster", "result"}),
		pause: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "shunt_switchover_pause_seconds",
			Help:    "How long writes were held, of switchovers that were undone, too.",
			Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"cluster"}),
	}
	for cluster := range s.Clusters {
		m.pause.WithLabelValues(cluster)
		for _, r := range []Result{Switched, Refused, TakenBack, Broken} {
			m.switchovers.WithLabelValues(cluster, r.String())
		}
	}
	return m
}

func (m *metrics) ended(r *Report) {
	if r.DryRun {
		return
	}
	m.switchovers.WithLabelValues(r.Cluster, r.Result.String()).Inc()
	if r.Pause > 0 {
		m.pause.WithLabelValues(r.Cluster).Observe(r.Pause.Seconds())
	}
}
