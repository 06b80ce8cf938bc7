package proxy

import (
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"shunt/netloop"
	"shunt/router"
	"shunt/session"
	"shunt/statement"
	"shunt/topology"
)

// counting is a client that has a statement to count, and the plan that it was carried out by.
func counting(s *Server) (*Client, *job, *router.Plan) {
	now := time.Now()
	j := &job{st: &statement.Statement{Kind: statement.Select}, started: now.Add(-time.Millisecond), lent: now, ended: now}
	plan := &router.Plan{Host: &topology.Host{Address: "r1:3306"}, Role: topology.Replica, Again: true}
	return &Client{server: s, session: session.New(session.Login{}), task: onLoop{}}, j, plan
}

// onLoop is a task of which nothing is known but its loop.
type onLoop struct {
	netloop.Task
	number int
}

func (l onLoop) Shard() int { return l.number }

// TestStatementsAreCountedAsTheLibraryCounts: our counters say of any statements what those of the metrics library would.
func TestStatementsAreCountedAsTheLibraryCounts(t *testing.T) {
	ours, theirs := newStatements(), newReference()
	for _, bound := range bounds { // both sides of all bounds
		for _, d := range []time.Duration{bound, bound + 1} {
			ours.observe(ours.counter(labels{outcome: outcomeOK, role: "none"}), 0, topology.NoRole, d, d, 0)
			theirs.observe(statement.Unknown, "none", "", outcomeOK, d, d)
		}
	}
	for i := range 2000 {
		kind, role := statement.Kind(rand.N(5)), topology.Role(rand.N(3))
		queue, server := time.Duration(rand.ExpFloat64()*1e6), time.Duration(rand.ExpFloat64()*1e8)
		outcome := []string{outcomeOK, outcomeError}[i%2]
		ours.observe(ours.counter(labels{kind, i%3 == 0, role.String(), "db:1", outcome}), i, role, queue, server, 0)
		theirs.observe(kind, role.String(), "db:1", outcome, queue, server)
	}
	ours.count(ours.counter(labels{kind: statement.Kill, outcome: outcomeAnswered}), 0)
	theirs.counts.WithLabelValues("kill", "", "", outcomeAnswered).Inc()
	if diff := cmp.Diff(exposed(theirs.counts, theirs.inQueue, theirs.behind, theirs.whole), exposed(ours)); diff != "" {
		t.Errorf("(-library +ours)\n%s", diff)
	}
}

// reference are the metrics of statements as the library has them.
type reference struct {
	counts        *prometheus.CounterVec
	inQueue       prometheus.Histogram
	behind, whole *prometheus.HistogramVec
}

func newReference() *reference {
	times := prometheus.ExponentialBuckets(0.00005, 3, 12)
	return &reference{
		counts: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "shunt_statements_total",
			Help: "Statements by kind, role and address of the server, and outcome."}, []string{"kind", "role", "server", "outcome"}),
		inQueue: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "shunt_statement_queue_seconds",
			Help: "Time from a statement's arrival until it had a server connection: planning, waiting for a primary, for a free connection.", Buckets: times}),
		behind: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "shunt_statement_server_seconds",
			Help: "Time from sending a statement to a server until its answer was passed on.", Buckets: times}, []string{"role"}),
		whole: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "shunt_statement_seconds",
			Help: "Time from a statement's arrival until its answer was passed on. Less queue and server time it is the proxy's own.", Buckets: times}, []string{"role"}),
	}
}

func (r *reference) observe(kind statement.Kind, role, server, outcome string, queue, behind time.Duration) {
	r.counts.WithLabelValues(kind.String(), role, server, outcome).Inc()
	r.inQueue.Observe(queue.Seconds())
	r.behind.WithLabelValues(role).Observe(behind.Seconds())
	r.whole.WithLabelValues(role).Observe((queue + behind).Seconds())
}

// exposed is what /metrics shows of collectors. Sums of many fractions differ in their last digits, so they are cut.
func exposed(collectors ...prometheus.Collector) []string {
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(collectors...)
	answer := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError}).ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
	lines := strings.Split(answer.Body.String(), "\n")
	for i, line := range lines {
		if name, value, _ := strings.Cut(line, " "); strings.Contains(name, "_sum") {
			lines[i] = name + " " + value[:min(len(value), 8)]
		}
	}
	return lines
}

// TestNothingCountedIsLost: clients on all cores count at once, and change what they count.
func TestNothingCountedIsLost(t *testing.T) {
	const clients, each = 8, 1000
	s := &Server{metrics: newMetrics()}
	var wg sync.WaitGroup
	for n := range clients {
		wg.Go(func() {
			c, j, plan := counting(s)
			c.task = onLoop{number: n}
			for i := range each {
				plan.Role = topology.Primary + topology.Role(i%2)
				plan.Again = i%4 < 2
				c.observeMetrics(j, plan, nil)
			}
		})
	}
	wg.Wait()
	s.metrics.answered(statement.Kill, 0)
	s.metrics.refused(statement.Set, 1)
	got := []uint64{s.metrics.questions.Load(), s.metrics.plainOnReplica.Load(), s.metrics.plainOnPrimary.Load()}
	if want := []uint64{clients*each + 1, clients * each / 4, clients * each / 4}; !slices.Equal(got, want) {
		t.Errorf("questions, plain reads on replicas, on primaries: %d, want %d", got, want)
	}
	if text := strings.Join(exposed(s.metrics.all()...), "\n"); !strings.Contains(text, `shunt_statement_seconds_count{role="primary"} 4000`) {
		t.Errorf("times are missing in\n%s", text)
	}
}

func TestCountingAllocatesNothing(t *testing.T) {
	c, j, plan := counting(&Server{metrics: newMetrics()})
	if n := testing.AllocsPerRun(100, func() { c.observeMetrics(j, plan, nil) }); n != 0 {
		t.Errorf("a statement: %v allocations", n)
	}
	if n := testing.AllocsPerRun(100, func() { c.server.metrics.answered(statement.Select, 0) }); n != 0 {
		t.Errorf("an answer of our own: %v allocations", n)
	}
}

func BenchmarkObserveMetrics(b *testing.B) {
	c, j, plan := counting(&Server{metrics: newMetrics()})
	b.ReportAllocs()
	for b.Loop() {
		c.observeMetrics(j, plan, nil)
	}
}

func BenchmarkObserveMetricsParallel(b *testing.B) {
	s := &Server{metrics: newMetrics()}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		c, j, plan := counting(s)
		for pb.Next() {
			c.observeMetrics(j, plan, nil)
		}
	})
}
