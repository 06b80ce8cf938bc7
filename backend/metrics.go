package backend

import "github.com/prometheus/client_golang/prometheus"

// metrics of all pools; label values are servers' addresses.
type metrics struct {
	conns      *prometheus.GaugeVec
	waiting    *prometheus.GaugeVec
	accounts   *prometheus.GaugeVec
	refused    *prometheus.CounterVec
	waited     *prometheus.HistogramVec
	pipelined  *prometheus.CounterVec
	dials      *prometheus.CounterVec
	dialErrors *prometheus.CounterVec
}

// poolMetrics are one pool's, resolved once.
type poolMetrics struct {
	idle, active, waiting, accounts prometheus.Gauge
	waited                          prometheus.Observer
	pipelined, dials, dialErrors    prometheus.Counter
	refusedQueue, refusedTime       prometheus.Counter
}

func newMetrics() *metrics {
	server := []string{"server"}
	return &metrics{
		conns: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "shunt_pool_connections",
			Help: "Connections to a server, by state: idle or active."}, []string{"server", "state"}),
		waiting: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "shunt_pool_waiting",
			Help: "Statements that wait for a connection to a server."}, server),
		accounts: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "shunt_pool_waiting_accounts",
			Help: "Accounts whose statements wait for a connection to a server."}, server),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "shunt_pool_refused_total",
			Help: "Statements that got no connection to a server, by the limit that they met: queue or wait."}, []string{"server", "limit"}),
		waited: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "shunt_pool_wait_seconds",
			Help:    "Time that statements waited for a connection, those that had to.",
			Buckets: prometheus.ExponentialBuckets(0.0001, 4, 9)}, server),
		pipelined: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "shunt_pool_pipelined_total",
			Help: "Reads that were sent on a connection behind others, whose answers were still to come."}, server),
		dials: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "shunt_pool_dials_total",
			Help: "Connections opened to a server."}, server),
		dialErrors: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "shunt_pool_dial_errors_total",
			Help: "Connections to a server that could not be opened or logged in."}, server),
	}
}

func (m *metrics) all() []prometheus.Collector {
	return []prometheus.Collector{m.pipelined, m.conns, m.waiting, m.accounts, m.refused, m.waited, m.dials, m.dialErrors}
}

func (m *metrics) of(address string) *poolMetrics {
	return &poolMetrics{
		idle: m.conns.WithLabelValues(address, "idle"), active: m.conns.WithLabelValues(address, "active"),
		waiting: m.waiting.WithLabelValues(address), waited: m.waited.WithLabelValues(address),
		accounts: m.accounts.WithLabelValues(address), refusedQueue: m.refused.WithLabelValues(address, "queue"), refusedTime: m.refused.WithLabelValues(address, "wait"),
		pipelined: m.pipelined.WithLabelValues(address), dials: m.dials.WithLabelValues(address), dialErrors: m.dialErrors.WithLabelValues(address),
	}
}

// forget drops the metrics of a server that has left.
func (m *metrics) forget(address string) {
	server := prometheus.Labels{"server": address}
	for _, v := range []interface{ DeletePartialMatch(prometheus.Labels) int }{m.conns, m.pipelined, m.waiting, m.waited, m.dials, m.dialErrors} {
		v.DeletePartialMatch(server)
	}
}

func (p *Pool) gauge() {
	s := p.Stats()
	p.metrics.idle.Set(float64(s.Idle))
	p.metrics.active.Set(float64(s.Active))
	behind := uint64(0)
	for i := range p.shelves {
		behind += p.shelves[i].behind.Load()
	}
	p.metrics.pipelined.Add(float64(behind - p.told))
	p.told = behind
	p.metrics.accounts.Set(float64(s.WaitingAccounts))
}
