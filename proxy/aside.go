package proxy

import (
	"time"

	"shunt/session"
)

// aside asks something on another connection than those that the session is held on, as a session that has set the same, read and written the same, and has
// nothing open. run must not write.
func (c *Client) aside(run func() error) error {
	held, since, own, abroad, tx, next := c.held, c.since, c.session, c.abroad, c.tx, c.next
	c.held, c.since, c.session, c.tx, c.next, c.away = nil, time.Time{}, own.Aside(), transaction{}, "", true
	err := run()
	if c.held != nil { // a server has told that something is open, although nothing should be
		c.dropHeld()
	}
	own.Learn(c.session)
	c.held, c.since, c.session, c.abroad, c.tx, c.next, c.away = held, since, own, abroad, tx, next, false
	c.shown.server.Store(held)
	c.publish()
	return err
}

// elsewhere says whether a question to a cluster has to be asked aside, since the session is held on another; in a transaction only a question about what
// transactions do not change, others have a branch there. A connection that only waits for a question about the last statement goes back.
func (c *Client) elsewhere(cluster string, timeless bool) bool {
	facts := c.session.Facts()
	switch {
	case facts.Pins&^session.PinDiagnostics == 0, facts.MayBranch() && !timeless:
		return false
	}
	return c.held == nil || facts.PinCluster != cluster
}

// stays is the cluster that the session is held on and cannot leave; empty for none.
func (c *Client) stays() string {
	if facts := c.session.Facts(); c.held != nil && !facts.MayBranch() && facts.Pins&^session.PinDiagnostics != 0 {
		return facts.PinCluster
	}
	return ""
}
