package proxy

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"shunt/mysql"
	"shunt/netloop"
	"shunt/router"
	"shunt/statement"
	"shunt/topology"
)

// metrics of the front door. What every statement counts is counted in a way of its own, see stripe; the rest are plain metrics.
type metrics struct {
	clients      prometheus.Gauge
	logins       *prometheus.CounterVec
	held         prometheus.Counter
	faults       prometheus.Counter
	retries      prometheus.Counter
	blind        prometheus.Counter
	asked        *prometheus.CounterVec
	settled      *prometheus.CounterVec
	combined     *prometheus.CounterVec
	combinedRows prometheus.Counter
	limits       *prometheus.CounterVec
	stmts        *statements
	// questions are the statements that were carried out or answered; then the plain reads outside of transactions, by who answered them: what
	// the replicas' share is told by.
	questions, plainOnReplica, plainOnPrimary sum
}

// sum is a number that is added up when somebody asks for it.
type sum func() uint64

// Load adds it up.
func (s sum) Load() uint64 { return s() }

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
	stmts := newStatements()
	m := &metrics{
		clients: prometheus.NewGauge(prometheus.GaugeOpts{Name: "shunt_clients", Help: "Client connections."}),
		logins: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "shunt_logins_total",
			Help: "Logins, by outcome."}, []string{"outcome"}),
		faults:  prometheus.NewCounter(prometheus.CounterOpts{Name: "shunt_faults_total", Help: "Clients that were lost by a fault in shunt itself; the log has the place."}),
		held:    prometheus.NewCounter(prometheus.CounterOpts{Name: "shunt_statements_held_total", Help: "Statements that waited for a primary."}),
		retries: prometheus.NewCounter(prometheus.CounterOpts{Name: "shunt_statement_retries_total", Help: "Statements that were asked of another server after one failed."}),
		blind: prometheus.NewCounter(prometheus.CounterOpts{Name: "shunt_blind_writes_total",
			Help: "Writes whose answer named no GTID: the reads of their sessions stay on the primary."}),
		asked: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "shunt_position_questions_total",
			Help: "Statements before which a primary was asked for its position, by outcome."}, []string{"outcome"}),
		settled: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "shunt_settle_questions_total",
			Help: "Statements before which a primary was waited for until it showed all that its replicas had shown, by outcome."}, []string{"outcome"}),
		combined: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "shunt_joins_total",
			Help: "SELECTs over several clusters, by outcome."}, []string{"outcome"}),
		combinedRows: prometheus.NewCounter(prometheus.CounterOpts{Name: "shunt_joined_rows_total", Help: "Rows that were copied from one cluster to another for such a SELECT."}),
		limits: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "shunt_timeouts_total",
			Help: "Statements that were killed and transactions that were rolled back, by the limit that they met."}, []string{"limit"}),
		stmts: stmts,
		questions: func() uint64 {
			return stmts.total(func(l *labels) bool { return l.outcome != outcomeRefused })
		},
		plainOnReplica: func() uint64 {
			return stmts.total(func(l *labels) bool { return l.plain && l.role == topology.Replica.String() })
		},
		plainOnPrimary: func() uint64 {
			return stmts.total(func(l *labels) bool { return l.plain && l.role != topology.Replica.String() })
		},
	}
	for _, outcome := range []string{outcomeOK, outcomeError} {
		m.asked.WithLabelValues(outcome) // so that there is a 0 before there is a 1
		m.settled.WithLabelValues(outcome)
	}
	for _, outcome := range []string{outcomeOK, outcomeRefused} {
		m.combined.WithLabelValues(outcome)
	}
	for _, limit := range []string{limitQuery, limitIdle, limitTransaction} {
		m.limits.WithLabelValues(limit)
	}
	return m
}

func (m *metrics) all() []prometheus.Collector {
	plain := func(role string, n sum) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "shunt_plain_reads_total",
			Help: "Plain reads outside of transactions, by the role of the server that answered.", ConstLabels: prometheus.Labels{"role": role}},
			func() float64 { return float64(n.Load()) })
	}
	return []prometheus.Collector{m.clients, m.logins, m.stmts, m.held, m.faults, m.retries, m.blind, m.asked, m.settled, m.combined, m.combinedRows, m.limits,
		plain("replica", m.plainOnReplica), plain("primary", m.plainOnPrimary)}
}

func (m *metrics) login(outcome string) { m.logins.WithLabelValues(outcome).Inc() }

func (m *metrics) refused(k statement.Kind, shard int) {
	m.stmts.count(m.stmts.counter(labels{kind: k, outcome: outcomeRefused}), shard)
}

func (m *metrics) answered(k statement.Kind, shard int) {
	m.stmts.count(m.stmts.counter(labels{kind: k, outcome: outcomeAnswered}), shard)
}

// lastCounter is the counter that a client used last: most statements of a client are like the one before, and finding a counter by its labels
// costs ten times what counting does.
type lastCounter struct {
	labels  labels
	counter *counter
}

// observeMetrics counts a statement that was carried out on a server.
func (c *Client) observeMetrics(j *job, plan *router.Plan, err error) {
	l, last := labels{j.st.Kind, plan.Again, plan.Role.String(), plan.Host.Address, outcomeOf(err, c.session.Failed())}, &c.counted
	if last.counter == nil || last.labels != l {
		*last = lastCounter{l, c.server.metrics.stmts.counter(l)}
	}
	first := time.Duration(0)
	if l.plain && !j.began.IsZero() && !j.followed { // a wait for the session's writes is part of it: the client waits, too
		first = max(j.began.Sub(j.lent), 1)
	}
	took := j.ended.Sub(j.lent)
	c.server.metrics.stmts.observe(last.counter, c.task.Shard(), plan.Role, j.lent.Sub(j.started), took, first)
	if !errors.Is(err, errBehind) { // else it is carried out once more
		c.countShape(j, plan, took, l.outcome == outcomeOK)
	}
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
