package session

import (
	"slices"
	"strings"
	"testing"

	"shunt/mysql"
	"shunt/statement"
	"shunt/topology"
)

// every sql_mode in which a server may read what we send.
var everyMode = [...]statement.Mode{0, statement.AnsiQuotes, statement.NoBackslashEscapes, statement.AnsiQuotes | statement.NoBackslashEscapes}

// FuzzLiteral writes any value and any name: each is one token in every sql_mode, and reads back as it was.
func FuzzLiteral(f *testing.F) {
	for _, value := range []string{
		"", "0", "-1.5", "ON", "it's", `a\`, `\'`, "'", "''", `"`, "`", "a;b", "a,@b=1", "/* x", "-- x", "# x", "x\x00y", "\xff\xbf\x27", "1e5", "1.", "--1", "\n",
	} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for _, mode := range everyMode {
			readsBack(t, Quote(value), value, mode)
			readsBack(t, Hex([]byte(value)), value, mode)
			if name := readItems("SET @"+statement.QuoteName(value)+"=1", mode); len(name) != 1 || name[0].name != "@"+value {
				t.Errorf("the name %q is read as %q in mode %d", value, name, mode)
			}
			if value != "" {
				readsBack(t, Literal("init_connect", value), value, mode)
			}
		}
		if got := Literal("character_set_results", value); value == "" && got != "NULL" {
			t.Errorf("no character set is %s", got)
		}
	})
}

func readsBack(t *testing.T, literal, value string, mode statement.Mode) {
	t.Helper()
	items := readItems("SET a="+literal, mode)
	if len(items) != 1 || items[0].value != value {
		t.Errorf("%q is written %s, which is read as %q in mode %d", value, literal, items, mode)
	}
}

// FuzzRestore has a session set whatever a client may send and a server accepts, and a server report whatever value a variable may have. What
// goes to another connection is one statement per command, whatever the sql_mode there, and has the values that the session has.
func FuzzRestore(f *testing.F) {
	for i, sql := range []string{
		"SET @a = 1", "SET @a = 'it''s', @b = \"it's\"", `SET @a = 'it\'s'`, `SET @a = 'C:\'`, "SET @`a``b` = -1, @'c d' = NULL", "SET @a = N'x', @b = x'41', @c = 0x41, @d = b'1'",
		"SET ROLE auditor", "SET ROLE `a,b`", "SET ROLE 'a', 'b'", `SET ROLE 'a\'b'`, `SET ROLE "a\"b"`, `SET ROLE "a"`, "SET @a = 1 + 1", "SET @a = '; DROP TABLE t; -- '", "SET @a = ', @b = 1'", "SET @a = - /* ' */ 1",
		"SET NAMES latin1, @a = 'x'", "SET @a = \"x\"", "SET @a := 'tab\\tand \\\\'", "SET autocommit = 0, @a = 5", "SET @\xe9 = 1", "SET TRANSACTION READ ONLY", "SELECT @a := 1",
	} {
		f.Add(sql, "SET @a = 2", "time_zone", "+01:00", "shop", uint8(i))
	}
	f.Add("SET @a = 1", "SET @b = 1", "sql_mode", `a\',@b=1`, "a'b\\", uint8(0))
	f.Add("SET sql_mode = ''", "SET ROLE x", "character_set_results", "", "", uint8(1))
	f.Add("SET NAMES utf8mb4", "SET @a = 1", "collation_connection", "utf8mb4_bin'", "`", uint8(2))
	parser := statement.NewParser(statement.Config{CacheSize: 100, MaxParse: 1000})
	f.Fuzz(func(t *testing.T, sql, others, variable, value, schema string, bits uint8) {
		mode := statement.Mode(bits) & (statement.AnsiQuotes | statement.NoBackslashEscapes)
		to, values := sessionOf(parser, sql, variable, value, mode)
		from, _ := sessionOf(parser, others, variable, value, mode)
		if to == nil || from == nil {
			return
		}
		to = to.WithSchema(schema)
		link := Link{Baseline: "net_write_timeout=600", Attributes: bits&4 != 0}
		for _, from := range []*State{nil, Clean, from, to, to.Stained(), from.WithSchema(schema)} {
			r := Restore(nil, from, to, link, bits&8 != 0, "last_insert_id=7")
			checkRestoration(t, r, link, values, to)
		}
	})
}

// sessionOf is the state of a session that has said sql, and whose server reports a variable; with the values that its user variables have. It is
// nil for what no server accepts.
func sessionOf(parser *statement.Parser, sql, variable, value string, mode statement.Mode) (*State, map[string]string) {
	st, _ := parser.Parse([]byte(sql), mode)
	l := &life{New(Login{}), parser}
	values := map[string]string{}
	said := readItems(sql, mode)
	if st.Kind != statement.Set || said == nil || !isWord(variable) {
		return nil, nil
	}
	for _, item := range said {
		if name, ok := strings.CutPrefix(item.name, "@"); ok {
			values[strings.ToLower(name)] = item.value
		}
	}
	l.Begin(st)
	l.OK(topology.MariaDB, &mysql.OK{Status: calm, Track: mysql.AppendTrackVariable(nil, variable, value)}, false, 0, nil)
	l.End(st, "paris", false)
	return l.State(), values
}

// checkRestoration reads the commands as a server does, in each sql_mode.
func checkRestoration(t *testing.T, r Restoration, link Link, values map[string]string, to *State) {
	t.Helper()
	answers := 0
	for rest := r.Bytes; len(rest) > 0; answers++ {
		payload, _, behind, err := mysql.CutPacket(rest)
		if err != nil {
			t.Fatalf("the commands are no packets: %v", err)
		}
		rest = behind
		if payload[0] != comQuery {
			continue
		}
		sql := string(payload[1:])
		if link.Attributes {
			sql = sql[2:]
		}
		if strings.HasPrefix(sql, "SET ") && !strings.HasPrefix(sql, "SET ROLE ") {
			checkSet(t, sql, values)
		}
		checkOne(t, sql)
	}
	if answers != r.Answers {
		t.Errorf("%d commands, but %d answers are expected", answers, r.Answers)
	}
}

// checkSet holds that every sql_mode reads the same items, and that user variables get their values.
func checkSet(t *testing.T, sql string, values map[string]string) {
	t.Helper()
	want := readItems(sql, 0)
	for _, mode := range everyMode {
		got := readItems(sql, mode)
		if got == nil || !slices.Equal(got, want) {
			t.Errorf("in mode %d this is read as %q, in mode 0 as %q:\n%s", mode, got, want, sql)
		}
		for _, item := range got {
			name, ok := strings.CutPrefix(item.name, "@")
			if was, set := values[name]; ok && set && was != item.value && !strings.EqualFold(was, "null") {
				t.Errorf("@%s was %q and becomes %q in mode %d: %s", name, was, item.value, mode, sql)
			}
		}
	}
}

// checkOne holds that a text is one statement in every sql_mode.
func checkOne(t *testing.T, sql string) {
	t.Helper()
	for _, mode := range everyMode {
		r := reader{text: sql, mode: mode}
		for r.next() {
			if r.token == ";" {
				t.Errorf("in mode %d these are two statements: %s", mode, sql)
			}
		}
		if r.open {
			t.Errorf("in mode %d a quote is not closed: %s", mode, sql)
		}
	}
}
