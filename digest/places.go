package digest

import (
	"sync"
	"sync/atomic"
	"time"
)

// waitFull is for how long a full part of a table is not asked again whether somebody's place has become free.
const waitFull = time.Second

// places is a table with a bounded number of places. It is read without a lock; whoever needs a place takes one lock of
// the part that the place is in. A key has its place in one part; when that is full, who was not used for longest gives up its
// place, if that is long enough ago, else there is none.
type places[T any, P placed[T]] struct {
	parts []ward[T]
	shift int
	idle  int64 // nanoseconds
	taken atomic.Uint64
}

// placed is what can have a place.
type placed[T any] interface {
	*T
	identity() key
	lastUse() int64 // in Unix nanoseconds
}

// inWard is how many places a part has.
const inWard = 16

// ward is a part of the table.
type ward[T any] struct {
	places [inWard]atomic.Pointer[T]
	full   atomic.Int64 // until then, in Unix nanoseconds, it is not tried again
	mu     sync.Mutex   // for those who change places
}

func newPlaces[T any, P placed[T]](size int, idle time.Duration) *places[T, P] {
	log := 0
	for inWard<<log < size {
		log++
	}
	return &places[T, P]{parts: make([]ward[T], 1<<log), shift: 64 - log, idle: int64(idle)}
}

// ward gives the part for a key; a shift by 64 gives 0.
func (p *places[T, P]) ward(k key) *ward[T] { return &p.parts[k[0]>>p.shift] }

func (p *places[T, P]) find(k key) *T {
	w := p.ward(k)
	for i := range w.places {
		one := w.places[i].Load()
		if one == nil {
			return nil // places are filled in order and never emptied
		}
		if P(one).identity() == k {
			return one
		}
	}
	return nil
}

// isFull says that there was no place for a key a moment ago.
func (p *places[T, P]) isFull(k key, now int64) bool { return now < p.ward(k).full.Load() }

// put gives k the place of a new one, or finds that it has one. who had the place hears it; nil: there is none.
func (p *places[T, P]) put(k key, now int64, make func() *T, leaves func(*T)) *T {
	w := p.ward(k)
	w.mu.Lock()
	defer w.mu.Unlock()
	if one := p.find(k); one != nil {
		return one
	}
	oldest := 0
	for i := range w.places {
		one := w.places[i].Load()
		if one == nil {
			p.taken.Add(1)
			one = make()
			w.places[i].Store(one)
			return one
		}
		if P(one).lastUse() < P(w.places[oldest].Load()).lastUse() {
			oldest = i
		}
	}
	old := w.places[oldest].Load()
	if now-P(old).lastUse() < p.idle {
		w.full.Store(now + int64(waitFull))
		return nil
	}
	one := make()
	w.places[oldest].Store(one)
	leaves(old)
	return one
}

// each calls f for all that have a place.
func (p *places[T, P]) each(f func(*T)) {
	for i := range p.parts {
		for j := range p.parts[i].places {
			one := p.parts[i].places[j].Load()
			if one == nil {
				break
			}
			f(one)
		}
	}
}
