package proxy

import (
	"slices"
	"strings"

	"shunt/mysql"
	"shunt/session"
	"shunt/statement"
	"shunt/topology"
)

// answerItself answers what only the proxy knows, or what it has kept, with the column definitions of a MariaDB 10.11 or MySQL 8.4
// server (they agree here).
func (c *Client) answerItself(j *job) error {
	c.server.metrics.answered(j.st.Kind, c.task.Shard())
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

// resultCharset is the collation of character_set_results and the most bytes a character takes in it. Off (NULL) means the servers' own, utf8mb3.
func (c *Client) resultCharset() (collation uint16, width uint32) {
	name := "utf8mb3"
	if v, ok := c.session.State().Var("character_set_results"); ok && v != "NULL" {
		name = strings.Trim(v, "'")
	}
	collation, width, ok := c.server.Servers.Charset(name)
	if !ok {
		return mysql.CollationUTF8MB4, 4
	}
	if id, ok := c.server.Servers.CollationID(c.session.State().Results()); ok {
		collation = id
	}
	return collation, width
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
	asked := j.st.Several
	if len(asked) == 0 {
		asked = []statement.Question{{Ask: j.st.Ask, Label: j.st.Label}}
	}
	token := ""
	if slices.ContainsFunc(asked, func(q statement.Question) bool { return q.Ask == statement.AskToken }) {
		var err error
		if token, err = c.token(j.started.Add(c.server.config.Wait)); err != nil {
			return c.replyOrEnd(err, j)
		}
	}
	var rs mysql.ResultSet
	var values []any
	for _, q := range asked {
		column, value := c.askItem(q, token)
		rs.Columns, values = append(rs.Columns, column), append(values, value)
	}
	rs.Rows = []mysql.Row{mysql.NewRow(values...)}
	if j.stmt != nil { // MySQL has warned when it was prepared
		return c.sendResult(rs, j)
	}
	return c.sendResult(rs, j, c.deprecated(asked)...)
}

// deprecated are the warnings that MySQL gives about a question.
func (c *Client) deprecated(asked []statement.Question) (warnings []mysql.Row) {
	for _, q := range asked {
		if q.Ask == statement.AskFoundRows && c.serverFlavor == topology.MySQL {
			warnings = append(warnings, mysql.NewRow("Warning", 1287,
				"FOUND_ROWS() is deprecated and will be removed in a future release. Consider using COUNT(*) instead."))
		}
	}
	return warnings
}

// askItem is the column and the value that answer a question; token is the session's, if that is asked for.
func (c *Client) askItem(q statement.Question, token string) (mysql.ColumnDef, any) {
	switch q.Ask {
	case statement.AskConnectionID:
		return number(q.Label, mysql.TypeLong, 10, mysql.FlagNotNull|mysql.FlagUnsigned), c.id
	case statement.AskInsertID:
		return number(q.Label, mysql.TypeLongLong, 21, mysql.FlagNotNull|mysql.FlagUnsigned), c.session.InsertID()
	case statement.AskRowCount:
		return number(q.Label, mysql.TypeLongLong, 21, mysql.FlagNotNull), c.session.RowCount()
	case statement.AskWarningCount, statement.AskErrorCount:
		return number(q.Label, mysql.TypeLongLong, 21, mysql.FlagUnsigned), c.warningCount(q.Ask == statement.AskErrorCount)
	case statement.AskFoundRows:
		return number(q.Label, mysql.TypeLongLong, 21, mysql.FlagNotNull), c.session.FoundRows()
	case statement.AskToken:
		return c.text(q.Label, tokenLength, mysql.FlagNotNull), token
	case statement.AskConsistency:
		return c.text(q.Label, 32, mysql.FlagNotNull), c.session.Facts().Consistency.String()
	}
	flags := mysql.ColumnFlags(0)
	if mode, set := c.session.State().Var("sql_mode"); set && !strings.Contains(strings.ToUpper(mode), "STRICT_") && c.serverFlavor == topology.MariaDB {
		flags = mysql.FlagNotNull // else the conversion to character_set_results might fail
	}
	return c.text(q.Label, c.userChars(), flags), c.user + "@" + c.host()
}

// userChars is how many characters USER() may have: a name, @ and a host.
func (c *Client) userChars() uint32 {
	if c.serverFlavor == topology.MySQL {
		return 32 + 1 + 255
	}
	return 128 + 1 + 255
}

// sendResult sends a result of our own and lets the session see its end.
func (c *Client) sendResult(rs mysql.ResultSet, j *job, warnings ...mysql.Row) error {
	return c.sendResultWith(c.status(), rs, j, warnings...)
}

// sendResultWith has other status flags at its end.
func (c *Client) sendResultWith(status mysql.Status, rs mysql.ResultSet, j *job, warnings ...mysql.Row) error {
	end := mysql.OK{Status: status, Warnings: uint16(len(warnings))}
	cursor := j.opensCursor() && len(rs.Rows) == 1 || j.asksCursor() && j.st.Lists != statement.ListsNothing
	sent := len(rs.Rows)
	if cursor && c.serverFlavor == topology.MariaDB { // MySQL counts them when it opens the cursor
		sent = 0
	}
	c.session.Begin(j.st)
	c.session.OK(c.serverFlavor, &end, true, uint64(sent), nil)
	c.session.Answered()
	if len(warnings) > 0 {
		c.session.SaveWarnings(warnings)
	}
	c.lendOut()
	switch {
	case cursor:
		c.out = c.appendOpened(c.out, rs, j.stmt, end)
	case j.stmt != nil:
		c.out = appendBinary(c.out, rs, j.stmt, c.caps, end)
	default:
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
	codeLength := uint32(4)
	if c.serverFlavor == topology.MySQL {
		codeLength = 5 // 9.7
	}
	return []mysql.ColumnDef{
		c.text("Level", 7, mysql.FlagNotNull), number("Code", mysql.TypeLong, codeLength, mysql.FlagNotNull|mysql.FlagUnsigned),
		c.text("Message", session.MessageLength, mysql.FlagNotNull),
	}
}
