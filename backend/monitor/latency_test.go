package monitor

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"shunt/topology"
)

func TestSlowed(t *testing.T) {
	const ms = time.Millisecond
	for _, test := range []struct {
		name      string
		latencies []time.Duration
		want      []int
	}{
		{"alike", []time.Duration{2 * ms, 3 * ms, 2 * ms}, []int{100, 100, 100}},
		{"twice as slow is not slow", []time.Duration{2 * ms, 4 * ms}, []int{100, 100}},
		{"a little more than that is hardly", []time.Duration{10 * ms, 21 * ms}, []int{100, 95}},
		{"four times: a half", []time.Duration{2 * ms, 8 * ms, 2 * ms}, []int{100, 50, 100}},
		{"never nothing", []time.Duration{ms, time.Minute}, []int{100, 10}},
		{"what is fast enough is not slow", []time.Duration{100 * time.Microsecond, 500 * time.Microsecond}, []int{100, 100}},
		{"nobody is compared with one that is not known", []time.Duration{0, 50 * ms, 60 * ms}, []int{100, 100, 100}},
		{"one alone", []time.Duration{time.Second}, []int{100}},
		{"nobody", nil, []int{}},
	} {
		if got := slowed(test.latencies); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestPace(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	var p pace
	hear := func(count int, typical time.Duration) time.Duration {
		now = now.Add(time.Second)
		p = p.after(Answers{count, typical}, now)
		return p.latency()
	}
	near := func(what string, got, want time.Duration) {
		t.Helper()
		if got < want*98/100 || got > want*102/100 {
			t.Errorf("%s: %v, want about %v", what, got, want)
		}
	}
	if got := hear(19, time.Millisecond); got != 0 {
		t.Errorf("after 19 answers it is %v, and not known yet", got)
	}
	near("20 answers are enough", hear(1, time.Millisecond), time.Millisecond)
	near("one slow answer hardly counts", hear(1, time.Second), 1071*time.Microsecond)
	p = pace{nanos: 1e6, count: evidence, heard: now}
	near("a slow second does not yet", hear(1000, 100*time.Millisecond), 3981*time.Microsecond)
	for range 20 {
		hear(1000, 100*time.Millisecond)
	}
	near("twenty do", hear(1000, 100*time.Millisecond), 100*time.Millisecond)
	for range 20 {
		hear(1000, time.Millisecond)
	}
	near("and it recovers as fast", hear(1000, time.Millisecond), time.Millisecond)
	for range 58 {
		hear(0, 0)
	}
	near("of silence nothing changes", hear(0, 0), time.Millisecond)
	if got := hear(0, 0); got != 0 {
		t.Errorf("after a minute without an answer it is %v, and not known any more", got)
	}
}

// TestASlowReplicaGetsLess, until it is faster; and those of another pool are not compared with it.
func TestASlowReplicaGetsLess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startOf(t, nil, []Host{{Address: "db1:3306", Weight: 1}, {Address: "db2:3306", Weight: 4}, {Address: "db3:3306", Weight: 4}, {Address: "db4:3306", Weight: 1, Pools: []string{"statistics"}}})
		defer w.stop()
		tell := func(seconds int, db2, db3 time.Duration) {
			for range seconds {
				w.Answered(t.Context(), map[string]Answers{"db2:3306": {200, db2}, "db3:3306": {200, db3}, "db4:3306": {200, time.Second}})
				w.after(time.Second, w.catchUpAll)
			}
		}
		shares := func() []float64 {
			var list []float64
			for _, h := range w.paris().Replicas {
				list = append(list, h.Effective())
			}
			if sum := w.paris().Readers.In("", "").Sum(); sum != w.paris().Replicas[0].Share()+w.paris().Replicas[1].Share() {
				t.Errorf("the table of readers has %d", sum)
			}
			return list
		}
		tell(1, time.Millisecond, time.Millisecond)
		if got := shares(); !slices.Equal(got, []float64{4, 4, 1}) {
			t.Errorf("alike: %v", got)
		}
		tell(1, time.Millisecond, 8*time.Millisecond)
		if got := shares(); !slices.Equal(got, []float64{4, 4, 1}) {
			t.Errorf("slow for a second: %v", got)
		}
		tell(30, time.Millisecond, 8*time.Millisecond)
		if got := shares(); got[0] != 4 || got[1] < .95 || got[1] > 1.05 || got[2] != 1 {
			t.Errorf("slow for half a minute: %v, want a quarter", got)
		}
		if h := w.Snapshot().Host("db3:3306"); h.Latency < 7*time.Millisecond || h.Latency > 9*time.Millisecond {
			t.Errorf("its latency is %v", h.Latency)
		}
		tell(30, time.Millisecond, time.Millisecond)
		if got := shares(); !slices.Equal(got, []float64{4, 4, 1}) {
			t.Errorf("fast again: %v", got)
		}
	})
}

// TestLatencyOff: it is shown, and counts nothing.
func TestLatencyOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startOf(t, func(c *Config) { c.LatencyAware = false }, []Host{{Address: "db1:3306", Weight: 1}, {Address: "db2:3306", Weight: 1}, {Address: "db3:3306", Weight: 1}})
		defer w.stop()
		for range 10 {
			w.Answered(t.Context(), map[string]Answers{"db2:3306": {200, time.Millisecond}, "db3:3306": {200, time.Second}})
			w.after(time.Second, w.catchUpAll)
		}
		if h := w.Snapshot().Host("db3:3306"); h.Portion != topology.FullPortion || h.Latency == 0 {
			t.Errorf("%+v", h)
		}
	})
}
