package proxy

import (
	"errors"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/netloop"
	"shunt/statement"
)

// relay is the state of one answer on its way from a server to the client.
type relay struct {
	resp   mysql.Response
	skip   int  // answers to commands of our own that come first
	passed bool // something of the answer has been written to the client
	// restore is the first error among the skipped answers: the statement behind them ran on a connection that was not as it should be,
	// or not at all, so its answer is dropped.
	restore *mysql.Error
	waiting bool         // the last of the skipped answers is that of the wait for the session's writes
	behind  bool         // … and it was in vain: the statement's answer may be stale and is dropped
	stale   bool         // the client is warned that the answer may be old
	silent  bool         // nothing of the answer is for the client
	refusal *mysql.Error // the server's, of a silent statement
	// eof is where in Client.out the status of an EOF packet stands that was put behind the columns and not written yet; 0 for none. A server
	// of the old protocol has the statement's flags there already, we know them at the end.
	eof         int
	outs        bool // OUT parameters have ended the answer for a client of the old protocol
	definitions definitions
	broken      bool // the server's answer makes no sense any more, or ended in the middle
	track       []byte
	timeout     timeout
	named       otherNames
}

// errElsewhere says that the server is going away and the statement may be asked of another.
var errElsewhere = errors.New("the server is shutting down")

// start makes the relay ready for the answer of a statement that is not sent yet.
func (a *relay) start(j *job) {
	*a = relay{track: a.track[:0], silent: j.silent, stale: j.stale, named: j.named}
	a.begin(j)
}

// expect makes it ready for what was sent: the statement's answer behind `skip` answers to commands of our own.
func (a *relay) expect(j *job, skip int) {
	if skip > 0 {
		a.skip, a.waiting = skip, j.wait
		a.resp.Reset(mysql.ShapeSimple)
	}
}

// begin makes the walk ready for the answer of the statement itself.
func (a *relay) begin(j *job) {
	a.resp.Reset(j.shape)
	a.resp.StopAtCount = j.counts || a.named.names != nil
	if a.named.names != nil && j.shape == mysql.ShapeFields && !a.silent { // there is no such packet
		a.definitions.holding, a.definitions.from = true, 0
	}
	if r := a.named.rows; r != nil && j.shape == mysql.ShapeRows {
		r.holding, r.from, r.rows, r.seq = true, 0, 0, 1
	}
}

// pump passes the answer on until it is complete. Errors: clientError if the client is gone, netloop.ErrInterrupted, errElsewhere, or what
// the server connection said.
func (c *Client) pump(conn *backend.Conn, j *job) error {
	buf, w, err := c.firstBytes(conn)
	if err != nil {
		return err
	}
	j.began = c.task.Now()
	pool := c.server.answers
	defer func() { pool.Put(buf) }()
	r := 0
	for {
		n, err := c.passOn(conn, j, buf[r:w])
		r += n
		if err != nil || (c.answer.resp.Done() && c.answer.skip == 0) {
			c.leaveRest(conn, buf[r:w])
			return err
		}
		full := w == len(buf)
		if r > 0 {
			copy(buf, buf[r:w])
			r, w = 0, w-r
		}
		if full && len(buf) < bigBuffer || w == len(buf) { // a large answer: fewer, larger reads; or a control packet that does not fit
			larger := c.server.big.Get()
			if w >= len(larger) {
				return mysql.ErrMalformed
			}
			copy(larger, buf[:w])
			pool.Put(buf)
			buf, pool = larger, c.server.big
		}
		more, err := c.readServer(conn, buf[w:])
		if err != nil {
			if !c.answer.passed {
				c.out = c.out[:0] // what was held back; another server may be asked for all of it
			}
			return err
		}
		w += more
	}
}

// bigBuffer is what a client with a large answer holds, in bytes.
const bigBuffer = 128 << 10

// firstBytes waits for the answer without holding a buffer; for how long, the connection knows by now.
func (c *Client) firstBytes(conn *backend.Conn) ([]byte, int, error) {
	for {
		buf, n, err := conn.ReadLease(c.server.answers)
		if err == nil {
			return buf, n, nil
		}
		if err := c.stillWanted(conn, err); err != nil {
			return nil, 0, err
		}
		if err := c.arm(conn); err != nil {
			return nil, 0, err
		}
	}
}

func (c *Client) readServer(conn *backend.Conn, p []byte) (int, error) {
	for {
		if err := c.arm(conn); err != nil {
			return 0, err
		}
		n, err := conn.Read(p)
		if err == nil {
			return n, nil
		}
		if err := c.stillWanted(conn, err); err != nil {
			return 0, err
		}
	}
}

// stillWanted looks after the client when the server takes its time. A statement that nobody waits for any more is killed.
func (c *Client) stillWanted(conn *backend.Conn, err error) error {
	switch {
	case err == netloop.ErrTimeout && c.conn.Look() != netloop.Gone:
		return nil
	case err == netloop.ErrTimeout:
		_ = c.killBehind(conn) // it is logged, and the connection is given up
		return clientError{errors.New("the client has gone while its statement ran")}
	case err == netloop.ErrInterrupted:
		_ = c.killBehind(conn)
	}
	return err
}

// pass walks over p, a stretch of the server's answers, and writes what the client is to see of it, in one write. It returns how much
// of p is done with; the rest has to come again with more behind it.
func (c *Client) pass(conn *backend.Conn, j *job, p []byte) (int, error) {
	a := &c.answer
	at := 0
	if a.skip > 0 {
		n, err := c.swallow(conn, j, p)
		if err != nil || a.skip > 0 {
			return n, err
		}
		at = n
	}
	end, err := c.walk(conn, j, p, at)
	if j.answer != nil {
		j.answer.keep(p[at:end])
	}
	return end, err
}

// walk is pass for the statement's own answer, from a place in p on.
func (c *Client) walk(conn *backend.Conn, j *job, p []byte, at int) (int, error) {
	a := &c.answer
	from := at // p[from:at] is to be passed on as it is
	for !a.resp.Done() {
		n, ev, err := a.resp.Next(p[at:])
		at += n
		if err != nil {
			a.broken = true
			return at, err
		}
		if ev == mysql.NeedMore {
			break
		}
		if from, at, err = c.event(conn, j, p, from, at, ev); err != nil {
			return at, err
		}
	}
	if a.definitions.holding || a.heldRows() {
		c.assemble(p[from:at])
		return at, nil
	}
	return at, c.pour(p[from:at])
}

// pour writes what was assembled and then rest, in one write if both are there.
func (c *Client) pour(rest []byte) error {
	if c.answer.dropped() || c.answer.silent {
		c.out, c.answer.eof = c.out[:0], 0
		return nil
	}
	if len(c.out) > 0 {
		c.out = append(c.out, rest...)
		rest = c.out
	}
	c.answer.eof = 0
	if len(rest) == 0 {
		return nil
	}
	c.answer.passed = true
	c.armWrite()
	_, err := c.conn.Write(rest)
	c.out = c.out[:0]
	if err != nil && err != netloop.ErrInterrupted {
		return clientError{err}
	}
	return err
}

// armWrite bounds the client's patience with its answer.
func (c *Client) armWrite() {
	limit := c.server.config.Write
	if now := c.task.Now(); c.writeUntil.Sub(now) < limit/2 {
		c.writeUntil = now.Add(limit)
		c.conn.SetWriteDeadline(c.writeUntil)
	}
}

// swallow consumes the answers to commands of our own. Error 1094 is what the guard's KILL says when all is well.
func (c *Client) swallow(conn *backend.Conn, j *job, p []byte) (int, error) {
	a := &c.answer
	at := 0
	for a.skip > 0 {
		if a.skip == 1 && a.waiting {
			n, err := c.waited(conn, j, p[at:])
			return at + n, err
		}
		n, ev, err := a.resp.Next(p[at:])
		at += n
		if err != nil {
			a.broken = true
			return at, err
		}
		if ev == mysql.NeedMore {
			return at, nil
		}
		packet := p[at : at+a.resp.Control()]
		at += len(packet)
		if ev == mysql.GotErr && a.restore == nil {
			e, err := mysql.ParseErr(packet[mysql.HeaderLen:], mysql.CapProtocol41)
			if err != nil {
				return at, err
			}
			if e.Number != guardPassed {
				toldBack(e, c.abroad.names, nil)
				a.restore = e
			}
		}
		if a.skip--; a.skip == 0 {
			a.begin(j)
		} else {
			a.resp.Reset(mysql.ShapeSimple)
		}
	}
	return at, nil
}

// guardPassed is ER_NO_SUCH_THREAD.
const guardPassed = 1094

// sendFile streams the file that the server asked for from the client to the server, if the statement is one that asks for a
// file: a server must not fetch files on its own initiative. The client ends it with an empty packet.
func (c *Client) sendFile(conn *backend.Conn, j *job) error {
	if !j.st.Effects.Has(statement.LoadsLocal) {
		c.answer.broken = true
		return errors.New("the server asked for a file that no statement named")
	}
	c.in.seq = c.answer.resp.Seq + 1
	c.shown.doing.forget() // its text stands where the file comes in
	for {
		part, err := c.in.next()
		if err != nil {
			return clientError{err}
		}
		conn.SetWriteDeadline(time.Now().Add(c.server.config.Write))
		if _, err := conn.Write(part.packets); err != nil {
			return err
		}
		if len(part.payload) == 0 {
			c.bound(j) // what the client took does not count
			return nil
		}
	}
}
