package mysqltest

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// ErrCut is what a [FaultyConn] says on its own side once it has cut the connection.
var ErrCut = errors.New("the connection was cut by the test")

// FaultyConn is a connection that fails as its test says. Set its faults at any time, from any goroutine; a new one has
// none. It keeps to deadlines and can be closed even while it stalls.
type FaultyConn struct {
	net.Conn

	mu            sync.Mutex
	readsLeft     int // bytes until reads are cut; negative: no limit
	writesLeft    int // bytes until writes are cut; negative: no limit
	single        bool
	stalled       <-chan struct{} // nil: not stalled
	closed        chan struct{}
	readDeadline  time.Time
	writeDeadline time.Time
	changed       chan struct{} // closed and replaced when a deadline or stalled changes
}

// NewFaultyConn puts a FaultyConn around conn.
func NewFaultyConn(conn net.Conn) *FaultyConn {
	return &FaultyConn{Conn: conn, readsLeft: -1, writesLeft: -1, closed: make(chan struct{}), changed: make(chan struct{})}
}

// CutReads closes the connection after n more bytes were read.
func (f *FaultyConn) CutReads(n int) { f.set(func() { f.readsLeft = n }) }

// CutWrites closes the connection after n more bytes were written.
func (f *FaultyConn) CutWrites(n int) { f.set(func() { f.writesLeft = n }) }

// SplitWrites has every write go out one byte at a time.
func (f *FaultyConn) SplitWrites() { f.set(func() { f.single = true }) }

// Stall holds reads and writes back until release closes. A read that already waits for bytes is not held back.
func (f *FaultyConn) Stall(release <-chan struct{}) { f.set(func() { f.stalled = release }) }

func (f *FaultyConn) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
	close(f.changed)
	f.changed = make(chan struct{})
}

// Read reads as the faults allow.
func (f *FaultyConn) Read(p []byte) (int, error) {
	if err := f.wait(func() time.Time { return f.readDeadline }); err != nil {
		return 0, err
	}
	f.mu.Lock()
	left := f.readsLeft
	f.mu.Unlock()
	if left == 0 && len(p) > 0 {
		_ = f.Close()
		return 0, ErrCut
	}
	if left > 0 {
		p = p[:min(len(p), left)]
	}
	n, err := f.Conn.Read(p)
	if left > 0 {
		f.mu.Lock()
		f.readsLeft = max(0, f.readsLeft-n)
		f.mu.Unlock()
	}
	return n, err
}

// Write writes as the faults allow.
func (f *FaultyConn) Write(p []byte) (n int, err error) {
	for {
		if err := f.wait(func() time.Time { return f.writeDeadline }); err != nil {
			return n, err
		}
		f.mu.Lock()
		left, single := f.writesLeft, f.single
		f.mu.Unlock()
		step := len(p) - n
		if single {
			step = min(step, 1)
		}
		if left >= 0 {
			step = min(step, left)
		}
		written, err := f.Conn.Write(p[n : n+step])
		n += written
		if left >= 0 {
			f.mu.Lock()
			f.writesLeft = max(0, left-written)
			left = f.writesLeft
			f.mu.Unlock()
		}
		switch {
		case err != nil:
			return n, err
		case left == 0:
			_ = f.Close()
			return n, ErrCut
		case n == len(p):
			return n, nil
		}
	}
}

// wait returns when the connection does not stall, or is closed, or the deadline is over.
func (f *FaultyConn) wait(deadline func() time.Time) error {
	for {
		f.mu.Lock()
		stalled, changed, until := f.stalled, f.changed, deadline()
		f.mu.Unlock()
		if stalled == nil {
			return nil
		}
		var over <-chan time.Time
		if !until.IsZero() {
			over = time.After(time.Until(until))
		}
		select {
		case <-stalled:
			f.set(func() {
				if f.stalled == stalled {
					f.stalled = nil
				}
			})
		case <-changed:
		case <-over:
			return os.ErrDeadlineExceeded
		case <-f.closed:
			return net.ErrClosed
		}
	}
}

// SetDeadline sets both deadlines.
func (f *FaultyConn) SetDeadline(t time.Time) error {
	f.set(func() { f.readDeadline, f.writeDeadline = t, t })
	return f.Conn.SetDeadline(t)
}

// SetReadDeadline sets the deadline of reads.
func (f *FaultyConn) SetReadDeadline(t time.Time) error {
	f.set(func() { f.readDeadline = t })
	return f.Conn.SetReadDeadline(t)
}

// SetWriteDeadline sets the deadline of writes.
func (f *FaultyConn) SetWriteDeadline(t time.Time) error {
	f.set(func() { f.writeDeadline = t })
	return f.Conn.SetWriteDeadline(t)
}

// Close closes the connection and ends a stall.
func (f *FaultyConn) Close() error {
	f.mu.Lock()
	select {
	case <-f.closed:
	default:
		close(f.closed)
	}
	f.mu.Unlock()
	return f.Conn.Close()
}
