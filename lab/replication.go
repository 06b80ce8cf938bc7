package lab

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"
	"strings"
	"time"

	"shunt/topology"
)

// StopReplication stops both threads of a replica: nothing more is fetched or applied.
func (s *Server) StopReplication(ctx context.Context) error { return s.Exec(ctx, "STOP REPLICA") }

// StartReplication starts both threads again.
func (s *Server) StartReplication(ctx context.Context) error { return s.Exec(ctx, "START REPLICA") }

// StopApplier stops a replica's SQL thread only: changes are fetched and wait in the relay log.
func (s *Server) StopApplier(ctx context.Context) error {
	return s.Exec(ctx, "STOP REPLICA SQL_THREAD")
}

// StartApplier starts the SQL thread again.
func (s *Server) StartApplier(ctx context.Context) error {
	return s.Exec(ctx, "START REPLICA SQL_THREAD")
}

// SetDelay makes a replica apply changes so much later than its source did, in whole seconds (rounded up); 0 ends it.
// Replication runs after it.
func (s *Server) SetDelay(ctx context.Context, delay time.Duration) error {
	seconds := int(math.Ceil(delay.Seconds()))
	change := fmt.Sprintf("CHANGE MASTER TO MASTER_DELAY = %d", seconds)
	if s.flavor() == topology.MySQL {
		change = fmt.Sprintf("CHANGE REPLICATION SOURCE TO SOURCE_DELAY = %d", seconds)
	}
	return s.execAll(ctx, "STOP REPLICA", change, "START REPLICA")
}

// replicateFrom makes the server a replica of source, from where its own data ends, and waits for the connection.
func (s *Server) replicateFrom(ctx context.Context, source *Server) error {
	account := s.lab.Accounts.Replication
	change := fmt.Sprintf("CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = %d, MASTER_USER = '%s',"+
		" MASTER_PASSWORD = '%s', MASTER_CONNECT_RETRY = 1, MASTER_USE_GTID = slave_pos",
		source.port(), account.User, account.Password)
	if s.flavor() == topology.MySQL {
		// The public key is asked for because caching_sha2_password wants one where there is no TLS; the retry count because
		// newer servers give up after ten.
		change = fmt.Sprintf("CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = %d, SOURCE_USER = '%s',"+
			" SOURCE_PASSWORD = '%s', SOURCE_CONNECT_RETRY = 1, SOURCE_RETRY_COUNT = 1000000, SOURCE_AUTO_POSITION = 1,"+
			" GET_SOURCE_PUBLIC_KEY = 1", source.port(), account.User, account.Password)
	}
	if err := s.execAll(ctx, change, "START REPLICA"); err != nil {
		return err
	}
	return s.waitReplicating(ctx)
}

func (s *Server) waitReplicating(ctx context.Context) error {
	tick := time.NewTicker(2 * pollPeriod)
	defer tick.Stop()
	for {
		r, err := s.replication(ctx)
		if err != nil {
			return err
		}
		if r.fetching && r.applying {
			return nil
		}
		if r.problem != "" {
			return fmt.Errorf("%s does not start to replicate: %s", s.Name, r.problem)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%s does not replicate yet: %w", s.Name, context.Cause(ctx))
		}
	}
}

// WaitCaughtUp waits until the server has applied everything that its source has committed by now. It fails at once if
// replication has stopped on an error, and returns nil at once for a server that replicates from nobody.
func (s *Server) WaitCaughtUp(ctx context.Context) error {
	r, err := s.replication(ctx)
	if err != nil || r.source == "" {
		return err
	}
	source := s.lab.at(r.source)
	if source == nil {
		return fmt.Errorf("%s replicates from %s, which is no server of this lab", s.Name, r.source)
	}
	position, err := source.position(ctx)
	if err != nil {
		return err
	}
	for {
		reached, err := s.waitPosition(ctx, position, time.Second)
		if err != nil || reached {
			return err
		}
		if r, err = s.replication(ctx); err != nil {
			return err
		}
		if r.problem != "" {
			return fmt.Errorf("%s does not replicate: %s", s.Name, r.problem)
		}
	}
}

// position is all that the server has committed, as GTID text of its flavor.
func (s *Server) position(ctx context.Context) (gtids string, err error) {
	query := "SELECT @@global.gtid_binlog_pos"
	if s.flavor() == topology.MySQL {
		query = "SELECT @@global.gtid_executed"
	}
	if err := s.DB().QueryRowContext(ctx, query).Scan(&gtids); err != nil {
		return "", fmt.Errorf("%s: its GTID position: %w", s.Name, err)
	}
	return gtids, nil
}

// waitPosition lets the server itself wait until its applier has reached the position, at most so long.
func (s *Server) waitPosition(ctx context.Context, gtids string, most time.Duration) (reached bool, err error) {
	query := "SELECT MASTER_GTID_WAIT(?, ?)" // 0 reached, -1 too late
	if s.flavor() == topology.MySQL {
		query = "SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?)" // 0 reached, 1 too late
	}
	var answer sql.NullInt64
	if err := s.DB().QueryRowContext(ctx, query, gtids, most.Seconds()).Scan(&answer); err != nil {
		return false, fmt.Errorf("%s: waiting for GTID %s: %w", s.Name, gtids, err)
	}
	return answer.Valid && answer.Int64 == 0, nil
}

// replication is what a server says about itself as a replica; the zero value for one that replicates from nobody.
type replication struct {
	source   string // host:port
	fetching bool   // the I/O thread is connected
	applying bool   // the SQL thread runs
	behind   time.Duration
	known    bool // behind means something
	problem  string
}

// replication reads SHOW REPLICA STATUS, whose columns MySQL names with Source and Replica since 8.0.22 and MariaDB with
// Master and Slave.
func (s *Server) replication(ctx context.Context) (replication, error) {
	row, err := s.row(ctx, "SHOW REPLICA STATUS")
	if err != nil || row == nil {
		return replication{}, err
	}
	word := func(mysql, mariadb string) string {
		if s.flavor() == topology.MySQL {
			return row[mysql]
		}
		return row[mariadb]
	}
	r := replication{
		source:   word("Source_Host", "Master_Host") + ":" + word("Source_Port", "Master_Port"),
		fetching: word("Replica_IO_Running", "Slave_IO_Running") == "Yes",
		applying: word("Replica_SQL_Running", "Slave_SQL_Running") == "Yes",
		problem:  strings.TrimSpace(row["Last_IO_Error"] + " " + row["Last_SQL_Error"]),
	}
	r.behind, err = time.ParseDuration(word("Seconds_Behind_Source", "Seconds_Behind_Master") + "s")
	r.known = err == nil // NULL while a thread is stopped
	return r, nil
}

// row reads the first row of an answer by column names, NULL as ""; nil if there is none.
func (s *Server) row(ctx context.Context, query string) (map[string]string, error) {
	rows, err := s.DB().QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil || !rows.Next() {
		return nil, cmp.Or(err, rows.Err())
	}
	values, targets := make([]sql.NullString, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	if err := rows.Scan(targets...); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	byName := make(map[string]string, len(columns))
	for i, column := range columns {
		byName[column] = values[i].String
	}
	return byName, rows.Err()
}

// at finds a server by its address; nil if there is none.
func (l *Lab) at(address string) *Server {
	for _, s := range l.Servers() {
		if s.Address == address {
			return s
		}
	}
	return nil
}

func (s *Server) execAll(ctx context.Context, statements ...string) error {
	for _, statement := range statements {
		if err := s.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) flavor() topology.Flavor { return s.lab.Binaries.Flavor() }
