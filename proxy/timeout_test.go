package proxy_test

import (
	"encoding/binary"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/proxy"
)

// mortal is a scripted server whose statements with `slow` in them end by KILL QUERY alone, and which knows transactions.
type mortal struct {
	kill   func(w *mysqltest.Reply, id uint32) // what becomes of a KILL; nil: it ends the statement and is answered
	killed func(w *mysqltest.Reply)            // the answer of a statement that was killed; nil: error 1317

	mu     sync.Mutex
	dying  map[uint32]chan struct{} // guarded by mu; by connection
	open   map[uint32]bool          // guarded by mu; those with a transaction
	events []string                 // guarded by mu: statements, KILLs and their ends, in order
}

func (m *mortal) server() *mysqltest.Server {
	m.dying, m.open = map[uint32]chan struct{}{}, map[uint32]bool{}
	return &mysqltest.Server{Handler: m.handle}
}

func (m *mortal) note(event string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events = append(m.events, event)
}

func (m *mortal) log() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.Join(m.events, "; ")
}

// death is closed by the next KILL of a connection.
func (m *mortal) death(id uint32) chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dying[id] == nil {
		m.dying[id] = make(chan struct{})
	}
	return m.dying[id]
}

// end ends the statement that runs on a connection.
func (m *mortal) end(id uint32) {
	close(m.death(id))
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.dying, id)
}

func (m *mortal) handle(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
	sql := string(payload)
	var victim uint32
	switch {
	case cmd == mysql.ComStmtPrepare:
		w.Packet([]byte{0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
		return
	case cmd == mysql.ComStmtExecute:
		sql = "SELECT slow, prepared"
	case cmd == mysql.ComBinlogDump:
		m.note("slow stream")
		if w.Await(m.death(w.Conn())) {
			w.EOF(mysql.OK{})
		}
		return
	case strings.HasPrefix(sql, "LOAD DATA"):
		m.note(sql)
		w.Packet(append([]byte{mysql.HeaderLocalInfile}, "goods.csv"...))
		for {
			if part, err := w.Read(); err != nil || len(part) == 0 {
				break
			}
		}
		w.OK(mysql.OK{})
		return
	case cmd != mysql.ComQuery || strings.HasPrefix(sql, "SET "):
		w.OK(mysql.OK{Status: m.status(w.Conn())})
		return
	}
	if n, _ := fmt.Sscanf(sql, "KILL QUERY %d", &victim); n == 1 {
		m.note("KILL")
		if m.kill != nil {
			m.kill(w, victim)
			return
		}
		m.end(victim)
		w.OK(mysql.OK{})
		return
	}
	if !asked(sql) {
		m.note(sql)
	}
	verb, _, _ := strings.Cut(sql, " ")
	m.mu.Lock()
	switch verb {
	case "BEGIN":
		m.open[w.Conn()] = true
	case "COMMIT", "ROLLBACK":
		delete(m.open, w.Conn())
	}
	m.mu.Unlock()
	switch {
	case strings.HasPrefix(sql, "SHOW WARNINGS"):
		w.ResultSet(mysql.ResultSet{
			Columns: []mysql.ColumnDef{mysql.TextColumn("Level"), mysql.TextColumn("Code"), mysql.TextColumn("Message")},
			Rows:    []mysql.Row{mysql.NewRow("Warning", 1292, "Truncated"), mysql.NewRow("Error", 1317, "Query execution was interrupted")},
		}, mysql.OK{Status: m.status(w.Conn())})
	case strings.Contains(sql, "slow"):
		if !w.Await(m.death(w.Conn())) {
			return
		}
		if m.killed != nil {
			m.killed(w)
			return
		}
		w.Err(mysql.QueryInterrupted())
	case verb == "SELECT":
		w.ResultSet(mysql.ResultSet{Columns: []mysql.ColumnDef{mysql.TextColumn("n")}, Rows: []mysql.Row{mysql.NewRow(int(w.Conn()))}}, mysql.OK{Status: m.status(w.Conn())})
	default:
		w.OK(mysql.OK{Status: m.status(w.Conn())})
	}
}

// asked says whether a statement is a question of the proxy's own.
func asked(sql string) bool {
	for _, question := range []string{"KILL IF(", "SELECT LAST_INSERT_ID()", "SELECT FOUND_ROWS()", "SHOW WARNINGS"} {
		if strings.HasPrefix(sql, question) {
			return true
		}
	}
	return false
}

func (m *mortal) status(id uint32) mysql.Status {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.open[id] {
		return mysql.StatusAutocommit | mysql.StatusInTrans
	}
	return mysql.StatusAutocommit
}

// limited is a triangle with such a server as its primary, where single accounts have limits.
func limited(t *testing.T, m *mortal, l proxy.Limits, perServer int) *triangle {
	t.Helper()
	return newTriangle(t, setup{
		primary: m.server(), backend: func(c *backend.Config) { c.PerServer = perServer },
		proxy: func(c *proxy.Config) { c.Limits, c.Wait = &proxy.AccountLimits{Limits: l}, 20*time.Second },
	})
}

// soon is long beside what a scripted server needs for a statement.
const soon = 150 * time.Millisecond

func TestAStatementThatRunsTooLongIsKilled(t *testing.T) {
	for _, sql := range []string{"SELECT slow FROM t FOR UPDATE", "UPDATE slow SET n = 1"} {
		m := &mortal{}
		tr := limited(t, m, proxy.Limits{QueryTimeout: soon}, 1)
		c := tr.client()
		before := value(t, c, "SELECT 1 FOR UPDATE")
		if _, err := c.Query(sql); number(err) != 1969 {
			t.Errorf("%s: %v", sql, err)
		}
		if r, err := c.Query("SHOW WARNINGS"); err != nil || len(r.Rows) != 2 || r.Text()[0][1] != "1292" || r.Text()[1][1] != "1969" {
			t.Errorf("warnings: %v %v", r.Text(), err)
		}
		if again := value(t, c, "SELECT 1 FOR UPDATE"); again != before {
			t.Errorf("%s: afterwards on connection %s, before on %s", sql, again, before)
		}
		if got := m.log(); strings.Count(got, "KILL") != 1 {
			t.Errorf("%s: the server saw %s", sql, got)
		}
	}
}

func TestATransactionSurvivesAKilledStatement(t *testing.T) {
	m := &mortal{}
	tr := limited(t, m, proxy.Limits{QueryTimeout: soon}, 2)
	c := tr.client()
	mustRun(t, c, "BEGIN", "UPDATE t SET n = 1")
	if _, err := c.Query("UPDATE slow SET n = 1"); number(err) != 1969 {
		t.Errorf("it says %v", err)
	}
	mustRun(t, c, "UPDATE t SET n = 2", "COMMIT")
	if got, want := m.log(), "BEGIN; UPDATE t SET n = 1; UPDATE slow SET n = 1; KILL; UPDATE t SET n = 2; COMMIT"; got != want {
		t.Errorf("the server saw\n%s, want\n%s", got, want)
	}
}

func TestAPreparedStatementIsKilled(t *testing.T) {
	m := &mortal{}
	tr := limited(t, m, proxy.Limits{QueryTimeout: soon}, 2)
	c := tr.client()
	a, err := c.Do(mysql.ComStmtPrepare, []byte("SELECT slow FROM t FOR UPDATE"))
	if err != nil || a.Prepared == nil {
		t.Fatal(err)
	}
	a, err = c.Do(mysql.ComStmtExecute, append(binary.LittleEndian.AppendUint32(nil, a.Prepared.ID), 0, 1, 0, 0, 0))
	if err != nil || a.Results[0].Err == nil || a.Results[0].Err.Number != 1969 {
		t.Errorf("it says %+v %v", a.Results, err)
	}
}

// TestWhatMustNotBeKilledIsNot: the outcome of a COMMIT would not be known.
func TestWhatMustNotBeKilledIsNot(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{"COMMIT /* slow */", "XA COMMIT 'slow'", "UPDATE t SET n = 1; COMMIT /* slow */"} {
		m := &mortal{killed: func(w *mysqltest.Reply) { w.OK(mysql.OK{}) }}
		tr := limited(t, m, proxy.Limits{QueryTimeout: soon, Transaction: soon}, 2)
		c := tr.client()
		go func() {
			for !strings.Contains(m.log(), "slow") {
				time.Sleep(time.Millisecond)
			}
			time.Sleep(3 * soon) // what is tested is that nothing happens meanwhile
			m.mu.Lock()
			defer m.mu.Unlock()
			for _, death := range m.dying {
				close(death)
			}
		}()
		if _, err := c.Query(sql); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
		if got := m.log(); strings.Contains(got, "KILL") {
			t.Errorf("%s: the server saw %s", sql, got)
		}
	}
}

// TestAStreamOfTheBinaryLogIsNotKilled: it is meant to go on.
func TestAStreamOfTheBinaryLogIsNotKilled(t *testing.T) {
	m := &mortal{}
	tr := limited(t, m, proxy.Limits{QueryTimeout: soon}, 2)
	c := tr.client()
	if err := c.Send(mysql.ComBinlogDump, []byte("\x04\x00\x00\x00\x00\x00\x07\x00\x00\x00binlog.1")); err != nil {
		t.Fatal(err)
	}
	awaitLog(t, m, "slow stream")
	time.Sleep(3 * soon) // what is tested is that nothing happens meanwhile
	if got := m.log(); strings.Contains(got, "KILL") {
		t.Errorf("the server saw %s", got)
	}
	m.mu.Lock()
	for _, death := range m.dying {
		close(death)
	}
	m.mu.Unlock()
	if _, err := c.ReadPacket(); err != nil {
		t.Errorf("its end: %v", err)
	}
}

// TestTheTimeThatAClientTakesForItsFileDoesNotCount: LOAD DATA LOCAL waits for the client, not for the server.
func TestTheTimeThatAClientTakesForItsFileDoesNotCount(t *testing.T) {
	t.Parallel()
	m := &mortal{}
	tr := limited(t, m, proxy.Limits{QueryTimeout: 4 * soon}, 2)
	c := tr.client()
	a, err := c.Do(mysql.ComQuery, []byte("LOAD DATA LOCAL INFILE 'goods.csv' INTO TABLE t"))
	if err != nil || a.File == "" {
		t.Fatalf("%+v %v", a, err)
	}
	time.Sleep(6 * soon)
	if a, err = c.SendFile([]byte("1\n")); err != nil || a.Results[0].Err != nil {
		t.Errorf("it says %+v %v", a.Results, err)
	}
	if got := m.log(); strings.Contains(got, "KILL") {
		t.Errorf("the server saw %s", got)
	}
}

// TestALateKillHitsNobodyElse: the statement has ended by itself when its KILL arrives. Nobody gets the connection before the KILL is over.
func TestALateKillHitsNobodyElse(t *testing.T) {
	m := &mortal{killed: func(w *mysqltest.Reply) { w.Value("in time") }}
	next := make(chan struct{})
	m.kill = func(w *mysqltest.Reply, id uint32) {
		m.end(id)
		if w.Await(next) {
			m.note("KILL is over")
			w.OK(mysql.OK{})
		}
	}
	tr := limited(t, m, proxy.Limits{QueryTimeout: soon}, 1)
	slow, other := tr.client(), tr.client()
	got := make(chan string, 2)
	go func() { v, _ := slow.Value("SELECT slow FROM t FOR UPDATE"); got <- v }()
	awaitState(t, tr, proxy.Active, 1)
	go func() { v, _ := other.Value("SELECT 2 FOR UPDATE"); got <- v }()
	awaitState(t, tr, proxy.Waiting, 1)
	for !strings.Contains(m.log(), "KILL") {
		time.Sleep(time.Millisecond)
	}
	close(next)
	if v := <-got; v != "in time" {
		t.Errorf("the late statement: %s", v)
	}
	<-got
	if got, want := m.log(), "SELECT slow FROM t FOR UPDATE; KILL; KILL is over; SELECT 2 FOR UPDATE"; got != want {
		t.Errorf("the server saw\n%s, want\n%s", got, want)
	}
}

// TestAConnectionToWhichAKillMayBeOnItsWayIsGivenToNobody: the KILL was sent, and its connection broke before it was answered.
func TestAConnectionToWhichAKillMayBeOnItsWayIsGivenToNobody(t *testing.T) {
	m := &mortal{killed: func(w *mysqltest.Reply) { w.Value(fmt.Sprint(w.Conn())) }}
	m.kill = func(w *mysqltest.Reply, id uint32) { m.end(id); w.Hangup() }
	tr := limited(t, m, proxy.Limits{QueryTimeout: soon}, 1)
	c := tr.client()
	first := value(t, c, "SELECT slow FROM t FOR UPDATE")
	if again := value(t, c, "SELECT 1 FOR UPDATE"); again == first {
		t.Errorf("the next statement ran on the same connection %s", again)
	}
}

// TestAStatementThatCannotBeKilledIsGivenUp: every wait ends.
func TestAStatementThatCannotBeKilledIsGivenUp(t *testing.T) {
	t.Parallel()
	m := &mortal{kill: func(w *mysqltest.Reply, _ uint32) { w.Hangup() }}
	tr := limited(t, m, proxy.Limits{QueryTimeout: soon}, 2)
	c := tr.client()
	_, err := c.Query("/* shunt: primary */ SELECT slow FROM t")
	if number(err) != proxy.ErrorLost || !strings.Contains(err.Error(), "could not be killed") {
		t.Errorf("it says %v", err)
	}
	if got := m.log(); strings.Count(got, "slow") != 1 || strings.Count(got, "KILL") != 3 {
		t.Errorf("the server saw %s", got)
	}
	value(t, c, "SELECT 1 FOR UPDATE")
}

// TestAKillWhileTheTimeoutStrikes: a client of the same account kills the statement that has just met its limit. Both KILLs are over before anybody else
// gets the connection.
func TestAKillWhileTheTimeoutStrikes(t *testing.T) {
	m, both := &mortal{}, make(chan struct{})
	var once sync.Once
	m.kill = func(w *mysqltest.Reply, id uint32) {
		if strings.Count(m.log(), "KILL") == 2 {
			once.Do(func() { m.end(id); close(both) })
		}
		if w.Await(both) {
			m.note("over")
			w.OK(mysql.OK{})
		}
	}
	tr := limited(t, m, proxy.Limits{QueryTimeout: soon}, 1)
	slow, killer, other := tr.client(), tr.client(), tr.client()
	id := value(t, slow, "SELECT CONNECTION_ID()")
	told, next := make(chan error, 1), make(chan error, 1)
	go func() { _, err := slow.Query("SELECT slow FROM t FOR UPDATE"); told <- err }()
	for !strings.Contains(m.log(), "KILL") {
		time.Sleep(time.Millisecond)
	}
	go func() { _, err := other.Query("SELECT 2 FOR UPDATE"); next <- err }()
	awaitState(t, tr, proxy.Waiting, 1)
	if _, err := killer.Query("KILL QUERY " + id); err != nil {
		t.Error(err)
	}
	if err := <-told; number(err) != 1969 && number(err) != 1317 {
		t.Errorf("the statement: %v", err)
	}
	if err := <-next; err != nil {
		t.Errorf("somebody else's: %v", err)
	}
	if got, want := m.log(), "SELECT slow FROM t FOR UPDATE; KILL; KILL; over; over; SELECT 2 FOR UPDATE"; got != want {
		t.Errorf("the server saw\n%s, want\n%s", got, want)
	}
}

// TestLimitsOfAnAccount: who is named has its own, and a reload is for those who log in from then on.
func TestLimitsOfAnAccount(t *testing.T) {
	t.Parallel()
	m := &mortal{}
	tr := limited(t, m, proxy.Limits{}, 4)
	before := tr.client()
	tr.server.SetLimits(&proxy.AccountLimits{Users: map[string]*proxy.Limits{"app": {QueryTimeout: soon, Connections: 2}, "other": {}}})
	after := tr.client()
	if _, err := after.Query("SELECT slow FROM t FOR UPDATE"); number(err) != 1969 {
		t.Errorf("who has logged in afterwards: %v", err)
	}
	ended := make(chan error, 1)
	go func() { _, err := before.Query("UPDATE slow SET n = 1"); ended <- err }()
	for !strings.Contains(m.log(), "UPDATE slow") {
		time.Sleep(time.Millisecond)
	}
	select {
	case err := <-ended:
		t.Errorf("who was there before: %v", err)
	case <-time.After(3 * soon):
	}
	if _, err := mysqltest.Dial(t.Context(), tr.addr, mysqltest.Options{User: "app", Password: "secret"}); number(err) != 1203 {
		t.Errorf("the third client of an account that may have two: %v", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, death := range m.dying {
		close(death)
	}
}
