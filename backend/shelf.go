package backend

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"unique"

	"shunt/netloop"
)

// shelf has the idle connections whose last borrowers were on one event loop.
type shelf struct {
	mu   sync.Mutex
	idle map[unique.Handle[Key]]*bin // guarded by mu
	n    int                         // guarded by mu

	// Of the loop alone.
	leaders []*Conn // lent connections on which statements may be sent behind others
	flow    flow
	behind  atomic.Uint64 // statements that were sent behind others; read by all

	_ [64]byte // keeps the next shelf's lock off this cache line
}

// bin has the idle connections of one key on a shelf, the one used last at the end. The shelf's lock guards it.
type bin struct {
	shelf *shelf
	key   unique.Handle[Key]
	list  []*Conn
	gone  bool // it was empty when old connections were cleared off, and the shelf has forgotten it
}

// take takes the connection at a place of the list.
func (b *bin) take(at int) *Conn {
	c, last := b.list[at], len(b.list)-1
	copy(b.list[at:], b.list[at+1:])
	b.list[last] = nil
	b.list = b.list[:last]
	b.shelf.n--
	return c
}

// shelfOf is the shelf of the task's loop.
func (p *Pool) shelfOf(task netloop.Task) *shelf { return &p.shelves[task.Shard()%len(p.shelves)] }

// lookBack bounds the search for a connection that carries the right state already.
const lookBack = 16

// pick takes an idle connection of the key: one with the same state if it is near the end of the list, else the one used last; nil if there is
// none.
func (s *shelf) pick(want *Want) *Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.idle[want.Key]
	if b == nil {
		return nil
	}
	list := b.list
	best := -1
	for i := len(list) - 1; i >= 0; i-- {
		if want.NoSchema && list[i].Schema != "" {
			continue
		}
		if best < 0 {
			best = i
		}
		if list[i].Fingerprint == want.Fingerprint {
			best = i
			break
		}
		if len(list)-i > lookBack && !want.NoSchema {
			break
		}
	}
	if best < 0 {
		return nil
	}
	return b.take(best)
}

// push puts a connection back: mostly into the bin that it came from, so that nothing has to be looked up.
func (s *shelf) push(c *Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := c.bin
	if b == nil || b.shelf != s || b.gone || b.key != c.key {
		b = s.binOf(c.key)
		c.bin = b
	}
	b.list = append(b.list, c)
	s.n++
}

// binOf finds or makes the bin of a key. Called with mu held.
func (s *shelf) binOf(key unique.Handle[Key]) *bin {
	b := s.idle[key]
	if b == nil {
		if s.idle == nil {
			s.idle = map[unique.Handle[Key]]*bin{}
		}
		b = &bin{shelf: s, key: key}
		s.idle[key] = b
	}
	return b
}

// remove takes a connection off the shelf; false if somebody else has done so, and then it is his: key is what it had when it was put there.
func (s *shelf) remove(key unique.Handle[Key], c *Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.idle[key]
	if b == nil {
		return false
	}
	at := slices.Index(b.list, c)
	if at >= 0 {
		b.take(at)
	}
	return at >= 0
}

// oldest is the connection of any key that was unused the longest, with its key and since when; it stays where it is, and may be somebody's at
// once. If an account is given, only its connections count.
func (s *shelf) oldest(of *owner) (found *Conn, key unique.Handle[Key], used time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, b := range s.idle {
		if list := b.list; len(list) > 0 && (of == nil || list[0].owner == of) && (found == nil || list[0].used.Before(used)) {
			found, key, used = list[0], k, list[0].used
		}
	}
	return found, key, used
}

// clear takes off what is old. Of one key, a connection that was used later than one that is not old is not looked at.
func (s *shelf) clear(old func(*Conn) bool) (cleared []*Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, b := range s.idle {
		n := 0
		for n < len(b.list) && old(b.list[n]) {
			n++
		}
		cleared = append(cleared, b.list[:n]...)
		if n == len(b.list) {
			b.list, b.gone = nil, true
			delete(s.idle, k)
		} else {
			b.list = slices.Clone(b.list[n:])
		}
	}
	s.n -= len(cleared)
	return cleared
}

func (s *shelf) len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}
