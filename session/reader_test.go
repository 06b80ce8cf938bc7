package session

import (
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"shunt/statement"
)

// item is an assignment of a SET as a server reads it: quotes and escapes are taken off. Of a string with its character set and collation, value is the
// string.
type item struct{ name, value string }

// readItems reads a SET statement; nil if its quotes are not closed, or it is more than one.
func readItems(sql string, mode statement.Mode) (items []item) {
	r := reader{text: sql, mode: mode}
	if !r.next() || !strings.EqualFold(r.token, "SET") {
		return nil
	}
	one, depth, valued, text := item{}, 0, false, false
	for r.next() {
		switch {
		case r.is(";"):
			return nil
		case r.is(",") && depth == 0:
			items, one, valued, text = append(items, one), item{}, false, false
			continue
		case !valued && (r.is("=") || r.is(":")):
			valued = r.is("=")
			continue
		case r.is("("):
			depth++
		case r.is(")"):
			depth--
		}
		switch {
		case !valued:
			one.name += r.token
		case r.quoted && !text:
			one.value, text = r.token, true
		case r.quoted || !text:
			one.value += r.token
		}
	}
	if r.open {
		return nil
	}
	return append(items, one)
}

// reader reads SQL token by token. It is a second opinion on what quotes, escapes and comments mean, apart from package statement
// (MySQL manual, "String Literals", "Schema Object Names", "Comments").
type reader struct {
	text   string
	mode   statement.Mode
	token  string // its value, if it is in quotes
	quoted bool
	open   bool // a quote or a comment is not closed
}

// is says whether the token is that mark.
func (r *reader) is(mark string) bool { return r.token == mark && !r.quoted }

// next goes to the next token and says whether there is one.
func (r *reader) next() bool {
	r.blanks()
	if r.text == "" || r.open {
		return false
	}
	r.quoted = false
	switch c := r.text[0]; {
	case c == '\'', c == '"', c == '`':
		r.quote(0)
	case len(r.text) > 1 && r.text[1] == '\'' && strings.IndexByte("xXnNbB", c) >= 0:
		r.quote(1)
		if c|0x20 == 'x' {
			raw, err := hex.DecodeString(r.token)
			r.token, r.open = string(raw), r.open || err != nil
		}
	case isWord(r.text[:1]):
		end := 1
		for end < len(r.text) && isWord(r.text[end:end+1]) {
			end++
		}
		r.token, r.text = r.text[:end], r.text[end:]
	default:
		r.token, r.text = r.text[:1], r.text[1:]
	}
	return true
}

// quote reads what a quote opens at i.
func (r *reader) quote(i int) {
	q := r.text[i]
	escapes := r.mode&statement.NoBackslashEscapes == 0 && (q == '\'' || q == '"' && r.mode&statement.AnsiQuotes == 0)
	var b strings.Builder
	for i++; i < len(r.text); i++ {
		switch c := r.text[i]; {
		case c == '\\' && escapes && i+1 < len(r.text):
			i++
			b.WriteString(unescaped(r.text[i]))
		case c != q:
			b.WriteByte(c)
		case i+1 < len(r.text) && r.text[i+1] == q:
			i++
			b.WriteByte(q)
		default:
			r.token, r.quoted, r.text = b.String(), true, r.text[i+1:]
			return
		}
	}
	r.open, r.text = true, ""
}

func unescaped(c byte) string {
	if at := strings.IndexByte("0bnrtZ", c); at >= 0 {
		return "\x00\b\n\r\t\x1a"[at : at+1]
	}
	if c == '%' || c == '_' {
		return `\` + string(c)
	}
	return string([]byte{c})
}

// blanks skips white space and comments.
func (r *reader) blanks() {
	for {
		r.text = strings.TrimLeft(r.text, " \t\r\n\v\f")
		end := ""
		switch {
		case strings.HasPrefix(r.text, "#"), strings.HasPrefix(r.text, "--") && (len(r.text) == 2 || r.text[2] <= ' ' || r.text[2] == 0x7f):
			end = "\n"
		case strings.HasPrefix(r.text, "/*"):
			end = "*/"
		default:
			return
		}
		_, rest, found := strings.Cut(r.text[min(2, len(r.text)):], end)
		if r.text = rest; !found {
			r.open = r.open || end == "*/"
		}
	}
}

func TestItemsAreReadAsServersDo(t *testing.T) {
	for _, c := range []struct {
		sql  string
		mode statement.Mode
		want []item
	}{
		{"SET a = 1, @b := 'it''s'", 0, []item{{"a", "1"}, {"@b", "it's"}}},
		{`SET @a = 'x\', @b = 1'`, 0, []item{{"@a", "x', @b = 1"}}},
		{`SET @a = 'x\', @b = 1`, statement.NoBackslashEscapes, []item{{"@a", `x\`}, {"@b", "1"}}},
		{`SET @a = 'x\', @b = 1'`, statement.NoBackslashEscapes, nil},
		{"SET @`a``,b` = (1, 2), c = X'41' /* , d = 1 */ -- , e = 1", 0, []item{{"@a`,b", "(1,2)"}, {"c", "A"}}},
		{"SET @a = _latin1 X'E4' COLLATE latin1_bin", 0, []item{{"@a", "\xe4"}}},
		{"SET a = 1; DROP TABLE t", 0, nil}, {"SELECT 1", 0, nil},
	} {
		if got := readItems(c.sql, c.mode); !slices.Equal(got, c.want) {
			t.Errorf("%s in mode %d is read as %q, want %q", c.sql, c.mode, got, c.want)
		}
	}
}
