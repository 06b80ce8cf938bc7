package moves

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shunt/tests/cluster"
)

// TestAModuleMovesUnderLoad: the tables of a module go to the other cluster, and back, while applications write them, and the rest of the database, and both in one transaction.
func TestAModuleMovesUnderLoad(t *testing.T) { moduleMovesUnderLoad(t, "mariadb") }

func TestMySQLAModuleMovesUnderLoad(t *testing.T) {
	moduleMovesUnderLoad(t, cluster.MySQLProgram(t, "mysql"), cluster.MySQL())
}

func moduleMovesUnderLoad(t *testing.T, client string, opts ...cluster.Option) {
	w := newWorld(t, "", opts...)
	w.on("paris", "CREATE TABLE blog.comments (id BIGINT PRIMARY KEY, post BIGINT, FOREIGN KEY (post) REFERENCES blog.posts (id) ON DELETE CASCADE)")
	w.proxy.Ask("ADD MODULE writing DATABASE blog TABLES ('posts', 'counts', 'comments') CLUSTER paris")
	w.obstacle("view", "latest")
	w.on("paris", "DROP VIEW blog.latest")

	l := w.start(4, 2)
	l.client(l.both)
	l.more()
	w.proxy.Ask("MOVE MODULE writing TO gra")
	t.Log(describe(w.await("reversible")))
	l.more()
	w.listed()
	w.shut("paris")
	for range 2 {
		w.proxy.Ask("ROLLBACK MOVE MODULE writing")
		m := w.await("reversible")
		t.Log(describe(m))
		l.more()
		w.listed()
		w.shut(m["from"])
	}
	l.judgeOf("gra", "paris")

	w.proxy.Ask("FINISH MOVE MODULE writing")
	w.await("done")
	for _, name := range []string{"paris", "gra"} {
		if n := w.number(name, `SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'blog' AND TABLE_NAME LIKE '\_\_shunt%'`); n > 0 {
			t.Errorf("%s has %d objects of the move", name, n)
		}
	}
	if n := w.number("paris", "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'blog'"); n != 1 {
		t.Errorf("paris has %d tables of the database", n)
	}

	w.edit("moves: {", "moves: {keep_dumps: {folder: "+t.TempDir()+"}, ")
	l = w.start(0, 2) // and home again, for good, and what was there is kept
	l.client(l.both)
	l.more()
	w.proxy.Ask("MOVE MODULE writing TO paris")
	w.await("reversible")
	l.more()
	l.judgeOf("paris", "paris")
	w.proxy.Ask("FINISH MOVE MODULE writing")
	w.await("done")
	if n := w.number("gra", "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'blog'"); n != 1 {
		t.Errorf("gra has %d databases of that name; it was there before the last move", n)
	}
	file := filepath.Join(t.TempDir(), "writing.sql.gz")
	if text, err := w.shunt(w.proxy, "moves", "dump", "writing", "--module", "--to", file); err != nil {
		t.Fatalf("%s, %v", text, err)
	}
	w.restore(client, "gra", file)
	if posts, counted := w.number("gra", "SELECT COUNT(*) FROM blog.posts"), w.number("gra", "SELECT SUM(posts) FROM blog.counts"); posts == 0 || posts != counted {
		t.Errorf("%d posts are restored, and %d were counted", posts, counted)
	}
	w.on("gra", "INSERT INTO blog.posts (writer, n) VALUES (77, 1)")
	if counted := w.number("gra", "SELECT posts FROM blog.counts WHERE writer = 77"); counted != 1 {
		t.Errorf("the trigger that is restored has counted %d", counted)
	}
}

// obstacle says that a dry run of the module's move names something that is in the way.
func (w *world) obstacle(kind, name string) {
	w.t.Helper()
	rows := w.proxy.Ask("MOVE MODULE writing TO gra DRY RUN")
	for _, row := range rows {
		if row["item"] == "obstacle" && strings.Contains(row["class"], kind) && strings.Contains(row["detail"], name) {
			return
		}
	}
	w.t.Errorf("the %s %s is no obstacle: %v", kind, name, rows)
}

// both leaves a number and pays in one transaction: the tables of one are in the module, those of the other are not.
func (l *load) both(db *sql.DB) error {
	ctx := context.Background()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing, when it was committed
	for _, sql := range []string{
		"INSERT INTO posts (writer, n, body) SELECT 1000, COALESCE(MAX(n), 0) + 1, 'both' FROM posts WHERE writer = 1000 FOR UPDATE",
		"UPDATE accounts SET money = money - 1 WHERE id = 18",
		"UPDATE accounts SET money = money + 1 WHERE id = 19",
	} {
		if _, err := tx.ExecContext(ctx, sql); err != nil {
			return fmt.Errorf("both: %s: %w", sql, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("both: commit: %w", err)
	}
	return nil
}

// listed says that the application sees its tables, and no others: at once where they live on two clusters, and as soon as the move has tidied up where they are together.
func (w *world) listed() {
	w.t.Helper()
	db := w.Open(w.t, w.web, w.proxy.Address, w.database)
	defer func() { _ = db.Close() }()
	together := w.number("paris", "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'blog' AND TABLE_TYPE = 'BASE TABLE' AND TABLE_NAME = 'posts'") > 0
	for _, query := range []string{"SHOW TABLES", "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'blog' ORDER BY 1"} {
		got := func() string { return strings.Join(w.names(db, query), " ") }
		const want = "accounts comments counts posts"
		if together {
			w.proxy.Await(query+" has the application's tables", patience, func() bool { return got() == want })
		} else if list := got(); list != want {
			w.t.Errorf("%s: %s", query, list)
		}
	}
}

// names is the first column of an answer.
func (w *world) names(db *sql.DB, query string) (names []string) {
	w.t.Helper()
	rows, err := db.QueryContext(w.t.Context(), query)
	if err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			w.t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

// shut says that nobody can use the module's tables on a cluster, whoever it is.
func (w *world) shut(name string) {
	w.t.Helper()
	server := w.Datacenter(name).Primary
	ctx, cancel := context.WithTimeout(w.t.Context(), 10*time.Second)
	defer cancel()
	for _, sql := range []string{"INSERT INTO blog.posts (writer, n) VALUES (-1, -1)", "SELECT * FROM blog.posts", "TRUNCATE TABLE blog.posts", "DELETE FROM blog.counts", "DROP TABLE blog.posts"} {
		if err := server.Exec(ctx, sql); err == nil {
			w.t.Errorf("%s: %s is done", name, sql)
		}
	}
}

// judgeOf is judge where the posts live on another cluster than the money.
func (l *load) judgeOf(posts, accounts string) {
	l.w.t.Helper()
	if errs := l.stop(); len(errs) > 0 {
		l.w.t.Errorf("%d clients had errors, such as %v", len(errs), errs[0])
	}
	for i := range l.written {
		said := l.written[i].Load()
		if n := l.w.number(posts, fmt.Sprintf("SELECT COUNT(*) FROM blog.posts WHERE writer = %d", i)); n != said {
			l.w.t.Errorf("writer %d was told of %d rows; %d are there", i, said, n)
		}
	}
	if n, counted := l.w.number(posts, "SELECT COUNT(*) FROM blog.posts"), l.w.number(posts, "SELECT SUM(posts) FROM blog.counts"); n != counted {
		l.w.t.Errorf("the trigger has counted %d rows of %d", counted, n)
	}
	if sum := l.w.number(accounts, "SELECT SUM(money) FROM blog.accounts"); sum != people*money {
		l.w.t.Errorf("there is money for %d, it was %d", sum, people*money)
	}
	if n, paid := l.w.number(posts, "SELECT COUNT(*) FROM blog.posts WHERE writer = 1000"), l.w.number(accounts, "SELECT money FROM blog.accounts WHERE id = 19"); n > 0 && paid == 0 {
		l.w.t.Errorf("of %d transactions over both, none was paid", n)
	}
}

// TestADatabaseWithAnotherNameMoves: applications call it journal, its servers blog, before and after.
func TestADatabaseWithAnotherNameMoves(t *testing.T) {
	w := newWorld(t, "")
	w.proxy.Ask("SET DATABASE journal HOME paris AS blog")
	w.database = "journal"
	l := w.start(3, 2)
	l.more()
	w.proxy.Ask("MOVE DATABASE journal TO gra")
	t.Log(describe(w.await("reversible")))
	l.more()
	for range 2 {
		w.proxy.Ask("ROLLBACK MOVE journal")
		w.await("reversible")
		l.more()
	}
	w.proxy.Ask("FINISH MOVE journal")
	w.await("done")
	l.more()
	l.judge("gra")
	if n := w.number("paris", "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN ('blog', 'journal')"); n != 0 {
		t.Errorf("paris still has it")
	}
}
