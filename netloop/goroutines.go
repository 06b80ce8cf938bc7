package netloop

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Goroutines runs each task on a goroutine of its own, over any net.Conn. It is the implementation for TLS clients, for systems
// without epoll and for tests with fake time.
type Goroutines struct {
	tasks sync.WaitGroup
}

// NewGoroutines makes an empty loop.
func NewGoroutines() *Goroutines { return &Goroutines{} }

// Go implements Loop.
func (g *Goroutines) Go(f func(Task)) {
	g.tasks.Go(func() {
		t := NewTask().(*task)
		for t.next = f; t.next != nil; {
			code := t.next
			t.next = nil
			code(t)
		}
	})
}

// Wait implements Loop. After ctx it returns its error and the remaining tasks go on.
func (g *Goroutines) Wait(ctx context.Context) error {
	done := make(chan struct{})
	go func() { g.tasks.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// NewTask makes a task for the calling goroutine, for code that is no client but needs one: tests, a console's
// connection.
func NewTask() Task { return &task{wake: make(chan struct{}, 1)} }

type task struct {
	wake        chan struct{}
	interrupted atomic.Bool
	timer       *time.Timer
	next        func(Task) // what Rest has put in the place of the code that runs; nil: nothing

	mu    sync.Mutex
	conns []*conn // bound ones, at most a handful; guarded by mu because Interrupt comes from elsewhere
}

func (t *task) Shard() int { return 0 }

func (t *task) Now() time.Time { return time.Now() }

func (t *task) Attach(nc net.Conn) Conn {
	c := newConn(nc)
	t.Bind(c)
	return c
}

func (t *task) Bind(c Conn) {
	cc := Innermost(c).(*conn)
	t.mu.Lock()
	t.conns = append(t.conns, cc)
	t.mu.Unlock()
	cc.task.Store(t)
	if t.interrupted.Load() {
		cc.expire()
	}
}

func (t *task) Release(c Conn) {
	cc := Innermost(c).(*conn)
	t.mu.Lock()
	for i, x := range t.conns {
		if x == cc {
			t.conns = append(t.conns[:i], t.conns[i+1:]...)
			break
		}
	}
	t.mu.Unlock()
	cc.task.CompareAndSwap(t, nil)
}

func (t *task) Dial(network, address string, until time.Time) (Conn, error) {
	d := net.Dialer{Deadline: until}
	nc, err := d.Dial(network, address)
	if err != nil {
		return nil, err
	}
	return t.Attach(nc), nil
}

func (t *task) Accept(l net.Listener) (net.Conn, error) {
	if t.interrupted.Load() {
		return nil, ErrInterrupted
	}
	return l.Accept()
}

// Rest waits in the first read of next: here a stack is the least that a task can be.
func (t *task) Rest(_ Conn, next func(Task)) { t.next = next }

// RestUntil keeps its stack, too.
func (t *task) RestUntil(until time.Time, next func(Task)) {
	t.next = func(Task) {
		_ = t.Park(until) // next finds out why it has ended
		next(t)
	}
}

// Append cannot write without waiting.
func (t *task) Append(Conn, []byte) bool { return false }

// Unread cannot give back what a net.Conn has given.
func (t *task) Unread(Conn, []byte) bool { return false }

func (t *task) HandOver(c Conn, to Task) {
	t.Release(c)
	to.Bind(c)
	to.Unpark()
}

func (t *task) Park(until time.Time) error {
	if t.interrupted.Load() {
		return ErrInterrupted
	}
	left := time.Until(until)
	if left <= 0 {
		select {
		case <-t.wake:
			return nil
		default:
			return ErrTimeout
		}
	}
	if t.timer == nil {
		t.timer = time.NewTimer(left)
	} else {
		t.timer.Reset(left)
	}
	select {
	case <-t.wake:
		t.timer.Stop()
		if t.interrupted.Load() {
			return ErrInterrupted
		}
		return nil
	case <-t.timer.C:
		return ErrTimeout
	}
}

func (t *task) Unpark() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

func (t *task) Offload(work func()) { work() }

func (t *task) Interrupt() {
	t.interrupted.Store(true)
	t.mu.Lock()
	conns := append([]*conn(nil), t.conns...)
	t.mu.Unlock()
	for _, c := range conns {
		c.expire()
	}
	t.Unpark()
}

func (t *task) Interrupted() bool { return t.interrupted.Load() }

func (t *task) Resume() {
	t.interrupted.Store(false)
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.conns {
		c.SetReadDeadline(time.Time{})
		c.SetWriteDeadline(time.Time{})
	}
}
