//go:build linux

package epoll

import (
	"crypto/tls"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"shunt/netloop"
)

// plain is a socket as a net.Conn: for TLS, and between Accept and Attach.
type plain struct{ *socket }

// Read implements net.Conn.
func (p plain) Read(b []byte) (int, error) {
	n, err := p.socket.Read(b)
	return n, passing(err)
}

// Write implements net.Conn.
func (p plain) Write(b []byte) (int, error) {
	n, err := p.socket.Write(b)
	return n, passing(err)
}

// SetDeadline implements net.Conn.
func (p plain) SetDeadline(t time.Time) error {
	p.socket.SetReadDeadline(t)
	p.socket.SetWriteDeadline(t)
	return nil
}

// SetReadDeadline implements net.Conn.
func (p plain) SetReadDeadline(t time.Time) error { p.socket.SetReadDeadline(t); return nil }

// SetWriteDeadline implements net.Conn.
func (p plain) SetWriteDeadline(t time.Time) error { p.socket.SetWriteDeadline(t); return nil }

// waitError is the end of a wait as net.Conn's users know it: the connection may be read on after it.
type waitError struct{ error }

// Timeout and Temporary are those of net.Error, which crypto/tls looks at.
func (waitError) Timeout() bool   { return true }
func (waitError) Temporary() bool { return true }
func (e waitError) Unwrap() error { return e.error }

// passing marks errors that do not break the connection.
func passing(err error) error {
	if err == netloop.ErrTimeout || err == netloop.ErrInterrupted {
		return waitError{err}
	}
	return err
}

// attach makes a Conn of a net.Conn, which belongs to it from now on. Of one that it cannot use, every use fails.
func attach(all *Loops, nc net.Conn) netloop.Conn {
	switch nc := nc.(type) {
	case plain:
		return nc.socket
	case *tls.Conn:
		if below, ok := nc.NetConn().(plain); ok {
			return &secured{socket: below.socket, tls: nc}
		}
	case syscall.Conn:
		if s, err := adopt(all, nc, nc.(net.Conn)); err == nil {
			return s
		}
	}
	_ = nc.Close() // it could only leak
	return dead(all, nc)
}

// adopt takes a socket out of the Go scheduler's hands.
func adopt(all *Loops, from syscall.Conn, nc net.Conn) (*socket, error) {
	fd, err := descriptor(from)
	if err != nil {
		return nil, err
	}
	s, err := newSocket(all, fd, nc.RemoteAddr())
	if err != nil {
		return nil, err
	}
	s.local = nc.LocalAddr()
	return s, nc.Close()
}

// descriptor gives a copy of a socket's descriptor, which only our loops know.
func descriptor(from syscall.Conn) (fd int, err error) {
	raw, err := from.SyscallConn()
	if err != nil {
		return -1, err
	}
	var failed error
	if err := raw.Control(func(theirs uintptr) { fd, failed = unix.FcntlInt(theirs, unix.F_DUPFD_CLOEXEC, 0) }); err != nil {
		return -1, err
	}
	return fd, os.NewSyscallError("fcntl", failed)
}

// newSocket makes a socket of a non-blocking descriptor, which it owns also if it fails.
func newSocket(all *Loops, fd int, remote net.Addr) (*socket, error) {
	s := &socket{all: all, fd: fd, remote: remote}
	if err := all.socks.add(s); err != nil {
		_ = unix.Close(fd) // the error to tell is the other
		return nil, os.NewSyscallError("registering a socket", err)
	}
	return s, nil
}

// dead is a socket that was closed.
func dead(all *Loops, nc net.Conn) *socket {
	s := &socket{all: all, fd: -1, remote: nc.RemoteAddr(), local: nc.LocalAddr()}
	s.closed.Store(true)
	s.state.Store(readable | writable | ended)
	return s
}

// address is a peer's address as the net package has it.
func address(name unix.Sockaddr) net.Addr {
	switch name := name.(type) {
	case *unix.SockaddrInet4:
		return &net.TCPAddr{IP: name.Addr[:], Port: name.Port}
	case *unix.SockaddrInet6:
		a := &net.TCPAddr{IP: name.Addr[:], Port: name.Port}
		if name.ZoneId != 0 {
			if i, err := net.InterfaceByIndex(int(name.ZoneId)); err == nil {
				a.Zone = i.Name
			}
		}
		return a
	case *unix.SockaddrUnix:
		return &net.UnixAddr{Name: name.Name, Net: "unix"}
	}
	return &net.UnixAddr{Net: "unix"}
}
