//go:build linux

package epoll

import (
	"errors"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// loop is one event loop.
type loop struct {
	all    *Loops
	number int
	epfd   int
	bell   int          // an eventfd: what others ring to wake the loop
	tasks  atomic.Int64 // that live here

	mu     sync.Mutex
	posted []*task // guarded by mu: to be resumed
	asleep atomic.Bool

	turns, reads, writes, moves atomic.Uint64 // Stats

	// Of the loop's own goroutine.
	clock       time.Time // of the present turn
	now         int64     // the same in the loops' time
	idle        bool      // the last wait has brought nothing
	batch       []*task   // of posts
	awake       []*task   // by events, and by those that have gone on in this turn
	dispatching bool      // the awake are being resumed
	outbox      outbox
	strands     []*strand // without a task
	timers      timers
	events      [128]unix.EpollEvent
}

// nap is how long a loop that is at work waits for the next event in a way that the Go scheduler does not see, in nanoseconds. Telling the scheduler
// costs as much as a small read, and it takes the processor away and wakes another thread for nothing. What needs all processors to stop, as a garbage
// collection does, interrupts the nap with a signal. A short nap would cost more than it saves: the kernel sets the processor's timer for it each time, which on a
// virtual machine is an exit to its host (measured: 42 us of CPU per point select with naps of 1 ms, 17 with 20 ms).
const nap = 20_000_000

func newLoop(all *Loops, number int) (*loop, error) {
	epfd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	bell, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		_ = unix.Close(epfd)
		return nil, os.NewSyscallError("eventfd", err)
	}
	l := &loop{all: all, number: number, epfd: epfd, bell: bell, idle: true}
	// Edge triggered: each ring is an event, and nobody has to read the bell.
	if err := unix.EpollCtl(epfd, unix.EPOLL_CTL_ADD, bell, &unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLET, Fd: int32(bell)}); err != nil {
		l.close()
		return nil, os.NewSyscallError("epoll_ctl", err)
	}
	return l, nil
}

// close lets go of the loop's descriptors, once it does not run.
func (l *loop) close() {
	_ = unix.Close(l.epfd) // nothing is lost with them
	_ = unix.Close(l.bell)
}

// run turns until the loops end.
func (l *loop) run() error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer waitItsTurn()()
	defer l.cut()
	l.tick()
	for !l.all.ended.Load() {
		l.timers.expire(l.now, l.resume)
		l.resumePosted()
		n, err := l.wait()
		if err != nil {
			return os.NewSyscallError("epoll_wait", err)
		}
		l.tick()
		l.idle = n == 0
		l.dispatch(l.events[:n])
	}
	return nil
}

// tick takes the time.
func (l *loop) tick() {
	l.turns.Add(1)
	l.clock = time.Now()
	l.now = int64(l.clock.Sub(l.all.born))
}

// dispatch notes what has happened to sockets, and resumes the tasks that wait for them; first the one, then the other, so that a task that looks at a
// socket knows all that is known.
func (l *loop) dispatch(events []unix.EpollEvent) {
	for i := range events {
		s := l.all.socks.find(&events[i])
		if s == nil || s.loop.Load() != l {
			continue // the bell, or a socket that was closed or moved to another loop since
		}
		s.note(events[i].Events)
		if s.state.Load()&(owing|writable) == owing|writable && !s.task.offloaded {
			s.sendRest()
		}
		if t := s.waiter.Load(); t != nil && t.loop == l {
			l.awake = append(l.awake, t)
		}
	}
	if l.outbox.open = len(l.awake) > 1; l.outbox.open {
		for _, t := range l.awake {
			t.readAhead()
		}
	}
	l.dispatching = true
	for i := 0; i < len(l.awake); i++ { // which may grow
		t := l.awake[i]
		l.awake[i] = nil
		l.resume(t)
	}
	l.awake, l.dispatching = l.awake[:0], false
	l.outbox.open = false
	l.send()
}

// wait gives the events that are there, waiting for them if nothing else is to be done: first for a moment, then in the way that lets the
// scheduler use the processor.
func (l *loop) wait() (int, error) {
	l.asleep.Store(true)
	defer l.asleep.Store(false)
	timeout := l.timers.next(l.now)
	if l.hasPosts() || timeout == 0 {
		return rawWait(l.epfd, l.events[:], 0)
	}
	if !l.idle {
		return rawWait(l.epfd, l.events[:], milliseconds(min(timeout, nap)))
	}
	n, err := unix.EpollWait(l.epfd, l.events[:], milliseconds(timeout))
	if errors.Is(err, unix.EINTR) {
		return 0, nil
	}
	return n, err
}

// forever is a wait that only an event ends, in nanoseconds.
const forever = 1<<63 - 1

// milliseconds are those of epoll_wait: rounded up, so that a loop does not turn idly until a time that is less than one away.
func milliseconds(timeout int64) int {
	if timeout == forever {
		return -1
	}
	return int(min((timeout+int64(time.Millisecond)-1)/int64(time.Millisecond), int64(time.Hour/time.Millisecond)))
}

// post has the loop resume t in its next turn. It may be called from anywhere.
func (l *loop) post(t *task) {
	if t.queued.Swap(true) {
		return
	}
	l.mu.Lock()
	l.posted = append(l.posted, t)
	l.mu.Unlock()
	if l.asleep.Load() && l.asleep.CompareAndSwap(true, false) {
		l.ring()
	}
}

// ring wakes the loop.
func (l *loop) ring() { rawRing(l.bell) }

func (l *loop) hasPosts() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.posted) > 0
}

// resumePosted resumes what was posted up to now. What is posted meanwhile waits for the next turn, so that sockets have theirs.
func (l *loop) resumePosted() {
	l.mu.Lock()
	l.batch, l.posted = l.posted, l.batch[:0]
	l.mu.Unlock()
	l.outbox.open = len(l.batch) > 1
	for i, t := range l.batch {
		l.batch[i] = nil
		t.queued.Store(false)
		l.resume(t)
	}
	l.outbox.open = false
	l.send()
}

// resume lets a task go on until it waits again, or has ended. Where there is no reason to, the task finds that out itself.
func (l *loop) resume(t *task) {
	if t.gone {
		return // a late Unpark or Interrupt
	}
	if t.offloaded && !t.worked.Load() {
		t.knock()
		return
	}
	if t.strand == nil {
		t.getUp()
	}
	if returned, _ := t.strand.next(); !returned {
		return
	}
	l.unstrand(t.strand)
	t.strand = nil
	if t.rests {
		t.lieDown()
		return
	}
	t.end()
}
