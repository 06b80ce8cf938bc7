package proxy

import (
	"errors"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/netloop"
	"shunt/router"
	"shunt/statement"
)

// errAlone says that a read of a pipeline is asked once more, by itself: it did not get its answer, or one after which the session needs the connection, which is another's already.
var errAlone = errors.New("the statement is to be sent by itself")

// mayShare finds out whether a statement may be one of a pipeline (backend/pipeline.go), if it turns out to be quick.
func (c *Client) mayShare(j *job, plan *router.Plan) {
	j.quick, j.shares, j.followed = false, false, false
	st := j.st
	if c.held != nil || j != &c.job || j.digest == nil || st.Kind != statement.Select || st.Effects != 0 || len(st.Tables) == 0 || c.server.config.Pipelining == 0 {
		return
	}
	if !plan.Again || plan.Wait || plan.Stale || plan.Scarce || j.copies != nil || j.named.names != nil || j.named.rows != nil || j.stmt != nil && (len(j.stmt.Long) > 0 || j.asksCursor()) {
		return
	}
	if c.session.Pins() != 0 || !c.session.Status().Has(mysql.StatusAutocommit) || j.alone || j.digest.Apart(j.started) {
		return
	}
	j.shares = true
}

// notePace tells how long the server took over a statement that had its connection for itself.
func (c *Client) notePace(j *job, conn *backend.Conn) {
	if !j.shares || j.began.IsZero() {
		return
	}
	took := j.began.Sub(j.lent)
	j.digest.Began(took)
	conn.Answered(c.task, took, j.digest)
}

// goBehind sends a statement behind those of others, and has the task rest; false: it could not. dry: the pool has no more connections.
func (c *Client) goBehind(j *job, pool *backend.Pool, want *backend.Want, dry bool) bool {
	conn := pool.Leader(c.task, want, dry)
	if conn == nil || !c.suits(j, conn) {
		return false
	}
	if j.stmt != nil {
		id, ok := conn.Prepared.Get(c.keyOf(j, conn))
		if !ok {
			return false
		}
		setID(j.packets, id)
	}
	a := &c.awaited
	if !conn.Follow(c.task, &a.place, c.packetsFor(j, conn), j.digest) {
		return false
	}
	a.conn = conn
	j.wait, j.floor, j.stale, j.apart, j.shares, j.followed = false, nil, false, false, false, true
	j.lent = c.task.Now()
	c.waitBehind()
	return true
}

// waitBehind has the task rest until its turn comes.
func (c *Client) waitBehind() {
	c.setState(Waiting)
	c.task.RestUntil(c.awaited.place.Moved().Add(c.server.config.Pipelining), c.serving)
}

// cameFirst looks why a statement behind others goes on. nil: its turn has come, and so has its answer; errAway: one of the two has not; errAlone: it is sent by itself.
func (c *Client) cameFirst(j *job, conn *backend.Conn) error {
	p := &c.awaited.place
	c.setState(Active)
	err := c.doneWaiting()
	switch {
	case err != nil: // a KILL
	case c.task.Interrupted():
		err = netloop.ErrInterrupted
	case p.Lost():
		err = errAlone
	case !p.Behind():
		*p = backend.Place{}
		return c.goFirst(j, conn)
	case c.task.Now().Sub(p.Moved()) < c.server.config.Pipelining: // the row comes on
		c.waitBehind()
		return errAway
	default:
		p.GiveUp(c.task.Now())
		return errAlone
	}
	handed := !p.Behind() && !p.Lost()
	if p.Leave(); handed {
		conn.Discard(c.task) // nobody reads the answer
	}
	return err
}

// goFirst goes on with a connection that was handed over.
func (c *Client) goFirst(j *job, conn *backend.Conn) error {
	c.shown.server.Store(conn)
	j.began = time.Time{}
	c.answer.start(j)
	c.session.Begin(j.st)
	c.bound(j)
	if err := c.arm(conn); err != nil {
		c.forget(conn)
		return err
	}
	if conn.Look() != netloop.Quiet {
		return nil
	}
	c.task.Rest(conn.Conn, c.serving)
	return errAway
}

// passOn passes on what has come of an answer. One behind which others' come is passed on as a whole, if the session needs nothing of its connection afterwards.
func (c *Client) passOn(conn *backend.Conn, j *job, p []byte) (int, error) {
	if !conn.Led() {
		conn.EndRow() // it is passed on as it comes, and may keep the connection
		return c.pass(conn, j, p)
	}
	n, whole, clean, err := wholeAnswer(c.answer.resp, conn.Caps, p)
	switch {
	case err != nil:
		c.answer.broken = true
		return 0, err
	case !clean:
		j.digest.KeepApart(j.started.Add(backend.ApartFor))
		if !whole {
			conn.Spoil()
		}
		return n, errAlone
	case !whole:
		return 0, nil
	}
	return c.pass(conn, j, p)
}

// leaveRest leaves what has come behind an answer to the next one of the pipeline.
func (c *Client) leaveRest(conn *backend.Conn, rest []byte) {
	if len(rest) > 0 && conn.Led() && !c.task.Unread(conn.Conn, rest) {
		conn.Spoil()
	}
}

// wholeAnswer looks at an answer before anything of it is passed on: whether all of it is there, of n bytes, and whether it is clean: rows or none, no error, no warning, nothing that
// stays open.
func wholeAnswer(r mysql.Response, caps mysql.Capability, p []byte) (n int, whole, clean bool, _ error) {
	const keeps = mysql.StatusInTrans | mysql.StatusMoreResults | mysql.StatusCursorExists
	r.StopAtCount = false
	for {
		step, ev, err := r.Next(p[n:])
		n += step
		switch {
		case err != nil:
			return n, false, false, err
		case ev == mysql.NeedMore:
			return n, false, len(p) < bufferSize, nil
		case ev == mysql.ColumnsEnd:
			continue
		case ev != mysql.GotOK:
			return n + r.Control(), r.Done(), false, nil
		}
		end := n + r.Control()
		ok, err := mysql.ParseOK(p[n+mysql.HeaderLen:end], caps)
		if err != nil {
			return n, false, false, err
		}
		return end, r.Done(), ok.Warnings == 0 && ok.Status&keeps == 0, nil
	}
}
