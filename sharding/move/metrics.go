package move

import "github.com/prometheus/client_golang/prometheus"

// metrics are what moves tell of themselves.
type metrics struct {
	pauses prometheus.Histogram
	stats  counts
}

func newMetrics(v *view) metrics {
	return metrics{
		pauses: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "shunt_move_pause_seconds", Help: "How long switches that were carried out here have kept statements waiting.",
			Buckets: []float64{.025, .05, .1, .15, .25, .5, 1, 2, 5},
		}),
		stats: counts{
			v,
			prometheus.NewDesc("shunt_moves", "Moves of the fleet by state: the last one of each database.", []string{"state"}, nil),
			prometheus.NewDesc("shunt_moves_stopped", "1 while moves are stopped.", nil, nil),
			prometheus.NewDesc("shunt_move_dumps", "Dumps of old homes by state: that of the last move of each database.", []string{"state"}, nil),
		},
	}
}

// Collectors are the metrics, for a registry.
func (e *Engine) Collectors() []prometheus.Collector {
	return []prometheus.Collector{e.metrics.pauses, e.metrics.stats}
}

// counts counts moves when it is asked.
type counts struct {
	view                  *view
	moves, stopped, dumps *prometheus.Desc
}

// Describe names them.
func (c counts) Describe(to chan<- *prometheus.Desc) {
	to <- c.moves
	to <- c.stopped
	to <- c.dumps
}

// Collect counts them.
func (c counts) Collect(to chan<- prometheus.Metric) {
	by := c.view.states()
	for _, s := range States() {
		to <- prometheus.MustNewConstMetric(c.moves, prometheus.GaugeValue, float64(by[s]), string(s))
	}
	dumps := c.view.dumps()
	for _, s := range []ArchiveState{ArchiveDue, ArchiveKept, ArchiveMissing} {
		to <- prometheus.MustNewConstMetric(c.dumps, prometheus.GaugeValue, float64(dumps[s]), string(s))
	}
	stopped := 0.0
	if f, _ := c.view.ordered(); f.Stopped {
		stopped = 1
	}
	to <- prometheus.MustNewConstMetric(c.stopped, prometheus.GaugeValue, stopped)
}
