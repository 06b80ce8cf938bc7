package proxy

import (
	"errors"
	"time"

	"shunt/backend"
	"shunt/digest"
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
	began   time.Time // when the first byte of the server's answer was; zero before that
	ended   time.Time // when the answer was passed on
	// silent: a question of our own; the client sees nothing of it, a server's refusal is the error of execute.
	silent   bool
	only     string  // the cluster that it is for, whatever it names; empty: that is to be found out
	answer   *answer // takes the server's answer of a silent statement; nil: nobody wants it
	most     int     // bytes of that answer that are of use; 0: maxGathered
	wait     bool    // the server is to wait first for what the session needs
	floor    topology.Position
	late     bool          // a replica has waited in vain
	stale    bool          // the answer may be older than it should
	counts   bool          // the client's form of the packet with the number of columns is another than the server's
	copies   *copies       // temporary tables that it needs in its connection; nil for none
	moved    string        // what a server prepares in place of the text of stmt; empty: that itself
	text     []byte        // of COM_QUERY, without what stands before it; nil for other commands
	digest   *digest.Shape // what it was counted under; nil for nothing
	named    otherNames    // what it is where databases have other names
	asked    int           // how often the store has said that what it is about is where we believe
	apart    bool          // it runs as a statement that is prepared for executions with a cursor alone
	shares   bool          // it may be one of a pipeline, if it is quick
	quick    bool          // … and it is, as far as is known
	followed bool          // it was sent behind others
	alone    bool          // … which it must not be once more
	listed   bool          // it asks temporary tables for what information_schema tells
}

// execute carries a statement out: plan, borrow, restore, relay, remember. The error ends the client.
func (c *Client) execute(j *job) error {
	if !j.silent && j.copies == nil {
		c.shown.statements.Add(1)
		c.told = false
		if c.touched != nil && c.held == nil {
			c.endTouched() // its transaction was lost
		}
	}
	if owed := c.owed; owed != nil {
		if c.owed = nil; !isRolledBack(owed) || j.st.Kind != statement.Rollback { // which has happened already
			return c.replyOrEnd(owed, j)
		}
	}
	c.shown.doing.run(j, c.command, c.task.Now())
	if err := c.settleLinger(j.st); err != nil {
		return err
	}
	if done, err := c.prelude(j); done {
		return err
	}
	if done, err := c.transact(j); done {
		return err
	}
	if j.st.Effects.Has(statement.ImplicitCommit) && !j.prepare && c.session.Facts().PinReplica && c.session.InReadOnly() {
		if err := c.leaveReplica(); err != nil {
			return err
		}
	}
	until := j.started.Add(c.server.config.Wait)
	if j.only != "" && j.st.Lists == statement.ListsDatabases {
		until = j.started.Add(min(listWait, c.server.config.Wait))
	}
	world := &c.world
	if world.Map != nil { // of another statement; a client that has rested has none
		*world = router.World{}
	}
	world.Scene = c.server.Scene()
	world.OnServer, world.Wait, world.Now, world.Keyed = j.prepare, c.server.config.ReadWait, j.started, c.request.key != ""
	world.Only, world.OneServer, world.Joined, world.Transactions = j.only, j.stmt != nil, j.copies != nil, c.server.config.Transactions
	c.seeHeld(world, j)
	if c.session.Facts().InTransaction {
		world.Wait = 0 // a branch that has waited in vain could not be taken back
	}
	j.counts = c.caps.Has(mysql.CapCacheMetadata)
	j.digest = c.shapeOf(j)
	return c.left(c.planned(j, world, until, 0))
}

// left ends what a statement has shown to have open, once it was carried out.
func (c *Client) left(err error) error {
	if err != errAway {
		c.leaveWrite()
	}
	return err
}

// planned plans a statement in a world and carries the plan out. It plans anew after a wait for a primary, and, as long as nothing has reached a server or
// nothing of a plain read's answer has reached the client, after a server failed: it has been tried so many times.
func (c *Client) planned(j *job, world *router.World, until time.Time, tries int) error {
	for ; ; tries++ {
		plan := c.server.Router.Plan(j.st, &j.hint, c.session.Facts(), world, c.dice())
		switch plan.Verdict {
		case router.Answer:
			c.countUnasked(j, false)
			return c.answerItself(j)
		case router.Refuse:
			c.server.metrics.refused(j.st.Kind, c.task.Shard())
			c.countUnasked(j, true)
			return c.replyOrEnd(plan.Error, j)
		case router.Hold:
			if err := c.hold(&plan, world, j, until); err != nil {
				return c.replyOrEnd(err, j)
			}
			continue
		case router.Gather:
			c.countUnasked(j, false)
			return c.gather(j, &plan)
		case router.Combine:
			return c.combine(j, &plan)
		case router.Spread:
			if err := c.spread(j, &plan); err != nil {
				return c.replyOrEnd(err, j)
			}
			c.renew(world, j)
			world.Only = plan.Clusters[len(plan.Clusters)-1]
			continue
		case router.Settle:
			if err := c.awaitPrimary(&plan, world, until); err != nil {
				return c.replyOrEnd(err, j)
			}
			continue
		case router.Locate:
			if err := c.locate(&plan, world, until); err != nil {
				return c.replyOrEnd(err, j)
			}
			continue
		}
		if !c.enterWrite(&plan, j) { // writes have been held since the world was looked at
			if err := c.hold(&plan, world, j, until); err != nil {
				return c.replyOrEnd(err, j)
			}
			continue
		}
		again, err := c.carryOut(j, &plan, until)
		if err == errAway {
			c.awaited.plan, c.awaited.until, c.awaited.tries = plan, until, tries
			return err
		}
		if over, err := c.concluded(j, &plan, again, err, until, tries); over {
			return err
		}
	}
}

// concluded says whether a statement is over after it was tried, with what ends the client; if it is not, it is to be planned anew.
func (c *Client) concluded(j *job, plan *router.Plan, again bool, err error, until time.Time, tries int) (over bool, _ error) {
	world := &c.world
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, errBehind):
		world.Wait, j.late = 0, true // it has waited long enough
		return false, nil
	case errors.Is(err, errWithout):
		return false, nil
	case err == errAlone:
		j.alone = true
		return false, nil
	case !again || tries >= maxTries || time.Now().After(until):
		return true, c.replyOrEnd(err, j)
	}
	c.server.metrics.retries.Inc()
	avoid := world.Avoid
	avoid[tries%len(avoid)] = plan.Host.Address
	c.renew(world, j)
	world.Avoid = avoid
	return false, nil
}

// renew looks at the world once more, for a statement that is planned anew; what is the statement's own stays. Servers that it failed on get another chance.
func (c *Client) renew(world *router.World, j *job) {
	world.Scene, world.Avoid = c.server.Scene(), [len(world.Avoid)]string{}
	c.seeHeld(world, j)
}

// prelude does what a statement asks of the proxy before it goes anywhere: its hints, and variables of our own. done says that there is nothing else to it.
func (c *Client) prelude(j *job) (done bool, err error) {
	if j.hint.After != "" {
		if refusal := c.take(j.hint.After); refusal != nil {
			return true, c.replyOrEnd(refusal, j)
		}
	}
	if j.hint.Request != "" || j.hint.Traceparent != "" {
		c.joinRequest(&j.hint)
	} else if c.request.key != "" {
		c.joinRequest(&statement.Hint{Request: c.request.key})
	}
	if j.st.Kind == statement.Set {
		if some, _ := j.st.SetsOwn(); some {
			return true, c.setOwn(j)
		}
	}
	return false, nil
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
	err := c.server.gate.wait(c.task, len(j.packets), until)
	c.setState(Active)
	if killed := c.doneWaiting(); killed != nil {
		return killed
	}
	if errors.Is(err, netloop.ErrTimeout) || errors.Is(err, errCrowded) {
		c.server.metrics.refused(j.st.Kind, c.task.Shard())
		c.countUnasked(j, true)
		return plan.HoldError(world, time.Since(j.started).Round(time.Millisecond).String(), errors.Is(err, errCrowded))
	}
	if err != nil {
		return err
	}
	c.renew(world, j)
	return nil
}

// carryOut is attempt, with a place in the crowd where a read needs one.
func (c *Client) carryOut(j *job, plan *router.Plan, until time.Time) (again bool, err error) {
	if err := c.turn(plan); err != nil {
		return false, err
	}
	c.travel(j, plan)
	if c.world.Map.Renames() || j.named.names != nil {
		if err := c.rename(j, plan.Cluster); err != nil {
			return false, err
		}
	}
	if plan.Scarce {
		if err := c.enterCrowd(plan, until); err != nil {
			return false, err
		}
		defer c.server.crowd.leave(plan.Cluster)
	}
	return c.attempt(j, plan, until)
}

// attempt carries the plan out once. again says that the statement can be planned anew: nothing of it has happened.
func (c *Client) attempt(j *job, plan *router.Plan, until time.Time) (again bool, err error) {
	c.mayShare(j, plan)
	conn, err := c.borrow(j, plan, until)
	if err == errAway {
		return false, err
	}
	if err == nil && c.held == nil && c.session.Pins()&session.PinTransaction != 0 {
		err = c.open(j, plan, conn)
	}
	if err != nil {
		c.rouse()
		return c.notBorrowed(err, plan, j, until)
	}
	j.lent, j.began = c.task.Now(), time.Time{}
	if j.copies != nil || len(conn.Copies) > 0 {
		if err := c.bring(j, conn); err != nil {
			return c.notBrought(err, j, plan, conn)
		}
	}
	if err = c.exchange(j, plan, conn); err == errAway {
		return false, err
	}
	return c.answered(j, plan, conn, until, err)
}

// answered takes in what has come of an exchange. again says what it says of attempt.
func (c *Client) answered(j *job, plan *router.Plan, conn *backend.Conn, until time.Time, err error) (again bool, _ error) {
	if err == errAlone {
		c.giveBack(conn)
		return true, err
	}
	j.ended = j.lent.Add(time.Since(j.lent)) // which reads one clock, where time.Now reads two
	c.observeMetrics(j, plan, err)
	if err == nil {
		c.notePace(j, conn)
		if err = c.settle(j, plan, conn); err != nil {
			return false, err
		}
		c.noteTouched(j)
		if c.answer.refusal != nil {
			return false, c.answer.refusal
		}
		return false, nil
	}
	if errors.Is(err, errBehind) {
		if c.answer.behind { // it was restored for the statement
			state := c.state()
			conn.Carries, conn.Fingerprint = state, state.Fingerprint()
		}
		c.giveBack(conn)
		return true, err
	}
	again, err = c.refused(err, j, plan, conn)
	var shut *closedError
	if errors.As(err, &shut) {
		return c.planAnew(shut, j, until)
	}
	return again, err
}

// refused decides what a failed exchange means.
func (c *Client) refused(err error, j *job, plan *router.Plan, conn *backend.Conn) (again bool, _ error) {
	if again, refusal := c.plannedAnew(err, j, conn); again {
		return true, refusal
	}
	return c.broke(err, j, plan, conn)
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
