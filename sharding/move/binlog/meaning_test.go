package binlog_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"shunt/sharding/move/binlog"
)

// follow gives a follower that ends with the test.
func (w *world) follow(unit binlog.Unit, after binlog.Position) *binlog.Follower {
	w.t.Helper()
	f := w.source.Follow(unit, after)
	w.t.Cleanup(f.Close)
	return f
}

// session runs statements on a connection of the source of its own, and returns what runs more on it.
func (w *world) session(statements ...string) func(...string) {
	w.t.Helper()
	conn, err := w.from.Open("root", "").Conn(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	run := func(statements ...string) {
		w.t.Helper()
		for _, sql := range statements {
			if _, err := conn.ExecContext(w.t.Context(), sql); err != nil {
				w.t.Fatalf("%s: %v", sql, err)
			}
		}
	}
	run(statements...)
	return run
}

// until reads transactions up to the marker of the epoch, those without changes left out.
func (w *world) until(f *binlog.Follower) (list []binlog.Transaction, err error) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
	defer cancel()
	for {
		t, err := f.Next(ctx)
		if err != nil {
			return list, err
		}
		for _, c := range t.Changes {
			if c.Kind == binlog.Marker && c.Epoch == epoch {
				return list, nil
			}
		}
		if len(t.Changes) > 0 {
			list = append(list, t)
		}
	}
}

// told writes transactions as text: the kinds of their changes and the tables.
func told(list []binlog.Transaction) string {
	var all []string
	for _, t := range list {
		var changes []string
		for _, c := range t.Changes {
			word := fmt.Sprintf("%s %s", c.Kind, c.Table.Name)
			if c.Harmless {
				word = "harmless " + word
			}
			changes = append(changes, strings.TrimSpace(word))
		}
		all = append(all, strings.Join(changes, ", "))
	}
	return strings.Join(all, "; ")
}

func whatIsTold(t *testing.T, p *pair) {
	w := p.world(t)
	w.both("CREATE TABLE shop.a (id INT PRIMARY KEY)", "CREATE TABLE shop.b (id INT)", "CREATE TABLE other.a (id INT)", "CREATE TABLE shop.my (id INT) ENGINE = MyISAM", "CREATE TABLE shop.c (id INT PRIMARY KEY, n INT)")
	w.begin()
	for _, c := range []struct {
		name, want string
		statements []string
	}{
		{"a transaction is whole and in order", "insert a, insert b, update a, delete b",
			[]string{"BEGIN", "INSERT INTO shop.a VALUES (1)", "INSERT INTO shop.b VALUES (1)", "INSERT INTO other.a VALUES (1)", "UPDATE shop.a SET id = 2", "DELETE FROM shop.b", "COMMIT"}},
		{"what was rolled back is not there", "insert b", []string{"BEGIN", "INSERT INTO shop.b VALUES (1)", "SAVEPOINT x", "INSERT INTO shop.b VALUES (2)", "ROLLBACK TO x", "COMMIT", "BEGIN", "DELETE FROM shop.a", "ROLLBACK"}},
		{"other databases are not told", "insert b", []string{"INSERT INTO other.a VALUES (5)", "INSERT INTO shop.b VALUES (2)", "USE shop", "CREATE TABLE other.x (id INT)", "DROP TABLE other.x"}},
		{"a table that is emptied", "truncate b", []string{"TRUNCATE shop.b"}},
		{"definitions", "definition a; definition new; definition new, definition newer; definition newer; definition b; definition b",
			[]string{"ALTER TABLE shop.a ADD n INT", "USE shop", "CREATE TABLE new AS SELECT * FROM other.a WHERE FALSE", "RENAME TABLE new TO newer", "DROP TABLE newer", "CREATE INDEX i ON b (id)", "USE other", "ALTER TABLE shop.b DROP INDEX i"}},
		{"what leaves rows as they are", "harmless definition v; harmless definition v",
			[]string{"CREATE VIEW shop.v AS SELECT * FROM shop.a", "DROP VIEW shop.v"}},
		{"CREATE … SELECT", "definition s, insert s, insert s", []string{"CREATE TABLE shop.s (id INT) SELECT 1 AS id UNION SELECT 2"}},
		{"temporary tables", "insert b", []string{"CREATE TEMPORARY TABLE shop.tmp (id INT)", "INSERT INTO shop.tmp VALUES (1)", "DROP TEMPORARY TABLE shop.tmp", "INSERT INTO shop.b VALUES (3)"}},
		{"XA counts when it is committed", "insert b; insert a", []string{"XA START 'x', 'y', 5", "INSERT INTO shop.a (id) VALUES (100)", "XA END 'x', 'y', 5", "XA PREPARE 'x', 'y', 5", "XA COMMIT 'x', 'y', 5"}},
		{"XA that is rolled back", "insert b", []string{"XA START 'x'", "INSERT INTO shop.a (id) VALUES (101)", "XA END 'x'", "XA PREPARE 'x'", "XA ROLLBACK 'x'", "INSERT INTO shop.b VALUES (101)"}},
		{"XA in one phase", "insert a", []string{"XA START 'x'", "INSERT INTO shop.a (id) VALUES (102)", "XA END 'x'", "XA COMMIT 'x' ONE PHASE"}},
		{"a rollback to a savepoint with a table that has none", "insert my; insert a, insert b, definition b",
			[]string{"BEGIN", "INSERT INTO shop.a (id) VALUES (200)", "SAVEPOINT p", "INSERT INTO shop.b VALUES (200)", "INSERT INTO shop.my VALUES (1)", "ROLLBACK TO p", "COMMIT"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := w.follow(w.unit, w.now())
			if strings.HasPrefix(c.want, "insert b; insert a") { // while it is prepared, others commit
				last := len(c.statements) - 1
				prepared := w.session(c.statements[:last]...)
				w.from.Exec("INSERT INTO shop.b VALUES (77)")
				prepared(c.statements[last])
			} else {
				w.from.Exec(c.statements...)
			}
			w.mark()
			list, err := w.until(f)
			if got := told(list); err != nil || got != c.want {
				t.Errorf("told is %q, want %q; error %v", got, c.want, err)
			}
		})
	}
	t.Run("a module is some of the tables", func(t *testing.T) {
		module := w.follow(binlog.Unit{Name: "shop", Database: "shop", Has: func(table string) bool { return table == "b" }}, w.now())
		w.from.Exec("BEGIN", "INSERT INTO shop.a (id) VALUES (7)", "INSERT INTO shop.b VALUES (7)", "COMMIT", "INSERT INTO shop.a (id) VALUES (8)", "ALTER TABLE shop.a ADD m INT")
		w.mark()
		list, err := w.until(module)
		if got := told(list); err != nil || got != "insert b" {
			t.Errorf("told is %q, error %v", got, err)
		}
	})
	for _, c := range []struct {
		name       string
		want       error
		statements []string
	}{
		{"a change that was logged as a statement", binlog.ErrStatementFormat, []string{"SET SESSION binlog_format = STATEMENT", "INSERT INTO shop.b VALUES (9)"}},
		{"a statement whose tables nobody knows", binlog.ErrStatementFormat, []string{"SET GLOBAL log_bin_trust_function_creators = 1", "CREATE FUNCTION shop.f() RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO b VALUES (10); RETURN 1; END", "SET SESSION binlog_format = STATEMENT", "USE shop", "DO f()"}},
		{"a change without all columns", binlog.ErrPartialImage, []string{"SET SESSION binlog_row_image = MINIMAL", "INSERT INTO shop.c VALUES (1, 1)", "UPDATE shop.c SET n = 5"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.begin()
			w.session(c.statements...)
			w.mark()
			if _, err := w.apply(); !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
		})
	}
}

func preparedTransactionsSurviveAResume(t *testing.T, p *pair) {
	w := p.world(t)
	w.both("CREATE TABLE shop.a (id INT PRIMARY KEY)")
	before := w.now()
	prepared := w.session("XA START 'x'", "INSERT INTO shop.a VALUES (1)", "XA END 'x'", "XA PREPARE 'x'")
	w.from.Exec("INSERT INTO shop.a VALUES (2)")

	f := w.follow(w.unit, before)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	first, err := f.Next(ctx)
	for err == nil && len(first.Changes) == 0 {
		first, err = f.Next(ctx)
	}
	if err != nil || told([]binlog.Transaction{first}) != "insert a" {
		t.Fatalf("%v, error %v", first, err)
	}
	f.Close()
	prepared("XA COMMIT 'x'")
	w.begin()
	w.mark()

	t.Run("from the position that was told", func(t *testing.T) {
		again, err := w.until(w.follow(w.unit, first.Position))
		if err != nil || told(again) != "insert a" {
			t.Errorf("told is %q, error %v; the position is %v", told(again), err, first.Position)
		}
	})
	t.Run("a position alone does not say what was prepared before it", func(t *testing.T) {
		bare, err := binlog.ParsePosition(0, strings.Split(first.Position.String(), ";")[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.until(w.follow(w.unit, bare)); !errors.Is(err, binlog.ErrUnknownXA) {
			t.Errorf("error %v", err)
		}
		if list, err := w.until(w.follow(w.unit, bare.After(before))); err != nil || told(list) != "insert a" {
			t.Errorf("told is %q, error %v", told(list), err)
		}
	})
}
