package proxy

import (
	"errors"
	"time"
	"unique"

	"shunt/backend"
	"shunt/netloop"
	"shunt/router"
	"shunt/session"
)

// borrow gives the connection that the session keeps, or one from the host's pool. errAway: the statement was sent behind others.
func (c *Client) borrow(j *job, plan *router.Plan, until time.Time) (*backend.Conn, error) {
	if c.held != nil {
		return c.held, nil
	}
	pool := c.poolOf(plan.Host.Address)
	if pool == nil {
		return nil, &backend.DialError{Address: plan.Host.Address, Err: errors.New("the server has left the configuration")}
	}
	want := c.want(until)
	j.quick = j.shares && pool.Quick(c.task, j.digest)
	if j.quick && pool.Crowded(c.task) && c.goBehind(j, pool, &want, false) {
		return nil, errAway
	}
	conn := pool.Try(c.task, &want)
	for want.Quick = j.quick; conn == nil; {
		if j.quick && c.goBehind(j, pool, &want, true) {
			return nil, errAway
		}
		var err error
		if conn, err = c.awaitConn(pool, &want); err != nil && err != backend.ErrFollow {
			return nil, err
		}
	}
	c.shown.server.Store(conn)
	return conn, nil
}

// want is what the session needs of a connection.
func (c *Client) want(until time.Time) backend.Want {
	state := c.state()
	return backend.Want{
		Key: c.key(), Credentials: c.cred, Fingerprint: state.Fingerprint(), NoSchema: state.Schema == "", Limit: c.limits.ServerConnections, Until: until,
	}
}

// poolOf is a server's pool: mostly the one that the client used last. nil: the server has left.
func (c *Client) poolOf(address string) *backend.Pool {
	if c.pool == nil || c.pool.Address != address || c.pool.Retired() {
		c.pool = c.server.Pools.Get(address)
	}
	return c.pool
}

// awaitConn waits for a connection, as a client that may be killed while it does.
func (c *Client) awaitConn(pool *backend.Pool, want *backend.Want) (*backend.Conn, error) {
	c.setState(Waiting)
	conn, err := pool.Acquire(c.task, want)
	c.setState(Active)
	if killed := c.doneWaiting(); killed != nil {
		if err == nil {
			conn.Release(c.task)
		}
		return nil, killed
	}
	return conn, err
}

// key says which server connections are like the client's.
func (c *Client) key() unique.Handle[backend.Key] {
	if k := (backend.Key{User: c.user, Account: c.account, Caps: c.caps & backend.KeyCaps}); k != c.keyed {
		c.keyed, c.keyHandle = k, unique.Make(k)
	}
	return c.keyHandle
}

// notBorrowed decides whether another server, or the same a moment later, may still do.
func (c *Client) notBorrowed(err error, plan *router.Plan, j *job, until time.Time) (bool, error) {
	waited := time.Since(j.started).Round(time.Millisecond)
	var dial *backend.DialError
	if !errors.As(err, &dial) {
		if errors.Is(err, netloop.ErrInterrupted) {
			return false, err
		}
		return false, poolError(err, plan.Host.Address, waited)
	}
	c.server.Suspect(plan.Host.Address)
	if time.Now().After(until) {
		return false, poolError(err, plan.Host.Address, waited)
	}
	return true, poolError(err, plan.Host.Address, waited)
}

// giveBack returns a connection to its pool.
func (c *Client) giveBack(conn *backend.Conn) {
	c.waitForKillers()
	c.held, c.since = nil, time.Time{}
	if len(conn.Copies) > 0 {
		if err := c.dropCopies(conn); err != nil {
			conn.Dirty = true
			conn.Spoil()
		}
	}
	if state, ok := conn.Carries.(*session.State); ok && c.session.Stains() {
		conn.Carries = state.Stained()
	}
	c.session.Pinned("", "", false)
	c.shown.server.Store(nil)
	if conn.Dirty {
		conn.Dirty, conn.Carries, conn.Fingerprint = false, nil, 0
	}
	if c.server.leavesArea(conn.Schema) {
		conn.Spoil()
	}
	conn.Release(c.task)
	c.leaveWrite()
}

// forget closes a connection and what the session had on it.
func (c *Client) forget(conn *backend.Conn) {
	c.waitForKillers()
	c.held, c.since = nil, time.Time{}
	c.dropAsleep() // with one branch, the transaction is lost on all
	c.session.Lost()
	c.shown.server.Store(nil)
	conn.Discard(c.task)
	c.leaveWrite()
	c.publish()
}
