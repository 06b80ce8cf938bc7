package proxy

import (
	"errors"
	"strings"

	"shunt/backend"
	"shunt/mysql"
	"shunt/statement"
)

// demotedError: the server that was the primary has become read_only a moment ago, and has refused a write before it did anything. Another server is or will
// be the primary.
type demotedError struct{ refusal *mysql.Error }

func (e *demotedError) Error() string { return e.refusal.Error() }

// demoted says whether a server's error means that it is the primary no more, and nothing of the statement was run, so that it may be planned anew. In a
// transaction, or where the session has something else on the connection, there is no way to another server.
func (c *Client) demoted(conn *backend.Conn, j *job, e *mysql.Error) bool {
	if e.Number != readOnlyServer || !strings.Contains(e.Message, "read-only") || c.held != nil || j.silent {
		return false
	}
	snapshot := c.world.Topology.Clusters[conn.Pool().Cluster]
	if snapshot == nil || snapshot.Primary == nil || snapshot.Primary.Address != conn.Address() {
		return false // a replica has always been read_only
	}
	switch j.st.Kind { // of these the server looks at nothing before it looks at read_only
	case statement.Insert, statement.Replace, statement.Update, statement.Delete, statement.DDL, statement.Account, statement.Begin:
		return true
	}
	return false
}

// plannedAnew gives back the connection of a server that has been demoted, or closed to the statement. The connection itself is as the statement found it.
func (c *Client) plannedAnew(err error, j *job, conn *backend.Conn) (again bool, refusal error) {
	var shut *closedError
	if errors.As(err, &shut) {
		c.notClosed(j, conn, shut)
		return true, shut
	}
	var gone *demotedError
	if !errors.As(err, &gone) {
		return false, err
	}
	state := c.state()
	conn.Carries, conn.Fingerprint = state, state.Fingerprint()
	c.giveBack(conn)
	c.server.Suspect(conn.Address())
	return true, gone.refusal
}
