package proxy

import (
	"github.com/prometheus/client_golang/prometheus"

	"shunt/session"
)

// pinGauges counts pins when somebody looks, so that pinning costs nothing.
func (s *Server) pinGauges() []prometheus.Collector {
	var gauges []prometheus.Collector
	for i, reason := range session.PinNames() {
		gauges = append(gauges, prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "shunt_pins",
			Help:        "Clients that keep a server connection, by the reason. One with two reasons counts twice.",
			ConstLabels: prometheus.Labels{"reason": reason}}, func() float64 { return s.countPinned(1 << i) }))
	}
	return gauges
}

func (s *Server) countPinned(reason session.Pin) (n float64) {
	for _, c := range s.list() {
		if p := c.shown.public.Load(); p != nil && p.reasons&reason != 0 {
			n++
		}
	}
	return n
}
