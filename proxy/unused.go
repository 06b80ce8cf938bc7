package proxy

import (
	"shunt/backend"
	"shunt/session"
	"shunt/statement"
	"shunt/topology"
)

// carries is what the connection carries, as far as that will do for the statement. nil: it is to be reset, since the answer could tell what others have done
// on it.
func (c *Client) carries(st *statement.Statement, conn *backend.Conn) *session.State {
	from := carried(conn)
	if conn.Unused || c.held == conn || !c.tells(st, from, conn.Pool().Flavor()) {
		return from
	}
	return nil
}

// tells says whether the answer may be about what has run on the connection before, which no setting shows:
//   - LASTVAL() of MariaDB gives what anybody has taken from the sequence there;
//   - the tracker of transactions of MySQL 9.7 says SET TRANSACTION READ ONLY where somebody has had a READ ONLY transaction while nothing was tracked: the server notes
//     its beginning in any case, and its end only while it tracks.
func (c *Client) tells(st *statement.Statement, from *session.State, flavor topology.Flavor) bool {
	if flavor == topology.MySQL {
		return !from.TracksTransactions() && (c.state().TracksTransactions() || session.SetsTransactionTracker(st))
	}
	return st.Effects.Has(statement.AsksSequence)
}
