package proxy

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/session"
	"shunt/statement"
)

// ownWait bounds small questions of our own to a server.
const ownWait = 5 * time.Second

// settleLinger comes before every statement: it ends the keeping of a connection for a question about the last statement, unless this statement is
// one; and asks the connection that is kept for another reason what only it knows about the last insert id, if this statement looks at that.
func (c *Client) settleLinger(st *statement.Statement) error {
	if st.Effects.Has(statement.GetsLock) {
		c.session.UseLocks()
	}
	c.seeSequences(st)
	if c.held == nil {
		return nil
	}
	if c.session.Linger() && !c.asksHere(st) {
		return c.part(st)
	}
	uses := st.Ask == statement.AskInsertID || st.Effects.Any(statement.UsesInsertID|statement.SetsInsertID) && !c.session.InsertIDHere()
	if uses && c.session.InsertIDUnsure() {
		if err := c.askInsertID(c.held); err != nil {
			return c.lostAfter(err, c.held)
		}
	}
	return nil
}

// salvage gives back the connection that was kept for a question when none came in time. If it breaks over that, the next wait shows a KILL, and nothing else
// is lost that anybody counts on.
func (c *Client) salvage() { _ = c.part(nil) }

// asksHere says whether the statement asks about the last one on the connection that was kept for that. On a replica it has to be a question alone: a larger
// statement may be more than a read.
func (c *Client) asksHere(st *statement.Statement) bool {
	if st.Kind == statement.Diagnostics || st.Ask == statement.AskFoundRows || st.Ask == statement.AskRowCount {
		return true
	}
	const asks = statement.UsesFoundRows | statement.UsesRowCount | statement.UsesDiagnostics | statement.AsksSequence
	return st.Effects.Any(asks) && !c.session.Facts().PinReplica
}

// part gives back the connection that was kept for a question about the last statement. next is the statement that came instead; nil if none did.
func (c *Client) part(next *statement.Statement) error {
	conn := c.held
	if next != nil && c.asksLater(next) {
		next = nil // it asks on another connection, so all is to be known
	}
	owed := c.session.Owed(next)
	c.session.DropLinger()
	if err := c.payDebts(conn, owed); err != nil {
		return c.lostAfter(err, conn)
	}
	c.publish()
	if c.session.Pins() == 0 { // else by what it had to tell
		c.giveBack(conn)
	}
	return nil
}

// leaveReplica commits the READ ONLY transaction that holds the session on a replica: the statement that comes commits it, and writes on the primary.
func (c *Client) leaveReplica() error {
	conn, owed := c.held, c.session.Owed(nil)
	if _, err := conn.Query("COMMIT", time.Now().Add(ownWait)); err != nil {
		return c.lostAfter(err, conn)
	}
	c.session.EndReadOnly()
	c.tx = transaction{}
	if err := c.payDebts(conn, owed); err != nil {
		return c.lostAfter(err, conn)
	}
	c.publish()
	c.giveBack(conn)
	return nil
}

func (c *Client) asksLater(st *statement.Statement) bool {
	return st.Effects.Any(statement.UsesFoundRows | statement.UsesRowCount | statement.UsesDiagnostics)
}

// payDebts asks the connection what only it knows. It is free to go then, but not yet given back.
func (c *Client) payDebts(conn *backend.Conn, owed session.Debt) error {
	if owed == 0 {
		return nil
	}
	for _, debt := range [...]struct {
		session.Debt
		ask func(*backend.Conn) error
	}{
		{session.OwesWarnings, c.saveWarnings}, {session.OwesFoundRows, c.saveFoundRows},
		{session.OwesInsertID, c.takeInsertID}, {session.OwesVars, c.readBack},
	} {
		if !owed.Has(debt.Debt) {
			continue
		}
		if err := debt.ask(conn); err != nil {
			return err
		}
	}
	state := c.state()
	conn.Carries, conn.Fingerprint, conn.Schema = state, state.Fingerprint(), state.Schema
	return nil
}

func (c *Client) saveWarnings(conn *backend.Conn) error {
	warnings, err := conn.Query("SHOW WARNINGS LIMIT "+strconv.Itoa(session.MaxWarnings), time.Now().Add(ownWait))
	if err != nil {
		return err
	}
	rows := make([]mysql.Row, len(warnings.Rows))
	for i, r := range warnings.Rows {
		for _, v := range r {
			rows[i] = append(rows[i], append([]byte(nil), v...))
		}
		c.renameWarning(rows[i])
	}
	c.session.SaveWarnings(rows)
	return nil
}

func (c *Client) saveFoundRows(conn *backend.Conn) error {
	n, err := askNumber(conn, "SELECT FOUND_ROWS()")
	if err == nil {
		c.session.SaveFoundRows(int64(n))
	}
	return err
}

// askInsertID asks a connection that the session goes on with for LAST_INSERT_ID().
func (c *Client) askInsertID(conn *backend.Conn) error {
	id, err := askNumber(conn, "SELECT LAST_INSERT_ID()")
	if err == nil {
		c.session.SetInsertID(id)
		c.session.Disturbed()
	}
	return err
}

// takeInsertID asks for LAST_INSERT_ID() before the connection goes back, and makes it 0, which is what tells the next session whether its own
// statement has set it. The items of a SELECT are computed in order (measured on MariaDB 10.11 and MySQL 9.7).
func (c *Client) takeInsertID(conn *backend.Conn) error {
	unsure := c.session.InsertIDUnsure()
	id, err := askNumber(conn, "SELECT LAST_INSERT_ID(), LAST_INSERT_ID(0)")
	if err != nil {
		return err
	}
	if unsure {
		c.session.SetInsertID(id)
	}
	c.session.TookInsertID()
	return nil
}

// settleLocks asks the connection whether it still holds locks that the session seems to have released, if nothing else keeps it from going back.
func (c *Client) settleLocks(conn *backend.Conn) error {
	names := c.session.LocksInDoubt()
	if len(names) == 0 || c.session.Pins()&^session.PinDiagnostics != 0 {
		return nil
	}
	held := make([]string, len(names))
	for i, name := range names {
		held[i] = "IS_USED_LOCK(" + session.Quote(name) + ")<=>CONNECTION_ID()"
	}
	n, err := askNumber(conn, "SELECT "+strings.Join(held, " OR "))
	if err == nil {
		c.session.SettleLocks(n != 0)
		c.session.Disturbed()
	}
	return err
}

// askCollation asks the connection for its collation_connection.
func (c *Client) askCollation(conn *backend.Conn) error {
	name, err := askOne(conn, "SELECT @@collation_connection")
	if err == nil {
		c.session.SetCollation(name)
		c.session.Disturbed()
	}
	return err
}

// askStatus asks the connection whether it is still in its transaction.
func (c *Client) askStatus(conn *backend.Conn) error {
	status, err := conn.Ping(time.Now().Add(ownWait))
	if err == nil {
		c.session.SetStatus(status)
		c.session.Disturbed()
	}
	return err
}

func askNumber(conn *backend.Conn, sql string) (uint64, error) {
	text, err := askOne(conn, sql)
	if err != nil {
		return 0, err
	}
	return strconv.ParseUint(text, 10, 64)
}

// askOne gives the first value of the one row of an answer.
func askOne(conn *backend.Conn, sql string) (string, error) {
	rs, err := conn.Query(sql, time.Now().Add(ownWait))
	if err != nil {
		return "", err
	}
	if len(rs.Rows) != 1 || len(rs.Rows[0]) == 0 {
		return "", mysql.ErrMalformed
	}
	return string(rs.Rows[0][0]), nil
}

// drop gives up all connections of a session that ends or is reset.
func (c *Client) drop() {
	c.dropAsleep()
	c.next = ""
	if c.held != nil {
		c.dropHeld()
	} else if c.session != nil {
		c.session.Lost() // a transaction that no server has heard of
	}
}

// dropHeld gives back a connection whose session ends or is reset. What is on it (a transaction, locks, temporary tables) must be gone
// before anybody else gets it, and soon: others may wait for those locks.
func (c *Client) dropHeld() {
	c.endTouched()
	conn := c.held
	if c.session.Linger() {
		if owed := c.session.Owed(nil); owed.Has(session.OwesInsertID | session.OwesVars) {
			conn.Dirty = true // it has what nobody will ask for any more
		}
		c.session.DropLinger()
		c.giveBack(conn)
		return
	}
	c.task.Resume() // a killed client's connection is cleaned all the same
	if err := conn.Reset(time.Now().Add(ownWait)); err != nil {
		c.forget(conn)
		return
	}
	conn.Dirty = true // its settings are gone, the next borrower starts from a reset
	c.session.Lost()
	c.giveBack(conn)
}

// askVars asks the connection for system variables that the statement has set and no tracker has told about.
func (c *Client) askVars(conn *backend.Conn, names []string) error {
	rs, err := conn.Query("SELECT @@session."+strings.Join(names, ",@@session."), time.Now().Add(ownWait))
	if refusal := (*mysql.Error)(nil); errors.As(err, &refusal) {
		c.session.Keep("a variable that cannot be read back")
		return nil
	}
	if err != nil {
		return err
	}
	if len(rs.Rows) != 1 || len(rs.Rows[0]) != len(names) {
		return mysql.ErrMalformed
	}
	values := make([]session.Setting, len(names))
	for i, name := range names {
		values[i] = session.Setting{Name: name, Value: string(rs.Rows[0][i])}
	}
	c.session.SetVars(values)
	c.session.Disturbed()
	return nil
}
