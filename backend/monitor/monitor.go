// Package monitor watches every server and publishes what it finds as snapshots of the topology: who is up, who is primary
// and who replicates from whom, how late, and who may be read from.
//
// [Monitor] has one goroutine per host that probes it, one per cluster that writes a heartbeat on its primary, and one
// that gathers what these report. The last decides with the pure functions of verdict.go (is a host well?), roles.go (who
// is primary?) and lag.go (how late is a replica?), and swaps the snapshot whole. What follows from a snapshot is left to
// others: backend retires connections, router chooses hosts.
package monitor

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"shunt/backend/monitor/control"
	"shunt/topology"
)

// Monitor watches the servers of all clusters. Make it with [New], start it with [Monitor.Run]. Its methods may be called
// from anywhere at any time, but for Notify.
type Monitor struct {
	config   Config
	faults   error // of the configuration; Run returns it
	metrics  *metrics
	watchers []*watcher
	beaters  []*beater
	reports  chan report
	notify   []func(*topology.Snapshot)

	clusters []*clusterState // belongs to Run's goroutine
	pace     time.Duration   // how far apart snapshots are that show nothing but newer figures
	snapshot atomic.Pointer[topology.Snapshot]
}

// report is what a watcher or a beater tells Run's goroutine.
type report struct {
	cluster     *clusterState
	host        *hostState // nil: about a heartbeat
	observation observation
	beat        beat
}

// New prepares the monitor of the given clusters; it contacts nobody. Its first snapshot shows all hosts as not probed
// yet. Faults of the configuration come back from Run.
func New(config Config, clusters []Cluster, log *slog.Logger) *Monitor {
	m := &Monitor{config: config, metrics: newMetrics(), reports: make(chan report, 64)}
	if err := config.Validate(); err != nil {
		m.faults = fmt.Errorf("monitor: %w", err)
	} else if err := validate(clusters); err != nil {
		m.faults = fmt.Errorf("monitor: %w", err)
	}
	for _, c := range clusters {
		m.add(newClusterState(c, addressesBeside(c.Name, clusters), config, log))
	}
	m.pace = paceOf(len(m.watchers))
	m.snapshot.Store(&topology.Snapshot{})
	m.publish(slices.Values(m.clusters))
	return m
}

func addressesBeside(name string, clusters []Cluster) map[string]bool {
	found := map[string]bool{}
	for _, c := range clusters {
		for _, h := range c.Hosts {
			if c.Name != name {
				found[h.Address] = true
			}
		}
	}
	return found
}

// add prepares a watcher for each host of a cluster, and a beater.
func (m *Monitor) add(c *clusterState) {
	m.clusters = append(m.clusters, c)
	row := newHeartbeatRow(m.config.Heartbeat)
	if c.alone() {
		row = heartbeatRow{}
	}
	account := c.listed.Account
	endpoint := control.Endpoint{User: account.User, Password: account.Password, Link: c.listed.Link}
	for _, h := range c.hosts {
		if h.listed.Use == topology.Off {
			continue
		}
		endpoint.Address = h.listed.Address
		m.watchers = append(m.watchers, &watcher{
			address:  h.listed.Address,
			prober:   &serverProbe{endpoint: endpoint, heartbeat: row.selection()},
			interval: m.config.Interval,
			timeout:  m.config.Timeout,
			kick:     make(chan struct{}, 1),
			report: func(ctx context.Context, o observation) {
				m.metrics.probed(c.listed.Name, h.listed.Address, o)
				m.tell(ctx, report{cluster: c, host: h, observation: o})
			},
		})
	}
	if row.schema == "" {
		return
	}
	m.beaters = append(m.beaters, &beater{
		cluster:  c.listed.Name,
		turn:     make(chan struct{}, 1),
		interval: m.config.Heartbeat.Interval,
		timeout:  m.config.Timeout,
		primary:  func() string { return m.primary(c.listed.Name) },
		writer:   &scribe{row: row, endpoint: endpoint},
		report: func(ctx context.Context, b beat, err error) {
			m.metrics.beaten(c.listed.Name, err)
			if err == nil {
				m.tell(ctx, report{cluster: c, beat: b})
			}
		},
		log: c.log,
	})
}

// Notify has f called after each swap with the new snapshot, from the monitor's goroutine: f must not block. Only before
// Run.
func (m *Monitor) Notify(f func(*topology.Snapshot)) { m.notify = append(m.notify, f) }

// Run watches until ctx is cancelled, which is no error. When it returns nothing of the monitor runs any more and all its
// connections are closed; the last snapshot stays.
func (m *Monitor) Run(ctx context.Context) error {
	if m.faults != nil {
		return m.faults
	}
	var eyes sync.WaitGroup
	for _, w := range m.watchers {
		eyes.Go(func() { w.run(ctx) })
	}
	for _, b := range m.beaters {
		eyes.Go(func() { b.run(ctx) })
	}
	m.gather(ctx)
	eyes.Wait()
	return nil
}

// Snapshot is what is known now. It is never nil and never changes; a statement should use one to its end.
func (m *Monitor) Snapshot() *topology.Snapshot { return m.snapshot.Load() }

// ReportFailure tells that a connection to the host at address broke or could not be made. The host is probed at once;
// only the probe decides. Unknown addresses are ignored.
func (m *Monitor) ReportFailure(address string) {
	for _, w := range m.watchers {
		if w.address == address {
			w.kickNow()
			return
		}
	}
}

// Hush stops the heartbeats of a cluster: it returns when none is on its way any more, and none is written until release
// is called, which may be more than once. It is for who changes the primary: heartbeats are written by an account that may
// pass read_only, and one that waits for a lock has looked at read_only before.
func (m *Monitor) Hush(ctx context.Context, cluster string) (release func(), err error) {
	for _, b := range m.beaters {
		if b.cluster == cluster {
			return b.hush(ctx)
		}
	}
	return func() {}, nil
}

// Collectors are the monitor's metrics, to be registered once.
func (m *Monitor) Collectors() []prometheus.Collector {
	return []prometheus.Collector{m.metrics.probes, m.metrics.duration, m.metrics.heartbeats, newGauges(m.Snapshot)}
}

// primary is the address of a cluster's primary as believed now; empty if there is none.
func (m *Monitor) primary(cluster string) string {
	if c := m.Snapshot().Clusters[cluster]; c != nil && c.Primary != nil {
		return c.Primary.Address
	}
	return ""
}

func (m *Monitor) tell(ctx context.Context, r report) {
	select {
	case m.reports <- r:
	case <-ctx.Done():
	}
}
