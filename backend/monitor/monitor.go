// Package monitor watches every server and publishes what it finds as snapshots of the topology: who is up, who is primary
// and who replicates from whom, how late, and who may be read from.
//
// [Monitor] has one goroutine per host that probes it, one per cluster that writes a heartbeat on its primary, and one
// that gathers what these report. The last decides with the pure functions of verdict.go (is a host well?), roles.go (who
// is primary?), lag.go (how late is a replica?), damping.go (does it come and go?), warmup.go and latency.go (how large is
// its share?), and swaps the snapshot whole. [Monitor.Watch] changes which servers are watched. What follows from a snapshot is left to
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
	config    Config
	faults    error // of the configuration; Run returns it
	metrics   *metrics
	endpoints map[string]control.Endpoint // of each cluster's control account, without an address
	newProber func(e control.Endpoint, heartbeat string) prober
	reports   chan report
	wishes    chan *wish
	notify    []func(*topology.Snapshot)

	// These belong to Run's goroutine.
	clusters []*clusterState
	watchers []*watcher
	beaters  []*beater
	pace     time.Duration  // how far apart snapshots are that show nothing but newer figures
	eyes     sync.WaitGroup // of watchers and beaters

	watching atomic.Pointer[map[string]*watcher] // the watchers by address
	beating  atomic.Pointer[map[string]*beater]  // the beaters by cluster
	snapshot atomic.Pointer[topology.Snapshot]
}

// report is what a watcher or a beater tells Run's goroutine, or whoever knows how fast servers answer.
type report struct {
	answers     map[string]Answers // nil: it is about a cluster
	cluster     *clusterState
	host        *hostState // nil: about a heartbeat
	observation observation
	beat        beat
}

// New prepares the monitor of the given clusters; it contacts nobody. Its first snapshot shows all hosts as not probed
// yet. Faults of the configuration come back from Run.
func New(config Config, clusters []Cluster, log *slog.Logger) *Monitor {
	m := &Monitor{
		config: config, metrics: newMetrics(), reports: make(chan report, 64), wishes: make(chan *wish), endpoints: map[string]control.Endpoint{},
		newProber: func(e control.Endpoint, heartbeat string) prober {
			return &serverProbe{endpoint: e, heartbeat: heartbeat}
		},
	}
	if err := config.Validate(); err != nil {
		m.faults = fmt.Errorf("monitor: %w", err)
	} else if err := validate(clusters); err != nil {
		m.faults = fmt.Errorf("monitor: %w", err)
	}
	for _, c := range clusters {
		m.endpoints[c.Name] = control.Endpoint{User: c.Account.User, Password: c.Account.Password, Link: c.Link}
		m.clusters = append(m.clusters, newClusterState(c, addressesBeside(c.Name, clusters), config, log))
		m.equip(m.clusters[len(m.clusters)-1])
	}
	m.index()
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

// equip prepares a watcher for each host of a cluster that is to be contacted and has none, and a beater, if there should be one.
func (m *Monitor) equip(c *clusterState) {
	row := c.row
	if c.alone() {
		row = heartbeatRow{}
	}
	for _, h := range c.hosts {
		if h.listed.Use != topology.Off && !slices.ContainsFunc(m.watchers, func(w *watcher) bool { return w.host == h }) {
			m.watchers = append(m.watchers, m.newWatcher(c, h, row.selection()))
		}
	}
	if row.schema != "" && !slices.ContainsFunc(m.beaters, func(b *beater) bool { return b.cluster == c }) {
		m.beaters = append(m.beaters, m.newBeater(c, row))
	}
}

func (m *Monitor) newWatcher(c *clusterState, h *hostState, heartbeat string) *watcher {
	name, address, endpoint := c.listed.Name, h.listed.Address, m.endpoints[c.listed.Name]
	endpoint.Address = address
	return &watcher{
		host: h, address: address, prober: m.newProber(endpoint, heartbeat), interval: m.config.Interval, timeout: m.config.Timeout,
		kick: make(chan struct{}, 1),
		report: func(ctx context.Context, o observation) {
			m.metrics.probed(name, address, o)
			m.tell(ctx, report{cluster: c, host: h, observation: o})
		},
	}
}

func (m *Monitor) newBeater(c *clusterState, row heartbeatRow) *beater {
	name := c.listed.Name
	return &beater{
		cluster: c, interval: m.config.Heartbeat.Interval, timeout: m.config.Timeout, turn: make(chan struct{}, 1),
		primary: func() string { return m.primary(name) },
		writer:  &scribe{row: row, endpoint: m.endpoints[name]},
		report: func(ctx context.Context, b beat, err error) {
			m.metrics.beaten(name, err)
			if err == nil {
				m.tell(ctx, report{cluster: c, beat: b})
			}
		},
		log: c.log,
	}
}

// index settles what follows from the number of watchers, and lets ReportFailure and Hush find them and the beaters.
func (m *Monitor) index() {
	m.pace = paceOf(len(m.watchers))
	watching := make(map[string]*watcher, len(m.watchers))
	for _, w := range m.watchers {
		watching[w.address] = w
	}
	m.watching.Store(&watching)
	beating := make(map[string]*beater, len(m.beaters))
	for _, b := range m.beaters {
		beating[b.cluster.listed.Name] = b
	}
	m.beating.Store(&beating)
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
	m.open(ctx)
	m.gather(ctx)
	m.eyes.Wait()
	for _, w := range m.watchers {
		w.stop = nil
	}
	for _, b := range m.beaters {
		b.stop = nil
	}
	return nil
}

// open starts the watchers and beaters that do not run yet.
func (m *Monitor) open(ctx context.Context) {
	for _, w := range m.watchers {
		if w.stop == nil {
			var own context.Context
			own, w.stop = context.WithCancel(ctx) // which ends with ctx at the latest
			m.eyes.Go(func() { w.run(own) })
		}
	}
	for _, b := range m.beaters {
		if b.stop == nil {
			var own context.Context
			own, b.stop = context.WithCancel(ctx)
			m.eyes.Go(func() { b.run(own) })
		}
	}
}

// Snapshot is what is known now. It is never nil and never changes; a statement should use one to its end.
func (m *Monitor) Snapshot() *topology.Snapshot { return m.snapshot.Load() }

// ReportFailure tells that a connection to the host at address broke or could not be made. The host is probed at once;
// only the probe decides. Unknown addresses are ignored.
func (m *Monitor) ReportFailure(address string) {
	if w := (*m.watching.Load())[address]; w != nil {
		w.kickNow()
	}
}

// Answered tells how servers have answered plain reads since the last time, by address. Those of which nothing is told have
// answered none.
func (m *Monitor) Answered(ctx context.Context, answers map[string]Answers) {
	m.tell(ctx, report{answers: answers})
}

// Hush stops the heartbeats of a cluster: it returns when none is on its way any more, and none is written until release
// is called, which may be more than once. It is for who changes the primary: heartbeats are written by an account that may
// pass read_only, and one that waits for a lock has looked at read_only before.
func (m *Monitor) Hush(ctx context.Context, cluster string) (release func(), err error) {
	if b := (*m.beating.Load())[cluster]; b != nil {
		return b.hush(ctx)
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
