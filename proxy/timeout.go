package proxy

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/netloop"
	"shunt/session"
	"shunt/statement"
	"shunt/topology"
)

// Limits by their names in config.yaml, the values of the metric's label.
const (
	limitQuery       = "query_timeout"
	limitIdle        = "transaction_idle"
	limitTransaction = "transaction"
)

// timeout is the bound of one statement on a server. The deadlines of reads that are there anyway serve as its clock.
type timeout struct {
	until  time.Time // when it is killed, or killed once more; zero: never
	limit  string    // that says so
	struck bool      // a KILL has arrived
	missed int       // KILLs in a row that could not be sent
	pause  time.Duration
	// refusal is what the client has heard in the place of the server's error; nil if it has not.
	refusal *mysql.Error
}

const (
	// strikeAgain is at least and at most how long a statement that was killed may go on before it is killed once more: it may not have begun when the
	// server saw the first KILL, or it rolls back what it has done.
	strikeAgain, strikeSeldom = time.Second, 30 * time.Second
	// maxMissed is how often a KILL that cannot be sent is tried before the connection is given up.
	maxMissed = 3
)

// errNotStopped says that a statement has run for too long and could not be killed.
var errNotStopped = errors.New("its statement ran for longer than limits.query_timeout or limits.transaction lets it, and could not be killed")

// interrupted is ER_QUERY_INTERRUPTED.
const interrupted = 1317

// bound says from now on how long the statement may run.
func (c *Client) bound(j *job) {
	l := c.limits
	if l.QueryTimeout == 0 && l.Transaction == 0 || unbounded(j) {
		return
	}
	t, now := &c.answer.timeout, c.task.Now()
	if *t = (timeout{}); l.QueryTimeout > 0 {
		t.until, t.limit = now.Add(l.QueryTimeout), limitQuery
	}
	if began := c.inTransactionSince(j, now); l.Transaction > 0 && !began.IsZero() {
		if end := began.Add(l.Transaction); t.until.IsZero() || end.Before(t.until) {
			t.until, t.limit = end, limitTransaction
		}
	}
	t.pause = min(max(l.QueryTimeout, strikeAgain), strikeSeldom)
}

// inTransactionSince is when the transaction began that the statement is part of, as far as that is known before it runs; zero for none.
func (c *Client) inTransactionSince(j *job, now time.Time) time.Time {
	if j.st.Effects.Any(statement.ImplicitCommit | statement.TxBegin) {
		return time.Time{} // it ends the one that is open first
	}
	if c.since.IsZero() && c.session.Status()&mysql.StatusAutocommit == 0 {
		return now
	}
	return c.since
}

// unbounded says that a statement is not to be killed: its outcome would not be known, or it is meant to go on, or it is our own and no part of an answer.
func unbounded(j *job) bool {
	if j.silent && j.answer == nil || j.st == replication {
		return true
	}
	switch j.st.Kind {
	case statement.Commit, statement.Rollback, statement.XA:
		return true
	case statement.Multi:
		for _, one := range j.st.List {
			if one.Kind == statement.Commit || one.Kind == statement.XA {
				return true
			}
		}
	}
	return false
}

// arm bounds the next read from the server, and kills the statement if its time is over.
func (c *Client) arm(conn *backend.Conn) error {
	now, until := c.task.Now(), c.answer.timeout.until
	if until.IsZero() {
		conn.Patience(now, patience)
		return nil
	}
	if !now.Before(until) {
		if err := c.strike(conn); err != nil {
			return err
		}
		now, until = time.Now(), c.answer.timeout.until
	}
	conn.PatienceUntil(now, patience, until)
	return nil
}

// strike kills the statement behind. Its transaction and its connection go on, as with the server's own limits. The error says that it cannot be killed.
func (c *Client) strike(conn *backend.Conn) error {
	t := &c.answer.timeout
	if c.answer.skip > 0 { // what runs is of our own: short, and bounded
		t.until = time.Now().Add(strikeAgain)
		return nil
	}
	err := c.killBehind(conn)
	switch {
	case err == nil:
		if !t.struck {
			c.server.metrics.limits.WithLabelValues(t.limit).Inc()
		}
		t.struck, t.missed = true, 0
		t.until = time.Now().Add(t.pause)
	case errors.Is(err, netloop.ErrInterrupted): // somebody ends the client, which the next read shows
	default:
		if t.missed++; t.missed == maxMissed {
			return errNotStopped
		}
		t.until = time.Now().Add(strikeAgain)
	}
	return nil
}

// timedOut is what the client hears in the place of the server's word that its statement was interrupted.
func (c *Client) timedOut(conn *backend.Conn) *mysql.Error {
	t := &c.answer.timeout
	switch {
	case t.limit == limitTransaction:
		c.told = true
		t.refusal = c.rolledBack(limitTransaction)
	case conn.Pool().Flavor() == topology.MySQL:
		t.refusal = mysql.TimedOut(mysql.MySQL)
	default:
		t.refusal = mysql.TimedOut(mysql.MariaDB)
	}
	return t.refusal
}

// warnTimedOut has SHOW WARNINGS say the same, with whatever else it has.
func (c *Client) warnTimedOut(conn *backend.Conn) error {
	e := c.answer.timeout.refusal
	if e == nil {
		return nil
	}
	if err := c.saveWarnings(conn); err != nil {
		return err
	}
	rows := slices.Clone(c.session.Warnings().Saved)
	for i, row := range rows {
		if len(row) > 1 && string(row[1]) == strconv.Itoa(interrupted) {
			rows[i] = mysql.NewRow("Error", int(e.Number), e.Message)
		}
	}
	c.session.SaveWarnings(rows)
	return nil
}

// noteTransaction notes when the transaction began that holds the connection.
func (c *Client) noteTransaction(j *job) {
	const begins = statement.TxBegin | statement.TxEnd | statement.TxChain | statement.ImplicitCommit
	switch {
	case c.session.Pins()&session.PinTransaction == 0:
		c.since = time.Time{}
	case c.since.IsZero(), j.st.Effects.Any(begins) && !c.session.Failed():
		c.since = j.started
	}
}
