package monitor

import (
	"cmp"
	"log/slog"
	"maps"
	"time"

	"shunt/topology"
)

// clusterState is what the monitor knows of one cluster. It belongs to the monitor's goroutine.
type clusterState struct {
	listed    Cluster
	config    Config
	elsewhere map[string]bool // addresses of the hosts of all other clusters
	hosts     []*hostState
	row       heartbeatRow // of its heartbeats, while there are any
	beats     beats
	tenure    tenure
	flavor    topology.Flavor // the primary's, or the last known one
	version   string
	log       *slog.Logger

	ruling  ruling            // in force
	pending change            // what the observations since then ask for
	readers *topology.Readers // of the replicas as last published; nil if they serve otherwise now
	reached topology.Reached  // a replica that loses transactions lowers it with the next ruling only
}

// hostState is what the monitor knows of one host, beside what the last ruling said of it.
type hostState struct {
	listed   Host
	place    int // in its cluster
	health   health
	facts    *facts    // of the last good probe; nil if there has been none
	looked   time.Time // when that probe began
	judged   time.Time // the value of looked for which lag was reckoned
	lag      time.Duration
	lagKnown bool
	last     *topology.Host // as it is to be seen from now on

	heard   time.Time // when the last probe ended; what depends on time goes by it, so that nobody else's news change it
	ok      bool      // reads might go there, but for damping
	damping damping
	warm    time.Time // since when it warms up; zero if it need not
	served  bool      // it has been in service, or was added while others were
	pace    pace
	slow    int  // hundredths of its share that it takes, being as slow as it is
	gone    bool // it has left the configuration: what comes of it is late
}

func newClusterState(c Cluster, elsewhere map[string]bool, config Config, log *slog.Logger) *clusterState {
	s := &clusterState{
		listed: c, config: config, elsewhere: elsewhere, row: newHeartbeatRow(config.Heartbeat), log: log.With("cluster", c.Name), pending: roles,
	}
	for i, h := range c.Hosts {
		s.hosts = append(s.hosts, newHostState(h, i))
	}
	return s
}

func newHostState(h Host, place int) *hostState {
	return &hostState{listed: h, place: place, last: &topology.Host{}, slow: topology.FullPortion}
}

// alone says whether there is one server at most, so that nobody could lag behind its heartbeat.
func (c *clusterState) alone() bool {
	servers := 0
	for _, h := range c.hosts {
		if h.listed.Use != topology.Off {
			servers++
		}
	}
	return servers < 2
}

// observe takes in how a probe of one host ended, and says how much that may have changed.
func (h *hostState) observe(o *observation, config Config) change {
	before := *h
	h.health = h.health.after(*o, config)
	h.heard = o.began.Add(o.took)
	if o.err == nil {
		h.facts, h.looked = &o.facts, o.began
	}
	return changed(before, *h)
}

// take takes in an observation of a host, and says whether it is urgent: whether it changes who is what, or who serves.
// It costs the same however many hosts there are; what has to be decided about all of them is left to publish.
func (c *clusterState) take(h *hostState, o *observation, now time.Time) (urgent bool) {
	c.pending = max(c.pending, h.observe(o, c.config))
	if c.pending == roles {
		return true
	}
	before := h.last
	part := &c.ruling.parts[h.place]
	if h.facts != nil {
		*part = part.renewed(h.facts.links)
	}
	h.last = c.host(h, *part, c.ruling.primary >= 0, now)
	if h.last.Role == topology.Replica {
		c.reached.Add(h.last.Applied)
	}
	if h.last.InService != before.InService {
		c.readers = nil
		return true
	}
	if h.last.Share() != before.Share() {
		c.readers = nil
	}
	return false
}

// publish returns the cluster as it is to be seen from now on, decided anew if the observations ask for that.
func (c *clusterState) publish(now time.Time) *topology.Cluster {
	if c.pending != figures {
		c.rule(now)
	}
	out := &topology.Cluster{
		Name: c.listed.Name, Datacenter: c.listed.Datacenter, Epoch: c.tenure.epoch, Problem: c.ruling.problem,
		Hosts: make([]*topology.Host, len(c.hosts)),
	}
	for i, h := range c.hosts {
		out.Hosts[i] = h.last
		switch {
		case i == c.ruling.primary:
			out.Primary = h.last
		case h.last.Role == topology.Replica:
			out.Replicas = append(out.Replicas, h.last)
		}
	}
	c.recognise(out)
	out.Flavor, out.Version = c.flavor, c.version
	if c.readers == nil {
		c.readers = topology.NewReaders(out.Replicas)
	}
	out.Readers, out.Reached = c.readers, maps.Clone(c.reached)
	return out
}

// rule decides anew about the whole cluster.
func (c *clusterState) rule(now time.Time) {
	c.ruling, c.pending = decide(c.members(), c.elsewhere, c.tenure), figures
	c.succeed(c.ruling)
	c.readers, c.reached = nil, topology.Reached{}
	for i, h := range c.hosts {
		h.last = c.host(h, c.ruling.parts[i], c.ruling.primary >= 0, now)
		if h.last.Role == topology.Replica {
			c.reached.Add(h.last.Applied)
		}
	}
}

func (c *clusterState) members() []member { return membersOf(c.hosts) }

func membersOf(hosts []*hostState) []member {
	members := make([]member, len(hosts))
	for i, h := range hosts {
		members[i] = member{h.listed.Address, h.listed.Use, h.health, h.facts}
	}
	return members
}

func (c *clusterState) succeed(r ruling) {
	if r.tenure != c.tenure {
		c.log.Info("cluster has a new primary", "server", r.tenure.primary, "before", c.tenure.primary, "epoch", r.tenure.epoch)
	}
	c.tenure = r.tenure
}

// recognise notes the kind of server the primary is, or, until there has been one, any server that has answered.
func (c *clusterState) recognise(out *topology.Cluster) {
	if out.Primary != nil {
		c.flavor, c.version = out.Primary.Flavor, out.Primary.Version
		return
	}
	for _, h := range out.Hosts {
		if c.version == "" && h.Version != "" {
			c.flavor, c.version = h.Flavor, h.Version
		}
	}
}

// host builds one host as it is to be seen.
func (c *clusterState) host(h *hostState, p part, hasPrimary bool, now time.Time) *topology.Host {
	out := &topology.Host{
		Address: h.listed.Address, Cluster: c.listed.Name, Datacenter: cmp.Or(h.listed.Datacenter, c.listed.Datacenter),
		Weight: h.listed.Weight, Use: h.listed.Use, Pools: h.listed.Pools, Place: h.place, Looked: h.looked,
		State: h.health.state, Role: p.role,
	}
	if f := h.facts; f != nil {
		out.ReadOnly, out.ServerID, out.Version, out.Flavor = f.readOnly, f.serverID, f.version, f.flavor
		out.Applied, out.Shown = f.own, f.shown
		if p.role == topology.Replica {
			out.Source, out.Applied = p.links[0].source(), f.applied
		}
	}
	c.reckon(h, p)
	if h.health.state == topology.Up && h.lagKnown {
		out.Lag, out.LagKnown = h.lag, true
	}
	ok, problem := standing{
		use: h.listed.Use, health: h.health, role: p.role, roleless: p.roleless, links: p.links, hasPrimary: hasPrimary,
		lag: h.lag, lagKnown: h.lagKnown, wasServing: h.ok,
	}.inService(c.config.MaxLag)
	h.serve(out, ok, problem, c.config.WarmUp)
	out.Since = h.last.Since
	if out.State != h.last.State || out.Role != h.last.Role || out.InService != h.last.InService {
		out.Since = now
		c.log.Info("server has changed", "server", out.Address, "state", out.State.String(), "role", out.Role.String(),
			"in_service", out.InService, "problem", out.Problem)
	}
	return out
}

// serve settles whether a host is in service, and how large its share is. ok is what its state alone says. What an
// operator orders, and what happens to a primary, is no flapping.
func (h *hostState) serve(out *topology.Host, ok bool, problem string, warmUp time.Duration) {
	h.ok = ok
	switch {
	case out.State == topology.Unprobed:
	case out.Use != topology.Serve || out.Role == topology.Primary:
		h.damping = damping{}
	default:
		h.damping = h.damping.after(ok, h.heard)
	}
	out.InService, out.Problem = ok, problem
	if held, why := h.damping.holds(h.heard); held {
		out.InService, out.Flapping, out.Problem = false, true, why
	}
	if out.InService && !h.last.InService && h.served {
		h.warm = h.heard
	}
	h.served = h.served || out.InService
	out.Latency = h.pace.latency()
	out.Portion = max(warmth(h.warm, h.heard, warmUp)*h.slow/topology.FullPortion, 1)
}

// reckon works out the lag once for each good probe. A probe that fails says nothing about lag: the last figure stays.
func (c *clusterState) reckon(h *hostState, p part) {
	if h.looked.Equal(h.judged) {
		return
	}
	h.judged = h.looked
	switch p.role {
	case topology.Replica:
		h.lag, h.lagKnown = c.beats.lag(*h.facts, p.links, h.looked)
	case topology.Primary:
		h.lag, h.lagKnown = 0, true
	default:
		h.lag, h.lagKnown = 0, false
	}
}
