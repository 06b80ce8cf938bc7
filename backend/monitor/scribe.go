package monitor

import (
	"context"
	"fmt"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/backend/monitor/control"
	"shunt/topology"
)

// scribe writes heartbeats over a control connection of its own: a write that blocks (a global read lock for a backup,
// a full disk) must not look like a server that does not answer probes.
type scribe struct {
	row      heartbeatRow
	endpoint control.Endpoint // Address is that of conn
	conn     *control.Conn    // nil: to be dialed
	swept    time.Time
}

func (s *scribe) close() {
	if s.conn != nil {
		s.conn.Close()
		s.conn = nil
	}
}

// write writes one heartbeat on the server at address, before ctx ends.
func (s *scribe) write(ctx context.Context, address string, number uint64, stamp time.Time) error {
	if err := s.connect(ctx, address); err != nil {
		return err
	}
	err := s.put(ctx, number, stamp)
	if code := control.Code(err); code == mysql.ER_NO_SUCH_TABLE || code == mysql.ER_BAD_DB_ERROR {
		if err = s.create(ctx); err == nil {
			err = s.put(ctx, number, stamp)
		}
	}
	if err == nil && stamp.Sub(s.swept) > time.Hour {
		s.swept = stamp
		_, err = s.conn.Script(ctx, writable, s.row.sweep(stamp))
	}
	if err != nil {
		s.close() // broken, or without a right that a new connection may have
		return s.explain(err)
	}
	return nil
}

// explain adds what to do about a missing right.
func (s *scribe) explain(err error) error {
	switch control.Code(err) {
	case mysql.ER_DBACCESS_DENIED_ERROR, mysql.ER_TABLEACCESS_DENIED_ERROR:
		return fmt.Errorf("%w; GRANT CREATE, SELECT, INSERT, UPDATE, DELETE ON %s.* to the control account", err, s.row.schema)
	}
	return err
}

// connect dials if another server is the primary now. The lock timeouts, in seconds, end a blocked write on the server
// when the proxy has given it up, so that none pile up there.
func (s *scribe) connect(ctx context.Context, address string) error {
	if s.conn != nil && s.endpoint.Address == address {
		return nil
	}
	s.close()
	s.endpoint.Address = address
	conn, err := control.Dial(ctx, s.endpoint, "SET SESSION lock_wait_timeout = 1, innodb_lock_wait_timeout = 1")
	if err != nil {
		return err
	}
	if conn.Flavor() == topology.MariaDB {
		if _, err = conn.Query(ctx, "SET SESSION max_statement_time = 1"); err != nil {
			conn.Close()
			return err
		}
	}
	s.conn = conn
	return nil
}

// put updates the row, or makes it if it is not there.
func (s *scribe) put(ctx context.Context, number uint64, stamp time.Time) error {
	for _, sql := range []string{s.row.update(number, stamp), s.row.insertion(number, stamp)} {
		results, err := s.conn.Script(ctx, writable, sql)
		if err != nil {
			return err
		}
		if results[1].AffectedRows == 1 {
			return nil
		}
	}
	return fmt.Errorf("%s took no heartbeat: it is read_only", s.endpoint.Address)
}

func (s *scribe) create(ctx context.Context) error {
	r, err := s.conn.Script(ctx, writable, "SELECT @shunt_writable")
	if err != nil {
		return err
	}
	if open, _ := r[1].GetInt(0, 0); open == 0 {
		return fmt.Errorf("%s has no table for heartbeats and is read_only", s.endpoint.Address)
	}
	_, err = s.conn.Script(ctx, s.row.creation()...)
	return err
}
