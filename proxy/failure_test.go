package proxy_test

import (
	"context"
	"encoding/binary"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/netloop/looptest"
	"shunt/proxy"
)

// on gives a handler that treats one query specially and names itself for the rest.
func on(sql, name string, special mysqltest.Handler) mysqltest.Handler {
	return func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		if string(payload) == sql {
			special(cmd, payload, w)
			return
		}
		answering(name)(cmd, payload, w)
	}
}

func hangup(_ mysql.Command, _ []byte, w *mysqltest.Reply) { w.Hangup() }

func number(err error) uint16 {
	var refusal *mysql.Error
	if errors.As(err, &refusal) {
		return refusal.Number
	}
	return 0
}

func TestAPlainReadIsAskedElsewhereWhenItsServerDies(t *testing.T) {
	tr := newTriangle(t, setup{primary: &mysqltest.Server{Handler: answering("primary")},
		replica: &mysqltest.Server{Handler: on("SELECT x", "replica", hangup)}})
	if got := value(t, tr.client(), "SELECT x"); got != "primary" {
		t.Errorf("the read was answered by the %s", got)
	}
}

func TestAWriteIsNeverSentTwice(t *testing.T) {
	tr := newTriangle(t, setup{primary: &mysqltest.Server{Handler: on("UPDATE t SET a=1", "primary", hangup)}})
	c := tr.client()
	_, err := c.Query("UPDATE t SET a=1")
	if number(err) != proxy.ErrorLost {
		t.Errorf("error %v, want number %d: its outcome is not known", err, proxy.ErrorLost)
	}
	sent := 0
	for _, q := range tr.primary.Queries() {
		if q == "UPDATE t SET a=1" {
			sent++
		}
	}
	if sent != 1 {
		t.Errorf("the write was sent %d times", sent)
	}
	if got := value(t, c, "SELECT 1 FOR UPDATE"); got != "primary" {
		t.Errorf("afterwards: %s", got)
	}
}

func TestALostTransactionIsToldAndTheSessionGoesOn(t *testing.T) {
	begin := func(_ mysql.Command, _ []byte, w *mysqltest.Reply) {
		w.OK(mysql.OK{Status: mysql.StatusAutocommit | mysql.StatusInTrans})
	}
	tr := newTriangle(t, setup{primary: &mysqltest.Server{Handler: func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		if string(payload) == "DELETE FROM t" {
			w.Hangup()
			return
		}
		on("BEGIN", "primary", begin)(cmd, payload, w)
	}}})
	c := tr.client()
	if _, err := c.Query("BEGIN"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Query("DELETE FROM t"); number(err) != proxy.ErrorLostTx {
		t.Errorf("error %v, want number %d", err, proxy.ErrorLostTx)
	}
	value(t, c, "SELECT 1 FOR UPDATE")
}

func TestStateTravelsInTheSameWriteAsTheStatement(t *testing.T) {
	loop := looptest.Running(t)
	tracked := func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		if zone, ok := strings.CutPrefix(string(payload), "SET time_zone="); ok {
			block := mysql.AppendTrackVariable(nil, "time_zone", strings.Trim(zone, "'"))
			w.OK(mysql.OK{Status: mysql.StatusAutocommit | mysql.StatusSessionStateChanged, Track: block})
			return
		}
		answering("server")(cmd, payload, w)
	}
	tr := newTriangle(t, setup{loop: loop, primary: &mysqltest.Server{Handler: tracked}, replica: &mysqltest.Server{Handler: tracked},
		backend: func(c *backend.Config) { c.PerServer = 1 }})
	east, west := tr.client(), tr.client()
	for c, zone := range map[*mysqltest.Client]string{east: "'+01:00'", west: "'-01:00'"} {
		if _, err := c.Query("SET time_zone=" + zone); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		for c, zone := range map[*mysqltest.Client]string{east: "'+01:00'", west: "'-01:00'"} {
			before, writes := len(tr.replica.Requests()), loop.Writes(tr.hosts["replica"])
			value(t, c, "SELECT 1")
			sent := tr.replica.Requests()[before:]
			if writes = loop.Writes(tr.hosts["replica"]) - writes; writes != 1 {
				t.Errorf("%d writes for %d commands", writes, len(sent))
			}
			restored := false
			for _, r := range sent {
				restored = restored || strings.Contains(string(r.Payload), zone)
			}
			if len(sent) > 1 && !restored {
				t.Errorf("the server got %v before the statement of the session in zone %s", sent, zone)
			}
		}
	}
}

func TestAFailedRestoreIsGuardedAndTold(t *testing.T) {
	deny := func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		if cmd == mysql.ComInitDB && len(w.Login().User) > 0 && string(payload) == "gone" {
			w.Err(mysql.UnknownDatabase("gone"))
			return
		}
		answering("server")(cmd, payload, w)
	}
	var allow = true
	server := &mysqltest.Server{Handler: func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		if cmd == mysql.ComInitDB && allow {
			w.OK(mysql.OK{Status: mysql.StatusAutocommit | mysql.StatusSessionStateChanged, Track: mysql.AppendTrack(nil, mysql.TrackSchema, string(payload))})
			return
		}
		deny(cmd, payload, w)
	}}
	tr := newTriangle(t, setup{primary: server, replica: &mysqltest.Server{Handler: server.Handler}})
	c := tr.client()
	if _, err := c.Do(mysql.ComInitDB, []byte("gone")); err != nil {
		t.Fatal(err)
	}
	allow = false
	_, err := c.Query("UPDATE t SET a=1")
	if number(err) != 1049 {
		t.Errorf("error %v, want the server's 1049", err)
	}
	var train []string
	for _, q := range tr.primary.Queries() {
		if strings.HasPrefix(q, "KILL IF") || strings.HasPrefix(q, "UPDATE") {
			train = append(train, q)
		}
	}
	if len(train) == 0 || !strings.HasPrefix(train[0], "KILL IF(DATABASE()<=>") {
		t.Errorf("the write was sent without a guard in front: %q", train)
	}
}

func TestAStatementWithoutAClientIsStoppedOnItsServer(t *testing.T) {
	t.Parallel()
	slow := make(chan struct{})
	defer close(slow)
	tr := newTriangle(t, setup{replica: &mysqltest.Server{Handler: on("SELECT slow", "replica", func(_ mysql.Command, _ []byte, w *mysqltest.Reply) { w.Await(slow) })}})
	c := tr.client()
	if err := c.Send(mysql.ComQuery, []byte("SELECT slow")); err != nil {
		t.Fatal(err)
	}
	awaitState(t, tr, proxy.Active, 1)
	c.Close()
	awaitQuery(t, tr.replica, "KILL QUERY ")
}

func awaitQuery(t *testing.T, s *mysqltest.Server, prefix string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		for _, q := range s.Queries() {
			if strings.HasPrefix(q, prefix) {
				return
			}
		}
	}
	t.Fatalf("the server never got %q…; it got %q", prefix, s.Queries())
}

func TestKill(t *testing.T) {
	slow := make(chan struct{})
	tr := newTriangle(t, setup{replica: &mysqltest.Server{Handler: on("SELECT slow", "replica", func(_ mysql.Command, _ []byte, w *mysqltest.Reply) {
		w.Await(slow)
		w.Err(mysql.QueryInterrupted())
	})}})
	victim, killer := tr.client(), tr.client()
	id := value(t, victim, "SELECT CONNECTION_ID()")
	done := make(chan error, 1)
	go func() { _, err := victim.Query("SELECT slow"); done <- err }()
	awaitQuery(t, tr.replica, "SELECT slow")
	awaitState(t, tr, proxy.Active, 1)
	if _, err := killer.Query("KILL QUERY " + id); err != nil {
		t.Fatal(err)
	}
	awaitQuery(t, tr.replica, "KILL QUERY ")
	close(slow)
	if err := <-done; number(err) != 1317 {
		t.Errorf("the victim hears %v, want 1317", err)
	}
	if _, err := killer.Query("KILL " + id); err != nil {
		t.Fatal(err)
	}
	if _, err := victim.Query("SELECT 1"); err == nil {
		t.Error("the killed connection goes on")
	}
	if _, err := killer.Query("KILL 4000000000"); number(err) != 1094 {
		t.Errorf("an unknown id: %v, want 1094", err)
	}
}

func TestDrainLetsWorkEnd(t *testing.T) {
	slow := make(chan struct{})
	tr := newTriangle(t, setup{replica: &mysqltest.Server{Handler: on("SELECT slow", "replica", func(_ mysql.Command, _ []byte, w *mysqltest.Reply) {
		w.Await(slow)
		w.Value("done")
	})}})
	idle, busy := tr.client(), tr.client()
	done := make(chan error, 1)
	go func() { _, err := busy.Value("SELECT slow"); done <- err }()
	awaitState(t, tr, proxy.Active, 1)
	tr.stop()
	for deadline := time.Now().Add(10 * time.Second); len(tr.server.Clients()) > 1; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the idle client is not sent away: %+v", tr.server.Clients())
		}
	}
	if _, err := idle.Query("SELECT 1"); number(err) != 1053 {
		t.Errorf("the idle client hears %v, want 1053", err)
	}
	close(slow)
	if err := <-done; err != nil {
		t.Errorf("the busy client: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := mysqltest.Dial(ctx, tr.addr, mysqltest.Options{User: "app", Password: "secret"}); err == nil {
		t.Error("a draining proxy lets new clients in")
	}
}

func TestAFaultOfOursEndsOneClientOnly(t *testing.T) {
	begin := func(_ mysql.Command, _ []byte, w *mysqltest.Reply) {
		w.OK(mysql.OK{Status: mysql.StatusAutocommit | mysql.StatusInTrans})
	}
	tr := newTriangle(t, setup{primary: &mysqltest.Server{Handler: on("BEGIN", "primary", begin)}})
	unlucky, other := tr.client(), tr.client()
	if _, err := unlucky.Query("BEGIN"); err != nil {
		t.Fatal(err)
	}
	tr.trap.Store(true)
	if _, err := unlucky.Query("SELECT 1"); err == nil {
		t.Error("the statement that met the fault was answered")
	}
	if got := value(t, other, "SELECT 1 FOR UPDATE"); got != "primary" {
		t.Errorf("the other client is answered by %q", got)
	}
	for deadline := time.Now().Add(10 * time.Second); tr.pools.Get(tr.hosts["primary"]).Stats().Active > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the transaction of the lost client is still open on the server")
		}
	}
	if !strings.Contains(tr.faults.String(), "a fault that a test has laid") {
		t.Errorf("the log does not say where the fault is: %q", tr.faults.String())
	}
	tr.faults.forget()
}

// TestALossAfterTheAnswerIsToldByTheNextStatement: the connection of a transaction breaks while shunt asks it for the value of a variable, after the
// client had its answer. The next statement must hear of it, and must not run by itself as if there had been no transaction.
func TestALossAfterTheAnswerIsToldByTheNextStatement(t *testing.T) {
	tr := newTriangle(t, setup{primary: &mysqltest.Server{Handler: func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		switch sql := string(payload); {
		case sql == "BEGIN", sql == "SET @@lock_wait_timeout = 1 + 1":
			w.OK(mysql.OK{Status: mysql.StatusAutocommit | mysql.StatusInTrans})
		case sql == "SELECT @@session.lock_wait_timeout":
			w.Hangup()
		default:
			answering("primary")(cmd, payload, w)
		}
	}}})
	c := tr.client()
	for _, sql := range []string{"BEGIN", "SET @@lock_wait_timeout = 1 + 1"} {
		if _, err := c.Query(sql); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Query("UPDATE t SET a=1"); number(err) != proxy.ErrorLostTx {
		t.Errorf("error %v, want number %d", err, proxy.ErrorLostTx)
	}
	if contains(tr.primary.Queries(), "UPDATE t SET a=1") {
		t.Error("a statement of the lost transaction was carried out by itself")
	}
	if _, err := c.Query("UPDATE t SET a=2"); err != nil {
		t.Errorf("after it was told: %v", err)
	}
}

// TestAKillDuringAQuestionOfOursLeavesNoConnectionBehind: the client is killed while shunt asks its connection for a variable. The answer is still on its
// way then, so the connection must be given up: neither kept in the books nor lent to somebody who would read that answer as his own.
func TestAKillDuringAQuestionOfOursLeavesNoConnectionBehind(t *testing.T) {
	const readsA = "SELECT NULLIF(@`a`,@`a`),HEX(LEFT(@`a`,65636)),CHARSET(@`a`),COLLATION(@`a`)"
	slow := make(chan struct{})
	asked := make(chan struct{}, 1)
	tr := newTriangle(t, setup{primary: &mysqltest.Server{Handler: on(readsA, "primary", func(_ mysql.Command, _ []byte, w *mysqltest.Reply) {
		asked <- struct{}{}
		w.Await(slow)
		w.Value("2")
	})}})
	victim, other := tr.client(), tr.client()
	id := value(t, victim, "SELECT CONNECTION_ID()")
	gone := make(chan struct{})
	go func() { defer close(gone); _, _ = victim.Query("SET @a = 1 + 1") }()
	select {
	case <-asked:
	case <-time.After(10 * time.Second):
		t.Fatal("shunt does not ask for the variable")
	}
	if _, err := other.Query("KILL " + id); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); tr.pools.Get(tr.hosts["primary"]).Stats().Active > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("a connection is lost in the books: %+v", tr.pools.Get(tr.hosts["primary"]).Stats())
		}
	}
	close(slow)
	if got := value(t, other, "SELECT 1 FOR UPDATE"); got != "primary" {
		t.Errorf("the next statement is answered %q", got)
	}
	<-gone
}

// TestAStatementThatWasNotSentIsAskedElsewhere: the replica goes away while the statement is prepared on another of its connections. Of the statement's own answer
// nothing has come then, whatever the client has had of the one before.
func TestAStatementThatWasNotSentIsAskedElsewhere(t *testing.T) {
	prepared := func(w *mysqltest.Reply) { w.Packet([]byte{0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) } // id 1, no columns, no parameters
	var asked atomic.Int32
	replica := &mysqltest.Server{Handler: func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		if cmd == mysql.ComStmtPrepare {
			if asked.Add(1) == 1 {
				prepared(w)
			}
			w.Hangup()
			return
		}
		answering("replica")(cmd, payload, w)
	}}
	primary := &mysqltest.Server{Handler: func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		if cmd == mysql.ComStmtPrepare {
			prepared(w)
			return
		}
		answering("primary")(cmd, payload, w)
	}}
	tr := newTriangle(t, setup{primary: primary, replica: replica})
	c := tr.client()
	a, err := c.Do(mysql.ComStmtPrepare, []byte("SELECT a FROM t"))
	if err != nil || a.Prepared == nil {
		t.Fatalf("%+v, %v", a, err)
	}
	time.Sleep(10 * time.Millisecond) // longer than the pool trusts a connection unseen
	execute := append(binary.LittleEndian.AppendUint32(nil, a.Prepared.ID), 0, 1, 0, 0, 0)
	a, err = c.Do(mysql.ComStmtExecute, execute)
	if asked.Load() < 2 {
		t.Fatal("the replica was not asked to prepare it again")
	}
	if err != nil || len(a.Results) != 1 || a.Results[0].Err != nil {
		t.Errorf("the execution gets %+v, %v", a, err)
	}
}
