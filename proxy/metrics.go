package proxy

import (
	"errors"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"shunt/mysql"
	"shunt/netloop"
	"shunt/router"
	"shunt/statement"
	"shunt/topology"
)

// metrics of the front door.
type metrics struct {
	clients   prometheus.Gauge
	logins    *prometheus.CounterVec
	stmts     *prometheus.CounterVec
	inQueue   prometheus.Histogram
	behind    *prometheus.HistogramVec
	whole     *prometheus.HistogramVec
	held      prometheus.Counter
	faults    prometheus.Counter
	retries   prometheus.Counter
	questions atomic.Uint64
	// plain reads outside of transactions, by who answered them: what the replicas' share is told by
	plainOnReplica, plainOnPrimary atomic.Uint64
}

// Outcomes of a statement, the values of the label.
const (
	outcomeOK       = "ok"
	outcomeError    = "error" // the server said no
	outcomeLost     = "lost"  // the server connection broke
	outcomeKilled   = "killed"
	outcomeRefused  = "refused"  // shunt said no
	outcomeAnswered = "answered" // shunt answered itself
)

func newMetrics() *metrics {
	times := prometheus.ExponentialBuckets(0.00005, 3, 12)
	return &metrics{
		clients: prometheus.NewGauge(prometheus.GaugeOpts{Name: "shunt_clients", Help: "Client connections."}),
		logins: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "shunt_logins_total",
			Help: "Logins, by outcome."}, []string{"outcome"}),
		stmts: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "shunt_statements_total",
			Help: "Statements by kind, role and address of the server, and outcome."}, []string{"kind", "role", "server", "outcome"}),
		inQueue: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "shunt_statement_queue_seconds",
			Help: "Time from a statement's arrival until it had a server connection: planning, waiting for a primary, for a free connection.", Buckets: times}),
		behind: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "shunt_statement_server_seconds",
			Help: "Time from sending a statement to a server until its answer was passed on.", Buckets: times}, []string{"role"}),
		whole: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "shunt_statement_seconds",
			Help: "Time from a statement's arrival until its answer was passed on. Less queue and server time it is the proxy's own.", Buckets: times}, []string{"role"}),
		faults:  prometheus.NewCounter(prometheus.CounterOpts{Name: "shunt_faults_total", Help: "Clients that were lost by a fault in shunt itself; the log has the place."}),
		held:    prometheus.NewCounter(prometheus.CounterOpts{Name: "shunt_statements_held_total", Help: "Statements that waited for a primary."}),
		retries: prometheus.NewCounter(prometheus.CounterOpts{Name: "shunt_statement_retries_total", Help: "Statements that were asked of another server after one failed."}),
	}
}

func (m *metrics) all() []prometheus.Collector {
	plain := func(role string, n *atomic.Uint64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "shunt_plain_reads_total",
			Help: "Plain reads outside of transactions, by the role of the server that answered.", ConstLabels: prometheus.Labels{"role": role}},
			func() float64 { return float64(n.Load()) })
	}
	return []prometheus.Collector{m.clients, m.logins, m.stmts, m.inQueue, m.behind, m.whole, m.held, m.faults, m.retries,
		plain("replica", &m.plainOnReplica), plain("primary", &m.plainOnPrimary)}
}

func (m *metrics) login(outcome string) { m.logins.WithLabelValues(outcome).Inc() }

func (m *metrics) refused(k statement.Kind) {
	m.stmts.WithLabelValues(k.String(), "", "", outcomeRefused).Inc()
}

func (m *metrics) answered(k statement.Kind) {
	m.questions.Add(1)
	m.stmts.WithLabelValues(k.String(), "", "", outcomeAnswered).Inc()
}

// lastCounter is the counter of the labels that a client used last: most statements of a client are like the one before, and finding
// a counter by its labels costs ten times what counting does.
type lastCounter struct {
	kind    statement.Kind
	role    string
	server  string
	outcome string
	counter prometheus.Counter
	behind  prometheus.Observer
	whole   prometheus.Observer
}

// observeMetrics counts a statement that was carried out on a server.
func (c *Client) observeMetrics(j *job, plan *router.Plan, err error) {
	m := c.server.metrics
	m.questions.Add(1)
	if plan.Again && plan.Role == topology.Replica {
		m.plainOnReplica.Add(1)
	} else if plan.Again {
		m.plainOnPrimary.Add(1)
	}
	outcome, role := outcomeOf(err, c.session.Failed()), plan.Role.String()
	l := &c.counted
	if l.counter == nil || l.kind != j.st.Kind || l.role != role || l.server != plan.Host.Address || l.outcome != outcome {
		*l = lastCounter{j.st.Kind, role, plan.Host.Address, outcome,
			m.stmts.WithLabelValues(j.st.Kind.String(), role, plan.Host.Address, outcome), m.behind.WithLabelValues(role), m.whole.WithLabelValues(role)}
	}
	l.counter.Inc()
	m.inQueue.Observe(j.lent.Sub(j.started).Seconds())
	now := time.Now()
	l.behind.Observe(now.Sub(j.lent).Seconds())
	l.whole.Observe(now.Sub(j.started).Seconds())
}

func outcomeOf(err error, failed bool) string {
	switch {
	case err == nil && !failed:
		return outcomeOK
	case err == nil:
		return outcomeError
	}
	var refusal *mysql.Error
	switch {
	case errors.As(err, &refusal):
		return outcomeError
	case errors.Is(err, netloop.ErrInterrupted):
		return outcomeKilled
	}
	return outcomeLost
}
