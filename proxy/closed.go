package proxy

import (
	"slices"

	"shunt/backend"
	"shunt/mysql"
	"shunt/router"
	"shunt/statement"
)

// closedError: the server has refused a statement before it did anything, since the database lives elsewhere by now, or is about to: it was on its way when the
// server was closed to it.
type closedError struct{ refusal *mysql.Error }

func (e *closedError) Error() string { return e.refusal.Error() }

// closed says whether a server's refusal may mean that. It is looked at again then, with the map and the holds of now: if they are as they were, the server means what it
// says.
func (c *Client) closed(j *job, number uint16) bool {
	switch number {
	case 1044, 1142, 1143, 3989: // no right on the database, a table, a column; and MySQL's own gate, a schema that is read only
	case 1356, 1146, 1347, 1965, 1051, 4089, 4092: // a view in the place of a table (package tombstone), as each kind of statement hears of it
	case 1370: // no right on a routine
	default:
		return false
	}
	if j.st.Kind == statement.Call && number != 1370 { // what it has done before that stays done
		return false
	}
	if c.held != nil { // there is no way to another server
		return false
	}
	if c.server.World().Map != c.world.Map {
		return true
	}
	held := c.server.held.Load()
	if held == nil || len(held.Closed) == 0 {
		return false
	}
	touch := c.touch(j)
	return slices.ContainsFunc(held.Closed, func(a router.Area) bool { return slices.ContainsFunc(touch.Reads, a.Meets) })
}

// notClosed gives back a connection on which a statement was refused for that.
func (c *Client) notClosed(conn *backend.Conn) {
	state := c.state()
	conn.Carries, conn.Fingerprint = state, state.Fingerprint()
	conn.Spoil()
	c.giveBack(conn)
}
