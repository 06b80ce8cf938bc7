package backend

import (
	"sync"
	"time"
	"unique"

	"shunt/netloop"
)

// waiter is a borrower in the queue. Exactly one of conn and slot is given, under the pool's mutex, before its task is woken.
type waiter struct {
	task  netloop.Task
	key   unique.Handle[Key]
	since time.Time
	conn  *Conn
	slot  bool // it may dial: a place was freed

	prev, next *waiter
}

// queue has the borrowers that wait, in order of arrival.
type queue struct {
	first, last *waiter
	n           int
	spare       sync.Pool // of *waiter
}

func (q *queue) add(task netloop.Task, key unique.Handle[Key]) *waiter {
	w, _ := q.spare.Get().(*waiter)
	if w == nil {
		w = new(waiter)
	}
	*w = waiter{task: task, key: key, since: task.Now(), prev: q.last}
	if q.last == nil {
		q.first = w
	} else {
		q.last.next = w
	}
	q.last = w
	q.n++
	return w
}

func (q *queue) remove(w *waiter) {
	if w.prev == nil {
		q.first = w.next
	} else {
		w.prev.next = w.next
	}
	if w.next == nil {
		q.last = w.prev
	} else {
		w.next.prev = w.prev
	}
	w.prev, w.next = nil, nil
	q.n--
}

// A connection stays on its event loop if somebody there has come nearly as early as the first in the queue, and is not far behind him: going to
// another loop costs system calls, and waking it.
const (
	nearlyAsEarly = 2 * time.Millisecond
	notFarBehind  = 64
)

// who is the one that gets a connection of the key that was borrowed on a shard; nil if nobody waits for such.
func (q *queue) who(key unique.Handle[Key], shard int) (first *waiter) {
	behind := 0
	for w := q.first; w != nil && (first == nil || behind < notFarBehind); w = w.next {
		switch {
		case w.key != key:
		case first == nil && w.task.Shard() == shard:
			return w
		case first == nil:
			first = w
		case w.since.Sub(first.since) > nearlyAsEarly:
			return first
		case w.task.Shard() == shard:
			return w
		}
		behind++
	}
	return first
}

// wait waits until it is w's turn.
func (p *Pool) wait(task netloop.Task, w *waiter, until time.Time) (*Conn, bool, error) {
	defer p.waiters.spare.Put(w)
	started := w.since
	for {
		err := task.Park(until)
		p.mu.Lock()
		conn, slot := w.conn, w.slot
		if conn == nil && !slot && err != nil {
			p.unqueue(w)
		}
		p.mu.Unlock()
		if conn == nil && !slot && err == nil {
			continue // somebody else woke the task
		}
		p.metrics.waited.Observe(task.Now().Sub(started).Seconds())
		switch {
		case err == netloop.ErrInterrupted && conn != nil:
			p.put(task, conn)
			return nil, false, err
		case err == netloop.ErrInterrupted && slot:
			p.free()
			return nil, false, err
		case conn != nil || slot:
			return conn, slot, nil
		case err == netloop.ErrTimeout:
			return nil, false, ErrFull
		}
		return nil, false, err
	}
}

// unqueue takes a waiter out of the queue. Called with mu held.
func (p *Pool) unqueue(w *waiter) {
	p.waiters.remove(w)
	p.queued.Add(-1)
	p.metrics.waiting.Set(float64(p.waiters.n))
}

// handOver gives a connection to one in the queue who can use it. If all wait for other accounts, the place is the first one's.
func (p *Pool) handOver(task netloop.Task, c *Conn) {
	p.mu.Lock()
	if w := p.waiters.who(c.key, task.Shard()); w != nil {
		p.unqueue(w)
		w.conn = c
		waiting := w.task // w is used again as soon as it knows
		p.mu.Unlock()
		waiting.Unpark()
		return
	}
	if p.waiters.n == 0 {
		p.shelfOf(task).push(c)
		p.mu.Unlock()
		return
	}
	p.mu.Unlock()
	c.Quit()
	p.free()
}

// free gives the place of a closed connection to the first in the queue.
func (p *Pool) free() {
	p.mu.Lock()
	w := p.waiters.first
	if w == nil {
		p.count--
		p.mu.Unlock()
		return
	}
	p.unqueue(w)
	w.slot = true
	waiting := w.task
	p.mu.Unlock()
	waiting.Unpark()
}
