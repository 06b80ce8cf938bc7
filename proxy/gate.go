package proxy

import (
	"sync"
	"time"

	"shunt/netloop"
)

// gate is where statements wait for the topology to change. Each waits in its own task; opening wakes them all, and they plan
// anew.
type gate struct {
	mu      sync.Mutex
	waiting map[netloop.Task]struct{} // guarded by mu
}

// wait parks the task until the gate opens or the time is over: nil, or the errors of Park.
func (g *gate) wait(task netloop.Task, until time.Time) error {
	g.mu.Lock()
	if g.waiting == nil {
		g.waiting = map[netloop.Task]struct{}{}
	}
	g.waiting[task] = struct{}{}
	g.mu.Unlock()
	err := task.Park(until)
	g.mu.Lock()
	delete(g.waiting, task)
	g.mu.Unlock()
	return err
}

// open wakes all that wait. It does not block.
func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for task := range g.waiting {
		task.Unpark()
	}
}
