package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
)

// prepare prepares a statement in the session and gives its id.
func (s *stage) prepare(q string) uint32 {
	s.t.Helper()
	a, err := s.through.Do(mysql.ComStmtPrepare, []byte(q))
	if err != nil {
		s.t.Fatalf("preparing %s: %v", q, err)
	}
	return a.Prepared.ID
}

// executes runs a prepared statement and gives its first row, as bytes.
func (s *stage) executes(body []byte) string {
	s.t.Helper()
	a, err := s.through.Do(mysql.ComStmtExecute, body)
	if err != nil {
		return err.Error()
	}
	if len(a.Results) > 0 && len(a.Results[0].Binary) > 0 {
		return string(a.Results[0].Binary[0])
	}
	return ""
}

// TestStatePrepared: statements of the binary protocol run on whatever connection there is.
func TestStatePrepared(t *testing.T) {
	s := newStage(t)
	s.row(52, "COM_STMT_PREPARE", func(t *testing.T) {
		before := s.served()
		read, write := s.prepare("SELECT n FROM notes WHERE id = ?"), s.prepare("UPDATE notes SET n = n WHERE id = ?")
		s.await("a read is prepared on a replica, a write on the primary", 5*time.Second, func() bool { // they are counted a moment later
			after := s.served()
			return after["replica"] == before["replica"]+1 && after["primary"] == before["primary"]+1
		})
		if read == write || read != 1 || write != 2 {
			t.Errorf("the ids are %d and %d", read, write)
		}
		s.pinned("")
	})
	s.row(53, "COM_STMT_EXECUTE", func(t *testing.T) {
		typed := func(id uint32, n byte) []byte {
			return append(executing(id), 0, 1, byte(mysql.TypeLongLong), 0, n, 0, 0, 0, 0, 0, 0, 0)
		}
		untyped := func(id uint32, n byte) []byte { return append(executing(id), 0, 0, n, 0, 0, 0, 0, 0, 0, 0) }
		id := s.prepare("SELECT word FROM notes WHERE id = ?")
		first := s.executes(typed(id, 2))
		s.spoil()
		if again := s.executes(untyped(id, 2)); again != first || !strings.Contains(first, "two") {
			t.Errorf("executed with the types that were sent before, it gives %q, want %q", again, first)
		}
		write := s.prepare("UPDATE notes SET n = ? WHERE id = 1")
		s.executes(typed(write, 53))
		s.gives("53", "SELECT n FROM notes WHERE id = 1")
		begin := s.prepare("SELECT GET_LOCK('state', 1)")
		s.executes(executing(begin))
		s.pinned("lock")
		must(t, s.through, "DO RELEASE_LOCK('state')")
		s.pinned("")
	})
	s.row(54, "COM_STMT_SEND_LONG_DATA", func(t *testing.T) {
		id := s.prepare("SELECT LENGTH(?)")
		for range 3 {
			piece := append(binary.LittleEndian.AppendUint32(nil, id), 0, 0)
			if err := s.through.Send(mysql.ComStmtSendLongData, append(piece, bytes.Repeat([]byte("x"), 1000)...)); err != nil {
				t.Fatal(err)
			}
			s.pinned("")
			s.spoil()
		}
		if got := s.executes(append(executing(id), 0, 1, byte(mysql.TypeBlob), 0)); !strings.Contains(got, string(binary.LittleEndian.AppendUint32(nil, 3000))) {
			t.Errorf("three pieces of 1000 bytes give %q", got)
		}
	})
	s.row(55, "cursors", func(t *testing.T) {
		id := s.prepare("SELECT id FROM notes WHERE id < 4 ORDER BY id")
		open := executing(id)
		open[4] = 1 // CURSOR_TYPE_READ_ONLY
		for _, end := range []string{"the last row", "RESET", "CLOSE"} {
			s.executes(open)
			s.pinned("cursor")
			fetch := append(binary.LittleEndian.AppendUint32(nil, id), 2, 0, 0, 0)
			if a, err := s.through.Do(mysql.ComStmtFetch, fetch); err != nil || len(a.Results[0].Binary) != 2 {
				t.Errorf("the first two rows: %v %v", a.Packets, err)
			}
			s.pinned("cursor")
			switch end {
			case "the last row":
				if a, err := s.through.Do(mysql.ComStmtFetch, fetch); err != nil || len(a.Results[0].Binary) != 1 {
					t.Errorf("the last row: %v %v", a.Packets, err)
				}
			case "RESET":
				if _, err := s.through.Do(mysql.ComStmtReset, fetch[:4]); err != nil {
					t.Error(err)
				}
			case "CLOSE":
				if err := s.through.Send(mysql.ComStmtClose, fetch[:4]); err != nil {
					t.Error(err)
				}
				if _, err := s.through.Do(mysql.ComPing, nil); err != nil { // that has no answer; this comes behind it
					t.Error(err)
				}
			}
			s.pinned("")
			s.spoil()
		}
	})
}

// TestStateCommands: several statements in one text, USE, and the commands of the protocol that are about the session.
func TestStateCommands(t *testing.T) {
	s := newStage(t)
	second := s.cluster.Database(t, "paris")
	must(t, s.direct, "CREATE TABLE "+second+".here (name VARCHAR(20))")
	must(t, s.direct, "INSERT INTO "+second+".here VALUES ('second')")
	s.cluster.CatchUp(t)
	s.row(56, "several statements", func(t *testing.T) {
		s.runs("replica", "SELECT 1; SELECT n FROM notes WHERE id = 1; SHOW TABLES")
		s.runs("primary", "SELECT 1; UPDATE notes SET n = n WHERE id = 1", "SET @list = 5; SELECT @list")
		s.pinned("")
		s.spoil()
		s.gives("5", "SELECT @list")
		s.holds("transaction", "BEGIN; INSERT INTO notes (n) VALUES (1)", "COMMIT; SELECT 1")
		s.holds("lock", "SELECT 1; DO GET_LOCK('state', 1)", "DO RELEASE_LOCK('state'); SELECT 2")
		s.alike("SELECT 1; SELECT nothing; SELECT 2", "SELECT 1; NONSENSE")
	})
	s.row(57, "USE and COM_INIT_DB", func(t *testing.T) {
		s.runs("replica", "/* shunt: consistency=eventual */ USE "+second)
		s.shown(func(row map[string]string) bool { return row["database"] == second })
		s.pinned("")
		s.spoil()
		s.gives("second", "SELECT name FROM here")
		if _, err := s.through.Do(mysql.ComInitDB, []byte(s.database)); err != nil {
			t.Fatal(err)
		}
		s.spoil()
		s.gives(s.database, "SELECT DATABASE()")
		must(t, s.direct, "USE "+s.database)
		s.alike("USE nothing", "SELECT DATABASE()")
		gra := s.cluster.Database(t, "gra")
		s.await("shunt knows where "+gra+" is", 20*time.Second, func() bool {
			rows := s.console("EXPLAIN ROUTE SELECT n FROM " + gra + ".notes")
			return len(rows) == 1 && rows[0]["cluster"] == "gra"
		})
		for _, q := range []string{"BEGIN", "USE " + gra, "USE " + s.database, "ROLLBACK", "BEGIN", "CREATE TEMPORARY TABLE scratch (n INT)"} {
			must(t, s.through, q)
		}
		s.fails("9901", "USE "+gra)
		must(t, s.through, "ROLLBACK")
		must(t, s.through, "DROP TEMPORARY TABLE scratch")
	})
	s.row(58, "COM_RESET_CONNECTION, COM_CHANGE_USER", func(t *testing.T) {
		for _, end := range []func() error{
			func() error { _, err := s.through.Do(mysql.ComResetConnection, nil); return err },
			func() error { return s.through.ChangeUser(s.login) },
		} {
			for _, q := range []string{"SET @x = 5, time_zone = '+01:00'", "CREATE TEMPORARY TABLE scratch (n INT)", "DO GET_LOCK('state', 1)", "BEGIN", "INSERT INTO notes (n) VALUES (58)"} {
				must(t, s.through, q)
			}
			s.pinned("transaction, temporary table (1), lock")
			if err := end(); err != nil {
				t.Fatal(err)
			}
			s.pinned("")
			s.spoil()
			s.gives("NULL", "SELECT @x")
			s.gives("0", "SELECT COUNT(*) FROM notes WHERE n = 58")
			s.gives("1", "SELECT IS_FREE_LOCK('state')")
			s.fails("1146", "SELECT n FROM scratch")
		}
	})
	s.row(59, "COM_PING, COM_STATISTICS, COM_SET_OPTION", func(t *testing.T) {
		s.held() // all before is counted
		before := s.served()
		for _, c := range []struct {
			cmd  mysql.Command
			body []byte
		}{{mysql.ComPing, nil}, {mysql.ComStatistics, nil}, {mysql.ComSetOption, []byte{1, 0}}} {
			if _, err := s.through.Do(c.cmd, c.body); err != nil {
				t.Errorf("%v: %v", c.cmd, err)
			}
		}
		if after := s.served(); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("a server was asked: %v, before %v", after, before)
		}
		s.fails("1064", "SELECT 1; SELECT 2")
		if _, err := s.through.Do(mysql.ComSetOption, []byte{0, 0}); err != nil {
			t.Error(err)
		}
		s.gives("1", "SELECT 1; SELECT 2")
	})
}

// TestStateRest: texts that nobody understands, hints, and reads after writes.
func TestStateRest(t *testing.T) {
	s := newStage(t)
	s.row(63, "texts that nobody understands", func(t *testing.T) {
		s.alike("FROBNICATE notes", "SELECT FROM WHERE", "INSERT INTO", "{}", "SELECT 1; FROBNICATE notes")
		s.pinned("") // no server understood them either, so they have left nothing
		s.runs("primary", "BEGIN NOT ATOMIC SET @block = 5; END")
		s.pinned("state")
		s.gives("5", "SELECT @block")
		s.reset()
		s.pinned("")
		s.spoil()
	})
	s.row(64, "a hint for a replica on what is no plain read", func(t *testing.T) {
		s.runs("primary", "/* shunt: replica */ INSERT INTO notes (n) VALUES (64)", "/* shunt: replica */ SELECT n FROM notes WHERE n = 64 FOR UPDATE")
		rows := s.console("EXPLAIN ROUTE FOR " + s.database + " UPDATE /* shunt: replica */ notes SET n = 1")
		if len(rows) != 1 || rows[0]["role"] != "primary" || !strings.Contains(rows[0]["reasons"], "ignored") {
			t.Errorf("EXPLAIN ROUTE says %v", rows)
		}
	})
	s.row(65, "reads after a write of the same session", func(t *testing.T) {
		for i := range 50 {
			must(t, s.through, fmt.Sprintf("UPDATE notes SET n = %d WHERE id = 2", 1000+i))
			s.gives(fmt.Sprint(1000+i), "SELECT n FROM notes WHERE id = 2")
		}
		must(t, s.through, "UPDATE notes SET n = 2000 WHERE id = 2")
		s.runs("primary", "/* shunt: consistency=sticky */ SELECT n FROM notes WHERE id = 2", "/* shunt: primary */ SELECT n FROM notes WHERE id = 2")
		s.runs("replica", "/* shunt: consistency=eventual */ SELECT n FROM notes WHERE id = 2")
		s.pinned("")
	})
}

// TestStateKill: by the ids of shunt, from other sessions, of the same account or with the right to; whatever the victim does.
func TestStateKill(t *testing.T) {
	s := newStage(t)
	operator := account(t, s.cluster, "state_killer", "CONNECTION ADMIN ON *.*")
	stranger := account(t, s.cluster, "state_stranger")
	s.row(60, "KILL", func(t *testing.T) {
		admin, nobody := raw(t, s.Address, operator), raw(t, s.Address, stranger)
		for _, killer := range []*mysqltest.Client{s.rival, admin} {
			s.interrupted(killer)
			s.killedWaiting(killer)
		}
		for _, q := range []string{"KILL " + s.id, "KILL QUERY " + s.id} {
			if got, want := said(nobody, q), "Error 1095 (HY000): You are not owner of thread "+s.id; got != want {
				t.Errorf("%s by a stranger: %s, want %s", q, got, want)
			}
		}
		s.alike("KILL 4000000", "KILL QUERY 4000000", "KILL 18446744073709551615", "KILL 0")
		s.gives(s.id, "SELECT CONNECTION_ID()")
		s.fails("1317", "KILL QUERY CONNECTION_ID()")
		must(t, s.through, "SET @id = "+must(t, nobody, "SELECT CONNECTION_ID()"))
		s.fails("1095", "KILL @id")
		idle := raw(t, s.Address, s.login)
		must(t, admin, "KILL "+must(t, idle, "SELECT CONNECTION_ID()"))
		if _, err := idle.Query("SELECT 1"); err == nil {
			t.Error("an idle session goes on after KILL")
		}
		pinned := raw(t, s.Address, s.login)
		must(t, pinned, "BEGIN")
		must(t, pinned, "INSERT INTO notes (n) VALUES (60)")
		must(t, admin, "KILL "+must(t, pinned, "SELECT CONNECTION_ID()"))
		s.spoil() // its connection is free again
		s.gives("0", "SELECT COUNT(*) FROM notes WHERE n = 60")
	})
}

// interrupted: the statement that a session runs is stopped; the session, its transaction and its id stay.
func (s *stage) interrupted(killer *mysqltest.Client) {
	t := s.t
	must(t, s.through, "BEGIN")
	must(t, s.through, "INSERT INTO notes (n) VALUES (61)")
	if err := s.through.Send(mysql.ComQuery, []byte("SELECT SLEEP(100), n FROM notes")); err != nil {
		t.Fatal(err)
	}
	s.await("the statement runs on its server", 5*time.Second, func() bool {
		return s.count("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP(100)%'") == 1
	})
	must(t, killer, "KILL QUERY "+s.id)
	if got := answered(s.through); got != "ok" && !strings.HasPrefix(got, "Error 1317 ") { // SLEEP alone ends without an error
		t.Errorf("the statement that was killed says %s", got)
	}
	s.gives(s.id, "SELECT CONNECTION_ID()")
	s.pinned("transaction")
	s.gives("1", "SELECT COUNT(*) FROM notes WHERE n = 61")
	must(t, s.through, "ROLLBACK")
}

// count asks the primary itself, with all rights.
func (s *stage) count(q string) (n int) {
	if err := s.cluster.Datacenters[0].Primary.DB().QueryRow(q).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// answered reads the answer to a statement that was sent before, in words.
func answered(c *mysqltest.Client) string {
	a, err := c.ReadAnswer(mysql.ComQuery)
	switch {
	case err != nil:
		return err.Error()
	case len(a.Results) > 0 && a.Results[0].Err != nil:
		return a.Results[0].Err.Error()
	}
	return "ok"
}

// killedWaiting: a statement that waits for a connection is stopped, and the session goes on.
func (s *stage) killedWaiting(killer *mysqltest.Client) {
	t := s.t
	holder := raw(t, s.Address, s.login)
	must(t, holder, "BEGIN")
	if err := s.through.Send(mysql.ComQuery, []byte("INSERT INTO notes (n) VALUES (62)")); err != nil {
		t.Fatal(err)
	}
	s.await("the statement waits", 5*time.Second, func() bool { return s.console("SHOW CLIENTS WHERE id = " + s.id)[0]["state"] == "waiting" })
	must(t, killer, "KILL QUERY "+s.id)
	if got := answered(s.through); !strings.HasPrefix(got, "Error 1317 ") {
		t.Errorf("the statement that waited says %s", got)
	}
	must(t, holder, "ROLLBACK")
	_ = holder.Close()
	s.gives("0", "SELECT COUNT(*) FROM notes WHERE n = 62")
}
