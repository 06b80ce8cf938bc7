//go:build linux

package epoll

import "iter"

// strand is a stack that a task's code runs on, one task after the other: making one and letting it grow to the size that a client needs costs as much
// as a login.
type strand struct {
	task  *task // whose code runs, or will when it is resumed
	next  func() (returned, alive bool)
	stop  func()
	yield func(returned bool) bool
}

// spare is how many strands without a task a loop keeps.
const spare = 64

func newStrand() *strand {
	s := &strand{}
	s.next, s.stop = iter.Pull(func(yield func(bool) bool) {
		s.yield = yield
		for {
			s.task.code(s.task)
			if !yield(true) {
				return
			}
		}
	})
	return s
}

// strand gives a task a stack to run on.
func (l *loop) strand(t *task) *strand {
	var s *strand
	if last := len(l.strands) - 1; last >= 0 {
		s, l.strands = l.strands[last], l.strands[:last]
	} else {
		s = newStrand()
	}
	s.task = t
	return s
}

// unstrand takes the stack back from a task that has ended.
func (l *loop) unstrand(s *strand) {
	s.task = nil
	if len(l.strands) >= spare {
		s.stop()
		return
	}
	l.strands = append(l.strands, s)
}

// cut ends the strands without a task, with the loop.
func (l *loop) cut() {
	for _, s := range l.strands {
		s.stop()
	}
	l.strands = nil
}
