//go:build linux

package epoll

import (
	"errors"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// acceptor is a listener on a loop.
type acceptor struct {
	from   net.Listener
	socket *socket // a copy of its descriptor
}

// Accept implements netloop.Task.
func (t *task) Accept(l net.Listener) (net.Conn, error) {
	if t.accepts == nil {
		a, err := t.listen(l)
		if err != nil {
			return nil, err
		}
		t.accepts = a
	}
	nc, err := t.accepts.next()
	if err != nil {
		return nil, &net.OpError{Op: "accept", Net: l.Addr().Network(), Addr: l.Addr(), Err: err}
	}
	return nc, nil
}

// listen puts a listener on the task's loop.
func (t *task) listen(l net.Listener) (*acceptor, error) {
	from, ok := l.(syscall.Conn)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	fd, err := descriptor(from)
	if err != nil {
		return nil, err
	}
	s, err := newSocket(t.loop.all, fd, nil)
	if err != nil {
		return nil, err
	}
	if _, tcp := l.Addr().(*net.TCPAddr); tcp {
		keepAlive(fd)
	}
	s.bind(t)
	return &acceptor{from: l, socket: s}, nil
}

// next waits for a connection. The Go scheduler never hears of it.
func (a *acceptor) next() (net.Conn, error) {
	s := a.socket
	for {
		if err := s.await(readable, 0); err != nil {
			return nil, err
		}
		s.state.And(^readable)
		fd, name, err := unix.Accept4(s.fd, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		if err == unix.EAGAIN || err == unix.EINTR {
			continue
		}
		s.state.Or(readable) // there may be more
		if err != nil {
			return nil, os.NewSyscallError("accept4", err)
		}
		nc, err := newSocket(s.all, fd, address(name))
		if err != nil {
			return nil, err
		}
		return plain{nc}, nil
	}
}

// keepAlive sets what Go sets of its own accord for each connection: no delay, and a peer that is silently gone is noticed within minutes. Connections have
// the options of their listener (tcp(7)), so this costs nothing for each of them. Without them they work as well.
func keepAlive(fd int) {
	_ = errors.Join(
		unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1), unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1),
		unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, 15), unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, 15))
}
