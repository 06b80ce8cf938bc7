package e2e

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shunt/lab"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
	"shunt/tests/front"
)

// soon is more than the second within which every proxy has a change: the machine may be busy.
const soon = 10 * time.Second

// TestOneMapForAllProxies: a module that is ordered on one proxy's console is in force on another's within a second, under traffic, without an error; and so is
// the way back.
func TestOneMapForAllProxies(t *testing.T) {
	c := cluster.Shared(t)
	database := c.Database(t, "paris")
	paris, gra := c.Datacenter("paris").Primary, c.Datacenter("gra").Primary
	folder := filepath.Join(t.TempDir(), "store")
	first := startShunt(t, c, fmt.Sprintf("store: {embedded: %s}\n", folder))
	second := startShunt(t, c, fmt.Sprintf("store: {etcd: ['http://%s']}\n", front.Forward(t, filepath.Join(folder, "etcd", "socket"))))

	order := func(p *proxied, command string) []map[string]string { t.Helper(); return p.console(command) }
	order(first, "SET DATABASE "+database+" HOME paris") // so that the same database on gra is no clash
	both := []*lab.Server{paris, gra}
	if err := gra.Exec(t.Context(), "CREATE DATABASE "+database); err != nil {
		t.Fatal(err)
	}
	dropAtEnd(t, gra, database)
	for _, s := range both {
		if err := s.Exec(t.Context(), "CREATE TABLE "+database+".stat_day (id INT PRIMARY KEY AUTO_INCREMENT, n INT)"); err != nil {
			t.Fatal(err)
		}
	}
	c.CatchUp(t)
	traffic := startBusyClients(t, database, first, second)

	dry := order(first, "ADD MODULE statistics DATABASE "+database+" TABLES ('stat_*') CLUSTER gra DRY RUN")
	if len(dry) < 3 || dry[1]["item"] != "table" || dry[2]["item"] != "digest" || dry[1]["name"] != database+".stat_day" || len(second.console("SHOW MODULES")) > 0 || count(t, gra, database) > 0 {
		t.Errorf("a dry run tells %v; modules: %v", dry, second.console("SHOW MODULES"))
	}
	began := time.Now()
	order(first, "ADD MODULE statistics DATABASE "+database+" TABLES ('stat_*') CLUSTER gra")
	second.await("the other proxy has the module", soon, func() bool { return len(second.console("SHOW MODULES WHERE from = 'store' AND cluster = 'gra'")) == 1 })
	t.Logf("the other proxy had the module %v after the order was given", time.Since(began).Round(time.Millisecond))
	for _, p := range []*proxied{first, second} {
		before := count(t, gra, database)
		shop := c.Accounts.Shop
		must(t, raw(t, p.Address, mysqltest.Options{User: shop.User, Password: shop.Password, Database: database}), "INSERT INTO stat_day (n) VALUES (1)")
		if count(t, gra, database) <= before {
			t.Error("a proxy writes to the old cluster still")
		}
	}
	if a, b := first.console("SHOW PROXIES")[0]["map"], second.console("SHOW PROXIES")[0]["map"]; ofStore(a) != ofStore(b) || ofStore(a) == "0" {
		t.Errorf("the proxies' maps are of revisions %s and %s", a, b)
	}
	traffic.more(t)

	audit := second.console("SHOW AUDIT WHERE order LIKE 'ADD MODULE%'")
	if len(audit) != 1 || audit[0]["face"] != "console" || audit[0]["user"] != "admin" || audit[0]["before"] != "" || !strings.Contains(audit[0]["after"], "stat_*") {
		t.Fatalf("the audit has %v", audit)
	}
	order(second, "UNDO CHANGE "+audit[0]["change"])
	first.await("the first proxy has the module no more", soon, func() bool { return len(first.console("SHOW MODULES")) == 0 })
	traffic.more(t)
	if errs := traffic.stop(); len(errs) > 0 {
		t.Errorf("%d errors of clients, such as %v", len(errs), errs[0])
	}
	if rows, err := second.Try("UNDO CHANGE " + audit[0]["change"]); err == nil {
		t.Errorf("it is taken back twice: %v", rows)
	}
}

// ofStore is the part of a map's revision that is the store's.
func ofStore(revision string) string {
	stored, _, _ := strings.Cut(revision, "+")
	return stored
}

// TestAClashIsDecidedByAnOperator: a database on two clusters is refused with the command that decides it.
func TestAClashIsDecidedByAnOperator(t *testing.T) {
	c := cluster.Shared(t)
	database := c.Database(t, "paris")
	gra := c.Datacenter("gra").Primary
	for _, q := range []string{"CREATE DATABASE " + database, "CREATE TABLE " + database + ".here (n INT)"} {
		if err := gra.Exec(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	dropAtEnd(t, gra, database)
	c.CatchUp(t)
	folder := filepath.Join(t.TempDir(), "store")
	edit := fmt.Sprintf("store: {embedded: %s}\n", folder)
	p := startShunt(t, c, edit)
	shop := c.Accounts.Shop
	app := raw(t, p.Address, mysqltest.Options{User: shop.User, Password: shop.Password})
	query := "SELECT COUNT(*) FROM " + database + ".here"
	refused := said(app, query)
	for _, word := range []string{"9902", "gra and paris", "SET DATABASE " + database + " HOME gra"} {
		if !strings.Contains(refused, word) {
			t.Errorf("the refusal lacks %q: %s", word, refused)
		}
	}
	p.console("SET DATABASE " + database + " HOME gra")
	if got := must(t, app, query); got != "0" {
		t.Errorf("decided: %s", got)
	}
	if rows := p.console("SHOW DATABASES WHERE database = '" + database + "'"); len(rows) != 1 || rows[0]["from"] != "store" || rows[0]["cluster"] != "gra" {
		t.Errorf("SHOW DATABASES: %v", rows)
	}
	p.Stop()
	p = startShunt(t, c, edit) // the first statement goes where the store says
	app = raw(t, p.Address, mysqltest.Options{User: shop.User, Password: shop.Password})
	if got := must(t, app, query); got != "0" {
		t.Errorf("after a restart: %s", got)
	}
	p.console("RESET DATABASE " + database + " FORCE")
	if again := said(app, query); !strings.Contains(again, "9902") {
		t.Errorf("the decision was dropped: %s", again)
	}
}

// TestNewDatabasesAreMadeOnTheDefaultHome, and dropped where they live.
func TestNewDatabasesAreMadeOnTheDefaultHome(t *testing.T) {
	c := cluster.Shared(t)
	p := startShunt(t, c, "discovery: {interval: 1h}\n")
	shop := c.Accounts.Shop
	app := raw(t, p.Address, mysqltest.Options{User: shop.User, Password: shop.Password})
	on := func(s *lab.Server, database string) (there bool) {
		t.Helper()
		if err := s.DB().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?", database).Scan(&there); err != nil {
			t.Fatal(err)
		}
		return there
	}
	paris, gra := c.Datacenter("paris").Primary, c.Datacenter("gra").Primary
	must(t, app, "CREATE DATABASE shop_made_1")
	dropAtEnd(t, paris, "shop_made_1")
	rows := p.console("SET DEFAULT HOME gra")
	if len(rows) != 2 || rows[1]["item"] != "warning" || !strings.Contains(rows[1]["detail"], "will not outlive a restart") {
		t.Errorf("an order to a store in memory: %v", rows)
	}
	must(t, app, "CREATE DATABASE shop_made_2")
	dropAtEnd(t, gra, "shop_made_2")
	if !on(paris, "shop_made_1") || on(gra, "shop_made_1") || on(paris, "shop_made_2") || !on(gra, "shop_made_2") {
		t.Error("databases were not made on the default home")
	}
	// The first is found before another home is the default: nobody would know any more where it lives.
	if rows := p.console("SHOW DATABASES LIKE 'shop\\_made\\_1'"); len(rows) != 1 || rows[0]["cluster"] != "paris" || rows[0]["from"] != "discovered" {
		t.Errorf("after the default home has changed: %v", rows)
	}
	must(t, app, "DROP DATABASE shop_made_1") // it lives on paris, which is not the default home any more
	must(t, app, "DROP DATABASE shop_made_2")
	if on(paris, "shop_made_1") || on(gra, "shop_made_2") {
		t.Error("databases were not dropped where they live")
	}
}

// TestADatabaseWithModulesIsOneDatabase: it is made and dropped on all clusters that have a part of it, so that its tables can be made at once.
func TestADatabaseWithModulesIsOneDatabase(t *testing.T) { inParts(t, cluster.Shared(t)) }

func TestMySQLADatabaseWithModulesIsOneDatabase(t *testing.T) { inParts(t, cluster.SharedMySQL(t)) }

func inParts(t *testing.T, c *cluster.Cluster) {
	paris, gra := c.Datacenter("paris").Primary, c.Datacenter("gra").Primary
	const database = "shop_in_parts"
	p := startShunt(t, c, "")
	p.console("SET DATABASE " + database + " HOME paris")
	if rows := p.console("ADD MODULE statistics DATABASE " + database + " TABLES ('stat_*') CLUSTER gra"); !strings.Contains(fmt.Sprint(rows), "cluster gra has no database") {
		t.Errorf("nobody says that the database is not there: %v", rows)
	}
	shop := c.Accounts.Shop
	app := raw(t, p.Address, mysqltest.Options{User: shop.User, Password: shop.Password})
	dropAtEnd(t, paris, database)
	dropAtEnd(t, gra, database)
	commandLine(t, p)
	if err := gra.Exec(t.Context(), "CREATE DATABASE "+database); err != nil { // somebody has made a part of it
		t.Fatal(err)
	}
	for range 2 { // the second time it is made anew
		for _, q := range []string{
			"CREATE DATABASE " + database, "USE " + database, "CREATE TABLE stat_day (n INT)", "CREATE TABLE goods (n INT)", "ALTER DATABASE CHARACTER SET utf8mb4",
			"INSERT INTO stat_day VALUES (1)", "INSERT INTO goods VALUES (1)",
		} {
			must(t, app, q)
		}
		if got := first(t, app, "SHOW TABLES"); got != "goods stat_day" {
			t.Errorf("it has %s", got)
		}
		if again := said(app, "CREATE DATABASE "+database); !strings.Contains(again, "1007") {
			t.Errorf("made twice: %s", again)
		}
		if _, err := p.Try("DROP MODULE statistics"); err == nil || !strings.Contains(err.Error(), "1 table would not be found any more: "+database+".stat_day") {
			t.Errorf("a module whose table would be lost out of sight is dropped: %v", err)
		}
		if _, err := p.Try("ALTER MODULE statistics TABLES ('stat_*', 'goods')"); err == nil || !strings.Contains(err.Error(), database+".goods; move it first") {
			t.Errorf("a table that is not there is looked for on gra: %v", err)
		}
		must(t, app, "BEGIN")
		must(t, app, "INSERT INTO goods VALUES (2)")
		if held := said(app, "DROP DATABASE "+database); !strings.Contains(held, "9901") {
			t.Errorf("dropped in a transaction: %s", held)
		}
		must(t, app, "ROLLBACK")
		must(t, app, "DROP DATABASE "+database)
		if got := must(t, app, "SELECT DATABASE()"); got != "NULL" && got != "" {
			t.Errorf("the default database is %q", got)
		}
		for _, s := range []*lab.Server{paris, gra} {
			var n int
			if err := s.DB().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?", database).Scan(&n); err != nil || n != 0 {
				t.Errorf("%s has it still (%v)", s.Name, err)
			}
		}
	}
	if rows := p.console("EXPLAIN ROUTE DROP DATABASE " + database); rows[0]["verdict"] != "spread" || rows[0]["cluster"] != "gra, paris" {
		t.Errorf("EXPLAIN ROUTE: %v", rows)
	}
}

// TestARefusalOfAModulesClusterEndsIt: the home is not asked, and the client hears which cluster it was.
func TestARefusalOfAModulesClusterEndsIt(t *testing.T) {
	c := cluster.Shared(t)
	paris, gra := c.Datacenter("paris").Primary, c.Datacenter("gra").Primary
	const database, user = "shop_refused", "half"
	dropAtEnd(t, paris, database)
	for _, s := range []*lab.Server{paris, gra} {
		if err := s.Exec(t.Context(), "CREATE USER "+user+"@'%' IDENTIFIED BY 'half'"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Exec(context.Background(), "DROP USER "+user+"@'%'") }) // the servers end soon
	}
	if err := paris.Exec(t.Context(), "GRANT ALL ON `shop%`.* TO "+user+"@'%'"); err != nil {
		t.Fatal(err)
	}
	c.CatchUp(t)
	p := startShunt(t, c, fmt.Sprintf("databases: {%s: {cluster: paris}}\nmodules: {statistics: {database: %s, tables: [stat_*], cluster: gra}}\n", database, database))
	app := raw(t, p.Address, mysqltest.Options{User: user, Password: "half"})
	refused := said(app, "CREATE DATABASE "+database)
	if !strings.Contains(refused, "1044") || !strings.Contains(refused, "cluster gra, which has modules of the database, refused") {
		t.Errorf("it is refused with %s", refused)
	}
	var n int
	if err := paris.DB().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?", database).Scan(&n); err != nil || n != 0 {
		t.Errorf("its home has made it (%v)", err)
	}
	must(t, app, "DO 1") // and the client goes on
}

// commandLine asks with the program itself.
func commandLine(t *testing.T, p *proxied) {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) string {
		out, _ := exec.Command(path, append(args, "--api", "http://"+p.HTTP, "--password", adminPassword)...).CombinedOutput() // what it says tells how it ended
		return string(out)
	}
	for _, c := range []struct{ says, args string }{
		{"statistics", "module list"}, {`"from": "store"`, "module list --json"}, {"dry run: nothing was changed", "module alter statistics --tables stat_*,visits --dry-run"},
		{"shop_elsewhere", "database home shop_elsewhere gra --dry-run"}, {"there is no cluster rome", "database home shop_elsewhere rome"},
		{"ADD MODULE statistics", "audit"}, {"there is no change 4711", "undo 4711"}, {"nothing was ordered", "module reset nothing"}, {"default home", "database default gra --dry-run"},
	} {
		if got := run(strings.Fields(c.args)...); !strings.Contains(got, c.says) {
			t.Errorf("shunt %s says nothing of %q:\n%s", c.args, c.says, got)
		}
	}
}

// TestAStoreThatIsAwayDoesNotStopAProxy: it serves with the file, and says so.
func TestAStoreThatIsAwayDoesNotStopAProxy(t *testing.T) {
	c := cluster.Shared(t)
	database := c.Database(t, "paris")
	p := startShunt(t, c, fmt.Sprintf("store: {etcd: ['http://%s'], timeout: 1s}\ndatabases: {%s: {cluster: paris}}\n", freePorts(t, 1)[0], database))
	shop := c.Accounts.Shop
	app := raw(t, p.Address, mysqltest.Options{User: shop.User, Password: shop.Password, Database: database})
	must(t, app, "CREATE TABLE t (n INT)")
	if said := p.log.String(); !strings.Contains(said, "the store does not answer: homes and modules are as the configuration file") {
		t.Errorf("it does not say so:\n%s", tail(said, 20))
	}
	if rows, err := p.Try("SET DATABASE " + database + " HOME gra FORCE"); err == nil {
		t.Errorf("an order was taken: %v", rows)
	}
	must(t, app, "INSERT INTO t VALUES (1)")
}

// busyClients is clients that write to stat_day and read there.
type busyClients struct {
	ended   atomic.Bool
	rounds  atomic.Int64
	mu      sync.Mutex
	errors  []error
	clients sync.WaitGroup
}

func startBusyClients(t *testing.T, database string, proxies ...*proxied) *busyClients {
	t.Helper()
	tr := &busyClients{}
	for _, p := range proxies {
		db := p.open(database)
		for range 2 {
			tr.clients.Go(func() {
				for !tr.ended.Load() {
					_, err := db.ExecContext(context.Background(), "INSERT INTO stat_day (n) VALUES (1)")
					if err == nil {
						_, err = query(context.Background(), db, "SELECT COUNT(*) AS n FROM stat_day WHERE n = 1")
					}
					if tr.rounds.Add(1); err != nil {
						tr.mu.Lock()
						tr.errors = append(tr.errors, err)
						tr.mu.Unlock()
						return
					}
				}
			})
		}
	}
	t.Cleanup(func() { tr.stop() })
	tr.more(t)
	return tr
}

// more waits until the clients have done some more rounds.
func (tr *busyClients) more(t *testing.T) {
	t.Helper()
	goal := tr.rounds.Load() + 40
	for deadline := time.Now().Add(30 * time.Second); tr.rounds.Load() < goal; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the clients stand still")
		}
	}
}

func (tr *busyClients) stop() []error {
	tr.ended.Store(true)
	tr.clients.Wait()
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.errors
}

// count is how many rows a server has in stat_day.
func count(t *testing.T, s *lab.Server, database string) (n int) {
	t.Helper()
	if err := s.DB().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+database+".stat_day").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func dropAtEnd(t *testing.T, s *lab.Server, database string) {
	t.Cleanup(func() {
		if err := s.Exec(context.Background(), "DROP DATABASE IF EXISTS "+database); err != nil { // the test's own context is over
			t.Error(err)
		}
	})
}
