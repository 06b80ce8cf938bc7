package statement

import "bytes"

// maxNesting bounds how deep VALUES within VALUES is looked into; deeper ones are written as they are.
const maxNesting = 32

// lists shortens the list of literals that may follow a word that was just written.
func (f *folder) lists(word []byte) {
	switch {
	case equalWord(word, "IN"):
		f.literalList(false)
	case equalWord(word, "VALUES") && f.depth < maxNesting:
		f.depth++
		f.rows()
		f.depth--
	}
}

// literalList writes (…) for a parenthesised list that holds nothing but literals and goes behind it. It writes
// nothing and returns false if something else follows.
func (f *folder) literalList(row bool) bool {
	switch end, params := plainList(f.lx.sql, f.lx.pos, row); {
	case end > 0:
		f.behindList(end)
		f.params += params
	case end == noList:
		return false
	default:
		l := list{ahead: f.lx, row: row}
		if !l.read() {
			return false
		}
		f.lx = l.ahead
		f.params += l.params
	}
	f.writeList()
	return true
}

// behindList goes on behind the parenthesis of a list.
func (f *folder) behindList(end int) {
	f.lx.pos, f.lx.last, f.lx.lastEnd, f.lx.afterDot = end, tokPunct, end, false
}

func (f *folder) writeList() {
	f.space()
	switch f.style {
	case compactStyle:
		f.out = append(f.out, "(0)"...)
	default:
		f.out = append(f.out, '(', collapsed, ')')
	}
	f.prev, f.prevEnd, f.flags, f.mark, f.bare = tokPunct, 0, 0, ')', false
}

// list reads a list of literals ahead, with a lexer of its own.
type list struct {
	ahead  lexer
	row    bool // of values, where DEFAULT is one
	params int
}

// read goes behind the list if it is one, and well formed: what the parser may refuse must not look like what it takes.
func (l *list) read() bool {
	if !l.ahead.nextIs('(') {
		return false
	}
	for {
		last, ok := l.element()
		if !ok {
			return false
		}
		switch c := l.ahead.sql[last.start]; {
		case last.kind != tokPunct || last.end-last.start != 1:
			return false
		case c == ')':
			return true
		case c != ',':
			return false
		}
	}
}

// element takes one literal, and returns the token behind it.
func (l *list) element() (behind token, ok bool) {
	t := l.ahead.next()
	for t.kind == tokPunct && (l.ahead.sql[t.start] == '-' || l.ahead.sql[t.start] == '+') && t.end-t.start == 1 {
		if t = l.ahead.next(); t.kind != tokNumber && t.kind != tokPunct {
			return t, false
		}
	}
	text := l.ahead.sql[t.start:t.end]
	switch t.kind {
	case tokParam:
		l.params++
	case tokNumber:
		if text[len(text)-1] == '\'' && !validQuoted(text) {
			return t, false
		}
	case tokString:
		t = l.ahead.next()
		for t.kind == tokString {
			t = l.ahead.next()
		}
		return t, t.kind != tokEnd
	case tokWord:
		switch {
		case l.ahead.introduces(text):
			return l.element()
		case flagsOf(text)&elidable == 0, !l.row && equalWord(text, "DEFAULT"):
			return t, false
		}
	default:
		return t, false
	}
	t = l.ahead.next()
	return t, t.kind != tokEnd
}

// introduces says whether word is a character set introducer (_binary 'x'), which needs a literal behind it.
func (l *lexer) introduces(word []byte) bool {
	if word[0] != '_' {
		return false
	}
	ahead := *l
	kind := ahead.next().kind
	return kind == tokString || kind == tokNumber
}

// nextIs takes the next token and says whether it is the mark c.
func (l *lexer) nextIs(c byte) bool {
	t := l.next()
	return t.kind == tokPunct && t.end-t.start == 1 && l.sql[t.start] == c
}

// rows writes what follows VALUES: rows of literals once, other rows once if the next is like the one before.
func (f *folder) rows() {
	var last []byte // the row before, as it was written; points into f.out
	for first := true; ; first = false {
		ahead := f.lx
		if !first && !ahead.nextIs(',') {
			return
		}
		named, isRow := rowAhead(ahead)
		if !isRow {
			return
		}
		start := len(f.out)
		if !first {
			f.step(f.lx.next())
		}
		content := len(f.out)
		if f.row(named) && !named {
			f.skipRows()
		}
		if row := f.out[content:]; !first && bytes.Equal(row, last) {
			f.out = f.out[:start]
		} else {
			last = row
		}
	}
}

// rowAhead says whether a row follows, and whether the word ROW stands before it.
func rowAhead(ahead lexer) (named, ok bool) {
	t := ahead.next()
	if t.kind == tokWord && equalWord(ahead.sql[t.start:t.end], "ROW") {
		return true, ahead.nextIs('(')
	}
	return false, t.kind == tokPunct && ahead.sql[t.start] == '('
}

// skipRows goes behind rows of literals, which all look like the one before.
func (f *folder) skipRows() {
	sql := f.lx.sql
	for {
		comma := behindBlanks(sql, f.lx.pos)
		if comma == len(sql) || sql[comma] != ',' {
			return
		}
		end, params := plainList(sql, comma+1, true)
		if end <= 0 {
			return
		}
		f.behindList(end)
		f.params += params
	}
}

// row writes a row and says whether it is a list of literals.
func (f *folder) row(named bool) (literal bool) {
	if named {
		f.step(f.lx.next())
	}
	if f.literalList(true) {
		return true
	}
	f.step(f.lx.next()) // the parenthesis
	for open := 1; ; {
		if open = f.run(open); open == 0 {
			return false
		}
		t := f.lx.next()
		if t.kind == tokPunct {
			switch f.lx.sql[t.start] {
			case '(':
				open++
			case ')':
				open--
			}
		}
		if !f.step(t) || open == 0 {
			return false
		}
	}
}
