package stages

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"shunt/sharding/move/accounts"
	"shunt/sharding/move/archive"
	"shunt/sharding/move/objects"
	"shunt/sharding/move/unit"
	"shunt/tests/cluster"
	"shunt/tests/oddities"
)

// TestTheCorpusIsRestoredFromDumps dumps each oddity at paris, and has the servers' own client restore it at gra: definitions and rows are equal there.
func TestTheCorpusIsRestoredFromDumps(t *testing.T) {
	theCorpusIsRestored(t, newWorld(t, cluster.Shared(t)), "mariadb")
}

func TestMySQLTheCorpusIsRestoredFromDumps(t *testing.T) {
	theCorpusIsRestored(t, newWorld(t, cluster.SharedMySQL(t)), cluster.MySQLProgram(t, "mysql"))
}

// more are oddities of texts that a client reads, beside those that servers do.
var more = []oddities.Oddity{
	{Name: "line_ends", SQL: []string{"CREATE TABLE t (a text, b blob)", "INSERT INTO t VALUES ('a\r\nb\rc\n', 0x000D0A1A5C2700), ('$$ ; \\\\g -- # delimiter', ''), ('\\\\C latin1\nUSE mysql;\ndelimiter ;;', '')",
		"CREATE PROCEDURE p()\r\nBEGIN\r\n  SELECT '\r\n'; -- a comment\r\n# another\r\nEND", "CREATE PROCEDURE q() SELECT '$$', '$$$' /* ; */", "CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN /* kept */ 5 -- the last"}},
	{Name: "backslash_characters", SQL: []string{"SET NAMES gbk", "CREATE PROCEDURE p() SELECT '\xb1\x5c', 1", "SET NAMES sjis", "CREATE PROCEDURE q() SELECT '\x95\x5c', ';'", "SET NAMES utf8mb4", "CREATE TABLE t (a varchar(9) CHARACTER SET gbk)", "INSERT INTO t VALUES (_binary 0xB15C)"}},
	{Name: "many_rows", SQL: []string{"CREATE TABLE t (a int PRIMARY KEY AUTO_INCREMENT, b varchar(200))", "INSERT INTO t (b) VALUES (REPEAT('x', 200)), (REPEAT('y', 200)), (''), (NULL)",
		"INSERT INTO t (b) SELECT x.b FROM t x, t y, t z, t q", "INSERT INTO t (b) SELECT x.b FROM t x, (SELECT 1 FROM t LIMIT 80) y", "CREATE TABLE nobody (a int)"}},
}

func theCorpusIsRestored(t *testing.T, w *world, client string) {
	for _, o := range append(oddities.Corpus(), more...) {
		if !o.For(w.mariadb()) || o.Refused != "" {
			continue
		}
		t.Run(o.Name, func(t *testing.T) {
			w := newWorld(t, w.c)
			u := w.database("ugly_"+o.Name, o.SQL...)
			before, err := objects.Read(w.ctx, w.atParis, u)
			if err != nil {
				t.Fatal(err)
			}
			text := w.dump(u, archive.Plan{})
			w.restore(client, text)
			after, err := objects.Read(w.ctx, w.atGra, u)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range objects.Compare(before, after) {
				t.Error(d)
			}
			for _, d := range w.differences(u) {
				t.Error(d)
			}
			for i, table := range before.Tables {
				if after.Tables[i].AutoIncrement != table.AutoIncrement {
					t.Errorf("table %s counts on from %d, and from %d where it was restored", table.Name, table.AutoIncrement, after.Tables[i].AutoIncrement)
				}
			}
			for i, s := range before.Sequences {
				if after.Sequences[i].Next != s.Next || after.Sequences[i].Round != s.Round {
					t.Errorf("sequence %s goes on with %s, and with %s where it was restored", s.Name, s.Next, after.Sequences[i].Next)
				}
			}
		})
	}
}

// dump dumps a unit at paris, and gives the text, whose checksum is the one that lies beside the file.
func (w *world) dump(u unit.Unit, p archive.Plan) []byte {
	w.t.Helper()
	folder := w.t.TempDir()
	p.From, p.Unit = w.paris, u
	file, err := archive.NewFolder(folder).Write(w.ctx, "x"+archive.Suffix, p)
	if err != nil {
		w.t.Fatal(err)
	}
	zipped, err := os.ReadFile(filepath.Join(folder, file.Name))
	if err != nil {
		w.t.Fatal(err)
	}
	sum := sha256.Sum256(zipped)
	beside, err := os.ReadFile(filepath.Join(folder, file.Name+".sha256"))
	if want := hex.EncodeToString(sum[:]) + "  " + file.Name + "\n"; err != nil || string(beside) != want || file.SHA256 != want[:64] || file.Bytes != int64(len(zipped)) {
		w.t.Errorf("the dump says %v, and beside it is %q (%v), want %q of %d bytes", file, beside, err, want, len(zipped))
	}
	return unzipped(w.t, zipped)
}

func unzipped(t testing.TB, zipped []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(zipped))
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if _, err := text.ReadFrom(r); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

// restore has a client restore a dump at gra, with the options of the documented command.
func (w *world) restore(client string, text []byte) {
	w.t.Helper()
	_, command, _ := strings.Cut(archive.Restore(w.atGra.Flavor()), " | ")
	options := strings.TrimPrefix(strings.TrimPrefix(command, "mariadb "), "mysql ")
	if told, err := w.client(client, text, strings.Fields(options)...); err != nil {
		w.t.Fatalf("%v: %s", err, told)
	}
}

func (w *world) client(client string, text []byte, options ...string) (told string, err error) {
	host, port, err := net.SplitHostPort(w.gra.Address)
	if err != nil {
		return "", err
	}
	options = append(options, "--host="+host, "--port="+port, "--protocol=tcp", "--user="+w.gra.User)
	cmd := exec.CommandContext(w.ctx, client, append([]string{"--no-defaults"}, options...)...)
	cmd.Env = append(os.Environ(), "MYSQL_PWD="+w.gra.Password)
	cmd.Stdin = bytes.NewReader(text)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestADumpIsNotRestoredAnyhow: a client that would change it is told how to, a server that has the database keeps it, and a comment lets nobody in.
func TestADumpIsNotRestoredAnyhow(t *testing.T) {
	isNotRestoredAnyhow(t, newWorld(t, cluster.Shared(t)), "mariadb")
}

func TestMySQLADumpIsNotRestoredAnyhow(t *testing.T) {
	isNotRestoredAnyhow(t, newWorld(t, cluster.SharedMySQL(t)), cluster.MySQLProgram(t, "mysql"))
}

func isNotRestoredAnyhow(t *testing.T, w *world, client string) {
	u := w.database("kept", "CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)", "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01 00:00:00' DISABLE DO DELETE FROM t", "CREATE EVENT off ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01 00:00:00' DISABLE DO DELETE FROM t")
	w.exec(w.atParis, "CREATE USER reader@'10.%' IDENTIFIED BY 'reading'")
	t.Cleanup(func() { _ = w.c.Datacenter("paris").Primary.Exec(context.Background(), "DROP USER reader@'10.%'") })
	w.exec(w.atParis, "GRANT SELECT ON kept.* TO reader@'10.%'")
	rights, err := accounts.Read(w.ctx, w.atParis, u)
	if err != nil {
		t.Fatal(err)
	}
	text := w.dump(u, archive.Plan{
		Rights: rights, Grants: rights.OpenElsewhere(), Facts: [][2]string{{"point", "0-1-7"}},
		Enabled: objects.Enabling([]string{"ALTER DEFINER=`mover`@`%` EVENT `kept`.`e` ENABLE"}, u),
	})
	for _, words := range []string{"-- point:         0-1-7\n", "-- CREATE USER `reader`@`10.%`", "-- GRANT SELECT ON `kept`.* TO `reader`@`10.%`;\n", "-- The end: 1 tables, 1 rows of "} {
		if !bytes.Contains(text, []byte(words)) {
			t.Errorf("the dump does not say %q:\n%s", words, text)
		}
	}
	for _, options := range [][]string{{"--binary-mode", "--skip-comments"}, {"--comments"}, {}} {
		if told, err := w.client(client, text, options...); err == nil || !strings.Contains(told, "is restored with --binary-mode --comments") {
			t.Errorf("with %q the client says %q, %v", options, told, err)
		}
	}
	w.restore(client, text)
	if n := w.value(w.atGra, "SELECT COUNT(*) FROM mysql.user WHERE User = 'reader'"); n != "0" {
		t.Error("the dump has made an account")
	}
	if got := w.value(w.atGra, "SELECT GROUP_CONCAT(EVENT_NAME, ' ', STATUS ORDER BY 1) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = 'kept'"); got != "e ENABLED,off DISABLED" {
		t.Errorf("the events are %s", got)
	}
	if told, err := w.client(client, text, "--binary-mode", "--comments"); err == nil || !strings.Contains(told, "database exists") {
		t.Errorf("over a database that is there the client says %q, %v", told, err)
	}
	if n := w.value(w.atGra, "SELECT COUNT(*) FROM kept.t"); n != "1" {
		t.Errorf("there are %s rows", n)
	}
}

// TestADumpThatFailsLeavesNothing: where nothing can be written the error says why, and the folder has no half of it.
func TestADumpThatFailsLeavesNothing(t *testing.T) {
	w := newWorld(t, cluster.Shared(t))
	u := w.database("kept", "CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)")
	folder := t.TempDir()
	_, err := archive.NewFolder(folder).Write(w.ctx, "x"+archive.Suffix, archive.Plan{From: w.paris, Unit: u, Wait: func(context.Context) error { return fmt.Errorf("enough") }})
	told(t, err, "enough")
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("there is %v, %v", left, err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = archive.NewFolder(file).Write(w.ctx, "x"+archive.Suffix, archive.Plan{From: w.paris, Unit: u})
	told(t, err, "not a directory")
	if err := os.Symlink("/dev/full", filepath.Join(folder, "x"+archive.Suffix+".part")); err != nil { // what is written there finds no room
		t.Fatal(err)
	}
	_, err = archive.NewFolder(folder).Write(w.ctx, "x"+archive.Suffix, archive.Plan{From: w.paris, Unit: u})
	told(t, err, "no space left on device")
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("there is %v, %v", left, err)
	}
}
