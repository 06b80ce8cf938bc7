package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// settings are what sessions set, and what shows it.
var settings = []struct{ set, show string }{
	{"SET time_zone = '+05:30'", "SELECT @@time_zone, FROM_UNIXTIME(86400)"},
	{"SET time_zone = 'SYSTEM'", "SELECT @@time_zone, FROM_UNIXTIME(86400)"},
	{"SET @@session.time_zone := '-11:59'", "SELECT @@time_zone, FROM_UNIXTIME(86400)"},
	{"SET LOCAL sql_mode = ''", "SELECT @@sql_mode"},
	{"SET sql_mode = 'ANSI_QUOTES'", `SELECT @@sql_mode, "n" FROM notes WHERE id = 1`},
	{"SET sql_mode = 'NO_BACKSLASH_ESCAPES'", `SELECT @@sql_mode, '\n'`},
	{"SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,STRICT_ALL_TABLES'", `SELECT @@sql_mode, '\' || 'x'`},
	{"SET sql_mode = CONCAT(@@sql_mode, ',HIGH_NOT_PRECEDENCE')", "SELECT @@sql_mode"},
	{"SET sql_mode = DEFAULT", "SELECT @@sql_mode"},
	{"SET NAMES latin1", "SELECT @@character_set_client, @@character_set_results, @@collation_connection, 'x'"},
	{"SET NAMES utf8mb4 COLLATE utf8mb4_bin", "SELECT @@collation_connection, 'x' = 'X'"},
	{"SET NAMES 'utf8mb3'", "SELECT @@character_set_client, @@collation_connection"},
	{"SET NAMES DEFAULT", "SELECT @@character_set_client, @@collation_connection"},
	{"SET CHARACTER SET utf8mb4", "SELECT @@character_set_client, @@character_set_connection, @@character_set_results, @@collation_connection"},
	{"SET character_set_results = NULL", "SELECT @@character_set_results, 'x'"},
	{"SET character_set_client = latin1, collation_connection = latin1_german2_ci", "SELECT @@character_set_client, @@collation_connection, 'ss' = 'SS'"},
	{"SET group_concat_max_len = 4", "SELECT GROUP_CONCAT(word) FROM notes"},
	{"SET SESSION sql_select_limit = 2", "SELECT id FROM notes"},
	{"SET div_precision_increment = 7, max_sort_length = 100", "SELECT 1 / 3, @@max_sort_length"},
	{"SET lc_time_names = 'de_DE'", "SELECT DAYNAME('2020-01-01')"},
	{"SET foreign_key_checks = 0, unique_checks = OFF", "SELECT @@foreign_key_checks, @@unique_checks"},
	{"SET default_week_format = 3", "SELECT WEEK('2020-01-01')"},
	{"SET auto_increment_increment = 5", "SELECT @@auto_increment_increment"},
	{"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", "SELECT @@tx_isolation"},
	{"SET SESSION TRANSACTION READ ONLY", "SELECT @@tx_read_only"},
	{"SET SESSION tx_isolation = 'SERIALIZABLE'", "SELECT @@tx_isolation"},
	{"SET @n = 5, @word = 'x''y', @decimal = 1.50, @null = NULL, @hex = 0x4142", "SELECT @n + 1, @word, @decimal, @null, @hex"},
	{"SET @sum = 1 + 1, @float = 1e3, @text = CONCAT('é', 'ß'), @time = TIME('10:11:12')", "SELECT @sum, @float, @text, @time, COLLATION(@text)"},
	{"SET @rows = (SELECT COUNT(*) FROM notes), @bytes = UNHEX('00FF41'), @bool = TRUE", "SELECT @rows, HEX(@bytes), @bool"},
	{"SET @A = 'upper', @`odd name` = 'odd'", "SELECT @a, @`odd name`"},
	{"SET @latin = _latin1 X'E4'", "SELECT @latin, CHARSET(@latin), COERCIBILITY(@latin)"},
}

// TestStateSettings: what a session sets holds on every connection that it gets, to the byte, and for nobody else.
func TestStateSettings(t *testing.T) {
	s := newStage(t)
	s.row(31, "system variables", func(t *testing.T) { s.settingsHold("SET @") })
	s.row(33, "user variables", func(t *testing.T) {
		s.settingsHold("")
		for _, tooMuch := range []string{manyVariables(65, "@v%d = %d"), "@`\u00e9` = 1", "@a = REPEAT('x', 70000)", "@a = '" + strings.Repeat("x", 70000) + "'"} {
			must(t, s.through, "SET "+tooMuch)
			s.pinned("state")
			must(t, s.through, "INSERT INTO notes (n) VALUES (33)") // it is on the primary
			s.reset()
			s.pinned("")
		}
	})
	s.row(32, "what cannot be set", func(t *testing.T) {
		for _, q := range []string{
			"SET nothing = 1", "SET SESSION nothing = 1", "SET @@nothing = 1", "SET time_zone = 'Mars/Olympus'", "SET sql_mode = 'NO_SUCH_MODE'", "SET NAMES klingon",
			"SET NAMES latin1 COLLATE utf8mb4_bin", "SET sort_buffer_size = 'many'", "SET version = 'x'", "SET SESSION max_connections = 1", "SET @x = (SELECT nothing)",
			"SET @x = 1, nothing = 2", "SET time_zone = '+04:00', sql_mode = 'NO_SUCH_MODE'", "SET autocommit = 7", "SET ROLE nobody", "SET character_set_client = utf16",
			"SET TRANSACTION ISOLATION LEVEL HOPE", "SET SESSION TRANSACTION", "SET",
		} {
			s.alike(q)
		}
		// Of a SET that fails, nothing holds but what MariaDB sets before it comes to the fault.
		s.spoil()
		s.alike("SELECT @x, @@time_zone, @@sql_mode, @@character_set_client", "SHOW WARNINGS")
		s.pinned("")
	})
	s.row(36, "SERIALIZABLE", func(t *testing.T) {
		s.both("SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE")
		s.spoil()
		s.runs("replica", "SELECT n FROM notes WHERE id = 1")
		s.alike("SELECT @@tx_isolation")
		s.pinned("")
		s.reset()
	})
	s.row(39, "SET GLOBAL", func(t *testing.T) {
		s.fails("9903", "SET GLOBAL max_connections = 5", "SET @@global.sort_buffer_size = 1", "SET SESSION sort_buffer_size = 100000, GLOBAL sort_buffer_size = 1",
			"SET PERSIST max_connections = 5", "SET GLOBAL TRANSACTION READ ONLY")
		s.alike("SET RESOURCE GROUP nothing")
	})
	s.row(41, "session trackers", func(t *testing.T) {
		s.alike("SET session_track_schema = 0", "USE "+s.database, "SET session_track_schema = 1, session_track_state_change = 1")
		s.spoil()
		s.alike("SET time_zone = '+02:00'", "SET @x = 1", "SET session_track_system_variables = 'sql_mode'", "SET sql_mode = ''", "SET time_zone = '+03:00'", "USE "+s.database)
		s.reset()
	})
}

// settingsHold sets and looks, on the server itself and through shunt, where the connection has been somebody else's in between.
func (s *stage) settingsHold(not string) {
	s.t.Helper()
	for _, c := range settings {
		if user := strings.HasPrefix(c.set, "SET @") && !strings.HasPrefix(c.set, "SET @@"); user != (not == "") {
			continue
		}
		s.both(c.set) // the answers have the same trackers, but in another order
		s.spoil()
		s.alike(c.show)
		s.pinned("")
		s.spoil()
		s.through, s.rival = s.rival, s.through // on the same connection, the rival has its own
		s.gives("rival", "SELECT @a")
		s.gives("-07:00", "SELECT @@time_zone")
		s.through, s.rival = s.rival, s.through
		s.alike(c.show)
		s.reset()
	}
}

// TestStateNamedTimeZones needs the tables of time zones, which the test fills for one zone.
func TestStateNamedTimeZones(t *testing.T) {
	s := newStage(t)
	const zone = "State/Test"
	change(t, s.cluster, "INSERT INTO mysql.time_zone (Time_zone_id, Use_leap_seconds) VALUES (4000, 'N')",
		"INSERT INTO mysql.time_zone_name VALUES ('"+zone+"', 4000)", "INSERT INTO mysql.time_zone_transition_type VALUES (4000, 0, 12345, 0, 'STT')",
		"INSERT INTO mysql.time_zone_transition VALUES (4000, -2147483648, 0)")
	s.row(31, "named time zones", func(t *testing.T) {
		s.alike("SET time_zone = '" + zone + "'")
		s.spoil()
		s.alike("SELECT @@time_zone, FROM_UNIXTIME(86400), NOW() = UTC_TIMESTAMP()")
		s.alike(fmt.Sprintf("SET time_zone = '%s'", strings.ToUpper(zone)), "SELECT @@time_zone")
	})
	for _, table := range []string{"time_zone", "time_zone_name", "time_zone_transition_type", "time_zone_transition"} {
		change(t, s.cluster, "DELETE FROM mysql."+table+" WHERE Time_zone_id = 4000")
	}
}

// TestStateOneStatementSettings: settings that are meant for the next statement or transaction of this connection only.
func TestStateOneStatementSettings(t *testing.T) {
	s := newStage(t)
	s.row(35, "SET TRANSACTION", func(t *testing.T) {
		s.runs("primary", "SET TRANSACTION READ ONLY")
		s.pinned("one-shot setting")
		s.fails("1792", "INSERT INTO notes (n) VALUES (1)")
		must(t, s.through, "SELECT 1")
		s.pinned("one-shot setting") // there was no transaction yet
		s.fails("1792", "INSERT INTO notes (n) VALUES (1)")
		must(t, s.through, "SELECT n FROM notes")
		s.pinned("")
		s.spoil()
		must(t, s.through, "INSERT INTO notes (n) VALUES (1)")
		must(t, s.through, "SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED")
		must(t, s.through, "BEGIN")
		s.pinned("transaction, one-shot setting")
		must(t, s.through, "COMMIT")
		s.pinned("")
		s.alike("SELECT @@tx_isolation", "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
		s.spoil()
		s.alike("SELECT @@tx_isolation")
		s.pinned("")
	})
	s.row(37, "SET timestamp, insert_id, rand_seed", func(t *testing.T) {
		must(t, s.through, "SET timestamp = 1000")
		s.pinned("one-shot setting")
		s.gives("1000", "SELECT UNIX_TIMESTAMP(NOW())")
		s.gives("1000", "SELECT UNIX_TIMESTAMP(NOW())")
		must(t, s.through, "SET timestamp = DEFAULT")
		s.pinned("")
		s.spoil()
		s.gives("1", "SELECT UNIX_TIMESTAMP(NOW()) > 1000000000")
		must(t, s.through, "SET insert_id = 9000")
		s.pinned("one-shot setting")
		must(t, s.through, "INSERT INTO notes (n) VALUES (1)")
		s.pinned("")
		s.gives("9000", "SELECT LAST_INSERT_ID()")
		s.both("SET rand_seed1 = 5, rand_seed2 = 6")
		s.pinned("one-shot setting")
		s.alike("SELECT RAND()", "SELECT RAND()")
		s.pinned("one-shot setting") // RAND() goes on from there
		s.reset()
		s.pinned("")
		s.both("SET last_insert_id = 33")
		s.pinned("")
		s.spoil()
		s.alike("SELECT LAST_INSERT_ID()", "SELECT LAST_INSERT_ID(), 1")
		s.both("SET sql_auto_is_null = 1")
		s.pinned("one-shot setting")
		s.both("SET sql_auto_is_null = 0")
		s.pinned("")
		s.both("SET STATEMENT sql_select_limit = 1 FOR SELECT n FROM notes")
		s.pinned("")
		s.spoil()
		s.alike("SELECT @@sql_select_limit", "SELECT n FROM notes ORDER BY n")
	})
}

// TestStateAutocommitOff: every statement but settings is part of a transaction on the primary.
func TestStateAutocommitOff(t *testing.T) {
	s := newStage(t)
	s.row(34, "SET autocommit = 0", func(t *testing.T) {
		must(t, s.through, "SET autocommit = 0")
		s.pinned("")
		s.spoil()
		s.runs("primary", "SELECT 1")
		s.pinned("transaction")
		must(t, s.through, "COMMIT")
		s.pinned("")
		s.spoil()
		s.runs("primary", "SELECT n FROM notes WHERE id = 1")
		s.pinned("transaction")
		must(t, s.direct, "UPDATE notes SET n = 500 WHERE id = 1")
		s.gives("1", "SELECT n FROM notes WHERE id = 1") // the snapshot of the first SELECT
		must(t, s.through, "ROLLBACK")
		s.gives("500", "SELECT n FROM notes WHERE id = 1")
		must(t, s.through, "COMMIT")
		s.runs("primary", "START TRANSACTION READ ONLY")
		must(t, s.through, "COMMIT")
		must(t, s.through, "INSERT INTO notes (n) VALUES (501)")
		s.pinned("transaction")
		must(t, s.through, "SET autocommit = 1") // commits
		s.pinned("")
		s.spoil()
		s.gives("1", "SELECT COUNT(*) FROM notes WHERE n = 501")
	})
}

// TestStatePrivilegedSettings are those of row 38 and of roles.
func TestStatePrivilegedSettings(t *testing.T) {
	login := account(t, newStage(t).cluster, "state_dba", "ALL ON *.*")
	s := newStageOf(t, "per_server: 1", login)
	s.row(38, "SET sql_log_bin = 0", func(t *testing.T) {
		for _, q := range []string{"SET sql_log_bin = 0", "SET SESSION skip_replication = 1", "SET gtid_seq_no = 900000"} {
			s.runs("primary", q)
			if pins, _ := s.held(); !strings.Contains(pins, "state (the session bypasses the binary log)") {
				t.Errorf("%s holds the session for %q", q, pins)
			}
			s.runs("primary", "SELECT n FROM notes WHERE id = 1")
			s.reset()
			s.pinned("")
			s.spoil()
		}
		s.gives("1", "SELECT @@sql_log_bin")
	})
	s.row(40, "SET ROLE", func(t *testing.T) {
		change(t, s.cluster, "CREATE ROLE state_reader", "GRANT state_reader TO state_dba@'%'")
		s.alike("SET ROLE state_reader")
		s.spoil()
		s.pinned("")
		s.alike("SELECT CURRENT_ROLE()")
		s.alike("SET ROLE NONE")
		s.spoil()
		s.alike("SELECT CURRENT_ROLE()", "SET ROLE nobody")
		change(t, s.cluster, "DROP ROLE state_reader")
		s.alike("SET PASSWORD = PASSWORD('secret')")
	})
}
