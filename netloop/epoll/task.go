//go:build linux

package epoll

import (
	"net"
	"sync/atomic"
	"time"

	"shunt/netloop"
)

// task is a coroutine of a loop. Its code runs on the loop's goroutine, but for work that it has offloaded.
type task struct {
	loop   *loop
	code   func(netloop.Task)
	strand *strand // nil before it begins and after its end

	queued      atomic.Bool // among the loop's posts
	woken       atomic.Bool // Unpark was called
	interrupted atomic.Bool

	gone    bool    // its code has returned
	rests   bool    // once its code has returned
	resting *socket // what it rests on; nil: nothing
	until   int64   // when such a rest is over; 0: it has no end
	timer   timer
	turns   int // reads and writes since the last wait

	accepts *acceptor // of a task that accepts; nil for others

	// offloaded: the task waits for work that runs on a goroutine of its own. While that is not done (worked), waits of the task are waits of
	// that goroutine, on the door, where the loop knocks.
	offloaded bool
	worked    atomic.Bool
	door      chan struct{}
}

func newTask(l *loop, f func(netloop.Task)) *task {
	t := &task{loop: l, code: f}
	t.timer.task = t
	return t
}

// giveWay lets the loop go on until it resumes the task.
func (t *task) giveWay() { t.strand.yield(false) }

// Rest implements netloop.Task.
func (t *task) Rest(c netloop.Conn, next func(netloop.Task)) {
	t.rests, t.resting, t.code = true, c.(*socket), next
}

// RestUntil implements netloop.Task.
func (t *task) RestUntil(until time.Time, next func(netloop.Task)) {
	t.rests, t.until, t.code = true, t.loop.all.since(until), next
}

// readAhead reads for a task that rests, when there is something to read.
func (t *task) readAhead() {
	if s := t.resting; s != nil && s.task == t && !t.interrupted.Load() {
		s.readAhead()
	}
}

// lieDown comes when the code of a task has returned that is to rest.
func (t *task) lieDown() {
	s := t.resting
	if s == nil {
		t.loop.timers.arm(&t.timer, t.until)
		if t.woken.CompareAndSwap(true, false) || t.interrupted.Load() {
			t.loop.post(t)
		}
		return
	}
	s.waiter.Store(t)
	t.loop.timers.arm(&t.timer, s.readBy)
	if s.ahead.has() || s.state.Load()&readable != 0 && s.stillReadable() {
		t.loop.post(t)
	}
}

// getUp comes before a task begins, or goes on after a rest.
func (t *task) getUp() {
	if s := t.resting; s != nil {
		s.waiter.Store(nil)
		t.resting = nil
	}
	if t.rests {
		t.rests, t.timer.until = false, 0
		t.woken.Store(false) // who was woken looks itself what for
	}
	t.turns = 0
	t.strand = t.loop.strand(t)
}

// end comes once, when the task's code has returned for good.
func (t *task) end() {
	t.gone, t.code = true, nil
	if t.accepts != nil {
		_ = t.accepts.socket.Close() // whoever opened the listener closes that
	}
	t.loop.timers.drop(&t.timer)
	t.loop.tasks.Add(-1)
	t.loop.all.tasks.Done()
}

// pause gives way until something may have changed that the task waits for: nil, and the caller looks; or ErrInterrupted; or ErrTimeout once the loops'
// time is at until (0: never).
func (t *task) pause(until int64) error {
	if t.interrupted.Load() {
		return netloop.ErrInterrupted
	}
	if t.offloaded {
		return t.pauseOffloaded(until)
	}
	t.turns = 0
	t.loop.timers.arm(&t.timer, until)
	t.giveWay()
	t.timer.until = 0
	switch {
	case t.interrupted.Load():
		return netloop.ErrInterrupted
	case until != 0 && until <= t.loop.now:
		return netloop.ErrTimeout
	}
	return nil
}

// pauseOffloaded is pause for offloaded work.
func (t *task) pauseOffloaded(until int64) error {
	var over <-chan time.Time
	if until != 0 {
		timer := time.NewTimer(time.Duration(until - t.loop.all.now()))
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-t.door:
	case <-over:
		return netloop.ErrTimeout
	}
	if t.interrupted.Load() {
		return netloop.ErrInterrupted
	}
	return nil
}

// knock lets offloaded work look again. It does not block.
func (t *task) knock() {
	select {
	case t.door <- struct{}{}:
	default:
	}
}

// fair is how many reads and writes a task may do without waiting in between before others have their turn: a fast server and a fast client would
// otherwise keep the loop for as long as an answer lasts.
const fair = 16

// share counts a read or write that needed no wait, and lets the others have their turn if that were many.
func (t *task) share() {
	if t.turns++; t.turns < fair || t.offloaded {
		return
	}
	t.turns = 0
	t.loop.post(t)
	t.loop.timers.arm(&t.timer, 0)
	t.giveWay()
}

// Park implements netloop.Task.
func (t *task) Park(until time.Time) error {
	limit := t.loop.all.since(until)
	if limit == 0 {
		limit = 1 // as with any time that is over
	}
	if t.interrupted.Load() {
		return netloop.ErrInterrupted
	}
	for !t.woken.CompareAndSwap(true, false) {
		if err := t.pause(limit); err != nil {
			if t.woken.CompareAndSwap(true, false) && err == netloop.ErrTimeout {
				return nil
			}
			return err
		}
	}
	return nil
}

// Unpark implements netloop.Task.
func (t *task) Unpark() {
	t.woken.Store(true)
	t.loop.post(t)
}

// Interrupt implements netloop.Task.
func (t *task) Interrupt() {
	t.interrupted.Store(true)
	t.loop.post(t)
}

// Interrupted implements netloop.Task.
func (t *task) Interrupted() bool { return t.interrupted.Load() }

// Resume implements netloop.Task.
func (t *task) Resume() { t.interrupted.Store(false) }

// Offload implements netloop.Task. A panic of the work is one of the task.
func (t *task) Offload(work func()) {
	if t.door == nil {
		t.door = make(chan struct{}, 1)
	}
	t.loop.send()
	t.offloaded = true
	var fault any
	go func() {
		defer func() {
			fault = recover()
			t.worked.Store(true)
			t.loop.post(t)
		}()
		work()
	}()
	for !t.worked.Load() {
		t.loop.timers.arm(&t.timer, 0)
		t.giveWay()
	}
	t.offloaded = false
	t.worked.Store(false)
	if fault != nil {
		panic(fault)
	}
}

// Shard implements netloop.Task.
func (t *task) Shard() int { return t.loop.number }

// Now implements netloop.Task.
func (t *task) Now() time.Time {
	if t.offloaded {
		return time.Now()
	}
	return t.loop.clock
}

// Attach implements netloop.Task. Of sockets it takes those of TCP and of the Unix domain, and TLS over one of them.
func (t *task) Attach(nc net.Conn) netloop.Conn {
	c := attach(t.loop.all, nc)
	t.Bind(c)
	return c
}

// Bind implements netloop.Task.
func (t *task) Bind(c netloop.Conn) {
	if s, ok := netloop.Innermost(c).(*socket); ok {
		s.bind(t)
	}
}

// Release implements netloop.Task.
func (t *task) Release(c netloop.Conn) {
	if s, ok := netloop.Innermost(c).(*socket); ok && s.task == t {
		s.sendQueued()
		if s.rest != nil { // whoever has it next could not know of that
			s.owesNothing()
			s.state.Or(ended)
		}
		s.task = nil
	}
}

// Dial implements netloop.Task. The name is looked up, and the connection made, where that stops no other client.
func (t *task) Dial(network, address string, until time.Time) (netloop.Conn, error) {
	var nc net.Conn
	var err error
	t.Offload(func() { nc, err = (&net.Dialer{Deadline: until}).Dial(network, address) })
	if err != nil {
		return nil, err
	}
	return t.Attach(nc), nil
}
