package moves

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-sql-driver/mysql"

	"shunt/tests/front"
)

// fate is what a client knows of a write.
type fate uint8

// The fates.
const (
	applied fate = iota
	refused      // nothing of it was applied
	unknown      // the connection was lost before there was an answer
)

// thing is a row that a client writes: who, and the how manieth of his.
type thing struct{ who, n int }

// customers are applications at work that go on when a proxy dies under them: with another connection, to whichever proxy answers. Writers leave numbers, payers pay each
// other in transactions, auditors add the money up, watchers look at how far the writers are.
type customers struct {
	f       *fleet
	series  int // numbers of writers and payers begin here
	writers int
	ended   atomic.Bool
	clients sync.WaitGroup
	rounds  atomic.Int64

	mu       sync.Mutex
	posts    map[thing]fate    // guarded by mu, as all below
	payments map[thing]fate    //
	tried    map[int]int       // by writer: the highest number
	heard    map[uint16]string // errors of servers and shunt, one of each
	count    map[uint16]int
	wrong    []string // what must not have been read
}

// lost is for connections that ended, hung for requests without an answer.
const lost, hung uint16 = 0, 1

// requestBound is how long a request may take in a story in which nothing is away for longer than ten seconds.
const requestBound = 30 * time.Second

// sight is what one session has seen: it never sees less again.
type sight map[int]int

func (f *fleet) serve() *customers {
	f.series += 100
	c := &customers{f: f, series: f.series, writers: 3, posts: map[thing]fate{}, payments: map[thing]fate{}, tried: map[int]int{}, heard: map[uint16]string{}, count: map[uint16]int{}}
	for i := range c.writers {
		n := 0
		c.client(i, func(ctx context.Context, conn *sql.Conn, _ sight) error {
			n++
			return c.write(ctx, conn, thing{c.series + i, n})
		})
	}
	for i := range 2 {
		n := 0
		c.client(i, func(ctx context.Context, conn *sql.Conn, _ sight) error {
			n++
			return c.pay(ctx, conn, thing{c.series + i, n})
		})
		c.client(i, c.audit)
		c.client(i+1, c.watch)
	}
	f.t.Cleanup(c.stop)
	return c
}

func (c *customers) stop() {
	c.ended.Store(true)
	c.clients.Wait()
}

// client has one session after the other, each until an error.
func (c *customers) client(number int, round func(context.Context, *sql.Conn, sight) error) {
	c.clients.Go(func() {
		for turn := number; !c.ended.Load(); turn++ {
			if err := c.session(turn, round); err != nil {
				c.hear(err)
				time.Sleep(20 * time.Millisecond) // nobody comes back at once
			}
		}
	})
}

func (c *customers) session(turn int, round func(context.Context, *sql.Conn, sight) error) error {
	all := c.f.addresses()
	db, err := c.f.web.Open(all[turn%len(all)], c.f.database)
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.Conn(context.Background())
	if err != nil {
		return err
	}
	defer conn.Close()
	for seen := (sight{}); !c.ended.Load(); time.Sleep(3 * time.Millisecond) { // so that the machine is not all theirs
		ctx, cancel := context.WithTimeout(context.Background(), requestBound)
		err := round(ctx, conn, seen)
		cancel()
		if err != nil {
			return err
		}
		c.rounds.Add(1)
	}
	return nil
}

// hear notes what a client was told.
func (c *customers) hear(err error) {
	number := lost
	var told *mysql.MySQLError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		number = hung
	case errors.As(err, &told) && !slices.Contains([]uint16{1053, 9920, 9921, 9923}, told.Number): // the proxy ends; the server was lost
		number = told.Number
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count[number]++
	if c.heard[number] == "" {
		c.heard[number] = time.Now().UTC().Format("15:04:05.000") + " " + err.Error()
	}
}

// fateOf reads the error of a write that stands alone, or of a COMMIT.
func fateOf(err error) fate {
	var told *mysql.MySQLError
	switch {
	case err == nil:
		return applied
	case !errors.As(err, &told), slices.Contains([]uint16{1053, 1317, 1927, 3169, 9920, 9921, 9923}, told.Number):
		return unknown
	}
	return refused
}

func (c *customers) note(list map[thing]fate, t thing, f fate) {
	c.mu.Lock()
	defer c.mu.Unlock()
	list[t] = f
}

func (c *customers) blame(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wrong = append(c.wrong, fmt.Sprintf(format, args...))
}

// write leaves a number, and reads it back.
func (c *customers) write(ctx context.Context, conn *sql.Conn, t thing) error {
	c.mu.Lock()
	c.tried[t.who] = t.n
	c.mu.Unlock()
	_, err := conn.ExecContext(ctx, "INSERT INTO posts (writer, n, body) VALUES (?, ?, 'x')", t.who, t.n)
	c.note(c.posts, t, fateOf(err))
	if err != nil {
		return err
	}
	var last int
	if err := conn.QueryRowContext(ctx, "SELECT MAX(n) FROM posts WHERE writer = ?", t.who).Scan(&last); err != nil {
		return err
	}
	if last != t.n {
		c.blame("writer %d has written %d and reads %d", t.who, t.n, last)
	}
	return nil
}

// pay takes money from one and gives it to another, with a receipt. Whatever goes wrong before a COMMIT was sent, nothing is applied.
func (c *customers) pay(ctx context.Context, conn *sql.Conn, t thing) error {
	from, to := (t.n*7+t.who)%people, (t.n*3+t.who+1)%people
	amount := 1
	if from > to {
		from, to, amount = to, from, -1 // in one order, so that there are no deadlocks
	}
	c.note(c.payments, t, refused)
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing, when it was committed
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{"UPDATE accounts SET money = money - ? WHERE id = ?", []any{amount, from}},
		{"UPDATE accounts SET money = money + ? WHERE id = ?", []any{amount, to}},
		{"INSERT INTO payments VALUES (?, ?)", []any{t.who, t.n}},
	} {
		if _, err := tx.ExecContext(ctx, step.sql, step.args...); err != nil {
			return err
		}
	}
	err = tx.Commit()
	c.note(c.payments, t, fateOf(err))
	return err
}

// audit adds the money up: in one statement, in a transaction that may write, and in one that may not; each begun with SET TRANSACTION.
func (c *customers) audit(ctx context.Context, conn *sql.Conn, seen sight) error {
	seen[-1]++
	var sum, more int
	how := []string{"in one statement", "in a transaction that may not write", "in a transaction"}[seen[-1]%3]
	const low, high = "SELECT SUM(money) FROM accounts WHERE id < 10", "SELECT SUM(money) FROM accounts WHERE id >= 10"
	if seen[-1]%3 == 0 {
		if err := conn.QueryRowContext(ctx, "SELECT SUM(money) FROM accounts").Scan(&sum); err != nil {
			return fmt.Errorf("auditing %s: %w", how, err)
		}
	} else {
		tx, err := conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: seen[-1]%3 == 1})
		if err != nil {
			return fmt.Errorf("auditing %s: %w", how, err)
		}
		defer func() { _ = tx.Rollback() }()
		if err := tx.QueryRowContext(ctx, low).Scan(&sum); err != nil {
			return fmt.Errorf("auditing %s: %w", how, err)
		}
		if err := tx.QueryRowContext(ctx, high).Scan(&more); err != nil {
			return fmt.Errorf("auditing %s: %w", how, err)
		}
		if err := tx.Commit(); err != nil {
			return fmt.Errorf("auditing %s: %w", how, err)
		}
	}
	if sum+more != people*money {
		c.blame("%s an auditor has found %d and %d %s, not %d", time.Now().UTC().Format("15:04:05.000"), sum, more, how, people*money)
	}
	return nil
}

// watch looks at how far writers are: never less far than before, and no farther than they have tried.
func (c *customers) watch(ctx context.Context, conn *sql.Conn, seen sight) error {
	rows, err := front.Rows(ctx, conn, "SELECT writer, MAX(n) AS n FROM posts WHERE writer >= ? AND writer < ? GROUP BY writer", c.series, c.series+100)
	if err != nil {
		return err
	}
	now := sight{}
	for _, row := range rows {
		var writer, n int
		if _, err := fmt.Sscan(row["writer"]+" "+row["n"], &writer, &n); err != nil {
			return err
		}
		now[writer] = n
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for writer, n := range seen {
		if now[writer] < n {
			c.wrong = append(c.wrong, fmt.Sprintf("a session has seen writer %d at %d, and later at %d", writer, n, now[writer]))
		}
	}
	for writer, n := range now {
		if seen[writer] = n; n > c.tried[writer] {
			c.wrong = append(c.wrong, fmt.Sprintf("a session sees writer %d at %d, who has tried %d", writer, n, c.tried[writer]))
		}
	}
	return nil
}

// more waits until some more has been done.
func (c *customers) more() {
	c.f.t.Helper()
	goal := c.rounds.Load() + 100
	c.f.proxy.Await("customers get on", patience, func() bool { return c.rounds.Load() >= goal })
}

// judge compares what the customers were told with what there is. They may have heard of lost connections, if any are given, and those errors.
func (c *customers) judge(may ...uint16) {
	c.f.t.Helper()
	c.stop()
	var report []string
	for _, kind := range []struct {
		name, query string
		told        map[thing]fate
	}{
		{"posts", "SELECT writer AS who, n, COUNT(*) AS times FROM blog.posts WHERE writer >= ? AND writer < ? GROUP BY writer, n", c.posts},
		{"payments", "SELECT payer AS who, n, COUNT(*) AS times FROM blog.payments WHERE payer >= ? AND payer < ? GROUP BY payer, n", c.payments},
	} {
		report = append(report, c.compare(kind.name, kind.query, kind.told))
	}
	for number, text := range c.heard {
		report = append(report, fmt.Sprintf("%d heard %d", c.count[number], number))
		if !slices.Contains(may, number) {
			c.f.t.Errorf("%d times customers heard of it: %s", c.count[number], text)
		}
	}
	for i, text := range c.wrong {
		if i < 5 {
			c.f.t.Error(text)
		}
	}
	if n := len(c.wrong); n > 0 {
		c.f.t.Errorf("%d wrong reads", n)
	}
	if sum := c.f.number(c.f.home, "SELECT SUM(money) FROM blog.accounts"); sum != people*money {
		c.f.t.Errorf("there is money for %d, it was %d", sum, people*money)
	}
	if n := c.f.number(c.f.home, "SELECT COUNT(*) FROM blog.counts c WHERE posts <> (SELECT COUNT(*) FROM blog.posts p WHERE p.writer = c.writer)"); n != 0 {
		c.f.t.Errorf("the trigger has counted the rows of %d writers wrong", n)
	}
	c.f.t.Log(strings.Join(report, "; "))
}

// compare finds rows that are lost, doubled, or there although they were refused.
func (c *customers) compare(name, query string, told map[thing]fate) string {
	c.f.t.Helper()
	rows, err := front.Rows(c.f.t.Context(), c.f.Datacenter(c.f.home).Primary.DB(), query, c.series, c.series+100)
	if err != nil {
		c.f.t.Fatal(err)
	}
	there := map[thing]int{}
	for _, row := range rows {
		var t thing
		var times int
		if _, err := fmt.Sscan(row["who"]+" "+row["n"]+" "+row["times"], &t.who, &t.n, &times); err != nil {
			c.f.t.Fatal(err)
		}
		there[t] = times
		if _, tried := told[t]; !tried {
			c.f.t.Errorf("%s: %v was never tried, and is there", name, t)
		}
	}
	gone, doubled, back, open := 0, 0, 0, 0
	for t, f := range told {
		switch {
		case there[t] > 1:
			doubled++
		case f == applied && there[t] == 0:
			gone++
		case f == refused && there[t] > 0:
			back++
		case f == unknown:
			open++
		}
	}
	text := fmt.Sprintf("%d %s: %d unknown, %d lost, %d doubled, %d refused and there", len(told), name, open, gone, doubled, back)
	if gone+doubled+back > 0 {
		c.f.t.Error(text)
	}
	return text
}
