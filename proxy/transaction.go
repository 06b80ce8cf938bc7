package proxy

import (
	"errors"
	"time"

	"shunt/mysql"
	"shunt/netloop"
	"shunt/session"
)

// rolledBack is what a client hears whose transaction has met one of the two limits.
func (c *Client) rolledBack(limit string) *mysql.Error {
	if limit == limitIdle {
		return mysql.NewError(ErrorTxIdle, "40000",
			"shunt: the transaction was rolled back because nothing was asked in it for %s (limits.transaction_idle); nothing of this statement was run, begin anew",
			c.limits.TransactionIdle)
	}
	return mysql.NewError(ErrorTxLong, "40000",
		"shunt: the transaction was rolled back because it was open for longer than %s (limits.transaction); begin anew", c.limits.Transaction)
}

// isRolledBack says whether an error is one of the two.
func isRolledBack(e *mysql.Error) bool { return e.Number == ErrorTxIdle || e.Number == ErrorTxLong }

// awaitInTransaction reads the next command of a client that has a transaction open. If none comes in time, or the transaction is as old as it may
// be, it is rolled back.
func (c *Client) awaitInTransaction() (command, error) {
	until, limit := c.transactionEnds()
	if limit == "" {
		return c.in.next()
	}
	if !c.task.Now().Before(until) {
		return command{}, c.rollBack(limit)
	}
	before := c.in.unread()
	c.conn.SetReadDeadline(until)
	cmd, err := c.in.next()
	c.conn.SetReadDeadline(time.Time{})
	switch {
	case !errors.Is(err, netloop.ErrTimeout):
		return cmd, err
	case limit == limitIdle && c.in.unread() > before: // it is not idle: a long command is on its way
		return command{}, errNothing
	}
	return command{}, c.rollBack(limit)
}

// transactionEnds says until when the client may say nothing, and which limit that is; none if it is empty.
func (c *Client) transactionEnds() (until time.Time, limit string) {
	l := c.limits
	if l.TransactionIdle > 0 {
		until, limit = c.task.Now().Add(l.TransactionIdle), limitIdle
	}
	if end := c.since.Add(l.Transaction); l.Transaction > 0 && !c.since.IsZero() && (limit == "" || end.Before(until)) {
		until, limit = end, limitTransaction
	}
	return until, limit
}

// rollBack ends the open transaction, so that its connection is free for others unless something else keeps it there. The next statement hears why, if
// there was something to roll back and the client has not heard it yet. The error ends the client, or is errNothing.
func (c *Client) rollBack(limit string) error {
	open := c.session.Status()&mysql.StatusInTrans != 0 // with autocommit=0 there may be nothing yet
	told := c.told
	c.told = false
	c.setState(Active)
	var err error
	if c.tx.manages() {
		_ = c.endAll(false) // what cannot be rolled back is closed
	} else {
		err = c.ask("ROLLBACK AND NO CHAIN NO RELEASE") // whatever completion_type is
		c.tx = transaction{}
	}
	c.shown.doing.end()
	c.returnOut()
	var refusal *mysql.Error
	if err != nil && !errors.As(err, &refusal) {
		return err
	}
	if c.held != nil && c.session.Pins()&session.PinTransaction != 0 {
		c.forget(c.held) // the server would not, so it does when the connection ends
	}
	if open && !told {
		c.server.metrics.limits.WithLabelValues(limit).Inc()
		c.owed = c.rolledBack(limit)
	}
	return errNothing
}
