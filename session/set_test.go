package session

import (
	"strconv"
	"strings"
	"testing"

	"shunt/statement"
)

// TestUserVariablesMeanTheSameAnywhere: what goes to another connection as it is written, what goes there in another form, and what has to be read back.
func TestUserVariablesMeanTheSameAnywhere(t *testing.T) {
	const readBack = "read back"
	for value, want := range map[string]string{
		"5": "5", "-1.5e3": "-1.5e3", "TRUE": "TRUE", "x'41'": "x'41'", "0x41": "0x41", "b'1'": "b'1'", "NULL": NullText,
		"'it''s'": "_latin1 X'69742773' COLLATE latin1_bin", "''": "_latin1 X'' COLLATE latin1_bin",
		`'a\'b'`: readBack, `"a"`: readBack, "'\xc3\xa4'": readBack, "N'a'": readBack, "1 + 1": readBack,
	} {
		l := &life{New(Login{Charset: "latin1", Collation: "latin1_bin"}), statement.NewParser(statement.Config{})}
		l.say("SET @V = "+value, calm)
		got, known := l.State().UserVar("v")
		if unread := len(l.Unread()) == 1; unread == known || unread != (want == readBack) || known && got != want {
			t.Errorf("@v = %s is carried over as %q, or read back: %v; want %s", value, got, unread, want)
		}
	}
}

// TestUserVariablesThatStay: what another connection cannot have keeps the session where it is.
func TestUserVariablesThatStay(t *testing.T) {
	long := "'" + strings.Repeat("x", MaxUserVar) + "'"
	for name, statements := range map[string][]string{
		"a name in the connection's character set": {"SET @`\xe9` = 1"},
		"a long value":    {"SET @a = '" + strings.Repeat("x", 2*MaxUserVar) + "'"},
		"values too many": {"SET @a = " + long, "SET @b = " + long, "SET @c = " + long, "SET @d = " + long},
	} {
		l := &life{New(Login{Charset: "latin1", Collation: "latin1_bin"}), statement.NewParser(statement.Config{})}
		for _, sql := range statements {
			l.say(sql, calm)
		}
		if l.Pins()&PinState == 0 {
			t.Errorf("%s: it is carried to other connections", name)
		}
	}
	l := newLife()
	l.say("SET @a = 1 + 1", calm)
	l.SetUserVars([]Setting{{"a", "X'" + strings.Repeat("00", 2*MaxUserVar) + "'"}})
	if l.Pins()&PinState == 0 || len(l.State().User) > 0 {
		t.Errorf("a long value that was read back: pins %s", l.Pins())
	}
}

// TestFits: what would keep the session is known before it runs.
func TestFits(t *testing.T) {
	long := "'" + strings.Repeat("x", MaxUserVar/2) + "'"
	full := newLife()
	for _, name := range []string{"a", "b", "c"} {
		full.say("SET @"+name+" = 0x"+strings.Repeat("00", MaxUserVar/2), calm)
	}
	many := newLife()
	for i := range MaxUserVars {
		many.say("SET @v"+strconv.Itoa(i)+" = 1", calm)
	}
	for _, c := range []struct {
		in   *life
		sql  string
		want bool
	}{
		{newLife(), "SET @a = 'x', time_zone = '+01:00'", true}, {newLife(), "SET @a = " + long, true}, {newLife(), "SET @a = '" + strings.Repeat("x", MaxUserVar) + "'", false},
		{newLife(), "SET @`\xe9` = 1", false}, {newLife(), "SET ROLE auditor", true}, {newLife(), `SET ROLE 'a\'b'`, false},
		{full, "SET @d = 1", true}, {full, "SET @d = " + long, false}, {many, "SET @another = 1", false}, {many, "SET NAMES utf8mb4", true},
	} {
		st, _ := c.in.parser.Parse([]byte(c.sql), 0)
		if got := c.in.Facts().Fits(st); got != c.want {
			t.Errorf("%.40s… fits: %v", c.sql, got)
		}
	}
	if pins := many.Pins() | full.Pins(); pins != 0 {
		t.Errorf("pinned already: %s", pins)
	}
}

// TestNullKeepsItsType: NULL leaves a variable the type that it has.
func TestNullKeepsItsType(t *testing.T) {
	l := newLife()
	l.say("SET @a = NULL", calm)
	if got, _ := l.State().UserVar("a"); got != NullText {
		t.Errorf("a new one is %q", got)
	}
	l.say("SET @b = 5", calm)
	l.say("SET @b = NULL", calm)
	if len(l.Unread()) != 1 {
		t.Error("nobody asks what NULL it is")
	}
}
