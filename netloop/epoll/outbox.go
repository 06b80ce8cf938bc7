//go:build linux

package epoll

import (
	"golang.org/x/sys/unix"

	"shunt/netloop"
)

// outbox is what the tasks of a loop have written in this turn, and what is not sent yet. A turn in which several tasks go on is done in three passes: what has come is read for all, then the tasks
// run, then what they wrote is sent. Each pass finds its code, the kernel's or ours, in the processor's caches; one that changes between them for every task has it fetched anew each time
// (measured in docs/performance.md).
type outbox struct {
	open    bool // several tasks have their turn; otherwise writes are sent at once
	letters []letter
	text    []byte
	joined  []byte // the letters to one socket, while they are sent
}

// letter is what was written to one socket: a part of the text.
type letter struct {
	s        *socket
	from, to int
}

// What may lie in an outbox. Whoever writes more at once has what is there sent first, and then his own.
const (
	mostLetters = 64
	mostText    = 64 << 10 // bytes of all
	longest     = 2 << 10  // bytes of one write
)

// put takes what a task writes to s. false: it is to be sent at once, and nothing is left in the outbox that would have to go before it; something may be owing, though.
func (l *loop) put(s *socket, p []byte) bool {
	o := &l.outbox
	if !o.open || len(p) > longest || s.rest != nil || s.refused != nil {
		l.send()
		return false
	}
	from := len(o.text)
	o.text = append(o.text, p...)
	if last := len(o.letters) - 1; last >= 0 && o.letters[last].s == s {
		o.letters[last].to = len(o.text)
		l.sendIfFull()
		return true
	}
	s.queued++
	o.letters = append(o.letters, letter{s, from, len(o.text)})
	l.sendIfFull()
	return true
}

func (l *loop) sendIfFull() {
	if len(l.outbox.letters) >= mostLetters || len(l.outbox.text) >= mostText {
		l.send()
	}
}

// send empties the outbox: one write for each socket, whatever lies between what was written to it.
func (l *loop) send() {
	o := &l.outbox
	for i := range o.letters {
		if s := o.letters[i].s; s != nil {
			l.sendTo(s, o.take(i))
		}
	}
	o.letters, o.text = o.letters[:0], o.text[:0]
}

// take takes all that was written to the socket of a letter, which is the first one to it.
func (o *outbox) take(first int) (text []byte) {
	s := o.letters[first].s
	text = o.text[o.letters[first].from:o.letters[first].to]
	o.letters[first].s = nil
	if s.queued--; s.queued == 0 {
		return text
	}
	o.joined = append(o.joined[:0], text...)
	for i := first + 1; s.queued > 0 && i < len(o.letters); i++ {
		if other := &o.letters[i]; other.s == s {
			o.joined = append(o.joined, o.text[other.from:other.to]...)
			other.s = nil
			s.queued--
		}
	}
	return o.joined
}

func (l *loop) sendTo(s *socket, text []byte) {
	switch {
	case s.refused != nil: // and so is this
	case s.rest != nil:
		s.rest = append(s.rest, text...)
	default:
		l.writes.Add(1)
		if n, err := rawWrite(s.fd, text); n < len(text) {
			s.unsent(text[n:], n > 0, err)
		}
	}
}

// unsent keeps what did not fit, until there is room; or what the socket says against it, for the task to hear. some: a part of it was sent.
func (s *socket) unsent(text []byte, some bool, err error) {
	if err == nil || err == unix.EAGAIN {
		s.rest = append([]byte(nil), text...)
		s.state.And(^writable)
		s.state.Or(owing)
		if err = s.interest(interests | unix.EPOLLOUT); err == nil {
			return
		}
	}
	s.owesNothing()
	s.refused = s.broken("write", err)
	if !some {
		s.refused = &netloop.UnsentError{Err: s.refused}
	}
	s.state.Or(readable | writable)
	if t := s.waiter.Load(); t != nil {
		t.loop.post(t)
	}
}

// sendRest goes on with what did not fit, when there may be room.
func (s *socket) sendRest() {
	n, err := rawWrite(s.fd, s.rest)
	switch {
	case n == len(s.rest):
		s.owesNothing()
		err = s.interest(interests)
	case err == nil || err == unix.EAGAIN:
		s.rest = s.rest[n:]
		s.state.And(^writable)
		return
	}
	if err != nil {
		s.unsent(nil, true, err)
	}
}

func (s *socket) owesNothing() {
	s.rest = nil
	s.state.And(^owing)
}

// awaitRest waits until what was written before has been sent.
func (s *socket) awaitRest() error {
	for s.rest != nil {
		s.state.And(^writable)
		if err := s.await(writable, s.writeBy); err != nil {
			return err
		}
		if s.task.offloaded && s.rest != nil { // otherwise the loop has
			s.sendRest()
		}
	}
	return s.refusal()
}

// refusal is what the socket has said against an earlier write, once.
func (s *socket) refusal() error {
	err := s.refused
	s.refused = nil
	return err
}

// interest is which events the loop hears of.
func (s *socket) interest(events uint32) error {
	l := s.loop.Load()
	if l == nil {
		return errLoose
	}
	return unix.EpollCtl(l.epfd, unix.EPOLL_CTL_MOD, s.fd, s.event(events))
}
