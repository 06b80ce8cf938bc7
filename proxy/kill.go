package proxy

import (
	"strconv"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/netloop"
)

// What a KILL wants of a client.
const (
	killedByUser  = 1
	killedByDrain = 2
)

// kill carries out KILL and KILL QUERY by the proxy's ids. A client may kill the connections of its own user.
func (c *Client) kill(id uint64, query bool) error {
	var target *Client
	if id <= 1<<32-1 {
		target = c.server.client(uint32(id))
	}
	if target == nil {
		return c.sendError(mysql.NewError(1094, "HY000", "Unknown thread id: %d", id))
	}
	if p := target.shown.public.Load(); p == nil || p.user != c.user {
		return c.sendError(mysql.NewError(1095, "HY000", "You are not owner of thread %d", id))
	}
	if target == c {
		return c.killSelf(query)
	}
	if query {
		target.killQuery(c.task)
	} else {
		target.Kill()
	}
	return c.sendOK(1)
}

func (c *Client) killSelf(query bool) error {
	if query {
		return c.sendError(mysql.QueryInterrupted())
	}
	return mysql.ConnectionKilled(c.flavor())
}

// Kill ends a client, or with query what it runs now, on behalf of an operator. It says whether there is such a client.
func (s *Server) Kill(id uint32, query bool) bool {
	c := s.client(id)
	if c == nil {
		return false
	}
	if query {
		c.killQuery(netloop.NewTask())
	} else {
		c.Kill()
	}
	return true
}

// Kill ends a client: whatever it waits for, and what it runs on a server. May be called from anywhere.
func (c *Client) Kill() {
	c.shown.killed.CompareAndSwap(0, killedByUser)
	c.task.Interrupt()
}

// killQuery stops the statement that the client runs, if it runs one. The client cannot give its server connection away while
// we are at it, so no other client's statement is hit.
func (c *Client) killQuery(by netloop.Task) {
	c.shown.killers.Add(1)
	defer func() {
		c.shown.killers.Add(-1)
		c.task.Unpark()
	}()
	if State(c.shown.state.Load()) != Active {
		return
	}
	if conn, p := c.shown.server.Load(), c.shown.public.Load(); conn != nil && p != nil {
		c.server.sideKill(by, conn, p.cred)
	}
}

// waitForKillers lets KILLs end that are under way against the connection that is about to be given away.
func (c *Client) waitForKillers() {
	for c.shown.killers.Load() > 0 {
		_ = c.task.Park(time.Now().Add(10 * time.Millisecond)) // it ends by itself; woken or not, the count decides
	}
}

// killBehind stops this client's own statement on the server, because nobody waits for it any more.
func (c *Client) killBehind(conn *backend.Conn) {
	interrupted := c.task.Interrupted()
	c.task.Resume() // what comes now is short and bounded
	c.server.sideKill(c.task, conn, c.cred)
	if interrupted {
		c.task.Interrupt()
	}
}

// sideKill logs in once more as the account and sends KILL QUERY.
func (s *Server) sideKill(task netloop.Task, conn *backend.Conn, cred *backend.Credentials) {
	sql := "KILL QUERY " + strconv.FormatUint(uint64(conn.ID), 10)
	if err := conn.Pool().Side(task, cred, sql, time.Now().Add(ownWait)); err != nil {
		s.Log.Warn("a statement could not be stopped on its server", "server", conn.Address(), "account", cred.Account, "error", err)
	}
}
