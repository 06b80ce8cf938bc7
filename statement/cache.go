package statement

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

// key finds a Statement in the cache. All texts with the same key have the same Statement.
type key struct {
	digest   Digest
	params   int
	kinds    uint64 // for answers that only tokens gave: a hash of the sorts of literals; else 0
	mode     Mode
	versions versions // a version comment that nobody executes leaves no trace in the digest
}

// hash spreads keys over shards, by its low bits, and over the slots of a table, by its high ones. The digest is a keyed hash already. What may
// differ beside it is chosen by clients, so it is mixed in by a secret factor.
func (k *key) hash() uint64 { return k.digest[0] + (uint64(k.params)^k.kinds)*secretFactor }

// cache maps keys to Statements. It is split into shards, and each shard has two generations: when the young one is full, it becomes
// the old one, and what was not asked for since is dropped. So the cache keeps what is in use without a list to maintain at every hit.
//
// A hit takes no lock and writes nothing that clients share: all cores look up the same few statements.
type cache struct {
	shards []shard
}

// shard is a part of the cache. Its tables are read by everybody; its lock is for those who change them.
type shard struct {
	young, old atomic.Pointer[table]
	_          [48]byte // keeps the lock of this shard and the tables of the next off the cache line that all read

	mu     sync.Mutex
	limit  int // plans per generation; constant
	misses atomic.Uint64
	// uncached are those of the misses that must not be kept.
	uncached atomic.Uint64
	_        [32]byte
}

const (
	maxShards    = 64
	shardMinimum = 32 // plans per generation below which more shards would only spread them thinly
	generations  = 2
)

// newCache returns a cache for at most size plans.
func newCache(size int) *cache {
	shards := 1
	for shards < maxShards && size/(shards*2) >= shardMinimum*generations {
		shards *= 2
	}
	c := &cache{shards: make([]shard, shards)}
	for i := range c.shards {
		s := &c.shards[i]
		s.limit = max(1, size/shards/generations)
		s.young.Store(newTable(1))
		s.old.Store(newTable(1))
	}
	return c
}

func (c *cache) shardOf(hash uint64) *shard { return &c.shards[hash&uint64(len(c.shards)-1)] }

// get returns the Statement of k, or nil.
func (c *cache) get(k *key) *Statement {
	hash := k.hash()
	s := c.shardOf(hash)
	if p := s.young.Load().find(hash, k); p != nil {
		return p.st
	}
	p := s.old.Load().find(hash, k)
	if p == nil {
		return nil
	}
	s.put(hash, p)
	return p.st
}

// put keeps st under k, or only counts it if it must not be kept.
func (c *cache) put(k key, st *Statement, keep bool) {
	hash := k.hash()
	s := c.shardOf(hash)
	s.misses.Add(1)
	if !keep {
		s.uncached.Add(1)
		return
	}
	s.put(hash, &plan{k, st})
}

// put makes p one of the young plans; the old ones go if there are too many.
func (s *shard) put(hash uint64, p *plan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	young := s.young.Load()
	at := young.slot(hash, &p.key)
	switch {
	case at.Load() != nil: // somebody was faster
		at.Store(p)
		return
	case young.used >= s.limit:
		s.old.Store(young)
		young = newTable(s.limit)
		s.young.Store(young)
	case young.full():
		young = young.grown()
		s.young.Store(young)
	}
	young.slot(hash, &p.key).Store(p)
	young.used++
}

// len returns how many plans the cache holds. A plan that was asked for again may count twice.
func (c *cache) len() int {
	n := 0
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		n += s.young.Load().used + s.old.Load().used
		s.mu.Unlock()
	}
	return n
}

// plan is a Statement and its key; immutable.
type plan struct {
	key key
	st  *Statement
}

// table is one generation: an open hash table that plans are only added to, so that it can be read while somebody adds one. At least half of
// its slots are empty, which ends every search.
type table struct {
	slots []atomic.Pointer[plan]
	shift int // turns a hash into a slot; constant
	used  int // guarded by the shard's lock
}

// newTable returns an empty table for so many plans.
func newTable(plans int) *table {
	log := bits.Len(uint(2*plans - 1))
	return &table{slots: make([]atomic.Pointer[plan], 1<<log), shift: 64 - log}
}

func (t *table) full() bool { return 2*t.used >= len(t.slots) }

// slot returns where the plan of k is, or where it belongs; for those who hold the shard's lock.
func (t *table) slot(hash uint64, k *key) *atomic.Pointer[plan] {
	for i := hash >> t.shift; ; i++ {
		at := &t.slots[i&uint64(len(t.slots)-1)]
		if p := at.Load(); p == nil || p.key == *k {
			return at
		}
	}
}

// find returns the plan of k, or nil. Each slot is read once: one that was empty may have another's plan a moment later.
func (t *table) find(hash uint64, k *key) *plan {
	for i := hash >> t.shift; ; i++ {
		if p := t.slots[i&uint64(len(t.slots)-1)].Load(); p == nil || p.key == *k {
			return p
		}
	}
}

// grown returns a table of the same plans with twice the slots.
func (t *table) grown() *table {
	g := newTable(len(t.slots))
	for i := range t.slots {
		if p := t.slots[i].Load(); p != nil {
			g.slot(p.key.hash(), &p.key).Store(p)
			g.used++
		}
	}
	return g
}
