package statement

import (
	"sync"
	"sync/atomic"
)

// key finds a Statement in the cache. All texts with the same key have the same Statement.
type key struct {
	digest   Digest
	params   int
	mode     Mode
	versions versions // a version comment that nobody executes leaves no trace in the digest
	kinds    uint64   // for answers that only tokens gave: a hash of the sorts of literals; else 0
}

// cache maps keys to Statements. It is split into shards, so that cores seldom meet, and each shard has two
// generations: when the young one is full, it becomes the old one, and what was not asked for since is dropped. So
// the cache keeps what is in use without a list to maintain at every hit.
type cache struct {
	shards []shard
}

// shard is a part of the cache with its own lock.
type shard struct {
	limit int // plans per generation; constant

	mu    sync.RWMutex
	young map[key]*Statement // guarded by mu
	old   map[key]*Statement // guarded by mu

	hits, misses, uncached atomic.Uint64

	_ [64]byte // keeps the next shard's lock off this cache line
}

const (
	maxShards     = 64
	shardMinimum  = 32 // plans per generation below which more shards would only spread them thinly
	generations   = 2
	shardSelector = 1 // the half of the digest that selects the shard; the map hashes both
)

// newCache returns a cache for at most size plans.
func newCache(size int) *cache {
	shards := 1
	for shards < maxShards && size/(shards*2) >= shardMinimum*generations {
		shards *= 2
	}
	c := &cache{shards: make([]shard, shards)}
	for i := range c.shards {
		c.shards[i].limit = max(1, size/shards/generations)
		c.shards[i].young = make(map[key]*Statement)
	}
	return c
}

func (c *cache) shardOf(k key) *shard {
	return &c.shards[k.digest[shardSelector]&uint64(len(c.shards)-1)]
}

// get returns the Statement of k, or nil.
func (c *cache) get(k key) *Statement {
	s := c.shardOf(k)
	s.mu.RLock()
	st, young := s.young[k]
	if !young {
		st = s.old[k]
	}
	s.mu.RUnlock()
	if st == nil {
		return nil
	}
	s.hits.Add(1)
	if !young {
		s.put(k, st)
	}
	return st
}

// put keeps st under k, or only counts it if it must not be kept.
func (c *cache) put(k key, st *Statement, keep bool) {
	s := c.shardOf(k)
	s.misses.Add(1)
	if !keep {
		s.uncached.Add(1)
		return
	}
	s.put(k, st)
}

func (s *shard) put(k key, st *Statement) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, there := s.young[k]; !there && len(s.young) >= s.limit {
		s.old, s.young = s.young, make(map[key]*Statement, s.limit)
	}
	s.young[k] = st
}

// len returns how many plans the cache holds. A plan that was asked for again may count twice.
func (c *cache) len() int {
	n := 0
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.RLock()
		n += len(s.young) + len(s.old)
		s.mu.RUnlock()
	}
	return n
}
