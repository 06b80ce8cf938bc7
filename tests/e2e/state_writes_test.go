package e2e

import (
	"strings"
	"testing"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
)

// TestStateWrites: they go to the primary and hold nothing, and the session reads what it wrote.
func TestStateWrites(t *testing.T) {
	s := newStage(t)
	for _, q := range []string{
		"CREATE PROCEDURE writes() UPDATE notes SET n = 9 WHERE id = 1", "CREATE PROCEDURE sets_a_variable() SET @of_a_routine = 5",
		"CREATE PROCEDURE out_parameter(OUT p INT) SET p = 7", "CREATE TABLE loaded (n INT, word VARCHAR(20))",
	} {
		must(t, s.direct, q)
	}
	s.cluster.CatchUp(t)
	s.row(25, "INSERT, UPDATE, DELETE, REPLACE", func(t *testing.T) {
		for _, c := range []struct{ write, read, want string }{
			{"INSERT INTO notes (n, word) VALUES (6, 'six')", "SELECT n FROM notes WHERE word = 'six'", "6"},
			{"UPDATE notes SET n = 66 WHERE word = 'six'", "SELECT n FROM notes WHERE word = 'six'", "66"},
			{"REPLACE INTO notes (n, word) VALUES (67, 'six')", "SELECT n FROM notes WHERE word = 'six'", "67"},
			{"INSERT INTO notes (n, word) VALUES (7, 'seven') RETURNING n", "SELECT n FROM notes WHERE word = 'seven'", "7"},
			{"DELETE FROM notes WHERE word = 'six'", "SELECT COUNT(*) FROM notes WHERE word = 'six'", "0"},
			{"UPDATE notes SET n = (SELECT MAX(id) FROM spoil) WHERE id = 2", "SELECT n > 4710 FROM notes WHERE id = 2", "1"},
		} {
			s.runs("primary", c.write)
			s.gives(c.want, c.read)
		}
		s.pinned("")
		s.spoil()
	})
	s.row(26, "CALL", func(t *testing.T) {
		s.runs("primary", "CALL writes()")
		s.pinned("")
		s.gives("9", "SELECT n FROM notes WHERE id = 1")
		s.runs("primary", "CALL out_parameter(@p)")
		s.pinned("")
		s.spoil()
		s.gives("7", "SELECT @p")
		must(t, s.through, "CALL sets_a_variable()")
		s.pinned("state")
		s.gives("5", "SELECT @of_a_routine")
		s.reset()
		s.pinned("")
	})
	s.row(27, "DO", func(t *testing.T) {
		s.runs("primary", "DO 1", "DO SLEEP(0)")
		s.pinned("")
		s.holds("lock", "DO GET_LOCK('state_do', 5)", "DO RELEASE_LOCK('state_do')")
	})
	s.row(28, "HANDLER", func(t *testing.T) {
		must(t, s.through, "HANDLER notes OPEN")
		must(t, s.through, "HANDLER notes OPEN AS again")
		s.pinned("handler")
		s.gives("1", "HANDLER notes READ FIRST")
		s.gives("2", "HANDLER notes READ NEXT")
		must(t, s.through, "HANDLER notes CLOSE")
		s.pinned("handler")
		must(t, s.through, "HANDLER again CLOSE")
		s.pinned("")
		s.spoil()
		s.fails("1109", "HANDLER notes READ NEXT")
	})
	s.row(29, "DDL, account statements, ANALYZE TABLE", func(t *testing.T) {
		s.runs("primary", "CREATE TABLE ddl (n INT)", "ALTER TABLE ddl ADD m INT", "CREATE VIEW seen AS SELECT n FROM ddl", "ANALYZE TABLE ddl", "OPTIMIZE TABLE ddl",
			"TRUNCATE TABLE ddl", "RENAME TABLE ddl TO ddl2", "DROP VIEW seen", "DROP TABLE ddl2")
		s.alike("CREATE USER nobody@'%'", "GRANT SELECT ON "+s.database+".* TO nobody@'%'")
		s.pinned("")
	})
	s.row(30, "LOAD DATA LOCAL", func(t *testing.T) {
		login := s.login
		login.Capabilities = mysqltest.ClientCapabilities | mysql.CapLocalFiles
		loader := raw(t, s.Address, login)
		if err := loader.Send(mysql.ComQuery, []byte("LOAD DATA LOCAL INFILE 'list.txt' INTO TABLE loaded FIELDS TERMINATED BY ','")); err != nil {
			t.Fatal(err)
		}
		a, err := loader.ReadAnswer(mysql.ComQuery)
		if err != nil || a.File != "list.txt" {
			t.Fatalf("the server asks for the file %q (%v)", a.File, err)
		}
		if _, err := loader.SendFile([]byte(strings.Repeat("1,one\n2,two\n", 500))); err != nil {
			t.Fatal(err)
		}
		s.cluster.CatchUp(t)
		s.gives("1000 500", "SELECT CONCAT(COUNT(*), ' ', SUM(word = 'two')) FROM loaded")
		s.pinned("")
		s.spoil()
	})
}
