package backend

import (
	"sync"
	"time"
	"unique"

	"shunt/netloop"
)

// shelf has the idle connections whose last borrowers were on one event loop.
type shelf struct {
	mu   sync.Mutex
	idle map[unique.Handle[Key]][]*Conn // guarded by mu; the one used last stands last
	n    int                            // guarded by mu

	_ [64]byte // keeps the next shelf's lock off this cache line
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
	list := s.idle[want.Key]
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
	return s.take(want.Key, best)
}

// take takes the connection at a place of a list. Called with mu held.
func (s *shelf) take(key unique.Handle[Key], at int) *Conn {
	list := s.idle[key]
	c := list[at]
	copy(list[at:], list[at+1:])
	list[len(list)-1] = nil
	s.idle[key] = list[:len(list)-1]
	s.n--
	return c
}

func (s *shelf) push(c *Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.idle == nil {
		s.idle = map[unique.Handle[Key]][]*Conn{}
	}
	s.idle[c.key] = append(s.idle[c.key], c)
	s.n++
}

// remove takes a connection off the shelf; false if somebody else has done so, and then it is his: key is what it had when it was put there.
func (s *shelf) remove(key unique.Handle[Key], c *Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, x := range s.idle[key] {
		if x == c {
			s.take(key, i)
			return true
		}
	}
	return false
}

// oldest is the connection of any key that was unused the longest, with its key and since when; it stays where it is, and may be somebody's at
// once. If an account is given, only its connections count.
func (s *shelf) oldest(of *owner) (found *Conn, key unique.Handle[Key], used time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, list := range s.idle {
		if len(list) > 0 && (of == nil || list[0].owner == of) && (found == nil || list[0].used.Before(used)) {
			found, key, used = list[0], k, list[0].used
		}
	}
	return found, key, used
}

// clear takes off what is old. Of one key, a connection that was used later than one that is not old is not looked at.
func (s *shelf) clear(old func(*Conn) bool) (cleared []*Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, list := range s.idle {
		n := 0
		for n < len(list) && old(list[n]) {
			n++
		}
		cleared = append(cleared, list[:n]...)
		if n == len(list) {
			delete(s.idle, k)
		} else {
			s.idle[k] = append([]*Conn(nil), list[n:]...)
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
