package statement

import "bytes"

// maxNesting bounds how deep VALUES within VALUES is looked into; deeper ones are written as they are.
const maxNesting = 32

// lists shortens the list of literals that may follow a word that was just written.
func (f *folder) lists(word []byte) {
	switch {
	case equalWord(word, "IN"):
		f.literalList()
	case equalWord(word, "VALUES") && f.depth < maxNesting:
		f.depth++
		f.rows()
		f.depth--
	}
}

// literalList writes (…) for a parenthesised list that holds nothing but literals and goes behind it. It writes
// nothing and returns false if something else follows.
func (f *folder) literalList() bool {
	end, params, ok := f.listAhead(f.lx)
	if !ok {
		return false
	}
	f.lx = end
	f.params += params
	f.writeList()
	return true
}

func (f *folder) writeList() {
	f.space()
	switch f.style {
	case compactStyle:
		f.out = append(f.out, "(0)"...)
	default:
		f.out = append(f.out, '(', collapsed, ')')
	}
	f.prev, f.flags, f.mark, f.bare = token{kind: tokPunct}, 0, ')', false
}

// listAhead reads a list of literals with a lexer of its own and returns that lexer, standing behind the list.
func (f *folder) listAhead(ahead lexer) (end lexer, params int, ok bool) {
	if !ahead.nextIs('(') {
		return ahead, 0, false
	}
	for empty := true; ; empty = false {
		switch t := ahead.next(); t.kind {
		case tokNumber, tokString:
		case tokParam:
			params++
		case tokWord:
			word := ahead.sql[t.start:t.end]
			if flagsOf(word)&elidable == 0 && !ahead.introduces(word) {
				return ahead, 0, false
			}
		case tokPunct:
			switch c := ahead.sql[t.start]; {
			case t.end-t.start != 1:
				return ahead, 0, false
			case c == ')':
				return ahead, params, !empty
			case c != ',' && c != '-' && c != '+':
				return ahead, 0, false
			}
		default:
			return ahead, 0, false
		}
	}
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
		open, isRow := rowAhead(ahead)
		if !isRow {
			return
		}
		start := len(f.out)
		if !first {
			f.step(f.lx.next())
		}
		content := len(f.out)
		f.row(open)
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

func (f *folder) row(named bool) {
	if named {
		f.step(f.lx.next())
	}
	if f.literalList() {
		return
	}
	for open := 0; ; {
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
			return
		}
	}
}
