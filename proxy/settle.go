package proxy

import (
	"errors"
	"fmt"
	"io"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/netloop"
	"shunt/router"
	"shunt/session"
	"shunt/statement"
	"shunt/topology"
)

// settle takes the answer into the session, and gives the connection back unless something pins the session to it.
func (c *Client) settle(j *job, plan *router.Plan, conn *backend.Conn) error {
	before, changes := c.session.Pins(), c.session.PinChanges()
	if j.prepare {
		conn.Carries = c.state()
		c.session.EndPrepare()
	} else if j.st == nothing {
		conn.Carries = c.state()
	} else if err := c.remember(j, plan, conn); err != nil {
		return c.lostAfter(err, conn)
	}
	if !j.silent && !j.prepare {
		if err := c.follow(j, conn); err != nil {
			return c.lostAfter(err, conn)
		}
	}
	if err := c.settleLocks(conn); err != nil {
		return c.lostAfter(err, conn)
	}
	conn.Fingerprint, conn.Schema = c.state().Fingerprint(), c.state().Schema
	if c.session.Pins() != before || c.session.PinChanges() != changes {
		c.publish()
	}
	if conn.Sandbox {
		c.session.Keep("the password had expired at login")
	}
	if j.st.Effects.Has(statement.Disconnects) && !c.session.Failed() {
		c.forget(conn) // COMMIT RELEASE: the server has closed it, and so do we
		return errQuit
	}
	if c.session.Pins() == 0 {
		if err := c.payDebts(conn, c.session.Owed(nil)); err != nil {
			return c.lostAfter(err, conn)
		}
		if c.session.Pins() != 0 { // by what it had to tell
			c.publish()
		}
	}
	if c.session.Pins() != 0 {
		c.held = conn
		c.noteTransaction(j)
		c.session.Pinned(plan.Cluster, conn.Address(), plan.Role == topology.Replica)
		return nil
	}
	c.giveBack(conn)
	return nil
}

// remember observes the end of the answer, and puts right what the statement did to the connection.
func (c *Client) remember(j *job, plan *router.Plan, conn *backend.Conn) error {
	done := c.session.End(j.st, plan.Cluster, c.exempt(j))
	c.countBlind()
	c.noteSeen(j, plan)
	c.warnStale(j, plan)
	if err := c.warnTimedOut(conn); err != nil {
		return err
	}
	if j.stmt != nil && c.session.Status().Has(mysql.StatusCursorExists) {
		c.session.OpenCursor(j.stmt.ID)
		c.cursorAs, c.cursorApart, c.cursorRows = j.behind(), j.apart, j.named.rows
	}
	if j.stmt != nil && !c.session.Failed() && conn.Pool().Flavor() == topology.MySQL && !j.asksCursor() && j.st != fetching {
		conn.Prepared.Ran(c.prepareKey(j.behind(), false))
	}
	if done.Retrack {
		if _, err := conn.Query("SET "+backend.Baseline(conn.Pool().Flavor()), time.Now().Add(ownWait)); err != nil {
			return err
		}
	}
	if done.AskCollation {
		if err := c.askCollation(conn); err != nil {
			return err
		}
	}
	if len(done.AskVars) > 0 {
		if err := c.askVars(conn, done.AskVars); err != nil {
			return err
		}
	}
	if done.AskStatus {
		if err := c.askStatus(conn); err != nil {
			return err
		}
	}
	conn.Carries = c.state()
	conn.Dirty = conn.Dirty || done.Dirty
	if c.session.State().Schema != c.shown.public.Load().schema {
		c.publish()
	}
	return nil
}

// lostAfter handles a connection that broke after the client had its whole answer: there is nothing to tell now, but what was
// pinned to it is gone. The next statement hears that instead of running, as it may be part of a transaction that is no more.
func (c *Client) lostAfter(err error, conn *backend.Conn) error {
	if errors.Is(err, netloop.ErrInterrupted) {
		c.forget(conn) // an answer of ours is still on its way: nobody else may get the connection
		return err
	}
	c.server.Suspect(conn.Address())
	if pins := c.session.Pins(); pins != 0 && pins != session.PinDiagnostics {
		c.owed = lost(conn.Address(), true, plainCause(err))
	}
	c.forget(conn)
	return nil
}

// broke decides what a failed exchange means: for the statement (ask elsewhere, tell, or end the client) and for the connection,
// which is given up.
func (c *Client) broke(err error, j *job, plan *router.Plan, conn *backend.Conn) (again bool, _ error) {
	pinned := c.held != nil
	passed, boundary := c.answer.passed, c.answer.resp.AtBoundary()
	cursor := c.answer.resp.Seq + 1
	c.forget(conn)
	var gone clientError
	var refused *notRestored
	var unsent *notSent
	switch {
	case errors.As(err, &gone), errors.Is(err, netloop.ErrInterrupted):
		return false, err
	case errors.As(err, &refused):
		if shut := c.closed(j, refused.refusal); shut != nil && !pinned {
			return false, shut
		}
		return plan.Role == topology.Replica, refused.refusal
	}
	var server *mysql.Error
	if errors.As(err, &server) {
		if shut := c.closed(j, server); shut != nil && !pinned && !passed {
			return false, shut
		}
		return false, server // a server's refusal of something of our own, as preparing a statement
	}
	c.server.Suspect(conn.Address())
	loss := lost(conn.Address(), pinned, plainCause(err))
	switch {
	case pinned && !passed && j.st.Kind == statement.Commit:
		return false, lostCommit(conn.Address(), plainCause(err))
	case pinned && !passed:
		return false, loss
	case !passed && (plan.Again && !errors.Is(err, errNotStopped) || errors.As(err, &unsent)):
		return true, loss
	case !passed:
		return false, loss
	case !boundary:
		return false, clientError{fmt.Errorf("server %s was lost in the middle of a packet: %w", conn.Address(), err)}
	}
	c.session.Err(0)
	return false, c.sendPacket(cursor, loss.Append(nil, c.caps))
}

// numberOf is an error's number; 0 if the packet could not be read.
func numberOf(e *mysql.Error) uint16 {
	if e == nil {
		return 0
	}
	return e.Number
}

// plainCause says in words what io errors mean here.
func plainCause(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the server closed it")
	}
	return err
}
