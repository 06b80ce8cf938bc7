package proxy

import (
	"bytes"
	"strconv"
	"strings"

	"shunt/mysql"
	"shunt/sharding"
	"shunt/statement"
)

// rowNames says what in the rows of an answer is, or has in it, the name of a database. Such an answer is short, and is put together as a whole before it is
// passed on.
type rowNames struct {
	names     *sharding.Names
	wrong     *statement.Renamed // what warnings of errors of syntax quote
	mode      statement.Mode
	name      int // the column that is the name of a database; -1: none
	qualified int // … of a table with its database
	message   int // … the text of an error; its number stands in front of it, if code is set
	code      bool
	made      int  // … CREATE DATABASE
	texts     bool // all other columns may be texts of definitions
	grants    bool // … grants
	explains  bool // … what EXPLAIN tells
	view      int  // … a comment, which for a view that cannot be used is an error

	holding bool
	from    int  // where the answer begins in what is assembled
	seq     byte // the number of its first packet
	rows    int  // where its rows begin
	types   []mysql.ColumnType
}

// noNames is what a row has without any.
func noNames(names *sharding.Names, mode statement.Mode) *rowNames {
	return &rowNames{names: names, mode: mode, name: -1, qualified: -1, message: -1, made: -1, view: -1}
}

// viewComment is the column of SHOW TABLE STATUS that has the comment.
const viewComment = 17

// namedRows tells what in the answer of a statement has names of databases; nil: nothing. The error refuses the statement.
func (c *Client) namedRows(j *job, text []byte) (*rowNames, error) {
	if j.silent || j.prepare {
		return nil, nil
	}
	st := j.st
	switch st.Kind {
	case statement.Show, statement.Diagnostics, statement.Describe, statement.Admin, statement.Explain:
	case statement.Multi:
		for _, one := range st.List {
			if one.Kind == statement.Show && one.Lists != statement.ListsTables || one.Kind == statement.Diagnostics || one.Kind == statement.Admin {
				return nil, otherName("in a list of statements what it shows cannot be put into other words; send it alone")
			}
		}
		return nil, nil
	default:
		return nil, nil
	}
	r := noNames(j.named.names, c.mode())
	r.wrong = &c.abroad.wrong
	subject, _, where := statement.Subject(text, c.mode())
	switch {
	case st.Kind == statement.Diagnostics:
		if st.Label != "" && strings.HasPrefix(st.Label, "count") {
			return nil, nil
		}
		r.message, r.code = 2, true
	case st.Kind == statement.Explain:
		r.explains = true
	case st.Kind == statement.Describe:
		r.texts = true
	case st.Kind == statement.Admin:
		if !strings.HasSuffix(subject, " TABLE") {
			return nil, nil
		}
		r.qualified, r.message = 0, 3
	default:
		if !r.shows(subject) {
			return nil, nil
		}
	}
	if where && r.name >= 0 {
		return nil, otherName("a condition of SHOW would be about the name on the server")
	}
	return r, nil
}

// shows tells what SHOW of something has in its rows; false: nothing.
func (r *rowNames) shows(subject string) bool {
	switch subject {
	case "CREATE DATABASE":
		r.name, r.made = 0, 1
	case "EVENTS", "PROCEDURE STATUS", "FUNCTION STATUS", "PACKAGE STATUS", "OPEN TABLES":
		r.name = 0
	case "GRANTS":
		r.grants = true
	case "TABLE STATUS":
		r.view = viewComment
	case "TRIGGERS", "COLUMNS", "FIELDS":
		r.texts = true
	default:
		r.texts = strings.HasPrefix(subject, "CREATE ")
		return r.texts
	}
	return true
}

// heldRows says whether an answer is held back as a whole.
func (a *relay) heldRows() bool { return a.named.rows != nil && a.named.rows.holding }

// beginRows notes where an answer begins, with the packet that has the number of columns and is n bytes long.
func (c *Client) beginRows(n int) {
	if r := c.answer.named.rows; r != nil && !c.answer.dropped() {
		r.holding, r.from, r.seq = true, len(c.out)-n, c.answer.resp.Seq
	}
}

// definedRows takes the types of the columns, for rows in the binary protocol.
func (c *Client) definedRows(from int) {
	r := c.answer.named.rows
	if r == nil || !r.holding {
		return
	}
	r.types, r.rows = r.types[:0], len(c.out)
	for block := c.out[from:]; len(block) > 0; {
		length, _ := mysql.Header(block)
		column, err := mysql.ParseColumnDef(block[mysql.HeaderLen:mysql.HeaderLen+length], c.caps&mysql.CapExtendedMetadata)
		if err != nil {
			return
		}
		r.types = append(r.types, column.Type)
		block = block[mysql.HeaderLen+length:]
	}
}

// renameRows puts the rows that are held back into the words of applications. It gives how many of them were left out, since they are about databases that
// applications cannot see. The error is told in place of the answer.
func (c *Client) renameRows(binary bool) (left byte, err error) {
	r := c.answer.named.rows
	r.holding = false
	rows := bytes.Clone(c.out[r.rows:])
	c.out = c.out[:r.rows]
	for len(rows) > 0 {
		length, seq := mysql.Header(rows)
		payload := rows[mysql.HeaderLen : mysql.HeaderLen+length]
		rows = rows[mysql.HeaderLen+length:]
		start := len(c.out)
		out, shown, err := r.appendRow(mysql.OpenPacket(c.out), payload, binary)
		if err != nil {
			c.out = c.out[:r.from]
			return 0, unclearName(err)
		}
		if !shown {
			left++
			continue
		}
		c.out, _ = mysql.ClosePacket(out, start, seq-left)
	}
	return left, nil
}

// appendRow appends a row with other names.
func (r *rowNames) appendRow(dst, row []byte, binary bool) (_ []byte, shown bool, err error) {
	nulls := func(int) bool { return false }
	d := mysql.NewDecoder(row)
	if binary {
		d.Skip(1)
		n := (len(r.types) + 9) / 8
		bitmap := d.Bytes(n)
		nulls = func(i int) bool { return bitmap[(i+2)/8]>>((i+2)%8)&1 != 0 }
		if d.Err() != nil {
			return append(dst, row...), true, nil
		}
		dst = append(dst, row[:1+n]...)
	}
	code := 0
	for i := 0; i < len(r.types); i++ {
		if nulls(i) {
			continue
		}
		if binary {
			if size := fixedSize(r.types[i]); size >= 0 {
				if size == ownLength {
					size = 1 + int(d.Peek())
				}
				field := d.Bytes(size)
				if d.Err() != nil {
					return dst, false, mysql.ErrMalformed
				}
				if r.code && i == 1 {
					code = int(field[0]) | int(field[1])<<8
				}
				dst = append(dst, field...)
				continue
			}
		}
		value := d.LenencOrNull()
		if d.Err() != nil {
			return dst, false, mysql.ErrMalformed
		}
		if value == nil {
			dst = append(dst, 0xFB)
			continue
		}
		if r.code && i == 1 {
			code, _ = strconv.Atoi(string(value))
		}
		is, shown, err := r.value(i, code, value)
		if err != nil || !shown {
			return dst, false, err
		}
		dst = mysql.AppendLenencString(dst, is)
	}
	return dst, true, nil
}

// ownLength is the size of a type whose values begin with a byte that tells how long they are.
const ownLength = 255

// fixedSize is how many bytes values of a type have in the binary protocol; -1 for texts.
func fixedSize(t mysql.ColumnType) int {
	switch t {
	case mysql.TypeTiny:
		return 1
	case mysql.TypeShort, mysql.TypeYear:
		return 2
	case mysql.TypeLong, mysql.TypeInt24, mysql.TypeFloat:
		return 4
	case mysql.TypeLongLong, mysql.TypeDouble:
		return 8
	case mysql.TypeDate, mysql.TypeDatetime, mysql.TypeTimestamp, mysql.TypeTime:
		return ownLength
	}
	return -1
}

// value is a value of column i with other names; shown is false if the row is about a database that applications cannot see.
func (r *rowNames) value(i, code int, value []byte) (is []byte, shown bool, err error) {
	switch {
	case i == r.name:
		is := r.names.Logical(string(value))
		return []byte(is), is != "", nil
	case i == r.qualified:
		if database, table, ok := bytes.Cut(value, []byte(".")); ok {
			if is := r.names.Logical(string(database)); is != "" {
				return append(append([]byte(is), '.'), table...), true, nil
			}
		}
	case i == r.message, i == r.view && bytes.HasPrefix(value, []byte("View '")):
		return []byte(logicalMessage(code, "", string(value), r.names, r.wrong)), true, nil
	case i == r.made:
		return statement.FirstName(value, renamedBy(r.names)), true, nil
	case r.texts && i > 0:
		is, err := statement.Canonical(value, r.mode, renamedBy(r.names))
		return is, true, err
	case r.explains:
		return r.explained(value), true, nil
	case r.grants:
		is, shown := r.grant(value)
		return is, shown, nil
	}
	return value, true, nil
}

// explained puts a cell of EXPLAIN into other words: columns that a key is compared with (db.t.c,const), names in backticks in what MySQL tells of conditions, and
// both in JSON.
func (r *rowNames) explained(value []byte) (out []byte) {
	for first := true; ; first = false { // what begins behind a dot is no database
		dot := bytes.IndexByte(value, '.')
		if dot < 0 {
			return append(out, value...)
		}
		end := dot
		if end > 0 && value[end-1] == '`' {
			end--
		}
		start := end
		for start > 0 && !bytes.ContainsRune([]byte("`\",( "), rune(value[start-1])) {
			start--
		}
		before := start == 0 && first || start > 0 && value[start-1] != ' ' && value[start-1] != '(' && (value[start-1] == '`') == (end < dot)
		is := r.names.Logical(string(value[start:end]))
		if !before || is == "" {
			is = string(value[start:end])
		}
		out = append(append(append(out, value[:start]...), is...), value[end:dot+1]...)
		value = value[dot+1:]
	}
}

// grant has a grant say which database it is for. In grants on databases an underscore has a backslash before it, since it would stand for any character.
func (r *rowNames) grant(value []byte) (is []byte, shown bool) {
	shown = true
	is, err := statement.Canonical(value, r.mode, func(name string) (string, bool) {
		plain := strings.ReplaceAll(name, `\_`, "_")
		logical := r.names.Logical(plain)
		if logical == "" {
			shown = false
		}
		if logical == plain || logical == "" {
			return "", false
		}
		if plain != name {
			logical = strings.ReplaceAll(logical, "_", `\_`)
		}
		return logical, true
	})
	if err != nil {
		return value, shown
	}
	return is, shown
}
