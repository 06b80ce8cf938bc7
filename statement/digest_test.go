package statement

import (
	"strings"
	"testing"
)

func digest(sql string, mode Mode) Digest {
	var f folder
	f.fold([]byte(sql), mode, digestStyle)
	return f.digest()
}

// Texts of one group have the same digest, texts of different groups do not.
func TestDigestGroups(t *testing.T) {
	groups := [][]string{
		{
			"SELECT * FROM t WHERE a = 1", "select  *\nfrom t where a=2", "SELECT/**/* FROM t WHERE a = -5 -- x", "SELECT * FROM t WHERE a='x';",
			"SELECT * FROM t WHERE a = ?", "SELECT * FROM t WHERE a = 0x1f", "SELECT * FROM t WHERE a = .5e3 ;;", "; SELECT * FROM t WHERE a = x'1f'",
			"/* shunt: primary */ SELECT * FROM t WHERE a = + 1",
		},
		{"SELECT * FROM T WHERE a = 1"},
		{"SELECT * FROM `t` WHERE a = 1"},
		{"SELECT * FROM t WHERE a = 1 AND b = 2", "SELECT * FROM t WHERE a = 1 and b = 'x'"},
		{"SELECT * FROM t WHERE a IN (1)", "SELECT * FROM t WHERE a IN (1, -2, 'x', NULL)", "SELECT * FROM t WHERE a IN (?,?)", "SELECT * FROM t WHERE a in (_binary'x', 1)"},
		{"SELECT * FROM t WHERE a IN (1, b)"},
		{"SELECT * FROM t WHERE a IN (1, 2, b)"},
		{"SELECT * FROM t WHERE a IN (SELECT 1)"},
		{"SELECT * FROM t WHERE a NOT IN (1)"},
		{"INSERT INTO t VALUES (1, 2)", "INSERT INTO t VALUES (3), (4)", "insert into t values(1,'x',NULL,DEFAULT),(2,'y',TRUE,-5),(?,?,?,?)"},
		{"INSERT INTO t VALUES (1, NOW())", "INSERT INTO t VALUES (1, NOW()), (2, NOW())"},
		{"INSERT INTO t VALUES (1, NOW()), (NOW(), 1)"},
		{"INSERT INTO t VALUES (1), (NOW())"},
		{"INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = VALUES(a)", "INSERT INTO t VALUES (1), (2) ON DUPLICATE KEY UPDATE a = VALUES(a)"},
		{"INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = VALUES(b)"},
		{"VALUES ROW(1), ROW(2)", "VALUES ROW(1,2)"},
		{"SELECT a - 1 FROM t", "SELECT a -1 FROM t", "SELECT a-1 FROM t"},
		{"SELECT a 1 FROM t"},
		{"SELECT -1", "SELECT 1", "SELECT - 1"},
		{"SELECT - - 1"},
		{"SELECT (1) - 1"},
		{"SELECT f(1)", "SELECT f (1)"},
		{"SELECT g(1)"},
		{"SELECT F(1)"},
		{"SELECT `f`(1)"},
		{"SELECT now()", "SELECT now( )"},
		{"SELECT now ()", "SELECT now/**/()"},
		{"SELECT @a"},
		{"SELECT @b"},
		{"SELECT @@a"},
		{"SELECT 'a', 'b'", "SELECT 1, 2"},
		{"SELECT 1 LIMIT 5", "SELECT 1 LIMIT 6"},
		{"SELECT 1 LIMIT 5, 6"},
		{"SELECT 1; SELECT 2", "SELECT 1 ;SELECT 3;"},
		{"SELECT 1 SELECT 2"},
		{"SELECT NULL"},
		{"SELECT TRUE"},
		{"SELECT 1 FROM a.b", "SELECT 1 FROM a . b"},
		{"SELECT 1 FROM a.`b`"},
		{"SELECT 1 FROM a.select"},
		{"SELECT 1 FROM a.SELECT"},
		{"SELECT 1 FROM 1a"},
		{"SELECT 1 FROM 2a"},
		{"SELECT 1 FROM `a``b`"},
		{"SELECT 1 FROM `a` `b`"},
		{"begin", "BEGIN", "Begin;"},
		{"SELECT 1 /*!40101 FOR UPDATE */"},
		{"SELECT 1 FOR UPDATE"},
		{"SELECT 1 /*! FOR UPDATE */"},
		{"SELECT a FROM t WHERE b IN (\x01)"},
		{"", " ", ";", "-- x"},
	}
	seen := map[Digest]string{}
	for _, group := range groups {
		first := digest(group[0], 0)
		if other, there := seen[first]; there {
			t.Errorf("%q and %q have the same digest", group[0], other)
		}
		seen[first] = group[0]
		for _, sql := range group[1:] {
			if digest(sql, 0) != first {
				t.Errorf("%q and %q have different digests", group[0], sql)
			}
		}
	}
}

// Large texts are folded in pieces; that must not make different ones alike, nor alike ones different.
func TestDigestOfLargeTexts(t *testing.T) {
	list := func(last string, literal string) string {
		return "SELECT " + strings.Repeat("some_function_name("+literal+"), ", 2*absorbed/20) + last
	}
	if digest(list("a", "1"), 0) != digest(list("a", "'x'"), 0) {
		t.Error("literals change the digest of a large text")
	}
	if digest(list("a", "1"), 0) == digest(list("b", "1"), 0) {
		t.Error("the end of a large text does not count")
	}
	rows := "INSERT INTO t VALUES (1, 'x')" + strings.Repeat(", (2, 'y')", absorbed)
	if digest(rows, 0) != digest("INSERT INTO t VALUES (1, 'x')", 0) {
		t.Error("many rows have another digest than one")
	}
}

func TestNormalize(t *testing.T) {
	p := NewParser(Config{})
	for _, c := range []struct {
		sql, want string
		mode      Mode
	}{
		{"select a.b, COUNT( * ) from `T` as x where a<=>-5 and b in (1,2) -- x", "SELECT a.b, COUNT(*) FROM `T` AS x WHERE a <=> ? AND b IN (...)", 0},
		{"insert into t(a,b) values (1,'x'),(2,'y');", "INSERT INTO t(a, b) VALUES (...)", 0},
		{"insert into t values (1, now()), (2, now()), (3, 4)", "INSERT INTO t VALUES (?, now()), (...)", 0},
		{`select "a" from t`, "SELECT ? FROM t", 0},
		{`select "a""b", "c` + "`" + `d" from t`, "SELECT `a\"b`, `c``d` FROM t", AnsiQuotes},
		{"begin; select 1;;", "BEGIN; SELECT ?", 0},
		{"set @a:=1, @@global.b=- 2", "SET @a := ?, @@global.b = ?", 0},
		{"select if(a,left(b,1),c)|| d", "SELECT IF(a, LEFT(b, ?), c) || d", 0},
		{"select * from t where (a,b) in ((1,2),(3,4))", "SELECT * FROM t WHERE (a, b) IN ((?, ?), (?, ?))", 0},
		{"/*!40101 set names utf8 */", "/*!40101 SET names utf8 */", 0},
		{"call p(?, 'x')", "CALL p(?, ?)", 0},
	} {
		if got := p.Normalize([]byte(c.sql), c.mode); got != c.want {
			t.Errorf("Normalize(%s)\n got %s\nwant %s", c.sql, got, c.want)
		}
	}
	if large := "SELECT " + strings.Repeat("a, ", absorbed) + "b"; p.Normalize([]byte(large), 0) != large {
		t.Error("a large text is not shown whole")
	}
}
