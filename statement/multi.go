package statement

import "bytes"

// split returns the statements of a text, without the semicolons between them and without empty ones. Bodies of
// stored programs are not torn apart.
func split(sql []byte, mode Mode) [][]byte {
	if bytes.IndexByte(sql, ';') < 0 {
		return [][]byte{sql}
	}
	var parts [][]byte
	c := newCursor(sql, mode)
	for !c.ended() {
		if c.acceptMark(';') {
			continue
		}
		start, end := c.tok.start, 0
		if holdsBody(c) {
			end = c.skipBody()
		} else {
			end = c.skipStatement()
		}
		parts = append(parts, sql[start:end])
	}
	return parts
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
	for _, part := range parts {
		one := p.one(part, mode, level, v)
		b.adopt(one)
		b.st.Params += one.Params
		b.st.Fallback = b.st.Fallback || one.Fallback
		b.st.Plain = b.st.Plain && one.Plain
		b.st.List = append(b.st.List, one)
	}
	return b.st
}
