//go:build linux

package epoll

import (
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// registry finds the sockets of events, by descriptor. All loops share one, since sockets move between them. Reading takes no lock.
type registry struct {
	chunks [1 << 10]atomic.Pointer[chunk]
	made   atomic.Uint32 // sockets so far
}

// chunk is a part of the registry, made when its first descriptor is used.
type chunk [1 << 10]atomic.Pointer[socket]

// add registers a socket, and gives it a number that tells it from others that had its descriptor before. Descriptors beyond a million are
// refused.
func (r *registry) add(s *socket) error {
	if s.fd>>10 >= len(r.chunks) {
		return unix.EMFILE
	}
	at := &r.chunks[s.fd>>10]
	if at.Load() == nil {
		at.CompareAndSwap(nil, new(chunk))
	}
	s.number = r.made.Add(1)
	at.Load()[s.fd&1023].Store(s)
	return nil
}

// remove takes a socket out, before its descriptor is closed.
func (r *registry) remove(s *socket) {
	if c := r.chunks[s.fd>>10].Load(); c != nil {
		c[s.fd&1023].CompareAndSwap(s, nil)
	}
}

// event is the registration of a socket with an epoll instance: its descriptor, and its number.
func (s *socket) event(events uint32) *unix.EpollEvent {
	return &unix.EpollEvent{Events: events, Fd: int32(s.fd), Pad: int32(s.number)}
}

// find gives the socket that an event is about; nil if it was closed since, or is none.
func (r *registry) find(e *unix.EpollEvent) *socket {
	c := r.chunks[e.Fd>>10].Load()
	if c == nil {
		return nil
	}
	s := c[e.Fd&1023].Load()
	if s == nil || int32(s.number) != e.Pad {
		return nil
	}
	return s
}
