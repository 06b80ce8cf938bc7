package proxy

import (
	"context"
	"errors"
	"slices"
	"time"

	"shunt/backend"
	"shunt/backend/xa"
	"shunt/mysql"
	"shunt/netloop"
	"shunt/router"
	"shunt/statement"
	"shunt/topology"
)

// Decisions name transactions over several clusters and decide them.
type Decisions interface {
	// Name gives a new transaction its name; zero: none can be had now.
	Name() xa.Name
	// Ready says whether names are to be had.
	Ready() bool
	// Hindered says why nothing may be prepared on a cluster; empty if it may.
	Hindered(cluster string) string
	// Take keeps recovery away from a transaction until Done or Leave.
	Take(n xa.Name)
	// Decide makes it durable that a transaction commits. It blocks for up to ctx.
	Decide(ctx context.Context, n xa.Name, clusters []string) xa.Outcome
	// Done says that all branches have ended so.
	Done(n xa.Name, outcome xa.Outcome)
	// Leave has recovery finish a transaction; Left says whether it still has to.
	Leave(n xa.Name)
	Left(n xa.Name) bool
}

// transaction is what the proxy keeps of the open transaction beside the connection in use.
type transaction struct {
	// deferred: no server has heard of its BEGIN; a branch is opened on each cluster that it touches.
	deferred bool
	name     xa.Name // of one that commits on all clusters or none; zero for others
	// fresh: nothing was done in it yet, so that it may as well begin elsewhere. readOnly: its BEGIN has said so.
	fresh, readOnly bool
	// characteristics are those that SET TRANSACTION has given it.
	characteristics string
	savepoints      []string // that are set, in order
	asleep          []branch // those whose connections are not in use
}

// branch is a transaction's connection to a cluster.
type branch struct {
	cluster string
	conn    *backend.Conn
	replica bool
}

// manages says whether the proxy ends the transaction itself, since one connection is not all of it.
func (t *transaction) manages() bool { return t.deferred || len(t.asleep) > 0 }

// isZero says that there is nothing to keep.
func (t *transaction) isZero() bool {
	return !t.manages() && t.characteristics == "" && len(t.savepoints) == 0
}

// turn makes the connection to the plan's cluster the one in use, if the transaction goes on there: that of a branch that sleeps, or none yet.
func (c *Client) turn(plan *router.Plan) error {
	facts := c.session.Facts()
	if !facts.MayBranch() || plan.Cluster == facts.PinCluster {
		return nil
	}
	if c.held != nil {
		if err := c.sleep(); err != nil {
			return err
		}
	}
	if i := slices.IndexFunc(c.tx.asleep, func(b branch) bool { return b.cluster == plan.Cluster }); i >= 0 {
		c.wakeBranch(i)
	}
	return nil
}

// sleep puts the branch in use to sleep. What only its connection knows goes on with the session.
func (c *Client) sleep() error {
	conn, facts := c.held, c.session.Facts()
	if err := c.payDebts(conn, c.session.Owed(nil)); err != nil {
		if err := c.lostAfter(err, conn); err != nil {
			return err
		}
		loss := c.owed
		c.owed = nil
		return loss
	}
	c.waitForKillers()
	c.tx.asleep = append(c.tx.asleep, branch{facts.PinCluster, conn, facts.PinReplica})
	c.session.Sleep()
	c.held = nil
	c.shown.server.Store(nil)
	return nil
}

// wakeBranch makes a branch that sleeps the one in use.
func (c *Client) wakeBranch(i int) {
	b := c.tx.asleep[i]
	c.tx.asleep = slices.Delete(c.tx.asleep, i, i+1)
	c.held = b.conn
	c.session.Wake(b.cluster, b.conn.Address(), b.replica)
	c.shown.server.Store(b.conn)
	c.abroad.schema, c.abroad.names = c.session.State().Schema, c.world.Map.NamesOn(b.cluster)
	c.abroad.is = c.abroad.schema != "" && !c.world.Map.Hosts(c.abroad.schema, b.cluster)
}

// rouse wakes the branch that was in use before one that could not be opened.
func (c *Client) rouse() {
	if c.held == nil && len(c.tx.asleep) > 0 {
		c.wakeBranch(len(c.tx.asleep) - 1)
	}
}

// open begins the transaction on the connection that was just borrowed. An error that is no server's refusal may be tried anew; the connection is closed then.
func (c *Client) open(j *job, plan *router.Plan, conn *backend.Conn) error {
	facts := c.session.Facts()
	if len(facts.Branches) == 0 && plainOnly(j.st) {
		c.tx.name = xa.Name{}
	}
	atomic := !c.tx.name.IsZero()
	err := c.sendOpening(conn, c.openingOf(plan.Cluster, facts.ReadOnly))
	if atomic && len(facts.Branches) == 0 && lacksXA(err) {
		c.tx.name, atomic = xa.Name{}, false
		err = c.sendOpening(conn, c.openingOf(plan.Cluster, facts.ReadOnly))
	}
	if err != nil {
		c.shown.server.Store(nil)
		conn.Discard(c.task)
		var refusal *mysql.Error
		if errors.As(err, &refusal) || errors.Is(err, netloop.ErrInterrupted) {
			return err
		}
		return &backend.DialError{Address: plan.Host.Address, Err: err}
	}
	c.held = conn
	c.session.Open(plan.Cluster, atomic)
	c.session.Pinned(plan.Cluster, conn.Address(), plan.Role == topology.Replica)
	return nil
}

// lacksXA recognises the answer of a server to XA START that cannot do that, as MariaDB with Galera: ER_NOT_SUPPORTED_YET. It is the last of the opening.
func lacksXA(err error) bool {
	var refusal *mysql.Error
	return errors.As(err, &refusal) && refusal.Number == 1235
}

// openingOf are the statements that begin the transaction on a cluster, and bring it to where it is on the others.
func (c *Client) openingOf(cluster string, readOnly bool) (opening []string) {
	if c.tx.characteristics != "" {
		opening = append(opening, "SET TRANSACTION "+c.tx.characteristics)
	}
	switch {
	case !c.tx.name.IsZero():
		opening = append(opening, "XA START "+c.tx.name.Branch(cluster))
	case readOnly:
		opening = append(opening, "START TRANSACTION READ ONLY")
	default:
		opening = append(opening, "START TRANSACTION")
	}
	for _, name := range c.tx.savepoints {
		opening = append(opening, "SAVEPOINT "+statement.QuoteName(name))
	}
	return opening
}

// sendOpening makes the connection look like the session's and sends the opening, in one round trip. Nothing else is sent before all of that took: a
// statement of the client's would be committed by itself.
func (c *Client) sendOpening(conn *backend.Conn, opening []string) error {
	state, answers := c.state(), len(opening)
	var train []byte
	if conn.Fresh || !carried(conn).Serves(state) {
		c.lendOut()
		r := c.restoration(&job{st: nothing, prepare: true}, conn, "", 0)
		if r.Reset {
			conn.WasReset()
		}
		train = slices.Clone(r.Bytes)
		answers += r.Answers
		c.out = c.out[:0]
	}
	conn.Unused = false
	for _, sql := range opening {
		train = append(train, mysql.AppendQuery(nil, conn.Caps, sql)...)
	}
	if err := conn.SendBytes(time.Now().Add(c.server.config.Wait), train); err != nil {
		return err
	}
	for range answers {
		if _, err := conn.ReadOK(); err != nil {
			return err
		}
	}
	conn.Carries, conn.Fingerprint, conn.Schema = state, state.Fingerprint(), state.Schema
	return nil
}

// plainOnly says whether a statement may do what an XA branch forbids: to end the transaction from within, or to use a temporary table.
func plainOnly(st *statement.Statement) bool {
	switch st.Kind {
	case statement.Call, statement.Execute, statement.Unknown, statement.XA:
		return true
	case statement.Multi:
		return slices.ContainsFunc(st.List, plainOnly) || controls(st)
	}
	return st.Effects.Has(statement.CreatesTemp)
}

// controls says whether a list of statements begins or ends a transaction.
func controls(st *statement.Statement) bool {
	return slices.ContainsFunc(st.List, func(one *statement.Statement) bool {
		return one.Effects.Any(statement.TxBegin | statement.TxEnd | statement.TxChain | statement.ImplicitCommit)
	})
}
