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

// job is one command that is carried out on a server.
type job struct {
	st      *statement.Statement
	hint    statement.Hint
	packets []byte // the command as it is sent
	shape   mysql.Shape
	stmt    *session.Stmt // of COM_STMT_PREPARE, EXECUTE, FETCH, RESET; nil for others
	prepare bool          // COM_STMT_PREPARE
	started time.Time
	lent    time.Time // when the server connection was there
	// silent: a question of our own; the client sees nothing of it, a server's refusal is the error of execute.
	silent bool
	wait   bool // the server is to wait for the session's writes first
}

// execute carries a statement out: plan, borrow, restore, relay, remember. It plans anew after a wait for a primary, and, as long as nothing has reached a
// server or nothing of a plain read's answer has reached the client, after a server failed. The error ends the client.
func (c *Client) execute(j *job) error {
	if !j.silent {
		c.shown.statements.Add(1)
	}
	if err := c.settleLinger(j.st); err != nil {
		return err
	}
	until := j.started.Add(c.server.config.Wait)
	world := &c.world
	*world = c.server.World()
	world.OnServer, world.Wait = j.prepare, c.server.config.ReadWait
	for tries := 0; ; tries++ {
		plan := c.server.Router.Plan(j.st, &j.hint, c.session.Facts(), world, c.dice())
		switch plan.Verdict {
		case router.Answer:
			return c.answerItself(j)
		case router.Refuse:
			c.server.metrics.refused(j.st.Kind)
			return c.replyOrEnd(plan.Error, j)
		case router.Hold:
			if err := c.hold(&plan, world, j, until); err != nil {
				return c.replyOrEnd(err, j)
			}
			continue
		}
		again, err := c.attempt(j, &plan, until)
		if errors.Is(err, errBehind) {
			world.Wait = 0 // it has waited long enough
			continue
		}
		if !again || tries >= maxTries || time.Now().After(until) {
			return c.replyOrEnd(err, j)
		}
		c.server.metrics.retries.Inc()
		next := c.server.World()
		next.Avoid, next.OnServer, next.Wait = world.Avoid, world.OnServer, world.Wait
		next.Avoid[tries%len(next.Avoid)] = plan.Host.Address
		*world = next
	}
}

// maxTries bounds how often one statement is planned anew because servers failed under it; limits.wait bounds the time.
const maxTries = 100

// replyOrEnd tells the client an error that is a MySQL error; others end the client.
func (c *Client) replyOrEnd(err error, j *job) error {
	if err == nil {
		return nil // before anything is allocated
	}
	var refusal *mysql.Error
	if errors.As(err, &refusal) && !j.silent {
		return c.sendError(refusal)
	}
	return err
}

// hold waits for a topology in which the statement can be planned anew.
func (c *Client) hold(plan *router.Plan, world *router.World, j *job, until time.Time) error {
	c.setState(Held)
	c.server.metrics.held.Inc()
	defer c.setState(Active)
	err := c.server.gate.wait(c.task, until)
	if errors.Is(err, netloop.ErrTimeout) {
		c.server.metrics.refused(j.st.Kind)
		return plan.HoldError(world.Topology.Clusters[plan.Cluster], time.Since(j.started).Round(time.Millisecond).String())
	}
	if err != nil {
		return err
	}
	onServer, wait := world.OnServer, world.Wait
	*world = c.server.World() // servers that failed before get another chance in the new world
	world.OnServer, world.Wait = onServer, wait
	return nil
}

// attempt carries the plan out once. again says that the statement can be planned anew: nothing of it has happened.
func (c *Client) attempt(j *job, plan *router.Plan, until time.Time) (again bool, err error) {
	conn, err := c.borrow(plan, until)
	if err != nil {
		return c.notBorrowed(err, plan, j, until)
	}
	j.lent = time.Now()
	err = c.exchange(j, plan, conn)
	c.observeMetrics(j, plan, err)
	if err == nil {
		if err = c.settle(j, plan, conn); err == nil && c.answer.refusal != nil {
			return false, c.answer.refusal
		}
		return false, err
	}
	if errors.Is(err, errBehind) {
		conn.Carries = c.session.State()
		c.giveBack(conn)
		return true, err
	}
	return c.broke(err, j, plan, conn)
}

// borrow gives the connection that the session keeps, or one from the host's pool.
func (c *Client) borrow(plan *router.Plan, until time.Time) (*backend.Conn, error) {
	if c.held != nil {
		return c.held, nil
	}
	pool := c.server.Pools.Get(plan.Host.Address)
	if pool == nil {
		return nil, &backend.DialError{Address: plan.Host.Address, Err: errors.New("the server has left the configuration")}
	}
	c.setState(Waiting)
	state := c.session.State()
	want := backend.Want{
		Key: c.key(), Credentials: c.cred, Fingerprint: state.Fingerprint(), NoSchema: state.Schema == "", Until: until,
	}
	conn, err := pool.Acquire(c.task, &want)
	c.setState(Active)
	if err != nil {
		return nil, err
	}
	c.shown.server.Store(conn)
	return conn, nil
}

func (c *Client) key() backend.Key {
	return backend.Key{User: c.user, Account: c.account, Caps: c.caps & backend.KeyCaps}
}

// notBorrowed decides whether another server, or the same a moment later, may still do.
func (c *Client) notBorrowed(err error, plan *router.Plan, j *job, until time.Time) (bool, error) {
	waited := time.Since(j.started).Round(time.Millisecond)
	var dial *backend.DialError
	if !errors.As(err, &dial) {
		if errors.Is(err, netloop.ErrInterrupted) {
			return false, err
		}
		return false, poolError(err, plan.Host.Address, waited)
	}
	c.server.Suspect(plan.Host.Address)
	if time.Now().After(until) {
		return false, poolError(err, plan.Host.Address, waited)
	}
	return true, poolError(err, plan.Host.Address, waited)
}

// exchange sends what makes the connection look like the session's, and the statement, in one write, and passes the
// answer on.
func (c *Client) exchange(j *job, plan *router.Plan, conn *backend.Conn) error {
	if j.stmt != nil && !j.prepare {
		if err := c.ready(j, conn); err != nil {
			return err
		}
	}
	j.wait = plan.Wait
	skip, err := c.sendRestored(j, conn)
	if err != nil {
		return &notSent{err}
	}
	c.session.Begin(j.st)
	c.answer.start(j, skip)
	if err := c.pump(conn, j); err != nil && c.answer.restore == nil {
		return err
	}
	if c.answer.restore != nil {
		return &notRestored{c.answer.restore}
	}
	if c.answer.behind {
		return errBehind
	}
	return nil
}

// notSent: not all of the statement has been taken by the connection, so the server cannot have run it.
type notSent struct{ error }

func (e *notSent) Unwrap() error { return e.error }

// notRestored: the server refused what should have made the connection look like the session's; the statement was not run, or
// (a plain read) its answer was dropped.
type notRestored struct{ refusal *mysql.Error }

func (e *notRestored) Error() string { return e.refusal.Error() }

// sendRestored writes restoration and statement, and says how many answers come before the statement's.
func (c *Client) sendRestored(j *job, conn *backend.Conn) (skip int, err error) {
	conn.SetWriteDeadline(j.started.Add(c.server.config.Write))
	state := c.session.State()
	extra := ""
	if j.st.Effects.Has(statement.UsesInsertID) && c.held == nil {
		extra = fmt.Sprintf("last_insert_id=%d", c.session.InsertID())
	}
	if conn.Sandbox || conn.Carries == any(state) && extra == "" && !j.wait {
		_, err = conn.Write(j.packets)
		return 0, err
	}
	c.lendOut()
	r := c.restoration(j, conn, extra)
	if r.Reset {
		conn.Prepared.Clear()
	}
	if j.wait {
		r.Bytes = c.appendWait(r.Bytes, conn)
		r.Answers++
	}
	if len(j.packets) <= bufferSize {
		c.out = append(r.Bytes, j.packets...)
		_, err = conn.Write(c.out)
	} else if _, err = conn.Write(r.Bytes); err == nil {
		_, err = conn.Write(j.packets)
	}
	c.out = c.out[:0]
	return r.Answers, err
}

func (c *Client) restoration(j *job, conn *backend.Conn, extra string) session.Restoration {
	from := carried(conn)
	state := c.session.State()
	conn.Fresh = false
	conn.Carries = nil // until the answers show that it took
	base := session.Baseline(backend.Baseline(conn.Pool().Flavor()))
	return session.Restore(c.out, from, state, base, writes(j), extra)
}

// writes says whether running the statement on a connection that is not as it should be would do harm.
func writes(j *job) bool {
	if j.st.Plain || j.prepare {
		return false
	}
	switch j.st.Kind {
	case statement.Set, statement.Use, statement.Begin, statement.Commit, statement.Rollback, statement.Show, statement.Describe, statement.Diagnostics:
		return false
	}
	return true
}

// settle takes the answer into the session, and gives the connection back unless something pins the session to it.
func (c *Client) settle(j *job, plan *router.Plan, conn *backend.Conn) error {
	before := c.session.Pins()
	if j.prepare || j.st == nothing {
		conn.Carries = c.session.State()
	} else if err := c.remember(j, plan, conn); err != nil {
		return c.lostAfter(err, conn)
	}
	conn.Fingerprint, conn.Schema = c.session.State().Fingerprint(), c.session.State().Schema
	if c.session.Pins() != before {
		c.publish()
	}
	if conn.Sandbox {
		c.session.Keep("the password had expired at login")
	}
	if j.st.Effects.Has(statement.Disconnects) && !c.session.Failed() {
		c.forget(conn) // COMMIT RELEASE: the server has closed it, and so do we
		return errQuit
	}
	if c.session.Pins() != 0 {
		c.held = conn
		c.session.Pinned(plan.Cluster, conn.Address())
		return nil
	}
	if c.session.InsertIDUnsure() {
		if err := c.askInsertID(conn); err != nil {
			return c.lostAfter(err, conn)
		}
	}
	c.giveBack(conn)
	return nil
}

// remember observes the end of the answer and reads back what only this connection knows.
func (c *Client) remember(j *job, plan *router.Plan, conn *backend.Conn) error {
	schema := c.session.State().Schema
	done := c.session.End(j.st, plan.Cluster)
	if j.stmt != nil && c.session.Status().Has(mysql.StatusCursorExists) {
		c.session.OpenCursor(j.stmt.ID)
	}
	if len(done.ReadBack) > 0 {
		if err := c.readBack(conn, done.ReadBack); err != nil {
			return err
		}
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
	conn.Carries = c.session.State()
	conn.Dirty = conn.Dirty || done.Dirty
	if c.session.State().Schema != schema {
		c.publish()
	}
	return nil
}

// lostAfter handles a connection that broke after the client had its whole answer: there is nothing to tell now, but what was
// pinned to it is gone, and the next statement will say so.
func (c *Client) lostAfter(err error, conn *backend.Conn) error {
	if errors.Is(err, netloop.ErrInterrupted) {
		return err
	}
	c.server.Suspect(conn.Address())
	c.forget(conn)
	return nil
}

// giveBack returns a connection to its pool.
func (c *Client) giveBack(conn *backend.Conn) {
	c.waitForKillers()
	c.held = nil
	c.session.Pinned("", "")
	c.shown.server.Store(nil)
	if conn.Dirty {
		conn.Dirty, conn.Carries, conn.Fingerprint = false, nil, 0
	}
	conn.Release(c.task)
}

// forget closes a connection and what the session had on it.
func (c *Client) forget(conn *backend.Conn) {
	c.waitForKillers()
	c.held = nil
	c.session.Lost()
	c.shown.server.Store(nil)
	conn.Discard(c.task)
	c.publish()
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
		return plan.Role == topology.Replica, refused.refusal
	}
	var server *mysql.Error
	if errors.As(err, &server) {
		return false, server // a server's refusal of something of our own, as preparing a statement
	}
	c.server.Suspect(conn.Address())
	loss := lost(conn.Address(), pinned, plainCause(err))
	switch {
	case pinned && !passed && j.st.Kind == statement.Commit:
		return false, lostCommit(conn.Address(), plainCause(err))
	case pinned && !passed:
		return false, loss
	case !passed && (plan.Again || errors.As(err, &unsent)):
		return true, loss
	case !passed:
		return false, loss
	case !boundary:
		return false, clientError{fmt.Errorf("server %s was lost in the middle of a packet: %w", conn.Address(), err)}
	}
	c.session.Err()
	return false, c.sendPacket(cursor, loss.Append(nil, c.caps))
}

// plainCause says in words what io errors mean here.
func plainCause(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the server closed it")
	}
	return err
}

// dice is a random number for the choice among replicas: xorshift, one state per client.
func (c *Client) dice() uint32 {
	if c.random == 0 {
		c.random = uint32(time.Now().UnixNano()) | 1
	}
	c.random ^= c.random << 13
	c.random ^= c.random >> 17
	c.random ^= c.random << 5
	return c.random
}
