//go:build linux

package epoll

import "shunt/netloop"

// Append implements netloop.Task.
func (t *task) Append(c netloop.Conn, p []byte) bool {
	s, plain := c.(*socket)
	if !plain || t.offloaded || s.loop.Load() != t.loop || s.closed.Load() || s.half {
		return false
	}
	if len(p) == 0 || t.loop.put(s, p) {
		return true
	}
	if s.rest != nil || s.refused != nil { // there is no room, or the connection is broken
		return false
	}
	t.loop.writes.Add(1)
	if n, err := rawWrite(s.fd, p); n < len(p) {
		s.unsent(p[n:], n > 0, err)
	}
	return true
}

// Unread implements netloop.Task.
func (t *task) Unread(c netloop.Conn, p []byte) bool {
	s, plain := c.(*socket)
	return plain && (len(p) == 0 || s.ahead.unread(p))
}

// HandOver implements netloop.Task.
func (t *task) HandOver(c netloop.Conn, to netloop.Task) {
	next := to.(*task)
	next.Bind(c)
	t.loop.goOn(next)
}

// goOn has a task go on in this turn, or in the next one if this has come to its end.
func (l *loop) goOn(t *task) {
	if !l.dispatching {
		l.post(t)
		return
	}
	l.awake = append(l.awake, t)
	l.outbox.open = true
}
