package proxy

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shunt/session"
	"shunt/topology"
)

func wrote(cluster, source string, seq uint64) session.Wrote {
	return session.Wrote{Cluster: cluster, GTID: topology.GTID{Source: source, Seq: seq}}
}

// TestRequestsTellWhatIsNew: who knows a request's writes up to a revision hears of later ones only, however many there are.
func TestRequestsTellWhatIsNew(t *testing.T) {
	r, now := newRequests(), time.Now()
	if news, known := r.wrote("a", 0); news != nil || known != 0 {
		t.Errorf("a request that has not written: %v", news)
	}
	for i := range uint64(10000) {
		r.add("a", wrote("paris", "0", i+1), now)
	}
	r.add("a", wrote("gra", "0", 7), now)
	before, after := r.add("a", session.Wrote{Cluster: "gra"}, now)
	news, known := r.wrote("a", 0)
	if diff := cmp.Diff([]session.Wrote{wrote("paris", "0", 10000), wrote("gra", "0", 7), {Cluster: "gra"}}, news); diff != "" {
		t.Error(diff)
	}
	if known != after || before == after {
		t.Errorf("revisions %d, %d, %d", before, after, known)
	}
	if news, _ := r.wrote("a", known); news != nil {
		t.Errorf("nothing is new, but %v", news)
	}
	r.add("a", wrote("paris", "0", 10001), now)
	if news, _ := r.wrote("a", known); len(news) != 3 {
		t.Errorf("a write is new, but %v", news)
	}
}

// TestRequestsAreForgotten: those that wrote longest ago, and one that comes again is new to whoever knew the old one.
func TestRequestsAreForgotten(t *testing.T) {
	r, now := newRequests(), time.Now()
	r.add("old", wrote("paris", "0", 1), now)
	r.add("old", wrote("paris", "0", 2), now)
	_, known := r.wrote("old", 0)
	for i := range 2 * shardRequests * len(r.shards) {
		r.add(fmt.Sprint(i), wrote("paris", "0", 3), now)
	}
	if news, _ := r.wrote("old", 0); news != nil {
		t.Errorf("it is remembered: %v", news)
	}
	for i := range r.shards {
		if s := &r.shards[i]; len(s.byKey) > shardRequests || s.order.Len() != len(s.byKey) {
			t.Errorf("a shard has %d requests, in order %d", len(s.byKey), s.order.Len())
		}
	}
	r.add("old", wrote("paris", "0", 9), now)
	if news, _ := r.wrote("old", known); len(news) != 1 {
		t.Errorf("its new write is not told: %v", news)
	}
	r.add("late", wrote("paris", "0", 4), now)
	for i := range 1000 { // some of them in its shard
		r.add(fmt.Sprint("later", i), wrote("paris", "0", 5), now.Add(2*requestKept))
	}
	if news, _ := r.wrote("late", 0); news != nil {
		t.Errorf("after %v it is remembered: %v", 2*requestKept, news)
	}
}
