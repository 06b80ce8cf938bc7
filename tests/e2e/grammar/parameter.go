package grammar

import (
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A parameter travels through the expansion as its number between these bytes, which no statement has.
const (
	parameterOpen  = "\x01"
	parameterClose = "\x02"
)

var (
	parameterMark = regexp.MustCompile(parameterOpen + `(\d+)` + parameterClose)
	plainInt      = regexp.MustCompile(`^-?\d{1,18}$`)
	plainText     = regexp.MustCompile(`^'[^'\\]*'$`)
	plainBytes    = regexp.MustCompile(`^x'([0-9a-f]*)'$`)
)

// literal is a parameter: its value, and how it is written in a text.
type literal struct {
	value any
	text  string
}

// parameter makes a literal a parameter, if its value is plain to see.
func (g *generator) parameter(text string) string {
	l := literal{text: text}
	switch {
	case text == "NULL":
	case plainInt.MatchString(text):
		l.value, _ = strconv.ParseInt(text, 10, 64)
	case plainText.MatchString(text):
		l.value = text[1 : len(text)-1]
	case plainBytes.MatchString(text):
		l.value, _ = hex.DecodeString(text[2 : len(text)-1])
	default:
		return text
	}
	g.args = append(g.args, l)
	return fmt.Sprint(parameterOpen, len(g.args)-1, parameterClose)
}

// finish makes the two forms of a statement.
func (g *generator) finish(text string) Statement {
	var s Statement
	at := func(mark string) literal {
		n, _ := strconv.Atoi(strings.Trim(mark, parameterOpen+parameterClose))
		return g.args[n]
	}
	s.Text = parameterMark.ReplaceAllStringFunc(text, func(mark string) string { return at(mark).text })
	s.Prepared = parameterMark.ReplaceAllStringFunc(text, func(mark string) string {
		s.Args = append(s.Args, at(mark).value)
		return "?"
	})
	return s
}
