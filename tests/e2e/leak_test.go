package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// TestSessionsNeverSeeEachOther runs 500 clients over 20 connections to each server, with shunt built with the race detector. Each client has a state of its
// own and brings others about, one after the other: see leak_kinds_test.go. Whatever it has set it must find again, and nothing of anybody else. It takes a
// minute, or as long as SHUNT_LEAK says (`make leak`: ten).
func TestSessionsNeverSeeEachOther(t *testing.T) {
	sessionsNeverSeeEachOther(t, cluster.Shared(t), leakTime(t, time.Minute))
}

const (
	leakClients = 500
	leakBusy    = 30 // clients that do something at the same time: more than there are connections
)

func sessionsNeverSeeEachOther(t *testing.T, c *cluster.Cluster, duration time.Duration) {
	p := launchBuilt(t, c, racing, func(config string) string {
		return config + "limits: {per_server: 20, per_account: 600, wait: 60s}\nreads: {max_lag: 1h}\n"
	})
	p.awaitReady()
	l := &leak{proxied: p, until: time.Now().Add(duration), turns: make(chan struct{}, leakBusy), homes: []string{c.Database(t, "paris"), c.Database(t, "paris")}}
	for _, home := range l.homes {
		l.prepare(home)
	}
	c.CatchUp(t)
	var group sync.WaitGroup
	for i := range leakClients {
		group.Go(func() {
			v := &visitor{leak: l, id: i, home: l.homes[i%2], other: l.homes[(i+1)%2], dice: rand.New(rand.NewPCG(1, uint64(i)))}
			if err := v.live(); err != nil {
				t.Errorf("client %d: %v", i, err)
			}
		})
	}
	group.Wait()
	l.judge()
}

func leakTime(t *testing.T, unsaid time.Duration) time.Duration {
	text := os.Getenv("SHUNT_LEAK")
	if text == "" {
		return unsaid
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("SHUNT_LEAK: %v", err)
	}
	return d
}

// leak is the stage of the leak test.
type leak struct {
	*proxied
	until time.Time
	turns chan struct{} // a place for each client that does something now
	homes []string
	did   [64]atomic.Int64 // how often each kind of state was tried
}

// prepare makes the tables of a database.
func (l *leak) prepare(home string) {
	l.t.Helper()
	db := l.cluster.Open(l.t, l.cluster.Accounts.Shop, l.cluster.Datacenters[0].Primary.Address, home)
	for _, q := range []string{
		"CREATE TABLE whoami (name VARCHAR(64))", "INSERT INTO whoami VALUES ('" + home + "')",
		"CREATE TABLE notes (id INT PRIMARY KEY AUTO_INCREMENT, client INT, round INT)", "CREATE TABLE many (n INT)", "INSERT INTO many VALUES (1),(2),(3),(4),(5),(6),(7),(8),(9)",
		"CREATE PROCEDURE remember(IN n INT) SET @by_a_routine = n",
	} {
		if _, err := db.Exec(q); err != nil {
			l.t.Fatal(err)
		}
	}
}

// judge looks at what is left when all clients have gone.
func (l *leak) judge() {
	l.t.Helper()
	tried := int64(0)
	for i, kind := range leakKinds {
		if n := l.did[i].Load(); n == 0 {
			l.t.Errorf("nobody came to %s", kind.name)
		} else {
			tried += n
		}
	}
	l.t.Logf("%d clients, %d states tried", leakClients, tried)
	l.await("nobody keeps a connection", 20*time.Second, func() bool {
		for _, row := range l.console("SHOW POOLS") {
			if row["active"] != "0" || row["waiting"] != "0" {
				return false
			}
		}
		return len(l.console("SHOW PINS")) == 0
	})
	for _, row := range l.console("SHOW POOLS") {
		if n := atoi(l.t.(*testing.T), row["idle"]); n > 20 {
			l.t.Errorf("there are %d connections to %s", n, row["server"])
		}
	}
	if log := l.log.String(); strings.Contains(log, "DATA RACE") || strings.Contains(log, "a fault in shunt") {
		l.t.Errorf("shunt said:\n%s", tail(log, 80))
	}
}

// visitor is one client of the leak test. For as long as it lives it has a time zone, a mode, a variable and a default database of its own.
type visitor struct {
	*leak
	id          int
	home, other string
	dice        *rand.Rand
	conn        *mysqltest.Client
	committed   int   // rows that it has in notes
	failed      error // what has gone wrong in this turn: nothing is sent after it
	round       int
}

func (v *visitor) live() error {
	if err := v.arrive(); err != nil {
		return err
	}
	for v.round = 0; v.round == 0 || time.Now().Before(v.until); v.round++ {
		kind := v.dice.IntN(len(leakKinds))
		if err := v.turn(leakKinds[kind].run); err != nil {
			return fmt.Errorf("%s: %w", leakKinds[kind].name, err)
		}
		v.did[kind].Add(1)
		if err := v.turn((*visitor).identity); err != nil {
			return fmt.Errorf("after %s: %w", leakKinds[kind].name, err)
		}
	}
	return v.conn.Close()
}

// turn does something as soon as there is a place for it.
func (v *visitor) turn(f func(*visitor) error) error {
	v.turns <- struct{}{}
	defer func() { <-v.turns }()
	return f(v)
}

// arrive connects and makes the session the visitor's own.
func (v *visitor) arrive() (err error) {
	if v.conn, err = mysqltest.Dial(v.t.Context(), v.Address, mysqltest.Options{
		User: v.cluster.Accounts.Shop.User, Password: v.cluster.Accounts.Shop.Password, Database: v.home,
	}); err != nil {
		return err
	}
	return v.dress()
}

func (v *visitor) dress() error {
	mode := [...]string{"", "ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "PIPES_AS_CONCAT"}[v.id%4]
	return v.do("USE "+v.home, fmt.Sprintf("SET time_zone = '%s', sql_mode = '%s', group_concat_max_len = %d, @me = %d", v.zone(), mode, 1000+v.id, v.id))
}

// zone is a full hour: MariaDB looks offsets up without telling letters from capitals in their bytes, so that +07:06 may give +04:50 (10.11.19).
func (v *visitor) zone() string { return fmt.Sprintf("+%02d:00", v.id%13) }

// identity is what every client has all the time.
func (v *visitor) identity() error {
	for _, c := range [][2]string{
		{"SELECT name FROM whoami", v.home},
		{"SELECT CONCAT_WS(' ', @me, @@time_zone, @@group_concat_max_len, DATABASE()) FROM whoami", fmt.Sprintf("%d %s %d %s", v.id, v.zone(), 1000+v.id, v.home)},
		{"SELECT CONCAT_WS(' ', @of_another, @@autocommit + 0, IFNULL(@by_a_routine, ''))", "1 "},
		{fmt.Sprintf("SELECT COUNT(*) FROM notes WHERE client = %d", v.id), fmt.Sprint(v.committed)},
	} {
		if err := v.want(c[1], c[0]); err != nil {
			return err
		}
	}
	return nil
}

// do runs statements that succeed.
func (v *visitor) do(statements ...string) error {
	for _, q := range statements {
		if v.failed != nil {
			break
		}
		if _, err := v.conn.Query(q); err != nil {
			v.failed = fmt.Errorf("%s: %w", q, err)
		}
	}
	return v.failed
}

// want runs a query whose first value is known.
func (v *visitor) want(want, q string) error {
	if v.failed != nil {
		return v.failed
	}
	r, err := v.conn.Query(q)
	got := ""
	if len(r.Rows) > 0 {
		got = r.Text()[0][0]
	}
	switch {
	case err != nil:
		v.failed = fmt.Errorf("%s: %w", q, err)
	case got != want:
		v.failed = fmt.Errorf("%s gave %q, want %q", q, got, want)
	}
	return v.failed
}

// refused runs a statement that gets an error of the server with this number.
func (v *visitor) refused(number uint16, q string) error {
	if v.failed != nil {
		return v.failed
	}
	if _, err := v.conn.Query(q); err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("Error %d ", number)) {
		v.failed = fmt.Errorf("%s: %w, want error %d", q, err, number)
	}
	return v.failed
}

// rest gives others the connection, if nothing holds it: longer than a connection is kept for a question.
func (v *visitor) rest() {
	<-v.turns
	time.Sleep(time.Duration(v.dice.IntN(60)) * time.Millisecond)
	v.turns <- struct{}{}
}

// all tells the first thing that has failed. The steps run one after the other as they are written down; after a failure they do nothing.
func all(steps ...error) error {
	for _, err := range steps {
		if err != nil {
			return err
		}
	}
	return nil
}

// prepared prepares and executes a statement of the binary protocol, several times, and gives its last row.
func (v *visitor) prepared(q string, times int) (row string, err error) {
	a, err := v.conn.Do(mysql.ComStmtPrepare, []byte(q))
	if err != nil {
		return "", err
	}
	for range times {
		r, err := v.conn.Do(mysql.ComStmtExecute, executing(a.Prepared.ID))
		if err != nil {
			return "", err
		}
		if len(r.Results) != 1 || r.Results[0].Err != nil || len(r.Results[0].Binary) == 0 {
			return "", fmt.Errorf("%s, prepared: %q", q, r.Packets)
		}
		row = string(r.Results[0].Binary[0])
		v.rest()
	}
	id := executing(a.Prepared.ID)[:4]
	return row, v.conn.Send(mysql.ComStmtClose, id)
}
