package catalog

import "github.com/prometheus/client_golang/prometheus"

// metrics count the catalog's readings and what they found.
type metrics struct {
	readings  *prometheus.CounterVec
	accounts  *prometheus.GaugeVec
	databases *prometheus.GaugeVec
}

func newMetrics() *metrics {
	return &metrics{
		readings: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "shunt_catalog_readings_total",
			Help: "Readings of a cluster's accounts and databases by outcome: ok or failed.",
		}, []string{"cluster", "outcome"}),
		accounts: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "shunt_catalog_accounts",
			Help: "Accounts known of a cluster, roles included.",
		}, []string{"cluster"}),
		databases: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "shunt_catalog_databases",
			Help: "Databases known of a cluster, without those of the servers themselves.",
		}, []string{"cluster"}),
	}
}

func (m *metrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{m.readings, m.accounts, m.databases}
}

func (m *metrics) read(cluster string, l listing, err error) {
	outcome := "ok"
	if err != nil {
		outcome = "failed"
	}
	m.readings.WithLabelValues(cluster, outcome).Inc()
	if l.accounts != nil {
		m.accounts.WithLabelValues(cluster).Set(float64(len(l.accounts.accounts)))
	}
	m.databases.WithLabelValues(cluster).Set(float64(l.databases.names.len()))
}
