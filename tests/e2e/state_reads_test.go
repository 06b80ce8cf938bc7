package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// TestStateReads: where reads go, and what they leave in the session.
func TestStateReads(t *testing.T) {
	s := newStage(t)
	server := must(t, s.direct, "SELECT @@server_id")
	for _, q := range []string{
		"CREATE FUNCTION plus_one(n INT) RETURNS INT NO SQL RETURN n + 1",
		"CREATE FUNCTION marks(n INT) RETURNS INT NO SQL BEGIN SET @marked_by_a_function = n; RETURN n; END",
	} {
		must(t, s.direct, q)
	}
	s.cluster.CatchUp(t)
	s.row(1, "plain reads", func(t *testing.T) {
		s.runs("replica", "SELECT n FROM notes WHERE id = 1", "VALUES (1), (2)", "WITH x AS (SELECT n FROM notes) SELECT MAX(n) FROM x",
			"SELECT NOW(), UUID(), MD5('x')", "(SELECT 1) UNION (SELECT 2)")
		s.pinned("")
	})
	s.row(2, "locking reads", func(t *testing.T) {
		s.runs("primary", "SELECT n FROM notes WHERE id = 1 FOR UPDATE", "SELECT n FROM notes LOCK IN SHARE MODE", "SELECT n FROM (SELECT n FROM notes FOR UPDATE) x",
			"SELECT n FROM notes FOR UPDATE NOWAIT", "SELECT n FROM notes FOR UPDATE SKIP LOCKED")
		s.pinned("")
		s.holds("transaction", "BEGIN", "COMMIT")
	})
	s.row(3, "stored functions", func(t *testing.T) {
		s.runs("primary", "SELECT plus_one(1)", "SELECT "+s.database+".plus_one(1)")
		s.pinned("")
		must(t, s.through, "SELECT marks(5)")
		s.pinned("state")
		s.gives("5", "SELECT @marked_by_a_function")
		s.reset()
		s.pinned("")
	})
	s.row(4, "SELECT … INTO @v", func(t *testing.T) {
		s.runs("primary", "SELECT n, word INTO @n, @word FROM notes WHERE id = 2")
		s.pinned("")
		s.spoil()
		s.gives("2 two", "SELECT CONCAT_WS(' ', @n, @word)")
	})
	s.row(5, "files on the server", func(t *testing.T) {
		s.fails("9903", "SELECT n FROM notes INTO OUTFILE '/tmp/x'", "SELECT 'x' INTO DUMPFILE '/tmp/x'", "SELECT LOAD_FILE('/etc/passwd')")
	})
	s.row(6, "SELECT @a := …", func(t *testing.T) {
		s.runs("primary", "SELECT @n := n, @word := word FROM notes ORDER BY id LIMIT 3")
		s.pinned("")
		s.spoil()
		s.gives("3 three", "SELECT CONCAT_WS(' ', @n, @word)")
		must(t, s.through, "SELECT "+manyVariables(65, "@v%d := %d"))
		s.pinned("state")
		s.reset()
		s.pinned("")
	})
	s.row(9, "LAST_INSERT_ID() alone", func(t *testing.T) {
		id := s.insert()
		s.spoil()
		for _, q := range []string{"SELECT LAST_INSERT_ID()", "SELECT @@identity", "SELECT @@last_insert_id AS id"} {
			if who, answer := s.ran(q); who != "answered" || answer != id {
				s.t.Errorf("%s: %s by %s, want %s, answered", q, answer, who, id)
			}
		}
		must(t, s.through, "BEGIN")
		s.gives(id, "SELECT LAST_INSERT_ID()")
		must(t, s.through, "INSERT INTO notes (id, n) VALUES (7000, 1)") // gives its id itself, so the last one stays
		s.gives(id, "SELECT LAST_INSERT_ID()")
		second := s.insert()
		if second == id {
			s.t.Error("a second row has the same id")
		}
		must(t, s.through, "ROLLBACK")
		s.gives(second, "SELECT LAST_INSERT_ID()")
	})
	s.row(10, "LAST_INSERT_ID() in a larger statement", func(t *testing.T) {
		id := s.insert()
		s.spoil()
		s.runs("primary", "SELECT LAST_INSERT_ID(), 1")
		s.gives(id, "SELECT n FROM (SELECT LAST_INSERT_ID() AS n) x")
		must(t, s.through, "BEGIN") // on a connection that has not seen the INSERT
		must(t, s.through, "INSERT INTO notes (n) VALUES (LAST_INSERT_ID())")
		s.gives(id, "SELECT n FROM notes ORDER BY id DESC LIMIT 1")
		must(t, s.through, "COMMIT")
	})
	s.row(11, "LAST_INSERT_ID(expr)", func(t *testing.T) {
		s.insert()
		s.runs("primary", "UPDATE notes SET n = LAST_INSERT_ID(n + 40) WHERE id = 5")
		s.spoil()
		s.gives("45", "SELECT LAST_INSERT_ID()")
		must(t, s.through, "UPDATE notes SET n = LAST_INSERT_ID(n + 1) WHERE id = 99")
		s.gives("45", "SELECT LAST_INSERT_ID()") // no row, so nothing was set
	})
	s.row(12, "SQL_CALC_FOUND_ROWS", func(t *testing.T) {
		total := must(t, s.direct, "SELECT COUNT(*) FROM notes")
		s.runs("primary", "SELECT SQL_CALC_FOUND_ROWS n FROM notes LIMIT 1")
		s.pinned("") // but for a moment
		s.spoil()
		s.gives(total, "SELECT FOUND_ROWS()")
		must(t, s.through, "SELECT SQL_CALC_FOUND_ROWS n FROM notes LIMIT 1")
		must(t, s.through, "UPDATE notes SET n = n WHERE id = 1")
		s.gives(total, "SELECT FOUND_ROWS()")
	})
	s.row(14, "ROW_COUNT()", func(t *testing.T) {
		must(t, s.through, "UPDATE notes SET n = 50 WHERE id < 4")
		s.held() // until it is not kept any more
		s.spoil()
		if who, answer := s.ran("SELECT ROW_COUNT()"); who != "answered" || answer != "3" {
			s.t.Errorf("ROW_COUNT() is %s, by %s", answer, who)
		}
		must(t, s.through, "UPDATE notes SET n = 51 WHERE id = 1")
		s.spoil()
		s.gives("1", "SELECT ROW_COUNT() + 0")
		must(t, s.through, "UPDATE notes SET n = 52 WHERE id < 4")
		s.held()
		s.fails("9906", "INSERT INTO notes (n) VALUES (ROW_COUNT())")
		s.gives("-1", "SELECT ROW_COUNT() + 0") // after an error
	})
	s.row(15, "warnings", func(t *testing.T) {
		must(t, s.through, "SELECT CAST('a' AS SIGNED), CAST('b' AS SIGNED), CAST('c' AS SIGNED)")
		s.held()
		s.spoil()
		must(t, s.direct, "SELECT CAST('a' AS SIGNED), CAST('b' AS SIGNED), CAST('c' AS SIGNED)")
		s.alike("SHOW WARNINGS LIMIT 1, 1", "SHOW WARNINGS LIMIT 1 OFFSET 2", "SHOW WARNINGS LIMIT 2", "SHOW ERRORS", "SHOW WARNINGS", "SHOW COUNT(*) WARNINGS",
			"SELECT @@warning_count", "SELECT @@error_count", "SHOW WARNINGS LIMIT 0", "SHOW WARNINGS LIMIT 9, 9", "SHOW WARNINGS NONSENSE")
		must(t, s.through, "SELECT CAST('a' AS SIGNED)")
		s.held()
		s.fails("9906", "GET DIAGNOSTICS @n = NUMBER", "SELECT @@warning_count, 1")
	})
	s.row(16, "who asks", func(t *testing.T) {
		if got := must(t, s.through, "SELECT CONNECTION_ID()"); got != s.id {
			s.t.Errorf("the id has become %s", got)
		}
		who, user := s.ran("SELECT USER()")
		if who != "answered" || !strings.HasPrefix(user, s.login.User+"@127.0.0.1") {
			s.t.Errorf("USER() is %s, by %s", user, who)
		}
		s.runs("replica", "SELECT VERSION()", "SELECT CURRENT_USER()")
		if server := must(t, s.through, "SELECT CONNECTION_ID() + 0"); server == s.id {
			s.t.Error("inside a larger statement CONNECTION_ID() is shunt's, too: write that down")
		}
	})
	s.row(17, "facts of the server", func(t *testing.T) {
		s.runs("primary", "SELECT @@server_id", "SELECT @@hostname, @@read_only", "SELECT @@global.max_connections", "SELECT @@gtid_current_pos")
		s.gives(server, "SELECT @@server_id")
		s.gives("0", "SELECT @@read_only")
	})
	s.row(18, "settings of the session", func(t *testing.T) {
		must(t, s.through, "SET time_zone = '+03:00', sql_mode = 'NO_BACKSLASH_ESCAPES'")
		must(t, s.direct, "SET time_zone = '+03:00', sql_mode = 'NO_BACKSLASH_ESCAPES'")
		s.spoil()
		s.runs("primary", "SELECT @@time_zone", "SHOW VARIABLES LIKE 'time_zone'")
		s.alike("SELECT @@time_zone, @@sql_mode", "SHOW VARIABLES LIKE 'sql_mode'", "SHOW SESSION VARIABLES LIKE 'time_z%'")
	})
}

func manyVariables(n int, format string) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(format, i, i))
	}
	return strings.Join(list, ", ")
}

// insert makes a row and gives its id, as the answer of the server tells it.
func (s *stage) insert() string {
	s.t.Helper()
	r, err := s.through.Query("INSERT INTO notes (n) VALUES (1)")
	if err != nil {
		s.t.Fatal(err)
	}
	return fmt.Sprint(r.OK.InsertID)
}
