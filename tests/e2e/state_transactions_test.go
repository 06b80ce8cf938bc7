package e2e

import (
	"strings"
	"testing"
)

// TestStateTransactions: a transaction stays on its connection, and the connection goes with its end.
func TestStateTransactions(t *testing.T) {
	s := newStage(t)
	s.row(43, "START TRANSACTION READ ONLY", func(t *testing.T) {
		for _, begin := range []string{"START TRANSACTION READ ONLY", "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"} {
			s.runs("replica", begin, "SELECT n FROM notes WHERE id = 1", "SHOW TABLES")
			s.pinned("transaction")
			s.fails("1792", "INSERT INTO notes (n) VALUES (1)")
			must(t, s.through, "COMMIT")
			s.pinned("")
			s.spoil()
		}
		s.runs("primary", "/* shunt: primary */ START TRANSACTION READ ONLY", "ROLLBACK")
		s.runs("replica", "START TRANSACTION READ ONLY", "PREPARE held FROM 'SELECT 1'", "COMMIT", "SELECT n FROM notes WHERE id = 1")
		s.pinned("prepared by name")
		s.fails("9907", "INSERT INTO notes (n) VALUES (1)", "BEGIN", "SELECT n FROM notes FOR UPDATE", "CREATE TABLE x (n INT)")
		s.runs("replica", "DEALLOCATE PREPARE held")
		s.pinned("")
		s.runs("primary", "INSERT INTO notes (n) VALUES (1)")
	})
	s.row(42, "BEGIN", func(t *testing.T) {
		for _, begin := range []string{"BEGIN", "BEGIN WORK", "START TRANSACTION", "START TRANSACTION READ WRITE", "START TRANSACTION WITH CONSISTENT SNAPSHOT"} {
			s.runs("primary", begin)
			s.holds("transaction", "UPDATE notes SET n = n + 1 WHERE id = 1", "COMMIT")
		}
	})
	s.row(44, "statements in a transaction", func(t *testing.T) {
		must(t, s.through, "BEGIN")
		s.runs("primary", "SELECT n FROM notes WHERE id = 1", "SHOW TABLES", "/* shunt: replica */ SELECT n FROM notes WHERE id = 2", "SET @x = 1", "SET time_zone = '+01:00'",
			"INSERT INTO notes (n) VALUES (44)", "/* shunt: consistency=eventual */ SELECT n FROM notes WHERE n = 44")
		s.pinned("transaction")
		must(t, s.through, "ROLLBACK")
		s.pinned("")
		s.gives("0", "SELECT COUNT(*) FROM notes WHERE n = 44")
		s.gives("+01:00", "SELECT @@time_zone")
	})
	s.row(45, "savepoints", func(t *testing.T) {
		s.runs("primary", "SAVEPOINT nothing") // outside of a transaction it is forgotten at once
		s.pinned("")
		s.alike("ROLLBACK TO nothing")
		must(t, s.through, "BEGIN")
		s.runs("primary", "INSERT INTO notes (n) VALUES (45)", "SAVEPOINT a", "INSERT INTO notes (n) VALUES (46)", "ROLLBACK TO SAVEPOINT a", "RELEASE SAVEPOINT a")
		s.pinned("transaction")
		must(t, s.through, "COMMIT")
		s.gives("1", "SELECT COUNT(*) FROM notes WHERE n IN (45, 46)")
	})
	s.row(46, "COMMIT, ROLLBACK", func(t *testing.T) {
		s.runs("answered", "COMMIT", "ROLLBACK", "COMMIT WORK")
		must(t, s.through, "BEGIN")
		must(t, s.through, "INSERT INTO notes (n) VALUES (47)")
		must(t, s.through, "COMMIT AND CHAIN")
		s.pinned("transaction")
		must(t, s.through, "ROLLBACK AND CHAIN")
		s.pinned("transaction")
		must(t, s.through, "ROLLBACK")
		s.pinned("")
		s.gives("1", "SELECT COUNT(*) FROM notes WHERE n = 47")
		leaver := raw(t, s.Address, s.login)
		must(t, leaver, "BEGIN")
		must(t, leaver, "INSERT INTO notes (n) VALUES (48)")
		must(t, leaver, "COMMIT RELEASE")
		if _, err := leaver.Query("SELECT 1"); err == nil {
			t.Error("COMMIT RELEASE leaves the connection open")
		}
		s.gives("1", "/* shunt: primary */ SELECT COUNT(*) FROM notes WHERE n = 48")
		s.spoil()
	})
	s.row(47, "XA START … PREPARE", func(t *testing.T) {
		s.runs("primary", "XA START 'state'", "INSERT INTO notes (n) VALUES (49)")
		s.pinned("transaction, xa")
		must(t, s.through, "XA END 'state'")
		s.pinned("transaction, xa")
		must(t, s.through, "XA ROLLBACK 'state'")
		s.pinned("")
		s.spoil()
		for _, q := range []string{"XA START 'state'", "INSERT INTO notes (n) VALUES (50)", "XA END 'state'", "XA PREPARE 'state'"} {
			s.runs("primary", q)
		}
		s.pinned("transaction, xa") // MariaDB lets only this connection go on with it
		s.runs("primary", "XA COMMIT 'state'")
		s.pinned("")
		s.gives("1", "SELECT COUNT(*) FROM notes WHERE n = 50")
		s.runs("primary", "XA START 'state'", "INSERT INTO notes (n) VALUES (51)", "XA END 'state'", "XA COMMIT 'state' ONE PHASE")
		s.pinned("")
		s.spoil()
	})
	s.row(48, "XA COMMIT, ROLLBACK, RECOVER", func(t *testing.T) {
		if who, _ := s.ran("XA RECOVER"); who != "primary" {
			t.Errorf("XA RECOVER ran on the %s", who)
		}
		s.alike("XA COMMIT 'nothing'", "XA ROLLBACK 'nothing'", "XA END 'nothing'")
		s.pinned("")
	})
}

// TestStateLocks: what holds a session longer than a transaction, and what ends it.
func TestStateLocks(t *testing.T) {
	s := newStage(t)
	s.row(7, "GET_LOCK", func(t *testing.T) {
		s.runs("primary", "SELECT GET_LOCK('state', 5)")
		s.holds("lock", "SELECT GET_LOCK('state', 5)", "SELECT RELEASE_LOCK('state'), RELEASE_LOCK('state')")
		s.holds("lock", "SELECT GET_LOCK('a', 1), GET_LOCK('b', 1)", "DO RELEASE_ALL_LOCKS()")
		s.holds("lock", "SELECT GET_LOCK(word, 1) FROM notes LIMIT 2", "SELECT RELEASE_ALL_LOCKS()")
		must(t, s.through, "DO GET_LOCK('state', 0)")
		must(t, s.through, "DO RELEASE_LOCK('other')")
		s.pinned("lock")
		if got := must(t, s.direct, "SELECT GET_LOCK('state', 0)"); got != "0" {
			t.Errorf("another session gets the lock: %s", got)
		}
		s.gives("NULL", "SELECT RELEASE_LOCK('STATE')") // MySQL would not look at the case
		s.pinned("lock")
		s.gives("0", "SELECT IF(1, 0, RELEASE_LOCK('state'))")
		s.pinned("lock")
		must(t, s.through, "DO RELEASE_ALL_LOCKS()")
		must(t, s.through, "DO GET_LOCK('state', 0)")
		s.gives("1", "SELECT RELEASE_LOCK('state')")
		s.pinned("")
		if got := must(t, s.direct, "SELECT GET_LOCK('state', 0)"); got != "1" {
			t.Errorf("nobody gets the lock: %s", got)
		}
		s.gives("0", "SELECT GET_LOCK('state', 0)") // it counts all the same
		s.pinned("lock")
		s.gives("0", "SELECT RELEASE_LOCK('state')")
		s.pinned("")
		must(t, s.direct, "DO RELEASE_ALL_LOCKS()")
		s.lockInReadOnlyTransaction()
	})
	s.row(8, "IS_FREE_LOCK, IS_USED_LOCK", func(t *testing.T) {
		s.runs("primary", "SELECT IS_FREE_LOCK('state')", "SELECT IS_USED_LOCK('state')", "SELECT RELEASE_LOCK('state')")
		s.pinned("")
		must(t, s.through, "DO GET_LOCK('state', 1)")
		s.gives("1", "SELECT IS_USED_LOCK('state') = CONNECTION_ID()")
		must(t, s.through, "DO RELEASE_LOCK('state')")
		s.pinned("")
	})
	s.row(49, "LOCK TABLES and global locks", func(t *testing.T) {
		s.holds("lock tables", "LOCK TABLES notes WRITE", "UNLOCK TABLES")
		s.holds("lock tables", "LOCK TABLES notes READ, notes AS n2 READ", "UNLOCK TABLES")
		must(t, s.through, "LOCK TABLES notes READ")
		s.fails("1099", "INSERT INTO notes (n) VALUES (1)")
		s.fails("1100", "SELECT n FROM spoil")
		s.pinned("lock tables")
		must(t, s.through, "BEGIN") // releases them
		s.pinned("transaction")
		must(t, s.through, "COMMIT")
		s.pinned("")
		s.alike("FLUSH TABLES WITH READ LOCK", "BACKUP STAGE START", "LOCK INSTANCE FOR BACKUP")
		s.pinned("")
	})
	s.row(50, "temporary tables", func(t *testing.T) {
		s.holds("temporary table", "CREATE TEMPORARY TABLE scratch (n INT)", "DROP TABLE scratch")
		must(t, s.through, "CREATE TEMPORARY TABLE scratch (n INT)")
		must(t, s.through, "CREATE TEMPORARY TABLE IF NOT EXISTS "+s.database+".second LIKE notes")
		s.runs("primary", "INSERT INTO scratch VALUES (5)", "SELECT n FROM scratch", "SELECT n FROM notes WHERE id = 1")
		s.gives("5", "SELECT n FROM scratch")
		must(t, s.through, "CREATE TEMPORARY TABLE Scratch (n INT)") // another one, to a server on Linux
		s.pinned("temporary table (3)")
		must(t, s.through, "DROP TEMPORARY TABLE Scratch, scratch")
		s.pinned("temporary table (1)")
		must(t, s.through, "DROP TEMPORARY TABLE IF EXISTS `second`")
		s.pinned("")
		s.spoil()
		s.fails("1146", "SELECT n FROM scratch")
		must(t, s.through, "CREATE TEMPORARY TABLE scratch AS SELECT n FROM notes")
		s.reset()
		s.pinned("")
		s.fails("1146", "SELECT n FROM scratch")
	})
	s.row(51, "PREPARE … FROM", func(t *testing.T) {
		s.holds("prepared by name", "PREPARE one FROM 'SELECT ? + 1'", "DEALLOCATE PREPARE one")
		must(t, s.through, "SET @text = 'SELECT n FROM notes WHERE id = ?', @id = 2")
		must(t, s.through, "PREPARE one FROM @text")
		must(t, s.through, "PREPARE two FROM 'INSERT INTO notes (n) VALUES (?)'")
		s.runs("primary", "EXECUTE one USING @id", "EXECUTE two USING @id")
		must(t, s.through, "DROP PREPARE one")
		s.pinned("prepared by name")
		must(t, s.through, "DEALLOCATE PREPARE two")
		s.reset() // the text behind one was in a variable, so it may have left anything
		s.runs("primary", "EXECUTE IMMEDIATE 'SELECT 1'")
		s.pinned("")
		s.holds("transaction", "EXECUTE IMMEDIATE 'BEGIN'", "EXECUTE IMMEDIATE 'COMMIT'")
		s.holds("lock", "EXECUTE IMMEDIATE 'DO GET_LOCK(\"state\", 1)'", "DO RELEASE_LOCK('state')")
		must(t, s.through, "SET @text = 'SELECT 1'")
		must(t, s.through, "EXECUTE IMMEDIATE @text")
		s.pinned("state")
		s.reset()
		s.pinned("")
	})
}

// lockInReadOnlyTransaction: a lock on a replica would keep nobody out who asks the primary for it.
func (s *stage) lockInReadOnlyTransaction() {
	t := s.t
	fresh := raw(t, s.Address, s.login)
	must(t, fresh, "START TRANSACTION READ ONLY")
	if got := said(fresh, "SELECT GET_LOCK('state', 1)"); !strings.HasPrefix(got, "Error 9907 ") {
		t.Errorf("GET_LOCK in a READ ONLY transaction on a replica: %s", got)
	}
	must(t, fresh, "ROLLBACK")
	must(t, fresh, "START TRANSACTION READ ONLY") // on the primary now
	if got := said(fresh, "SELECT GET_LOCK('state', 1)"); got != "1" {
		t.Errorf("GET_LOCK in the same transaction, once more: %s", got)
	}
	must(t, fresh, "COMMIT")
	must(t, fresh, "INSERT INTO notes (n) VALUES (1)")
	must(t, fresh, "DO RELEASE_LOCK('state')")
	_ = fresh.Close()
	s.runs("primary", "START TRANSACTION READ ONLY", "COMMIT") // this session has used locks, too
}
