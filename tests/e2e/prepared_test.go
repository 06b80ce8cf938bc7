package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"shunt/backend/monitor/mariadbtest"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
)

// prepareOn prepares a statement and gives its id; an error is the server's.
func prepareOn(c *mysqltest.Client, sql string) (uint32, error) {
	a, err := c.Do(mysql.ComStmtPrepare, []byte(sql))
	if err != nil {
		return 0, err
	}
	if a.Prepared == nil {
		return 0, a.Results[0].Err
	}
	return a.Prepared.ID, nil
}

// executeOn executes a statement without parameters and gives the packets of the answer.
func executeOn(c *mysqltest.Client, id uint32) ([][]byte, error) {
	a, err := c.Do(mysql.ComStmtExecute, append(binary.LittleEndian.AppendUint32(nil, id), 0, 1, 0, 0, 0))
	if err == nil && len(a.Results) > 0 && a.Results[0].Err != nil {
		err = a.Results[0].Err
	}
	return a.Packets, err
}

// memory is what a process has in memory, in KiB (proc(5)).
func memory(t *testing.T, pid int) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	kib, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kib
}

// TestPreparedStatementsAreBounded: what clients prepare is bounded on the servers, for each client and in memory, and what has to go is closed there.
func TestPreparedStatementsAreBounded(t *testing.T) {
	s := mariadbtest.Start(t)
	s.Exec("CREATE USER app@'%' IDENTIFIED BY 'app'", "CREATE DATABASE d", "GRANT ALL ON d.* TO app@'%'", "CREATE TABLE d.t (n INT)")
	p := before(t, s, "", "limits: {prepared: 50, prepared_per_client: 40}\n")
	app := mysqltest.Options{User: "app", Password: "app", Database: "d"}
	onServer := func() int {
		n, err := strconv.Atoi(s.Value("SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'Prepared_stmt_count'"))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	close := func(c *mysqltest.Client, id uint32) {
		if err := c.Send(mysql.ComStmtClose, binary.LittleEndian.AppendUint32(nil, id)); err != nil {
			t.Fatal(err)
		}
	}

	t.Run("on the server", func(t *testing.T) {
		var clients []*mysqltest.Client
		var ids [][]uint32
		for i := range 4 {
			c := raw(t, p.Address, app)
			if _, err := c.Query("BEGIN"); err != nil { // each has a connection of its own
				t.Fatal(err)
			}
			clients, ids = append(clients, c), append(ids, nil)
			for k := range 30 {
				id, err := prepareOn(c, fmt.Sprintf("SELECT %d", 100*i+k))
				if err != nil {
					t.Fatal(err)
				}
				ids[i] = append(ids[i], id)
			}
		}
		if n := onServer(); n > 54 { // each connection may have one whatever the others have
			t.Errorf("120 statements of 4 clients are %d on the server, want at most 50", n)
		}
		for i, c := range clients { // those that were closed there are prepared again
			for k, id := range ids[i] {
				packets, err := executeOn(c, id)
				if err != nil || !bytes.Contains(bytes.Join(packets, nil), []byte(strconv.Itoa(100*i+k))) {
					t.Fatalf("statement %d of client %d: %q, %v", k, i, packets, err)
				}
			}
			c.Close()
		}
		p.await("the statements of connections that are reset are gone", 20*time.Second, func() bool { return onServer() <= 54 })
	})
	t.Run("by one client", func(t *testing.T) {
		c := raw(t, p.Address, app)
		var last uint32
		for range 40 {
			id, err := prepareOn(c, "SELECT 1")
			if err != nil {
				t.Fatal(err)
			}
			last = id
		}
		if _, err := prepareOn(c, "SELECT 1"); number(err) != 1461 {
			t.Errorf("one statement too many: %v, want 1461", err)
		}
		close(c, last)
		if _, err := prepareOn(c, "SELECT 1"); err != nil {
			t.Errorf("after one was closed: %v", err)
		}
	})
	t.Run("others have filled the server", func(t *testing.T) {
		c := raw(t, p.Address, app)
		id, err := prepareOn(c, "SELECT 4711")
		if err != nil {
			t.Fatal(err)
		}
		s.Exec("SET GLOBAL max_prepared_stmt_count = 1")
		defer s.Exec("SET GLOBAL max_prepared_stmt_count = 16382")
		for range 3 {
			if _, err := c.Query("SET @a = UUID()"); err != nil {
				t.Fatal(err)
			}
			if _, err := executeOn(c, id); err != nil {
				t.Errorf("a statement that was prepared while there was room: %v", err)
			}
		}
	})
	t.Run("in memory", func(t *testing.T) {
		c := raw(t, p.Address, app)
		round := func(n int) int {
			for i := range 10000 {
				id, err := prepareOn(c, fmt.Sprintf("SELECT n AS c%d_%d FROM t", n, i))
				if err != nil {
					t.Fatal(err)
				}
				if i%100 == 0 {
					if _, err := executeOn(c, id); err != nil {
						t.Fatal(err)
					}
				}
				close(c, id)
			}
			return memory(t, p.process.Process.Pid)
		}
		first, second := round(1), round(2)
		third := round(3)
		t.Logf("after 10,000, 20,000 and 30,000 statements: %d, %d, %d KiB", first, second, third)
		if third > first+first/2 {
			t.Errorf("30,000 statements that were closed leave %d KiB in memory, 10,000 leave %d", third, first)
		}
	})
}

// TestSchemaChangeUnderAPreparedStatement: a statement that was prepared before its table changed does what it does on a direct connection, also on connections that
// never saw the old table.
func TestSchemaChangeUnderAPreparedStatement(t *testing.T) {
	s := mariadbtest.Start(t)
	s.Exec("CREATE USER app@'%' IDENTIFIED BY 'app'", "CREATE DATABASE d", "GRANT ALL ON d.* TO app@'%'")
	p := before(t, s, "", "")
	for _, caps := range []mysql.Capability{mysqltest.ClientCapabilities, mysqltest.ClientCapabilities&^mysql.CapLongPassword | mysql.CapCacheMetadata | mysql.CapDeprecateEOF} {
		story := func(address string) (lines []string) {
			c := raw(t, address, mysqltest.Options{User: "app", Password: "app", Database: "d", Capabilities: caps})
			s.Exec("CREATE OR REPLACE TABLE d.t (n INT)", "INSERT INTO d.t VALUES (1)")
			all, err := prepareOn(c, "SELECT * FROM t")
			if err != nil {
				t.Fatal(err)
			}
			named, err := prepareOn(c, "SELECT n FROM t")
			if err != nil {
				t.Fatal(err)
			}
			run := func(id uint32) {
				packets, err := executeOn(c, id)
				lines = append(lines, fmt.Sprintf("%q %v", packets, err))
			}
			run(all)
			run(all)
			for _, change := range []string{"ALTER TABLE d.t ADD COLUMN s VARCHAR(9) DEFAULT 'x'", "ALTER TABLE d.t MODIFY n BIGINT", "ALTER TABLE d.t CHANGE n m INT", "DROP TABLE d.t"} {
				s.Exec(change)
				run(all)
				if !caps.Has(mysql.CapCacheMetadata) { // a server sends definitions again that did not change, if it prepared anew: shunt need not
					run(named)
				}
				run(all)
			}
			return lines
		}
		direct, through := story(s.Address), story(p.Address)
		for i := range direct {
			if direct[i] != through[i] {
				t.Errorf("%v, execution %d:\ndirect  %s\nthrough %s", caps, i, direct[i], through[i])
			}
		}
	}
}
