package copier

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/rows"
	"shunt/sharding/move/unit"
	"shunt/topology"
)

// Position is a place in the binary log of the source: the snapshot has what is before it, and nothing that is after it. All empty: the server has no binary log.
type Position struct {
	GTID   string // MariaDB: domain-server-sequence per domain; MySQL: a set
	File   string
	Offset uint64
}

// Limits bound what a snapshot may cost the source.
type Limits struct {
	// Locked is how many bytes of tables that are in no snapshot (MyISAM and others) may be copied while a lock keeps them from being written; 0: 64 MiB.
	Locked int64
	// Tries is how often to try to get the locks, each time for a second at most; 0: 10.
	Tries int
	// Offline accepts a server without a binary log.
	Offline bool
}

// Snapshot is an open transaction that sees a unit as it was at one moment. Definitions of its tables cannot change while it is open. One goroutine at a time may use it; whoever took it closes it.
type Snapshot struct {
	Unit     unit.Unit
	Position Position
	Tables   []rows.Table

	conn *control.Conn
	lock *control.Conn // keeps tables that are in no snapshot; nil: there are none, or they are copied
}

var (
	errMoved = errors.New("the tables changed while the snapshot began")
	errNoLog = errors.New("the source has no binary log, so nothing tells what is written while the copy goes on; turn log_bin on, or move it while it is closed")
)

// Take begins a snapshot before ctx ends. The account needs SELECT and LOCK TABLES on the unit, and BINLOG MONITOR (MariaDB) or REPLICATION CLIENT (MySQL). Errors: *RefusedError.
//
// MariaDB knows the place in its log of a snapshot; MySQL does not, so there all tables are locked for the moment in which it begins. Its file position is ahead of the snapshot while a commit is on its way
// (moves.md L8), but not under these locks: GTID is what to go by.
func Take(ctx context.Context, e control.Endpoint, u unit.Unit, l Limits) (*Snapshot, error) {
	if l.Locked == 0 {
		l.Locked = 64 << 20
	}
	if l.Tries == 0 {
		l.Tries = 10
	}
	var err error
	for range l.Tries {
		var s *Snapshot
		if s, err = take(ctx, e, u, l); err == nil {
			return s, nil
		}
		if !again(err) || pause(ctx) != nil {
			break
		}
	}
	return nil, fmt.Errorf("a snapshot of %s: %w", u, err)
}

// again says whether to try once more: others had locks, or changed tables.
func again(err error) bool {
	const lockTimeout, noTable, changed = 1205, 1146, 1412
	code := control.Code(err)
	return errors.Is(err, errMoved) || code == lockTimeout || code == noTable || code == changed
}

// pause lets those through who waited for the locks that were given up.
func pause(ctx context.Context) error {
	timer := time.NewTimer(100 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func take(ctx context.Context, e control.Endpoint, u unit.Unit, l Limits) (*Snapshot, error) {
	s := &Snapshot{Unit: u}
	if err := s.take(ctx, e, l); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Snapshot) take(ctx context.Context, e control.Endpoint, l Limits) (err error) {
	if s.conn, err = open(ctx, e); err != nil {
		return err
	}
	if s.Tables, err = rows.List(ctx, s.conn, s.Unit); err != nil {
		return err
	}
	if err := refused(s.Tables, l.Locked); err != nil {
		return err
	}
	if held := s.held(); len(held) > 0 {
		if s.lock, err = open(ctx, e); err != nil {
			return err
		}
		if _, err := s.lock.Script(ctx, "SET SESSION lock_wait_timeout=1", "LOCK TABLES "+strings.Join(held, ", ")); err != nil {
			return err
		}
	}
	if err := s.begin(ctx); err != nil {
		return err
	}
	if s.Position == (Position{}) && !l.Offline {
		return errNoLog
	}
	return s.settle(ctx)
}

// open gives a session that reads exact values.
func open(ctx context.Context, e control.Endpoint) (*control.Conn, error) {
	c, err := control.Dial(ctx, e)
	if err != nil {
		return nil, err
	}
	if _, err := c.Script(ctx, append(rows.Session(c), "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")...); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// held are the tables to lock.
func (s *Snapshot) held() (list []string) {
	for _, t := range s.Tables {
		if t.Storage == rows.Locked || t.Storage == rows.Snapshot && s.conn.Flavor() == topology.MySQL {
			list = append(list, s.Unit.Table(t.Name)+" READ")
		}
	}
	return list
}

// begin starts the transaction, touches each table so that its definition cannot change any more, and finds the position.
func (s *Snapshot) begin(ctx context.Context) error {
	statements := []string{"START TRANSACTION WITH CONSISTENT SNAPSHOT"}
	if s.conn.Flavor() == topology.MariaDB {
		statements = append(statements, "SHOW STATUS LIKE 'binlog_snapshot_%'", "SELECT @@GLOBAL.gtid_binlog_pos", "SHOW MASTER STATUS")
	}
	for _, t := range s.Tables {
		if t.Storage != rows.Empty {
			statements = append(statements, "SELECT 1 FROM "+s.Unit.Table(t.Name)+" LIMIT 0")
		}
	}
	results, err := s.conn.Script(ctx, statements...)
	if err != nil {
		return err
	}
	if s.conn.Flavor() == topology.MySQL {
		return s.positionMySQL(ctx)
	}
	for _, row := range rows.Texts(results[1]) {
		switch row[0] {
		case "Binlog_snapshot_file":
			s.Position.File = row[1]
		case "Binlog_snapshot_position":
			_, _ = fmt.Sscan(row[1], &s.Position.Offset)
		}
	}
	if s.Position.File == "" {
		s.Position = Position{}
		return nil
	}
	// If the end of the log is where the snapshot is, nothing was written between, and the position of the end is the snapshot's. Else the server finds it, by reading the log.
	if end := rows.Texts(results[3]); len(end) == 1 && end[0][0] == s.Position.File && end[0][1] == fmt.Sprint(s.Position.Offset) {
		s.Position.GTID, err = results[2].GetString(0, 0)
		return err
	}
	r, err := s.conn.Query(ctx, fmt.Sprintf("SELECT BINLOG_GTID_POS(%s, %d)", rows.Quote(s.Position.File), s.Position.Offset))
	if err != nil {
		return err
	}
	if null, _ := r.IsNull(0, 0); null {
		return fmt.Errorf("the server does not know the GTID position of %s:%d in its binary log", s.Position.File, s.Position.Offset)
	}
	s.Position.GTID, err = r.GetString(0, 0)
	return err
}

func (s *Snapshot) positionMySQL(ctx context.Context) error {
	c := s.lock
	if c == nil {
		c = s.conn // no tables, so nothing is written to them
	}
	status := "SHOW BINARY LOG STATUS"
	if !c.AtLeast("8.2.0") {
		status = "SHOW MASTER STATUS"
	}
	results, err := c.Script(ctx, "SELECT @@GLOBAL.gtid_executed", status)
	if err != nil {
		return err
	}
	if results[1].RowNumber() == 0 {
		return nil
	}
	s.Position.GTID, _ = results[0].GetString(0, 0)
	s.Position.GTID = strings.ReplaceAll(s.Position.GTID, "\n", "")
	s.Position.File, _ = results[1].GetString(0, 0)
	s.Position.Offset, err = results[1].GetUint(0, 1)
	return err
}

// settle makes sure that the list of tables is that of the snapshot: it was read before, and is the same now that no definition can change. A table whose definition changed between, under
// the same name, cannot be read over the snapshot (error 1412). Locks that nobody needs any more end.
func (s *Snapshot) settle(ctx context.Context) error {
	before := s.Tables
	var err error
	if s.Tables, err = rows.ReadDefinitions(ctx, s.conn, s.Unit); err != nil {
		return err
	}
	for i := range s.Tables {
		if i < len(before) {
			s.Tables[i].Rows, s.Tables[i].Bytes = before[i].Rows, before[i].Bytes
		}
	}
	if !slices.EqualFunc(before, s.Tables, func(a, b rows.Table) bool { return a.Name == b.Name && a.Storage == b.Storage }) {
		return errMoved
	}
	for _, t := range s.Tables {
		if t.Storage == rows.Locked {
			return nil
		}
	}
	s.unlock()
	return nil
}

// unlock ends the locks by hanging up.
func (s *Snapshot) unlock() {
	if s.lock != nil {
		s.lock.Close()
		s.lock = nil
	}
}

// Conn is the session of the snapshot, for reading definitions that cannot change now. It stays the snapshot's.
func (s *Snapshot) Conn() *control.Conn { return s.conn }

// Close ends the snapshot, and its locks.
func (s *Snapshot) Close() {
	s.unlock()
	if s.conn != nil {
		s.conn.Close()
		s.conn = nil
	}
}
