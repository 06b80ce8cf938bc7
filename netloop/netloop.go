// Package netloop is how a client's code reads, writes and waits. The code of one client runs as a [Task]: straight
// lines that read a command, decide, write it on and read the answer. Whatever may take time goes through the task
// or through a [Conn] that is bound to it, never through a channel, a lock held for long or a bare net.Conn. So the
// same code can run on plain goroutines ([Goroutines], here) and on event loops with a coroutine per client.
//
// It knows sockets, deadlines and wake-ups, and nothing of MySQL.
package netloop

import (
	"context"
	"errors"
	"net"
	"time"
)

// ErrTimeout ends a wait whose deadline has passed. It is the only error after which a Conn may be used on.
var ErrTimeout = errors.New("the wait's time is over")

// ErrInterrupted ends the waits of a task that [Task.Interrupt] was called on.
var ErrInterrupted = errors.New("the wait was interrupted")

// UnsentError is what a read gives, or the next write, on a connection that has not taken what was written last: nothing of it has gone. A Write that is to be sent a moment later cannot say so itself.
type UnsentError struct{ Err error }

func (e *UnsentError) Error() string { return e.Err.Error() }

// Unwrap gives what the socket has said.
func (e *UnsentError) Unwrap() error { return e.Err }

// Task is one client's line of execution. All of its methods but Unpark, Interrupt and Interrupted are called only from
// the code that runs in it.
type Task interface {
	// Bind makes c's waits the waits of this task, so that Interrupt reaches them. A Conn is bound to one task at a time;
	// whoever lends it on binds it anew. Release undoes it. A Wrapper stands for the Conn below it.
	Bind(c Conn)
	Release(c Conn)

	// Shard is the number of the loop that the task runs on, from 0. What is kept for each shard by itself is used by one processor at a time, and a Conn
	// that was last bound to a task of the same shard costs nothing to bind.
	Shard() int

	// Now is the time when the task's loop last looked at its sockets: when what the task was waiting for came. Unlike time.Now it costs nothing, and it
	// is behind by as much as the tasks of the loop have done since.
	Now() time.Time

	// Attach wraps a socket and binds it. The Conn owns the socket from now on.
	Attach(c net.Conn) Conn

	// Dial opens a connection and binds it. network and address are those of net.Dial; until bounds the wait.
	Dial(network, address string, until time.Time) (Conn, error)

	// Accept waits for the next connection of a listener, which this task alone accepts from, and gives it in the form that tasks of the loop like
	// best to attach. It ends with ErrInterrupted, or with net.ErrClosed once the listener is closed: one of the two, so whoever ends an
	// acceptor does both. Other errors are the system's, and it may be called again.
	Accept(l net.Listener) (net.Conn, error)

	// Rest has the task go on with next, in the place of the code that runs now, which must return at once: when c, a Conn of the task's that is no
	// Wrapper, has something to read or has ended, or its read deadline is over, or the task is interrupted or unparked; next finds that out itself. A task
	// that rests has no stack, so thousands of them cost little, and those that work share stacks that are in the processor's caches.
	Rest(c Conn, next func(Task))

	// RestUntil is Rest without a Conn: next goes on once the task is unparked or interrupted, or the time is over, and finds out itself which of them it was.
	RestUntil(until time.Time, next func(Task))

	// Append writes to a Conn of another task of the same loop, behind what that has written, and does not wait; false: it cannot do so, and has written nothing. What
	// cannot be sent, that task hears of. Without bytes it only says whether there is such a Conn.
	Append(c Conn, p []byte) bool

	// Unread gives back what was read from c, a Conn of the task's that is no Wrapper, and not used: the next read has it. false: it is more than a buffer holds.
	Unread(c Conn, p []byte) bool

	// HandOver binds c, a Conn of the task's, to another task of the same loop, which goes on in this turn as if it had been unparked.
	HandOver(c Conn, to Task)

	// Park waits for Unpark, at most until then: nil, ErrTimeout or ErrInterrupted. An Unpark that came before Park is not
	// lost; several count as one, so the caller checks its condition again.
	Park(until time.Time) error
	Unpark()

	// Offload runs work that may block or takes long (a lookup, RSA, a TLS handshake) where it stops no other
	// client, and returns when it has ended. The work must end by itself.
	Offload(work func())

	// Interrupt ends the present wait and all later ones with ErrInterrupted, until Resume.
	Interrupt()
	Interrupted() bool
	Resume()
}

// Conn is a stream connection whose waits belong to the task it is bound to.
type Conn interface {
	// Read reads what is there, at least a byte, waiting for it until the read deadline: io.EOF, ErrTimeout, ErrInterrupted
	// or what the socket says.
	Read(p []byte) (int, error)

	// ReadLease is Read with a buffer that is taken from pool only when there is something to read, so that an idle
	// connection holds none. The caller owns the buffer and gives it back to pool. After an error there is no buffer.
	ReadLease(pool *Buffers) (buf []byte, n int, err error)

	// Write writes all of p or fails. What is short may be sent a little later, with what other tasks of the loop write, at the latest when the loop looks at its sockets
	// again; if it turns out then that it cannot be, the next read or write fails: with an UnsentError if nothing of it was sent.
	Write(p []byte) (int, error)

	// SetReadDeadline and SetWriteDeadline bound the waits of reads and writes from now on; the zero time means no bound.
	SetReadDeadline(t time.Time)
	SetWriteDeadline(t time.Time)

	// Look says, without waiting, whether the peer has sent something, has gone, or neither: an idle server connection must be Quiet,
	// and a vanished client is Gone. Where the transport cannot tell it says Quiet.
	Look() Sight

	RemoteAddr() net.Addr
	LocalAddr() net.Addr
	// NetConn is the socket, for TLS upgrades before the first ReadLease; the Conn must not be used meanwhile.
	NetConn() net.Conn
	Close() error
}

// Wrapper is a Conn of another room's over a Conn of the loop's (compression). Its waits are those of the Conn below.
type Wrapper interface {
	Conn
	// Unwrap gives the Conn below.
	Unwrap() Conn
}

// Innermost gives the loop's own Conn below all wrappers, for implementations of Task.
func Innermost(c Conn) Conn {
	for {
		w, ok := c.(Wrapper)
		if !ok {
			return c
		}
		c = w.Unwrap()
	}
}

// Sight is what Look sees.
type Sight uint8

// What can be seen.
const (
	Quiet Sight = iota // nothing to read, the peer is there as far as is known
	Ready              // something to read
	Gone               // the peer has closed, or the connection broke
)

// Loop runs tasks.
type Loop interface {
	// Go starts f as a task of its own. Wait returns once all have ended, or with ctx.
	Go(f func(Task))
	Wait(ctx context.Context) error
}
