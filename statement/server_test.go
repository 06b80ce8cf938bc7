package statement

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/google/go-cmp/cmp"

	"shunt/mysql/mysqltest"
)

// TestServer holds what this room believes about servers against a real one.
func TestServer(t *testing.T) {
	m := mysqltest.StartMariaDB(t, "--log-bin=binlog", "--log-bin-trust-function-creators=1")
	db, err := sql.Open("mysql", m.User+":"+m.Password+"@tcp("+m.Addr+")/test?multiStatements=true")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for name, test := range map[string]func(*testing.T, *sql.Conn){
		"OddCalls": testServerOddCalls, "VersionComments": testServerVersionComments, "SetScopes": testServerSetScopes,
		"OneShot": testServerOneShot, "DefaultOfColumn": testServerDefault, "Labels": testServerLabels, "Reads": testServerReads,
		"Names": testServerReserved,
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := db.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			test(t, conn)
		})
	}
}

func run(t *testing.T, c *sql.Conn, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := c.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// ask returns the values of the first row with blanks between, or the error.
func ask(ctx context.Context, c *sql.Conn, query string) (string, error) {
	rows, err := c.QueryContext(ctx, query)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil || !rows.Next() {
		return "", errors.Join(err, rows.Err())
	}
	values, targets := make([]sql.NullString, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	if err := rows.Scan(targets...); err != nil {
		return "", err
	}
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = v.String
	}
	return strings.Join(words, " "), rows.Err()
}

func expect(t *testing.T, c *sql.Conn, query, want string) {
	t.Helper()
	got, err := ask(t.Context(), c, query)
	if err != nil || got != want {
		t.Errorf("%s: %q, %v; want %q", query, got, err, want)
	}
}

// Names in quotes, and some with a gap before the parenthesis, call stored functions, which may write.
func testServerOddCalls(t *testing.T, c *sql.Conn) {
	run(t, c, "CREATE TABLE calls (n INT)")
	for _, name := range []string{"count", "now", "max", "trim", "year"} {
		run(t, c, "CREATE FUNCTION `"+name+"` () RETURNS INT BEGIN INSERT INTO calls VALUES (1); RETURN 77; END")
	}
	p := NewParser(Config{})
	for query, stored := range map[string]bool{
		"SELECT count ()": true, "SELECT now ()": true, "SELECT max ()": true, "SELECT trim ()": true,
		"SELECT `now`()": true, "SELECT `year`()": true, "SELECT `count`()": true, "SELECT test.year()": true,
		"SELECT year ('2024-01-01')": false, "SELECT NOW()": false, "SELECT abs (-77)": false, "SELECT COUNT(*)": false,
	} {
		before, _ := ask(t.Context(), c, "SELECT COUNT(*) FROM calls")
		if _, err := ask(t.Context(), c, query); err != nil {
			t.Errorf("%s: %v", query, err)
		}
		after, _ := ask(t.Context(), c, "SELECT COUNT(*) FROM calls")
		if wrote := before != after; wrote != stored {
			t.Fatalf("%s: wrote %v, the test expects %v", query, wrote, stored)
		}
		if st := parse(p, query); st.Plain == stored {
			t.Errorf("%s: plain is %v", query, st.Plain)
		}
	}
}

// Which version comments are executed everywhere, somewhere and nowhere.
func testServerVersionComments(t *testing.T, c *sql.Conn) {
	for _, v := range []struct {
		comment  string
		executed bool
		versions versions
	}{
		{"/*! +1 */", true, versionSeen},
		{"/*!50699 +1 */", true, versionSeen},
		{"/*!50700 +1 */", false, versionSeen | versionAmbiguous},
		{"/*!80000 +1 */", false, versionSeen | versionAmbiguous},
		{"/*!100000 +1 */", true, versionSeen | versionAmbiguous},
		{"/*M! +1 */", true, versionSeen | versionAmbiguous},
		{"/*M!100000 +1 */", true, versionSeen | versionAmbiguous},
		{"/*!999999 +1 */", false, versionSeen},
		{"/*m! +1 */", false, 0},
		{"/*! +1 /* x */ */", true, versionSeen},
	} {
		want := map[bool]string{true: "2", false: "1"}[v.executed]
		expect(t, c, "SELECT 1 "+v.comment, want)
		if _, got := openVersions([]byte("SELECT 1 "+v.comment), 0); got != v.versions {
			t.Errorf("%s: %b, want %b", v.comment, got, v.versions)
		}
	}
}

// GLOBAL and SESSION hold for what follows, but not for @@x.
func testServerSetScopes(t *testing.T, c *sql.Conn) {
	const both = "SELECT @@global.sort_buffer_size, @@session.sort_buffer_size"
	for _, s := range []struct {
		set  string
		want string
		last Scope
	}{
		{"SET sort_buffer_size = 100000", "200000 100000", SessionScope},
		{"SET GLOBAL max_connections = 151, sort_buffer_size = 300000", "300000 200000", GlobalScope},
		{"SET GLOBAL max_connections = 151, @@sort_buffer_size = 300000", "200000 300000", SessionScope},
		{"SET GLOBAL max_connections = 151, @x = 1, NAMES utf8mb4, sort_buffer_size = 300000", "300000 200000", GlobalScope},
		{"SET GLOBAL max_connections = 151, SESSION join_buffer_size = 300000, sort_buffer_size = 300000", "200000 300000", SessionScope},
	} {
		run(t, c, "SET GLOBAL sort_buffer_size = 200000", "SET SESSION sort_buffer_size = 200000", s.set)
		expect(t, c, both, s.want)
		set := parse(NewParser(Config{}), s.set).Set
		if got := set[len(set)-1].Scope; got != s.last {
			t.Errorf("%s: the last scope is %v, want %v", s.set, got, s.last)
		}
	}
}

// @@tx_isolation without a scope is for the next transaction only.
func testServerOneShot(t *testing.T, c *sql.Conn) {
	for set, oneShot := range map[string]bool{
		"SET @@tx_isolation = 'SERIALIZABLE'": true, "SET tx_isolation = 'SERIALIZABLE'": false,
		"SET @@session.tx_isolation = 'SERIALIZABLE'": false, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE": true,
	} {
		run(t, c, "SET SESSION tx_isolation = 'READ-COMMITTED'", set)
		expect(t, c, "SELECT @@session.tx_isolation", map[bool]string{true: "READ-COMMITTED", false: "SERIALIZABLE"}[oneShot])
		if got := parse(NewParser(Config{}), set).Effects.Has(OneShot); got != oneShot {
			t.Errorf("%s: one shot is %v", set, got)
		}
	}
}

// DEFAULT(column) is a read that takes from a sequence.
func testServerDefault(t *testing.T, c *sql.Conn) {
	run(t, c, "CREATE SEQUENCE numbers", "CREATE TABLE numbered (n INT DEFAULT NEXTVAL(numbers))", "INSERT INTO numbered VALUES (0)")
	expect(t, c, "SELECT DEFAULT(n) FROM numbered", "1")
	expect(t, c, "SELECT DEFAULT(n) FROM numbered", "2")
	if parse(NewParser(Config{}), "SELECT DEFAULT(n) FROM numbered").Plain {
		t.Error("it is plain")
	}
}

// The column names of answers that the proxy gives itself.
func testServerLabels(t *testing.T, c *sql.Conn) {
	p := NewParser(Config{})
	for _, query := range []string{
		"SELECT LAST_INSERT_ID()", "select  last_insert_id( )  ", "SELECT connection_id () AS id", "SELECT @@identity", "SELECT @@Last_Insert_Id x",
		"SELECT USER() 'who am i'", "SELECT /* a */ ROW_COUNT(/* b */) /* c */", "SELECT FOUND_ROWS() AS `a``b`", "SELECT\n\tUSER()\n",
	} {
		rows, err := c.QueryContext(t.Context(), query)
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		columns, err := rows.Columns()
		rows.Close()
		st := parse(p, query)
		if err != nil || st.Ask == AskNothing {
			t.Errorf("%s: asks %v, %v", query, st.Ask, err)
		}
		if diff := cmp.Diff(columns, []string{st.Label}); diff != "" {
			t.Errorf("%s (-server +ours)\n%s", query, diff)
		}
	}
}

// The reads in MariaDB's own syntax are syntax to MariaDB, and write nothing.
func testServerReads(t *testing.T, c *sql.Conn) {
	content, err := os.ReadFile("testdata/mariadb_reads.txt")
	if err != nil {
		t.Fatal(err)
	}
	run(t, c, `CREATE TABLE t (id INT, a INT, x INT, y INT, z INT, name TEXT, doc TEXT, row_start TIMESTAMP(6) GENERATED ALWAYS AS ROW START,
		row_end TIMESTAMP(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (row_start, row_end)) WITH SYSTEM VERSIONING`,
		"CREATE TABLE u LIKE t", "CREATE TABLE window (id INT)", "CREATE TABLE `groups` (`rank` INT, `lead` INT)")
	p := NewParser(Config{})
	count := 0
	before, _ := ask(t.Context(), c, "SELECT @@gtid_binlog_pos")
	for block := range strings.SplitSeq(string(content), "\n\n") {
		g := readGolden(block)
		if g.sql == "" {
			continue
		}
		count++
		_, err := ask(t.Context(), c, g.sql)
		var refused *mysql.MySQLError
		if errors.As(err, &refused) && refused.Number == 1064 {
			t.Errorf("%s: %v", g.sql, err)
		}
		if !parse(p, g.sql).Plain {
			t.Errorf("%s is not plain", g.sql)
		}
	}
	if after, _ := ask(t.Context(), c, "SELECT @@gtid_binlog_pos"); count == 0 || before == "" || after != before {
		t.Errorf("%d reads moved the binary log from %q to %q", count, before, after)
	}
}

// No word whose case we drop can be the name of a table.
func testServerReserved(t *testing.T, c *sql.Conn) {
	for _, word := range strings.Fields(reservedWords) {
		if _, err := ask(t.Context(), c, "SELECT 1 FROM (SELECT 1) "+word); err == nil {
			t.Errorf("%s can be a name", word)
		}
	}
}
