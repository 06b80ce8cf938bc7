package xa

import (
	"context"
	"database/sql"
	"flag"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shunt/tests/cluster"
	"shunt/tests/front"
)

var kills = flag.Int("kills", 18, "how often the storm kills shunt or a server")

func TestStorm(t *testing.T) { storm(t, newWorld(t)) }

func TestMySQLStorm(t *testing.T) { storm(t, newWorld(t, cluster.MySQL())) }

// clients is how many applications make transfers at the same time, each one after the other; watchers how many look at all money.
const clients, watchers = 12, 2

// traffic is what the applications of a storm do, and what they were told.
type traffic struct {
	*world
	next   atomic.Int64
	stop   atomic.Bool
	all    sync.WaitGroup
	looked atomic.Int64 // how often all money was counted

	mu    sync.Mutex
	fates map[int]fate // guarded by mu
}

// storm kills shunt and the servers at any moment, in turn, while transfers go on.
func storm(t *testing.T, w *world) {
	f := &traffic{world: w, fates: map[int]fate{}}
	for range clients {
		f.all.Go(f.transfers)
	}
	for range watchers {
		f.all.Go(f.watch)
	}
	caught := map[string]int{}
	for i := range *kills {
		time.Sleep(time.Duration(100+rand.IntN(400)) * time.Millisecond) // a moment like any other
		victim := append([]string{"shunt"}, names...)[i%3]
		if victim == "shunt" {
			w.shunt().Crash()
			f.count(caught, names...)
		} else {
			w.must(w.server(victim).Kill())
		}
		w.revive(victim)
		if victim != "shunt" {
			f.count(caught, victim)
		}
	}
	f.stop.Store(true)
	f.all.Wait()
	w.settled()
	f.mu.Lock()
	defer f.mu.Unlock()
	w.judge(f.fates)
	told := map[string]int{}
	for _, one := range f.fates {
		told[one.String()]++
	}
	t.Logf("%d kills; branches that were prepared then: %v; transfers: %v; all money was counted %d times", *kills, caught, told, f.looked.Load())
	if told["committed"] == 0 || f.looked.Load() == 0 {
		t.Error("nothing has happened")
	}
}

// count notes what is prepared at a kill, as far as nobody has finished it yet.
func (f *traffic) count(caught map[string]int, clusters ...string) {
	for _, name := range clusters {
		rows, err := front.Rows(context.Background(), f.server(name).DB(), "XA RECOVER")
		if err == nil {
			caught[name] += len(rows)
		}
	}
}

// transfers makes transfers until the storm is over. Who loses the connection connects anew.
func (f *traffic) transfers() {
	f.each(func(ctx context.Context, conn *sql.Conn) error {
		number := int(f.next.Add(1))
		told := not
		err := transfer(ctx, conn, number, rand.IntN(accounts), rand.IntN(accounts), rand.IntN(5)-2)
		if err == nil {
			_, err = conn.ExecContext(ctx, "COMMIT")
			told = fateOf(err)
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.fates[number] = told
		return err
	})
}

// watch counts all money, with locks on it: two snapshots on two clusters would not be of one moment.
func (f *traffic) watch() {
	f.each(func(ctx context.Context, conn *sql.Conn) error {
		if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
			return err
		}
		sum := 0
		for _, table := range []string{"accounts", "accounts_b"} {
			part := 0
			if err := conn.QueryRowContext(ctx, "SELECT SUM(money) FROM (SELECT money FROM "+table+" FOR UPDATE) locked").Scan(&part); err != nil {
				return err
			}
			sum += part
		}
		if _, err := conn.ExecContext(ctx, "COMMIT"); err != nil {
			return err
		}
		if f.looked.Add(1); sum != 2*accounts*money {
			f.t.Errorf("a watcher has counted %d of money, there was %d", sum, 2*accounts*money)
		}
		time.Sleep(20 * time.Millisecond) // or nobody else has a turn
		return nil
	})
}

// each does something again and again, on a new connection after an error.
func (f *traffic) each(do func(context.Context, *sql.Conn) error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for !f.stop.Load() {
		conn, end, err := f.session(ctx)
		if err != nil {
			time.Sleep(20 * time.Millisecond) // shunt is away
			continue
		}
		for err == nil && !f.stop.Load() {
			within, done := context.WithTimeout(ctx, patience)
			err = do(within, conn)
			done()
		}
		end()
	}
}
