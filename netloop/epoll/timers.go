//go:build linux

package epoll

import "container/heap"

// timer is a task's place among the timers of its loop. A task has one, since it waits for one thing at a time.
type timer struct {
	task  *task
	until int64 // when the present wait is over; 0: it has no end, or there is none
	when  int64 // its place in the heap, never later than until: most waits end long before, so a place is not given up at once
	at    int   // index in the heap plus one; 0: not in it
}

// timers is a heap of those that may have to be looked at, by when.
type timers []*timer

// arm sets the end of the task's next wait. A place in the heap that is early enough stays, which saves the work for nearly every wait: deadlines
// move on.
func (h *timers) arm(t *timer, until int64) {
	t.until = until
	switch {
	case until == 0:
	case t.at == 0:
		t.when = until
		heap.Push(h, t)
	case until < t.when:
		t.when = until
		heap.Fix(h, t.at-1)
	}
}

// next is how long it is until a timer has to be looked at, in nanoseconds.
func (h timers) next(now int64) int64 {
	if len(h) == 0 {
		return forever
	}
	return max(h[0].when-now, 0)
}

// expire resumes the tasks whose waits are over.
func (h *timers) expire(now int64, resume func(*task)) {
	for len(*h) > 0 && (*h)[0].when <= now {
		t := (*h)[0]
		if t.until > now { // it has moved on meanwhile
			t.when = t.until
			heap.Fix(h, 0)
			continue
		}
		heap.Pop(h)
		if t.until != 0 {
			resume(t.task)
		}
	}
}

// drop takes a timer out.
func (h *timers) drop(t *timer) {
	if t.at > 0 {
		heap.Remove(h, t.at-1)
	}
}

func (h timers) Len() int           { return len(h) }
func (h timers) Less(i, j int) bool { return h[i].when < h[j].when }
func (h timers) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].at, h[j].at = i+1, j+1
}

// Push implements heap.Interface.
func (h *timers) Push(x any) {
	t := x.(*timer)
	t.at = len(*h) + 1
	*h = append(*h, t)
}

// Pop implements heap.Interface.
func (h *timers) Pop() any {
	last := len(*h) - 1
	t := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	t.at = 0
	return t
}
