package statement

import (
	"bytes"
	"sync/atomic"
)

// folder writes the normal form of a text: what is left of it when literals, lists of them, comments and white space
// do not matter. Its hash is the digest of the statement, and made readable it is what consoles show. Two texts
// have the same normal form only if their tokens are the same but for literals; everything that a cached
// Statement says follows from those tokens.
//
//   - A literal is ?, as is a placeholder. A sign before a number belongs to it.
//   - IN (1, 2, 3) is IN (…), and the rows after VALUES are one row if they are alike.
//   - Reserved words are in capitals. All other words stay as they are: they may name tables.
//   - An identifier in quotes stays in quotes, since `now`() and now() call different functions.
//   - A semicolon at the end is dropped.
//
// A folder is reused; its text and hint are valid until the next fold.
type folder struct {
	hits *atomic.Uint64 // counts what this folder's texts found in the cache; constant
	out  []byte
	folding
}

// folding is where a folder is in a text.
type folding struct {
	lx     lexer
	hint   Hint
	params int    // placeholders seen
	kinds  uint64 // a hash of what sorts of literals the text has

	prevEnd int       // the end of the token before, and …
	prev    tokenKind // … its kind
	mark    byte      // it, if it is a mark of one byte
	flags   wordFlags // its, if it is a word
	bare    bool      // nothing yet to put a space behind
	pending bool      // a semicolon is due if anything follows
	signed  bool      // a sign was held back that belongs to the number that follows
	style   style
	depth   int // of VALUES within VALUES
}

// style says what the normal form is for.
type style uint8

const (
	digestStyle  style = iota // to be hashed; of a large text only the hash is kept
	shownStyle                // the same, kept whole
	compactStyle              // to be parsed: SQL with short constants in place of the literals
)

// collapsed stands for a list of literals. The byte cannot come from a text: control characters are written as 0.
const collapsed = 1

// fold reads sql and leaves the normal form in f.out.
func (f *folder) fold(sql []byte, mode Mode, st style) {
	f.begin(sql, mode, st)
	for f.run(wholeText); f.step(f.lx.next()); f.run(wholeText) {
		if f.style == digestStyle && len(f.out) > absorbed {
			f.absorb()
		}
	}
}

// begin makes f ready for a text. It is written field by field: a literal would be made elsewhere and copied.
func (f *folder) begin(sql []byte, mode Mode, st style) {
	f.folding = folding{}
	f.lx.sql, f.lx.mode, f.lx.hint = sql, mode, &f.hint
	f.style, f.bare = st, true
	f.out = f.out[:0]
}

// release forgets the text, which belongs to the caller.
func (f *folder) release() {
	f.lx.sql, f.hint = nil, Hint{}
	if cap(f.out) > 2*absorbed {
		f.out = nil
	}
}

// step writes one token, and with IN or VALUES also the list that follows. It returns false at the end.
func (f *folder) step(t token) bool {
	text := f.lx.sql[t.start:t.end]
	afterDot := f.mark == '.'
	var flags wordFlags
	switch t.kind {
	case tokEnd:
		return false
	case tokWord:
		known := &words[unlisted]
		if !afterDot {
			known = lookUp(text)
		}
		flags = known.flags
		f.word(text, known)
	case tokQuoted:
		f.space()
		f.out = appendName(f.out, text)
	case tokNumber, tokString:
		f.literal(t.kind, text)
	case tokParam:
		f.params++
		f.literal(t.kind, text)
	case tokUserVar, tokSysVar, tokVersion, tokVersionEnd:
		f.space()
		f.out = append(f.out, text...)
	case tokPunct:
		if !f.punct(t, text) {
			return true
		}
	}
	f.prev, f.prevEnd, f.flags, f.mark, f.bare = t.kind, t.end, flags, 0, false
	if t.kind == tokPunct && len(text) == 1 {
		f.mark = text[0]
	}
	if flags&beforeList != 0 {
		f.lists(text)
	}
	return true
}

// word writes a word, in capitals if its case means nothing: reserved words and the verb.
func (f *folder) word(text []byte, known *listedWord) {
	verb := len(f.out) == 0 || f.pending
	f.space()
	switch {
	case known.flags&reserved != 0:
		f.out = append(f.out, known.text...)
	case verb:
		for _, c := range text {
			f.out = append(f.out, upper(c))
		}
	default:
		f.out = append(f.out, text...)
	}
}

func (f *folder) literal(kind tokenKind, text []byte) {
	f.space()
	f.noteKind(kind, text)
	switch {
	case f.style == compactStyle && kind == tokString:
		f.out = append(f.out, "''"...)
	case f.style == compactStyle && kind == tokNumber:
		f.out = append(f.out, '0')
	default:
		f.out = append(f.out, '?')
	}
}

// noteKind hashes the sort of a literal. The parser refuses some sorts in some places (LIMIT '5'), so an answer for a
// refused text must not be given for a text with other sorts.
func (f *folder) noteKind(kind tokenKind, text []byte) {
	sort := uint64(kind) << 4
	if f.signed {
		sort |= 1
	}
	if kind == tokNumber && digitRun(text) < len(text) {
		sort |= 2
	}
	if kind == tokNumber && text[len(text)-1] == '\'' && !validQuoted(text) {
		sort |= 4
	}
	if f.lx.open {
		sort |= 8
	}
	f.signed = false
	f.kinds = f.kinds*31 + sort
}

// punct writes a mark, or holds it back and returns false: a semicolon until something follows, and a sign that
// belongs to a number.
func (f *folder) punct(t token, text []byte) bool {
	switch c := text[0]; {
	case c == ';' && len(text) == 1:
		f.pending = len(f.out) > 0
		return false
	case (c == '-' || c == '+') && len(text) == 1 && !f.pending && f.expectsOperand() && f.numberNext():
		f.signed = true
		return false
	case c == '(':
		f.openSpace(t)
		f.out = append(f.out, '(')
	case c == ',' || c == ')' || c == '.' && len(text) == 1:
		f.semicolon()
		f.out = append(f.out, c)
	case c < ' ' || c == 0x7f:
		f.space()
		f.out = append(f.out, 0)
	default:
		f.space()
		f.out = append(f.out, text...)
	}
	return true
}

// expectsOperand says whether a value, and not an operator, must follow the token before.
func (f *folder) expectsOperand() bool {
	switch f.prev {
	case tokEnd:
		return true
	case tokWord:
		return f.flags&(reserved|operand) == reserved
	case tokPunct:
		return f.mark != ')'
	default:
		return false
	}
}

func (f *folder) numberNext() bool {
	ahead := f.lx
	return ahead.next().kind == tokNumber
}

// space writes what separates a token from the one before: a held back semicolon, or a blank where one looks right.
func (f *folder) space() {
	f.semicolon()
	if f.bare || f.mark == '(' || f.mark == '.' {
		return
	}
	f.out = append(f.out, ' ')
}

// glues says whether a parenthesis goes right behind a token: there are no blanks between a name and its arguments.
func glues(kind tokenKind, flags wordFlags) bool {
	return kind == tokQuoted || kind == tokWord && (flags&reserved == 0 || flags&callable != 0)
}

// openSpace is space before a parenthesis: none behind a name, unless the text has a gap there that changes which
// function is called.
func (f *folder) openSpace(t token) {
	gap := f.flags&gapSensitive != 0 && f.prevEnd < t.start
	if glues(f.prev, f.flags) && !gap && !f.pending {
		return
	}
	f.space()
}

func (f *folder) semicolon() {
	if f.pending {
		f.out = append(f.out, ';')
		f.pending = false
		f.prev, f.prevEnd, f.flags, f.mark = tokEnd, 0, 0, ';'
	}
}

// normal returns the normal form for people.
func (f *folder) normal() string {
	return string(bytes.ReplaceAll(f.out, []byte{collapsed}, []byte("...")))
}
