package backend

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"shunt/compress"
	"shunt/topology"
)

// Pools has a pool per server. It follows the topology: a server that goes down loses its idle connections, one that leaves the
// configuration loses its pool.
type Pools struct {
	config  Config
	metrics *metrics
	codecs  *compress.Codecs

	mu     sync.Mutex                       // guards changes of byAddr
	byAddr atomic.Pointer[map[string]*Pool] // replaced whole, read without a lock
	seen   *topology.Snapshot               // guarded by mu; followed last
}

// NewPools makes pools for no server yet.
func NewPools(config Config) *Pools {
	p := &Pools{config: config, metrics: newMetrics(), codecs: compress.NewCodecs()}
	p.byAddr.Store(&map[string]*Pool{})
	p.seen = &topology.Snapshot{}
	return p
}

// Collectors are the pools' metrics.
func (p *Pools) Collectors() []prometheus.Collector { return p.metrics.all() }

// Encrypted says whether any cluster's connections have TLS.
func (p *Pools) Encrypted() bool {
	for _, link := range p.config.Links {
		if link.TLS != nil {
			return true
		}
	}
	return false
}

// Get finds a server's pool; nil if the server is not known.
func (p *Pools) Get(address string) *Pool { return (*p.byAddr.Load())[address] }

// Apply follows a new snapshot. The monitor calls it after each swap; it does not block. What is the same as in the one
// before is passed over, since snapshots are frequent and differ in few servers.
func (p *Pools) Apply(s *topology.Snapshot) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.seen
	p.seen = s
	if len(s.Clusters) != len(before.Clusters) {
		p.restock(s)
		return
	}
	for name, cluster := range s.Clusters {
		if old := before.Clusters[name]; old != cluster && !p.followCluster(old, cluster) {
			p.restock(s)
			return
		}
	}
}

// followCluster follows the servers that are not as they were; false if they are other servers.
func (p *Pools) followCluster(old, next *topology.Cluster) bool {
	if old == nil || len(old.Hosts) != len(next.Hosts) {
		return false
	}
	pools := *p.byAddr.Load()
	for i, h := range next.Hosts {
		if h == old.Hosts[i] {
			continue
		}
		if h.Address != old.Hosts[i].Address {
			return false
		}
		pools[h.Address].follow(h)
	}
	return true
}

// restock gives every server of a snapshot a pool, and none to any other.
func (p *Pools) restock(s *topology.Snapshot) {
	old := *p.byAddr.Load()
	next := make(map[string]*Pool, len(old))
	for _, cluster := range s.Clusters {
		for _, h := range cluster.Hosts {
			pool := old[h.Address]
			if pool == nil {
				pool = p.newPool(h)
			}
			pool.follow(h)
			next[h.Address] = pool
		}
	}
	for address, pool := range old {
		if next[address] == nil {
			pool.retire()
			p.metrics.forget(address)
		}
	}
	p.byAddr.Store(&next)
}

func (p *Pools) newPool(h *topology.Host) *Pool {
	return &Pool{
		Address: h.Address, Cluster: h.Cluster, config: p.config, link: p.config.Links[h.Cluster], codecs: p.codecs,
		prepared: budget{limit: int64(p.config.Prepared)},
		metrics:  p.metrics.of(h.Address), shelves: make([]shelf, max(p.config.Shards, 1)),
	}
}

// follow takes what the monitor says of the server. When it has just gone down, connections that were made before
// are worth nothing. One that an operator has taken out of rotation keeps none that nobody uses, so that it is soon without any; a
// primary takes the writes whatever its use is.
func (p *Pool) follow(h *topology.Host) {
	p.flavor.Store(uint32(h.Flavor))
	down, drained := h.State == topology.Down, h.Use != topology.Serve && h.Role != topology.Primary
	p.mu.Lock()
	fell := down && !p.down
	p.down = down
	p.mu.Unlock()
	if fell {
		p.epoch.Add(1)
	}
	if wasDrained := p.drained.Swap(drained); fell || drained && !wasDrained {
		p.expire(time.Now(), true)
	}
}

func (p *Pool) retire() {
	p.retired.Store(true)
	p.expire(time.Now(), true)
}

// Run closes idle and old connections until ctx ends, then all idle ones.
func (p *Pools) Run(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			p.each(func(pool *Pool) { pool.retire() })
			return nil
		case now := <-tick.C:
			p.each(func(pool *Pool) {
				pool.expire(now, false)
				pool.gauge()
			})
		}
	}
}

func (p *Pools) each(f func(*Pool)) {
	for _, pool := range *p.byAddr.Load() {
		f(pool)
	}
}

// Forsake closes idle connections whose default database is the given one, since nobody is to stand in it any more. What is lent comes back to its borrower.
func (p *Pools) Forsake(database string) {
	p.each(func(pool *Pool) { pool.forsake(database) })
}

// Stats are the numbers of all pools, in no order.
func (p *Pools) Stats() []Stats {
	var out []Stats
	p.each(func(pool *Pool) { out = append(out, pool.Stats()) })
	return out
}
