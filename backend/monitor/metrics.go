package monitor

import (
	"github.com/prometheus/client_golang/prometheus"

	"shunt/topology"
)

// metrics count what the monitor does. What it has found out is collected from the snapshot, see [gauges].
type metrics struct {
	probes     *prometheus.CounterVec
	duration   *prometheus.HistogramVec
	heartbeats *prometheus.CounterVec
}

func newMetrics() *metrics {
	return &metrics{
		probes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "shunt_probes_total",
			Help: "Probes of a server by outcome: ok, failed, or gone (nobody listens there).",
		}, []string{"cluster", "server", "outcome"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "shunt_probe_duration_seconds",
			Help:    "How long probes took, those that failed too.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5},
		}, []string{"cluster"}),
		heartbeats: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "shunt_heartbeats_total",
			Help: "Heartbeats sent to a cluster's primary by outcome: ok or failed.",
		}, []string{"cluster", "outcome"}),
	}
}

func (m *metrics) probed(cluster, server string, o observation) {
	m.probes.WithLabelValues(cluster, server, o.outcome()).Inc()
	m.duration.WithLabelValues(cluster).Observe(o.took.Seconds())
}

// forget drops what was counted of a server that is watched no more.
func (m *metrics) forget(server string) {
	m.probes.DeletePartialMatch(prometheus.Labels{"server": server})
}

func (m *metrics) beaten(cluster string, err error) {
	outcome := "ok"
	if err != nil {
		outcome = "failed"
	}
	m.heartbeats.WithLabelValues(cluster, outcome).Inc()
}

// gauges is a collector that shows the present snapshot, so that metrics and routing cannot disagree.
type gauges struct {
	snapshot                        func() *topology.Snapshot
	up, inService, role, lag, epoch *prometheus.Desc
	flapping, share, latency        *prometheus.Desc
}

func newGauges(snapshot func() *topology.Snapshot) *gauges {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	return &gauges{
		snapshot:  snapshot,
		up:        desc("shunt_server_up", "1 if the server answers probes.", "cluster", "server"),
		inService: desc("shunt_server_in_service", "1 if reads may go to the server.", "cluster", "server"),
		role:      desc("shunt_server_role", "1 for the server's role: primary, replica or none.", "cluster", "server", "role"),
		lag:       desc("shunt_server_lag_seconds", "How old the newest change is that the server has applied; missing if not known.", "cluster", "server"),
		flapping:  desc("shunt_server_flapping", "1 if the server is kept out of service because it went out and came back too often.", "cluster", "server"),
		share:     desc("shunt_server_share", "The weight of a replica as it counts now; 0 if it takes no reads.", "cluster", "server"),
		latency:   desc("shunt_server_latency_seconds", "How long the server typically takes to begin its answer to a plain read; missing if not known.", "cluster", "server"),
		epoch:     desc("shunt_cluster_epoch", "How many times another server has become the cluster's primary.", "cluster"),
	}
}

// Describe implements [prometheus.Collector].
func (g *gauges) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{g.up, g.inService, g.role, g.lag, g.epoch, g.flapping, g.share, g.latency} {
		ch <- d
	}
}

// Collect implements [prometheus.Collector].
func (g *gauges) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	for _, c := range g.snapshot().Clusters {
		gauge(g.epoch, float64(c.Epoch), c.Name)
		for _, h := range c.Hosts {
			gauge(g.up, oneIf(h.State == topology.Up), c.Name, h.Address)
			gauge(g.inService, oneIf(h.InService), c.Name, h.Address)
			gauge(g.role, 1, c.Name, h.Address, h.Role.String())
			gauge(g.flapping, oneIf(h.Flapping), c.Name, h.Address)
			if h.Role == topology.Replica {
				gauge(g.share, h.Effective(), c.Name, h.Address)
			}
			if h.Latency > 0 {
				gauge(g.latency, h.Latency.Seconds(), c.Name, h.Address)
			}
			if h.LagKnown {
				gauge(g.lag, h.Lag.Seconds(), c.Name, h.Address)
			}
		}
	}
}

func oneIf(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
