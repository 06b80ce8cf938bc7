package proxy

import (
	"errors"
	"time"

	"shunt/backend"
	"shunt/netloop"
	"shunt/router"
)

// errAway says that a statement was sent, and that the client's task rests until its answer comes: whoever hears it returns at once, up to serve. The statement goes on in goOn.
//
// Between the two the client has no stack. All clients of a loop run on a few stacks then, which stay in the processor's caches; one of its own was not there any more by the time that a server
// had answered (docs/performance.md).
var errAway = errors.New("the statement's answer is waited for")

// awaited is the statement that a client's task rests for.
type awaited struct {
	conn  *backend.Conn // that it was sent on; nil: there is none
	plan  router.Plan
	until time.Time
	tries int           // before this one
	place backend.Place // behind others, or nowhere
}

// goAway has the task rest until the answer to a statement comes that was just sent; false: the answer is waited for in place. So it is with all but the client's own job, since whoever has another one
// carried out goes on behind its answer, and so does an execution with long data; with reads that have a place in the crowd to leave; and with connections that may have read more than they gave.
func (c *Client) goAway(j *job, plan *router.Plan, conn *backend.Conn) bool {
	if j != &c.job || j.stmt != nil && len(j.stmt.Long) > 0 || plan.Scarce || netloop.Innermost(conn.Conn) != conn.Conn {
		return false
	}
	c.awaited.conn = conn
	c.task.Rest(conn.Conn, c.serving)
	return true
}

// goOn takes up the statement whose answer has come, or will not come any more.
func (c *Client) goOn() error {
	a, j := &c.awaited, &c.job
	conn := a.conn
	if a.place.Taken() {
		if err := c.cameFirst(j, conn); err == errAway {
			return err
		} else if err != nil {
			return c.resumed(err == errAlone, err)
		}
	}
	return c.resumed(c.answered(j, &a.plan, conn, a.until, c.receive(j, conn)))
}

// resumed ends the wait for an answer as attempt ends.
func (c *Client) resumed(again bool, err error) error {
	a, j := &c.awaited, &c.job
	a.conn = nil
	over, err := c.concluded(j, &a.plan, again, err, a.until, a.tries)
	if !over {
		err = c.planned(j, &c.world, a.until, a.tries+1)
	}
	return c.ended(c.left(err))
}
