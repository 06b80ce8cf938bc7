package proxy

import (
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

// settleLinger ends the keeping of a connection for a question about the last statement, unless this statement is one.
func (c *Client) settleLinger(st *statement.Statement) error {
	if c.held == nil || !c.session.Linger() {
		return nil
	}
	if st.Kind == statement.Diagnostics || st.Effects.Any(statement.UsesFoundRows|statement.UsesRowCount|statement.SessionVars) {
		return nil
	}
	c.session.DropLinger()
	c.giveBack(c.held)
	return nil
}

// salvage saves what only the held connection knows about the last statement, and gives it back.
func (c *Client) salvage() {
	conn := c.held
	until := time.Now().Add(ownWait)
	warnings, err := conn.Query("SHOW WARNINGS LIMIT "+strconv.Itoa(session.MaxWarnings), until)
	if err == nil {
		rows := make([]mysql.Row, len(warnings.Rows))
		for i, r := range warnings.Rows {
			for _, v := range r {
				rows[i] = append(rows[i], append([]byte(nil), v...))
			}
		}
		c.session.SaveWarnings(rows)
		err = c.saveFoundRows(conn, until)
	}
	c.session.DropLinger()
	c.publish()
	if err != nil {
		c.forget(conn)
		return
	}
	c.giveBack(conn)
}

func (c *Client) saveFoundRows(conn *backend.Conn, until time.Time) error {
	n, err := askNumber(conn, "SELECT FOUND_ROWS()", until)
	if err == nil {
		c.session.SaveFoundRows(int64(n))
	}
	return err
}

// askInsertID asks the connection for LAST_INSERT_ID() before it goes back.
func (c *Client) askInsertID(conn *backend.Conn) error {
	id, err := askNumber(conn, "SELECT LAST_INSERT_ID()", time.Now().Add(ownWait))
	if err == nil {
		c.session.SetInsertID(id)
	}
	return err
}

// askCollation asks the connection for its collation_connection.
func (c *Client) askCollation(conn *backend.Conn) error {
	name, err := askOne(conn, "SELECT @@collation_connection", time.Now().Add(ownWait))
	if err == nil {
		c.session.SetCollation(name)
	}
	return err
}

func askNumber(conn *backend.Conn, sql string, until time.Time) (uint64, error) {
	text, err := askOne(conn, sql, until)
	if err != nil {
		return 0, err
	}
	return strconv.ParseUint(text, 10, 64)
}

// askOne asks for one value.
func askOne(conn *backend.Conn, sql string, until time.Time) (string, error) {
	rs, err := conn.Query(sql, until)
	if err != nil {
		return "", err
	}
	if len(rs.Rows) != 1 || len(rs.Rows[0]) != 1 {
		return "", mysql.ErrMalformed
	}
	return string(rs.Rows[0][0]), nil
}

// readBack asks for the values that expressions gave to user variables, as literals that give them again.
func (c *Client) readBack(conn *backend.Conn, names []string) error {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = "@" + session.QuoteName(n)
	}
	rs, err := conn.Query("SELECT "+strings.Join(quoted, ","), time.Now().Add(ownWait))
	if err != nil {
		return err
	}
	if len(rs.Rows) != 1 || len(rs.Columns) != len(names) {
		return mysql.ErrMalformed
	}
	values := make([]session.Setting, len(names))
	for i, column := range rs.Columns {
		values[i] = session.Setting{Name: names[i], Value: c.literal(column, rs.Rows[0][i])}
	}
	c.session.SetUserVars(values)
	return nil
}

// literal writes a value so that a user variable set to it has the same type, character set and collation.
func (c *Client) literal(column mysql.ColumnDef, value []byte) string {
	if value == nil {
		return "NULL"
	}
	text := string(value)
	switch column.Type {
	case mysql.TypeTiny, mysql.TypeShort, mysql.TypeLong, mysql.TypeLongLong, mysql.TypeInt24, mysql.TypeNewDecimal, mysql.TypeDecimal:
		return text
	case mysql.TypeFloat, mysql.TypeDouble:
		if !strings.ContainsAny(text, "eE") {
			text += "e0" // without an exponent it would be a decimal
		}
		return text
	}
	charset, collation, ok := c.server.Servers.Collation(column.Collation)
	if !ok || charset == "binary" {
		return session.Hex(value)
	}
	// The value came in character_set_results; the column says which character set that is.
	return "_" + charset + " " + session.Hex(value) + " COLLATE " + collation
}

// dropHeld gives back a connection whose session ends or is reset. What is on it (a transaction, locks, temporary tables) must be gone
// before anybody else gets it, and soon: others may wait for those locks.
func (c *Client) dropHeld() {
	conn := c.held
	if c.session.Linger() {
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
