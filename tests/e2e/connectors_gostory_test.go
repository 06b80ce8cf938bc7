package e2e

import (
	"bytes"
	"context"
	"crypto/md5"
	"database/sql"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

func (g *goStory) connect() {
	g.say("== connect")
	var err error
	if g.db, err = g.another(func(*mysql.Config) {}); err != nil {
		g.t.Fatal(err)
	}
	g.run("SELECT VERSION(), CURRENT_USER(), DATABASE(), @@character_set_client, @@collation_connection")
	id := g.value(g.db, "SELECT CONNECTION_ID()")
	for range 5 {
		if again := g.value(g.db, "SELECT CONNECTION_ID()"); again != id {
			g.say("the connection id changes")
		}
	}
	for _, wrong := range []struct {
		what string
		edit func(*mysql.Config)
	}{
		{"a wrong password", func(o *mysql.Config) { o.Passwd = "wrong" }},
		{"no password", func(o *mysql.Config) { o.Passwd = "" }},
		{"an unknown database", func(o *mysql.Config) { o.DBName = "shop_nowhere" }},
		{"a forbidden database", func(o *mysql.Config) { o.DBName = "mysql" }},
		{"an unknown account", func(o *mysql.Config) { o.User = "nobody" }},
		{"an unknown variable", func(o *mysql.Config) { o.Params = map[string]string{"nonsense": "1"} }},
	} {
		_, err := g.another(wrong.edit)
		g.say("%s: %v", wrong.what, orOK(err))
	}
	tuned, err := g.another(func(o *mysql.Config) {
		o.Collation, o.ClientFoundRows, o.Params = "latin1_german1_ci", true, map[string]string{"sql_mode": "'ANSI'", "time_zone": "'+05:00'"}
	})
	if err != nil {
		g.t.Fatal(err)
	}
	g.say("%s", g.value(tuned, "SELECT CONCAT(@@sql_mode, ' ', @@time_zone, ' ', @@collation_connection)"))
}

func (g *goStory) values() {
	g.say("== values")
	g.exec("CREATE TABLE kinds (id INT PRIMARY KEY AUTO_INCREMENT, b BIGINT UNSIGNED, d DECIMAL(30,10), f DOUBLE, s FLOAT, day DATE, at DATETIME(6), took TIME(3), y YEAR, bits BIT(9)," +
		" e ENUM('one','two'), m SET('a','b','c'), t VARCHAR(50), raw VARBINARY(300), j JSON, flag BOOL, small SMALLINT UNSIGNED)")
	at := time.Date(2024, 2, 29, 23, 59, 59, 999999000, time.UTC)
	const insert = "INSERT INTO kinds (b, d, f, s, day, at, took, y, bits, e, m, t, raw, j, flag, small) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	g.exec(insert, uint64(1<<64-1), "12345678901234567890.0123456789", 1.5e300, 0.25, at, at, "-99:59:59.999", 1999, []byte{1, 1}, "two", "a,c", "grüße 🚲 'quoted\\' \x00 ?", allBytes(1), `{"a": [1, null]}`, true, 65535)
	g.exec(insert, make([]any, 16)...)
	g.exec(insert, 0, "-0.5", -0.5, -0.25, "1000-01-01", "9999-12-31", "00:00:00", 1901, []byte{0, 0}, "one", "", "", []byte{}, "[]", false, 0)
	g.run("SELECT * FROM kinds ORDER BY id")
	g.run("SELECT * FROM kinds WHERE id >= ? ORDER BY id", 1)
	g.run("SELECT id FROM kinds WHERE t = ? AND raw = ? AND at = ?", "grüße 🚲 'quoted\\' \x00 ?", allBytes(1), at)
}

func allBytes(times int) []byte {
	var all [256]byte
	for i := range all {
		all[i] = byte(i)
	}
	return bytes.Repeat(all[:], times)
}

func (g *goStory) prepared() {
	g.say("== prepared")
	st, err := g.db.PrepareContext(g.ctx, "SELECT id, ? + 1 AS more, ? AS same FROM kinds WHERE id > ? ORDER BY id LIMIT 2")
	if err != nil {
		g.t.Fatal(err)
	}
	for _, given := range [][]any{{1, "x", 0}, {2.5, nil, 2}, {"3", []byte{0, 255}, 100}, {time.Unix(0, 0).UTC(), true, 0}} {
		rows, err := st.QueryContext(g.ctx, given...)
		if err != nil {
			g.say("%s", refusal(err))
			continue
		}
		g.show(rows)
		if err := rows.Close(); err != nil {
			g.say("%s", refusal(err))
		}
	}
	if _, err := st.QueryContext(g.ctx, 1); err != nil {
		g.say("%v", err)
	}
	g.say("close: %v", st.Close())
	g.run("SELEC ?", 1)
	g.run("SELECT * FROM nowhere WHERE a = ?", 1)
	sum := 0
	for i := range 300 {
		n, err := strconv.ParseFloat(g.value(g.db, "SELECT "+strconv.Itoa(i)+" + ?", 1), 64)
		if err != nil {
			g.t.Fatal(err)
		}
		sum += int(n)
	}
	g.say("three hundred statements: %d", sum)
}

func (g *goStory) blobs() {
	g.say("== blobs")
	g.exec("CREATE TABLE files (id INT PRIMARY KEY AUTO_INCREMENT, body LONGBLOB)")
	// The driver sends a long parameter in pieces; those of the longest value are, together, as long as the server allows.
	for _, body := range [][]byte{{}, {0}, allBytes(4), allBytes(12 << 10), allBytes(1 << 16)} {
		g.exec("INSERT INTO files (body) VALUES (?)", body)
		var back []byte
		var digest string
		err := g.db.QueryRowContext(g.ctx, "SELECT body, MD5(body) FROM files WHERE id = LAST_INSERT_ID() AND LENGTH(body) = ?", len(body)).Scan(&back, &digest)
		sum := md5.Sum(body)
		g.say("%d bytes are the same: %v %v %v", len(body), bytes.Equal(back, body), digest == hexOf(sum[:]), orOK(err))
		if err := g.db.PingContext(g.ctx); err != nil { // a server that found the packet too long has closed the connection
			if g.db, err = g.another(func(*mysql.Config) {}); err != nil {
				g.t.Fatal(err)
			}
		}
	}
}

func hexOf(b []byte) string {
	const digits = "0123456789abcdef"
	var out strings.Builder
	for _, c := range b {
		out.WriteByte(digits[c>>4])
		out.WriteByte(digits[c&15])
	}
	return out.String()
}

func (g *goStory) transactions() {
	g.say("== transactions")
	g.exec("CREATE TABLE accounts (id INT PRIMARY KEY, money INT NOT NULL)")
	g.exec("INSERT INTO accounts VALUES (1, 100), (2, 0)")
	other, err := g.another(func(*mysql.Config) {})
	if err != nil {
		g.t.Fatal(err)
	}
	for _, end := range []func(*sql.Tx) error{(*sql.Tx).Rollback, (*sql.Tx).Commit} {
		tx, err := g.db.BeginTx(g.ctx, nil)
		if err != nil {
			g.t.Fatal(err)
		}
		for _, q := range []string{"UPDATE accounts SET money = money - 10 WHERE id = 1", "SAVEPOINT here", "DELETE FROM accounts", "ROLLBACK TO SAVEPOINT here", "ROLLBACK TO SAVEPOINT nowhere"} {
			_, err := tx.ExecContext(g.ctx, q)
			g.say("> %s: %v", q, orOK(err))
		}
		// FOR SHARE would wait; in a transaction of its own it is not asked of a replica, which need not have the table yet.
		seen, err := other.BeginTx(g.ctx, nil)
		if err != nil {
			g.t.Fatal(err)
		}
		var money int
		g.say("another sees: %v %d", orOK(seen.QueryRowContext(g.ctx, "SELECT money FROM accounts WHERE id = 1").Scan(&money)), money)
		g.say("end: %v %v", orOK(seen.Rollback()), orOK(end(tx)))
		g.run("SELECT * FROM accounts ORDER BY id")
	}
	for _, o := range []sql.TxOptions{{ReadOnly: true}, {Isolation: sql.LevelReadCommitted}, {Isolation: sql.LevelSerializable, ReadOnly: true}} {
		tx, err := g.db.BeginTx(g.ctx, &o)
		if err != nil {
			g.t.Fatal(err)
		}
		_, err = tx.ExecContext(g.ctx, "UPDATE accounts SET money = 1 WHERE id = 2")
		var level string
		err2 := tx.QueryRowContext(g.ctx, "SELECT CONCAT(@@tx_isolation, ' ', @@tx_read_only)").Scan(&level)
		g.say("%+v: %v %s %v %v", o, orOK(err), level, orOK(err2), orOK(tx.Rollback()))
	}
	stale := 0
	for i := range 50 {
		g.value(g.db, "UPDATE accounts SET money = ? WHERE id = 1", i)
		if g.value(g.db, "SELECT money FROM accounts WHERE id = ?", 1) != strconv.Itoa(i) {
			stale++
		}
	}
	g.say("stale reads: %d", stale)
}

// orOK is an error as it is printed: "ok" if there is none.
func orOK(err error) string {
	if err == nil {
		return "ok"
	}
	return refusal(err)
}

func (g *goStory) errors() {
	g.say("== errors")
	g.exec("CREATE TABLE parts (id INT PRIMARY KEY, of INT NOT NULL, name VARCHAR(5), FOREIGN KEY (of) REFERENCES accounts (id))")
	for _, q := range []string{
		"INSERT INTO accounts VALUES (1, 1)", "SELEC 1", "SELECT nope FROM accounts", "SELECT * FROM nowhere", "INSERT INTO parts VALUES (1, 99, 'x')", "INSERT INTO parts VALUES (1, NULL, NULL)",
		"INSERT INTO parts VALUES (1, 1, 'too long')", "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'grüße', MYSQL_ERRNO = 30001", "SELECT 1 / 0", "SHOW WARNINGS", "SET nonsense = 1", "USE shop_nowhere",
		"CALL nowhere()", "SELECT 'still here'",
	} {
		g.run(q)
		g.exec(q)
	}
	g.exec("INSERT INTO accounts VALUES (?, 1)", 1)
}

func (g *goStory) results() {
	g.say("== results")
	g.run("SELECT 1; SELECT 2 AS b; SELECT nope; SELECT 3")
	g.run("SELECT 'still here'; SELECT COUNT(*) FROM accounts")
	g.exec("UPDATE accounts SET money = 7; UPDATE accounts SET money = 8")
	g.exec("CREATE PROCEDURE two(IN a INT, OUT b INT) BEGIN SET b = a * 2; SELECT a AS first; SELECT id, money FROM accounts; END")
	g.run("CALL two(21, @b)")
	g.run("CALL two(?, @b)", 21)
	g.run("SELECT @b")
	g.exec("CREATE PROCEDURE failing() BEGIN SELECT 1; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'in the middle'; END")
	g.run("CALL failing()")
	g.exec("CALL failing()")
	rows, err := g.db.QueryContext(g.ctx, "SELECT seq, REPEAT('x', 30) FROM seq_1_to_100000 WHERE seq > ?", 0)
	if err != nil {
		g.t.Fatal(err)
	}
	defer rows.Close()
	count, sum := 0, 0
	for rows.Next() {
		var n int
		var text string
		if err := rows.Scan(&n, &text); err != nil {
			g.t.Fatal(err)
		}
		count, sum = count+1, sum+n+len(text)
	}
	g.say("%d rows, sum %d, %v", count, sum, orOK(rows.Err()))
}

func (g *goStory) file() {
	g.say("== a file of the client")
	mysql.RegisterReaderHandler("story", func() io.Reader { return strings.NewReader("1\tgrüße\n2\t\\N\n2\tdouble\n") })
	defer mysql.DeregisterReaderHandler("story")
	g.exec("CREATE TABLE names (id INT PRIMARY KEY, name VARCHAR(50))")
	g.exec("LOAD DATA LOCAL INFILE 'Reader::story' INTO TABLE names CHARACTER SET utf8mb4")
	g.run("SHOW WARNINGS")
	g.run("SELECT * FROM names ORDER BY id")
}

// endless runs until it is killed. A SLEEP would not do: killed at the wrong moment, it ends without an error.
const endless = "SELECT SUM(seq % 7) FROM seq_1_to_1000000000000"

func (g *goStory) session() {
	g.say("== session")
	g.exec("INSERT INTO kinds (t) VALUES ('last'), ('very last')")
	g.run("SELECT LAST_INSERT_ID()")
	g.exec("UPDATE kinds SET t = 'last' WHERE t LIKE '%last'")
	g.run("SELECT SQL_CALC_FOUND_ROWS id FROM kinds LIMIT 1")
	g.run("SELECT FOUND_ROWS()")
	g.exec("SET @mine = 'grüße', time_zone = '+05:00'")
	g.exec("CREATE TEMPORARY TABLE scratch SELECT 1 AS one")
	g.run("SELECT @mine, @@time_zone, one FROM scratch")
	g.exec("DROP TEMPORARY TABLE scratch")
	g.say("ping %v", orOK(g.db.PingContext(g.ctx)))
	g.run("SELECT seq FROM seq_1_to_1000000000000 LIMIT 1") // a KILL while the server finds the table out is another error
	// A context that ends closes the connection, whose statement a server then ends.
	short, cancel := context.WithTimeout(g.ctx, 200*time.Millisecond)
	defer cancel()
	_, err := g.db.ExecContext(short, "DO SLEEP(60)")
	g.say("a context that ends: %v", errors.Is(err, context.DeadlineExceeded))
	killer, err := g.another(func(*mysql.Config) {})
	if err != nil {
		g.t.Fatal(err)
	}
	victim, err := g.another(func(*mysql.Config) {})
	if err != nil {
		g.t.Fatal(err)
	}
	id, told := g.value(victim, "SELECT CONNECTION_ID()"), ""
	for tries := 0; told != killedWhileRunning && tries < 50; tries++ { // a KILL that strikes while the server still opens the table is another error
		told = g.killed(victim, killer, id)
	}
	g.say("KILL QUERY: %s", told)
	g.say("and then: %s", g.value(victim, "SELECT 'still here'"))
}

// killedWhileRunning is what killed tells of a statement that a KILL QUERY has ended as it should.
const killedWhileRunning = "the statement ended"

// killed runs an endless statement, kills it until it ends, and tells how.
func (g *goStory) killed(victim, killer *sql.Conn, id string) string {
	ended := make(chan string, 1)
	go func() { ended <- g.value(victim, endless) }()
	for {
		if _, err := killer.ExecContext(g.ctx, "KILL QUERY "+id); err != nil { // before it runs, that does nothing
			g.t.Fatal(err)
		}
		select {
		case told := <-ended:
			if told == "1" || strings.Contains(told, "1317") { // what it was doing at that moment decides
				return killedWhileRunning
			}
			return told
		default:
		}
	}
}
