package proxy

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"shunt/statement"
	"shunt/topology"
)

// statements are the metrics of statements: how many, by their labels, and how long they took. It is a prometheus.Collector.
type statements struct {
	stripes *stripes
	since   time.Time

	mu       sync.Mutex                          // for those who add a counter
	counters atomic.Pointer[map[labels]*counter] // replaced whole

	counts, inQueue, behind, whole *prometheus.Desc
}

// labels tell counters apart. All but plain are labels of the metric.
type labels struct {
	kind                  statement.Kind
	plain                 bool // a plain read outside of a transaction
	role, server, outcome string
}

func newStatements() *statements {
	s := &statements{
		stripes: newStripes(), since: time.Now(),
		counts: prometheus.NewDesc("shunt_statements_total",
			"Statements by kind, role and address of the server, and outcome.", []string{"kind", "role", "server", "outcome"}, nil),
		inQueue: prometheus.NewDesc("shunt_statement_queue_seconds",
			"Time from a statement's arrival until it had a server connection: planning, waiting for a primary, for a free connection.", nil, nil),
		behind: prometheus.NewDesc("shunt_statement_server_seconds",
			"Time from sending a statement to a server until its answer was passed on.", []string{"role"}, nil),
		whole: prometheus.NewDesc("shunt_statement_seconds",
			"Time from a statement's arrival until its answer was passed on. Less queue and server time it is the proxy's own.", []string{"role"}, nil),
	}
	s.counters.Store(&map[labels]*counter{})
	return s
}

// counter finds the counter with these labels.
func (s *statements) counter(l labels) *counter {
	if c := (*s.counters.Load())[l]; c != nil {
		return c
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	known := *s.counters.Load()
	if c := known[l]; c != nil {
		return c
	}
	c := &counter{labels: l, since: time.Now(), parts: make([]counterPart, len(s.stripes.all))}
	more := maps.Clone(known)
	more[l] = c
	s.counters.Store(&more)
	return c
}

// count counts a statement that no server was asked.
func (s *statements) count(c *counter, shard int) { c.parts[s.stripes.at(shard)].n.Add(1) }

// observe counts a statement that a server was asked, how long it took, and how long its answer took to begin (0: that says
// nothing about the server). shard is the number of the event loop that counts.
func (s *statements) observe(c *counter, shard int, role topology.Role, queue, server, first time.Duration) {
	queue, server = max(0, queue), max(0, server)
	at := s.stripes.at(shard)
	part := &c.parts[at]
	part.n.Add(1)
	if first > 0 {
		part.times.Add(1<<logBits | logOf(first))
	}
	s.stripes.all[at].times[role].add(queue, server)
}

// total adds up the counters whose labels are wanted.
func (s *statements) total(wanted func(*labels) bool) (n uint64) {
	for _, c := range *s.counters.Load() {
		if wanted(&c.labels) {
			n += c.total()
		}
	}
	return n
}

// Describe tells the registry what Collect gives.
func (s *statements) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{s.counts, s.inQueue, s.behind, s.whole} {
		to <- d
	}
}

// Collect adds everything up.
func (s *statements) Collect(to chan<- prometheus.Metric) {
	for l, c := range s.byLabel() {
		to <- prometheus.MustNewConstMetricWithCreatedTimestamp(s.counts, prometheus.CounterValue, float64(c.n), c.since,
			l.kind.String(), l.role, l.server, l.outcome)
	}
	var queue histogram
	for role := topology.Role(0); role < roles; role++ {
		var server, whole histogram
		for i := range s.stripes.all {
			t := &s.stripes.all[i].times[role]
			inQueue, onServer := t.inQueue.Load(), t.onServer.Load()
			queue.counts[0] += t.atOnce.sum()
			queue.count += t.atOnce.sum()
			queue.add(&t.queue, inQueue)
			server.add(&t.atOnce, 0)
			server.add(&t.server, onServer)
			whole.add(&t.atOnce, 0)
			whole.add(&t.whole, inQueue+onServer)
		}
		if server.count > 0 {
			to <- server.metric(s.behind, s.since, role.String())
			to <- whole.metric(s.whole, s.since, role.String())
		}
	}
	to <- queue.metric(s.inQueue, s.since)
}

// counted is what a counter of the metric has counted since when.
type counted struct {
	n     uint64
	since time.Time
}

// byLabel adds up the counters that differ in nothing that is a label of the metric.
func (s *statements) byLabel() map[labels]counted {
	all := map[labels]counted{}
	for l, c := range *s.counters.Load() {
		l.plain = false
		sum, there := all[l]
		if !there || c.since.Before(sum.since) {
			sum.since = c.since
		}
		sum.n += c.total()
		all[l] = sum
	}
	return all
}

// histogram is times added up.
type histogram struct {
	counts [len(bounds) + 1]uint64
	count  uint64
	nanos  uint64
}

func (h *histogram) add(b *buckets, nanos uint64) {
	for i := range b {
		n := b[i].Load()
		h.counts[i] += n
		h.count += n
	}
	h.nanos += nanos
}

func (h *histogram) metric(d *prometheus.Desc, since time.Time, labels ...string) prometheus.Metric {
	below, n := map[float64]uint64{}, uint64(0)
	for i, bound := range upTo {
		n += h.counts[i]
		below[bound] = n
	}
	return prometheus.MustNewConstHistogramWithCreatedTimestamp(d, h.count, time.Duration(h.nanos).Seconds(), below, since, labels...)
}
