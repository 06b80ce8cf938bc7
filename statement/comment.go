package statement

import "bytes"

// lineComment skips to the end of the line; mark is the length of what opened the comment.
func (l *lexer) lineComment(mark int) {
	end := bytes.IndexByte(l.sql[l.pos:], '\n')
	if end < 0 {
		end = len(l.sql) - l.pos
	}
	l.skipComment(mark, end, end)
}

// comment skips a bracketed comment. The opening of a version comment is a token instead, because the server may
// execute what it holds.
func (l *lexer) comment() (token, bool) {
	open, bang := l.pos+2, 0
	switch {
	case l.at(open) == '!':
		bang = 1
	case l.at(open) == 'M' && l.at(open+1) == '!': // MariaDB only, and only with a capital letter
		bang = 2
	default:
		length := len(l.sql) - l.pos
		inner := length
		if end := bytes.Index(l.sql[open:], closeComment); end >= 0 {
			inner, length = end+2, end+4
		}
		l.skipComment(2, inner, length)
		return token{}, false
	}
	l.versions |= versionSeen
	version, digits := l.version(open + bang)
	if version >= neverVersion {
		l.pos = l.hiddenEnd(open + bang + digits)
		return token{}, false
	}
	if bang == 2 || version >= commonVersion {
		l.versions |= versionAmbiguous
	}
	l.inVersion++
	return l.take(tokVersion, open+bang+digits), true
}

var closeComment = []byte("*/")

// skipComment goes length bytes on and shows the text between the opening mark and inner to the hint reader.
func (l *lexer) skipComment(mark, inner, length int) {
	text := l.sql[l.pos+mark : l.pos+max(mark, inner)]
	l.pos += length
	if l.hint != nil {
		l.hint.read(text)
	}
}

// version reads the five or six digits that may follow the mark of a version comment; fewer are no version but
// belong to the text.
func (l *lexer) version(i int) (number, digits int) {
	for digits < 6 && isDigit(l.at(i+digits)) {
		number = number*10 + int(l.sql[i+digits]-'0')
		digits++
	}
	if digits < 5 {
		return 0, 0
	}
	if digits == 5 && number == 99999 {
		number = neverVersion
	}
	return number, digits
}

// hiddenEnd returns the end of a version comment that no server executes. The servers allow one level of plain
// comments within.
func (l *lexer) hiddenEnd(i int) int {
	for nested := false; i < len(l.sql); i++ {
		switch {
		case l.sql[i] == '/' && l.at(i+1) == '*':
			nested = true
			i++
		case l.sql[i] == '*' && l.at(i+1) == '/':
			if !nested {
				return i + 2
			}
			nested = false
			i++
		}
	}
	return len(l.sql)
}

// openVersions returns sql with its version comments opened, so that what they hold is read as the servers that execute
// it do, and what such comments it has. All other comments are gone then. Without any, it returns sql itself.
func openVersions(sql []byte, mode Mode) ([]byte, versions) {
	if !bytes.Contains(sql, []byte("/*!")) && !bytes.Contains(sql, []byte("/*M!")) {
		return sql, 0
	}
	open := make([]byte, 0, len(sql)+8)
	l := lexer{sql: sql, mode: mode}
	for end, t := 0, l.next(); t.kind != tokEnd; t = l.next() {
		if t.kind != tokVersion && t.kind != tokVersionEnd {
			open = append(l.appendGap(open, end, t), sql[t.start:t.end]...)
			end = t.end
		}
	}
	if l.versions == 0 { // they stand in strings
		return sql, 0
	}
	return open, l.versions
}
