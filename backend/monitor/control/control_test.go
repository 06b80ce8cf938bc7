package control_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/backend/monitor/control"
	"shunt/backend/monitor/mariadbtest"
	"shunt/topology"
)

func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func TestRealServer(t *testing.T) {
	s := mariadbtest.Start(t, "--autocommit=0")
	endpoint := control.Endpoint{Address: s.Address, User: mariadbtest.User, Password: mariadbtest.Password}
	ctx := within(t, 30*time.Second)
	c, err := control.Dial(ctx, endpoint, "SET SESSION lock_wait_timeout=3")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()

	t.Run("the greeting tells flavor and version", func(t *testing.T) {
		if c.Flavor() != topology.MariaDB || !c.AtLeast("10.4.0") || c.AtLeast("99.0.0") {
			t.Errorf("flavor %v, at least 10.4: %v, at least 99: %v", c.Flavor(), c.AtLeast("10.4.0"), c.AtLeast("99.0.0"))
		}
	})
	t.Run("the session is prepared, whatever the server's defaults", func(t *testing.T) {
		r, err := c.Query(ctx, "SELECT CONCAT_WS(',', @@autocommit+0, @@lock_wait_timeout, @@global.autocommit+0)")
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := r.GetString(0, 0); got != "1,3,0" {
			t.Errorf("autocommit, lock_wait_timeout, global autocommit are %q", got)
		}
	})
	t.Run("a script runs up to its first error and the connection lives on", func(t *testing.T) {
		results, err := c.Script(ctx, "SELECT 1", "SELECT 2 UNION SELECT 3", "SELECT * FROM mysql.user", "SELECT 4")
		if len(results) != 2 || results[1].RowNumber() != 2 || control.Code(err) != mysql.ER_TABLEACCESS_DENIED_ERROR {
			t.Fatalf("%d results, error %v", len(results), err)
		}
		if _, err := c.Query(ctx, "SELECT 1"); err != nil {
			t.Error(err)
		}
	})
	t.Run("a stream gives every row", func(t *testing.T) {
		var sum int64
		err := c.Stream(ctx, "SELECT seq FROM shunt.seq_1_to_1000", func(row []mysql.FieldValue) error {
			sum += row[0].AsInt64()
			return nil
		})
		if err != nil || sum != 500500 {
			t.Errorf("sum %d, error %v", sum, err)
		}
	})
	t.Run("over the unix socket", func(t *testing.T) {
		c, err := control.Dial(ctx, control.Endpoint{Address: s.Socket, User: mariadbtest.User, Password: mariadbtest.Password})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if c.Peer() != "" {
			t.Errorf("peer %q", c.Peer())
		}
	})
	t.Run("the server's number of the connection", func(t *testing.T) {
		r, err := c.Query(ctx, "SELECT CONNECTION_ID()")
		if err != nil {
			t.Fatal(err)
		}
		if id, _ := r.GetUint(0, 0); id != uint64(c.ID()) {
			t.Errorf("it is %d, not %d", id, c.ID())
		}
	})
	t.Run("updates count the rows that are found, if one likes", func(t *testing.T) {
		if _, err := c.Script(ctx, "CREATE DATABASE IF NOT EXISTS shunt", "CREATE TABLE shunt.found (n INT)", "INSERT INTO shunt.found VALUES (1), (1), (2)"); err != nil {
			t.Fatal(err)
		}
		for found, want := range map[bool]uint64{false: 1, true: 3} {
			e := endpoint
			e.FoundRows = found
			c, err := control.Dial(ctx, e)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			results, err := c.Script(ctx, "START TRANSACTION", "UPDATE shunt.found SET n = 1", "ROLLBACK")
			if err != nil || results[1].AffectedRows != want {
				t.Errorf("%d rows, want %d; error %v", results[1].AffectedRows, want, err)
			}
		}
	})
	t.Run("a wrong password is the server's own error", func(t *testing.T) {
		_, err := control.Dial(ctx, control.Endpoint{Address: s.Address, User: mariadbtest.User, Password: "wrong"})
		if control.Code(err) != mysql.ER_ACCESS_DENIED_ERROR || control.Gone(err) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("a statement ends with its context", func(t *testing.T) {
		c, err := control.Dial(ctx, endpoint)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		ctx, cancel := context.WithCancel(ctx)
		time.AfterFunc(50*time.Millisecond, cancel)
		if _, err := c.Query(ctx, "SELECT SLEEP(600)"); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		if _, err := c.Query(t.Context(), "SELECT 1"); err == nil {
			t.Error("a connection that is out of step was used again")
		}
	})
	t.Run("a killed server is gone", func(t *testing.T) {
		s.Kill()
		if _, err := c.Query(ctx, "SELECT 1"); !control.Gone(err) {
			t.Errorf("open connection: %v", err)
		}
		for _, address := range []string{s.Address, s.Socket} {
			if _, err := control.Dial(ctx, control.Endpoint{Address: address}); !control.Gone(err) {
				t.Errorf("dialing %s: %v", address, err)
			}
		}
	})
}

// answer listens and sends the given bytes to whoever connects.
func answer(t *testing.T, greeting []byte) (address string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = c.Close() })
			_, _ = c.Write(greeting)
		}
	}()
	return l.Addr().String()
}

// TestDump: how a stream of events ends.
func TestDump(t *testing.T) {
	s := mariadbtest.Start(t)
	ctx := within(t, 30*time.Second)
	dump := func(ctx context.Context, user string, silence time.Duration, event func([]byte) error) error {
		t.Helper()
		c, err := control.Dial(ctx, control.Endpoint{Address: s.Address, User: user, Password: mariadbtest.Password},
			"SET @mariadb_slave_capability = 4, @slave_connect_state = '', @master_binlog_checksum = @@global.binlog_checksum")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fromTheBeginning := []byte{4, 0, 0, 0, 0, 0, 99, 0, 0, 0}
		return c.Dump(ctx, mysql.COM_BINLOG_DUMP, fromTheBeginning, silence, event)
	}
	enough := errors.New("enough")
	if err := dump(ctx, "replica", 20*time.Second, func(event []byte) error {
		if len(event) < 19 {
			t.Errorf("an event of %d bytes", len(event))
		}
		return enough
	}); !errors.Is(err, enough) {
		t.Errorf("when the caller has enough: %v", err)
	}
	if err := dump(ctx, "replica", 300*time.Millisecond, func([]byte) error { return nil }); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("when the server says nothing for too long: %v", err)
	}
	ended, end := context.WithCancel(ctx)
	if err := dump(ended, "replica", 20*time.Second, func([]byte) error { end(); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("when the context ends: %v", err)
	}
	if err := dump(ctx, mariadbtest.User, 20*time.Second, func([]byte) error { return nil }); control.Code(err) != mysql.ER_SPECIFIC_ACCESS_DENIED_ERROR {
		t.Errorf("without the right to read it: %v", err)
	}
}

func TestStrangeServers(t *testing.T) {
	t.Run("one that never speaks is a timeout, and not gone", func(t *testing.T) {
		_, err := control.Dial(within(t, 50*time.Millisecond), control.Endpoint{Address: answer(t, nil)})
		timeout := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded)
		if !timeout || control.Gone(err) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("a cut greeting is an error", func(t *testing.T) {
		_, err := control.Dial(within(t, 10*time.Second), control.Endpoint{Address: answer(t, []byte("\x04\x00\x00\x00\x0a8.4"))})
		if err == nil || !strings.Contains(err.Error(), "right port") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("a refusal in place of a greeting is the server's own error", func(t *testing.T) {
		packet := append([]byte{0, 0, 0, 0, 0xff, 0x10, 0x04}, "Too many connections"...)
		packet[0] = byte(len(packet) - 4)
		_, err := control.Dial(within(t, 10*time.Second), control.Endpoint{Address: answer(t, bytes.Clone(packet))})
		if control.Code(err) != mysql.ER_CON_COUNT_ERROR {
			t.Errorf("error %v", err)
		}
	})
}
