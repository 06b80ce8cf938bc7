//go:build linux

package epoll

import "shunt/netloop"

// ahead is what a loop has read from a socket before the task that rests on it goes on: the first of the three passes of a turn (outbox).
type ahead struct {
	pool     *netloop.Buffers // that the last ReadLease had its buffer from; nil: there was none, and nothing is read ahead
	buf      []byte           // from that pool; nil: nothing was read
	from, to int              // what of it the task has not had
	err      error            // in its place
}

// readAhead reads for a task that rests on s, as it will itself.
func (s *socket) readAhead() {
	a := &s.ahead
	if a.pool == nil || a.buf != nil || a.err != nil || s.state.Load()&readable == 0 {
		return
	}
	buf := a.pool.Get()
	n, err := s.readNow(buf)
	if err != nil {
		a.pool.Put(buf)
		a.err = err
		return
	}
	a.buf, a.from, a.to = buf, 0, n
}

// unread takes back what was read and not used.
func (a *ahead) unread(p []byte) bool {
	if a.pool == nil || a.has() || len(p) > a.pool.Size() {
		return false
	}
	a.buf = a.pool.Get()
	a.from, a.to = 0, copy(a.buf, p)
	return true
}

// has says whether something was read ahead.
func (a *ahead) has() bool { return a.buf != nil || a.err != nil }

// lease gives what was read ahead, in its buffer.
func (a *ahead) lease(pool *netloop.Buffers) (buf []byte, n int, err error) {
	if a.err != nil {
		err, a.err = a.err, nil
		return nil, 0, err
	}
	if a.from > 0 || pool != a.pool {
		buf = pool.Get()
		n = a.copy(buf)
		return buf, n, nil
	}
	buf, n = a.buf, a.to
	a.buf = nil
	return buf, n, nil
}

// read gives as much of it as p holds.
func (a *ahead) read(p []byte) (n int, err error) {
	if a.err != nil {
		err, a.err = a.err, nil
		return 0, err
	}
	return a.copy(p), nil
}

func (a *ahead) copy(p []byte) int {
	n := copy(p, a.buf[a.from:a.to])
	if a.from += n; a.from == a.to {
		a.drop()
	}
	return n
}

// drop lets go of it.
func (a *ahead) drop() {
	if a.buf != nil {
		a.pool.Put(a.buf)
		a.buf = nil
	}
}
