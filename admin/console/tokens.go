package console

import (
	"strings"
	"unicode/utf8"

	"shunt/mysql"
)

// kind is what a token is.
type kind uint8

const (
	end    kind = iota
	word        // SHOW, lag_seconds, @@version
	name        // `quoted`
	quoted      // 'text' or "text"
	number      // 12, 0.5
	symbol      // , = <= @ and all else
)

// token is one word of a command. text is without quotes; at and after are where it stands in the command.
type token struct {
	kind      kind
	text      string
	at, after int
}

// tokens is a command cut into words, and how far it was understood.
type tokens struct {
	sql  string
	list []token // the last one is an end
	next int
}

// cut cuts a command into words. Comments and semicolons at its end are left out.
func cut(sql string) (*tokens, error) {
	sql = strings.TrimRight(sql, "; \t\r\n\x00")
	t := &tokens{sql: sql}
	for at := 0; ; {
		at = skipBlank(sql, at)
		tok, err := read(sql, at)
		if err != nil {
			return nil, err
		}
		t.list = append(t.list, tok)
		if tok.kind == end {
			return t, nil
		}
		at = tok.after
	}
}

// skipBlank passes over white space and comments.
func skipBlank(sql string, at int) int {
	for at < len(sql) {
		rest := sql[at:]
		switch {
		case strings.IndexByte(" \t\r\n", rest[0]) >= 0:
			at++
		case rest[0] == '#', rest == "--", strings.HasPrefix(rest, "--") && rest[2] <= ' ':
			at += indexOr(rest, "\n", 0)
		case strings.HasPrefix(rest, "/*"):
			at += indexOr(rest, "*/", 2)
		default:
			return at
		}
	}
	return at
}

// indexOr is the index behind the first sep in s (from start on), or the end of s.
func indexOr(s, sep string, start int) int {
	if i := strings.Index(s[start:], sep); i >= 0 {
		return start + i + len(sep)
	}
	return len(s)
}

func read(sql string, at int) (token, error) {
	if at >= len(sql) {
		return token{end, "", len(sql), len(sql)}, nil
	}
	rest := sql[at:]
	switch c := rest[0]; {
	case c == '\'', c == '"', c == '`':
		return readQuoted(sql, at)
	case isDigit(c), c == '.' && len(rest) > 1 && isDigit(rest[1]):
		return run(number, sql, at, func(c byte) bool { return isDigit(c) || c == '.' }), nil
	case isLetter(c):
		return run(word, sql, at, func(c byte) bool { return isLetter(c) || isDigit(c) }), nil
	case strings.HasPrefix(rest, "@@"):
		tok := run(word, sql, at+2, func(c byte) bool { return isLetter(c) || isDigit(c) || c == '.' })
		return token{word, "@@" + tok.text, at, tok.after}, nil
	}
	for _, op := range []string{"<=", ">=", "!=", "<>"} {
		if strings.HasPrefix(rest, op) {
			return token{symbol, op, at, at + len(op)}, nil
		}
	}
	_, size := utf8.DecodeRuneInString(rest)
	return token{symbol, rest[:size], at, at + size}, nil
}

func run(k kind, sql string, at int, in func(byte) bool) token {
	after := at
	for after < len(sql) && in(sql[after]) {
		after++
	}
	return token{k, sql[at:after], at, after}
}

// readQuoted reads up to the closing quote. A doubled quote, and in text one behind a backslash, stands for itself.
func readQuoted(sql string, at int) (token, error) {
	quote := sql[at]
	var text []byte
	for i := at + 1; i < len(sql); i++ {
		switch c := sql[i]; {
		case c == quote && i+1 < len(sql) && sql[i+1] == quote:
			text = append(text, quote)
			i++
		case c == quote:
			k := quoted
			if quote == '`' {
				k = name
			}
			return token{k, string(text), at, i + 1}, nil
		case c == '\\' && quote != '`' && i+1 < len(sql) && (sql[i+1] == quote || sql[i+1] == '\\'):
			text = append(text, sql[i+1])
			i++
		default:
			text = append(text, c)
		}
	}
	return token{}, syntaxError("the quote %c is opened and not closed", quote)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || c >= 0x80
}

// peek is the next word, not taken yet.
func (t *tokens) peek() token { return t.list[t.next] }

// take takes the next word.
func (t *tokens) take() token {
	tok := t.list[t.next]
	if tok.kind != end {
		t.next++
	}
	return tok
}

// accept takes the given words if they come next, in any case.
func (t *tokens) accept(words ...string) bool {
	for i, w := range words {
		at := t.next + i
		if at >= len(t.list) || t.list[at].kind != word && t.list[at].kind != symbol || !strings.EqualFold(t.list[at].text, w) {
			return false
		}
	}
	t.next += len(words)
	return true
}

// rest is the text behind the last word that was taken, as it was typed: comments that stand there are part of it.
func (t *tokens) rest() string { return strings.TrimSpace(t.sql[t.list[t.next-1].after:]) }

// finish is an error if there is more.
func (t *tokens) finish() error {
	if t.peek().kind == end {
		return nil
	}
	return syntaxError("there is more than expected, from %q on", shorten(t.rest()))
}

// syntaxError is the error of a command that is not understood.
func syntaxError(format string, args ...any) *mysql.Error {
	return mysql.NewError(1064, "42000", "shunt console: "+format, args...)
}

// shorten keeps an error's quotation of a command short.
func shorten(s string) string {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}
