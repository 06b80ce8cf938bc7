package moves

import (
	"database/sql"
	"strings"
	"testing"
)

// TestWhatIsInTheWayIsToldBefore: a dry run changes nothing and names each obstacle, and a move ends where it finds one.
func TestWhatIsInTheWayIsToldBefore(t *testing.T) {
	w := newWorld(t, "")
	for _, c := range []struct {
		cluster, begin, end string
		class, says         string
	}{
		{"gra", "CREATE DATABASE blog", "DROP DATABASE blog", "exists", "the target has a database blog already"},
		{"paris", "SET GLOBAL binlog_format = MIXED", "SET GLOBAL binlog_format = ROW", "binary log", "binlog_format of the source is MIXED"},
		{"gra", "SET GLOBAL binlog_row_image = MINIMAL", "SET GLOBAL binlog_row_image = FULL", "binary log", "binlog_row_image of the target is MINIMAL"},
		{"paris", "CREATE TABLE shop_other (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES blog.accounts (id))", "DROP TABLE shop_other", "foreign keys", "refers to blog.accounts"},
	} {
		begin, end := c.begin, c.end
		if c.class == "foreign keys" {
			begin, end = "CREATE TABLE test_border.other (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES blog.accounts (id))", "DROP DATABASE test_border"
			w.on("paris", "CREATE DATABASE test_border")
		}
		w.on(c.cluster, begin)
		found := false
		for _, row := range w.proxy.Ask("MOVE DATABASE blog TO gra DRY RUN") {
			found = found || row["item"] == "obstacle" && row["class"] == c.class && strings.Contains(row["detail"], c.says)
		}
		if !found {
			t.Errorf("%s: a dry run does not tell", begin)
		}
		w.on(c.cluster, end)
	}
	if rows := w.proxy.Ask("SHOW MOVES"); len(rows) > 0 {
		t.Errorf("a dry run has left %v", rows)
	}
	for _, order := range []string{"MOVE DATABASE blog TO paris", "MOVE DATABASE blog TO nowhere", "MOVE DATABASE nothing TO gra"} {
		if rows, err := w.proxy.Try(order); err == nil {
			t.Errorf("%s: %v", order, rows)
		}
	}
	w.on("paris", "SET GLOBAL binlog_format = MIXED")
	w.proxy.Ask("MOVE DATABASE blog TO gra")
	w.proxy.Await("the move has failed", patience, func() bool { return w.move()["status"] == "failed" })
	if m := w.move(); m["class"] != "binary log" || w.number("gra", "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'blog'") != 0 {
		t.Errorf("a move that could not be made: %v", m)
	}
}

// TestAnOpenTransactionIsWaitedFor: a switch that it keeps from happening is given up without an error at anybody, and tried again; the move says who it is.
func TestAnOpenTransactionIsWaitedFor(t *testing.T) {
	w := newWorld(t, "")
	l := w.start(2, 1)
	db := w.Open(t, w.web, w.proxy.Address, w.database)
	tx, err := db.BeginTx(t.Context(), nil)
	if err == nil {
		_, err = tx.Exec("INSERT INTO posts (writer, n) VALUES (99, 1)")
	}
	if err != nil {
		t.Fatal(err)
	}
	w.proxy.Ask("MOVE DATABASE blog TO gra")
	w.proxy.Await("a switch was given up", patience, func() bool { return w.move()["tries"] != "0" })
	if m := w.move(); m["class"] != "clients" || !strings.Contains(m["problem"], "still has 1 clients at work: client ") {
		t.Errorf("the move says %v", m)
	}
	l.more()
	if err := tx.Commit(); err != nil {
		t.Errorf("the transaction: %v", err)
	}
	t.Log(describe(w.await("reversible")))
	l.judge("gra")
	if n := w.number("gra", "SELECT COUNT(*) FROM blog.posts WHERE writer = 99"); n != 1 {
		t.Errorf("what the transaction has written is there %d times", n)
	}
}

// TestAMoveIsTakenBackBeforeItsSwitch: the target has nothing of it then, and may have it another time.
func TestAMoveIsTakenBackBeforeItsSwitch(t *testing.T) {
	w := newWorld(t, "")
	l := w.start(2, 1)
	db := w.Open(t, w.web, w.proxy.Address, w.database)
	tx, err := db.BeginTx(t.Context(), nil) // so that it does not switch
	if err == nil {
		_, err = tx.Exec("UPDATE accounts SET money = money WHERE id = 1")
	}
	if err != nil {
		t.Fatal(err)
	}
	w.proxy.Ask("MOVE DATABASE blog TO gra")
	w.proxy.Await("a switch was given up", patience, func() bool { return w.move()["tries"] != "0" })
	w.proxy.Ask("ROLLBACK MOVE blog")
	w.proxy.Await("the move is taken back", patience, func() bool { return w.move()["state"] == "aborted" })
	if err := tx.Commit(); err != nil {
		t.Error(err)
	}
	if n := w.number("gra", "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'blog'"); n != 0 {
		t.Error("the target still has the database")
	}
	l.more()
	w.proxy.Ask("MOVE DATABASE blog TO gra")
	w.await("reversible")
	l.more()
	w.proxy.Ask("FINISH MOVE blog")
	w.await("done")
	if n := w.number("paris", "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'blog'"); n != 0 {
		t.Error("the old home still has the database")
	}
	l.judge("gra")
}

// TestSessionsComeAlong: variables, prepared statements, the last id and the schema are as they were on the other cluster; what cannot come along keeps the switch back.
func TestSessionsComeAlong(t *testing.T) {
	w := newWorld(t, "")
	db := w.Open(t, w.web, w.proxy.Address, w.database)
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	run := func(query string) {
		t.Helper()
		if _, err := conn.ExecContext(t.Context(), query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	run("SET @page = 7, SESSION sql_mode = 'ANSI_QUOTES', NAMES latin1")
	prepared, err := conn.PrepareContext(t.Context(), "INSERT INTO posts (writer, n) VALUES (?, ?)")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := prepared.Exec(50, 1); err != nil {
		t.Fatal(err)
	}
	run("CREATE TEMPORARY TABLE basket (id INT)")
	w.proxy.Ask("MOVE DATABASE blog TO gra")
	w.proxy.Await("a switch was given up", patience, func() bool { return w.move()["tries"] != "0" })
	if m := w.move(); !strings.Contains(m["problem"], "temporary table") {
		t.Errorf("the move says %v", m)
	}
	run("DROP TEMPORARY TABLE basket")
	w.await("reversible")
	var page int
	var mode, schema, charset string
	var last int64
	if err := conn.QueryRowContext(t.Context(), "SELECT @page, @@sql_mode, DATABASE(), @@character_set_client, LAST_INSERT_ID()").Scan(&page, &mode, &schema, &charset, &last); err != nil {
		t.Fatal(err)
	}
	if page != 7 || mode != "ANSI_QUOTES" || schema != "blog" || charset != "latin1" || last == 0 {
		t.Errorf("after the switch the session has %d, %s, %s, %s, %d", page, mode, schema, charset, last)
	}
	result, err := prepared.Exec(50, 2)
	if err != nil {
		t.Fatalf("the prepared statement: %v", err)
	}
	if id, err := result.LastInsertId(); err != nil || id <= last {
		t.Errorf("the next id is %d after %d (%v)", id, last, err)
	}
	if n := w.number("gra", "SELECT COUNT(*) FROM blog.posts WHERE writer = 50"); n != 2 {
		t.Errorf("gra has %d rows", n)
	}
}

// TestADefinitionAfterTheSwitchEndsTheWayBack: the move says so at once, and refuses to go back; the new home goes on.
func TestADefinitionAfterTheSwitchEndsTheWayBack(t *testing.T) {
	w := newWorld(t, "")
	w.proxy.Ask("MOVE DATABASE blog TO gra")
	w.await("reversible")
	db := w.Open(t, w.web, w.proxy.Address, w.database)
	w.must(db, "ALTER TABLE posts ADD COLUMN title VARCHAR(50)")
	w.proxy.Await("the way back has ended", patience, func() bool { return w.move()["stranded"] != "" })
	if _, err := w.proxy.Try("ROLLBACK MOVE blog"); err == nil || !strings.Contains(err.Error(), "there is no way back for blog") {
		t.Errorf("it goes back: %v", err)
	}
	w.must(db, "INSERT INTO posts (writer, n, title) VALUES (1, 1, 'hello')")
	w.proxy.Ask("FINISH MOVE blog")
	w.await("done")
	w.proxy.Ask("MOVE DATABASE blog TO paris") // which is the way back then
	w.await("reversible")
	if n := w.number("paris", "SELECT COUNT(*) FROM blog.posts WHERE title = 'hello'"); n != 1 {
		t.Errorf("paris has %d rows", n)
	}
}

func (w *world) must(db *sql.DB, query string) {
	w.t.Helper()
	if _, err := db.ExecContext(w.t.Context(), query); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
}
