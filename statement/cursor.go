package statement

import (
	"bytes"
	"strings"
)

// cursor stands on one token of a statement and goes on from there. It is a value: a copy looks ahead.
type cursor struct {
	lx  lexer
	tok token
}

func newCursor(sql []byte, mode Mode) cursor {
	c := cursor{lx: lexer{sql: sql, mode: mode}}
	c.next()
	return c
}

func (c *cursor) next() { c.tok = c.lx.next() }

func (c *cursor) ended() bool { return c.tok.kind == tokEnd }

func (c *cursor) text() []byte { return c.lx.sql[c.tok.start:c.tok.end] }

// is says whether the cursor stands on the word, which is given in capitals.
func (c *cursor) is(word string) bool { return c.tok.kind == tokWord && equalWord(c.text(), word) }

// isOne says whether the cursor stands on one of the words.
func (c *cursor) isOne(words ...string) bool {
	for _, word := range words {
		if c.is(word) {
			return true
		}
	}
	return false
}

// isMark says whether the cursor stands on a mark of one byte.
func (c *cursor) isMark(mark byte) bool {
	return c.tok.kind == tokPunct && c.tok.end-c.tok.start == 1 && c.lx.sql[c.tok.start] == mark
}

// accept goes behind the words if they follow one after the other, else it stays.
func (c *cursor) accept(words ...string) bool {
	ahead := *c
	for _, word := range words {
		if !ahead.is(word) {
			return false
		}
		ahead.next()
	}
	*c = ahead
	return true
}

// acceptOne goes behind the word if it is one of the words.
func (c *cursor) acceptOne(words ...string) bool {
	if !c.isOne(words...) {
		return false
	}
	c.next()
	return true
}

func (c *cursor) acceptMark(mark byte) bool {
	if !c.isMark(mark) {
		return false
	}
	c.next()
	return true
}

// peek returns a cursor on the token behind.
func (c *cursor) peek() cursor {
	ahead := *c
	ahead.next()
	return ahead
}

// isName says whether the cursor stands on an identifier: quoted, or a word that is not reserved.
func (c *cursor) isName() bool {
	return c.tok.kind == tokQuoted || c.tok.kind == tokWord && flagsOf(c.text())&reserved == 0
}

// name takes an identifier and returns it without quotes; "" if there is none.
func (c *cursor) name() string {
	if c.tok.kind != tokQuoted && c.tok.kind != tokWord {
		return ""
	}
	name := unquoted(c.text(), c.tok.kind)
	c.next()
	return name
}

// qualified takes a name with or without schema. Both are empty if there is none.
func (c *cursor) qualified() (schema, name string) {
	name = c.name()
	if name == "" || !c.acceptMark('.') {
		return "", name
	}
	return name, c.name()
}

// skipParens goes behind the parenthesis that closes the one the cursor stands on.
func (c *cursor) skipParens() {
	for depth := 0; !c.ended(); {
		switch {
		case c.isMark('('):
			depth++
		case c.isMark(')'):
			depth--
		}
		c.next()
		if depth <= 0 {
			return
		}
	}
}

// unquoted returns the identifier that a token writes.
func unquoted(text []byte, kind tokenKind) string {
	if kind != tokQuoted {
		return string(text)
	}
	q := string(text[:1])
	return strings.ReplaceAll(string(bytes.TrimSuffix(text[1:], text[:1])), q+q, q)
}

// stringValue returns the value of a string token as the servers read it (MySQL manual, "String Literals").
func stringValue(text []byte, mode Mode) string {
	if text[0] == 'n' || text[0] == 'N' {
		text = text[1:]
	}
	q := text[0]
	inner := bytes.TrimSuffix(text[1:], text[:1])
	var value strings.Builder
	for i := 0; i < len(inner); i++ {
		c := inner[i]
		switch {
		case c == q:
			i++ // the second of a doubled quote
		case c == '\\' && mode&NoBackslashEscapes == 0 && i+1 < len(inner):
			i++
			c = inner[i]
			if c == '%' || c == '_' { // these keep the backslash, for LIKE
				value.WriteByte('\\')
			}
			c = escaped(c)
		}
		value.WriteByte(c)
	}
	return value.String()
}

// escaped returns what a backslash makes of c.
func escaped(c byte) byte {
	switch c {
	case '0':
		return 0
	case 'b':
		return '\b'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'Z':
		return 0x1a
	default:
		return c
	}
}
