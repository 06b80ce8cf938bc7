//go:build linux

package epoll

import (
	"crypto/tls"
	"errors"
	"net"

	"shunt/netloop"
)

// secured is a Conn inside TLS over a socket, whose deadlines, waits and end it has.
type secured struct {
	*socket
	tls     *tls.Conn
	first   [1]byte // a byte that came while waiting without a buffer
	pending bool
}

// Unwrap gives the socket below, to which tasks are bound.
func (s *secured) Unwrap() netloop.Conn { return s.socket }

// Read implements netloop.Conn.
func (s *secured) Read(p []byte) (int, error) {
	if s.pending && len(p) > 0 {
		p[0], s.pending = s.first[0], false
		return 1, nil
	}
	for {
		n, err := s.tls.Read(p)
		if n > 0 {
			return n, nil
		}
		if err != nil {
			return 0, cause(err)
		}
	}
}

// ReadLease implements netloop.Conn. It waits in a read of one byte: only TLS knows whether what has come is of the application's.
func (s *secured) ReadLease(pool *netloop.Buffers) ([]byte, int, error) {
	if !s.pending {
		if _, err := s.Read(s.first[:]); err != nil {
			return nil, 0, err
		}
	}
	s.pending = false
	buf := pool.Get()
	buf[0] = s.first[0]
	return buf, 1, nil
}

// Write implements netloop.Conn.
func (s *secured) Write(p []byte) (int, error) {
	n, err := s.tls.Write(p)
	return n, cause(err)
}

// cause is what a wait below TLS ended with.
func cause(err error) error {
	var w waitError
	if err != nil && errors.As(err, &w) {
		return w.error
	}
	return err
}

// Look implements netloop.Conn.
func (s *secured) Look() netloop.Sight {
	if s.pending {
		return netloop.Ready
	}
	return s.socket.Look()
}

// NetConn implements netloop.Conn.
func (s *secured) NetConn() net.Conn { return s.tls }

// Close implements netloop.Conn.
func (s *secured) Close() error { return s.tls.Close() }
