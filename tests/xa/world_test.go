// Package xa has the stories in which shunt and servers are killed while a transaction over two clusters commits: at each step of the two phases, and at
// any moment of a storm of them. Nothing may be half done afterwards, and nothing that was acknowledged may be lost.
package xa

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"shunt/lab"
	"shunt/tests/cluster"
	"shunt/tests/front"
)

// patience bounds what a story waits for; nothing is measured with it.
const patience = 60 * time.Second

var program = sync.OnceValues(func() (string, error) { return front.Build() })

// world is a shunt before two clusters of one server each, behind taps. A database has accounts on paris and accounts_b, a module, on gra; in done and done_b
// each transfer leaves its number.
type world struct {
	*cluster.Cluster
	t        *testing.T
	database string
	store    string // shunt's folder
	taps     map[string]*tap
	edit     front.Edit

	mu    sync.Mutex
	proxy *front.Proxy // guarded by mu
}

// accounts is how many there are on each side, with money of each.
const accounts, money = 20, 1000

var names = []string{"paris", "gra"}

func newWorld(t *testing.T, opts ...cluster.Option) *world {
	t.Helper()
	return newWorldWith(t, 0, "", opts...)
}

// newWorldWith is one with replicas on gra, and more configuration.
func newWorldWith(t *testing.T, replicas int, extra string, opts ...cluster.Option) *world {
	t.Helper()
	opts = append(opts, cluster.Datacenters(lab.Datacenter{Name: names[0]}, lab.Datacenter{Name: names[1], Replicas: replicas}))
	w := &world{Cluster: cluster.Start(t, opts...), t: t, database: "shop_bank", store: t.TempDir(), taps: map[string]*tap{}}
	for i, name := range names {
		s := w.server(name)
		w.taps[name] = newTap(t, s.Address)
		w.must(s.Exec(t.Context(), "CREATE DATABASE "+w.database))
		suffix := []string{"", "_b"}[i]
		w.must(s.Exec(t.Context(), "CREATE TABLE "+w.database+".accounts"+suffix+" (id INT PRIMARY KEY, money INT NOT NULL) ENGINE=InnoDB"))
		w.must(s.Exec(t.Context(), "CREATE TABLE "+w.database+".done"+suffix+" (id INT PRIMARY KEY) ENGINE=InnoDB"))
		for id := range accounts {
			w.must(s.Exec(t.Context(), fmt.Sprintf("INSERT INTO %s.accounts%s VALUES (%d, %d)", w.database, suffix, id, money)))
		}
	}
	w.edit = func(config string) string {
		for _, name := range names {
			config = strings.ReplaceAll(config, w.server(name).Address, w.taps[name].address())
		}
		return config + fmt.Sprintf("store: {embedded: %s}\nmodules:\n  b: {database: %s, tables: ['*_b'], cluster: gra}\nlimits: {wait: 10s}\n%s", w.store, w.database, extra)
	}
	for _, r := range w.Datacenter("gra").Replicas { // so that shunt knows the primary by the same address as they do
		w.must(w.Follow(t.Context(), r, w.taps["gra"].address()))
		w.must(w.WaitFor(t.Context(), r, w.server("gra")))
	}
	w.startShunt()
	return w
}

func (w *world) server(name string) *lab.Server { return w.Datacenter(name).Primary }

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) startShunt() {
	w.t.Helper()
	p := front.Start(w.t, w.Cluster, program, w.edit)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.proxy = p
}

func (w *world) shunt() *front.Proxy {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.proxy
}

// session is one connection of an application.
func (w *world) session(ctx context.Context) (*sql.Conn, func(), error) {
	db, err := w.Accounts.Shop.Open(w.shunt().Address, w.database)
	if err != nil {
		return nil, nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		_ = db.Close()
		return nil, nil, err
	}
	return conn, func() {
		_ = conn.Close()
		_ = db.Close()
	}, nil
}

// transfer brings money from an account on paris to one on gra, up to the COMMIT.
func transfer(ctx context.Context, conn *sql.Conn, number, from, to, amount int) error {
	for _, q := range []string{
		"BEGIN",
		fmt.Sprintf("UPDATE accounts SET money = money - %d WHERE id = %d", amount, from),
		fmt.Sprintf("INSERT INTO done VALUES (%d)", number),
		fmt.Sprintf("UPDATE accounts_b SET money = money + %d WHERE id = %d", amount, to),
		fmt.Sprintf("INSERT INTO done_b VALUES (%d)", number),
	} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// fate is what an application was told about a transfer.
type fate int

const (
	unknown   fate = iota
	committed      // it was acknowledged
	not            // it was told that nothing was committed
)

func (f fate) String() string { return [...]string{"unknown", "committed", "not committed"}[f] }

// fateOf reads the answer to COMMIT.
func fateOf(err error) fate {
	var server *mysql.MySQLError
	switch {
	case err == nil:
		return committed
	case !errors.As(err, &server), server.Number == 9923, server.Number == 9920:
		return unknown
	}
	return not
}

// settled waits until both servers answer, and neither has a transaction that is prepared.
func (w *world) settled() {
	w.t.Helper()
	w.shunt().Await("nothing is prepared any more", patience, func() bool {
		for _, name := range names {
			rows, err := front.Rows(w.t.Context(), w.server(name).DB(), "XA RECOVER")
			if err != nil || len(rows) > 0 {
				return false
			}
		}
		return true
	})
}

// transfers are those that a cluster has.
func (w *world) transfers(name string) map[string]bool {
	w.t.Helper()
	table := map[string]string{"paris": "done", "gra": "done_b"}[name]
	rows, err := front.Rows(w.t.Context(), w.server(name).DB(), "SELECT id FROM "+w.database+"."+table)
	w.must(err)
	all := map[string]bool{}
	for _, row := range rows {
		all[row["id"]] = true
	}
	return all
}

// judge compares what the clusters have with what applications were told.
func (w *world) judge(fates map[int]fate) {
	w.t.Helper()
	paris, gra := w.transfers("paris"), w.transfers("gra")
	for id, told := range fates {
		key := fmt.Sprint(id)
		if paris[key] != gra[key] {
			w.t.Errorf("transfer %d is half done: on paris %v, on gra %v; its application was told %v", id, paris[key], gra[key], told)
		}
		if told == committed && !paris[key] || told == not && paris[key] {
			w.t.Errorf("transfer %d: its application was told %v, and it is there: %v", id, told, paris[key])
		}
	}
	if sum := w.sum("paris", "accounts") + w.sum("gra", "accounts_b"); sum != 2*accounts*money {
		w.t.Errorf("there is %d of money, and there was %d", sum, 2*accounts*money)
	}
}

func (w *world) sum(name, table string) (sum int) {
	w.t.Helper()
	w.must(w.server(name).DB().QueryRowContext(w.t.Context(), "SELECT SUM(money) FROM "+w.database+"."+table).Scan(&sum))
	return sum
}
