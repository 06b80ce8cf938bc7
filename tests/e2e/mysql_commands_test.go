package e2e

import (
	"context"
	"encoding/binary"
	"math"
	"regexp"
	"strings"
	"testing"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// mysqlTypes are parameters of every type that clients send, as COM_STMT_EXECUTE has them behind the null bitmap: type and flags of each, then
// the values.
func mysqlTypes() (kinds, values []byte, n int) {
	add := func(kind mysql.ColumnType, flags byte, value ...byte) {
		kinds, values, n = append(kinds, byte(kind), flags), append(values, value...), n+1
	}
	const unsigned = 0x80
	add(mysql.TypeTiny, 0, 0xFF)
	add(mysql.TypeTiny, unsigned, 0xFF)
	add(mysql.TypeShort, 0, 0x34, 0x12)
	add(mysql.TypeLong, unsigned, 0xFF, 0xFF, 0xFF, 0xFF)
	add(mysql.TypeLongLong, 0, binary.LittleEndian.AppendUint64(nil, 1<<63)...)
	add(mysql.TypeLongLong, unsigned, binary.LittleEndian.AppendUint64(nil, 1<<63)...)
	add(mysql.TypeFloat, 0, binary.LittleEndian.AppendUint32(nil, math.Float32bits(1.5))...)
	add(mysql.TypeDouble, 0, binary.LittleEndian.AppendUint64(nil, math.Float64bits(-2.25))...)
	add(mysql.TypeNewDecimal, 0, mysql.AppendLenencString(nil, "12.3400")...)
	add(mysql.TypeDate, 0, 4, 0xE8, 7, 2, 29)
	add(mysql.TypeDatetime, 0, 11, 0xE8, 7, 2, 29, 10, 11, 12, 0x40, 0xE2, 1, 0)
	add(mysql.TypeTimestamp, 0, 7, 0xE8, 7, 2, 29, 10, 11, 12)
	add(mysql.TypeTime, 0, 8, 1, 1, 0, 0, 0, 2, 3, 4)
	add(mysql.TypeVarString, 0, mysql.AppendLenencString(nil, "ä text")...)
	add(mysql.TypeBlob, 0, mysql.AppendLenencString(nil, "\x00\xFF")...)
	return kinds, values, n
}

// TestMySQLCommands: what each command of the protocol answers is what the server answers to it, to the byte.
func TestMySQLCommands(t *testing.T) {
	c := cluster.SharedMySQL(t)
	p := startShunt(t, c, "")
	queryAttributes(t, c)
	database := c.Database(t, "paris")
	db := c.Open(t, c.Accounts.Shop, c.Datacenters[0].Primary.Address, database)
	execute := func(flags byte, behind string) step {
		return step{cmd: mysql.ComStmtExecute, payload: []byte(id + string(flags) + "\x01\x00\x00\x00" + behind)}
	}
	prepare := func(sql string) step { return step{cmd: mysql.ComStmtPrepare, payload: []byte(sql)} }
	fetch := func(rows byte) step {
		return step{cmd: mysql.ComStmtFetch, payload: []byte(id + string(rows) + "\x00\x00\x00")}
	}
	long := func(parameter byte, value string) step {
		return step{cmd: mysql.ComStmtSendLongData, payload: []byte(id + string(parameter) + "\x00" + value)}
	}
	kinds, values, n := mysqlTypes()
	marks := "?"
	for range n - 1 {
		marks += ", ?"
	}
	const cursor = 1
	stories := map[string][]step{
		"parameters of every type": {
			prepare("SELECT " + marks), execute(0, "\x00\x00\x01"+string(kinds)+string(values)), execute(0, "\x00\x00\x00"+string(values)),
			execute(cursor, "\x00\x00\x01"+string(kinds)+string(values)), fetch(1), fetch(1),
		},
		"a cursor": { // MySQL 9.7.4 gives no answer to an execution without a cursor after one with it
			prepare("SELECT id, v FROM t ORDER BY id"), execute(cursor, ""), fetch(1), fetch(2), fetch(100), fetch(1),
			execute(cursor, ""), fetch(1), {cmd: mysql.ComStmtReset, payload: []byte(id)}, fetch(1),
			execute(cursor, ""), say("SELECT COUNT(*) FROM t"), fetch(100),
		},
		"long data": {
			prepare("SELECT ?, LENGTH(?)"), long(0, "one "), long(0, "two"), long(1, ""), execute(0, "\x00\x01\xFC\x00\xFC\x00"),
			long(0, "dropped"), {cmd: mysql.ComStmtReset, payload: []byte(id)}, execute(0, "\x00\x01\xFE\x00\xFE\x00\x01a\x01b"),
			long(9, "no such parameter"), execute(0, "\x00\x01\xFE\x00\xFE\x00\x01a\x01b"),
		},
		"a table that changes": {
			prepare("SELECT * FROM t WHERE id = 1"), execute(0, ""), say("ALTER TABLE t ADD COLUMN extra INT DEFAULT 4"), execute(0, ""),
			say("ALTER TABLE t DROP COLUMN extra"), execute(0, ""), say("RENAME TABLE t TO other"), execute(0, ""), say("RENAME TABLE other TO t"), execute(0, ""),
		},
		"several results": {
			prepare("CALL several(?, @out)"), execute(0, "\x00\x01\x08\x00\x05\x00\x00\x00\x00\x00\x00\x00"), say("SELECT @out"), say("CALL several(1, @out)"),
			prepare("CALL several(?, ?)"), execute(0, "\x00\x01\x08\x00\x08\x00\x05\x00\x00\x00\x00\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00"),
		},
		"many errors": {
			prepare("SELEC 1"), prepare("SELECT 1; SELECT 2"), prepare("SELECT nope FROM t"), prepare("INSERT INTO t VALUES (?, ?)"),
			execute(0, "\x00\x01\xFE\x00\xFE\x00\x011\x01x"), execute(0, "\x00\x01\xFE\x00\xFE\x00\x01x\x01x"), say("SHOW WARNINGS"), execute(0, ""),
		},
		"administration without the right to it": {
			{cmd: mysql.ComDebug}, {cmd: mysql.ComRefresh, payload: []byte{1}}, {cmd: mysql.ComShutdown, payload: []byte{0}}, {cmd: mysql.ComPing},
			{cmd: mysql.ComRegisterSlave, payload: make([]byte, 17)}, {cmd: mysql.ComBinlogDump, payload: make([]byte, 10)}, {cmd: mysql.ComPing},
			{cmd: mysql.ComProcessInfo},
		},
		"an old statement of columns": {{cmd: mysql.ComFieldList, payload: []byte("t\x00")}, {cmd: mysql.ComFieldList, payload: []byte("nothing\x00")}},
		"an option": {
			{cmd: mysql.ComSetOption, payload: []byte{1, 0}}, say("SELECT 1; SELECT 2"), {cmd: mysql.ComSetOption, payload: []byte{0, 0}}, say("SELECT 1; SELECT 2"),
			{cmd: mysql.ComSetOption, payload: []byte{9, 0}},
		},
		"no such thing": {
			{cmd: mysql.ComStmtExecute, payload: []byte{1}}, {cmd: mysql.ComStmtExecute, payload: []byte{1, 2, 3, 4, 0, 1, 0, 0, 0}}, {cmd: mysql.ComStmtReset, payload: []byte{1, 2, 3, 4}},
			{cmd: mysql.ComStmtFetch, payload: []byte{1, 2, 3, 4, 1, 0, 0, 0}}, {cmd: mysql.ComInitDB}, {cmd: mysql.ComInitDB, payload: []byte("nothing")},
			{cmd: 0xFA, payload: []byte("x")}, {cmd: 0x7F, payload: []byte("x")}, {cmd: mysql.ComStmtBulkExecute, payload: []byte("x")}, {cmd: mysql.ComPing},
		},
	}
	attributed := func(sql string) step { // one attribute: its count, one set, no NULL, a string called trace
		return step{cmd: mysql.ComQuery, payload: []byte("\x01\x01\x00\x01\xFE\x00\x05trace\x03abc" + sql)}
	}
	const ask = "SELECT mysql_query_attribute_string('trace'), mysql_query_attribute_string('none')"
	attributes := []step{
		attributed(ask), {cmd: mysql.ComQuery, payload: []byte("\x00\x01" + ask)}, attributed("INSERT INTO t (v) SELECT mysql_query_attribute_string('trace')"),
		{cmd: mysql.ComQuery, payload: []byte("\x00\x01SELECT v FROM t WHERE id > 3")},
		{cmd: mysql.ComQuery, payload: []byte("\x00\x01DELETE FROM t WHERE id > 3")}, {cmd: mysql.ComQuery, payload: []byte("\x00\x01ALTER TABLE t AUTO_INCREMENT = 4")},
		prepare(ask), {cmd: mysql.ComStmtExecute, payload: []byte(id + "\x08\x01\x00\x00\x00" + "\x01\x00\x01\xFE\x00\x05trace\x03xyz")},
		{cmd: mysql.ComStmtExecute, payload: []byte(id + "\x00\x01\x00\x00\x00")},
	}
	for _, q := range []string{"CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(20))", "INSERT INTO t (v) VALUES ('one'), ('two'), ('three')",
		"CREATE PROCEDURE several(IN a INT, OUT b INT) BEGIN SELECT a; SELECT id FROM t ORDER BY id; SET b = a + 1; END"} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	c.CatchUp(t)
	login := mysqltest.Options{User: c.Accounts.Shop.User, Password: c.Accounts.Shop.Password, Database: database}
	for kind, caps := range map[string]mysql.Capability{
		"modern": mysqltest.ClientCapabilities, "old": mysqltest.ClientCapabilities &^ (mysql.CapDeprecateEOF | mysql.CapSessionTrack),
	} {
		for name, story := range stories {
			t.Run(name+", "+kind, func(t *testing.T) {
				login := login
				login.Capabilities = caps
				sameStory(t, c, p, login, story)
			})
		}
	}
	t.Run("query attributes", func(t *testing.T) {
		login := login
		login.Capabilities = mysqltest.ClientCapabilities | mysql.CapQueryAttributes
		sameStory(t, c, p, login, attributes)
	})
}

func sameStory(t *testing.T, c *cluster.Cluster, p *proxied, login mysqltest.Options, story []step) {
	t.Helper()
	want := tell(t, c.Datacenters[0].Primary.Address, login, story)
	c.CatchUp(t)
	got := tell(t, p.Address, login, story)
	for i := range max(len(want), len(got)) {
		if i >= len(want) || i >= len(got) || withoutHistory(want[i]) != withoutHistory(got[i]) {
			t.Errorf("step %d:\ndirect  %s\nthrough %s", i, at(want, i), at(got, i))
		}
	}
}

// withoutHistory masks what an answer says of the past of its server connection: how many warnings the statement before a COM_PING or COM_SET_OPTION has
// left, and that a prepared statement had other columns when this connection executed it last (SERVER_STATUS_METADATA_CHANGED).
func withoutHistory(answer string) string {
	answer = regexp.MustCompile(`^(ping "": \["\\x00\\x00\\x00\\x02\\x00)\\x..`).ReplaceAllString(answer, `$1\x00`)
	answer = regexp.MustCompile(`^(set_option "[^"]*": \["\\xfe(?:\\x00\\x00\\x02\\x00)?)\\x..`).ReplaceAllString(answer, `$1\x00`)
	return strings.ReplaceAll(answer, `"\xfe\x00\x00\x02\x04`, `"\xfe\x00\x00\x02\x00`)
}

// queryAttributes installs the component that shows a statement what attributes came with it, for the time of the test.
func queryAttributes(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	const component = `COMPONENT "file://component_query_attributes"`
	for _, s := range c.Servers() {
		if err := s.Exec(t.Context(), "INSTALL "+component); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Exec(context.Background(), "UNINSTALL "+component); err != nil { // the test's own context is over
				t.Error(err)
			}
		})
	}
}
