package statement

import "bytes"

// tokenKind says what a token is.
type tokenKind uint8

const (
	tokEnd        tokenKind = iota // the text is over
	tokWord                        // unquoted word: a keyword or an identifier
	tokQuoted                      // identifier in quotes
	tokNumber                      // 12, 1.5e3, 0x1f, 0b01, x'1f', b'01'
	tokString                      // 'x', "x", N'x'
	tokParam                       // ?
	tokUserVar                     // @x, @'x', also the @host of an account name
	tokSysVar                      // @@x: without the parts after a dot
	tokPunct                       // an operator or a punctuation mark
	tokVersion                     // /*!40101 or /*M!: what follows is executed by servers of that version
	tokVersionEnd                  // the */ that ends it
)

// token is a piece of SQL text: the bytes from start up to end.
type token struct {
	kind       tokenKind
	start, end int
}

// lexer cuts SQL text into tokens in the way that MySQL and MariaDB do (their sql/sql_lex.cc), in one pass and without
// allocation. It is a value: a copy looks ahead. White space and comments are skipped; hint, where set, gathers
// what comments ask for.
type lexer struct {
	sql  []byte
	pos  int
	hint *Hint

	inVersion int       // how many version comments are open
	lastEnd   int       // the end of the token before, and …
	last      tokenKind // … its kind, to tell a.5 (a column) from a .5 (a number)
	afterDot  bool      // the token before is the dot of a qualified name: a word follows, whatever it looks like
	mode      Mode
	versions  versions
	open      bool // the text ended within quotes
}

// versions says what version comments a text has.
type versions uint8

const (
	versionSeen      versions = 1 << iota // there is one
	versionAmbiguous                      // some servers execute one, others do not
)

// Version comments below this version are executed by every server that shunt talks to: MariaDB skips
// 50700 to 99999 as MySQL's own (measured on 10.11), and MySQL executes them.
const commonVersion = 50700

// A version comment from this version on is executed by no server: mysqldump writes such to hide text.
const neverVersion = 990000

// next returns the next token. After the last one it returns tokEnd again and again.
func (l *lexer) next() token {
	t := l.scan()
	l.afterDot = t.kind == tokPunct && l.sql[t.start] == '.' && l.afterName()
	l.last, l.lastEnd = t.kind, t.end
	return t
}

// afterName says whether the token before is a name, so that a dot qualifies it.
func (l *lexer) afterName() bool {
	return l.last == tokWord || l.last == tokQuoted || l.last == tokSysVar
}

func (l *lexer) scan() token {
	for {
		for l.pos < len(l.sql) && l.sql[l.pos] == ' ' { // by far the most frequent class
			l.pos++
		}
		if l.pos >= len(l.sql) {
			return token{tokEnd, len(l.sql), len(l.sql)}
		}
		c := l.sql[l.pos]
		switch classes[c] {
		case classSpace:
			l.pos++
		case classLetter:
			return l.word()
		case classDigit:
			if l.afterDot {
				return l.word()
			}
			return l.number()
		case classQuote:
			return l.quote(c)
		case classAt:
			return l.variable()
		default:
			if t, ok := l.mark(c); ok {
				return t
			}
		}
	}
}

// take ends the present token at end.
func (l *lexer) take(kind tokenKind, end int) token {
	t := token{kind, l.pos, end}
	l.pos = end
	return t
}

func (l *lexer) at(i int) byte {
	if i < len(l.sql) {
		return l.sql[i]
	}
	return 0
}

// wordEnd returns the end of the run of identifier bytes that begins at i.
func (l *lexer) wordEnd(i int) int {
	for i < len(l.sql) && identByte(l.sql[i]) {
		i++
	}
	return i
}

func (l *lexer) word() token {
	end := l.wordEnd(l.pos + 1)
	if end == l.pos+1 && l.at(end) == '\'' && !l.afterDot {
		switch l.sql[l.pos] {
		case 'x', 'X', 'b', 'B':
			return l.take(tokNumber, l.quotedEnd(end+1, '\'', false))
		case 'n', 'N':
			return l.take(tokString, l.quotedEnd(end+1, '\'', l.backslash()))
		}
	}
	return l.take(tokWord, end)
}

// number reads what begins with a digit. An identifier may do so too (2fa, 1e5x), so a run of identifier bytes is a
// number only if all of it is.
func (l *lexer) number() token {
	end := l.wordEnd(l.pos)
	run := l.sql[l.pos:end]
	digits := digitRun(run)
	switch {
	case digits == len(run):
		if l.at(end) == '.' {
			end = l.fraction(end + 1)
		}
	case digits == len(run)-1 && run[digits]|0x20 == 'e' && exponentSign(l.at(end)) && isDigit(l.at(end+1)):
		end = l.digitsEnd(end + 1)
	case !otherNumber(run, digits):
		return l.take(tokWord, end)
	}
	return l.take(tokNumber, end)
}

// fraction returns the end of the digits and the exponent after a decimal point; i is right behind the point.
func (l *lexer) fraction(i int) int {
	i = l.digitsEnd(i)
	if l.at(i)|0x20 != 'e' {
		return i
	}
	j := i + 1
	if exponentSign(l.at(j)) {
		j++
	}
	if !isDigit(l.at(j)) {
		return i
	}
	return l.digitsEnd(j)
}

func (l *lexer) digitsEnd(i int) int {
	for isDigit(l.at(i)) {
		i++
	}
	return i
}

// otherNumber knows 0x1f, 0b01 and 1e5; digits is the length of the leading digits of run.
func otherNumber(run []byte, digits int) bool {
	rest := run[digits+1:]
	switch run[digits] {
	case 'x':
		return digits == 1 && run[0] == '0' && len(rest) > 0 && allHex(rest)
	case 'b':
		return digits == 1 && run[0] == '0' && len(rest) > 0 && len(bytes.Trim(rest, "01")) == 0
	case 'e', 'E':
		return len(rest) > 0 && digitRun(rest) == len(rest)
	default:
		return false
	}
}

func (l *lexer) quote(c byte) token {
	switch {
	case c == '`', c == '"' && l.mode&AnsiQuotes != 0:
		return l.take(tokQuoted, l.quotedEnd(l.pos+1, c, false))
	default:
		return l.take(tokString, l.quotedEnd(l.pos+1, c, l.backslash()))
	}
}

func (l *lexer) backslash() bool { return l.mode&NoBackslashEscapes == 0 }

// quotedEnd returns the end of what a quote q opened before i: behind the closing quote, or the end of the text. Each
// byte is looked at twice at most, however many backslashes there are.
func (l *lexer) quotedEnd(i int, q byte, backslash bool) int {
	for {
		closing := bytes.IndexByte(l.sql[min(i, len(l.sql)):], q)
		if closing < 0 {
			l.open = true
			return len(l.sql)
		}
		closing += i
		for backslash && i <= closing {
			escape := bytes.IndexByte(l.sql[i:closing], '\\')
			if escape < 0 {
				break
			}
			i += escape + 2
		}
		if i > closing { // the quote itself was escaped
			continue
		}
		i = closing + 1
		if l.at(i) != q || i >= len(l.sql) {
			return i
		}
		i++
	}
}

// variable reads @x, @'x', @@x. A lone @ is a mark.
func (l *lexer) variable() token {
	i, kind := l.pos+1, tokUserVar
	if l.at(i) == '@' {
		i, kind = i+1, tokSysVar
	}
	if i < len(l.sql) && classes[l.sql[i]] == classQuote && (kind == tokUserVar || l.sql[i] == '`') {
		return l.take(kind, l.quotedEnd(i+1, l.sql[i], l.sql[i] != '`' && l.backslash()))
	}
	end := l.wordEnd(i)
	for kind == tokUserVar && l.at(end) == '.' {
		end = l.wordEnd(end + 1)
	}
	if end == i {
		return l.take(tokPunct, i)
	}
	return l.take(kind, end)
}

// mark reads an operator or punctuation mark, or skips a comment, and says which.
func (l *lexer) mark(c byte) (token, bool) {
	n := l.at(l.pos + 1)
	switch c {
	case '#':
		l.lineComment(1)
		return token{}, false
	case '-':
		if n == '-' && (l.pos+2 >= len(l.sql) || l.sql[l.pos+2] <= ' ' || l.sql[l.pos+2] == 0x7f) {
			l.lineComment(2)
			return token{}, false
		}
	case '/':
		if n == '*' {
			return l.comment()
		}
	case '*':
		if n == '/' && l.inVersion > 0 {
			l.inVersion--
			return l.take(tokVersionEnd, l.pos+2), true
		}
	case '?':
		return l.take(tokParam, l.pos+1), true
	case '.':
		if isDigit(n) && !(l.lastEnd == l.pos && l.afterName()) {
			return l.take(tokNumber, l.fraction(l.pos+1)), true
		}
	}
	return l.take(tokPunct, l.pos+operatorLen(c, n, l.at(l.pos+2))), true
}

// operatorLen returns how many bytes the operator has that begins with a, b, c.
func operatorLen(a, b, c byte) int {
	switch {
	case a == '<' && b == '=' && c == '>', a == '-' && b == '>' && c == '>':
		return 3
	case a == '<' && (b == '=' || b == '>' || b == '<'), a == '>' && (b == '=' || b == '>'),
		a == ':' && b == '=', a == '!' && b == '=', a == '|' && b == '|', a == '&' && b == '&', a == '-' && b == '>':
		return 2
	default:
		return 1
	}
}
