package statement

// Stats counts what a Parser has done since it was made.
type Stats struct {
	Hits      uint64          // texts whose shape was known
	Misses    uint64          // texts that had to be classified
	Uncached  uint64          // of those, the ones that can't be remembered because their literals matter
	Plans     int             // shapes remembered now
	Fallbacks map[Kind]uint64 // statements that tokens alone decided, by kind; kinds without any are left out
}

// Stats returns the counters. They are not read at one instant.
func (p *Parser) Stats() Stats {
	s := Stats{Plans: p.cache.len(), Fallbacks: make(map[Kind]uint64)}
	for i := range p.cache.shards {
		shard := &p.cache.shards[i]
		s.Misses += shard.misses.Load()
		s.Uncached += shard.uncached.Load()
	}
	for i := range p.hits {
		s.Hits += p.hits[i].n.Load()
	}
	for kind := range p.fallbacks {
		if n := p.fallbacks[kind].Load(); n > 0 {
			s.Fallbacks[Kind(kind)] = n
		}
	}
	return s
}
