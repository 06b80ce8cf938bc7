package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"shunt/lab"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// bank is two accounts tables of one database: accounts on paris, accounts_b, a module, on gra.
type bank struct {
	t        *testing.T
	cluster  *cluster.Cluster
	database string
	app      *mysqltest.Client
	proxy    *proxied
}

// openBank makes the tables, with ten accounts of 100 each, and starts shunt with more configuration.
func openBank(t *testing.T, c *cluster.Cluster, extra string) *bank {
	t.Helper()
	b := &bank{t: t, cluster: c, database: c.Database(t, "paris")}
	gra := c.Datacenter("gra").Primary
	if err := gra.Exec(t.Context(), "CREATE DATABASE "+b.database); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := gra.Exec(context.Background(), "DROP DATABASE IF EXISTS "+b.database); err != nil { // the test's own context is over
			t.Error(err)
		}
	})
	c.CatchUp(t)
	as := c.Accounts.Replication
	b.proxy = startEdited(t, c, func(config string) string {
		config = strings.Replace(config, "  paris:\n", "  paris:\n    replication: {user: "+as.User+", password: \""+as.Password+"\"}\n", 1)
		return config + fmt.Sprintf("modules:\n  b: {database: %s, tables: ['*_b'], cluster: gra}\n%s\n", b.database, extra)
	})
	b.app = b.client()
	for _, table := range []string{"accounts", "accounts_b"} {
		must(t, b.app, "CREATE TABLE "+table+" (id INT PRIMARY KEY AUTO_INCREMENT, money INT NOT NULL) ENGINE=InnoDB")
		must(t, b.app, "INSERT INTO "+table+" (money) VALUES (100),(100),(100),(100),(100)")
	}
	c.CatchUp(t) // other clients read from replicas, which need not have what b.app has written
	return b
}

// kept is a store in a folder of the test's own, with which transactions are atomic.
func kept(t *testing.T) string { return fmt.Sprintf("store: {embedded: %s}", t.TempDir()) }

// client logs in at shunt.
func (b *bank) client() *mysqltest.Client {
	b.t.Helper()
	shop := b.cluster.Accounts.Shop
	return raw(b.t, b.proxy.Address, mysqltest.Options{User: shop.User, Password: shop.Password, Database: b.database})
}

// on reads from a cluster's primary itself.
func (b *bank) on(cluster, table string) (sum string) {
	b.t.Helper()
	err := b.cluster.Datacenter(cluster).Primary.DB().QueryRowContext(b.t.Context(), "SELECT SUM(money) FROM "+b.database+"."+table).Scan(&sum)
	if err != nil {
		b.t.Fatal(err)
	}
	return sum
}

// has fails unless the two clusters have these sums.
func (b *bank) has(paris, gra string) {
	b.t.Helper()
	if a, c := b.on("paris", "accounts"), b.on("gra", "accounts_b"); a != paris || c != gra {
		b.t.Errorf("paris has %s and gra %s, want %s and %s", a, c, paris, gra)
	}
}

func (b *bank) run(queries ...string) {
	b.t.Helper()
	for _, q := range queries {
		must(b.t, b.app, q)
	}
}

// refuses fails unless a statement gets an error with these words.
func (b *bank) refuses(q string, words ...string) {
	b.t.Helper()
	answer := said(b.app, q)
	for _, w := range words {
		if !strings.Contains(answer, w) {
			b.t.Errorf("%s: %s, want %q in it", q, answer, w)
		}
	}
}

// is fails unless a query gives a value.
func (b *bank) is(q, want string) {
	b.t.Helper()
	if got := must(b.t, b.app, q); got != want {
		b.t.Errorf("%s: %s, want %s", q, got, want)
	}
}

func (b *bank) nothingHeld() {
	b.t.Helper()
	b.proxy.await("nothing keeps a connection", 5*time.Second, func() bool { return len(b.proxy.console("SHOW PINS")) == 0 })
}

const (
	give = "UPDATE accounts SET money = money - 10 WHERE id = 1"
	take = "UPDATE accounts_b SET money = money + 10 WHERE id = 1"
)

func TestTransactionsOverClusters(t *testing.T) { overClusters(t, cluster.Shared(t)) }

func TestMySQLTransactionsOverClusters(t *testing.T) {
	pair := func(name string) lab.Datacenter { return lab.Datacenter{Name: name, Replicas: 1} }
	overClusters(t, cluster.Start(t, cluster.MySQL(), cluster.Datacenters(pair("paris"), pair("gra"))))
}

// overClusters: a transaction over two clusters behaves as one on one server.
func overClusters(t *testing.T, c *cluster.Cluster) {
	b := openBank(t, c, kept(t))
	t.Run("commit", func(t *testing.T) {
		b.run("BEGIN", give, take)
		b.has("500", "500")
		b.is("SELECT money FROM accounts WHERE id = 1", "90")
		b.is("SELECT money FROM accounts_b WHERE id = 1", "110")
		b.run("COMMIT")
		b.has("490", "510")
		if token := must(t, b.app, "SELECT @@shunt_token"); !strings.Contains(token, "gra:") || !strings.Contains(token, "paris:") {
			t.Errorf("the session's token does not have both writes: %q", token)
		}
		b.is("SELECT SUM(money) FROM accounts_b", "510") // a replica may answer, if it has the write
		b.is("SELECT SUM(money) FROM accounts", "490")
	})
	t.Run("roll back", func(t *testing.T) {
		b.run("START TRANSACTION", take, give, "ROLLBACK")
		b.has("490", "510")
	})
	t.Run("savepoints", func(t *testing.T) {
		b.run("BEGIN", give, "SAVEPOINT s", give, take, "ROLLBACK TO s", take, "RELEASE SAVEPOINT s", "COMMIT")
		b.has("480", "520")
	})
	t.Run("one cluster", func(t *testing.T) {
		b.run("BEGIN", give, "SELECT 1", "SELECT SUM(money) FROM accounts_b", "COMMIT")
		b.has("470", "520")
		b.run("BEGIN", take, "COMMIT", "BEGIN", "COMMIT", "BEGIN", "ROLLBACK", "BEGIN", "SELECT SUM(money) FROM accounts_b", "COMMIT")
		b.has("470", "530")
	})
	t.Run("the session's state goes along", func(t *testing.T) {
		b.run("SET @n = 5", "BEGIN", "INSERT INTO accounts (money) VALUES (@n)", "SELECT LAST_INSERT_ID() INTO @id")
		b.run("INSERT INTO accounts_b (money) VALUES (-@n)")
		b.is("SELECT @id", "6")
		b.is("SELECT MAX(id) = LAST_INSERT_ID() FROM accounts_b", "1")
		b.is("SELECT LAST_INSERT_ID()", "6")
		b.is("SELECT DATABASE() FROM accounts_b LIMIT 1", b.database)
		b.run("SET time_zone = '+05:00'")
		b.is("SELECT @@time_zone FROM accounts LIMIT 1", "+05:00")
		b.run("SET @n = 7")
		b.is("SELECT @n FROM accounts_b LIMIT 1", "7")
		b.run("ROLLBACK", "SET time_zone = DEFAULT")
	})
	t.Run("what ends a transaction by itself", func(t *testing.T) {
		b.run("BEGIN", give, take, "CREATE TABLE more_b (id INT)")
		b.has("460", "540")
		b.run("BEGIN", give, take, "BEGIN", "ROLLBACK")
		b.has("450", "550")
		b.run("BEGIN", give, take, "COMMIT AND CHAIN", give, take, "ROLLBACK")
		b.has("440", "560")
		b.run("SET autocommit = 0", give, take, "COMMIT", give, take, "ROLLBACK", give, take, "SET autocommit = 1")
		b.has("420", "580")
		b.run("SET autocommit = 0", "SELECT 1", take, give, "ROLLBACK", "SELECT 1", "SELECT SUM(money) FROM accounts", take, give, "COMMIT", "SET autocommit = 1")
		b.has("410", "590")
		b.run("UPDATE accounts SET money = money + 10 WHERE id = 1", "UPDATE accounts_b SET money = money - 10 WHERE id = 1", "DROP TABLE more_b")
	})
	t.Run("isolation", func(t *testing.T) {
		for _, level := range []string{"READ COMMITTED", "REPEATABLE READ"} {
			other := b.client()
			b.run("SET TRANSACTION ISOLATION LEVEL "+level, "BEGIN", "SELECT SUM(money) FROM accounts", "SELECT SUM(money) FROM accounts_b")
			must(t, other, give)
			must(t, other, take)
			paris, gra := "420", "580"
			if level == "READ COMMITTED" {
				paris, gra = "410", "590"
			}
			b.is("SELECT SUM(money) FROM accounts", paris)
			b.is("SELECT SUM(money) FROM accounts_b", gra)
			b.run("COMMIT")
			must(t, other, "UPDATE accounts SET money = money + 10 WHERE id = 1")
			must(t, other, "UPDATE accounts_b SET money = money - 10 WHERE id = 1")
		}
	})
	t.Run("a deadlock ends all of it", func(t *testing.T) {
		other := b.client()
		b.run("BEGIN", give, take)
		must(t, other, "BEGIN")
		must(t, other, "UPDATE accounts_b SET money = money + 1000 WHERE id = 2")
		must(t, other, "UPDATE accounts_b SET money = money + 1000 WHERE id = 3")
		must(t, other, "UPDATE accounts SET money = money - 1000 WHERE id = 2")
		waits := make(chan string)
		go func() { waits <- said(b.app, "UPDATE accounts_b SET money = 0 WHERE id = 2") }()
		time.Sleep(300 * time.Millisecond) // so that it waits; if it does not yet, it waits for the other later
		answer := said(other, "UPDATE accounts_b SET money = 0 WHERE id = 1")
		mine := <-waits
		if strings.Contains(answer, "1213") == strings.Contains(mine, "1213") {
			t.Fatalf("no deadlock, or two: %q and %q", answer, mine)
		}
		must(t, other, "ROLLBACK")
		b.run("ROLLBACK")
		b.has("420", "580")
		b.nothingHeld()
	})
	t.Run("reset and quit", func(t *testing.T) {
		other := b.client()
		must(t, other, "BEGIN")
		must(t, other, give)
		must(t, other, take)
		if _, err := other.Do(0x1f, nil); err != nil {
			t.Fatal(err)
		}
		must(t, other, "BEGIN")
		must(t, other, give)
		must(t, other, take)
		_ = other.Close()
		b.nothingHeld()
		b.run(give, take)
		b.has("410", "590")
	})
	t.Run("kill", func(t *testing.T) {
		other := b.client()
		id := must(t, other, "SELECT CONNECTION_ID()")
		must(t, other, "BEGIN")
		must(t, other, give)
		must(t, other, take)
		b.run("KILL " + id)
		b.nothingHeld()
		b.run("UPDATE accounts SET money = money + 0 WHERE id = 1", "UPDATE accounts_b SET money = money + 0 WHERE id = 1")
		b.has("410", "590")
	})
	t.Run("lists of statements", func(t *testing.T) {
		list := raw(t, b.proxy.Address, mysqltest.Options{User: c.Accounts.Shop.User, Password: c.Accounts.Shop.Password, Database: b.database,
			Capabilities: mysqltest.ClientCapabilities | mysql.CapMultiStatements | mysql.CapMultiResults})
		said(list, "BEGIN; "+give+"; COMMIT") // plain, on one cluster
		b.has("400", "590")
		must(t, list, "BEGIN")
		must(t, list, give)
		must(t, list, take)
		if answer := said(list, take+"; COMMIT"); !strings.Contains(answer, "9929") {
			t.Errorf("the end of a transaction over two clusters in a list: %s", answer)
		}
		must(t, list, "ROLLBACK")
		b.run("UPDATE accounts SET money = money + 10 WHERE id = 1")
		b.has("410", "590")
	})
	t.Run("prepared", func(t *testing.T) {
		db := b.proxy.open(b.database)
		tx, err := db.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []string{"UPDATE accounts SET money = money - ? WHERE id = ?", "UPDATE accounts_b SET money = money + ? WHERE id = ?"} {
			if _, err := tx.ExecContext(t.Context(), q, 10, 2); err != nil {
				t.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		b.has("400", "600")
	})
	t.Run("read only", func(t *testing.T) {
		c.CatchUp(t) // others have written last
		b.run("START TRANSACTION READ ONLY")
		b.is("SELECT SUM(money) FROM accounts", "400")
		b.is("SELECT SUM(money) FROM accounts_b", "600")
		b.refuses(take, "1792")
		b.run("COMMIT")
		b.nothingHeld()
	})
	t.Run("refused", func(t *testing.T) {
		b.run("START TRANSACTION WITH CONSISTENT SNAPSHOT", give)
		b.refuses(take, "9926", "paris", "gra", "module b", "shunt: atomic")
		b.run("ROLLBACK", "BEGIN", give, take)
		b.has("400", "600")
		b.run("ROLLBACK")
		b.nothingHeld()
	})
	if blind := b.proxy.Metric("shunt_blind_writes_total"); blind != 0 {
		t.Errorf("%v writes were blind: their commits did not tell their GTIDs", blind)
	}
	if n := b.proxy.Metric(`shunt_xa_decisions_total{outcome="committed"}`); n < 8 {
		t.Errorf("%v decisions in all", n)
	}
	b.nothingLeft()
}

// TestTransactionsOverClustersThatIdle: one that is forgotten is rolled back on all of its clusters.
func TestTransactionsOverClustersThatIdle(t *testing.T) {
	b := openBank(t, cluster.Shared(t), kept(t)+"\nlimits: {transaction_idle: 300ms}")
	b.run("BEGIN", give, take)
	b.nothingHeld()
	b.refuses("SELECT 1", "9924")
	b.run(give, take)
	b.has("490", "510")
}

// TestSwitchoverWaitsForAllBranches: a branch that sleeps is a writer of its cluster, too.
func TestSwitchoverWaitsForAllBranches(t *testing.T) {
	b := openBank(t, cluster.Shared(t), kept(t)+"\nswitchover: {drain: 300ms}")
	b.run("BEGIN", give, take)
	replica := b.cluster.Datacenter("paris").Replicas[0]
	rows, err := b.proxy.Try("SWITCHOVER CLUSTER paris TO " + replica.Address)
	if text := fmt.Sprint(rows, err); !strings.Contains(text, "client") {
		t.Errorf("a switchover of the cluster of a branch that sleeps: %s", text)
	}
	b.run("COMMIT")
	b.has("490", "510")
}

// TestTransactionsOverClustersWithOneWriter: without a store that is kept, a transaction reads on all clusters and writes on one.
func TestTransactionsOverClustersWithOneWriter(t *testing.T) {
	b := openBank(t, cluster.Shared(t), "")
	b.run("BEGIN", give)
	b.is("SELECT SUM(money) FROM accounts_b", "500")
	b.refuses(take, "9926", "cluster paris", "cluster gra", "module b", "one")
	b.run("UPDATE accounts SET money = money + 1 WHERE id = 2", "COMMIT")
	b.has("491", "500")
	b.run("BEGIN", "SELECT SUM(money) FROM accounts", take, "COMMIT")
	b.has("491", "510")
	b.run("BEGIN", "SELECT SUM(money) FROM accounts", take, "ROLLBACK")
	b.has("491", "510")
	b.refuses("BEGIN /* shunt: atomic */", "9929", "store")
	b.run("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", "BEGIN", "SELECT SUM(money) FROM accounts", "SELECT SUM(money) FROM accounts_b")
	other := b.client()
	must(t, other, take)
	b.is("SELECT SUM(money) FROM accounts_b", "520")
	b.run("COMMIT")
	b.nothingHeld()
}

// TestOrderedTransactionsOverClusters: they commit on one cluster after the other, and an error in the middle is told as it is.
func TestOrderedTransactionsOverClusters(t *testing.T) {
	b := openBank(t, cluster.Shared(t), "transactions: ordered")
	b.run("BEGIN", give, take, "COMMIT")
	b.has("490", "510")
	b.run("BEGIN", give, take, "ROLLBACK")
	b.has("490", "510")
	b.run("BEGIN", give, take, "BEGIN", give, "CREATE TABLE more_b (id INT)", "DROP TABLE more_b")
	b.has("470", "520")
	b.run("BEGIN", give, take)
	gra := b.cluster.Datacenter("gra").Primary
	var id int
	if err := gra.DB().QueryRowContext(t.Context(), "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'shop' AND ID IN (SELECT trx_mysql_thread_id FROM information_schema.INNODB_TRX)").Scan(&id); err != nil {
		t.Fatal(err)
	}
	if err := gra.Exec(t.Context(), fmt.Sprintf("KILL %d", id)); err != nil {
		t.Fatal(err)
	}
	b.refuses("COMMIT", "9927", "committed on paris", "gra")
	b.has("460", "520")
	b.nothingHeld()
}

// TestTransactionsOverDatabases: a hint makes a transaction atomic whose clusters are those of databases.
func TestTransactionsOverDatabases(t *testing.T) {
	c := cluster.Shared(t)
	other, elsewhere := c.Database(t, "gra"), c.Database(t, "paris")
	b := openBank(t, c, kept(t))
	b.run("CREATE TABLE "+other+".t (n INT)", "CREATE TABLE "+elsewhere+".t (n INT)", "USE "+elsewhere)
	b.run("BEGIN /* shunt: atomic */", "INSERT INTO t VALUES (1)", "INSERT INTO "+other+".t VALUES (1)", "ROLLBACK")
	b.run("BEGIN /* shunt: atomic */", "INSERT INTO t VALUES (2)", "INSERT INTO "+other+".t VALUES (3)", "COMMIT")
	b.is("SELECT SUM(n) FROM t", "2")
	b.is("SELECT SUM(n) FROM "+other+".t", "3")
	b.run("BEGIN", "INSERT INTO t VALUES (2)")
	b.refuses("INSERT INTO "+other+".t VALUES (3)", "9926")
	b.run("ROLLBACK")
	b.nothingLeft()
}

// nothingLeft waits until no server has a prepared transaction.
func (b *bank) nothingLeft() {
	b.t.Helper()
	b.proxy.await("no transaction is left half-way", 20*time.Second, func() bool {
		for _, d := range b.cluster.Datacenters {
			rows, err := query(b.t.Context(), d.Primary.DB(), "XA RECOVER")
			if err != nil {
				b.t.Fatal(err)
			}
			if len(rows) > 0 {
				return false
			}
		}
		return true
	})
}

// TestJoinsInTransactions: a SELECT over two clusters sees what its transaction has written on both, and nothing of it is seen outside before it commits.
func TestJoinsInTransactions(t *testing.T) {
	b := openBank(t, cluster.Shared(t), kept(t))
	const join = "SELECT SUM(a.money + b.money) FROM accounts a JOIN accounts_b b USING (id)"
	sum := func(c *mysqltest.Client, want string) {
		t.Helper()
		if got := must(t, c, join); got != want {
			t.Errorf("the sum is %s, want %s", got, want)
		}
	}
	other := b.client()
	for _, end := range []string{"ROLLBACK", "COMMIT"} {
		b.run("BEGIN", "UPDATE accounts SET money = money - 10 WHERE id = 1", "UPDATE accounts_b SET money = money + 30 WHERE id = 1")
		sum(b.app, "1020")
		sum(other, "1000")
		b.run("UPDATE accounts SET money = money + 1 WHERE id = 2")
		sum(b.app, "1021")
		if tables := first(t, b.app, "SHOW TABLES"); tables != "accounts accounts_b" {
			t.Errorf("in the transaction it has %s", tables)
		}
		if n := must(t, b.app, "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()"); n != "2" {
			t.Errorf("in the transaction information_schema has %s tables", n)
		}
		b.run(end)
	}
	sum(b.app, "1021")
	b.has("491", "530")
	b.run("SET autocommit = 0", "UPDATE accounts SET money = money + 5 WHERE id = 1")
	if answer := said(b.app, join); !strings.HasPrefix(answer, "1026") && !strings.Contains(answer, "9901") {
		t.Errorf("with autocommit off: %s", answer)
	}
	b.run("ROLLBACK", "SET autocommit = 1")
	sum(b.app, "1021")
}
