package position_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"shunt/backend/monitor/mariadbtest"
	"shunt/backend/position"
	"shunt/netloop"
)

func settle(p *position.Positions, within time.Duration) error {
	return p.Settle(netloop.NewTask(), "paris", time.Now().Add(within))
}

// TestSettleWaitsForWhatIsNotVisible: a transaction that is in the binary log and waits for a semi-synchronous replica is not visible. Until it is, nobody is
// told that the primary shows all; and once somebody is, it does.
func TestSettleWaitsForWhatIsNotVisible(t *testing.T) {
	t.Parallel()
	s := mariadbtest.Start(t, "--log-bin")
	s.Exec("CREATE DATABASE d", "CREATE TABLE d.t (n INT) ENGINE = InnoDB", "INSERT INTO d.t VALUES (1)",
		"GRANT UPDATE ON d.* TO '"+mariadbtest.User+"'@'%'")
	p := asking(t, func() (string, error) { return s.Address, nil })
	if err := settle(p, 10*time.Second); err != nil {
		t.Fatal(err)
	}
	s.Exec("SET GLOBAL rpl_semi_sync_master_wait_point = AFTER_SYNC", "SET GLOBAL rpl_semi_sync_master_timeout = 2000",
		"SET GLOBAL rpl_semi_sync_master_enabled = 1") // and no replica ever acknowledges
	committed := make(chan error, 1)
	db := s.Open(mariadbtest.User, mariadbtest.Password)
	go func() {
		_, err := db.ExecContext(context.Background(), "UPDATE d.t SET n = 2")
		committed <- err
	}()
	for logged := s.Value("SELECT @@gtid_binlog_pos"); s.Value("SELECT @@gtid_binlog_pos") == logged; {
		time.Sleep(time.Millisecond)
	}
	if n := s.Value("SELECT n FROM d.t"); n != "1" {
		t.Fatalf("n is %s: the commit does not wait", n)
	}
	if err := settle(p, 100*time.Millisecond); err == nil {
		t.Error("it says that all is visible")
	}
	if err := settle(p, 30*time.Second); err != nil {
		t.Error(err)
	}
	if n := s.Value("SELECT n FROM d.t"); n != "2" {
		t.Errorf("n is %s after the wait", n)
	}
	if err := <-committed; err != nil {
		t.Error(err)
	}
}

// TestSettleTakesNoTime: there is nothing to wait for, whatever was written to the binary log last.
func TestSettleTakesNoTime(t *testing.T) {
	t.Parallel()
	s := mariadbtest.Start(t, "--log-bin")
	p := asking(t, func() (string, error) { return s.Address, nil })
	for _, last := range []string{
		"CREATE DATABASE d", "CREATE TABLE d.t (n INT) ENGINE = InnoDB", "CREATE TABLE d.m (n INT) ENGINE = MyISAM", "INSERT INTO d.t VALUES (1)",
		"INSERT INTO d.m VALUES (1)", "FLUSH BINARY LOGS", "INSERT INTO d.t VALUES (2)", "FLUSH BINARY LOGS", "INSERT INTO d.m VALUES (1)", "FLUSH BINARY LOGS",
		"DROP TABLE d.m", "ANALYZE TABLE d.t", "RESET MASTER", "CREATE USER u@h", "CREATE TABLE d.n ENGINE = InnoDB AS SELECT * FROM d.t",
	} {
		s.Exec(last)
		for range 3 {
			if err := settle(p, 500*time.Millisecond); err != nil {
				t.Errorf("after %s: %v", last, err)
			}
		}
	}
}

// TestSettleOfAPrimaryThatIsNone: what cannot be known is an error at once.
func TestSettleOfAPrimaryThatIsNone(t *testing.T) {
	t.Parallel()
	s := mariadbtest.Start(t, "--log-bin")
	p := asking(t, func() (string, error) { return s.Address, nil })
	expect := func(text string) {
		t.Helper()
		if err := settle(p, 10*time.Second); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%v, want %q", err, text)
		}
	}
	if err := settle(p, 10*time.Second); err != nil {
		t.Error(err)
	}
	s.Exec("SET GLOBAL read_only = 1")
	expect("read_only")
	s.Exec("SET GLOBAL read_only = 0", "REVOKE BINLOG MONITOR ON *.* FROM '"+mariadbtest.User+"'@'%'")
	expect("BINLOG MONITOR")
	if err := p.Settle(netloop.NewTask(), "rome", time.Now().Add(time.Second)); err == nil {
		t.Error("a cluster that is not there shows all")
	}
	if err := settle(asking(t, func() (string, error) { return mariadbtest.Start(t, "--skip-log-bin").Address, nil }), 10*time.Second); err == nil {
		t.Error("a server without a binary log has one")
	}
}
