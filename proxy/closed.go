package proxy

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/netloop"
	"shunt/router"
	"shunt/session"
	"shunt/statement"
)

// closedError: the server has refused a statement before it did anything, since what it is about lives elsewhere by now, or is about to: it was on its way when the
// server was closed to it. doubtful: that may be so, and the store has to be asked. stays: it is in a transaction that has done something there, and cannot go on elsewhere.
type closedError struct {
	refusal  *mysql.Error
	doubtful bool
	stays    bool
}

func (e *closedError) Error() string { return e.refusal.Error() }

// closed says whether a server's refusal may mean that; nil if the server means what it says. It is looked at again then, with the map and the holds of now.
func (c *Client) closed(j *job, refusal *mysql.Error) *closedError {
	switch refusal.Number {
	case 1044, 1142, 1143, 3989: // no right on the database, a table, a column; and MySQL's own gate, a schema that is read only
	case 1356, 1146, 1347, 1965, 1051, 4089, 4092: // a view in the place of a table (package tombstone), as each kind of statement hears of it
	case 1370: // no right on a routine
	default:
		return nil
	}
	if j.st.Kind == statement.Call && !c.unopened(j, refusal) { // what it has done before that stays done
		return nil
	}
	if c.held != nil && (j.silent || j.copies != nil || !c.session.Facts().MayBranch()) { // there is no way to another server
		return nil
	}
	if c.newer(j) {
		return &closedError{refusal: refusal}
	}
	if w := c.server.Whereabouts; w != nil && j.asked < mostAsked && w.Lapsed() {
		return &closedError{refusal: refusal, doubtful: true}
	}
	return nil
}

// unopened says whether a CALL was refused as a whole: both servers name the routine on which there is no right. One of another name was called inside of it, after it may have done
// something.
func (c *Client) unopened(j *job, refusal *mysql.Error) bool {
	if refusal.Number != 1370 || len(j.st.Functions) == 0 {
		return false
	}
	schema, routine, qualified := strings.Cut(j.st.Functions[0], ".") // the first is what CALL names
	if !qualified {
		schema, routine = c.state().Schema, schema
	}
	of := "'" + c.world.Map.Physical(schema) + "." + routine + "'"
	return len(refusal.Message) >= len(of) && strings.EqualFold(refusal.Message[len(refusal.Message)-len(of):], of)
}

// newer says whether something has changed here since the statement was planned, or what it is about is closed.
func (c *Client) newer(j *job) bool {
	if c.server.Scene().Map != c.world.Map {
		return true
	}
	held := c.server.held.Load()
	if held == nil || len(held.Closed) == 0 {
		return false
	}
	touch := c.touch(j)
	return slices.ContainsFunc(held.Closed, func(a router.Area) bool { return slices.ContainsFunc(touch.Reads, a.Meets) })
}

// notClosed gives back a connection on which a statement was refused for that. A transaction in which nothing was done yet begins anew where the statement goes then; one that may be on several
// clusters keeps its connection, and opens another branch; any other one stays.
func (c *Client) notClosed(j *job, conn *backend.Conn, shut *closedError) {
	state := c.state()
	conn.Carries, conn.Fingerprint = state, state.Fingerprint()
	conn.Spoil()
	switch {
	case c.held == nil:
		c.giveBack(conn)
	case c.tx.fresh:
		c.beginAnew(j.st)
	case c.tx.manages() && (c.before.some || j.prepare):
		if c.before.some {
			c.untell()
		}
	default:
		shut.stays = true
	}
}

// beginAnew ends a transaction in which nothing was done, and begins it as one of which no server knows yet.
func (c *Client) beginAnew(st *statement.Statement) {
	before := c.tx
	c.abandon()
	c.tx = transaction{deferred: true, fresh: true, characteristics: before.characteristics}
	switch {
	case before.readOnly && before.characteristics != "":
		c.tx.characteristics += ", READ ONLY"
	case before.readOnly:
		c.tx.characteristics = "READ ONLY"
	case !before.name.IsZero() || !before.deferred && c.spreads() && c.whyNotAtomic() == "":
		c.tx.name = c.server.Decisions.Name()
	}
	c.session.Defer(st, !c.tx.name.IsZero())
	c.publish()
}

// abandon rolls the open transaction back on all of its clusters.
func (c *Client) abandon() {
	defer c.undisturbed()()
	if c.session.Pins()&session.PinOneShot != 0 { // SET TRANSACTION: nobody else is to get what may be left of it
		c.held.Dirty = true
	}
	parts := c.parts()
	c.rollBackParts(parts)
	c.dissolve(parts)
}

// leftBehind rolls back a transaction that cannot go on to where its next statement lives by now. What a server that has to end a transaction tells its client is understood everywhere: begin anew.
func (c *Client) leftBehind(shut *closedError) *mysql.Error {
	c.abandon()
	return mysql.Deadlock("shunt: what the statement is about lives elsewhere by now, or is about to, and the transaction cannot follow; it was rolled back. The server said: %s", shut.refusal.Message)
}

// ErrorNoWhereabouts is a statement that a server refuses, maybe since its database has gone elsewhere, which this proxy cannot find out.
const ErrorNoWhereabouts uint16 = 9932

const (
	// askPoll is between two questions to a store that does not answer, or has news that have not come here yet.
	askPoll = 100 * time.Millisecond
	// mostAsked is how often a server is asked again that the store knows to be the right one: a switch that is given up is tried again.
	mostAsked = 10
	// askBound is for one question.
	askBound = time.Second
)

// planAnew says whether a statement that was refused is planned anew. A proxy that may have missed something asks the store first, and waits until it knows what the store knows.
func (c *Client) planAnew(shut *closedError, j *job, until time.Time) (again bool, _ error) {
	switch {
	case shut.doubtful:
	case shut.stays:
		return false, c.leftBehind(shut)
	default:
		return c.inTime(shut, until)
	}
	c.setState(Held)
	defer c.setState(Active)
	for {
		behind, err := c.behind(j)
		switch {
		case c.newer(j) && shut.stays:
			return false, c.leftBehind(shut)
		case c.newer(j):
			return c.inTime(shut, until)
		case err == nil && !behind: // it may have been about to live elsewhere, and is not any more: the server is asked once more
			if j.asked++; j.asked > 1 {
				_ = c.task.Park(c.task.Now().Add(askPoll)) // an interruption shows at the next wait
			}
			return c.inTime(shut, until)
		case !c.task.Now().Before(until):
			if err == nil {
				err = errors.New("it was told of something that has not come here yet")
			}
			return false, mysql.NewError(ErrorNoWhereabouts, "HY000", "shunt: the server has refused this statement, maybe since its database lives elsewhere now, and this proxy cannot ask the store (%v); "+
				"nothing of the statement was run; the server said: %s", err, shut.refusal.Message)
		}
		if err := c.task.Park(c.task.Now().Add(askPoll)); errors.Is(err, netloop.ErrInterrupted) {
			return false, err
		}
		if killed := c.doneWaiting(); killed != nil {
			return false, killed
		}
	}
}

// inTime has a statement planned anew, unless it has waited for too long already.
func (c *Client) inTime(shut *closedError, until time.Time) (again bool, _ error) {
	if c.task.Now().Before(until) {
		return true, shut.refusal
	}
	return false, mysql.NewError(router.ErrorHeld, "HY000", "shunt: what the statement is about lives elsewhere by now, or is about to, and it has waited for limits.wait; nothing of it was run")
}

// behind asks the store about all databases of a statement.
func (c *Client) behind(j *job) (behind bool, err error) {
	touch := c.touch(j)
	var databases []string
	for _, area := range touch.Reads {
		if !slices.Contains(databases, area.Database) {
			databases = append(databases, area.Database)
		}
	}
	c.task.Offload(func() {
		ctx, cancel := context.WithTimeout(context.Background(), askBound)
		defer cancel()
		for _, database := range databases {
			one, failed := c.server.Whereabouts.Behind(ctx, database)
			behind, err = behind || one, errors.Join(err, failed)
		}
	})
	return behind, err
}
