// Package looptest has a [Loop] that runs all tasks on one goroutine, as coroutines that give way only inside the seam of
// netloop. Code that waits in any other way stops the whole loop, and [Loop.Turns] shows it: that is how tests prove that a client's
// path blocks nowhere else. It is the seam's second implementation and nothing more: it polls, so it is not fast.
package looptest

import (
	"context"
	"io"
	"iter"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"shunt/netloop"
)

// tick is how often the loop looks whether a waiting task may go on.
const tick = 200 * time.Microsecond

// Loop runs tasks, one at a time, on the goroutine that calls Run.
type Loop struct {
	turns atomic.Int64 // Unix nanoseconds of the last turn

	mu      sync.Mutex
	added   []*task        // guarded by mu: not yet taken over by Run
	running int            // guarded by mu
	writes  map[string]int // guarded by mu: calls of Write, by remote address
}

// New makes a loop; tasks may be added before Run.
func New() *Loop {
	l := &Loop{writes: map[string]int{}}
	l.turns.Store(time.Now().UnixNano())
	return l
}

// Writes counts the calls of Write on connections to a remote address so far: one call is one write to the socket, unless that is full.
func (l *Loop) Writes(remote string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.writes[remote]
}

// Go implements netloop.Loop.
func (l *Loop) Go(f func(netloop.Task)) {
	t := &task{loop: l}
	t.next, t.stop = iter.Pull(func(yield func(struct{}) bool) {
		t.yield = yield
		for t.after = f; t.after != nil; {
			code := t.after
			t.after = nil
			code(t)
		}
	})
	l.mu.Lock()
	l.added = append(l.added, t)
	l.running++
	l.mu.Unlock()
}

// Wait implements netloop.Loop.
func (l *Loop) Wait(ctx context.Context) error {
	for l.left() > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
	return nil
}

func (l *Loop) left() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.running
}

// Turns says when the loop last came round.
func (l *Loop) Turns() time.Time { return time.Unix(0, l.turns.Load()) }

// Run runs the tasks until ctx ends.
func (l *Loop) Run(ctx context.Context) {
	var tasks []*task
	for ctx.Err() == nil {
		l.turns.Store(time.Now().UnixNano())
		l.mu.Lock()
		tasks, l.added = append(tasks, l.added...), nil
		l.mu.Unlock()
		alive, progress := tasks[:0], false
		for _, t := range tasks {
			if t.wait != nil && !t.wait() {
				alive = append(alive, t)
				continue
			}
			progress = true
			if _, more := t.next(); more {
				alive = append(alive, t)
			} else {
				l.mu.Lock()
				l.running--
				l.mu.Unlock()
			}
		}
		tasks = alive
		if !progress {
			time.Sleep(tick) // nothing to do: the loop is allowed to rest, the tasks are not
		}
	}
}

// task is a coroutine of the loop.
type task struct {
	loop  *Loop
	next  func() (struct{}, bool)
	stop  func()
	yield func(struct{}) bool
	wait  func() bool        // nil: ready to run
	after func(netloop.Task) // Rest

	woken       atomic.Bool
	interrupted atomic.Bool
}

// until gives way until cond holds, the time is over or the task is interrupted.
func (t *task) until(cond func() bool, deadline time.Time) error {
	over := func() bool { return !deadline.IsZero() && !time.Now().Before(deadline) }
	for {
		if cond() {
			return nil
		}
		if t.interrupted.Load() {
			return netloop.ErrInterrupted
		}
		if over() {
			return netloop.ErrTimeout
		}
		held := false
		t.wait = func() bool {
			if !held {
				held = cond()
			}
			return held || t.interrupted.Load() || over()
		}
		t.yield(struct{}{})
		t.wait = nil
		if held {
			return nil
		}
	}
}

func (t *task) Shard() int                                   { return 0 }
func (t *task) Now() time.Time                               { return time.Now() }
func (t *task) Attach(nc net.Conn) netloop.Conn              { c := &conn{nc: nc}; t.Bind(c); return c }
func (t *task) Bind(c netloop.Conn)                          { netloop.Innermost(c).(*conn).task = t }
func (t *task) Release(c netloop.Conn)                       { netloop.Innermost(c).(*conn).task = nil }
func (t *task) Rest(_ netloop.Conn, next func(netloop.Task)) { t.after = next }
func (t *task) Append(netloop.Conn, []byte) bool             { return false }
func (t *task) Unread(netloop.Conn, []byte) bool             { return false }
func (t *task) Unpark()                                      { t.woken.Store(true) }
func (t *task) Interrupt()                                   { t.interrupted.Store(true) }
func (t *task) Interrupted() bool                            { return t.interrupted.Load() }
func (t *task) Resume()                                      { t.interrupted.Store(false) }

func (t *task) RestUntil(until time.Time, next func(netloop.Task)) {
	t.after = func(netloop.Task) {
		_ = t.Park(until)
		next(t)
	}
}

func (t *task) HandOver(c netloop.Conn, to netloop.Task) {
	to.Bind(c)
	to.Unpark()
}

func (t *task) Park(until time.Time) error {
	return t.until(func() bool { return t.woken.CompareAndSwap(true, false) }, until)
}

func (t *task) Offload(work func()) {
	var done atomic.Bool
	go func() { work(); done.Store(true) }()
	for t.until(done.Load, time.Time{}) != nil {
		// interrupted: the work ends by itself, and its results are used; wait on without the interruption
		held := t.interrupted.Swap(false)
		_ = t.until(done.Load, time.Time{})
		t.interrupted.Store(held)
	}
}

func (t *task) Dial(network, address string, until time.Time) (netloop.Conn, error) {
	var nc net.Conn
	var err error
	t.Offload(func() { nc, err = (&net.Dialer{Deadline: until}).Dial(network, address) })
	if err != nil {
		return nil, err
	}
	return t.Attach(nc), nil
}

func (t *task) Accept(l net.Listener) (nc net.Conn, err error) {
	t.Offload(func() { nc, err = l.Accept() })
	return nc, err
}

// conn reads and writes a socket without ever blocking in the system call.
type conn struct {
	nc            net.Conn
	task          *task
	readBy, write time.Time
}

func (c *conn) try(op func(fd int) (int, error), write bool) (n int, err error) {
	raw, err := c.nc.(syscall.Conn).SyscallConn()
	if err != nil {
		return 0, err
	}
	once := func(fd uintptr) bool { n, err = op(int(fd)); return true }
	access := raw.Read
	if write {
		access = raw.Write
	}
	if e := access(once); e != nil {
		return 0, e
	}
	return n, err
}

// wait repeats op until it has something to tell.
func (c *conn) wait(op func(fd int) (int, error), write bool, deadline time.Time) (n int, err error) {
	cause := c.task.until(func() bool {
		n, err = c.try(op, write)
		return err != syscall.EAGAIN && err != syscall.EINTR
	}, deadline)
	if cause != nil {
		return 0, cause
	}
	return max(n, 0), err
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.wait(func(fd int) (int, error) { return syscall.Read(fd, p) }, false, c.readBy)
	if err == nil && n == 0 {
		err = io.EOF
	}
	return n, err
}

func (c *conn) ReadLease(pool *netloop.Buffers) ([]byte, int, error) {
	buf := pool.Get()
	n, err := c.Read(buf)
	if err != nil {
		pool.Put(buf)
		return nil, 0, err
	}
	return buf, n, nil
}

func (c *conn) Write(p []byte) (int, error) {
	l := c.task.loop
	l.mu.Lock()
	l.writes[c.nc.RemoteAddr().String()]++
	l.mu.Unlock()
	done := 0
	for done < len(p) {
		n, err := c.wait(func(fd int) (int, error) { return syscall.Write(fd, p[done:]) }, true, c.write)
		done += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

func (c *conn) Look() netloop.Sight {
	sight := netloop.Gone
	_, _ = c.try(func(fd int) (int, error) { sight = netloop.SightOf(fd); return 0, nil }, false) // fails on a closed one: Gone
	return sight
}

func (c *conn) SetReadDeadline(t time.Time)  { c.readBy = t }
func (c *conn) SetWriteDeadline(t time.Time) { c.write = t }
func (c *conn) RemoteAddr() net.Addr         { return c.nc.RemoteAddr() }
func (c *conn) LocalAddr() net.Addr          { return c.nc.LocalAddr() }
func (c *conn) NetConn() net.Conn            { return c.nc }
func (c *conn) Close() error                 { return c.nc.Close() }
