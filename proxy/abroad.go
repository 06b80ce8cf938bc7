package proxy

import (
	"shunt/router"
	"shunt/session"
	"shunt/sharding"
	"shunt/statement"
)

// abroad is about statements that go to a cluster that does not have the session's default database: a connection there has to have none.
type abroad struct {
	is      bool
	schema  string         // the session's default database when the statement began
	of      *session.State // what without was made of
	without *session.State

	names     *sharding.Names   // of the cluster that the connection in use is on; nil: databases have their own
	renamedOf *session.State    // what renamed was made of
	renamed   *session.State    // with the name that the default database has there
	wrong     statement.Renamed // the last text in which the server has found an error of syntax
}

// travel notes whether the connection that the session gets for a plan is abroad. One that it keeps stays what it is, until the session has another default
// database.
//
// A statement that names a database as a whole needs no default one where it is sent beside its home, and that one may not be there.
func (c *Client) travel(j *job, plan *router.Plan) {
	bare := j.only != "" && j.st.Whole && len(j.st.Databases) > 0
	schema := c.session.State().Schema
	if c.held == nil || schema != c.abroad.schema {
		c.abroad.is = schema != "" && (bare || !c.world.Map.Hosts(schema, plan.Cluster))
	}
	c.abroad.schema, c.abroad.names = schema, c.world.Map.NamesOn(plan.Cluster)
}

// state is what the connection in use has to carry.
func (c *Client) state() *session.State {
	state := c.session.State()
	if !c.abroad.is || state.Schema != c.abroad.schema { // the statement has chosen another one: that is here
		if c.abroad.names != nil {
			return c.named(state)
		}
		return state
	}
	if c.abroad.of != state {
		c.abroad.of, c.abroad.without = state, state.WithSchema("")
	}
	return c.abroad.without
}
