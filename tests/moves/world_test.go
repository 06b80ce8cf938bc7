// Package moves has the stories in which databases go to another cluster while they are in use: under load, back and forth, and with everything killed in the middle.
// Nothing that was acknowledged may be lost or doubled, and no client may hear of it.
package moves

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shunt/lab"
	"shunt/tests/cluster"
	"shunt/tests/front"
	"shunt/tests/voters"
)

// patience bounds what a story waits for; nothing is measured with it.
const patience = 30 * time.Second

func TestMain(m *testing.M) {
	voters.Main()
	os.Exit(m.Run())
}

var program = sync.OnceValues(func() (string, error) { return front.Build() })

// world is a shunt before two clusters, paris and gra, with a database on paris that an application uses.
type world struct {
	*cluster.Cluster
	t        testing.TB
	proxy    *front.Proxy
	database string
	web      lab.Account // the application
	config   string      // of the proxy, but for what all have
}

func newWorld(t testing.TB, extra string, opts ...cluster.Option) *world {
	t.Helper()
	w := newServers(t, opts...)
	w.front(front.With(extra))
	w.config += extra
	return w
}

// newServers is a world without its shunt.
func newServers(t testing.TB, opts ...cluster.Option) *world {
	t.Helper()
	opts = append(opts, cluster.Datacenters(lab.Datacenter{Name: "paris", Replicas: 1}, lab.Datacenter{Name: "gra", Replicas: 1}))
	w := &world{Cluster: cluster.Start(t, opts...), t: t, database: "blog", web: lab.Account{User: "web", Password: "web-secret"}}
	w.on("paris",
		"CREATE DATABASE blog",
		"CREATE USER web@'%' IDENTIFIED BY 'web-secret'",
		"GRANT ALL ON blog.* TO web@'%'",
		"CREATE TABLE blog.posts (id BIGINT PRIMARY KEY AUTO_INCREMENT, writer INT NOT NULL, n INT NOT NULL, body VARCHAR(200), UNIQUE KEY (writer, n))",
		"CREATE TABLE blog.accounts (id INT PRIMARY KEY, money INT NOT NULL)",
		"CREATE TABLE blog.counts (writer INT PRIMARY KEY, posts INT NOT NULL)",
		"CREATE TRIGGER blog.counting AFTER INSERT ON blog.posts FOR EACH ROW INSERT INTO blog.counts VALUES (NEW.writer, 1) ON DUPLICATE KEY UPDATE posts = posts + 1",
		"CREATE VIEW blog.latest AS SELECT * FROM blog.posts ORDER BY id DESC LIMIT 10",
	)
	for id := range people {
		w.on("paris", fmt.Sprintf("INSERT INTO blog.accounts VALUES (%d, %d)", id, money))
	}
	w.CatchUp(t)
	return w
}

// front puts a shunt before the servers, with a store of its own and a configuration that is edited.
func (w *world) front(edit front.Edit) {
	w.t.Helper()
	mover := w.Accounts.Mover
	w.config = fmt.Sprintf("store: {embedded: %s}\nmoves: {account: {user: %s, password: %q}}\n", w.t.TempDir(), mover.User, mover.Password)
	w.proxy = front.Start(w.t, w.Cluster, program, func(config string) string { return edit(config + w.config) })
}

// edit starts the proxy again with another configuration.
func (w *world) edit(old, text string) {
	w.t.Helper()
	w.proxy.Stop()
	w.config = strings.Replace(w.config, old, text, 1)
	w.proxy = front.Start(w.t, w.Cluster, program, front.With(w.config))
}

// people have money; what they have together does not change.
const people, money = 20, 1000

// on runs statements on the primary of a cluster.
func (w *world) on(cluster string, statements ...string) {
	w.t.Helper()
	for _, sql := range statements {
		if err := w.Datacenter(cluster).Primary.Exec(w.t.Context(), sql); err != nil {
			w.t.Fatalf("%s: %s: %v", cluster, sql, err)
		}
	}
}

// number is what a query gives on the primary of a cluster.
func (w *world) number(cluster, query string) (n int64) {
	w.t.Helper()
	if err := w.Datacenter(cluster).Primary.DB().QueryRowContext(w.t.Context(), query).Scan(&n); err != nil {
		w.t.Fatalf("%s: %s: %v", cluster, query, err)
	}
	return n
}

// move is the row of the database's move.
func (w *world) move() map[string]string {
	w.t.Helper()
	rows := w.proxy.Ask("SHOW MOVES WHERE database = '" + w.database + "'")
	if len(rows) != 1 {
		w.t.Fatalf("SHOW MOVES has %v", rows)
	}
	return rows[0]
}

// await waits for a status of the move.
func (w *world) await(status string) map[string]string {
	w.t.Helper()
	last := map[string]string{}
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if last = w.move(); last["status"] == status && last["wish"] == "" {
			return last
		}
		if last["status"] == "failed" {
			break
		}
	}
	w.t.Fatalf("the move is not %s: %v", status, last)
	return nil
}

// load is an application at work: writers that leave numbers, people who pay each other, readers that see their own writes.
type load struct {
	w       *world
	ended   atomic.Bool
	clients sync.WaitGroup
	written []atomic.Int64 // by writer: how many numbers were acknowledged
	paid    atomic.Int64
	rounds  atomic.Int64

	mu     sync.Mutex
	errors []error // guarded by mu
}

// start lets so many writers and payers work.
func (w *world) start(writers, payers int) *load {
	l := &load{w: w, written: make([]atomic.Int64, writers)}
	for i := range writers {
		l.client(func(db *sql.DB) error { return l.write(db, i) })
	}
	for i := range payers {
		l.client(func(db *sql.DB) error { return l.pay(db, i) })
	}
	w.t.Cleanup(func() { l.stop() })
	return l
}

func (l *load) client(round func(db *sql.DB) error) {
	db := l.w.Open(l.w.t, l.w.web, l.w.proxy.Address, l.w.database)
	db.SetMaxOpenConns(1)
	l.clients.Go(func() {
		for !l.ended.Load() {
			if err := round(db); err != nil {
				l.mu.Lock()
				l.errors = append(l.errors, err)
				l.mu.Unlock()
				return
			}
			l.rounds.Add(1)
		}
	})
}

// write leaves the writer's next number, and reads it back.
func (l *load) write(db *sql.DB, writer int) error {
	n := l.written[writer].Load() + 1
	ctx := context.Background()
	if _, err := db.ExecContext(ctx, "INSERT INTO posts (writer, n, body) VALUES (?, ?, REPEAT('x', 100))", writer, n); err != nil {
		return fmt.Errorf("writer %d, number %d: %w", writer, n, err)
	}
	l.written[writer].Store(n)
	var last int64
	if err := db.QueryRowContext(ctx, "SELECT MAX(n) FROM posts WHERE writer = ?", writer).Scan(&last); err != nil {
		return fmt.Errorf("writer %d reads: %w", writer, err)
	}
	if last != n {
		return fmt.Errorf("writer %d has written %d and reads %d", writer, n, last)
	}
	return nil
}

// pay moves money from one to another in a transaction.
func (l *load) pay(db *sql.DB, round int) error {
	n := int(l.paid.Add(1))
	from, to := (n*7+round)%people, (n*3+round+1)%people
	if from == to {
		return nil
	}
	if from > to {
		from, to = to, from // so that there are no deadlocks
	}
	ctx := context.Background()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing, when it was committed
	if _, err := tx.ExecContext(ctx, "UPDATE accounts SET money = money - 1 WHERE id = ?", from); err != nil {
		return fmt.Errorf("paying: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "UPDATE accounts SET money = money + 1 WHERE id = ?", to); err != nil {
		return fmt.Errorf("being paid: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// more waits until the clients have done some more.
func (l *load) more() {
	l.w.t.Helper()
	goal := l.rounds.Load() + 50
	for deadline := time.Now().Add(patience); l.rounds.Load() < goal; time.Sleep(5 * time.Millisecond) {
		if l.failed() || time.Now().After(deadline) {
			l.w.t.Fatalf("the clients stand still: %v", l.stop())
		}
	}
}

func (l *load) failed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.errors) > 0
}

func (l *load) stop() []error {
	l.ended.Store(true)
	l.clients.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.errors
}

// judge compares what was acknowledged with what the home of the database has.
func (l *load) judge(home string) {
	l.w.t.Helper()
	if errs := l.stop(); len(errs) > 0 {
		l.w.t.Errorf("%d clients had errors, such as %v", len(errs), errs[0])
	}
	for i := range l.written {
		said := l.written[i].Load()
		n := l.w.number(home, fmt.Sprintf("SELECT COUNT(*) FROM blog.posts WHERE writer = %d", i))
		if highest := l.w.number(home, fmt.Sprintf("SELECT COALESCE(MAX(n), 0) FROM blog.posts WHERE writer = %d", i)); n != said || highest != said {
			l.w.t.Errorf("writer %d was told of %d rows; %d are there, up to %d", i, said, n, highest)
		}
		if counted := l.w.number(home, fmt.Sprintf("SELECT COALESCE(SUM(posts), 0) FROM blog.counts WHERE writer = %d", i)); counted != n {
			l.w.t.Errorf("the trigger has counted %d rows of %d of writer %d", counted, n, i)
		}
	}
	if sum := l.w.number(home, "SELECT SUM(money) FROM blog.accounts"); sum != people*money {
		l.w.t.Errorf("there is money for %d, it was %d", sum, people*money)
	}
}

// describe is a move in a line.
func describe(m map[string]string) string {
	return strings.Join([]string{m["state"], m["from"] + " → " + m["to"], "pause " + m["pause_seconds"] + " s", m["rows"] + " rows", m["problem"]}, ", ")
}
