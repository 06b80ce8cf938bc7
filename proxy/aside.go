package proxy

import (
	"time"

	"shunt/session"
)

// aside asks something on another connection than the one that the session is held on, as a session that has set the same, read and written the same, and has
// nothing open. run must not write.
func (c *Client) aside(run func() error) error {
	if c.held == nil {
		return run()
	}
	held, since, own, abroad := c.held, c.since, c.session, c.abroad
	c.held, c.since, c.session, c.away = nil, time.Time{}, own.Aside(), true
	err := run()
	if c.held != nil { // a server has told that something is open, although nothing should be
		c.dropHeld()
	}
	own.Learn(c.session)
	c.held, c.since, c.session, c.abroad, c.away = held, since, own, abroad, false
	c.shown.server.Store(held)
	c.publish()
	return err
}

// elsewhere says whether a question to a cluster has to be asked aside. A connection that only waits for a question about the last statement goes back.
func (c *Client) elsewhere(cluster string) bool {
	return c.held != nil && c.session.Facts().PinCluster != cluster && c.session.Pins()&^session.PinDiagnostics != 0
}
