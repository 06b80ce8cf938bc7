package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// step is one command of a story; the steps that only send are answered by the ones after them.
type step struct {
	cmd     mysql.Command
	payload []byte
	train   bool // sent together with the next one, before any answer is read
}

func say(sql string) step { return step{cmd: mysql.ComQuery, payload: []byte(sql)} }

// id is what prepared statements have in a story: that of the one prepared last, on whichever server.
const id = "\xEE\xEE\xEE\xEE"

// tell runs a story and gives every packet of every answer, with the ids of prepared statements masked.
func tell(t *testing.T, address string, o mysqltest.Options, story []step) (lines []string) {
	t.Helper()
	c := raw(t, address, o)
	var prepared [4]byte
	var sent []step
	for _, s := range story {
		if err := c.Send(s.cmd, bytes.ReplaceAll(s.payload, []byte(id), prepared[:])); err != nil {
			t.Fatalf("%v: %v", s, err)
		}
		if sent = append(sent, s); s.train {
			continue
		}
		for _, s := range sent {
			answer, err := c.ReadAnswer(s.cmd)
			if err != nil {
				return append(lines, fmt.Sprintf("%v: lost", s.cmd))
			}
			if answer.Prepared != nil {
				binary.LittleEndian.PutUint32(prepared[:], answer.Prepared.ID)
				copy(answer.Packets[0][1:], id)
			}
			lines = append(lines, fmt.Sprintf("%v %q: %q", s.cmd, s.payload, answer.Packets))
		}
		sent = nil
	}
	return lines
}

// TestCommands: what each command of the protocol answers is what the server answers to it, to the byte.
func TestCommands(t *testing.T) {
	c := cluster.Shared(t)
	p := startShunt(t, c, "")
	database := c.Database(t, "paris")
	db := c.Open(t, c.Accounts.Shop, c.Datacenters[0].Primary.Address, database)
	for _, q := range []string{"CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(20), j JSON, a INET6)", "INSERT INTO t (v, j, a) VALUES ('one', '{}', '::1')"} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	c.CatchUp(t)
	modern := mysqltest.ClientCapabilities&^mysql.CapLongPassword | mysql.CapExtendedMetadata | mysql.CapCacheMetadata | mysql.CapBulkOperations |
		mysql.CapProgress | mysql.CapDeprecateEOF | mysql.CapMultiStatements
	const direct = "\xFF\xFF\xFF\xFF"
	execute := func(id, params string) step {
		return step{cmd: mysql.ComStmtExecute, payload: []byte(id + "\x00\x01\x00\x00\x00" + params)}
	}
	prepare := func(sql string) step { return step{cmd: mysql.ComStmtPrepare, payload: []byte(sql)} }
	train := func(s step) step { s.train = true; return s }
	stories := map[string][]step{
		"administration without the right to it": {
			{cmd: mysql.ComDebug}, {cmd: mysql.ComRefresh, payload: []byte{1}}, {cmd: mysql.ComShutdown, payload: []byte{0}}, {cmd: mysql.ComPing},
			{cmd: mysql.ComRegisterSlave, payload: make([]byte, 17)}, {cmd: mysql.ComBinlogDump, payload: make([]byte, 10)}, {cmd: mysql.ComPing},
		},
		"an old statement of columns": {{cmd: mysql.ComFieldList, payload: []byte("t\x00")}, {cmd: mysql.ComFieldList, payload: []byte("nothing\x00")}},
		"MariaDB's types":             {say("SELECT id, v, j, a FROM t"), prepare("SELECT j, a, ? FROM t WHERE id = 1"), execute(id, "\x00\x01\x03\x00\x07\x00\x00\x00")},
		"direct execution": {
			train(prepare("SELECT v FROM t")), execute(direct, ""), prepare("SELECT 1"), prepare("SELEKT"), execute(direct, ""),
			train(prepare("INSERT INTO t (v) VALUES (?)")), execute(direct, "\x00\x01\xFE\x00\x05fifth"),
			prepare("SELECT 2"), execute(id, ""), {cmd: mysql.ComStmtReset, payload: []byte(direct)}, execute(direct, ""),
		},
		"many rows of parameters": {
			prepare("INSERT INTO t (v) VALUES (?)"),
			{cmd: mysql.ComStmtBulkExecute, payload: []byte(id + "\x80\x00\xFE\x00" + "\x00\x01a" + "\x01" + "\x00\x02bb")},
			say("SELECT LAST_INSERT_ID(), ROW_COUNT()"),
			{cmd: mysql.ComStmtBulkExecute, payload: []byte(id + "\x00\x00" + "\x00\x01c")},
			{cmd: mysql.ComStmtBulkExecute, payload: []byte(direct + "\x80\x00\xFE\x00" + "\x02")},
			say("SELECT v FROM t ORDER BY id"), prepare("SELECT 1"),
			{cmd: mysql.ComStmtBulkExecute, payload: []byte(id + "\x80\x00")},
		},
		"an option": {
			{cmd: mysql.ComSetOption, payload: []byte{1, 0}}, say("SELECT 1; SELECT 2"), {cmd: mysql.ComSetOption, payload: []byte{0, 0}}, say("SELECT 1; SELECT 2"),
			{cmd: mysql.ComSetOption, payload: []byte{9, 0}},
		},
		"no such thing": {
			{cmd: mysql.ComStmtExecute, payload: []byte{1}}, execute("\x01\x02\x03\x04", ""), {cmd: mysql.ComStmtReset, payload: []byte{1, 2, 3, 4}},
			{cmd: mysql.ComStmtFetch, payload: []byte{1, 2, 3, 4, 1, 0, 0, 0}}, {cmd: mysql.ComProcessKill, payload: []byte{1, 2, 3, 0}}, {cmd: mysql.ComInitDB},
			{cmd: mysql.ComInitDB, payload: []byte("nothing")},
		},
	}
	for _, unknown := range []mysql.Command{mysql.ComSleep, mysql.ComCreateDB, mysql.ComConnect, mysql.ComTime, mysql.ComDelayedInsert, mysql.ComConnectOut,
		mysql.ComDaemon, 0x22, 0x7F, 0xF9, 0xFF} {
		stories[fmt.Sprintf("command %#x", byte(unknown))] = []step{{cmd: unknown, payload: []byte("x")}, {cmd: mysql.ComPing}}
	}
	writes := map[string]bool{"direct execution": true, "many rows of parameters": true}
	for name, story := range stories {
		t.Run(name, func(t *testing.T) {
			for kind, caps := range map[string]mysql.Capability{"modern": modern, "old": mysqltest.ClientCapabilities} {
				o := mysqltest.Options{User: c.Accounts.Shop.User, Password: c.Accounts.Shop.Password, Database: database, Capabilities: caps}
				renew := func() {
					if writes[name] {
						change(t, c, "DELETE FROM "+database+".t WHERE id > 1", "ALTER TABLE "+database+".t AUTO_INCREMENT = 2")
					}
					c.CatchUp(t) // with what a story before has written, too
				}
				renew()
				want := tell(t, c.Datacenters[0].Primary.Address, o, story)
				renew()
				got := tell(t, p.Address, o, story)
				for i := range max(len(want), len(got)) {
					if i >= len(want) || i >= len(got) || want[i] != got[i] {
						t.Errorf("%s, step %d:\ndirect  %s\nthrough %s", kind, i, at(want, i), at(got, i))
					}
				}
			}
		})
	}
}

func at(lines []string, i int) string {
	if i >= len(lines) {
		return "(nothing)"
	}
	return lines[i]
}
