package proxy

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/router"
	"shunt/statement"
	"shunt/tablecopy"
)

// copies are temporary tables that a statement needs in its connection.
type copies struct {
	names      []string // qualified, in backticks
	statements []string // that make and fill them
	otherwise  *job     // what is run if the account may make no temporary tables; nil: it hears that
	warning    string   // the client is warned that it has needed them; empty: it is not
}

// copyWait bounds the making of them, all together.
const copyWait = 30 * time.Second

// bring makes the temporary tables of a statement in its connection, or drops those of the statement before. A server's refusal is a *mysql.Error, with which
// the connection stays usable.
func (c *Client) bring(j *job, conn *backend.Conn) error {
	if len(conn.Copies) > 0 && (j.copies != nil || !asksAboutLast(j.st) && c.session.CursorOf() == 0) { // a cursor may be open over them
		if err := c.dropCopies(conn); err != nil {
			return err
		}
	}
	if j.copies == nil {
		return nil
	}
	conn.Copies = j.copies.names
	refusals, err := c.sendAll(conn, j.copies.statements, time.Now().Add(copyWait))
	if err != nil {
		return err
	}
	for i, refusal := range refusals {
		switch {
		case refusal == nil:
		case i == len(refusals)-1:
			return fmt.Errorf("the connection's settings could not be set again: %w", refusal)
		default:
			return mysql.NewError(refusal.Number, refusal.State, "shunt: a temporary table for a statement over several clusters: %s", refusal.Message)
		}
	}
	return nil
}

// sendAll makes a connection look like the session's, which may need a reset, and runs statements on it, between others that make and undo the settings for
// them: all in one write. It gives what the server said to each that it refused, in order; the last one is the undoing.
func (c *Client) sendAll(conn *backend.Conn, statements []string, until time.Time) ([]*mysql.Error, error) {
	all := slices.Concat([]string{tablecopy.Settings}, statements, []string{tablecopy.Unset})
	var packets []byte
	for _, sql := range all {
		packets = append(packets, mysql.AppendQuery(nil, conn.Caps, sql)...)
	}
	own := job{st: nothing, packets: packets, shape: mysql.ShapeSimple, prepare: true, started: time.Now()}
	skip, err := c.sendRestored(&own, conn)
	if err != nil {
		return nil, err
	}
	conn.ReadUntil(until)
	err = conn.ReadSkipped(skip, guardPassed)
	if before := (*backend.SkippedError)(nil); errors.As(err, &before) {
		return nil, &notRestored{before.Refusal}
	}
	if err != nil {
		return nil, err
	}
	conn.Carries = c.state()
	refusals := make([]*mysql.Error, len(all))
	for i := range all {
		if _, err := conn.ReadResult(); err != nil && !errors.As(err, &refusals[i]) {
			return nil, err
		}
	}
	return refusals, nil
}

// asksAboutLast says whether a statement may be about the one before, so that nothing may come between them.
func asksAboutLast(st *statement.Statement) bool {
	return st.Kind == statement.Diagnostics || st.Effects.Any(statement.UsesDiagnostics|statement.UsesFoundRows|statement.UsesRowCount)
}

// dropCopies drops the temporary tables that a connection has.
func (c *Client) dropCopies(conn *backend.Conn) error {
	_, err := conn.Query(tablecopy.Drop(conn.Copies), time.Now().Add(ownWait))
	conn.Copies = nil
	return err
}

// errWithout: a statement is planned anew, without temporary tables.
var errWithout = errors.New("no temporary tables")

// notBrought decides what it means that bring has failed: for a server's refusal nothing but that, else as when the connection breaks before anything was
// sent.
func (c *Client) notBrought(err error, j *job, plan *router.Plan, conn *backend.Conn) (again bool, _ error) {
	var refusal *mysql.Error
	if errors.As(err, &refusal) {
		if c.held == nil {
			c.giveBack(conn)
		}
		if j.copies != nil && j.copies.otherwise != nil {
			*j = *j.copies.otherwise
			return true, errWithout
		}
		return false, refusal
	}
	err = beforeSending(err)
	c.answer.start(j)
	return c.broke(err, j, plan, conn)
}
