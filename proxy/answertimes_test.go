package proxy

import (
	"testing"
	"time"

	"shunt/statement"
	"shunt/topology"
)

func TestLogarithms(t *testing.T) {
	for _, d := range []time.Duration{1, 2, 3, 999, time.Microsecond, 70 * time.Microsecond, time.Millisecond, time.Second, time.Hour} {
		if got := expOf(float64(logOf(d))); got < d*99/100 || got > d*101/100 {
			t.Errorf("%v comes back as %v", d, got)
		}
	}
	if logOf(0) != 0 || logOf(-1) != 0 {
		t.Error("there is something below a nanosecond")
	}
}

// TestAnswerTimes: what is typical is not what a few long statements make the mean.
func TestAnswerTimes(t *testing.T) {
	s := &Server{metrics: newMetrics()}
	stmts := s.metrics.stmts
	on := func(server, role, outcome string, plain bool) *counter {
		return stmts.counter(labels{statement.Select, plain, role, server, outcome})
	}
	replica := on("db2:3306", "replica", outcomeOK, true)
	stmts.observe(replica, 0, topology.Replica, 0, time.Millisecond, time.Millisecond)
	before := s.AnswerTimes()
	for range 99 {
		stmts.observe(replica, 0, topology.Replica, 0, 3*time.Millisecond, 2*time.Millisecond)
	}
	stmts.observe(replica, 0, topology.Replica, 0, time.Minute, time.Minute)
	stmts.observe(replica, 0, topology.Replica, 0, time.Minute, 0) // nobody knows when its answer began
	for _, other := range []*counter{
		on("db1:3306", "primary", outcomeOK, true), on("db2:3306", "replica", outcomeError, true), on("db2:3306", "replica", outcomeOK, false),
	} {
		stmts.observe(other, 0, topology.Replica, 0, time.Hour, time.Hour)
	}
	after := s.AnswerTimes()
	count, typical := after["db2:3306"].Since(before["db2:3306"])
	if len(after) != 1 || count != 100 || typical < 2*time.Millisecond || typical > 2500*time.Microsecond {
		t.Errorf("%d servers; %d answers of db2, typically %v, want 100 and a little over 2ms", len(after), count, typical)
	}
	if count, typical := after["db2:3306"].Since(after["db2:3306"]); count != 0 || typical != 0 {
		t.Errorf("since now: %d answers, %v", count, typical)
	}
}

// BenchmarkObserve is what counting takes of each statement, without and with the time of its answer.
func BenchmarkObserve(b *testing.B) {
	s := newStatements()
	c := s.counter(labels{statement.Select, true, "replica", "db2:3306", outcomeOK})
	for name, first := range map[string]time.Duration{"counted": 0, "and timed": 180 * time.Microsecond} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.observe(c, 0, topology.Replica, 10*time.Microsecond, 200*time.Microsecond, first)
			}
		})
	}
}
