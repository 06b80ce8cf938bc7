package backend

import (
	"container/heap"
	"sync"
	"time"
	"unique"

	"shunt/netloop"
)

// waiter is a borrower in the queue. Exactly one of conn, slot, follow and refused is given, under the pool's mutex, before its task is woken.
type waiter struct {
	task    netloop.Task
	key     unique.Handle[Key]
	state   uint64 // the fingerprint of the borrower's
	quick   bool   // its statement may be one of a pipeline
	owner   *owner
	since   time.Time
	conn    *Conn
	slot    bool // it may dial: a place was freed, and counts as its account's
	follow  bool // somebody like it has got a connection, which it may send its statement on
	refused bool // the queue is full, and others need the room more

	prev, next *waiter
}

// queue has the borrowers that wait, by account: each account's in order of arrival, the accounts in a heap, the one first that has the least. Its
// methods are called with the pool's mutex held.
type queue struct {
	accounts accounts
	n        int       // borrowers
	spare    sync.Pool // of *waiter
}

// accounts is a heap of those that wait.
type accounts []*owner

func (a accounts) Len() int           { return len(a) }
func (a accounts) Less(i, j int) bool { return a[i].before(a[j]) }
func (a accounts) Swap(i, j int)      { a[i], a[j] = a[j], a[i]; a[i].at, a[j].at = i, j }

// Push is for the heap alone.
func (a *accounts) Push(x any) {
	o := x.(*owner)
	o.at = len(*a)
	*a = append(*a, o)
}

// Pop is for the heap alone.
func (a *accounts) Pop() any {
	last := len(*a) - 1
	o := (*a)[last]
	(*a)[last] = nil
	*a = (*a)[:last]
	return o
}

func (q *queue) add(task netloop.Task, want *Want, o *owner) *waiter {
	w, _ := q.spare.Get().(*waiter)
	if w == nil {
		w = new(waiter)
	}
	*w = waiter{task: task, key: want.Key, state: want.Fingerprint, quick: want.Quick, owner: o, since: task.Now()}
	o.add(w)
	if q.n++; o.n == 1 {
		heap.Push(&q.accounts, o)
	}
	return w
}

func (q *queue) remove(w *waiter) {
	o := w.owner
	o.remove(w)
	q.n--
	if o.n == 0 {
		heap.Remove(&q.accounts, o.at)
	}
}

// fix puts an account where it belongs after its numbers have changed.
func (q *queue) fix(o *owner) { heap.Fix(&q.accounts, o.at) }

// top is the account that gets the next place; nil if nobody who waits may have one.
func (q *queue) top() *owner {
	if len(q.accounts) == 0 || !q.accounts[0].able() {
		return nil
	}
	return q.accounts[0]
}

// next decides who gets a connection that has come back: somebody of its own account, asItIs; or, if another account has less or has been waiting for
// long with as little, somebody of that, in its place. nil if nobody can use it.
func (q *queue) next(c *Conn, shard int, now time.Time) (w *waiter, asItIs bool) {
	own, top := c.owner, q.top()
	if own.n == 0 {
		if top == nil {
			return nil, false
		}
		return top.first, false
	}
	if top != nil && top != own {
		switch left := own.open - 1; {
		case top.open < left, top.open == left && now.Sub(top.since()) > worthALogin && top.since().Before(own.since()):
			return top.first, false
		}
	}
	return own.who(c, shard)
}

// sampled bounds how many accounts are looked at for the one with the most waiters.
const sampled = 64

// most is the account with the most waiters, of some; nil for none.
func (q *queue) most() (found *owner) {
	for _, o := range q.accounts[max(0, len(q.accounts)-sampled):] { // a heap's end has those that have much
		if found == nil || o.n > found.n {
			found = o
		}
	}
	return found
}

// wait waits until it is w's turn.
func (p *Pool) wait(task netloop.Task, w *waiter, until time.Time) (grant, error) {
	defer p.waiters.spare.Put(w)
	started := w.since
	for {
		err := task.Park(until)
		p.mu.Lock()
		conn, slot, follow, refused, o := w.conn, w.slot, w.follow, w.refused, w.owner
		nothing := conn == nil && !slot && !follow && !refused
		if nothing && err != nil {
			p.unqueue(w)
		}
		p.mu.Unlock()
		if nothing && err == nil {
			continue // somebody else woke the task
		}
		p.metrics.waited.Observe(task.Now().Sub(started).Seconds())
		switch {
		case err == netloop.ErrInterrupted && conn != nil:
			p.put(task, conn)
			return grant{}, err
		case err == netloop.ErrInterrupted && slot:
			p.free(o)
			return grant{}, err
		case conn != nil:
			return grant{conn: conn}, nil
		case slot:
			return grant{dial: o}, nil
		case follow && err != netloop.ErrInterrupted:
			return grant{follow: true}, nil
		case refused && err != netloop.ErrInterrupted:
			return grant{}, ErrQueueFull
		case err == netloop.ErrTimeout:
			p.metrics.refusedTime.Inc()
			return grant{}, ErrFull
		}
		return grant{}, err
	}
}

// unqueue takes a waiter out of the queue. Called with mu held.
func (p *Pool) unqueue(w *waiter) {
	p.waiters.remove(w)
	w.owner.asking.Add(-1)
	p.reckon(w.owner)
	p.metrics.waiting.Set(float64(p.waiters.n))
}

// serve takes a waiter out of the queue because it gets something. Called with mu held.
func (p *Pool) serve(w *waiter, now time.Time) {
	w.owner.served = now
	p.unqueue(w)
}

// give lets a waiter dial in the place of a connection of another account. Called with mu held.
func (p *Pool) give(w *waiter, from *owner, now time.Time) {
	p.opened(w.owner, 1)
	p.serve(w, now)
	p.opened(from, -1)
	w.slot = true
}

// handOver gives a connection to one in the queue who can use it, or its place to one who needs another. If there is none, it is idle.
func (p *Pool) handOver(task netloop.Task, c *Conn) {
	p.mu.Lock()
	w, asItIs := p.waiters.next(c, task.Shard(), c.used)
	if w == nil {
		p.shelfOf(task).push(c)
		p.mu.Unlock()
		return
	}
	waiting := w.task // w is used again as soon as it knows
	if !asItIs {
		p.give(w, c.owner, c.used)
		p.mu.Unlock()
		c.Quit()
		waiting.Unpark()
		return
	}
	p.serve(w, c.used)
	w.conn = c
	waiting.Unpark()
	if w.quick && w.state == c.Fingerprint && !c.Fresh { // else it is put into another state first, and leads nobody
		p.company(w, c.used)
	}
	p.mu.Unlock()
}

// company lets others who wait go behind one who gets a connection. They are woken after him. Called with mu held.
func (p *Pool) company(leader *waiter, now time.Time) {
	n := 1
	for w := leader.owner.first; w != nil && n < fewInRow; {
		next := w.next
		if w.quick && w.key == leader.key && w.state == leader.state && w.task.Shard() == leader.task.Shard() {
			p.serve(w, now)
			w.follow = true
			w.task.Unpark()
			n++
		}
		w = next
	}
}

// free gives the place of a closed connection of an account to the first in the queue.
func (p *Pool) free(o *owner) {
	p.mu.Lock()
	p.opened(o, -1)
	top := p.waiters.top()
	if top == nil {
		p.count--
		p.dry.Store(false)
		p.mu.Unlock()
		return
	}
	w := top.first
	p.opened(top, 1)
	p.serve(w, time.Now())
	w.slot = true
	waiting := w.task
	p.mu.Unlock()
	waiting.Unpark()
}
