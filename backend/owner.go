package backend

import (
	"sync/atomic"
	"time"

	"shunt/netloop"
)

// owner is one account at one server: how many connections it has there, and who of it waits for one. While somebody waits nothing is idle, so what an
// account has is what it uses. All but asking is guarded by the pool's mutex.
type owner struct {
	name   string
	open   int       // connections: idle, lent, and those being dialled
	limit  int       // how many it may have, as the borrower that came last says; 0: as many as there are
	served time.Time // when one of its waiters got something last

	first, last *waiter // in order of arrival
	n           int     // how many wait
	counted     int     // how many of them the pool's `queued` counts
	at          int     // its place in the queue while some wait

	dry    atomic.Bool  // it may have no more; read without a lock
	asking atomic.Int64 // borrowers that wait or are about to; read without a lock
}

// able says whether the account may have one connection more.
func (o *owner) able() bool { return o.limit == 0 || o.open < o.limit }

// since is from when on an account with waiters has got nothing: its first waiter has come by then, and it was served last before that.
func (o *owner) since() time.Time {
	if o.served.After(o.first.since) {
		return o.served
	}
	return o.first.since
}

// before says whether o gets a place before other: who may have one, who has less, who has got nothing for longer.
func (o *owner) before(other *owner) bool {
	switch {
	case o.able() != other.able():
		return o.able()
	case o.open != other.open:
		return o.open < other.open
	}
	return o.since().Before(other.since())
}

func (o *owner) add(w *waiter) {
	w.prev = o.last
	if o.last == nil {
		o.first = w
	} else {
		o.last.next = w
	}
	o.last = w
	o.n++
}

func (o *owner) remove(w *waiter) {
	if w.prev == nil {
		o.first = w.next
	} else {
		w.prev.next = w.next
	}
	if w.next == nil {
		o.last = w.prev
	} else {
		w.next.prev = w.prev
	}
	w.prev, w.next = nil, nil
	o.n--
}

// Order of arrival is given up for a little: a connection stays on its event loop if somebody there has come nearly as early as another, since going to
// another loop costs system calls and waking it; and it stays what it is for a while, since making another one costs a login.
const (
	nearlyAsEarly = 2 * time.Millisecond
	notFarBehind  = 64
	worthALogin   = 50 * time.Millisecond
)

// who is the waiter of the account that gets its connection c, borrowed on a shard. asItIs is false if he needs one with other protocol flags.
func (o *owner) who(c *Conn, shard int) (w *waiter, asItIs bool) {
	var same *waiter // the first who can use it as it is
	behind := 0
	for w := o.first; w != nil && behind < notFarBehind; w = w.next {
		early := w.since.Sub(o.first.since) <= worthALogin
		if same != nil {
			early = w.since.Sub(same.since) <= nearlyAsEarly
		}
		if !early {
			break
		}
		if w.key == c.key {
			if w.task.Shard() == shard {
				return w, true
			}
			if same == nil {
				same = w
			}
		}
		behind++
	}
	if same != nil {
		return same, true
	}
	return o.first, false
}

// ownerOf finds or makes the account of a borrower, who asks from now on. Called with mu held.
func (p *Pool) ownerOf(want *Want) *owner {
	key := want.Key.Value()
	name := key.Account
	if name == "" {
		name = key.User
	}
	o := p.owners[name]
	if o == nil {
		if p.owners == nil {
			p.owners = map[string]*owner{}
		}
		o = &owner{name: name}
		p.owners[name] = o
	}
	o.asking.Add(1)
	if o.limit != want.Limit {
		o.limit = want.Limit
		p.reckon(o)
	}
	return o
}

// opened changes how many connections an account has. Called with mu held.
func (p *Pool) opened(o *owner, by int) {
	o.open += by
	p.reckon(o)
}

// reckon brings in order what depends on an account's numbers; one that has and wants nothing is forgotten. Called with mu held.
func (p *Pool) reckon(o *owner) {
	o.dry.Store(!o.able())
	waiting := 0
	if o.able() {
		waiting = o.n
	}
	p.queued.Add(int64(waiting - o.counted))
	o.counted = waiting
	if o.n > 0 {
		p.waiters.fix(o)
	} else if o.open == 0 && o.asking.Load() == 0 {
		delete(p.owners, o.name)
	}
}

// join puts a borrower into the queue. If that is full, the last one of the account with the most waiters has to go, so that no account fills it alone;
// that is `gone`, to be woken, or the borrower himself, and then w is nil. Called with mu held.
func (p *Pool) join(task netloop.Task, want *Want, o *owner) (w *waiter, gone netloop.Task) {
	if limit := p.config.Queue; limit > 0 && p.waiters.n >= limit {
		p.metrics.refusedQueue.Inc()
		most := p.waiters.most()
		if most == nil || most == o || most.n <= o.n+1 {
			return nil, nil
		}
		last := most.last
		p.unqueue(last)
		last.refused, gone = true, last.task
	}
	w = p.waiters.add(task, want, o)
	o.asking.Add(1)
	p.reckon(o)
	p.metrics.waiting.Set(float64(p.waiters.n))
	return w, gone
}
