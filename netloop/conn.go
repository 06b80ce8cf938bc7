package netloop

import (
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// past is a deadline that is over in every clock.
var past = time.Unix(1, 0)

// conn is a Conn over a net.Conn. Where the socket gives its descriptor it reads by system call, so that ReadLease can take its
// buffer at the moment data is there; elsewhere (TLS, pipes) it waits in a read of one byte.
type conn struct {
	net.Conn
	raw  syscall.RawConn // nil where there is no descriptor to read from
	seen syscall.RawConn // what Look looks at: raw, or with TLS the socket below; nil if there is none
	task atomic.Pointer[task]

	// One read at a time: its arguments and results, so that the callbacks below are made once and not at each read.
	pool  *Buffers
	buf   []byte
	n     int
	err   error
	lease func(fd uintptr) bool
	look  func(fd uintptr)
	sight Sight

	first   [1]byte // a byte that came while waiting without a buffer
	pending bool
}

func newConn(nc net.Conn) *conn {
	c := &conn{Conn: nc}
	c.raw = descriptor(nc)
	c.seen = c.raw
	if over, ok := nc.(interface{ NetConn() net.Conn }); ok && c.raw == nil { // *tls.Conn
		c.seen = descriptor(over.NetConn())
	}
	c.lease, c.look = c.readOnce, c.lookOnce
	return c
}

// descriptor gives access to a socket's descriptor; nil if it has none.
func descriptor(nc net.Conn) syscall.RawConn {
	if sc, ok := nc.(syscall.Conn); ok {
		if raw, err := sc.SyscallConn(); err == nil {
			return raw
		}
	}
	return nil
}

func (c *conn) NetConn() net.Conn { return c.Conn }

func (c *conn) Read(p []byte) (int, error) {
	if c.pending && len(p) > 0 {
		p[0], c.pending = c.first[0], false
		return 1, nil
	}
	n, err := c.Conn.Read(p)
	if n > 0 {
		return n, nil
	}
	return n, c.explain(err)
}

func (c *conn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	return n, c.explain(err)
}

func (c *conn) ReadLease(pool *Buffers) ([]byte, int, error) {
	if c.raw == nil {
		return c.readLeaseSlow(pool)
	}
	c.pool, c.n, c.err = pool, 0, nil
	err := c.raw.Read(c.lease)
	buf, n := c.buf, c.n
	c.buf = nil
	if err == nil {
		err = c.err
	}
	if err == nil && n == 0 {
		err = io.EOF
	}
	if err != nil {
		if buf != nil {
			pool.Put(buf)
		}
		return nil, 0, c.explain(err)
	}
	return buf, n, nil
}

// readOnce is one read(2); false means that there is nothing yet, and no buffer is kept.
func (c *conn) readOnce(fd uintptr) bool {
	c.buf = c.pool.Get()
	for {
		c.n, c.err = syscall.Read(int(fd), c.buf)
		if c.err != syscall.EINTR {
			break
		}
	}
	if c.err == syscall.EAGAIN {
		c.pool.Put(c.buf)
		c.buf, c.err = nil, nil
		return false
	}
	if c.n < 0 {
		c.n = 0
	}
	return true
}

func (c *conn) readLeaseSlow(pool *Buffers) ([]byte, int, error) {
	if !c.pending {
		if _, err := io.ReadFull(c.Conn, c.first[:]); err != nil {
			return nil, 0, c.explain(err)
		}
	}
	c.pending = false
	buf := pool.Get()
	buf[0] = c.first[0]
	return buf, 1, nil
}

func (c *conn) Look() Sight {
	if c.pending {
		return Ready
	}
	if c.seen == nil {
		return Quiet
	}
	if err := c.seen.Control(c.look); err != nil {
		return Gone
	}
	return c.sight
}

func (c *conn) lookOnce(fd uintptr) { c.sight = SightOf(int(fd)) }

func (c *conn) SetReadDeadline(t time.Time) {
	_ = c.Conn.SetReadDeadline(t) // fails on a closed connection only, and the next read says so
	if c.isInterrupted() {
		_ = c.Conn.SetReadDeadline(past)
	}
}

func (c *conn) SetWriteDeadline(t time.Time) {
	_ = c.Conn.SetWriteDeadline(t)
	if c.isInterrupted() {
		_ = c.Conn.SetWriteDeadline(past)
	}
}

// expire ends the present waits. The order matters: Interrupt stores its flag first, a setter of deadlines looks at the flag
// last, so that no deadline set at the same moment survives.
func (c *conn) expire() { _ = c.Conn.SetDeadline(past) }

func (c *conn) isInterrupted() bool {
	t := c.task.Load()
	return t != nil && t.interrupted.Load()
}

func (c *conn) explain(err error) error {
	if err == nil || !errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	if c.isInterrupted() {
		return ErrInterrupted
	}
	return ErrTimeout
}
