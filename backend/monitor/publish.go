package monitor

import (
	"context"
	"iter"
	"maps"
	"time"

	"shunt/topology"
)

const (
	// few is the number of servers up to which every observation makes a snapshot of its own.
	few = 64

	// manyPace bounds how many snapshots there are of more servers: making one costs the more the more servers there are,
	// and there would be the more of them, too. A probe costs the same then, however many there are. What a snapshot tells of
	// a position is as old as the last probe of that server anyway.
	manyPace = 10 * time.Millisecond
)

func paceOf(servers int) time.Duration {
	if servers <= few {
		return 0
	}
	return manyPace
}

// batch is what has been taken in since the last snapshot.
type batch struct {
	clusters map[*clusterState]bool
	urgent   bool // more than figures has changed
}

// gather takes in reports and publishes what they change: who is up, who is what and who serves at once; figures at once,
// too, but at the monitor's pace. Reports that wait already are taken in together: however many hosts there are, the
// monitor falls behind by one snapshot at most.
func (m *Monitor) gather(ctx context.Context) {
	b := batch{clusters: map[*clusterState]bool{}}
	pause := time.NewTimer(0)
	defer pause.Stop()
	var last time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		case w := <-m.wishes:
			w.done <- m.fulfil(ctx, w)
			continue
		case r := <-m.reports:
			m.take(r, &b)
			for range len(m.reports) {
				m.take(<-m.reports, &b)
			}
		}
		if len(b.clusters) == 0 {
			continue
		}
		if wait := m.pace - time.Since(last); wait > 0 && !b.urgent {
			pause.Reset(wait)
			continue
		}
		m.publish(maps.Keys(b.clusters))
		last = time.Now()
		clear(b.clusters)
		b.urgent = false
	}
}

// take notes a report, and its cluster if that is to be published anew. A heartbeat shows with the next probe of a
// replica.
func (m *Monitor) take(r report, b *batch) {
	switch {
	case r.answers != nil:
		for _, c := range m.clusters {
			if c.hear(r.answers, time.Now()) {
				b.clusters[c] = true
			}
		}
		return
	case r.host == nil:
		r.cluster.beats.add(r.beat)
		return
	case r.host.gone:
		return
	}
	if r.cluster.take(r.host, &r.observation, time.Now()) {
		b.urgent = true
	}
	b.clusters[r.cluster] = true
}

// publish swaps the snapshot for one that shows the given clusters as they are now.
func (m *Monitor) publish(clusters iter.Seq[*clusterState]) {
	now := time.Now()
	before := m.snapshot.Load()
	next := &topology.Snapshot{Revision: before.Revision + 1, Taken: now, Clusters: make(map[string]*topology.Cluster, len(m.clusters))}
	maps.Copy(next.Clusters, before.Clusters)
	for c := range clusters {
		next.Clusters[c.listed.Name] = c.publish(now)
	}
	m.snapshot.Store(next)
	for _, f := range m.notify {
		f(next)
	}
}
