package proxy

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/netloop"
	"shunt/router"
	"shunt/statement"
	"shunt/topology"
)

// What a KILL wants of a client.
const (
	killedByUser  = 1
	killedByDrain = 2
	killedQuery   = 3 // the wait of its statement is to end, the client goes on
)

// kill carries out KILL and KILL QUERY by the proxy's ids. A client may kill the connections of its own user; of others, if a server would let it.
func (c *Client) kill(id uint64, query bool) error {
	var target *Client
	if id <= 1<<32-1 {
		target = c.server.client(uint32(id))
	}
	if target == nil {
		return c.sendError(mysql.NewError(1094, "HY000", "Unknown thread id: %d", id))
	}
	if target == c {
		return c.killSelf(query)
	}
	if p := target.shown.public.Load(); p == nil || p.cred == nil || p.user != c.user {
		if err := c.mayKill(p, id); err != nil {
			return c.replyOrEnd(err, &c.job)
		}
	}
	if query {
		target.killQuery(c.task)
	} else {
		target.Kill()
	}
	return c.sendOK(1)
}

// killStatement is KILL as a statement, whose id may be an expression. What a variable holds is known here; what a server would have to compute is not
// asked.
func (c *Client) killStatement(st *statement.Statement) error {
	id := st.Target
	switch {
	case st.Ask == statement.AskConnectionID:
		id = uint64(c.id)
	case st.Text != "":
		value, known := c.session.State().UserVar(st.Text)
		if strings.ContainsAny(st.Text[:1], `'"`) {
			value, known = st.Text, true
		}
		if negative, err := strconv.ParseInt(st.Text, 10, 64); err == nil && c.serverFlavor == topology.MySQL {
			id, known = uint64(negative), true
		} else {
			id, known = wholeNumber(value, known)
		}
		if !known {
			return c.sendError(mysql.NewError(1235, "42000", "This version of shunt doesn't yet support 'KILL of other than an id, a user variable or CONNECTION_ID()'"))
		}
	}
	if c.serverFlavor == topology.MySQL {
		id = uint64(uint32(id)) // MySQL looks at 32 bits
	}
	return c.kill(id, st.KillQuery)
}

// wholeNumber reads the literal of a number, as a statement or proxy/uservars.go writes it; a string is as much of a number as it begins with.
func wholeNumber(literal string, known bool) (uint64, bool) {
	literal = strings.TrimSuffix(strings.TrimPrefix(literal, "CAST("), " AS UNSIGNED)")
	if quoted := strings.Trim(literal, `'"`); quoted != literal {
		rest := strings.TrimLeft(quoted, "0123456789")
		literal = "0" + quoted[:len(quoted)-len(rest)]
	}
	n, err := strconv.ParseUint(literal, 10, 64)
	return n, known && err == nil
}

// mayKill asks a server whether it would let the client kill connections of another user. It tries on a connection that is opened for that as the other
// user, so whatever rights a server knows of count, and nobody is hit.
func (c *Client) mayKill(victim *public, id uint64) error {
	notOwner := mysql.NewError(1095, "HY000", "You are not owner of thread %d", id)
	if victim == nil || victim.cred == nil {
		return notOwner // it is still logging in, as nobody knows whom
	}
	pool, refusal := c.homePool()
	if refusal != nil {
		return refusal
	}
	started := time.Now()
	bait, err := pool.Aside(c.task, victim.cred)
	if err != nil {
		return poolError(err, pool.Address, time.Since(started))
	}
	defer bait.Leave(c.task)
	err = pool.Side(c.task, c.cred, "KILL CONNECTION "+strconv.FormatUint(uint64(bait.ID), 10), time.Now().Add(ownWait))
	var server *mysql.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &server) && server.Number == notOwner.Number:
		return notOwner
	case errors.Is(err, netloop.ErrInterrupted):
		return err
	}
	return poolError(err, pool.Address, time.Since(started))
}

// homePool is the pool of the default cluster's primary, whom to ask what an account may do.
func (c *Client) homePool() (*backend.Pool, *mysql.Error) {
	world := c.server.Scene()
	cluster := world.Topology.Clusters[world.Map.Default]
	if cluster != nil && cluster.Primary != nil {
		if pool := c.server.Pools.Get(cluster.Primary.Address); pool != nil {
			return pool, nil
		}
	}
	return nil, mysql.NewError(router.ErrorNoPrimary, "HY000", "shunt: cluster %s has no primary, which is asked for the account's rights", world.Map.Default)
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
	if !c.shown.killed.CompareAndSwap(0, killedByUser) {
		c.shown.killed.CompareAndSwap(killedQuery, killedByUser)
	}
	c.task.Interrupt()
}

// killQuery stops the statement that the client runs or that waits, if there is one. As long as we are at it, the client neither gives its server
// connection away nor goes on from waiting to running, so no other statement is hit.
func (c *Client) killQuery(by netloop.Task) {
	c.shown.killers.Add(1)
	defer func() {
		c.shown.killers.Add(-1)
		c.task.Unpark()
	}()
	switch c.shown.now.state() {
	case Waiting, Held:
		if c.shown.killed.CompareAndSwap(0, killedQuery) {
			c.task.Interrupt()
		}
	case Active:
		if conn, p := c.shown.server.Load(), c.shown.public.Load(); conn != nil && p != nil {
			_ = c.server.sideKill(by, conn, p.cred) // it is logged; the statement goes on
		}
	}
}

// doneWaiting comes when the statement has been waiting for a connection or a primary and is to go on: it says whether somebody has killed it meanwhile. The
// state is Active by now, so that nobody interrupts the wait any more who has not done so yet.
func (c *Client) doneWaiting() error {
	if c.shown.killers.Load() > 0 {
		c.waitForKillers()
	}
	if c.shown.killed.Load() != killedQuery || !c.shown.killed.CompareAndSwap(killedQuery, 0) {
		return nil
	}
	c.task.Resume()
	if c.shown.killed.Load() != 0 {
		c.task.Interrupt() // somebody wants more
	}
	return mysql.QueryInterrupted()
}

// waitForKillers lets KILLs end that are under way against the connection that is about to be given away.
func (c *Client) waitForKillers() {
	for c.shown.killers.Load() > 0 {
		_ = c.task.Park(time.Now().Add(10 * time.Millisecond)) // it ends by itself; woken or not, the count decides
	}
}

// killBehind stops this client's own statement on the server: nobody waits for it any more, or it has run for too long. Nobody else can have got the
// connection when the KILL arrives, since we wait for that. The error is that of sideKill.
func (c *Client) killBehind(conn *backend.Conn) error {
	interrupted := c.task.Interrupted()
	c.task.Resume() // what comes now is short and bounded
	err := c.server.sideKill(c.task, conn, c.cred)
	if interrupted {
		c.task.Interrupt()
	}
	return err
}

// sideKill logs in once more as the account and sends KILL QUERY. If nobody knows whether that has arrived, or when it will, the connection is given to
// nobody else afterwards. The error says that the statement may not have been stopped; it is logged.
func (s *Server) sideKill(task netloop.Task, conn *backend.Conn, cred *backend.Credentials) error {
	conn.Strike()
	sql := "KILL QUERY " + strconv.FormatUint(uint64(conn.ID), 10)
	err := conn.Pool().Side(task, cred, sql, time.Now().Add(ownWait))
	if err == nil {
		return nil
	}
	var dial *backend.DialError
	var refusal *mysql.Error
	if !errors.As(err, &dial) && !errors.As(err, &refusal) {
		conn.Spoil()
	}
	s.Log.Warn("a statement could not be stopped on its server", "server", conn.Address(), "account", cred.Account, "error", err)
	return err
}
