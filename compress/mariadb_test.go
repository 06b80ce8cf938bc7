package compress_test

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	"shunt/compress"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/netloop"
	"shunt/netloop/looptest"
)

// Programs talk to a real server over a relay that has compression at its front, at its back, or at both. What they see must not
// depend on it. go-sql-driver checks the number of every packet when it does not compress, the server that of every frame.
func TestProgramsSeeNoCompression(t *testing.T) {
	t.Parallel()
	m := mysqltest.StartMariaDB(t, "--local-infile=1", "--max-allowed-packet=64M")
	ctx, cancel := context.WithCancel(t.Context())
	coroutines, ended := looptest.New(), make(chan struct{})
	go func() { defer close(ended); coroutines.Run(ctx) }()
	defer func() { cancel(); <-ended }()
	for _, c := range []struct {
		name        string
		loop        netloop.Loop
		front, back bool
	}{
		{"both sides", coroutines, true, true},
		{"client", netloop.NewGoroutines(), true, false},
		{"server", netloop.NewGoroutines(), false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &relay{server: m.Addr, algorithm: compress.Zlib, front: c.front, back: c.back, loop: c.loop}
			r.start(t)
			t.Run("go-sql-driver", func(t *testing.T) { drive(t, openDriver(t, r, m), c.back) })
			t.Run("command line", func(t *testing.T) { commandLine(t, r, m) })
			if !c.front {
				t.Run("commands sent together", func(t *testing.T) { sendTogether(t, r, m) })
			}
		})
	}
}

// openDriver opens go-sql-driver on the relay, on one connection.
func openDriver(t *testing.T, r *relay, m mysqltest.MariaDB) *sql.DB {
	t.Helper()
	dsn := fmt.Sprintf("%s:%s@tcp(%s)/test?multiStatements=true&compress=%v&maxAllowedPacket=0", m.User, m.Password, r.listenAddr, r.front)
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}

// drive sends what makes numbers jump: several results in one answer, files, long packets, more frames and packets than a byte counts.
func drive(t *testing.T, db *sql.DB, back bool) {
	ask := func(query string, want string, args ...any) {
		t.Helper()
		var got string
		if err := db.QueryRow(query, args...).Scan(&got); err != nil {
			t.Errorf("%.80s: %v", query, err)
		} else if got != want {
			t.Errorf("%.80s: got %.80q, want %.80q", query, got, want)
		}
	}
	var variable, on string
	if err := db.QueryRow("SHOW STATUS LIKE 'Compression'").Scan(&variable, &on); err != nil || (on == "ON") != back {
		t.Errorf("compression at the server is %s, %v", on, err)
	}
	ask("SELECT 'a'", "a")
	ask("SELECT REPEAT('x', 17000000)", strings.Repeat("x", 17_000_000))
	ask("SELECT LENGTH('"+strings.Repeat("z", 17_000_000)+"')", "17000000")
	ask("SELECT 'b'", "b")
	for _, rows := range []int{1, 254, 255, 300, 20_000} {
		results := fmt.Sprintf("SELECT seq, REPEAT('r', 60) FROM seq_1_to_%d; SELECT 1; SELECT seq FROM seq_1_to_%d", rows, rows)
		if got := count(t, db, results); got != 2*rows+1 {
			t.Errorf("%d rows, want %d", got, 2*rows+1)
		}
		ask("SELECT 'c'", "c")
	}
	loadFiles(t, db)
	ask("SELECT 'e'", "e")
}

// sendTogether sends several commands in one write, as shunt does to restore a session's state, and reads their answers.
func sendTogether(t *testing.T, r *relay, m mysqltest.MariaDB) {
	client, err := mysqltest.Dial(t.Context(), r.listenAddr, m.Options())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	long := "SELECT '" + noise64(300_000) + "'"
	statements := []string{"SET @a = 1", "SELECT @a", long, "SELECT 'x' UNION SELECT 'y'", "SELECT nope", "DO 1"}
	var train []byte
	for _, s := range statements {
		train, _ = mysql.AppendPacket(train, 0, append([]byte{byte(mysql.ComQuery)}, s...))
		train, _ = mysql.AppendPacket(train, 0, []byte{byte(mysql.ComStmtClose), 9, 0, 0, 0}) // has no answer
	}
	for range 3 {
		if _, err := client.Conn.Write(train); err != nil {
			t.Fatal(err)
		}
		for _, s := range statements {
			answer, err := client.ReadAnswer(mysql.ComQuery)
			if err != nil || len(answer.Results) != 1 || (answer.Results[0].Err != nil) != (s == "SELECT nope") {
				t.Fatalf("%.50s: %+v, %v", s, answer.Results, err)
			}
		}
	}
}

// noise64 is text that hardly compresses and needs no quoting.
func noise64(n int) string {
	return base64.StdEncoding.EncodeToString([]byte(noise(n)))[:n]
}

func count(t *testing.T, db *sql.DB, query string) (n int) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Errorf("%s: %v", query, err)
		return 0
	}
	defer rows.Close()
	for more := true; more; more = rows.NextResultSet() {
		for rows.Next() {
			n++
		}
	}
	if err := rows.Err(); err != nil {
		t.Errorf("%s: %v", query, err)
	}
	return n
}

// loadFiles loads files of no, few and many packets, each as the last of statements with results before it. Behind 254 of them the file begins
// with a packet that is numbered as a command is.
func loadFiles(t *testing.T, db *sql.DB) {
	for _, lines := range []int{0, 1, 700_000} {
		for _, before := range []int{0, 252} {
			driver.RegisterReaderHandler("lines", func() io.Reader { return strings.NewReader(strings.Repeat("1234567\n", lines)) })
			query := "DROP TEMPORARY TABLE IF EXISTS loaded; CREATE TEMPORARY TABLE loaded (v INT) ENGINE=MEMORY; " + strings.Repeat("DO 1; ", before) +
				"LOAD DATA LOCAL INFILE 'Reader::lines' INTO TABLE loaded IGNORE 1000000 LINES"
			if _, err := db.Exec(query); err != nil {
				t.Errorf("loading %d lines after %d results: %v", lines, before, err)
				return
			}
		}
	}
	driver.DeregisterReaderHandler("lines")
}

// commandLine runs the server's own client, whose library keeps numbers in another way.
func commandLine(t *testing.T, r *relay, m mysqltest.MariaDB) {
	path, err := exec.LookPath("mariadb")
	if err != nil {
		t.Fatal("mariadb is not installed; this test runs the server's own client. Install it: apt-get install mariadb-client")
	}
	file := filepath.Join(t.TempDir(), "lines")
	if err := os.WriteFile(file, []byte(strings.Repeat("1234567\n", 300_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	host, port, _ := strings.Cut(r.listenAddr, ":")
	args := []string{"--no-defaults", "-h" + host, "-P" + port, "-u" + m.User, "-p" + m.Password, "--local-infile=1", "--skip-ssl", "-N", "test"}
	if r.front {
		args = append(args, "--compress")
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Stdin = strings.NewReader(`SELECT 'one'; CREATE TEMPORARY TABLE file (v INT) ENGINE=MEMORY;
LOAD DATA LOCAL INFILE '` + file + `' INTO TABLE file; SELECT COUNT(*), SUM(v) FROM file;
SELECT LENGTH('` + strings.Repeat("z", 100_000) + `'); SELECT MAX(LENGTH(s)) FROM (SELECT REPEAT('w', seq) s FROM seq_1_to_3000) t;
DELIMITER //
BEGIN NOT ATOMIC SELECT 'two'; SELECT 'three'; END //
`)
	out, err := cmd.CombinedOutput()
	if want := "one\n300000\t370370100000\n100000\n3000\ntwo\nthree\n"; err != nil || string(out) != want {
		t.Errorf("%v, got %.500q, want %q", err, out, want)
	}
}
