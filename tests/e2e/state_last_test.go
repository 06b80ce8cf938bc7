package e2e

import (
	"strings"
	"testing"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
)

// beforeTheQuestion are statements after which a session asks about them. The session is in no transaction.
var beforeTheQuestion = []string{
	"SELECT n FROM notes", "SELECT n FROM notes LIMIT 2", "SELECT n FROM notes LIMIT 2 OFFSET 1", "SELECT n FROM notes LIMIT 2, 2", "SELECT n FROM notes LIMIT 3 OFFSET 90",
	"(SELECT n FROM notes LIMIT 1, 2)", "SELECT n FROM notes UNION SELECT 9 LIMIT 1, 2", "SELECT 1 LIMIT 0", "SELECT COUNT(*) FROM notes", "SELECT n FROM notes WHERE 1 = 0",
	"SELECT SQL_CALC_FOUND_ROWS n FROM notes LIMIT 1", "SELECT SQL_CALC_FOUND_ROWS n FROM notes LIMIT 0", "VALUES (1), (2)", "WITH x AS (SELECT n FROM notes) SELECT * FROM x",
	"SELECT n FROM notes FOR UPDATE", "SELECT n INTO @n FROM notes WHERE id = 2", "SELECT n INTO @n FROM notes WHERE id = 99", "SELECT @s := n FROM notes",
	"SHOW TABLES", "SHOW CREATE TABLE notes", "SHOW COLUMNS FROM notes", "SHOW VARIABLES LIKE 'sql_mode'", "SHOW GRANTS", "DESCRIBE notes", "EXPLAIN SELECT n FROM notes",
	"DO 1", "DO (SELECT COUNT(*) FROM notes)", "SET @x = 1", "SET @x = (SELECT COUNT(*) FROM notes)", "SET time_zone = '+01:00'",
	"UPDATE notes SET n = n + 1", "UPDATE notes SET n = n + 1 WHERE id = 1", "UPDATE notes SET n = n WHERE id = 1", "UPDATE notes SET n = (SELECT 5) WHERE id < 3",
	"INSERT INTO notes (n) VALUES (7)", "INSERT INTO notes (n) VALUES (7), (8), (9)", "INSERT INTO notes (id, n) VALUES (900, 7)", "INSERT INTO notes (n) SELECT n FROM notes LIMIT 2",
	"INSERT INTO notes (n) VALUES (7) RETURNING n", "INSERT INTO notes (n, word) VALUES (1, 'one')", "INSERT INTO notes (n, word) VALUES (1, 'new'), (1, 'one')",
	"INSERT IGNORE INTO notes (n, word) VALUES (1, 'one'), (1, 'other')", "INSERT INTO notes (n, word) VALUES (1, 'one') ON DUPLICATE KEY UPDATE n = 8",
	"INSERT INTO notes (n, word) VALUES (1, 'one') ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id), n = n + 1", "UPDATE notes SET n = LAST_INSERT_ID(n + 40) WHERE id = 1",
	"REPLACE INTO notes (n, word) VALUES (1, 'two')", "DELETE FROM notes WHERE id < 3", "DELETE FROM notes WHERE id = 99", "DELETE FROM notes WHERE id = 4 RETURNING id",
	"CREATE TABLE other AS SELECT n FROM notes", "DROP TABLE IF EXISTS nothing", "CREATE TABLE IF NOT EXISTS notes (n INT)",
	"SELECT nothing FROM notes", "SELECT * FROM nothing", "SELECT (SELECT n FROM notes)", "NONSENSE", "SELECT CAST('x' AS SIGNED), CAST('y' AS SIGNED)", "INSERT INTO notes (n) VALUES ('x')",
	"SET @x = CAST('x' AS SIGNED)", "BEGIN", "COMMIT", "USE mysql", "CALL several()", "CALL writes()", "CALL last_id()", "EXECUTE IMMEDIATE 'SELECT n FROM notes LIMIT 2'",
	"ANALYZE TABLE notes", "SIGNAL SQLSTATE '01000'", "SELECT GET_LOCK('last', 0)", "LOCK TABLES notes READ", "SELECT 1; SELECT n FROM notes", "SELECT CONNECTION_ID()",
}

// questions about the statement before, alone and inside larger statements.
var questions = []string{
	"SELECT FOUND_ROWS()", "SELECT FOUND_ROWS() + 0, 1", "SELECT ROW_COUNT()", "SELECT ROW_COUNT() + 0, 1", "SELECT FOUND_ROWS() f, ROW_COUNT() r", "SELECT LAST_INSERT_ID()",
	"SELECT LAST_INSERT_ID(), 1", "SHOW WARNINGS", "SHOW WARNINGS LIMIT 1", "SHOW WARNINGS LIMIT 1, 5", "SHOW ERRORS", "SHOW COUNT(*) WARNINGS", "SHOW COUNT(*) ERRORS",
	"SELECT @@warning_count", "SELECT @@error_count", "SELECT @@warning_count + @@error_count", "GET DIAGNOSTICS @conditions = NUMBER, @rows = ROW_COUNT; SELECT @conditions, @rows",
	"SET @f = FOUND_ROWS(), @r = ROW_COUNT(); SELECT @f, @r", "INSERT INTO log VALUES (FOUND_ROWS(), ROW_COUNT(), LAST_INSERT_ID()); SELECT * FROM log",
}

// moments are when the question comes: at once, after something else, or so late that the connection has gone back and was used by others. FOUND_ROWS() and
// the warnings outlive what does not set them.
var moments = []struct {
	name          string
	before, after []string
	later         bool
	share         int // one of so many combinations is tried
}{
	{name: "at once", share: 5},
	{name: "in a transaction", before: []string{"BEGIN"}, share: 13},
	{name: "with an insert id from before", before: []string{"INSERT INTO notes (n) VALUES (0)"}, share: 11},
	{name: "after SET", after: []string{"SET @between = 1"}, share: 13},
	{name: "after BEGIN", after: []string{"BEGIN"}, share: 13},
	{name: "after SHOW WARNINGS", after: []string{"SHOW WARNINGS"}, share: 13},
	{name: "later", later: true, share: 13},
}

// TestWhatTheLastStatementLeft: for every statement, every question, and every moment, the answer is that of the server itself, though another session has
// used the connection meanwhile.
func TestWhatTheLastStatementLeft(t *testing.T) {
	patient := newStageOf(t, "per_server: 1, linger: 5s", shopLogin(t))
	hasty := newStageOf(t, "per_server: 1, linger: 1ms", shopLogin(t))
	for _, s := range []*stage{patient, hasty} {
		aside := s.cluster.Database(t, "paris") // ids are given out in step if the session on the server has tables of its own
		must(t, s.direct, "USE "+aside)
		setUp(t, s.direct)
		for _, c := range []*mysqltest.Client{s.direct, raw(t, s.cluster.Datacenters[0].Primary.Address, s.login)} {
			for _, q := range []string{
				"CREATE PROCEDURE several() BEGIN SELECT n FROM notes LIMIT 3; UPDATE notes SET n = 0 WHERE id < 3; END",
				"CREATE PROCEDURE writes() UPDATE notes SET n = 1 WHERE id < 4", "CREATE PROCEDURE last_id() SELECT LAST_INSERT_ID()",
				"CREATE TABLE log (f BIGINT, r BIGINT, i BIGINT)",
			} {
				must(t, c, q)
			}
		}
		for i, m := range moments {
			if m.later == (s == hasty) {
				s.row(13, m.name, func(t *testing.T) { s.askEverything(i, aside) })
			}
		}
	}
}

func (s *stage) askEverything(moment int, aside string) {
	m := &moments[moment]
	asked, wrong := 0, 0
	for i, q := range beforeTheQuestion {
		for j, ask := range questions {
			if (i+j)%m.share != 0 {
				continue
			}
			asked++
			direct, through := s.tell(s.direct, aside, moment, q, ask), s.tell(s.through, s.database, moment, q, ask)
			direct = strings.ReplaceAll(direct, aside, s.database)
			if direct == through || strings.Contains(through, `\xff\xb2&#HY000shunt`) && mayBeGone(m.later || m.after != nil, ask) {
				continue
			}
			if wrong++; wrong < 20 {
				s.t.Errorf("%s, %s, then %s\ndirect  %s\nthrough %s", m.name, q, ask, direct, through)
			}
		}
	}
	if asked < 90 || wrong > 0 {
		s.t.Errorf("%d of %d answers are wrong", wrong, asked)
	}
}

// mayBeGone says whether shunt may refuse the question: in a larger statement, when the connection that knows has gone back, or when what it asks beside
// ROW_COUNT() had to be put on the connection, which changes that.
func mayBeGone(gone bool, ask string) bool {
	two := strings.Contains(ask, "ROW_COUNT") && (strings.Contains(ask, "FOUND_ROWS") || strings.Contains(ask, "LAST_INSERT_ID"))
	return two || gone && strings.ContainsAny(ask, "+,;") && !strings.HasPrefix(ask, "SHOW")
}

// tell plays one story from its beginning and gives the answer to the question.
func (s *stage) tell(c *mysqltest.Client, database string, moment int, q, ask string) string {
	m := &moments[moment]
	tidy(s.t, c, database)
	if c == s.through {
		s.spoil()
	}
	for _, before := range m.before {
		must(s.t, c, before)
	}
	_, _ = c.Query(q) // its outcome is what is asked about
	for _, after := range m.after {
		must(s.t, c, after)
	}
	if m.later && c == s.through {
		if pins, _ := s.held(); pins == "" {
			s.spoil()
		}
	}
	return whole(c, ask)
}

// tidy brings session and tables back to the beginning.
func tidy(t *testing.T, c *mysqltest.Client, database string) {
	t.Helper()
	if _, err := c.Do(mysql.ComResetConnection, nil); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		"USE " + database, "DROP TABLE IF EXISTS other", "DELETE FROM notes", "DELETE FROM log",
		"INSERT INTO notes VALUES (1, 1, 'one'), (2, 2, 'two'), (3, 3, 'three'), (4, 4, 'four'), (5, 5, 'five')",
		"SELECT 1 FROM notes WHERE id = 1",
	} {
		must(t, c, q)
	}
}

// TestTheLastStatementOfASessionThatIsHeld: shunt asks the connection for a value that no tracker tells (SET @@x), and the session goes on there. The questions are about
// the session's own statement all the same.
func TestTheLastStatementOfASessionThatIsHeld(t *testing.T) {
	s := newStageOf(t, "per_server: 1, linger: 1ms", shopLogin(t))
	for _, question := range []string{"SELECT ROW_COUNT()", "SELECT ROW_COUNT() + 0, 1", "SELECT ROW_COUNT() AS r, 1 AS one"} {
		var answers []string
		for _, c := range []*mysqltest.Client{s.direct, s.through} {
			for _, q := range []string{"CREATE OR REPLACE TEMPORARY TABLE held (n INT)", "SET @@lock_wait_timeout = 5"} {
				must(t, c, q)
			}
			answers = append(answers, must(t, c, question))
		}
		if answers[0] != answers[1] {
			t.Errorf("%s: direct %s, through shunt %s", question, answers[0], answers[1])
		}
	}
}
