package statement

// bare returns text without comments and without hints for the optimizer, for a parser that knows comments of its own:
// what is a comment, our lexer alone decides. It returns false for a text with control characters outside of
// quotes, where parsers and servers differ.
func bare(text []byte, mode Mode) (string, bool) {
	out := make([]byte, len(text))
	for i := range out {
		out[i] = ' '
	}
	l := lexer{sql: text, mode: mode}
	for t := l.next(); t.kind != tokEnd; t = l.next() {
		if c := text[t.start]; c < ' ' || c == 0x7f {
			return "", false
		}
		copy(out[t.start:t.end], text[t.start:t.end])
	}
	return string(out), true
}
