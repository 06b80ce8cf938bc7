package statement

import "bytes"

// bare returns text without comments and without hints for the optimizer, for a parser that knows comments and escapes of its own:
// what is a comment or a quoted name, our lexer alone decides. It returns false for a text with control characters outside of
// quotes, where parsers and servers differ.
func bare(text []byte, mode Mode) (string, bool) {
	out := make([]byte, 0, len(text)+8)
	l := lexer{sql: text, mode: mode}
	for end, t := 0, l.next(); t.kind != tokEnd; t = l.next() {
		if c := text[t.start]; c < ' ' || c == 0x7f {
			return "", false
		}
		out = l.appendGap(out, end, t)
		if t.kind == tokQuoted {
			out = appendName(out, text[t.start:t.end])
		} else {
			out = append(out, text[t.start:t.end]...)
		}
		end = t.end
	}
	return string(out), true
}

// appendGap appends a blank where something is left out before a token, and between two minus signs, since they would begin a comment if a blank came behind
// them.
func (l *lexer) appendGap(out []byte, end int, t token) []byte {
	if t.start > end || l.sql[t.start] == '-' && len(out) > 0 && out[len(out)-1] == '-' {
		return append(out, ' ')
	}
	return out
}

// appendName appends a quoted name in backticks, whatever its quotes are. There are no escapes in names but doubled quotes.
func appendName(out, text []byte) []byte {
	q := text[0]
	if q == '`' {
		return append(out, text...)
	}
	inner := bytes.TrimSuffix(text[1:], text[:1])
	out = append(out, '`')
	for i := 0; i < len(inner); i++ {
		if inner[i] == '`' {
			out = append(out, '`')
		}
		out = append(out, inner[i])
		if inner[i] == q {
			i++ // the second of a doubled quote
		}
	}
	return append(out, '`')
}
