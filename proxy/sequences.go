package proxy

import "shunt/statement"

// seeSequences has a session keep its connection from NEXTVAL() on where somebody asks for LASTVAL(): the session itself, or another one of its account, since that is the same
// application. So one session of an account, at most, hears that its first question comes too late.
func (c *Client) seeSequences(st *statement.Statement) {
	switch {
	case st.Effects.Has(statement.AsksSequence):
		c.session.AskSequences()
		c.server.askers.LoadOrStore(c.user, true)
	case st.Effects.Has(statement.TakesSequence):
		if _, asks := c.server.askers.Load(c.user); asks {
			c.session.AskSequences()
		}
	}
}
