package proxy

import (
	"errors"
	"strings"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/router"
	"shunt/session"
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
	if len(conn.Copies) > 0 && !asksAboutLast(j.st) {
		if err := c.dropCopies(conn); err != nil {
			return err
		}
	}
	if j.copies == nil {
		return nil
	}
	until := time.Now().Add(copyWait)
	if err := c.restoreNow(conn, until); err != nil {
		return err
	}
	before, err := conn.Query("SELECT @@character_set_client,@@time_zone,@@sql_mode", until)
	if err != nil {
		return err
	}
	if len(before.Rows) != 1 || len(before.Rows[0]) != 3 {
		return mysql.ErrMalformed
	}
	conn.Copies = j.copies.names
	_, err = conn.Query(tablecopy.Settings, until)
	for i := 0; err == nil && i < len(j.copies.statements); i++ {
		_, err = conn.Query(j.copies.statements[i], until)
	}
	var refusal *mysql.Error
	if err != nil && !errors.As(err, &refusal) {
		return err
	}
	if _, failed := conn.Query(setAgain(before.Rows[0]), until); failed != nil {
		return errors.Join(errors.New("the connection's settings could not be set again"), failed)
	}
	if refusal != nil {
		return mysql.NewError(refusal.Number, refusal.State, "shunt: a temporary table for a statement over several clusters: %s", refusal.Message)
	}
	return nil
}

// restoreNow makes a connection look like the session's. That may need a reset, with which temporary tables would go.
func (c *Client) restoreNow(conn *backend.Conn, until time.Time) error {
	ping := job{st: nothing, packets: []byte{1, 0, 0, 0, byte(mysql.ComPing)}, shape: mysql.ShapeSimple, prepare: true, started: time.Now()}
	skip, err := c.sendRestored(&ping, conn)
	if err != nil {
		return err
	}
	conn.ReadUntil(until)
	err = conn.ReadSkipped(skip+1, guardPassed)
	if before := (*backend.SkippedError)(nil); errors.As(err, &before) {
		return &notRestored{before.Refusal}
	}
	if err == nil {
		conn.Carries = c.state()
	}
	return err
}

// asksAboutLast says whether a statement may be about the one before, so that nothing may come between them.
func asksAboutLast(st *statement.Statement) bool {
	return st.Kind == statement.Diagnostics || st.Effects.Any(statement.UsesDiagnostics|statement.UsesFoundRows|statement.UsesRowCount)
}

// setAgain sets what tablecopy.Settings has set as it was.
func setAgain(values mysql.Row) string {
	var b strings.Builder
	for i, name := range []string{"character_set_client", "time_zone", "sql_mode"} {
		b.WriteString([]string{"SET ", ","}[min(i, 1)] + name + "=" + session.Quote(string(values[i])))
	}
	return b.String()
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
