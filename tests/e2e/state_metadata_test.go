package e2e

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
)

// TestStateMetadata: what describes the data comes from replicas, what tells about one server from the primary, and who is connected from shunt.
func TestStateMetadata(t *testing.T) {
	s := newStage(t)
	s.row(19, "SHOW TABLES, DESCRIBE", func(t *testing.T) {
		for _, q := range []string{"SHOW TABLES", "SHOW COLUMNS FROM notes", "SHOW CREATE TABLE notes", "SHOW INDEX FROM notes WHERE Non_unique > 1", "DESCRIBE notes", "SHOW TABLE STATUS LIKE 'nothing'"} {
			s.runs("replica", q)
			s.alike(q)
		}
		must(t, s.through, "CREATE TABLE brand_new (n INT)")
		s.gives("brand_new", "SHOW TABLES LIKE 'brand%'")
	})
	s.row(20, "SHOW DATABASES", func(t *testing.T) {
		s.runs("replica", "SHOW DATABASES")
		s.alike("SHOW DATABASES")
	})
	s.row(22, "logs of the server", func(t *testing.T) {
		s.onlyPrimary("SHOW MASTER STATUS", "SHOW BINARY LOGS", "SHOW BINLOG EVENTS LIMIT 1")
	})
	s.row(23, "SHOW REPLICA STATUS", func(t *testing.T) { s.onlyPrimary("SHOW REPLICA STATUS", "SHOW SLAVE STATUS") })
	s.row(24, "EXPLAIN", func(t *testing.T) {
		s.runs("replica", "EXPLAIN SELECT n FROM notes")
		s.runs("primary", "EXPLAIN UPDATE notes SET n = 1", "ANALYZE FORMAT=JSON UPDATE notes SET n = n", "EXPLAIN SELECT n FROM notes FOR UPDATE")
		s.gives("0", "SELECT COUNT(*) FROM notes WHERE n = 77")
		must(t, s.through, "ANALYZE UPDATE notes SET n = 77 WHERE id = 1")
		s.gives("1", "SELECT COUNT(*) FROM notes WHERE n = 77")
	})
}

// onlyPrimary checks that statements for which the account lacks the right reach the primary, which says so.
func (s *stage) onlyPrimary(statements ...string) {
	s.t.Helper()
	for _, q := range statements {
		if who, answer := s.ran(q); who != "primary" || !strings.HasPrefix(answer, "Error 1227 ") {
			s.t.Errorf("%s: %s by the %s, want the primary's error 1227", q, answer, who)
		}
	}
	s.alike(statements...)
}

// TestStateProcessList: SHOW PROCESSLIST has the clients of shunt, with their ids and what they do; one's own, or all if a server would show them all.
func TestStateProcessList(t *testing.T) {
	s := newStage(t)
	operator := account(t, s.cluster, "state_operator", "PROCESS ON *.*")
	s.row(21, "SHOW PROCESSLIST", func(t *testing.T) {
		other := raw(t, s.Address, operator)
		list := func(c *mysqltest.Client, q string) [][]string {
			r, err := c.Query(q)
			if err != nil {
				t.Fatal(err)
			}
			return r.Text()
		}
		row := func(rows [][]string, id string) []string {
			for _, r := range rows {
				if r[0] == id {
					return r
				}
			}
			return nil
		}
		long := "SELECT SLEEP(20) /* é " + strings.Repeat("x", 200) + " */"
		if err := s.rival.Send(mysql.ComQuery, []byte(long)); err != nil {
			t.Fatal(err)
		}
		var sleeper []string
		s.await("the list shows what the other session runs", 5*time.Second, func() bool {
			for _, r := range list(s.through, "SHOW PROCESSLIST") {
				if strings.HasPrefix(r[7], "SELECT SLEEP") {
					sleeper = r
				}
			}
			return sleeper != nil && sleeper[6] == "executing"
		})
		if want := []string{s.login.User, s.database, "Query"}; !slices.Equal([]string{sleeper[1], sleeper[3], sleeper[4]}, want) || len([]rune(sleeper[7])) != 100 || sleeper[8] != "0.000" {
			t.Errorf("a running statement shows as %q", sleeper)
		}
		if full := row(list(s.through, "SHOW FULL PROCESSLIST"), sleeper[0]); full == nil || full[7] != long {
			t.Errorf("in full it shows as %q", full)
		}
		mine := row(list(s.through, "SHOW PROCESSLIST"), s.id)
		if mine == nil || mine[7] != "SHOW PROCESSLIST" || mine[4] != "Query" || !strings.HasPrefix(mine[2], "127.0.0.1:") {
			t.Errorf("the one who asks shows as %q", mine)
		}
		ids := func(rows [][]string) (out []string) {
			for _, r := range rows {
				out = append(out, r[0])
			}
			return out
		}
		otherID := must(t, other, "SELECT CONNECTION_ID()")
		if got := ids(list(s.through, "SHOW PROCESSLIST")); slices.Contains(got, otherID) || len(got) != 2 {
			t.Errorf("without the right an account sees %v", got)
		}
		all := list(other, "SHOW PROCESSLIST")
		if got := ids(all); !slices.Contains(got, s.id) || !slices.Contains(got, otherID) || len(got) != 3 {
			t.Errorf("with the right an account sees %v", got)
		}
		if idle := row(all, s.id); idle[4] != "Sleep" || idle[7] != "NULL" {
			t.Errorf("a session that rests shows as %q", idle)
		}
		if a, err := other.Do(mysql.ComProcessInfo, nil); err != nil || len(a.Results) != 1 || len(a.Results[0].Rows) != 3 {
			t.Errorf("COM_PROCESS_INFO: %v %v", a.Results, err)
		}
		if prepared := binaryRows(t, other, "SHOW PROCESSLIST"); prepared != 3 {
			t.Errorf("prepared, the list has %d rows", prepared)
		}
		s.definitions("SHOW PROCESSLIST", "SHOW FULL PROCESSLIST")
		if who, _ := s.ran("/* shunt: primary */ SHOW PROCESSLIST"); who != "primary" {
			t.Errorf("the primary's own list is told by %s", who)
		}
		if who, _ := s.ran("SELECT COUNT(*) FROM information_schema.PROCESSLIST"); who != "primary" {
			t.Errorf("information_schema.PROCESSLIST is told by %s", who)
		}
		_ = s.rival.Close()
	})
}

// definitions checks that the columns of an answer are those of the server.
func (s *stage) definitions(statements ...string) {
	s.t.Helper()
	for _, q := range statements {
		direct, err := s.direct.Query(q)
		if err != nil {
			s.t.Fatal(err)
		}
		through, err := s.through.Query(q)
		if err != nil || !reflect.DeepEqual(direct.Columns, through.Columns) {
			s.t.Errorf("%s has the columns\ndirect  %+v\nthrough %+v %v", q, direct.Columns, through.Columns, err)
		}
	}
}

// binaryRows counts the rows that a prepared statement gives.
func binaryRows(t *testing.T, c *mysqltest.Client, q string) int {
	t.Helper()
	a, err := c.Do(mysql.ComStmtPrepare, []byte(q))
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Do(mysql.ComStmtExecute, executing(a.Prepared.ID))
	if err != nil || len(r.Results) != 1 {
		t.Fatalf("%v %v", r, err)
	}
	return len(r.Results[0].Binary)
}

// executing is the body of COM_STMT_EXECUTE without parameters, and without a cursor.
func executing(id uint32) []byte {
	return []byte{byte(id), byte(id >> 8), byte(id >> 16), byte(id >> 24), 0, 1, 0, 0, 0}
}
