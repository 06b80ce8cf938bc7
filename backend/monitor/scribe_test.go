package monitor

import (
	"context"
	"strings"
	"testing"
	"time"

	"shunt/backend/monitor/control"
	"shunt/backend/monitor/mariadbtest"
)

func TestScribe(t *testing.T) {
	t.Parallel()
	s := mariadbtest.Start(t)
	s.Exec("GRANT ALL ON *.* TO boss@'%' IDENTIFIED BY 'b'") // may write even where read_only is set
	newScribe := func(proxy string) *scribe {
		sc := &scribe{row: heartbeatRow{"shunt", proxy}, endpoint: control.Endpoint{User: "boss", Password: "b"}}
		t.Cleanup(sc.close)
		return sc
	}
	write := func(sc *scribe, number uint64, stamp time.Time) error {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		return sc.write(ctx, s.Address, number, stamp)
	}
	rows := func() string {
		return s.Value("SELECT GROUP_CONCAT(proxy, ' ', beat, ' ', stamp ORDER BY proxy) FROM shunt.heartbeat")
	}
	moment := time.Date(2026, 8, 1, 12, 0, 0, 250_000_000, time.FixedZone("", 3600))

	t.Run("a read_only server takes nothing, not even the table", func(t *testing.T) {
		s.Exec("SET GLOBAL read_only = 1")
		before := s.Value("SELECT @@gtid_binlog_pos")
		if err := write(newScribe("a"), 1, moment); err == nil || !strings.Contains(err.Error(), "read_only") {
			t.Errorf("error %v", err)
		}
		if after := s.Value("SELECT @@gtid_binlog_pos"); after != before {
			t.Errorf("the server had a transaction of its own: %s after %s", after, before)
		}
		s.Exec("SET GLOBAL read_only = 0")
	})
	a := newScribe("a")
	t.Run("the table is made, the row is made, the row is changed", func(t *testing.T) {
		for number := range uint64(3) {
			if err := write(a, number+1, moment); err != nil {
				t.Fatal(err)
			}
		}
		if got := rows(); got != "a 3 2026-08-01 11:00:00.250000" {
			t.Errorf("rows %q", got)
		}
	})
	t.Run("a beat that comes late does not turn the row back", func(t *testing.T) {
		_ = write(a, 2, moment)
		if got := rows(); got != "a 3 2026-08-01 11:00:00.250000" {
			t.Errorf("rows %q", got)
		}
	})
	t.Run("a server that becomes read_only takes no more", func(t *testing.T) {
		s.Exec("SET GLOBAL read_only = 1")
		before := s.Value("SELECT @@gtid_binlog_pos")
		if err := write(a, 4, moment); err == nil {
			t.Error("it was written")
		}
		if after := s.Value("SELECT @@gtid_binlog_pos"); after != before {
			t.Errorf("the server had a transaction of its own: %s after %s", after, before)
		}
		s.Exec("SET GLOBAL read_only = 0")
	})
	t.Run("another proxy has a row of its own and sweeps those that are dead", func(t *testing.T) {
		b := newScribe("b")
		if err := write(b, 1, moment.Add(23*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got := rows(); !strings.HasPrefix(got, "a 3 ") {
			t.Errorf("rows %q", got)
		}
		if err := write(b, 2, moment.Add(25*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got := rows(); got != "b 2 2026-08-02 12:00:00.250000" {
			t.Errorf("rows %q", got)
		}
	})
	t.Run("swept by mistake, the row is made again", func(t *testing.T) {
		if err := write(a, 5, moment.Add(25*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got := rows(); !strings.HasPrefix(got, "a 5 ") {
			t.Errorf("rows %q", got)
		}
	})
}
