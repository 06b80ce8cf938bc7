package backend

import (
	"sync"
	"sync/atomic"
	"time"

	"shunt/compress"
	"shunt/netloop"
	"shunt/topology"
)

// Pool holds the connections to one server. Borrowers wait in order of arrival once PerServer connections are in use.
type Pool struct {
	Address string
	Cluster string
	config  Config
	link    Link
	codecs  *compress.Codecs
	// prepared counts what is prepared on the server.
	prepared budget
	metrics  *poolMetrics
	flavor   atomic.Uint32

	mu      sync.Mutex
	idle    map[Key][]*Conn // guarded by mu; the one used last stands last
	count   int             // guarded by mu: idle ones, lent ones and those being dialled
	idleN   int             // guarded by mu
	waiters []*waiter       // guarded by mu, oldest first
	retired bool            // guarded by mu: the server left, nothing is kept
	down    bool            // guarded by mu: the monitor's last word
	epoch   uint64          // guarded by mu: raised when the server goes down; older connections are closed when they come back
}

// waiter is a borrower in the queue. Exactly one of conn and slot is given, under the pool's mutex, before its task is woken.
type waiter struct {
	task netloop.Task
	key  Key
	conn *Conn
	slot bool // it may dial: a place was freed
}

// Want says what a borrower needs and prefers.
type Want struct {
	Key         Key
	Credentials *Credentials
	// Fingerprint is that of the state the borrower will put on the connection: one that carries it already is preferred.
	Fingerprint uint64
	// NoSchema: the borrower has no default database. A connection cannot lose one, so only those without will do.
	NoSchema bool
	// Until bounds the wait.
	Until time.Time
}

// Flavor is what kind of server this is, as the monitor last saw it.
func (p *Pool) Flavor() topology.Flavor { return topology.Flavor(p.flavor.Load()) }

// Acquire borrows a connection, waiting for one to become free if the server's limit is reached. Errors: ErrFull, *DialError (nothing has
// reached the server), *mysql.Error (the server refused the login), netloop.ErrInterrupted.
func (p *Pool) Acquire(task netloop.Task, want *Want) (*Conn, error) {
	for {
		c, dial, w := p.take(task, want)
		if w != nil {
			var err error
			if c, dial, err = p.wait(task, w, want.Until); err != nil {
				return nil, err
			}
		}
		if dial {
			return p.dial(task, want)
		}
		if c == nil {
			continue
		}
		if want.NoSchema && c.Schema != "" {
			p.discard(task, c)
			continue
		}
		task.Bind(c.Conn)
		if time.Since(c.used) > quietAfter && c.Look() != netloop.Quiet {
			p.discard(task, c) // the server has closed it, or speaks without being asked
			continue
		}
		return c, nil
	}
}

// quietAfter is how long a connection must have been idle for a look whether the server has closed it meanwhile. The look
// is a system call.
const quietAfter = time.Millisecond

// take gives an idle connection, or leave to dial one, or a place in the queue.
func (p *Pool) take(task netloop.Task, want *Want) (*Conn, bool, *waiter) {
	p.mu.Lock()
	if c := p.pick(want); c != nil {
		p.mu.Unlock()
		return c, false, nil
	}
	if p.count < p.config.PerServer {
		p.count++
		p.mu.Unlock()
		return nil, true, nil
	}
	victim := p.evict()
	if victim == nil {
		w := &waiter{task: task, key: want.Key}
		p.waiters = append(p.waiters, w)
		p.metrics.waiting.Set(float64(len(p.waiters)))
		p.mu.Unlock()
		return nil, false, w
	}
	p.mu.Unlock()
	victim.Quit() // its place goes to the borrower
	return nil, true, nil
}

// pick chooses an idle connection of the key: one with the same state if it is near the end of the list, else the one
// used last. Called with mu held.
func (p *Pool) pick(want *Want) *Conn {
	list := p.idle[want.Key]
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
	c := list[best]
	copy(list[best:], list[best+1:])
	list[len(list)-1] = nil
	p.idle[want.Key] = list[:len(list)-1]
	p.idleN--
	return c
}

// lookBack bounds the search for a connection that carries the right state already.
const lookBack = 16

// evict takes the idle connection of any key that was unused the longest, so that its place can be used. Called with mu held.
func (p *Pool) evict() *Conn {
	var oldest Key
	var found *Conn
	for k, list := range p.idle {
		if len(list) > 0 && (found == nil || list[0].used.Before(found.used)) {
			oldest, found = k, list[0]
		}
	}
	if found != nil {
		p.idle[oldest] = append([]*Conn(nil), p.idle[oldest][1:]...)
		p.idleN--
	}
	return found
}

func (p *Pool) wait(task netloop.Task, w *waiter, until time.Time) (*Conn, bool, error) {
	started := time.Now()
	defer func() { p.metrics.waited.Observe(time.Since(started).Seconds()) }()
	for {
		err := task.Park(until)
		p.mu.Lock()
		conn, slot := w.conn, w.slot
		if conn == nil && !slot && err != nil {
			p.leave(w)
		}
		p.mu.Unlock()
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
		case err != nil:
			return nil, false, err
		}
	}
}

// leave takes a waiter out of the queue. Called with mu held.
func (p *Pool) leave(w *waiter) {
	for i, x := range p.waiters {
		if x == w {
			p.waiters = append(p.waiters[:i], p.waiters[i+1:]...)
			break
		}
	}
	p.metrics.waiting.Set(float64(len(p.waiters)))
}

// Side runs one statement on a connection of its own beside the pool: KILL must not wait in the queue that it is to shorten.
func (p *Pool) Side(task netloop.Task, who *Credentials, sql string, until time.Time) error {
	c, err := p.open(task, Key{User: who.User, Account: who.Account}, who)
	if err != nil {
		return err
	}
	_, err = c.Query(sql, until)
	c.Quit()
	task.Release(c.Conn)
	return err
}

func (p *Pool) dial(task netloop.Task, want *Want) (*Conn, error) {
	p.metrics.dials.Inc()
	p.mu.Lock()
	epoch := p.epoch
	p.mu.Unlock()
	c, err := p.open(task, want.Key, want.Credentials)
	if err != nil {
		p.metrics.dialErrors.Inc()
		p.free()
		return nil, err
	}
	c.Fresh, c.epoch = true, epoch
	c.Prepared.budget = &p.prepared
	return c, nil
}

// put takes a connection back: to the first in the queue that can use it, or among the idle ones.
func (p *Pool) put(task netloop.Task, c *Conn) {
	task.Release(c.Conn)
	c.used = time.Now()
	p.mu.Lock()
	if p.retired || c.Sandbox || c.used.Sub(c.born) > p.config.Lifetime || c.epoch < p.epoch {
		p.mu.Unlock()
		c.Quit()
		p.free()
		return
	}
	for i, w := range p.waiters {
		if w.key == c.key {
			p.waiters = append(p.waiters[:i], p.waiters[i+1:]...)
			w.conn = c
			p.metrics.waiting.Set(float64(len(p.waiters)))
			p.mu.Unlock()
			w.task.Unpark()
			return
		}
	}
	if len(p.waiters) > 0 { // somebody waits for another account: the place is his
		p.mu.Unlock()
		c.Quit()
		p.free()
		return
	}
	p.idle[c.key] = append(p.idle[c.key], c)
	p.idleN++
	p.mu.Unlock()
}

func (p *Pool) discard(task netloop.Task, c *Conn) {
	task.Release(c.Conn)
	c.Prepared.Clear()
	_ = c.Conn.Close() // nothing is lost with a connection that is given up
	p.free()
}

// free gives the place of a closed connection to the first in the queue.
func (p *Pool) free() {
	p.mu.Lock()
	if len(p.waiters) == 0 {
		p.count--
		p.mu.Unlock()
		return
	}
	w := p.waiters[0]
	p.waiters = p.waiters[1:]
	w.slot = true
	p.metrics.waiting.Set(float64(len(p.waiters)))
	p.mu.Unlock()
	w.task.Unpark()
}

// expire closes what has been idle for too long; with all, everything idle.
func (p *Pool) expire(now time.Time, all bool) {
	p.mu.Lock()
	var old []*Conn
	for k, list := range p.idle {
		n := 0
		for n < len(list) && (all || now.Sub(list[n].used) > p.config.Idle || now.Sub(list[n].born) > p.config.Lifetime) {
			n++
		}
		old = append(old, list[:n]...)
		if n == len(list) {
			delete(p.idle, k)
		} else {
			p.idle[k] = append([]*Conn(nil), list[n:]...)
		}
	}
	p.idleN -= len(old)
	p.mu.Unlock()
	for _, c := range old {
		c.Quit()
		p.free()
	}
}

// Stats are a pool's numbers at one moment.
type Stats struct {
	Address, Cluster             string
	Idle, Active, Waiting, Limit int
	Prepared                     int // statements prepared on the server by all connections
}

// Stats counts the connections.
func (p *Pool) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return Stats{p.Address, p.Cluster, p.idleN, p.count - p.idleN, len(p.waiters), p.config.PerServer, int(p.prepared.used.Load())}
}
