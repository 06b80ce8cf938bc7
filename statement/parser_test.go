package statement

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const pointSelect = "SELECT id, k, v FROM t WHERE id = 12345"

func parse(p *Parser, sql string) *Statement {
	st, _ := p.Parse([]byte(sql), 0)
	return st
}

// raced says that the race detector watches: sync.Pool drops a part of what it is given then.
var raced bool

func TestHitAllocatesNothing(t *testing.T) {
	p := NewParser(Config{})
	for _, sql := range []string{
		pointSelect,
		"SELECT c FROM sbtest1 WHERE id=? AND k BETWEEN ? AND ?",
		"select `users`.* from `users` where `users`.`id` = '5' and `users`.`deleted_at` is null limit 1",
		"/* shunt: replica */ " + pointSelect,
		"/* shunt: primary, consistency=eventual critical=false */ UPDATE t SET a = 1 WHERE id IN (1, 2, 3)",
		"SELECT `a`, COUNT(*) FROM shop.t JOIN u USING (id) -- shunt: replica",
		"INSERT INTO t VALUES (1, 'x', NULL), (2, 'y', NOW())",
		"SELECT a INTO DUMPFILE 'x' FROM t", // refused by the parser
		"BEGIN",
		"SELECT 1; SELECT 2",
		"/*!40101 SELECT */ 1",
	} {
		text := []byte(sql)
		p.Parse(text, 0)
		before := p.Stats()
		n := testing.AllocsPerRun(200, func() { p.Parse(text, 0) })
		if n != 0 && !raced {
			t.Errorf("%s: %v allocations for a hit", sql, n)
		}
		if after := p.Stats(); after.Misses != before.Misses || after.Hits < before.Hits+200 {
			t.Errorf("%s: was not answered from the cache: %+v, then %+v", sql, before, after)
		}
	}
	if raced {
		t.Skip("allocations were not held at zero: under the race detector a pool drops a part of what it is given")
	}
}

// The caller's buffer is used for the next packet as soon as Parse returns.
func TestParseKeepsNothingOfTheText(t *testing.T) {
	p := NewParser(Config{})
	for _, sql := range []string{
		"SELECT my_func(a), GET_LOCK('name', 1) FROM shop.orders JOIN `items`",
		"SET @a = 'value', sql_mode = CONCAT(@b, 'x')",
		"PREPARE p FROM 'SELECT 1'", "USE shop", "CREATE TEMPORARY TABLE shop.t (id INT)", "SELECT USER() AS 'who'",
		"SELECT a INTO DUMPFILE 'x' FROM shop.t WHERE my_func(1)", "CALL shop.p(1)", "SET ROLE admin",
		"/* shunt: after=0-1-7 traceparent='00-01' */ SELECT 1",
	} {
		text := []byte(sql)
		st, hint := p.Parse(text, 0)
		meant := describe(st)
		wanted := fmt.Sprintf("%+v", hint)
		for i := range text {
			text[i] = '#'
		}
		if diff := cmp.Diff(meant, describe(st)); diff != "" {
			t.Errorf("%s: the statement changes with the buffer\n%s", sql, diff)
		}
		if got := fmt.Sprintf("%+v", hint); got != wanted {
			t.Errorf("%s: the hint changes with the buffer: %s", sql, got)
		}
	}
}

// What depends on its literals must be told anew each time.
func TestLiteralsThatMatter(t *testing.T) {
	p := NewParser(Config{})
	for _, c := range [][2]string{
		{"SET @a = 1", "SET @a = 2"},
		{"KILL 5", "KILL 6"},
		{"PREPARE p FROM 'SELECT 1'", "PREPARE p FROM 'SELECT 2'"},
		{"EXECUTE IMMEDIATE 'SELECT 1'", "EXECUTE IMMEDIATE 'DELETE FROM t'"},
		{"SELECT GET_LOCK('a', 1)", "SELECT GET_LOCK('b', 1)"},
		{"DO RELEASE_LOCK('a')", "DO RELEASE_LOCK('b')"},
		{"SELECT LAST_INSERT_ID() AS 'a'", "SELECT LAST_INSERT_ID() AS 'b'"},
		{"SELECT CONNECTION_ID()", "SELECT CONNECTION_ID( )"},
		{"EXPLAIN FOR CONNECTION 0", "EXPLAIN FOR CONNECTION 7"},
		{"SELECT 1; SET @a = 1", "SELECT 1; SET @a = 2"},
		{"SET sql_log_bin = 0", "SET sql_log_bin = 1"},
	} {
		if first, second := describe(parse(p, c[0])), describe(parse(p, c[1])); first == second {
			t.Errorf("%q and %q mean the same:\n%s", c[0], c[1], first)
		}
	}
	if s := p.Stats(); s.Uncached != s.Misses || s.Hits != 0 || s.Plans != 0 {
		t.Errorf("some were cached: %+v", s)
	}
}

// PHP's emulated prepares once wrote LIMIT '10', which the server refuses. Such a text must not spoil the shape.
func TestRefusedTextSpoilsNothing(t *testing.T) {
	for _, c := range [][2]string{
		{"SELECT * FROM t LIMIT '10'", "SELECT * FROM t LIMIT 10"},
		{"SELECT * FROM t LIMIT -1", "SELECT * FROM t LIMIT 1"},
		{"SELECT * FROM t LIMIT 1.5", "SELECT * FROM t LIMIT 1"},
		{"SELECT a AS 5 FROM t", "SELECT a AS 'five' FROM t"},
	} {
		p := NewParser(Config{})
		if parse(p, c[0]).Plain {
			t.Errorf("%s is plain, the case proves nothing", c[0])
		}
		if !parse(p, c[1]).Plain {
			t.Errorf("%s is not plain after %s", c[1], c[0])
		}
	}
}

func TestModesAreKeptApart(t *testing.T) {
	p := NewParser(Config{})
	sql := []byte(`SELECT "a" FROM t WHERE b = '\' AND c IN ("FOR UPDATE") -- '`)
	st, _ := p.Parse(sql, 0)
	other, _ := p.Parse(sql, NoBackslashEscapes)
	if st == other || st.Digest == other.Digest {
		t.Error("a text has one meaning in two modes")
	}
}

// Texts beyond MaxParse are still understood if literals make them long.
func TestLargeTexts(t *testing.T) {
	p := NewParser(Config{MaxParse: 1000})
	ids := strings.Repeat("12345, ", 50000) + "1"
	text := strings.Repeat("x", 100000)
	for _, c := range []struct{ name, sql, want string }{
		{"a list", "SELECT * FROM shop.t WHERE id IN (" + ids + ")", "select plain\nreads shop.t\n"},
		{"rows", "INSERT INTO t (a, b) VALUES (1, 'x')" + strings.Repeat(", (2, 'y')", 50000), "insert\nwrites t\n"},
		{"rows with calls", "INSERT INTO t VALUES (1, f(1))" + strings.Repeat(", (2, f(2))", 50000), "insert\neffects impure\nwrites t\nfunctions f\n"},
		{"a string", "UPDATE t SET a = '" + text + "' WHERE id = 5", "update\nwrites t\n"},
		{"a comment", "SELECT * FROM t /* " + text + " */", "select plain\nreads t\n"},
		{"a lock's name", "SELECT GET_LOCK('a', 1), '" + text + "'", "select\neffects gets_lock impure\nfunctions get_lock\nlock of an expression\n"},
		{"placeholders", "SELECT * FROM t WHERE id IN (" + strings.Repeat("?, ", 999) + "?)", "select plain\nreads t\nparams 1000\n"},
		{"MariaDB's syntax", "SELECT * FROM t WHERE a = '" + text + "' LIMIT 5 ROWS EXAMINED 10", "select plain\nreads t\n"},
		{"too much even so", "SELECT " + strings.Repeat("f(a), ", 500) + "b FROM t, u FOR UPDATE", "select fallback\neffects locks_rows impure\nreads t, u\nfunctions f\n"},
		{"several", "SELECT * FROM t WHERE id IN (" + ids + "); DELETE FROM u WHERE id IN (" + ids + ")",
			"multi\nreads t\nwrites u\nthen select plain\n  reads t\nthen delete\n  writes u\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, describe(parse(p, c.sql))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// Texts that are made to be expensive must end in a statement all the same.
func TestHostileTexts(t *testing.T) {
	p := NewParser(Config{})
	const n = 100000
	for _, c := range []struct {
		name, sql string
		want      Kind
	}{
		{"parentheses", strings.Repeat("(", n) + "SELECT 1" + strings.Repeat(")", n), Select},
		{"EXPLAIN of EXPLAIN", strings.Repeat("EXPLAIN ", n) + "SELECT 1", Explain},
		{"ANALYZE of ANALYZE", strings.Repeat("ANALYZE ", n) + "SELECT 1", Explain},
		{"SET STATEMENT in SET STATEMENT", strings.Repeat("SET STATEMENT a=1 FOR ", n) + "SELECT 1", Unknown},
		{"VALUES in VALUES", strings.Repeat("VALUES (", n) + "f(1)", Select},
		{"statements", strings.Repeat("SELECT 1;", n), Multi},
		{"assignments", "SET @a=f(1)" + strings.Repeat(",@a=f(1)", n), Set},
		{"strings in a row", "EXECUTE IMMEDIATE " + strings.Repeat("'a' ", n), Execute},
		{"a name of many parts", "SET a" + strings.Repeat(".a", n) + "=1", Set},
		{"blocks without an end", "CREATE PROCEDURE p() BEGIN " + strings.Repeat("IF ", n), DDL},
		{"definitions with open parentheses", strings.Repeat("CREATE PROCEDURE (;", n), Multi},
		{"tables", "DELETE FROM t RETURNING (SELECT 1 FROM a" + manyTables(n) + ")", Delete},
		{"backslashes", "SELECT '" + strings.Repeat(`\'`, n), Select},
		{"signs", "SELECT " + strings.Repeat("- + ", n) + "1", Select},
		{"lists of lists", "SELECT 1 IN " + strings.Repeat("(1, ", n), Select},
		{"calls of MariaDB's", "SELECT " + strings.Repeat("GROUP_CONCAT(", 1000), Select},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := parse(p, c.sql)
			if st.Kind != c.want {
				t.Errorf("kind %v, want %v", st.Kind, c.want)
			}
			if st.Plain && st.Fallback {
				t.Error("plain by tokens alone")
			}
		})
	}
}

func manyTables(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ", t%d", i)
	}
	return b.String()
}

// More statements than are looked at: the rest may do anything.
func TestManyStatements(t *testing.T) {
	st := parse(NewParser(Config{}), strings.Repeat("SELECT 1; ", maxStatements)+"SELECT 2; SET @a = 1")
	if n := len(st.List); n != maxStatements+1 {
		t.Fatalf("%d statements in the list", n)
	}
	if st.Plain || !st.Effects.Has(LeavesState) || st.List[maxStatements].Kind != Unknown {
		t.Errorf("the rest is trusted: %s", describe(st.List[maxStatements]))
	}
}

func TestStats(t *testing.T) {
	p := NewParser(Config{})
	for _, sql := range []string{"SELECT 1", "SELECT 2", "SELECT a INTO DUMPFILE 'x' FROM t", "SELECT b INTO DUMPFILE 'x' FROM t", "SET @a = 1", "FROBNICATE"} {
		parse(p, sql)
	}
	want := Stats{Hits: 1, Misses: 5, Uncached: 1, Plans: 4, Fallbacks: map[Kind]uint64{Select: 2, Unknown: 1}}
	if diff := cmp.Diff(want, p.Stats()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestParseConcurrently(t *testing.T) {
	p := NewParser(Config{CacheSize: 64}) // small, so that generations change all the time
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 500 {
				table := fmt.Sprintf("t%d", (i*7+worker)%100)
				st := parse(p, "SELECT * FROM "+table+" WHERE id = 5")
				if !st.Plain || len(st.Tables) != 1 || st.Tables[0].Name != table {
					t.Errorf("%s: %s", table, describe(st))
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestCacheIsBounded(t *testing.T) {
	for _, size := range []int{1, 10, 200, 5000} {
		p := NewParser(Config{CacheSize: size})
		for i := range 3 * size {
			parse(p, fmt.Sprintf("SELECT * FROM t%d", i))
		}
		if n := p.Stats().Plans; n > max(size, generations) {
			t.Errorf("a cache for %d holds %d", size, n)
		}
	}
}

// One shape with many numbers of placeholders has the whole cache, not one part of it.
func TestListsOfManyLengthsAreKept(t *testing.T) {
	p, lengths := NewParser(Config{CacheSize: 4000}), 1000
	for range 2 {
		for i := range lengths {
			parse(p, "SELECT * FROM t WHERE id IN (?"+strings.Repeat(", ?", i)+")")
		}
	}
	if s := p.Stats(); s.Misses != uint64(lengths) || s.Hits != uint64(lengths) {
		t.Errorf("%d lengths, twice: %+v", lengths, s)
	}
}

// What is asked for all the time stays, however many others come and go.
func TestCacheKeepsWhatIsUsed(t *testing.T) {
	p := NewParser(Config{CacheSize: 20})
	first := parse(p, pointSelect)
	for i := range 1000 {
		parse(p, fmt.Sprintf("SELECT * FROM t%d", i))
		if parse(p, pointSelect) != first {
			t.Fatalf("classified again after %d others", i)
		}
	}
}

func TestKindWords(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Kinds() {
		if word := k.String(); word == "" || seen[word] {
			t.Errorf("kind %d has the word %q", k, word)
		} else {
			seen[word] = true
		}
	}
	if got := Kind(kinds).String(); got != "invalid" {
		t.Errorf("an invalid kind is called %q", got)
	}
	all := Effects(AsksSequence<<1 - 1)
	if n := len(strings.Fields(all.String())); n != len(effectNames) || all>>len(effectNames) != 0 {
		t.Errorf("%d words for the effects %b", n, all)
	}
}

func TestLocalToServer(t *testing.T) {
	for _, c := range []struct {
		schema, table string
		want          bool
	}{
		{"mysql", "user", true}, {"Performance_Schema", "x", true}, {"sys", "x", true},
		{"information_schema", "tables", false}, {"information_schema", "statistics", false},
		{"INFORMATION_SCHEMA", "ProcessList", true}, {"information_schema", "session_variables", true},
		{"information_schema", "innodb_metrics", true}, {"information_schema", "index_statistics", true},
		{"", "user", false}, {"shop", "processlist", false},
	} {
		if got := LocalToServer(c.schema, c.table); got != c.want {
			t.Errorf("LocalToServer(%q, %q) = %v", c.schema, c.table, got)
		}
	}
}
