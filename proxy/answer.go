package proxy

import (
	"strings"

	"shunt/mysql"
	"shunt/session"
	"shunt/statement"
	"shunt/topology"
)

// answerItself answers what only the proxy knows, or what it has kept, with the column definitions of a MariaDB 10.11 or MySQL 8.4
// server (they agree here).
func (c *Client) answerItself(j *job) error {
	c.server.metrics.answered(j.st.Kind)
	switch j.st.Kind {
	case statement.Kill:
		return c.killStatement(j.st)
	case statement.Commit, statement.Rollback: // no transaction is open
		c.session.Begin(j.st)
		c.session.OK(c.serverFlavor, &mysql.OK{Status: c.status()}, false, 0, nil)
		c.session.Answered()
		return c.sendOK(1)
	case statement.Diagnostics:
		return c.answerDiagnostics(j)
	}
	if j.st.Ask == statement.AskProcessList {
		return c.answerProcessList(j)
	}
	return c.answerAsk(j)
}

// number columns as servers define those of their information functions.
func number(name string, typ mysql.ColumnType, length uint32, flags mysql.ColumnFlags) mysql.ColumnDef {
	return mysql.ColumnDef{Name: name, Type: typ, Length: length, Flags: flags | mysql.FlagBinary, Collation: mysql.CollationBinary}
}

// text columns come in the session's character_set_results.
func (c *Client) text(name string, chars uint32, flags mysql.ColumnFlags) mysql.ColumnDef {
	collation, width := c.resultCharset()
	return mysql.ColumnDef{Name: name, Type: mysql.TypeVarString, Length: chars * width, Flags: flags, Collation: collation, Decimals: c.textDecimals()}
}

// textDecimals is what a server writes where a column of text has no decimals: NOT_FIXED_DEC.
func (c *Client) textDecimals() byte {
	if c.serverFlavor == topology.MySQL {
		return 31
	}
	return 39
}

// resultCharset is the default collation of character_set_results and the most bytes a character takes in it. Off
// (NULL) means the servers' own, utf8mb3.
func (c *Client) resultCharset() (collation uint16, width uint32) {
	name := "utf8mb3"
	if v, ok := c.session.State().Var("character_set_results"); ok && v != "NULL" {
		name = strings.Trim(v, "'")
	}
	if id, width, ok := c.server.Servers.Charset(name); ok {
		return id, width
	}
	return mysql.CollationUTF8MB4, 4
}

// defaultCollation names the servers' default collation of a character set.
func (s *Server) defaultCollation(charset string) (string, bool) {
	id, _, ok := s.Servers.Charset(charset)
	if !ok {
		return "", false
	}
	_, name, ok := s.Servers.Collation(id)
	return name, ok
}

func (c *Client) answerAsk(j *job) error {
	var column mysql.ColumnDef
	var value any
	switch j.st.Ask {
	case statement.AskConnectionID:
		column, value = number(j.st.Label, mysql.TypeLong, 10, mysql.FlagNotNull|mysql.FlagUnsigned), c.id
	case statement.AskInsertID:
		column, value = number(j.st.Label, mysql.TypeLongLong, 21, mysql.FlagNotNull|mysql.FlagUnsigned), c.session.InsertID()
	case statement.AskRowCount:
		column, value = number(j.st.Label, mysql.TypeLongLong, 21, mysql.FlagNotNull), c.session.RowCount()
	case statement.AskWarningCount, statement.AskErrorCount:
		column, value = number(j.st.Label, mysql.TypeLongLong, 21, mysql.FlagUnsigned), c.warningCount(j.st.Ask == statement.AskErrorCount)
	case statement.AskFoundRows:
		column, value = number(j.st.Label, mysql.TypeLongLong, 21, mysql.FlagNotNull), c.session.FoundRows()
	default:
		column, value = c.text(j.st.Label, 384, 0), c.user+"@"+c.host()
	}
	return c.sendResult(mysql.ResultSet{Columns: []mysql.ColumnDef{column}, Rows: []mysql.Row{mysql.NewRow(value)}}, j)
}

// sendResult sends a result of our own and lets the session see its end.
func (c *Client) sendResult(rs mysql.ResultSet, j *job) error {
	end := mysql.OK{Status: c.status()}
	c.session.Begin(j.st)
	c.session.OK(c.serverFlavor, &end, true, uint64(len(rs.Rows)), nil)
	c.session.Answered()
	c.lendOut()
	if j.stmt != nil {
		j.stmt.Definitions = 0
		c.out = appendBinary(c.out, rs, c.caps, end)
	} else {
		c.out, _ = rs.Append(c.out, 1, c.caps, end)
	}
	return c.flush()
}

// answerDiagnostics answers SHOW WARNINGS and its kin from what was saved when the connection went back. Without warnings there is
// nothing to have saved.
func (c *Client) answerDiagnostics(j *job) error {
	st := j.st
	errorsOnly := strings.HasSuffix(st.Label, "errors")
	if !strings.HasPrefix(st.Label, "count") {
		return c.sendResult(mysql.ResultSet{Columns: c.warningColumns(), Rows: limited(c.savedWarnings(errorsOnly), st.Limit)}, j)
	}
	name := "@@session.warning_count"
	if errorsOnly {
		name = "@@session.error_count"
	}
	column := number(name, mysql.TypeLongLong, 21, mysql.FlagUnsigned)
	return c.sendResult(mysql.ResultSet{Columns: []mysql.ColumnDef{column}, Rows: []mysql.Row{mysql.NewRow(c.warningCount(errorsOnly))}}, j)
}

// savedWarnings are the rows of SHOW WARNINGS, or of SHOW ERRORS.
func (c *Client) savedWarnings(errorsOnly bool) []mysql.Row {
	rows := []mysql.Row{}
	for _, r := range c.session.Warnings().Saved {
		if !errorsOnly || string(r[0]) == "Error" {
			rows = append(rows, r)
		}
	}
	return rows
}

func (c *Client) warningCount(errorsOnly bool) int {
	if errorsOnly {
		return len(c.savedWarnings(true))
	}
	return int(c.session.Warnings().Count)
}

// limited cuts rows as LIMIT does.
func limited(rows []mysql.Row, limit *statement.Limit) []mysql.Row {
	if limit == nil {
		return rows
	}
	rows = rows[min(limit.Offset, uint64(len(rows))):]
	return rows[:min(limit.Count, uint64(len(rows)))]
}

func (c *Client) warningColumns() []mysql.ColumnDef {
	return []mysql.ColumnDef{
		c.text("Level", 7, mysql.FlagNotNull), number("Code", mysql.TypeLong, 4, mysql.FlagNotNull|mysql.FlagUnsigned),
		c.text("Message", session.MessageLength, mysql.FlagNotNull),
	}
}
