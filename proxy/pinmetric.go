package proxy

import (
	"github.com/prometheus/client_golang/prometheus"

	"shunt/session"
)

// pinsDesc describes the one metric of pinGauges.
var pinsDesc = prometheus.NewDesc("shunt_pins", "Clients that keep a server connection, by the reason. One with two reasons counts twice.", []string{"reason"}, nil)

// pinGauges counts pins when somebody looks, so that pinning costs nothing.
type pinGauges struct{ server *Server }

// Describe implements prometheus.Collector.
func (g pinGauges) Describe(ch chan<- *prometheus.Desc) { ch <- pinsDesc }

// Collect implements prometheus.Collector.
func (g pinGauges) Collect(ch chan<- prometheus.Metric) {
	names := session.PinNames()
	count := make([]int, len(names))
	for _, c := range g.server.list() {
		p := c.shown.public.Load()
		if p == nil {
			continue
		}
		for i := range names {
			if p.reasons&(1<<i) != 0 {
				count[i]++
			}
		}
	}
	for i, name := range names {
		ch <- prometheus.MustNewConstMetric(pinsDesc, prometheus.GaugeValue, float64(count[i]), name)
	}
}
