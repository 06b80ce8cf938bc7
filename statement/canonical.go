package statement

import (
	"slices"
	"strings"
)

// Canonical returns a text that a server has written, such as that of SHOW CREATE VIEW, in which databases that qualify names have other names. other tells
// the one of a name, and false if it stays. The error is an *UnclearError: such a name stands for something else, too.
func Canonical(text []byte, mode Mode, other func(name string) (string, bool)) ([]byte, error) {
	r := rewriter{text: text, tokens: tokensOf(text, mode)}
	alone := ""
	for i, t := range r.tokens {
		if t.kind != tokWord && t.kind != tokQuoted {
			continue
		}
		name := unquoted(text[t.start:t.end], t.kind)
		is, renamed := other(name)
		switch {
		case !renamed:
		case r.is(i-1, "."), !r.is(i+1, "."):
			alone = name
		case t.kind == tokQuoted:
			q := string(text[t.start])
			r.edits = append(r.edits, edit{t.start, t.end, q + is + q})
		default:
			r.edits = append(r.edits, edit{t.start, t.end, is})
		}
	}
	if alone != "" && len(r.edits) > 0 {
		return nil, unclear(alone + " is the name of something else in the definition, too")
	}
	if len(r.edits) == 0 {
		return text, nil
	}
	return r.apply(), nil
}

// FirstName returns a text that a server has written in which the first name in backticks is another one, as that of the database is in CREATE DATABASE.
func FirstName(text []byte, other func(name string) (string, bool)) []byte {
	for _, t := range tokensOf(text, 0) {
		if t.kind != tokQuoted {
			continue
		}
		is, renamed := other(unquoted(text[t.start:t.end], t.kind))
		if !renamed {
			return text
		}
		return append(append(append([]byte(nil), text[:t.start]...), QuoteName(is)...), text[t.end:]...)
	}
	return text
}

// Subject tells in capitals what a SHOW shows, or which table maintenance a statement is: "TABLES", "CREATE VIEW", "PROCEDURE STATUS", "CHECK TABLE"; and
// whether it has a pattern or a condition.
func Subject(sql []byte, mode Mode) (subject string, like, where bool) {
	r := rewriter{text: sql, tokens: tokensOf(sql, mode)}
	for i := range r.tokens {
		like, where = like || i > 1 && r.is(i, "LIKE"), where || i > 1 && r.is(i, "WHERE")
	}
	word := func(i int) string {
		if r.kind(i) != tokWord {
			return ""
		}
		return strings.ToUpper(string(sql[r.tokens[i].start:r.tokens[i].end]))
	}
	if !r.is(0, "SHOW") {
		i := 1
		if r.isOne(i, "NO_WRITE_TO_BINLOG", "LOCAL") {
			i++
		}
		if r.isOne(i, "TABLE", "TABLES") {
			return word(0) + " TABLE", like, where
		}
		return word(0), like, where
	}
	i := 1
	for r.isOne(i, "FULL", "EXTENDED", "GLOBAL", "SESSION", "LOCAL") {
		i++
	}
	switch subject = word(i); subject {
	case "CREATE", "TABLE", "OPEN", "PROCEDURE", "FUNCTION", "PACKAGE", "CHARACTER":
		subject += " " + word(i+1)
		if word(i+1) == "BODY" {
			subject = "PACKAGE " + word(i+2)
		}
	}
	return strings.Replace(subject, "SCHEMA", "DATABASE", 1), like, where
}

// Pattern gives the pattern of a SHOW that has one and nothing behind it.
func Pattern(sql []byte, mode Mode) (like string, ok bool) {
	r := rewriter{text: sql, tokens: tokensOf(sql, mode)}
	at := len(r.tokens) - 2
	if at < 1 || !r.is(at, "LIKE") || r.kind(at+1) != tokString {
		return "", false
	}
	t := r.tokens[at+1]
	return stringValue(sql[t.start:t.end], mode), true
}

// Qualifiers are the names before the first dot of others, each once.
func Qualifiers(sql []byte, mode Mode) (names []string) {
	l := lexer{sql: sql, mode: mode}
	var before, last token
	for t := l.next(); t.kind != tokEnd; t = l.next() {
		dot := t.kind == tokPunct && t.end-t.start == 1 && sql[t.start] == '.'
		if dot && (last.kind == tokWord || last.kind == tokQuoted) && !(before.kind == tokPunct && before.end > before.start && sql[before.start] == '.') {
			if name := unquoted(sql[last.start:last.end], last.kind); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		before, last = last, t
	}
	return names
}
