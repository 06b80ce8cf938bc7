package proxy

import (
	"errors"
	"sync"
	"time"

	"shunt/netloop"
)

// gate is where statements wait for the topology to change. Each waits in its own task; opening wakes them all, and they plan
// anew.
type gate struct {
	most  int   // that may wait; 0: any number
	bytes int64 // that they may have, together; 0: any

	mu      sync.Mutex
	waiting map[netloop.Task]struct{} // guarded by mu
	held    int64                     // guarded by mu: bytes of those that wait
}

// errCrowded says that no more may wait.
var errCrowded = errors.New("as many statements wait as may")

// wait parks the task, with a statement that is so long, until the gate opens or the time is over: nil, errCrowded, or the errors of Park.
func (g *gate) wait(task netloop.Task, length int, until time.Time) error {
	if !g.enter(task, int64(length)) {
		return errCrowded
	}
	err := task.Park(until)
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.waiting, task)
	g.held -= int64(length)
	return err
}

func (g *gate) enter(task netloop.Task, length int64) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.most > 0 && len(g.waiting) >= g.most || g.bytes > 0 && g.held+length > g.bytes {
		return false
	}
	if g.waiting == nil {
		g.waiting = map[netloop.Task]struct{}{}
	}
	g.waiting[task] = struct{}{}
	g.held += length
	return true
}

// open wakes all that wait. It does not block.
func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for task := range g.waiting {
		task.Unpark()
	}
}
