package e2e

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// traffic is clients that read and write without a pause, each its own row, until they are stopped. Whatever goes wrong with one of
// them fails the test: an error, and a read that is older than its own write.
type traffic struct {
	t     testing.TB
	reads atomic.Int64
	stop  func()
}

// startTraffic starts clients through p, which use a table of their own in a database.
func startTraffic(t testing.TB, p *proxied, database string, clients int) *traffic {
	t.Helper()
	db := p.open(database)
	db.SetMaxOpenConns(clients)
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE traffic (id INT PRIMARY KEY, n INT NOT NULL)"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	tr := &traffic{t: t}
	var group sync.WaitGroup
	for id := range clients {
		group.Go(func() {
			if err := tr.client(ctx, db, id); err != nil && ctx.Err() == nil {
				t.Errorf("client %d: %v", id, err)
			}
		})
	}
	tr.stop = sync.OnceFunc(func() {
		cancel()
		group.Wait()
	})
	t.Cleanup(tr.stop)
	return tr
}

// client is one client: it writes, reads that back, reads in a READ ONLY transaction, writes in one that may, and prepares now and then.
func (tr *traffic) client(ctx context.Context, db *sql.DB, id int) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("INSERT INTO traffic VALUES (%d, 0)", id)); err != nil {
		return err
	}
	for n := 1; ctx.Err() == nil; n++ {
		write := fmt.Sprintf("UPDATE traffic SET n = %d WHERE id = %d", n, id)
		if n%3 == 0 {
			if err := inTransaction(ctx, conn, write); err != nil {
				return err
			}
		} else if _, err := conn.ExecContext(ctx, write); err != nil {
			return err
		}
		for range 4 {
			if err := tr.read(ctx, conn, id, n); err != nil {
				return err
			}
		}
		if n%5 == 0 {
			if err := tr.readOnly(ctx, conn, id, n); err != nil {
				return err
			}
		}
	}
	return nil
}

func inTransaction(ctx context.Context, conn *sql.Conn, statement string) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, statement); err != nil {
		_ = tx.Rollback() // the first error says more
		return err
	}
	return tx.Commit()
}

// read reads the client's own row, as text or prepared, and wants to see its last write.
func (tr *traffic) read(ctx context.Context, conn *sql.Conn, id, want int) error {
	var got int
	var err error
	if want%2 == 0 {
		err = conn.QueryRowContext(ctx, "SELECT n FROM traffic WHERE id = ?", id).Scan(&got)
	} else {
		err = conn.QueryRowContext(ctx, fmt.Sprintf("SELECT n FROM traffic WHERE id = %d", id)).Scan(&got)
	}
	if err == nil && got != want {
		err = fmt.Errorf("it wrote %d and reads %d", want, got)
	}
	tr.reads.Add(1)
	return err
}

func (tr *traffic) readOnly(ctx context.Context, conn *sql.Conn, id, want int) error {
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	var got int
	err = tx.QueryRowContext(ctx, fmt.Sprintf("SELECT n FROM traffic WHERE id = %d", id)).Scan(&got)
	if err == nil && got != want {
		err = fmt.Errorf("it wrote %d and reads %d in a READ ONLY transaction", want, got)
	}
	if err != nil {
		_ = tx.Rollback() // the first error says more
		return err
	}
	return tx.Commit()
}

// more waits until the clients have read n times more.
func (tr *traffic) more(p *proxied, n int64) {
	tr.t.Helper()
	until := tr.reads.Load() + n
	p.await(fmt.Sprintf("%d more reads", n), time.Minute, func() bool { return tr.reads.Load() >= until || tr.t.Failed() })
}

// selects counts the SELECTs that replicas have answered, by server.
func (p *proxied) selects() map[string]int {
	p.t.Helper()
	count := map[string]int{}
	for _, row := range p.console("SHOW STATS WHERE kind = 'select' AND role = 'replica'") {
		n, err := strconv.Atoi(row["statements"])
		if err != nil {
			p.t.Fatal(err)
		}
		count[row["server"]] += n
	}
	return count
}

// spread tells how many SELECTs each replica answers while the clients read n times, and for as long as it takes until each of some servers has its
// part: a session that reads much leaves its replica after some seconds only.
func (tr *traffic) spread(p *proxied, n int64, over ...string) map[string]int {
	tr.t.Helper()
	before := p.selects()
	tr.more(p, n)
	var between map[string]int
	p.await(fmt.Sprintf("reads on %v", over), time.Minute, func() bool {
		between = p.selects()
		for server := range between {
			between[server] -= before[server]
		}
		return tr.t.Failed() || !slices.ContainsFunc(over, func(server string) bool { return between[server] < 50 })
	})
	return between
}
