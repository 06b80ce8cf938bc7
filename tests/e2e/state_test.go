package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// stage is a shunt that has one connection to each server, of which one is the primary and one a replica that takes reads. On it stand a session
// through shunt, one of the same account on the primary itself, and a rival that also goes through shunt: whatever the session does not hold, the
// rival gets and leaves in another state.
type stage struct {
	*proxied
	t               *testing.T
	database        string
	login           mysqltest.Options
	through, direct *mysqltest.Client
	rival           *mysqltest.Client
	id              string // of the session, as shunt counts
}

func newStage(t *testing.T) *stage { return newStageOf(t, "per_server: 1", shopLogin(t)) }

func shopLogin(t *testing.T) mysqltest.Options {
	shop := cluster.Shared(t).Accounts.Shop
	return mysqltest.Options{User: shop.User, Password: shop.Password}
}

// newStageOf has other limits, and another account for all of its sessions.
func newStageOf(t *testing.T, limits string, login mysqltest.Options) *stage {
	t.Helper()
	c := cluster.Shared(t)
	idle := c.Datacenters[0].Replicas[1].Address
	p := startEdited(t, c, func(config string) string {
		return strings.Replace(config, idle, fmt.Sprintf("{address: %q, weight: 0}", idle), 1) + "limits: {" + limits + "}\nreads: {max_lag: 1h}\n"
	})
	s := &stage{proxied: p, t: t, database: c.Database(t, "paris"), login: login}
	s.login.Database = s.database
	s.direct = raw(t, c.Datacenters[0].Primary.Address, s.login)
	setUp(t, s.direct)
	c.CatchUp(t)
	s.through, s.rival = raw(t, p.Address, s.login), raw(t, p.Address, s.login)
	s.id = must(t, s.through, "SELECT CONNECTION_ID()")
	return s
}

// setUp makes the tables of a stage in the default database.
func setUp(t *testing.T, c *mysqltest.Client) {
	t.Helper()
	for _, q := range []string{
		"CREATE TABLE notes (id INT PRIMARY KEY AUTO_INCREMENT, n INT, word VARCHAR(20), UNIQUE (word))",
		"CREATE TABLE spoil (id INT PRIMARY KEY AUTO_INCREMENT, n INT)",
		"INSERT INTO notes (n, word) VALUES (1, 'one'), (2, 'two'), (3, 'three'), (4, 'four'), (5, 'five')",
		"INSERT INTO spoil VALUES (4711, 1)",
	} {
		must(t, c, q)
	}
}

// account makes an account for the test, on all servers, with these rights.
func account(t *testing.T, c *cluster.Cluster, name string, grants ...string) mysqltest.Options {
	t.Helper()
	primary := c.Datacenters[0].Primary
	change(t, c, "CREATE USER "+name+"@'%' IDENTIFIED BY 'secret'")
	t.Cleanup(func() {
		if err := primary.Exec(context.Background(), "DROP USER "+name+"@'%'"); err != nil { // the test's own context is over
			t.Error(err)
		}
	})
	for _, grant := range grants {
		change(t, c, "GRANT "+grant+" TO "+name+"@'%'")
	}
	return mysqltest.Options{User: name, Password: "secret"}
}

// must runs a statement that succeeds and gives its first value.
func must(t *testing.T, c *mysqltest.Client, q string) string {
	t.Helper()
	r, err := c.Query(q)
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	if len(r.Rows) == 0 || len(r.Rows[0]) == 0 {
		return ""
	}
	return r.Text()[0][0]
}

// spoil lets the rival have every connection that the session does not hold, and leaves there what a session may leave.
func (s *stage) spoil() {
	s.t.Helper()
	for _, q := range []string{
		"SET time_zone = '-07:00', sql_mode = 'ANSI_QUOTES', @a = 'rival', @b = 'rival'", "INSERT INTO spoil (n) VALUES (1), (2)",
		"/* shunt: primary */ SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7",
		"/* shunt: primary */ SELECT CAST('rival' AS SIGNED), CAST('rival' AS SIGNED), CAST('rival' AS SIGNED)",
		"/* shunt: replica, consistency=eventual */ SELECT CAST('rival' AS SIGNED), CAST('rival' AS SIGNED), CAST('rival' AS SIGNED)",
		"SELECT 1",               // so that the connection is not kept for a question about the warnings
		"SELECT CONNECTION_ID()", // an answer that is there after those before it are counted
	} {
		must(s.t, s.rival, q)
	}
}

// served counts what was done so far, by who has done it: a role, or the word for what shunt has done itself.
func (s *stage) served() map[string]int {
	count := map[string]int{}
	for _, row := range s.console("SHOW STATS") {
		who := row["role"]
		if who == "" {
			who = row["outcome"]
		}
		count[who] += atoi(s.t, row["statements"])
	}
	return count
}

// ran runs a statement of the session and says who did it: primary, replica, answered or refused; and what the answer was.
func (s *stage) ran(q string) (who, answer string) {
	s.t.Helper()
	s.shown(func(row map[string]string) bool { return true }) // what came before is counted
	before := s.served()
	answer = said(s.through, q)
	s.await("the statement is counted", 5*time.Second, func() bool { // a moment after its answer
		for name, n := range s.served() {
			if n > before[name] {
				who += name
			}
		}
		return who != ""
	})
	return who, answer
}

// runs checks who serves each of the statements, and that none is an error.
func (s *stage) runs(want string, statements ...string) {
	s.t.Helper()
	if want == "replica" {
		s.cluster.CatchUp(s.t) // else the primary may have to answer, since the replicas lack what the session wrote
	}
	for _, q := range statements {
		if who, answer := s.ran(q); who != want || strings.HasPrefix(answer, "Error ") {
			s.t.Errorf("%s: by the %s (%s), want %s", q, who, answer, want)
		}
	}
}

// fails checks that each of the statements gets an error with that number.
func (s *stage) fails(number string, statements ...string) {
	s.t.Helper()
	for _, q := range statements {
		if answer := said(s.through, q); !strings.HasPrefix(answer, "Error "+number+" ") {
			s.t.Errorf("%s: %s, want error %s", q, answer, number)
		}
	}
}

// gives checks the first value of an answer.
func (s *stage) gives(want, q string) {
	s.t.Helper()
	if answer := said(s.through, q); answer != want {
		s.t.Errorf("%s: %s, want %s", q, answer, want)
	}
}

// held waits until the session waits for its next command, and gives the reasons for which it keeps its connection, but for the short one.
func (s *stage) held() (pins, server string) {
	s.t.Helper()
	row := s.shown(func(row map[string]string) bool { return row["pins"] != "diagnostics" })
	return row["pins"], row["server"]
}

// shown waits until the session waits for its next command, and looks as it should in SHOW CLIENTS.
func (s *stage) shown(right func(row map[string]string) bool) (row map[string]string) {
	s.t.Helper()
	s.await("the session rests", 5*time.Second, func() bool {
		rows := s.console("SHOW CLIENTS WHERE id = " + s.id)
		if len(rows) != 1 || rows[0]["state"] != "idle" && rows[0]["state"] != "pinned" {
			return false
		}
		row = rows[0]
		return right(row)
	})
	return row
}

// pinned checks why the session keeps its connection: the beginning of the reasons, or nothing.
func (s *stage) pinned(want string) {
	s.t.Helper()
	if got, server := s.held(); got != want && (want == "" || !strings.HasPrefix(got, want)) || (server == "") != (want == "") {
		s.t.Errorf("the session keeps its connection to %q for %q, want %q", server, got, want)
	}
}

// holds runs a statement, checks that it makes the session keep its connection, that another one ends that, and that the rival gets the connection then.
func (s *stage) holds(reason, begin, end string) {
	s.t.Helper()
	must(s.t, s.through, begin)
	s.pinned(reason)
	must(s.t, s.through, end)
	s.pinned("")
	s.spoil()
}

// reset makes the session as after its login, but for the default database.
func (s *stage) reset() {
	s.t.Helper()
	for _, c := range []*mysqltest.Client{s.through, s.direct} {
		if _, err := c.Do(mysql.ComResetConnection, nil); err != nil {
			s.t.Fatal(err)
		}
	}
}

// both runs statements that succeed in the session and on the server itself.
func (s *stage) both(statements ...string) {
	s.t.Helper()
	for _, q := range statements {
		must(s.t, s.direct, q)
		must(s.t, s.through, q)
	}
}

// alike checks that a statement has the same answer as on the server itself, to the byte.
func (s *stage) alike(statements ...string) {
	s.t.Helper()
	for _, q := range statements {
		if direct, through := whole(s.direct, q), whole(s.through, q); direct != through {
			s.t.Errorf("%s\ndirect  %s\nthrough %s", q, direct, through)
		}
	}
}

// whole is an answer with all its packets, as text.
func whole(c *mysqltest.Client, q string) string {
	a, err := c.Do(mysql.ComQuery, []byte(q))
	return fmt.Sprintf("%q %v", a.Packets, err)
}

// row runs the test of a row of docs/reference/routing.md.
func (s *stage) row(number int, name string, f func(t *testing.T)) {
	outer := s.t
	outer.Run(fmt.Sprintf("row %02d, %s", number, name), func(t *testing.T) {
		s.t, s.proxied.t = t, t
		defer func() { s.t, s.proxied.t = outer, outer }()
		f(t)
	})
}

// rowsElsewhere are rows without a test of that form, and why.
var rowsElsewhere = map[int]string{
	61: "replication_test.go: a replica's commands are an exchange of their own",
	66: "state_sequence_test.go: what it depends on is which connection the session has",
	62: "needs two clusters with databases of their own: clusters_test.go",
}

// TestEveryRowHasATest: each row of docs/reference/routing.md has a test with real servers.
func TestEveryRowHasATest(t *testing.T) {
	page, err := os.ReadFile("../../docs/reference/routing.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows, tested []int
	for _, m := range regexp.MustCompile(`(?m)^\| (\d+) \|`).FindAllSubmatch(page, -1) {
		n, _ := strconv.Atoi(string(m[1]))
		rows = append(rows, n)
	}
	files, _ := filepath.Glob("state_*_test.go")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\.row\((\d+), `).FindAllSubmatch(text, -1) {
			n, _ := strconv.Atoi(string(m[1]))
			tested = append(tested, n)
		}
	}
	if len(rows) != 66 || len(tested) < 60 {
		t.Fatalf("the page has %d rows, %d tests were found", len(rows), len(tested))
	}
	for _, n := range rows {
		if !slices.Contains(tested, n) && rowsElsewhere[n] == "" {
			t.Errorf("row %d has no test", n)
		}
	}
}
