package e2e

import (
	"testing"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// TestMySQLCursorsOfOthers: who executes a statement without a cursor gets its rows, although the first to execute it on that connection had one. MySQL 9.7 itself
// never ends such an answer, so there the statement is prepared twice. There is one connection to the server.
func TestMySQLCursorsOfOthers(t *testing.T) {
	c := cluster.SharedMySQL(t)
	p := startShunt(t, c, "limits: {per_server: 1}\nreads: {consistency: primary}\n")
	database := c.Database(t, "paris")
	change(t, c, "CREATE TABLE "+database+".notes (n INT PRIMARY KEY)")
	change(t, c, "INSERT INTO "+database+".notes VALUES (1), (2), (3)")
	for name, caps := range map[string]mysql.Capability{
		"modern protocol": mysqltest.ClientCapabilities, "old protocol": mysqltest.ClientCapabilities &^ (mysql.CapDeprecateEOF | mysql.CapSessionTrack),
	} {
		t.Run(name, func(t *testing.T) {
			login := mysqltest.Options{User: "shop", Password: "shop", Database: database, Capabilities: caps}
			for _, q := range []string{"VALUES ROW(1), ROW(2), ROW(3)", "SELECT n FROM notes ORDER BY n", "SELECT 1 UNION SELECT 2 UNION SELECT 3"} {
				reader, other := raw(t, p.Address, login), raw(t, p.Address, login)
				others, readers := prepareOnce(t, other, q), prepareOnce(t, reader, q) // the latter is what the connection knows now
				if rows := withCursor(t, reader, readers); rows != 3 {
					t.Errorf("%s: %d rows with a cursor", q, rows)
				}
				if rows := withoutCursor(t, other, others); rows != 3 {
					t.Errorf("%s: %d rows without a cursor, behind another session's", q, rows)
				}
				if rows := withoutCursor(t, reader, readers); rows != 3 {
					t.Errorf("%s: %d rows without a cursor, behind one of its own", q, rows)
				}
				if rows := withCursor(t, other, others); rows != 3 {
					t.Errorf("%s: %d rows with a cursor at last", q, rows)
				}
			}
		})
	}
	direct := raw(t, c.Datacenters[0].Primary.Address, mysqltest.Options{User: "shop", Password: "shop", Database: database})
	id := prepareOnce(t, direct, "SELECT n FROM notes")
	if _, err := direct.Do(mysql.ComStmtExecute, executePayload(id, cursorReadOnly, nil, 0, true)); err != nil {
		t.Fatal(err)
	}
	if err := direct.Send(mysql.ComStmtExecute, executePayload(id, 0, nil, 0, true)); err != nil {
		t.Fatal(err)
	}
	var packets [3][]byte // the number of columns, a definition, and a row
	for i := range packets {
		packet, err := direct.ReadPacket()
		if err != nil {
			t.Fatal(err)
		}
		packets[i] = packet
	}
	const row = 1 + 1 + 4 // its header, the bits of NULL, and an INT
	if len(packets[2]) == row {
		t.Error("the server itself answers with rows: if it is mended, shunt need not prepare twice")
	}
}

func prepareOnce(t *testing.T, c *mysqltest.Client, q string) (id uint32) {
	t.Helper()
	a, err := c.Do(mysql.ComStmtPrepare, []byte(q))
	if err != nil || a.Prepared == nil {
		t.Fatalf("preparing %s: %v", q, err)
	}
	return a.Prepared.ID
}

// withCursor executes a statement and fetches all of its rows, two at a time.
func withCursor(t *testing.T, c *mysqltest.Client, id uint32) (rows int) {
	t.Helper()
	a, err := c.Do(mysql.ComStmtExecute, executePayload(id, cursorReadOnly, nil, 0, true))
	for err == nil && mustFetch(a) {
		a, err = c.Do(mysql.ComStmtFetch, mysql.AppendUint32(mysql.AppendUint32(nil, id), 2))
		rows += len(a.Results[0].Binary)
	}
	if err != nil {
		t.Fatalf("with a cursor: %v", err)
	}
	return rows
}

// withoutCursor executes a statement.
func withoutCursor(t *testing.T, c *mysqltest.Client, id uint32) (rows int) {
	t.Helper()
	a, err := c.Do(mysql.ComStmtExecute, executePayload(id, 0, nil, 0, true))
	if err != nil {
		t.Fatalf("without a cursor: %v", err)
	}
	return len(a.Results[0].Binary)
}
