//go:build linux

// Package epoll runs clients on event loops: a [Loops] is the implementation of netloop.Loop that is fast. Each of its loops is one goroutine
// with an epoll instance of its own; each client is a coroutine on one of them, so its code stays in straight lines, and a wait costs a switch
// between two stacks instead of a wake-up through the scheduler.
//
// Sockets are registered once, for as long as they are on the loop, and edge triggered: the kernel says when there is something to read, and a
// read is tried only then. What else a task waits for (time, Unpark, Interrupt, the end of offloaded work) comes to its loop as a post. Whatever may have
// changed, the loop resumes the task, and the task looks itself whether it has what it waits for.
//
// It knows sockets, deadlines and wake-ups, and nothing of MySQL.
package epoll

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"shunt/netloop"
)

// Loops is a number of event loops that share the tasks among them. It runs while Run does.
type Loops struct {
	loops []*loop
	socks registry
	tasks sync.WaitGroup
	born  time.Time // deadlines are counted from here, in nanoseconds
	ended atomic.Bool
}

// New makes n loops, at least one. Tasks and sockets may be added before Run.
func New(n int) (*Loops, error) {
	all := &Loops{born: time.Now()}
	for i := range max(n, 1) {
		l, err := newLoop(all, i)
		if err != nil {
			all.close()
			return nil, fmt.Errorf("making an event loop: %w", err)
		}
		all.loops = append(all.loops, l)
	}
	return all, nil
}

// Stats counts what the loops have done since they were made, all together.
type Stats struct {
	Turns  uint64 // looks at the sockets; loops whose clients are silent do not turn
	Reads  uint64 // system calls that tried to read, from clients and servers
	Writes uint64 // system calls that tried to write
	Moves  uint64 // connections that went from one loop to another
}

// Stats may be called at any time.
func (all *Loops) Stats() (s Stats) {
	for _, l := range all.loops {
		s.Turns += l.turns.Load()
		s.Reads += l.reads.Load()
		s.Writes += l.writes.Load()
		s.Moves += l.moves.Load()
	}
	return s
}

// Run turns the loops until ctx ends. Tasks that have not ended by then stop where they wait: end them first, with Wait. A loop that naps keeps its
// processor, as far as the Go scheduler can tell, so GOMAXPROCS is raised where there is none left for the other goroutines.
func (all *Loops) Run(ctx context.Context) error {
	if n := len(all.loops) + 1; runtime.GOMAXPROCS(0) < n {
		runtime.GOMAXPROCS(n)
	}
	var group errgroup.Group
	for _, l := range all.loops {
		group.Go(l.run)
	}
	<-ctx.Done()
	all.ended.Store(true)
	for _, l := range all.loops {
		l.ring()
	}
	err := group.Wait()
	all.close()
	return err
}

func (all *Loops) close() {
	for _, l := range all.loops {
		l.close()
	}
}

// Go implements netloop.Loop. The task goes to the loop that has the fewest.
func (all *Loops) Go(f func(netloop.Task)) {
	l := all.loops[0]
	for _, other := range all.loops[1:] {
		if other.tasks.Load() < l.tasks.Load() {
			l = other
		}
	}
	all.tasks.Add(1)
	l.tasks.Add(1)
	l.post(newTask(l, f))
}

// Wait implements netloop.Loop. After ctx it returns its error and the remaining tasks go on.
func (all *Loops) Wait(ctx context.Context) error {
	done := make(chan struct{})
	go func() { all.tasks.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// since is a deadline in the loops' own time; 0 for none.
func (all *Loops) since(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return max(int64(t.Sub(all.born)), 1)
}

// now is the time in the loops' own time.
func (all *Loops) now() int64 { return int64(time.Since(all.born)) }
