package proxy

import (
	"crypto/x509"
	"errors"
	"io"
	"net"
	"runtime/debug"
	"sync/atomic"
	"time"
	"unique"

	"shunt/backend"
	"shunt/digest"
	"shunt/mysql"
	"shunt/netloop"
	"shunt/router"
	"shunt/session"
	"shunt/topology"
)

// Client is one frontend connection. Everything but the fields in `shown` belongs to its task.
type Client struct {
	server   *Server
	task     netloop.Task
	conn     netloop.Conn
	listener *listener
	in       inbox
	id       uint32
	born     time.Time
	tls      bool
	// certificate is the client's own, verified; nil if it has shown none.
	certificate *x509.Certificate
	// speaksFor is the address that a PROXY protocol header gave; nil for none.
	speaksFor net.Addr
	local     bool // over a unix socket

	// After login.
	caps         mysql.Capability
	salt         [mysql.SaltLen]byte
	serverFlavor topology.Flavor
	user         string
	account      string
	cred         *backend.Credentials
	session      *session.Session
	limits       *Limits
	// since is when the open transaction began, as far as limits go; zero for none.
	since time.Time
	// told: the client has heard in an answer that its transaction is being rolled back.
	told bool

	// held is the server connection that the session keeps between statements because something pins it; nil for none.
	held *backend.Conn
	// away: a question is asked on another connection while held stays as it is.
	away bool
	// tx is what the open transaction has beside that; next are the characteristics that SET TRANSACTION has given the next one.
	tx   transaction
	next string
	// tokens are the trackers of a commit that the client has not been told of yet.
	tokens []byte
	// cursor is one over an answer of our own; nil for none.
	cursor *ownCursor
	// cursorAs is the text under which the connection that has the session's open cursor has prepared the statement.
	cursorAs string
	// cursorApart: … and that is not the one that executions without a cursor find.
	cursorApart bool
	// cursorRows is what in the rows of that cursor is a name; nil for nothing.
	cursorRows *rowNames
	// owed is what the next statement has to hear first: that the transaction or state it counts on was lost after an answer; nil for
	// nothing.
	owed       *mysql.Error
	command    mysql.Command      // in hand
	serving    func(netloop.Task) // serve, made once
	*scratch                      // for commands; nil while the client is idle
	out        []byte             // assembled packets for the client or a server; leased for a command
	writeUntil time.Time          // the write deadline in force
	random     uint32
	counted    lastCounter
	keyed      backend.Key // what keyHandle stands for
	keyHandle  unique.Handle[backend.Key]
	pool       *backend.Pool // the one used last
	sees       sight
	request    membership
	abroad     abroad
	touched    *digest.Transaction // what the open transaction has touched; nil for nothing

	shown shown
	kept  showed // each list that was shown last by itself
}

// scratch is what a command needs to be carried out, so that it allocates nothing. A client that waits for its next command has none.
type scratch struct {
	answer relay
	job    job
	world  router.World
	typed  []byte // an execution with the types put in

	touching router.Touch // of touch
	before   showed       // of enterWrite
	awaited  awaited
}

// wake takes what a command needs.
func (c *Client) wake() {
	if c.scratch == nil {
		c.scratch = c.server.scratches.Get().(*scratch)
	}
}

// doze gives it back.
func (c *Client) doze() {
	if c.scratch != nil {
		c.awaited.place.Leave()
		c.job, c.answer.named, c.before = job{}, otherNames{}, showed{} // nothing of this client's is kept alive by it
		c.world, c.awaited = router.World{}, awaited{}
		c.server.scratches.Put(c.scratch)
		c.scratch = nil
	}
}

// shown is what others may see of a client at any time.
type shown struct {
	now        stateSince
	statements atomic.Uint64
	server     atomic.Pointer[backend.Conn]  // the connection in use, for KILL
	writes     atomic.Pointer[[]string]      // the clusters on whose primaries it writes, or has something open; nil for none
	areas      atomic.Pointer[[]router.Area] // where it writes, or has something open; nil for nowhere
	single     atomic.Bool                   // that transaction cannot go on to another server
	seen       atomic.Pointer[[]router.Area] // where its transaction reads, or writes
	killers    atomic.Int32                  // KILLs under way against that connection
	killed     atomic.Uint32                 // what a KILL wants: see kill.go
	public     atomic.Pointer[public]
	doing      doing // what SHOW PROCESSLIST tells
}

// public are the things of a client that change seldom; replaced whole.
type public struct {
	user, account, schema, pins string
	pinned                      time.Time
	reasons                     session.Pin
	cred                        *backend.Credentials
}

// State is where a client is in its life.
type State uint32

// The states. docs/reference/console.md has a paragraph each.
const (
	Login   State = iota // greeted, not yet let in
	Idle                 // waits for its next command, holds no server connection
	Waiting              // a statement waits for a free server connection
	Active               // a statement runs on a server
	Pinned               // waits for its next command and keeps its server connection
	Held                 // a statement waits for a primary
	Closing              // on its way out
)

func (s State) String() string {
	return [...]string{"login", "idle", "waiting", "active", "pinned", "held", "closing"}[s]
}

func (c *Client) setState(s State) { c.shown.now.set(s, c.task.Now()) }

// stateSince is a State and since when, in one word, which costs half as much to write as two: four bits, and below 2^60 microseconds of Unix time.
type stateSince struct{ word atomic.Int64 }

const stateBits = 4

func (s *stateSince) set(to State, at time.Time) { s.word.Store(at.UnixMicro()<<stateBits | int64(to)) }

func (s *stateSince) state() State { return State(s.word.Load() & (1<<stateBits - 1)) }

func (s *stateSince) get() (State, time.Time) {
	word := s.word.Load()
	return State(word & (1<<stateBits - 1)), time.UnixMicro(word >> stateBits)
}

// publish renews what others see, after changes that are rare enough to pay for it.
func (c *Client) publish() {
	p := &public{user: c.user, account: c.account, cred: c.cred}
	if c.session != nil {
		p.schema = c.session.State().Schema
		p.pins, p.pinned = c.session.PinDetail()
		p.reasons = c.session.Pins()
	}
	if before := c.shown.public.Swap(p); before == nil || before.schema != p.schema {
		c.noteStale(p.schema)
	}
}

// ClientInfo describes a client to the console.
type ClientInfo struct {
	ID                                     uint32
	User, Account, Address, Schema, Server string
	State                                  State
	Since, Born, Pinned                    time.Time
	Statements                             uint64
	Pins                                   string
	ServerConnection                       uint32
}

func (c *Client) info() ClientInfo {
	i := ClientInfo{
		ID: c.id, Address: c.remote(), Born: c.born, Statements: c.shown.statements.Load(),
	}
	i.State, i.Since = c.shown.now.get()
	if p := c.shown.public.Load(); p != nil {
		i.User, i.Account, i.Schema, i.Pins, i.Pinned = p.user, p.account, p.schema, p.pins, p.pinned
	}
	if sc := c.shown.server.Load(); sc != nil {
		i.Server, i.ServerConnection = sc.Address(), sc.ID
	}
	return i
}

// errQuit ends a client that said good-bye.
var errQuit = errors.New("the client has quit")

// serve runs a client's commands until it goes, or has nothing more to say for now: then it rests, and goes on here. One command at a time: read it, run it,
// pass the answer on.
func (c *Client) serve(netloop.Task) {
	rests := false
	defer func() {
		if !rests {
			c.close()
		}
	}()
	defer c.survive()
	c.wake()
	for !rests {
		switch err := c.proceed(); err {
		case nil:
			rests = c.rest()
		case errAway:
			rests = true
		default:
			c.end(err)
			return
		}
	}
}

// proceed goes on with the statement in hand, or with the next command.
func (c *Client) proceed() error {
	if c.awaited.conn != nil {
		return c.goOn()
	}
	return c.step()
}

// rest says whether the client is idle, and its task rests until the next command comes: it has to return then. Most clients are here most of the time, so
// they hold no more than what they are.
func (c *Client) rest() bool {
	if c.held != nil || c.in.pending() {
		return false
	}
	c.setState(Idle)
	c.returnOut()
	if c.server.draining.Load() || netloop.Innermost(c.conn) != c.conn { // TLS and compression may have read more than they gave
		return false
	}
	c.in.drop()
	c.doze()
	c.task.Rest(c.conn, c.serving)
	return true
}

// step reads one command and runs it.
func (c *Client) step() error {
	c.in.seq = 0
	cmd, err := c.await()
	if err == errNothing {
		return nil
	}
	if err != nil {
		return err
	}
	c.setState(Active)
	return c.run(cmd)
}

// errNothing says that no command has come, and the client may rest.
var errNothing = errors.New("no command has come")

// await reads the next command. A connection that is only kept for a question about the last statement is kept for a
// moment, then what it knows is saved and it goes back.
func (c *Client) await() (command, error) {
	if c.held == nil {
		if c.server.draining.Load() && !c.in.pending() && !c.task.Interrupted() {
			return command{}, mysql.ShuttingDown()
		}
		return c.in.next()
	}
	c.setState(Pinned)
	if c.session.Linger() {
		c.conn.SetReadDeadline(time.Now().Add(c.server.config.Linger))
		cmd, err := c.in.next()
		c.conn.SetReadDeadline(time.Time{})
		if errors.Is(err, netloop.ErrTimeout) {
			c.salvage()
			err = errNothing
		}
		return cmd, err
	}
	if c.session.Pins()&(session.PinTransaction|session.PinXA) == session.PinTransaction {
		return c.awaitInTransaction()
	}
	return c.in.next()
}

// end tells the client why, if there is anybody to tell.
func (c *Client) end(err error) {
	c.setState(Closing)
	var refusal *mysql.Error
	switch {
	case errors.Is(err, errQuit), errors.Is(err, io.EOF):
	case errors.Is(err, netloop.ErrInterrupted):
		// A client that somebody has killed hears nothing, as with servers: it finds its connection closed and may connect anew, while an error would be
		// taken for the answer to its next statement.
		c.task.Resume()
		if c.shown.killed.Load() == killedByDrain {
			c.refuse(1, mysql.ShuttingDown()) // as if it answered the next command, which is when the client will read it
		}
	case errors.As(err, &refusal):
		c.refuse(1, refusal)
	default:
		c.server.Log.Debug("client lost", "client", c.remote(), "user", c.user, "error", err)
	}
}

// survive keeps a fault of ours from ending everybody: this client is lost, with its server connection, whose state nobody knows now; the others go
// on. It is a net under the tests, not in their place.
func (c *Client) survive() {
	fault := recover()
	if fault == nil {
		return
	}
	c.server.metrics.faults.Inc()
	c.server.Log.Error("a fault in shunt has ended a client; please report it", "client", c.remote(), "user", c.user, "fault", fault, "stack", string(debug.Stack()))
	if conn := c.shown.server.Swap(nil); conn != nil {
		c.held = nil
		conn.Discard(c.task)
	}
}

// close lets go of everything. A server connection that is still held may carry a transaction or locks: it is reset before
// anybody else gets it.
func (c *Client) close() {
	c.setState(Closing)
	c.server.dismiss(c.account) // none, if it was not let in
	c.server.leave(c)
	c.drop()
	c.shown.writes.Store(nil)
	c.shown.areas.Store(nil)
	c.shown.seen.Store(nil)
	c.shown.doing.end() // before its text is somebody else's: a fault may have come in the middle of a command
	c.in.drop()
	c.returnOut()
	c.doze()
	c.task.Release(c.conn)
	_ = c.conn.Close() // the client's end of it is gone or going
}

func (c *Client) remote() string {
	if c.local {
		return "localhost"
	}
	return c.peer().String()
}

// peer is the client's address: its own, or the one that a load balancer speaks for.
func (c *Client) peer() net.Addr {
	if c.speaksFor != nil {
		return c.speaksFor
	}
	return c.conn.RemoteAddr()
}

// host is the client's address as account tables name it.
func (c *Client) host() string {
	if _, socket := c.peer().(*net.UnixAddr); socket {
		return "localhost"
	}
	host, _, err := net.SplitHostPort(c.peer().String())
	if err != nil {
		return c.peer().String()
	}
	return host
}
