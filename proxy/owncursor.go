package proxy

import (
	"encoding/binary"

	"shunt/mysql"
	"shunt/session"
	"shunt/statement"
)

// ownCursor is a cursor over an answer of our own, which has one row.
type ownCursor struct {
	of   *session.Stmt
	rows [][]byte // those that are left, as payloads of packets
}

// opensCursor says whether an execution asks for a cursor and gets one, of those that the proxy answers itself: SHOW WARNINGS has none.
func (j *job) opensCursor() bool {
	asks := j.st.Kind == statement.Select || j.st.Kind == statement.Diagnostics && j.st.Label != "warnings" && j.st.Label != "errors"
	return asks && j.asksCursor()
}

// asksCursor says whether the execution would have a cursor.
func (j *job) asksCursor() bool {
	at := mysql.HeaderLen + executeFlags
	return j.stmt != nil && len(j.packets) > at && j.packets[mysql.HeaderLen] == byte(mysql.ComStmtExecute) && j.packets[at]&cursorReadOnly != 0
}

// appendOpened appends the answer that opens a cursor: the definitions, and no rows yet. Servers put such a result into a temporary table, which shows in the
// definitions (measured on MariaDB 10.11 and MySQL 9.7).
func (c *Client) appendOpened(dst []byte, rs mysql.ResultSet, st *session.Stmt, end mysql.OK) []byte {
	for i := range rs.Columns {
		column := &rs.Columns[i]
		column.OrgName = column.Name
		if column.Type == mysql.TypeVarString {
			column.Decimals = 0
		} else {
			column.Flags &^= mysql.FlagBinary
		}
	}
	start := len(dst)
	end.Status |= mysql.StatusCursorExists
	dst, seq := mysql.ResultSet{Columns: rs.Columns}.Append(dst, 1, c.caps, end)
	if c.caps.Has(mysql.CapCacheMetadata) {
		dst, _ = leaveOut(dst, start, len(rs.Columns), seq, st)
	}
	if !c.caps.Has(mysql.CapDeprecateEOF) {
		dst = dst[:start+lastPacket(dst[start:])] // there is one end, that of the definitions
	}
	c.cursor = &ownCursor{of: st}
	for _, row := range rs.Rows {
		c.cursor.rows = append(c.cursor.rows, appendBinaryRow(nil, rs.Columns, row))
	}
	return dst
}

// fetchOwn answers COM_STMT_FETCH from a cursor of our own.
func (c *Client) fetchOwn(payload []byte) error {
	count := uint32(0)
	if len(payload) >= fetchLen {
		count = binary.LittleEndian.Uint32(payload[fetchCount:])
	}
	end, seq := mysql.OK{Status: c.status() | mysql.StatusCursorExists}, byte(1)
	c.lendOut()
	for ; count > 0 && len(c.cursor.rows) > 0; count-- {
		start := len(c.out)
		c.out, seq = mysql.ClosePacket(append(mysql.OpenPacket(c.out), c.cursor.rows[0]...), start, seq)
		c.cursor.rows = c.cursor.rows[1:]
	}
	if count > 0 {
		end.Status ^= mysql.StatusCursorExists | mysql.StatusLastRowSent
		c.cursor = nil
	}
	start := len(c.out)
	if c.caps.Has(mysql.CapDeprecateEOF) {
		c.out = end.Append(mysql.OpenPacket(c.out), mysql.HeaderEOF, c.caps)
	} else {
		c.out = mysql.AppendEOF(mysql.OpenPacket(c.out), 0, end.Status)
	}
	c.out, _ = mysql.ClosePacket(c.out, start, seq)
	return c.flush()
}

// hasOwn says whether the statement's cursor is one of ours.
func (c *Client) hasOwn(st *session.Stmt) bool { return c.cursor != nil && c.cursor.of == st }

// dropOwn closes the statement's cursor, if that is one of ours.
func (c *Client) dropOwn(st *session.Stmt) {
	if c.hasOwn(st) {
		c.cursor = nil
	}
}

// Where the number of rows stands in COM_STMT_FETCH, counted from the command byte.
const (
	fetchCount = 5
	fetchLen   = 9
)
