package statement

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pingcap/tidb/pkg/parser/format"
)

// FuzzTokens holds our lexer against that of the SQL parser, on which we count for everything behind the verb: where the two would cut a text into other
// tokens, something could hide from us that a server runs. The text is spelled anew from our tokens, with all quotes and escapes in another way; its
// tree must stay the same.
func FuzzTokens(f *testing.F) {
	texts := append(corpusTexts(f), append(goldenTexts(f), hazards...)...)
	for i, sql := range texts {
		f.Add(sql, uint8(i))
	}
	j := newJudge()
	f.Fuzz(func(t *testing.T, sql string, bits uint8) {
		if fault := j.otherTokens(sql, Mode(bits)%4); fault != "" {
			t.Error(fault)
		}
	})
}

// otherTokens says how the parser reads a text other than we do; empty if it does not.
func (j *judge) otherTokens(sql string, mode Mode) string {
	open, _ := openVersions([]byte(sql), mode)
	text, ok := bare(open, mode)
	if !ok {
		return ""
	}
	if refused([]byte(sql), mode) || !utf8.ValidString(text) {
		return "" // bytes that are letters to us, and to servers in most character sets, are blanks to the parser
	}
	was := j.restored(text, mode)
	again := respelled([]byte(text), mode)
	if became := j.restored(again, mode); was != "" && was != became {
		return fmt.Sprintf("in mode %d the parser reads %q as\n%s\nand as we read it, %q, as\n%s", mode, text, was, again, became)
	}
	return ""
}

// restored writes the trees of a text; empty if the parser refuses it, or if it cannot write them.
func (j *judge) restored(text string, mode Mode) string {
	var b strings.Builder
	for _, node := range j.trees(text, mode) {
		if err := node.Restore(format.NewRestoreCtx(format.DefaultRestoreFlags, &b)); err != nil {
			return ""
		}
		b.WriteString("; ")
	}
	return b.String()
}

// respelled writes our tokens of a text with a blank between, but where that may change what a name is, and in \N.
func respelled(text []byte, mode Mode) string {
	var b bytes.Buffer
	l, last := lexer{sql: text, mode: mode}, token{}
	for t := l.next(); t.kind != tokEnd; t = l.next() {
		if c := text[t.start]; last.end < t.start || c != '(' && c != '.' && !bytes.HasSuffix(text[:t.start], dot) && !bytes.HasSuffix(text[:t.start], backslash) {
			b.WriteByte(' ')
		}
		respell(&b, text[t.start:t.end], t.kind, mode)
		last = t
	}
	return b.String()
}

var dot, backslash = []byte("."), []byte(`\`)

func respell(b *bytes.Buffer, text []byte, kind tokenKind, mode Mode) {
	switch {
	case kind == tokQuoted:
		quoteName(b, unquoted(text, kind))
	case kind == tokUserVar && len(text) > 1 && classes[text[1]] == classQuote:
		b.WriteByte('@')
		if text[1] == '`' {
			quoteName(b, unquoted(text[1:], tokQuoted))
		} else {
			quoteName(b, stringValue(text[1:], mode))
		}
	case kind == tokString:
		if text[0] == 'n' || text[0] == 'N' {
			b.WriteByte('N')
		}
		value := strings.ReplaceAll(stringValue(text, mode), "'", "''")
		if mode&NoBackslashEscapes == 0 {
			value = strings.ReplaceAll(value, `\`, `\\`)
		}
		b.WriteString("'" + value + "'")
	default:
		b.Write(text)
	}
}

func quoteName(b *bytes.Buffer, name string) {
	b.WriteString("`" + strings.ReplaceAll(name, "`", "``") + "`")
}
