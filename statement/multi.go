package statement

import "bytes"

// split returns the statements of a text, without the semicolons between them and without empty ones. Bodies of
// stored programs are not torn apart. Behind maxStatements of them, the rest is one part.
func split(sql []byte, mode Mode) (parts [][]byte) {
	if bytes.IndexByte(sql, ';') < 0 {
		return [][]byte{sql}
	}
	c := newCursor(sql, mode)
	for !c.ended() {
		if c.acceptMark(';') {
			continue
		}
		start, end := c.tok.start, 0
		switch {
		case len(parts) == maxStatements:
			end = c.skipAll()
		case holdsBody(c):
			end = c.skipBody()
		default:
			end = c.skipStatement()
		}
		parts = append(parts, sql[start:end])
	}
	return parts
}

// maxStatements bounds the work for a text of very many statements.
const maxStatements = 500

// skipAll goes to the end of the text.
func (c *cursor) skipAll() (end int) {
	for !c.ended() {
		c.next()
	}
	return c.tok.start
}

// skipStatement goes on to the next semicolon or the end and returns where the statement ends.
func (c *cursor) skipStatement() (end int) {
	for !c.ended() && !c.isMark(';') {
		c.next()
	}
	return c.tok.start
}

// several tells what a text of several statements means. It may be asked of a replica only if each of them may.
func (p *Parser) several(parts [][]byte, mode Mode, level int, v versions) *Statement {
	b := &builder{p: p, st: &Statement{Kind: Multi, Plain: true}}
	for i, part := range parts {
		one := p.one
		if i == maxStatements {
			one = p.rest
		}
		st := one(part, mode, level, v)
		b.adopt(st)
		b.st.Params += st.Params
		b.st.Fallback = b.st.Fallback || st.Fallback
		b.st.Plain = b.st.Plain && st.Plain
		b.st.List = append(b.st.List, st)
	}
	return b.st
}

// rest is for what follows behind maxStatements statements: nobody looks at it closely.
func (p *Parser) rest(sql []byte, mode Mode, level int, v versions) *Statement {
	b := &builder{p: p, sql: sql, mode: mode, level: level, versions: v, st: &Statement{}}
	b.identify()
	b.unknown()
	b.finish()
	return b.st
}
