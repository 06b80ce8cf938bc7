//go:build linux

package epoll

import (
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"shunt/netloop"
)

// What is known of a socket without asking.
const (
	readable uint32 = 1 << iota // there may be something to read; cleared before a read, so that nothing that comes meanwhile is lost
	writable                    // a write that did not fit may be tried again
	ended                       // the peer has closed, or the connection broke: reads do not wait any more
	owing                       // something that was written is not sent yet (rest)
)

// socket is the Conn of a non-blocking descriptor. It is registered with the loop of the task that it was last bound to.
type socket struct {
	all    *Loops
	fd     int
	number uint32 // of the registry
	closed atomic.Bool

	loop   atomic.Pointer[loop] // nil before the first Bind
	state  atomic.Uint32
	waiter atomic.Pointer[task]

	// Of whoever has it.
	task            *task // nil: bound to none; then it is only written to, without waiting
	readBy, writeBy int64 // in the loops' time; 0: without end
	ahead           ahead
	queued          int    // letters in the loop's outbox
	half            bool   // a write waits for room with a part of it sent
	rest            []byte // what of it did not fit; nil: nothing
	refused         error  // what the socket said against it

	remote net.Addr
	local  net.Addr // looked up when it is asked for
}

// errLoose is what waiting on a connection gives that no task is bound to.
var errLoose = errors.New("the connection belongs to no task that could wait for it")

// interests are the events that a socket is registered for. That it can be written to is asked for only while a write waits.
const interests = unix.EPOLLIN | unix.EPOLLRDHUP | unix.EPOLLET

// bind makes the socket's waits those of t, and moves it to t's loop.
func (s *socket) bind(t *task) {
	s.task = t
	from := s.loop.Load()
	if from == t.loop || s.closed.Load() {
		return
	}
	if from != nil {
		_ = unix.EpollCtl(from.epfd, unix.EPOLL_CTL_DEL, s.fd, nil) // it is there
		t.loop.moves.Add(1)
	}
	s.loop.Store(t.loop)
	if err := unix.EpollCtl(t.loop.epfd, unix.EPOLL_CTL_ADD, s.fd, s.event(interests)); err != nil { // nothing is owing: Release
		s.state.Or(readable | writable | ended) // the next read says what is wrong
	}
}

// note takes in what an event says.
func (s *socket) note(events uint32) {
	news := uint32(0)
	if events&unix.EPOLLIN != 0 {
		news = readable
	}
	if events&unix.EPOLLOUT != 0 {
		news |= writable
	}
	if events&(unix.EPOLLRDHUP|unix.EPOLLHUP|unix.EPOLLERR) != 0 {
		news |= readable | writable | ended
	}
	s.state.Or(news)
}

// await waits until the socket's state has one of the flags, at most until then.
func (s *socket) await(flags uint32, until int64) error {
	t := s.task
	switch {
	case t == nil:
		return errLoose
	case t.interrupted.Load():
		return netloop.ErrInterrupted
	case s.state.Load()&flags != 0:
		t.share()
		return nil
	}
	s.waiter.Store(t)
	var err error
	for err == nil && s.state.Load()&flags == 0 {
		err = t.pause(until)
	}
	s.waiter.Store(nil)
	return err
}

// awaitData waits until there is something to read, or to hear.
func (s *socket) awaitData() error {
	if s.ahead.has() {
		if s.task != nil && s.task.interrupted.Load() {
			return netloop.ErrInterrupted
		}
		return nil
	}
	if err := s.await(readable, s.readBy); err != nil {
		return err
	}
	return s.refusal()
}

// Read implements netloop.Conn.
func (s *socket) Read(p []byte) (int, error) {
	for {
		if err := s.awaitData(); err != nil {
			return 0, err
		}
		if s.ahead.has() {
			if n, err := s.ahead.read(p); err != unix.EAGAIN {
				return n, err
			}
			continue
		}
		if n, err := s.readNow(p); err != unix.EAGAIN {
			return n, err
		}
	}
}

// ReadLease implements netloop.Conn.
func (s *socket) ReadLease(pool *netloop.Buffers) ([]byte, int, error) {
	for {
		if err := s.awaitData(); err != nil {
			return nil, 0, err
		}
		if s.ahead.has() {
			if buf, n, err := s.ahead.lease(pool); err != unix.EAGAIN {
				return buf, n, err
			}
			continue
		}
		s.ahead.pool = pool
		buf := pool.Get()
		n, err := s.readNow(buf)
		if err == nil {
			return buf, n, nil
		}
		pool.Put(buf)
		if err != unix.EAGAIN {
			return nil, 0, err
		}
	}
}

// stillReadable looks whether there really is something to read: a read that has filled its buffer to the last byte cannot tell, as the reads of a login do.
func (s *socket) stillReadable() bool {
	s.state.And(^readable)
	if s.state.Load()&ended == 0 && netloop.SightOf(s.fd) == netloop.Quiet {
		return false
	}
	s.state.Or(readable)
	return true
}

// readNow reads what is there. Less than the buffer holds means that there was no more (epoll(7)); an end that is behind it was told.
func (s *socket) readNow(p []byte) (int, error) {
	if s.closed.Load() {
		return 0, net.ErrClosed
	}
	s.state.And(^readable)
	s.task.loop.reads.Add(1)
	n, err := rawRead(s.fd, p)
	if n == len(p) || s.state.Load()&ended != 0 {
		s.state.Or(readable)
	}
	switch {
	case err == nil && n == 0 && len(p) > 0:
		return 0, io.EOF
	case err == nil || err == unix.EAGAIN:
		return n, err
	}
	return 0, s.broken("read", err)
}

func (s *socket) broken(call string, err error) error {
	return &net.OpError{Op: call, Net: "socket", Addr: s.remote, Err: os.NewSyscallError(call, err)}
}

// Write implements netloop.Conn.
func (s *socket) Write(p []byte) (int, error) {
	if t := s.task; t != nil {
		if t.interrupted.Load() {
			return 0, netloop.ErrInterrupted
		}
		t.share()
		switch {
		case s.closed.Load():
			return 0, net.ErrClosed
		case !t.offloaded && t.loop.put(s, p):
			return len(p), nil
		}
		if err := s.awaitRest(); err != nil {
			return 0, err
		}
		t.loop.writes.Add(1)
	}
	done := 0
	for {
		if s.closed.Load() {
			return done, net.ErrClosed
		}
		n, err := rawWrite(s.fd, p[done:])
		done += n
		switch {
		case err == unix.EAGAIN, err == nil && done < len(p):
			s.half = true
			err = s.awaitRoom()
			s.half = false
		case err != nil:
			err = s.broken("write", err)
		default:
			return done, nil
		}
		if err != nil {
			return done, err
		}
	}
}

// awaitRoom waits until more can be written. Only for that time the loop hears about room.
func (s *socket) awaitRoom() error {
	if s.task == nil || s.loop.Load() == nil {
		return errLoose
	}
	s.state.And(^writable)
	if err := s.interest(interests | unix.EPOLLOUT); err != nil {
		return s.broken("epoll_ctl", err)
	}
	err := s.await(writable, s.writeBy)
	if failed := s.interest(interests); failed != nil && err == nil {
		err = s.broken("epoll_ctl", failed)
	}
	return err
}

// Look implements netloop.Conn. What the loop was told is as of its present turn.
func (s *socket) Look() netloop.Sight {
	switch state := s.state.Load(); {
	case s.closed.Load(), state&ended != 0:
		return netloop.Gone
	case s.ahead.buf != nil:
		return netloop.Ready
	case state&readable == 0 && s.loop.Load() != nil:
		return netloop.Quiet
	}
	return netloop.SightOf(s.fd) // what was there may have been read to the last byte
}

// SetReadDeadline implements netloop.Conn.
func (s *socket) SetReadDeadline(t time.Time) { s.readBy = s.all.since(t) }

// SetWriteDeadline implements netloop.Conn.
func (s *socket) SetWriteDeadline(t time.Time) { s.writeBy = s.all.since(t) }

// RemoteAddr implements netloop.Conn.
func (s *socket) RemoteAddr() net.Addr { return s.remote }

// LocalAddr implements netloop.Conn.
func (s *socket) LocalAddr() net.Addr {
	if s.local == nil {
		if name, err := unix.Getsockname(s.fd); err == nil {
			s.local = address(name)
		}
	}
	return s.local
}

// NetConn implements netloop.Conn.
func (s *socket) NetConn() net.Conn { return plain{s} }

// sendQueued sends what lies in the loop's outbox, if some of it is the socket's. It is called where the socket has been written to, in the same turn: before anybody else has it.
func (s *socket) sendQueued() {
	if s.queued > 0 {
		s.loop.Load().send()
	}
}

// Close implements netloop.Conn. It may be called from anywhere, once nobody waits on the connection.
func (s *socket) Close() error {
	s.sendQueued()
	if s.closed.Swap(true) {
		return net.ErrClosed
	}
	s.ahead.drop()
	s.all.socks.remove(s)
	return os.NewSyscallError("close", unix.Close(s.fd)) // the kernel takes it from its loop, too
}
