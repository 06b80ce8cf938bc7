package control

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"
)

// wire is the socket below go-mysql. It keeps the first error of the socket, which go-mysql replaces by "connection was
// bad", and it is where deadlines are set.
type wire struct {
	net.Conn
	err error
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	w.note(err)
	return n, err
}

func (w *wire) Write(p []byte) (int, error) {
	n, err := w.Conn.Write(p)
	w.note(err)
	return n, err
}

func (w *wire) note(err error) {
	if w.err == nil {
		w.err = err
	}
}

// bind lets reads and writes end with ctx, at its deadline or when it is cancelled, until release is called. After that
// nothing of this ctx touches the socket any more.
func (w *wire) bind(ctx context.Context) (release func()) {
	deadline, _ := ctx.Deadline()
	_ = w.SetDeadline(deadline)
	fired := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		_ = w.SetDeadline(time.Unix(1, 0))
		close(fired)
	})
	return func() {
		if !stop() {
			<-fired
		}
	}
}

// safely runs one exchange with go-mysql, ends it when ctx ends, and names the true cause if it fails. go-mysql indexes into some packets
// without looking at their length (v1.16.0, readInitialHandshake), so whatever answers on a wrong port could end the
// process; that becomes an error.
func (c *Conn) safely(ctx context.Context, exchange func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			c.wire.note(errMalformed)
			err = fmt.Errorf("%w (%v)", errMalformed, r)
		}
	}()
	if c.wire.err != nil {
		return fmt.Errorf("the connection is broken: %w", c.wire.err)
	}
	defer c.wire.bind(ctx)()
	err = exchange()
	switch {
	case err == nil:
		return nil
	case Code(err) != 0:
		var own *mysql.MyError
		errors.As(err, &own)
		return own
	case ctx.Err() != nil:
		err = ctx.Err()
	case c.wire.err != nil:
		err = c.wire.err
	}
	c.wire.note(err)
	return err
}

var errMalformed = errors.New("the server sent a packet that is not of the MySQL protocol; is it the right port?")

// Code is the server's error number if err is an answer of the server, else 0.
func Code(err error) uint16 {
	var own *mysql.MyError
	if errors.As(err, &own) {
		return own.Code
	}
	return 0
}

// Gone says that err means that nobody is there: the server's process, or its listening socket, does not exist. A
// timeout is not that: a busy server and a lost packet look the same.
func Gone(err error) bool {
	for _, gone := range []error{
		io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
		syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE, syscall.ENOENT,
	} {
		if errors.Is(err, gone) {
			return true
		}
	}
	return false
}
