package statement

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// FuzzShape writes a text in another way that must not matter: other literals, longer lists, comments and blanks, reserved words in other letters. Its digest
// stays the same; and what is found out from the one holds for the other, since the cache gives it for both.
func FuzzShape(f *testing.F) {
	for i, sql := range append(corpusTexts(f), goldenTexts(f)...) {
		f.Add(sql, []byte{byte(i), byte(i >> 3), byte(i * 5), 3, 1, 4}, uint8(i))
	}
	p := NewParser(Config{CacheSize: 1})
	f.Fuzz(func(t *testing.T, sql string, twist []byte, bits uint8) {
		if fault := otherShape(p, []byte(sql), twist, Mode(bits)%4); fault != "" {
			t.Error(fault)
		}
	})
}

// otherShape says what is told otherwise of a text that is written in another way; empty if nothing is.
func otherShape(p *Parser, sql, twist []byte, mode Mode) string {
	verb := newCursor(sql, mode)
	w := &writer{mode: mode, twist: twist, lists: verb.isOne("SELECT", "WITH", "INSERT", "REPLACE", "UPDATE", "DELETE")}
	other := w.write(sql)
	var a, b folder
	a.fold(sql, mode, digestStyle)
	b.fold(other, mode, digestStyle)
	if a.digest() != b.digest() {
		return fmt.Sprintf("%q and %q have other digests:\n%s\n%s", sql, other, p.Normalize(sql, mode), p.Normalize(other, mode))
	}
	if a.key(mode) != b.key(mode) {
		return "" // there are more placeholders, say
	}
	was, is := p.statements(sql, mode, 0), p.statements(other, mode, 0)
	if was.dependsOnLiterals() && is.dependsOnLiterals() || was.Fallback != is.Fallback {
		return "" // the cache has none of them, or the parser does not know a literal: the name of a collation, or '5' in LIMIT
	}
	if !strings.EqualFold(describe(was), describe(is)) || !slices.Equal(was.Vars, is.Vars) { // a reserved word is no name, but where it is taken for one its case shows
		return fmt.Sprintf("%q is\n%s\n%q is\n%s", sql, describe(was), other, describe(is))
	}
	return ""
}

// writer writes a text in another way. Each byte of twist says what to do with a token.
type writer struct {
	mode  Mode
	twist []byte
	out   bytes.Buffer
	lists bool // those of literals may become longer: the statement has expressions
	at    int  // how many tokens were written
}

// choice is the next byte of twist, below n.
func (w *writer) choice(n int) int {
	if len(w.twist) == 0 {
		return 0
	}
	return int(w.twist[w.at%len(w.twist)]) % n
}

var gaps = []string{" ", "\n", "  ", " /* a 'comment' */ ", "\t-- another\n", " # the last; one\n"}

func (w *writer) write(sql []byte) []byte {
	l, end := lexer{sql: sql, mode: w.mode}, 0
	var last, before token // the tokens before
	list := 0              // how many tokens of IN (1, 2 were written
	for t := l.next(); t.kind != tokEnd; t = l.next() {
		if end < t.start {
			w.out.WriteString(gaps[w.choice(len(gaps))])
		}
		text := sql[t.start:t.end]
		if list = inList(list, sql, before, last, t); list < 0 && w.lists {
			w.longer()
		}
		list = max(0, list)
		w.token(sql, t, text)
		end, before, last, w.at = t.end, last, t, w.at+1
	}
	if len(sql) == 0 || l.open || w.choice(2) == 0 {
		w.out.Write(sql[end:])
	} else {
		w.out.WriteString(" ; ")
	}
	return w.out.Bytes()
}

// inList counts the tokens of a list of numbers behind IN; -1 at its end.
func inList(n int, sql []byte, before, last, t token) int {
	is := func(t token, text string) bool {
		return bytes.EqualFold(sql[t.start:t.end], []byte(text)) && t.kind != tokQuoted
	}
	switch {
	case n == 0 && is(before, "IN") && !bytes.HasSuffix(sql[:before.start], dot) && is(last, "(") && t.kind == tokNumber && !adjoins(sql, t):
		return 1
	case n == 0:
		return 0
	case is(t, ")") && last.kind == tokNumber:
		return -1
	case is(t, ",") && last.kind == tokNumber, t.kind == tokNumber && is(last, ",") && !adjoins(sql, t):
		return n + 1
	}
	return 0
}

func (w *writer) longer() {
	for range w.choice(3) {
		w.out.WriteString(", 5")
	}
}

func (w *writer) token(sql []byte, t token, text []byte) {
	switch {
	case t.end == len(sql): // it may be open
	case t.kind == tokNumber && digitRun(text) == len(text) && !adjoins(sql, t):
		text = []byte("4711")[:w.choice(4)+1]
	case t.kind == tokString && text[0] == '\'':
		text = []byte("'other '' text'")
	case t.kind == tokWord && flagsOf(text)&reserved != 0 && !bytes.HasSuffix(sql[:t.start], dot):
		text = bytes.ToLower(text)
	}
	w.out.Write(text)
}
