package statement

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tokenWords name the kinds in the tables below.
var tokenWords = map[tokenKind]string{
	tokWord: "word", tokQuoted: "quoted", tokNumber: "number", tokString: "string", tokParam: "param", tokUserVar: "var",
	tokSysVar: "sysvar", tokPunct: "mark", tokVersion: "open", tokVersionEnd: "close",
}

// lexAll writes the tokens of a text, such as "word:a mark:= number:5".
func lexAll(sql string, mode Mode) string {
	var all []string
	l := lexer{sql: []byte(sql), mode: mode}
	for t := l.next(); t.kind != tokEnd; t = l.next() {
		all = append(all, fmt.Sprintf("%s:%s", tokenWords[t.kind], sql[t.start:t.end]))
	}
	return strings.Join(all, " ")
}

func TestLexerTokens(t *testing.T) {
	for _, c := range []struct {
		name, sql, want string
		mode            Mode
	}{
		{"nothing", " \t\r\n\v\f", "", 0},
		{"words", "a _b $c d9 9e é ☃x", "word:a word:_b word:$c word:d9 word:9e word:é word:☃x", 0},
		{"integers", "0 12 007", "number:0 number:12 number:007", 0},
		{"decimals", "1.5 .5 1. 1.5e3 1.e-2 .5E+1", "number:1.5 number:.5 number:1. number:1.5e3 number:1.e-2 number:.5E+1", 0},
		{"exponents", "1e5 1E5 1e+5 1e-5", "number:1e5 number:1E5 number:1e+5 number:1e-5", 0},
		{"hexadecimal and bits", "0x1F 0b01 x'1f' X'' b'01' B'1'", "number:0x1F number:0b01 number:x'1f' number:X'' number:b'01' number:B'1'", 0},
		{"identifiers that begin like numbers", "2fa 1e5x 0xg 0b2 1e 0x 0b 0X1", "word:2fa word:1e5x word:0xg word:0b2 word:1e word:0x word:0b word:0X1", 0},
		{"an exponent without digits is a sum", "1e+x", "word:1e mark:+ word:x", 0},
		{"qualified names", "a.b a.5 a . b `a`.5e5 a.b.c", "word:a mark:. word:b word:a mark:. word:5 word:a mark:. word:b quoted:`a` mark:. word:5e5 word:a mark:. word:b mark:. word:c", 0},
		{"a number after a name and a blank", "a .5", "word:a number:.5", 0},
		{"x before a blank is a name", "x 'a'", "word:x string:'a'", 0},
		{"national strings and introducers", "N'a' n'b' _utf8'c' _utf8 'd'", "string:N'a' string:n'b' word:_utf8 string:'c' word:_utf8 string:'d'", 0},
		{"quotes in quotes", `'it''s' "a""b" 'a\'b' "a\"b"`, `string:'it''s' string:"a""b" string:'a\'b' string:"a\"b"`, 0},
		{"backslashes at the end", `'a\\' 'b' 'c\\\'' x`, `string:'a\\' string:'b' string:'c\\\'' word:x`, 0},
		{"no backslash escapes", `'a\' 'b\' x`, `string:'a\' string:'b\' word:x`, NoBackslashEscapes},
		{"backslashes in identifiers", "`a\\` b", "quoted:`a\\` word:b", 0},
		{"double quotes", `"a" "b\"`, `string:"a" string:"b\"`, 0},
		{"ANSI quotes", `"a" "b""c" "d\" 'e'`, `quoted:"a" quoted:"b""c" quoted:"d\" string:'e'`, AnsiQuotes},
		{"identifiers", "`a``b` `` `c d`", "quoted:`a``b` quoted:`` quoted:`c d`", 0},
		{"open quotes", "a 'b", "word:a string:'b", 0},
		{"an open quote that ends doubled", "'b''", "string:'b''", 0},
		{"user variables", "@a @a.b @'c d' @`e` @\"f\" @ g", "var:@a var:@a.b var:@'c d' var:@`e` var:@\"f\" mark:@ word:g", 0},
		{"system variables", "@@a @@global.b @@`c` @@ d @@", "sysvar:@@a sysvar:@@global mark:. word:b sysvar:@@`c` mark:@@ word:d mark:@@", 0},
		{"accounts", "'u'@'h' u@localhost u@10.0.0.1", "string:'u' var:@'h' word:u var:@localhost word:u var:@10.0.0.1", 0},
		{"operators", "<=> >= <> != := || && -> ->> << >> < ! : | & ->", "mark:<=> mark:>= mark:<> mark:!= mark::= mark:|| mark:&& mark:-> mark:->> mark:<< mark:>> mark:< mark:! mark:: mark:| mark:& mark:->", 0},
		{"placeholders", "?,? ??", "param:? mark:, param:? param:? param:?", 0},
		{"two minus signs need a blank to be a comment", "5--3 a --b", "number:5 mark:- mark:- number:3 word:a mark:- mark:- word:b", 0},
		{"line comments", "a -- b\nc --\nd #e\nf -- g", "word:a word:c word:d word:f", 0},
		{"a comment of two bytes at the end", "a --", "word:a", 0},
		{"a control character after two minus signs", "a --\x01b\nc", "word:a word:c", 0},
		{"comments", "a /* b */ c /**/ d /* /* */ e */ f", "word:a word:c word:d word:e mark:* mark:/ word:f", 0},
		{"an open comment", "a /* b", "word:a", 0},
		{"the shortest open comment", "a /*/ b", "word:a", 0},
		{"quotes in comments", "a /* ' */ b -- \"\nc", "word:a word:b word:c", 0},
		{"comments in quotes", "'/* a */' `-- b`", "string:'/* a */' quoted:`-- b`", 0},
		{"version comments", "a /*!40101 b */ c /*! d */ /*M!100100 e */ /*M! f*/", "word:a open:/*!40101 word:b close:*/ word:c open:/*! word:d close:*/ open:/*M!100100 word:e close:*/ open:/*M! word:f close:*/", 0},
		{"six digits at most", "/*!1000001*/", "open:/*!100000 number:1 close:*/", 0},
		{"four digits are no version", "/*!4010 a*/", "open:/*! number:4010 word:a close:*/", 0},
		{"a small m makes a plain comment", "/*m!40101 a */ b", "word:b", 0},
		{"hidden from all versions", "a /*!999999 b */ c /*!99999 d /* e */ f */ g", "word:a word:c word:g", 0},
		{"hidden to the end", "a /*!999999 b", "word:a", 0},
		{"comments within version comments", "/*! a /* b */ c */ d", "open:/*! word:a word:c close:*/ word:d", 0},
		{"an open version comment", "/*! a", "open:/*! word:a", 0},
		{"the end of no comment", "a */ b", "word:a mark:* mark:/ word:b", 0},
		{"other characters", "a\x00b \\ {", "word:a mark:\x00 word:b mark:\\ mark:{", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, lexAll(c.sql, c.mode)); diff != "" {
				t.Errorf("%q (-want +got)\n%s", c.sql, diff)
			}
		})
	}
}

// The tokens and what is between them must add up to the text, or something would be read twice or not at all.
func TestLexerGoesForward(t *testing.T) {
	for _, sql := range []string{"a'b`c\"d", "/*!40101 ' */ -- \n#", "@@@a@", strings.Repeat(`\'`, 50) + "'", "'" + strings.Repeat(`\\`, 50)} {
		l := lexer{sql: []byte(sql)}
		end := 0
		for tok := l.next(); tok.kind != tokEnd; tok = l.next() {
			if tok.start < end || tok.end <= tok.start || tok.end > len(sql) {
				t.Fatalf("%q: token %+v after %d", sql, tok, end)
			}
			end = tok.end
		}
	}
}

func TestStringValue(t *testing.T) {
	for _, c := range []struct {
		sql, want string
		mode      Mode
	}{
		{`'a''b'`, `a'b`, 0},
		{`"a""b'"`, `a"b'`, 0},
		{`'\0\b\n\r\t\Z\\\'\"\x'`, "\x00\b\n\r\t\x1a\\'\"x", 0},
		{`'100\%\_'`, `100\%\_`, 0},
		{`'a\n'`, `a\n`, NoBackslashEscapes},
		{`N'é'`, "é", 0},
		{`''`, "", 0},
	} {
		if got := stringValue([]byte(c.sql), c.mode); got != c.want {
			t.Errorf("stringValue(%s) = %q, want %q", c.sql, got, c.want)
		}
	}
}

// Every word of the lists must be found in any case, and within the lengths that the lookup assumes.
func TestKeywords(t *testing.T) {
	shortest, longest := maxWord, 0
	for _, list := range []string{reservedWords, callableWords, operandWords, gapSensitiveWords, elidableWords} {
		for _, word := range strings.Fields(list) {
			if flagsOf([]byte(word)) == 0 || flagsOf([]byte(strings.ToLower(word))) != flagsOf([]byte(word)) {
				t.Errorf("%s is not found in both cases", word)
			}
			shortest, longest = min(shortest, len(word)), max(longest, len(word))
		}
	}
	if shortest != minWord || longest != maxWord {
		t.Errorf("words have %d to %d bytes, the constants say %d to %d", shortest, longest, minWord, maxWord)
	}
	for _, name := range []string{"", "a", "users", "status", "SELECTS", "sel ct", "a_very_long_name_of_a_table"} {
		if f := flagsOf([]byte(name)); f != 0 {
			t.Errorf("%q has flags %b", name, f)
		}
	}
}
