package e2e

import (
	"encoding/binary"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
	"shunt/topology"
)

// protection are limits for accounts; who is not named has none but that of the queue.
const protection = `limits:
  per_server: 10
  transaction_idle: 0
  accounts:
    - {users: [hasty], query_timeout: 700ms}
    - {users: [idle], transaction_idle: 800ms}
    - {users: [brief], transaction: 1s}
    - {users: [few], server_connections: 2}
`

// TestProtection: no account takes for itself what others need.
func TestProtection(t *testing.T) { protect(t, cluster.Start(t, onePair())) }

func TestMySQLProtection(t *testing.T) { protect(t, cluster.Start(t, cluster.MySQL(), onePair())) }

func protect(t *testing.T, c *cluster.Cluster) {
	p := startShunt(t, c, protection)
	database := c.Database(t, "paris")
	logins := map[string]mysqltest.Options{}
	for _, user := range []string{"hasty", "idle", "brief", "few", "calm"} {
		o := account(t, c, user, "ALL ON *.*")
		o.Database = database
		logins[user] = o
	}
	change(t, c, "CREATE TABLE "+database+".goods (n INT PRIMARY KEY, stock INT)", "INSERT INTO "+database+".goods VALUES (1, 10), (2, 20), (3, 30)")
	t.Run("query timeout", func(t *testing.T) { queryTimeout(t, c, p, logins) })
	t.Run("query timeout in a transaction", func(t *testing.T) { timeoutInTransaction(t, c, p, logins) })
	t.Run("query timeout of a prepared statement", func(t *testing.T) { timeoutPrepared(t, c, p, logins) })
	t.Run("idle transaction", func(t *testing.T) { idleTransaction(t, p, logins) })
	t.Run("long transaction", func(t *testing.T) { longTransaction(t, p, logins) })
	t.Run("flood", func(t *testing.T) { flood(t, p, logins) })
	t.Run("connections of an account", func(t *testing.T) { fewConnections(t, c, p, logins) })
	t.Run("reload", func(t *testing.T) { reloadLimits(t, c, p, logins) })
}

// timedOut is what the servers say of their own limits.
func timedOut(c *cluster.Cluster) string {
	if c.Binaries.Flavor() == topology.MySQL {
		return "Error 3024 (HY000): Query execution was interrupted, maximum statement execution time exceeded"
	}
	return "Error 1969 (70100): Query execution was interrupted (max_statement_time exceeded)"
}

// toTheEnd is an answer to its end: its rows, and what ended them.
func toTheEnd(t *testing.T, c *mysqltest.Client, q string) string {
	t.Helper()
	a, err := c.Do(mysql.ComQuery, []byte(q))
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	r := a.Results[len(a.Results)-1]
	if r.Err != nil {
		return fmt.Sprint(r.Text(), " ", r.Err)
	}
	return fmt.Sprint(r.Text(), " ok")
}

// queryTimeout: through shunt a read hears what the server says of a limit of its own, wherever it is; its connection goes on.
func queryTimeout(t *testing.T, c *cluster.Cluster, p *proxied, logins map[string]mysqltest.Options) {
	direct, through := raw(t, c.Datacenters[0].Primary.Address, logins["calm"]), raw(t, p.Address, logins["hasty"])
	must(t, direct, map[topology.Flavor]string{topology.MariaDB: "SET max_statement_time = 0.7", topology.MySQL: "SET max_execution_time = 700"}[c.Binaries.Flavor()])
	for _, q := range []string{
		"SELECT SLEEP(20), 'too long'", // of which MySQL says that it was cut short, and no error
		"SELECT COUNT(*) FROM goods WHERE SLEEP(20) = 'too long'",
		"SELECT n, stock FROM goods WHERE n < 3 OR SLEEP(20) = 'too long' ORDER BY n", // in the middle of rows
		"/* shunt: primary */ SELECT COUNT(*) FROM goods WHERE SLEEP(20) = 'too long'",
	} {
		d, s := toTheEnd(t, direct, q), toTheEnd(t, through, q)
		if d != s {
			t.Errorf("%s\n direct  %s\n through %s", q, d, s)
		}
		if d, s := toTheEnd(t, direct, "SHOW WARNINGS"), toTheEnd(t, through, "SHOW WARNINGS"); d != s {
			t.Errorf("SHOW WARNINGS after %s\n direct  %s\n through %s", q, d, s)
		}
	}
	if got := said(through, "UPDATE goods SET stock = SLEEP(20) WHERE n = 1 AND 'too long' <> ''"); got != timedOut(c) {
		t.Errorf("a write: %s", got)
	}
	p.awaitProcess("nothing runs any more", "%too long%", 0, 10*time.Second)
	if got := must(t, through, "SELECT stock FROM goods WHERE n = 1 FOR UPDATE"); got != "10" {
		t.Errorf("after a write that was killed, %s", got)
	}
	if got := must(t, raw(t, p.Address, logins["calm"]), "SELECT SLEEP(1)"); got != "0" {
		t.Errorf("who has no limit: %s", got)
	}
}

// timeoutInTransaction: a statement is killed, the transaction goes on; also one that waits for a lock.
func timeoutInTransaction(t *testing.T, c *cluster.Cluster, p *proxied, logins map[string]mysqltest.Options) {
	hasty, calm := raw(t, p.Address, logins["hasty"]), raw(t, p.Address, logins["calm"])
	must(t, calm, "BEGIN")
	must(t, calm, "UPDATE goods SET stock = 33 WHERE n = 3")
	must(t, hasty, "BEGIN")
	must(t, hasty, "UPDATE goods SET stock = 11 WHERE n = 1")
	id := must(t, hasty, "SELECT CONNECTION_ID() + 0 FROM goods WHERE n = 1 FOR UPDATE")
	for _, q := range []string{"UPDATE goods SET stock = 34 WHERE n = 3", "UPDATE goods SET stock = stock + SLEEP(20) WHERE n = 1"} {
		if got := said(hasty, q); got != timedOut(c) {
			t.Errorf("%s: %s", q, got)
		}
	}
	if got := must(t, hasty, "SELECT CONNECTION_ID() + 0 FROM goods WHERE n = 1 FOR UPDATE"); got != id {
		t.Errorf("it was on connection %s and is on %s", id, got)
	}
	must(t, hasty, "UPDATE goods SET stock = stock + 1 WHERE n = 1")
	must(t, hasty, "COMMIT")
	must(t, calm, "ROLLBACK")
	if got := toTheEnd(t, calm, "SELECT stock FROM goods ORDER BY n FOR UPDATE"); got != "[[12] [20] [30]] ok" {
		t.Errorf("in the end %s", got)
	}
}

func timeoutPrepared(t *testing.T, c *cluster.Cluster, p *proxied, logins map[string]mysqltest.Options) {
	hasty := raw(t, p.Address, logins["hasty"])
	a, err := hasty.Do(mysql.ComStmtPrepare, []byte("SELECT COUNT(*) FROM goods WHERE SLEEP(20) = 'too long'"))
	if err != nil || a.Prepared == nil {
		t.Fatal(err)
	}
	for range 2 {
		e, err := hasty.Do(mysql.ComStmtExecute, append(binary.LittleEndian.AppendUint32(nil, a.Prepared.ID), 0, 1, 0, 0, 0))
		if err != nil || e.Results[0].Err == nil || e.Results[0].Err.Error() != timedOut(c) {
			t.Errorf("it says %+v %v", e.Results, err)
		}
	}
}

// idleTransaction: what it has locked is free, what it has written is gone, and its client hears so once.
func idleTransaction(t *testing.T, p *proxied, logins map[string]mysqltest.Options) {
	idle, calm := raw(t, p.Address, logins["idle"]), raw(t, p.Address, logins["calm"])
	for _, begin := range []string{"BEGIN", "SET autocommit = 0", "SET autocommit = 0, completion_type = CHAIN"} {
		must(t, idle, "SET autocommit = 1, completion_type = NO_CHAIN, @kept = 'kept'")
		must(t, idle, begin)
		must(t, idle, "UPDATE goods SET stock = 99 WHERE n = 2")
		must(t, calm, "UPDATE goods SET stock = stock + 1 WHERE n = 2") // waits for the lock
		if got := said(idle, "UPDATE goods SET stock = stock + 50 WHERE n = 2"); !strings.HasPrefix(got, "Error 9924 (40000)") {
			t.Errorf("%s: its next statement says %s", begin, got)
		}
		if got := must(t, idle, "SELECT @kept"); got != "kept" {
			t.Errorf("%s: the session has lost its variable: %s", begin, got)
		}
		must(t, idle, "COMMIT")
	}
	if got := must(t, calm, "SELECT stock FROM goods WHERE n = 2 FOR UPDATE"); got != "23" {
		t.Errorf("after three that were rolled back: %s", got)
	}
	p.await("nobody holds a connection", 10*time.Second, func() bool { return len(p.console("SHOW PINS")) == 0 })
}

// longTransaction: between two statements, and in one.
func longTransaction(t *testing.T, p *proxied, logins map[string]mysqltest.Options) {
	brief, calm := raw(t, p.Address, logins["brief"]), raw(t, p.Address, logins["calm"])
	must(t, brief, "BEGIN")
	got := "ok"
	for began := time.Now(); got == "ok" && time.Since(began) < 20*time.Second; {
		got = said(brief, "UPDATE goods SET stock = stock + 1 WHERE n = 3")
	}
	if !strings.HasPrefix(got, "Error 9925 (40000)") {
		t.Errorf("a busy one ends with %s", got)
	}
	must(t, brief, "BEGIN")
	must(t, brief, "UPDATE goods SET stock = 99 WHERE n = 3")
	if got := said(brief, "UPDATE goods SET stock = SLEEP(20) WHERE n = 1"); !strings.HasPrefix(got, "Error 9925 (40000)") {
		t.Errorf("a statement of a long one says %s", got)
	}
	if got := must(t, calm, "SELECT stock FROM goods WHERE n = 3 FOR UPDATE"); got != "30" {
		t.Errorf("after two that were rolled back: %s", got)
	}
	must(t, brief, "UPDATE goods SET stock = stock + 0 WHERE n = 3")
}

// flood: a hundred clients of one account keep all connections busy. Another's statements are answered while the flood goes on, and so are the
// flood's own.
func flood(t *testing.T, p *proxied, logins map[string]mysqltest.Options) {
	var clients []*mysqltest.Client
	for range 100 {
		clients = append(clients, raw(t, p.Address, logins["calm"]))
	}
	quick := raw(t, p.Address, logins["hasty"])
	var over atomic.Bool
	var done atomic.Int64
	var busy sync.WaitGroup
	for _, c := range clients {
		busy.Go(func() {
			for !over.Load() {
				if got := said(c, "/* shunt: primary */ SELECT SLEEP(0.2)"); got != "0" {
					t.Errorf("one of the flood: %s", got)
					return
				}
				done.Add(1)
			}
		})
	}
	defer func() { over.Store(true); busy.Wait() }()
	p.await("the flood is there", 20*time.Second, func() bool {
		rows := p.console("SHOW POOLS WHERE waiting >= 80")
		return len(rows) == 1 && rows[0]["most_waiting"] == "calm@%" && rows[0]["waiting_accounts"] == "1"
	})
	for range 20 {
		before := done.Load()
		if got := said(quick, "/* shunt: primary */ SELECT stock FROM goods WHERE n = 1"); got != "12" {
			t.Fatalf("the other account: %s", got)
		}
		if n := done.Load() - before; n > 60 { // there were more than 80 before it, who would go first in order of arrival
			t.Errorf("%d statements of the flood went before one of the other account's", n)
		}
	}
}

// fewConnections: an account uses no more of a server than it may.
func fewConnections(t *testing.T, c *cluster.Cluster, p *proxied, logins map[string]mysqltest.Options) {
	var busy sync.WaitGroup
	for range 8 {
		few := raw(t, p.Address, logins["few"])
		busy.Go(func() {
			if got := said(few, "/* shunt: primary */ SELECT SLEEP(0.3), 'few'"); got != "0" {
				t.Error(got)
			}
		})
	}
	most := 0
	p.await("they wait", 10*time.Second, func() bool {
		var n int
		if err := c.Datacenters[0].Primary.DB().QueryRow("SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'few'").Scan(&n); err != nil {
			t.Fatal(err)
		}
		most = max(most, n)
		return len(p.console("SHOW POOLS WHERE most_waiting = 'few@%'")) == 1
	})
	busy.Wait()
	if most > 2 {
		t.Errorf("it has %d connections", most)
	}
}

// reloadLimits: they hold for who logs in from then on.
func reloadLimits(t *testing.T, c *cluster.Cluster, p *proxied, logins map[string]mysqltest.Options) {
	before := raw(t, p.Address, logins["calm"])
	file := p.process.Args[len(p.process.Args)-1]
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), "users: [hasty], query_timeout: 700ms", "users: [calm], query_timeout: 300ms, connections: 2", 1)
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range p.console("RELOAD CONFIG") {
		if row["applied"] != "now" || !strings.HasPrefix(row["setting"], "limits.accounts[") {
			t.Errorf("the reload says %v", row)
		}
	}
	const q = "SELECT COUNT(*) FROM goods WHERE SLEEP(0.3) = 7" // three rows
	after, hasty := raw(t, p.Address, logins["calm"]), raw(t, p.Address, logins["hasty"])
	if got := said(after, q); got != timedOut(c) {
		t.Errorf("who has a limit now: %s", got)
	}
	for who, client := range map[string]*mysqltest.Client{"who has logged in before": before, "who has none any more": hasty} {
		if got := said(client, q); got != "0" {
			t.Errorf("%s: %s", who, got)
		}
	}
	if got := logIn(t, p.Address, logins["calm"]); !strings.Contains(got, "1203") {
		t.Errorf("a third client of an account that may have two: %s", got)
	}
}
