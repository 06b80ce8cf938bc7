package stages

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/accounts"
	"shunt/sharding/move/unit"
	"shunt/tests/cluster"
)

// rightsText is what SHOW GRANTS says of accounts, for comparing.
func (w *world) rightsText(names ...string) (list []string) {
	w.t.Helper()
	for _, name := range names {
		r, err := w.atParis.Query(w.ctx, "SHOW GRANTS FOR "+name)
		if err != nil {
			w.t.Fatal(err)
		}
		for i := range r.RowNumber() {
			line, _ := r.GetString(i, 0)
			list = append(list, line)
		}
	}
	slices.Sort(list)
	return list
}

// closing closes a unit as a mover does.
func (w *world) closing(u unit.Unit, o accounts.Closing) *accounts.Closed {
	w.t.Helper()
	o.Spare = []string{"mover"}
	closed, err := accounts.Close(w.ctx, w.atParis, u, o)
	if err != nil {
		w.t.Fatal(err)
	}
	return closed
}

// state is who can still write at paris.
func (w *world) state(u unit.Unit) []string {
	w.t.Helper()
	list, _, err := accounts.State(w.ctx, w.atParis, u, []string{"mover"})
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// everyGrant has rights on gate_shop in each way there is; the last is a pattern that gate_other needs, too.
func (w *world) everyGrant() unit.Unit {
	w.t.Helper()
	u := w.database("gate_shop", "CREATE TABLE t (a int, b int)", "CREATE PROCEDURE p() INSERT INTO t VALUES (1,1)", "SET SESSION character_set_client=latin1, collation_connection=latin1_german2_ci, sql_mode='ANSI_QUOTES'",
		"CREATE EVENT e ON SCHEDULE EVERY 1 HOUR STARTS '2035-01-01 00:00:00' DO INSERT INTO t VALUES (2,2)")
	w.database("gate_other", "CREATE TABLE t (a int)")
	w.exec(w.atParis, "DROP ROLE IF EXISTS gate_role", "CREATE ROLE gate_role", "GRANT INSERT ON gate_shop.* TO gate_role")
	w.t.Cleanup(func() {
		_ = w.c.Datacenter("paris").Primary.Exec(context.Background(), "DROP ROLE IF EXISTS gate_role")
	})
	w.account("gate_all", "GRANT ALL ON gate_shop.* TO gate_all@'%' WITH GRANT OPTION")
	w.account("gate_some", "GRANT SELECT (a, b), INSERT (b) ON gate_shop.t TO gate_some@'%'", "GRANT EXECUTE ON PROCEDURE gate_shop.p TO gate_some@'%'", "GRANT gate_role TO gate_some@'%'")
	w.account("gate_pattern", "GRANT ALL ON `gate\\_sho%`.* TO gate_pattern@'%'")
	w.account("gate_shared", "GRANT ALL ON `gate\\_%`.* TO gate_shared@'%'", "GRANT SELECT ON gate_shop.* TO gate_shared@'%'")
	return u
}

const everyEvent = "SELECT CONCAT_WS(' ', DEFINER, STATUS, SQL_MODE, CHARACTER_SET_CLIENT, COLLATION_CONNECTION, EVENT_DEFINITION) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = 'gate_shop'"

var everyGrantee = []string{"gate_role", "gate_all@'%'", "gate_some@'%'", "gate_pattern@'%'", "gate_shared@'%'"}

// TestTheGateTakesEveryRightAndGivesItBack: after Close nobody has rights, after Open all have what they had; both may be called twice, and a try that was cut off loses nothing.
func TestTheGateTakesEveryRightAndGivesItBack(t *testing.T) {
	theGateTakesEveryRightAndGivesItBack(t, newWorld(t, cluster.Shared(t)))
}

func TestMySQLTheGateTakesEveryRightAndGivesItBack(t *testing.T) {
	theGateTakesEveryRightAndGivesItBack(t, newWorld(t, cluster.SharedMySQL(t)))
}

func theGateTakesEveryRightAndGivesItBack(t *testing.T, w *world) {
	u := w.everyGrant()
	before := w.rightsText(everyGrantee...)
	event := w.value(w.atParis, everyEvent)
	if state := w.state(u); len(state) < 6 {
		t.Errorf("an open gate: %q", state)
	}
	var persisted []string
	first := w.closing(u, accounts.Closing{Persist: func(s []string) error { persisted = slices.Clone(s); return nil }})
	if state := w.state(u); len(state) > 0 {
		t.Errorf("a closed gate: %q", state)
	}
	if diff := cmp.Diff(first.Open, persisted); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"gate_all", "gate_some", "gate_pattern", "gate_shared"} {
		c := w.login(name, "")
		for sql, want := range map[string][]uint16{"INSERT INTO gate_shop.t (b) VALUES (1)": {1142, 1143}, "CALL gate_shop.p()": {1370}, "SELECT a FROM gate_shop.t": {1142, 1143}} {
			if got := w.refusedWith(c, sql); !slices.Contains(want, got) {
				t.Errorf("%s: %s: error %d, want %d", name, sql, got, want)
			}
		}
	}
	if got := w.refusedWith(w.login("gate_shared", "gate_other"), "INSERT INTO t VALUES (1)"); got != 0 {
		t.Errorf("another database of the pattern: error %d", got)
	}
	second := w.closing(u, accounts.Closing{Earlier: persisted})
	for range 2 {
		if err := accounts.Open(w.ctx, w.atParis, second.Open); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(before, w.rightsText(everyGrantee...)); diff != "" {
		t.Error(diff)
	}
	if now := w.value(w.atParis, everyEvent); now != event {
		t.Errorf("the event was %s and is %s", event, now)
	}
}

// TestNothingChangesBeforeItIsPersisted: if the statements that open the unit cannot be kept, the gate stays open.
func TestNothingChangesBeforeItIsPersisted(t *testing.T) {
	nothingChangesBeforeItIsPersisted(t, newWorld(t, cluster.Shared(t)))
}

func TestMySQLNothingChangesBeforeItIsPersisted(t *testing.T) {
	nothingChangesBeforeItIsPersisted(t, newWorld(t, cluster.SharedMySQL(t)))
}

func nothingChangesBeforeItIsPersisted(t *testing.T, w *world) {
	u := w.everyGrant()
	before := w.rightsText(everyGrantee...)
	_, err := accounts.Close(w.ctx, w.atParis, u, accounts.Closing{Persist: func([]string) error { return errors.New("the store is gone") }})
	told(t, err, "store is gone")
	if diff := cmp.Diff(before, w.rightsText(everyGrantee...)); diff != "" {
		t.Error(diff)
	}
}

// TestTheGateWaitsForTransactions: one that has written in the unit, from another database, commits before Close returns or is ended.
func TestTheGateWaitsForTransactions(t *testing.T) {
	theGateWaitsForTransactions(t, newWorld(t, cluster.Shared(t)))
}

func TestMySQLTheGateWaitsForTransactions(t *testing.T) {
	theGateWaitsForTransactions(t, newWorld(t, cluster.SharedMySQL(t)))
}

func theGateWaitsForTransactions(t *testing.T, w *world) {
	u := w.everyGrant()
	w.account("gate_both", "GRANT ALL ON gate_shop.* TO gate_both@'%'", "GRANT ALL ON gate_other.* TO gate_both@'%'")
	c := w.login("gate_both", "gate_other")
	w.exec(c, "BEGIN", "INSERT INTO gate_shop.t VALUES (7, 7)")
	closed := w.closing(u, accounts.Closing{})
	if _, err := c.Query(w.ctx, "COMMIT"); err == nil || closed.Killed != 1 {
		t.Errorf("the transaction was committed behind the gate: %v, %d killed", err, closed.Killed)
	}
	if n := w.value(w.atParis, "SELECT COUNT(*) FROM gate_shop.t"); n != "0" {
		t.Errorf("%s rows", n)
	}
}

// TestPreparedTransactionsKeepTheGateFromClosing: nobody knows what they are about, unless somebody says so.
func TestPreparedTransactionsKeepTheGateFromClosing(t *testing.T) {
	preparedTransactionsKeepTheGateFromClosing(t, newWorld(t, cluster.Shared(t)))
}

func TestMySQLPreparedTransactionsKeepTheGateFromClosing(t *testing.T) {
	preparedTransactionsKeepTheGateFromClosing(t, newWorld(t, cluster.SharedMySQL(t)))
}

func preparedTransactionsKeepTheGateFromClosing(t *testing.T, w *world) {
	u := w.everyGrant()
	c := w.dial(w.paris)
	w.exec(c, "USE gate_other", "XA START 'gate-xa'", "INSERT INTO t VALUES (1)", "XA END 'gate-xa'", "XA PREPARE 'gate-xa'")
	_, err := accounts.Close(w.ctx, w.atParis, u, accounts.Closing{Spare: []string{"mover"}})
	var prepared *accounts.PreparedError
	if !errors.As(err, &prepared) || !slices.Contains(prepared.Xids, "gate-xa") {
		t.Errorf("error %v", err)
	}
	w.closing(u, accounts.Closing{Foreign: func(xid string) bool { return xid == "gate-xa" }})
	w.exec(c, "XA ROLLBACK 'gate-xa'")
}

// writer writes numbers into a unit until it is told to stop, and remembers those that were acknowledged. It connects again when its session was ended.
type writer struct {
	endpoint control.Endpoint
	database string // the session's own; the table is named in full
	first    int
	acked    []int
	failed   map[uint16]int
}

func (g *writer) run(ctx context.Context, table string) {
	var c *control.Conn
	for n := g.first; ctx.Err() == nil; n++ {
		if c == nil {
			if c, _ = control.Dial(ctx, g.endpoint); c == nil {
				continue
			}
			if g.database != "" {
				_, _ = c.Query(ctx, "USE "+g.database)
			}
		}
		_, err := c.Query(ctx, "INSERT INTO "+table+" VALUES ("+strconv.Itoa(n)+")")
		switch code := control.Code(err); {
		case err == nil:
			g.acked = append(g.acked, n)
		case code == 0 || code == 1927 || code == 1317:
			c.Close()
			c = nil
		default:
			g.failed[code]++
		}
	}
	if c != nil {
		c.Close()
	}
}

// TestTheGateUnderWriters: what was acknowledged before the gate closed is there, nothing comes later, and a neighbour does not notice.
func TestTheGateUnderWriters(t *testing.T) { theGateUnderWriters(t, newWorld(t, cluster.Shared(t))) }

func TestMySQLTheGateUnderWriters(t *testing.T) {
	theGateUnderWriters(t, newWorld(t, cluster.SharedMySQL(t)))
}

func theGateUnderWriters(t *testing.T, w *world) {
	u := w.database("gate_busy", "CREATE TABLE t (a int PRIMARY KEY)")
	w.database("gate_next", "CREATE TABLE t (a int PRIMARY KEY)")
	w.account("gate_writer", "GRANT ALL ON gate_busy.* TO gate_writer@'%'", "GRANT ALL ON gate_next.* TO gate_writer@'%'")
	e := w.paris
	e.User, e.Password = "gate_writer", "secret"
	neighbour := &writer{endpoint: e, database: "gate_next", failed: map[uint16]int{}}
	stop := w.start("gate_next.t", neighbour)
	var pauses []time.Duration
	for round := range 6 {
		var writers []*writer
		for i := range 8 {
			writers = append(writers, &writer{endpoint: e, database: []string{"gate_busy", "gate_next", ""}[i%3], first: (round*8 + i + 1) * 1_000_000, failed: map[uint16]int{}})
		}
		end := w.start("gate_busy.t", writers...)
		w.until(func() bool { return w.value(w.atGra, "SELECT 1") == "1" && w.rows(u) >= 200*(round+1) })
		began := time.Now()
		closed := w.closing(u, accounts.Closing{})
		pauses = append(pauses, time.Since(began))
		at := w.rows(u)
		w.until(func() bool { return time.Since(began) > 100*time.Millisecond })
		end()
		if late := w.rows(u) - at; late != 0 {
			t.Errorf("round %d: %d rows came after the gate had closed", round, late)
		}
		w.lost(u, writers)
		if err := accounts.Open(w.ctx, w.atParis, closed.Open); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	if len(neighbour.failed) > 0 || len(neighbour.acked) == 0 {
		t.Errorf("the neighbour: %d rows, errors %v", len(neighbour.acked), neighbour.failed)
	}
	t.Logf("closing took %v", pauses)
}

// start lets writers write until the function that it returns is called.
func (w *world) start(table string, writers ...*writer) (stop func()) {
	ctx, cancel := context.WithCancel(w.ctx)
	var group sync.WaitGroup
	for _, g := range writers {
		group.Go(func() { g.run(ctx, table) })
	}
	return func() { cancel(); group.Wait() }
}

// until waits for a condition.
func (w *world) until(ok func() bool) {
	w.t.Helper()
	for !ok() {
		if w.ctx.Err() != nil {
			w.t.Fatal("it does not come")
		}
		time.Sleep(time.Millisecond)
	}
}

func (w *world) rows(u unit.Unit) int {
	n, _ := strconv.Atoi(w.value(w.atParis, "SELECT COUNT(*) FROM "+u.Table("t")))
	return n
}

// lost fails the test for each row that was acknowledged and is not there.
func (w *world) lost(u unit.Unit, writers []*writer) {
	w.t.Helper()
	there := map[int]bool{}
	r, err := w.atParis.Query(w.ctx, "SELECT a FROM "+u.Table("t"))
	if err != nil {
		w.t.Fatal(err)
	}
	for i := range r.RowNumber() {
		n, _ := r.GetInt(i, 0)
		there[int(n)] = true
	}
	for _, g := range writers {
		for _, n := range g.acked {
			if !there[n] {
				w.t.Errorf("row %d was acknowledged and is not there", n)
			}
		}
	}
}

// TestTheSchemaGate is MySQL's own: it stops everybody, and can be closed twice.
func TestTheSchemaGate(t *testing.T) { theSchemaGate(t, newWorld(t, cluster.Shared(t))) }

func TestMySQLTheSchemaGate(t *testing.T) { theSchemaGate(t, newWorld(t, cluster.SharedMySQL(t))) }

func theSchemaGate(t *testing.T, w *world) {
	u := w.database("gate_schema", "CREATE TABLE t (a int)")
	if w.mariadb() {
		told(t, accounts.CloseSchema(w.ctx, w.atParis, u, 1), "1064")
		return
	}
	for range 2 {
		if err := accounts.CloseSchema(w.ctx, w.atParis, u, 0); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.refusedWith(w.dial(w.paris), "INSERT INTO gate_schema.t VALUES (1)"); got != 3989 {
		t.Errorf("error %d", got)
	}
	if err := accounts.OpenSchema(w.ctx, w.atParis, u); err != nil {
		t.Fatal(err)
	}
	w.exec(w.atParis, "INSERT INTO gate_schema.t VALUES (1)")
}

// TestGlobalRightsAreFindings: the gate does not stop them, and says so.
func TestGlobalRightsAreFindings(t *testing.T) {
	globalRightsAreFindings(t, newWorld(t, cluster.Shared(t)))
}

func TestMySQLGlobalRightsAreFindings(t *testing.T) {
	globalRightsAreFindings(t, newWorld(t, cluster.SharedMySQL(t)))
}

func globalRightsAreFindings(t *testing.T, w *world) {
	u := w.everyGrant()
	w.account("gate_global", "GRANT INSERT ON *.* TO gate_global@'%'")
	_, findings, _ := accounts.State(w.ctx, w.atParis, u, nil)
	if strings.Contains(fmt.Sprint(findings), "cascade") {
		t.Errorf("%v", findings)
	}
	w.exec(w.atParis, "CREATE TABLE gate_other.parent (a int PRIMARY KEY)", "CREATE TABLE gate_shop.child (a int, FOREIGN KEY (a) REFERENCES gate_other.parent (a) ON DELETE CASCADE)")
	_, findings, err := accounts.State(w.ctx, w.atParis, u, nil)
	w.exec(w.atParis, "DROP TABLE gate_shop.child")
	if !strings.Contains(fmt.Sprint(findings), "cascade: table child: rows of gate_other.parent") {
		t.Errorf("%v", findings)
	}
	if err != nil || !strings.Contains(fmt.Sprint(findings), "gate_global") || strings.Contains(fmt.Sprint(findings), "mysql.sys") {
		t.Errorf("%v, %v", findings, err)
	}
}
