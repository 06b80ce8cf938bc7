package monitor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"shunt/topology"
)

// wish is other servers to watch. done gets the outcome, once.
type wish struct {
	clusters []Cluster
	first    map[string]*observation // of servers that were not watched before, by address
	done     chan error
}

// Watch has the monitor watch the servers of clusters from now on, in place of those before. When it returns without an
// error the snapshot shows them, and what is known of those that stay is kept. Clusters are those given to New, which may have
// other hosts, weights, uses, pools and datacenters; the rest of them stays as it was.
//
// Servers that are new are probed once before anything changes. A change that would leave a cluster without the primary that it
// has is refused whole: one that takes the primary away, or brings a second writable server. It fails, too, if ctx ends, and
// while Run does not run that is all it waits for.
func (m *Monitor) Watch(ctx context.Context, clusters []Cluster) error {
	if err := validate(clusters); err != nil {
		return err
	}
	w := &wish{clusters: clusters, first: m.meet(ctx, clusters), done: make(chan error, 1)}
	select {
	case m.wishes <- w:
	case <-ctx.Done():
		return fmt.Errorf("the monitor could not be told: %w", ctx.Err())
	}
	return <-w.done // it is at work on it and waits for nobody
}

// Look probes a server once, as it would be as a member of a cluster. The error says why it does not answer.
func (m *Monitor) Look(ctx context.Context, cluster, address string) error {
	return m.lookOnce(ctx, cluster, address).err
}

func (m *Monitor) lookOnce(ctx context.Context, cluster, address string) observation {
	endpoint, known := m.endpoints[cluster]
	if !known {
		return observation{began: time.Now(), err: fmt.Errorf("there is no cluster %s", cluster)}
	}
	endpoint.Address = address
	w := &watcher{prober: m.newProber(endpoint, ""), timeout: m.config.Timeout}
	defer w.prober.close()
	return w.probe(ctx)
}

// meet probes the servers that have not been watched before.
func (m *Monitor) meet(ctx context.Context, clusters []Cluster) map[string]*observation {
	now, first := m.Snapshot(), map[string]*observation{}
	var looks sync.WaitGroup
	for _, c := range clusters {
		for _, h := range c.Hosts {
			if old := now.Host(h.Address); h.Use == topology.Off || old != nil && old.Use != topology.Off {
				continue
			}
			o := &observation{}
			first[h.Address] = o
			looks.Go(func() { *o = m.lookOnce(ctx, c.Name, h.Address) })
		}
	}
	looks.Wait()
	return first
}

// fulfil swaps the servers, in Run's goroutine, or says why not.
func (m *Monitor) fulfil(ctx context.Context, w *wish) error {
	if !slices.EqualFunc(m.clusters, w.clusters, func(c *clusterState, wanted Cluster) bool { return c.listed.Name == wanted.Name }) {
		return errors.New("clusters come and go with a restart only")
	}
	next := make([][]*hostState, len(m.clusters))
	for i, c := range m.clusters {
		next[i] = c.hostsFor(w.clusters[i].Hosts, w.first)
		if err := c.keepsPrimary(next[i], addressesBeside(c.listed.Name, w.clusters)); err != nil {
			return err
		}
	}
	for i, c := range m.clusters {
		m.settle(c, next[i], w.clusters[i], addressesBeside(c.listed.Name, w.clusters))
	}
	m.index()
	m.open(ctx)
	m.publish(slices.Values(m.clusters))
	return nil
}

// hostsFor are the states of other hosts: copies of those that are there already, which keep what is known.
func (c *clusterState) hostsFor(hosts []Host, first map[string]*observation) []*hostState {
	next := make([]*hostState, len(hosts))
	for i, listed := range hosts {
		next[i] = newHostState(listed, i)
		next[i].served = true // it warms up
		if old := c.state(listed.Address); old != nil {
			copied := *old
			copied.listed, copied.place = listed, i
			next[i] = &copied
			if listed.Use == topology.Off || old.listed.Use == topology.Off { // what was known of it is old, or will be
				next[i].forget()
			}
		}
		if o := first[listed.Address]; o != nil {
			next[i].observe(o, c.config)
		}
	}
	return next
}

// forget makes a host as if nobody had looked at it.
func (h *hostState) forget() {
	fresh := newHostState(h.listed, h.place)
	fresh.last, fresh.served = h.last, true
	*h = *fresh
}

// state finds a host by its address; nil if it is not in the cluster.
func (c *clusterState) state(address string) *hostState {
	for _, h := range c.hosts {
		if h.listed.Address == address {
			return h
		}
	}
	return nil
}

// keepsPrimary is an error if the cluster has a primary and would have none, or another, with other hosts.
func (c *clusterState) keepsPrimary(next []*hostState, elsewhere map[string]bool) error {
	now := decide(c.members(), c.elsewhere, c.tenure)
	if now.primary < 0 {
		return nil
	}
	primary := now.tenure.primary
	then := decide(membersOf(next), elsewhere, c.tenure)
	switch {
	case !slices.ContainsFunc(next, func(h *hostState) bool { return h.listed.Address == primary }):
		return fmt.Errorf("%s is the primary of cluster %s: SWITCHOVER CLUSTER %s TO another server first", primary, c.listed.Name, c.listed.Name)
	case then.primary < 0:
		return fmt.Errorf("cluster %s would lose its primary %s: %s", c.listed.Name, primary, then.problem)
	case then.tenure.primary != primary:
		return fmt.Errorf("cluster %s would get another primary, %s in place of %s", c.listed.Name, then.tenure.primary, primary)
	}
	return nil
}

// settle puts other hosts in the place of a cluster's. Watchers tell of the states that they know, so those that stay are
// changed and not replaced.
func (m *Monitor) settle(c *clusterState, next []*hostState, wanted Cluster, elsewhere map[string]bool) {
	alone := c.alone()
	for i, h := range next {
		if old := c.state(h.listed.Address); old != nil {
			*old = *h
			next[i] = old
		}
	}
	for _, h := range c.hosts {
		h.gone = !slices.Contains(next, h)
		if h.gone {
			m.metrics.forget(h.listed.Address)
		}
	}
	c.hosts, c.elsewhere, c.listed.Hosts, c.listed.Datacenter = next, elsewhere, wanted.Hosts, wanted.Datacenter
	c.pending = roles
	heartbeat := c.alone() == alone // as before: probes that read it, or do not
	m.watchers = slices.DeleteFunc(m.watchers, func(w *watcher) bool {
		out := w.host.gone || slices.Contains(next, w.host) && (w.host.listed.Use == topology.Off || !heartbeat)
		if out && w.stop != nil {
			w.stop()
		}
		return out
	})
	m.beaters = slices.DeleteFunc(m.beaters, func(b *beater) bool {
		out := b.cluster == c && c.alone()
		if out && b.stop != nil {
			b.stop()
		}
		return out
	})
	m.equip(c)
}
