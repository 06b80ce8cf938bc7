package statement

import "bytes"

// class is what the first byte of a token says about the token.
type class uint8

const (
	classMark  class = iota // operators, punctuation, control characters
	classSpace              // white space
	classQuote
	classAt
	classDigit  // from here on: what an unquoted identifier is made of
	classLetter // letters, _, $ and the bytes of multi-byte characters
)

// classes of all bytes.
var classes = func() (t [256]class) {
	for c := range t {
		switch b := byte(c); {
		case b == ' ', b >= '\t' && b <= '\r':
			t[c] = classSpace
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b == '_', b == '$', b >= 0x80:
			t[c] = classLetter
		case isDigit(b):
			t[c] = classDigit
		case b == '\'', b == '"', b == '`':
			t[c] = classQuote
		case b == '@':
			t[c] = classAt
		}
	}
	return t
}()

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// identByte says whether c can be part of an unquoted identifier.
func identByte(c byte) bool { return classes[c] >= classDigit }

func exponentSign(c byte) bool { return c == '+' || c == '-' }

// digitRun returns how many digits b begins with.
func digitRun(b []byte) int {
	for i, c := range b {
		if !isDigit(c) {
			return i
		}
	}
	return len(b)
}

func allHex(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}

// validQuoted says whether x'1f' or b'01' is a number that the servers take.
func validQuoted(text []byte) bool {
	if len(text) < len("x''") {
		return false
	}
	digits := text[2 : len(text)-1]
	if text[0]|0x20 == 'x' {
		return len(digits)%2 == 0 && allHex(digits)
	}
	return len(bytes.Trim(digits, "01")) == 0
}

// upper is the ASCII capital of c. Keywords are ASCII; other letters stay as they are.
func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 0x20
	}
	return c
}

// equalWord says whether b is the keyword, which is written in capitals.
func equalWord(b []byte, keyword string) bool {
	if len(b) != len(keyword) {
		return false
	}
	for i, c := range b {
		if upper(c) != keyword[i] {
			return false
		}
	}
	return true
}
