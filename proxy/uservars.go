package proxy

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/session"
	"shunt/statement"
)

// readBack asks for the values that statements gave to user variables, as literals that give them again. Of each it asks four things: its type, the bytes of its
// text in hexadecimal (as a text they would come in character_set_results, which may not have all of its characters), character set and collation.
func (c *Client) readBack(conn *backend.Conn) error {
	names := c.session.Unread()
	items := make([]string, len(names))
	for i, n := range names {
		v := "@" + statement.QuoteName(n)
		items[i] = "NULLIF(" + v + "," + v + "),HEX(LEFT(" + v + "," + strconv.Itoa(session.TooLong) + ")),CHARSET(" + v + "),COLLATION(" + v + ")"
	}
	rs, err := conn.Query("SELECT "+strings.Join(items, ","), time.Now().Add(ownWait))
	if err != nil {
		return err
	}
	if len(rs.Rows) != 1 || len(rs.Columns) != 4*len(names) {
		return mysql.ErrMalformed
	}
	values := make([]session.Setting, 0, len(names))
	for i, n := range names {
		column, told := &rs.Columns[4*i], rs.Rows[0][4*i+1:4*i+4]
		if told[0] == nil && column.Length == neverSet {
			continue
		}
		value, err := literal(column, told)
		if err != nil {
			return err
		}
		values = append(values, session.Setting{Name: n, Value: value})
	}
	c.session.SetUserVars(values)
	return nil
}

// neverSet is the length in the definition of a variable that does not exist, as SELECT … INTO @v leaves it without a row. One that is NULL has another
// (MariaDB 10.11).
const neverSet = 1 << 24

// literal writes a value so that a user variable set to it has the same type, character set and collation. told is its bytes in hexadecimal, its character
// set and its collation.
func literal(column *mysql.ColumnDef, told mysql.Row) (string, error) {
	charset, collation := ascii(told[1]), ascii(told[2])
	if isText(column.Type) {
		bytes := "X'" + ascii(told[0]) + "'"
		if charset == "binary" {
			return typed(told[0], bytes, "X''"), nil
		}
		return typed(told[0], "_"+charset+" "+bytes+" COLLATE "+collation, "_"+charset+" X'' COLLATE "+collation), nil
	}
	decoded, err := hex.DecodeString(ascii(told[0]))
	if err != nil {
		return "", err
	}
	text := ascii(decoded)
	switch {
	case column.Type == mysql.TypeNewDecimal || column.Type == mysql.TypeDecimal:
		return typed(told[0], text, "1.0"), nil
	case column.Type == mysql.TypeDouble || column.Type == mysql.TypeFloat:
		if !strings.ContainsAny(text, "eE") {
			text += "e0" // without an exponent it would be a decimal
		}
		return typed(told[0], text, "1e0"), nil
	case column.Flags&mysql.FlagUnsigned != 0:
		return typed(told[0], "CAST("+text+" AS UNSIGNED)", "CAST(1 AS UNSIGNED)"), nil
	}
	return typed(told[0], text, "1"), nil
}

func isText(t mysql.ColumnType) bool {
	switch t {
	case mysql.TypeTiny, mysql.TypeShort, mysql.TypeLong, mysql.TypeLongLong, mysql.TypeInt24, mysql.TypeNewDecimal, mysql.TypeDecimal, mysql.TypeFloat, mysql.TypeDouble:
		return false
	}
	return true
}

// typed is the literal of a value, or a NULL of the type that `like` has.
func typed(value []byte, literal, like string) string {
	if value == nil {
		return "NULLIF(" + like + "," + like + ")"
	}
	return literal
}

// ascii takes away the zero bytes that utf16 and the like put between.
func ascii(value []byte) string { return strings.ReplaceAll(string(value), "\x00", "") }
