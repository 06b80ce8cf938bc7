package position

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"shunt/backend/monitor/control"
	"shunt/topology"
)

// A primary writes a transaction to its binary log first and shows it afterwards. In between its replicas may have it and show it already: for some
// microseconds, or for as long as a semi-synchronous replica takes to acknowledge (AFTER_SYNC, the default of MySQL's). Whoever has read on a replica and
// reads on the primary next would go back in time.
//
// Settling needs no clock: what the log has when somebody asks covers all that replicas can have, and then the primary is waited for until it shows that.

// awaitShown waits until a primary shows all that its binary log has by now.
func awaitShown(ctx context.Context, conn *control.Conn) (topology.Position, error) {
	if conn.Flavor() == topology.MySQL {
		return nil, awaitShownMySQL(ctx, conn)
	}
	return nil, awaitShownMariaDB(ctx, conn)
}

// awaitShownMySQL waits for the transactions that sessions own: a GTID is owned from before it is written to the log until it is visible, and then counted as
// executed (MySQL 8.0 to 9.7, MYSQL_BIN_LOG::ordered_commit).
func awaitShownMySQL(ctx context.Context, conn *control.Conn) error {
	r, err := conn.Query(ctx, "SELECT @@global.read_only, @@global.gtid_owned")
	if err != nil {
		return err
	}
	owned, err := settling(r)
	if err != nil {
		return err
	}
	committing, err := topology.Visible(topology.MySQL, nil, owned)
	if err != nil || len(committing) == 0 {
		return err
	}
	r, err = conn.Query(ctx, "SELECT WAIT_FOR_EXECUTED_GTID_SET('"+committing.Text(topology.MySQL)+"', "+seconds(ctx)+")")
	if err != nil {
		return err
	}
	if late, err := r.GetInt(0, 0); err != nil || late != 0 {
		return errors.Join(err, fmt.Errorf("transactions %s are in the binary log and not committed yet", committing.Text(topology.MySQL)))
	}
	return nil
}

// seconds is how long may be waited for.
func seconds(ctx context.Context) string {
	left := time.Second
	if deadline, ok := ctx.Deadline(); ok {
		left = time.Until(deadline) * 9 / 10 // the answer has a way to go
	}
	return strconv.FormatFloat(max(left, 0).Seconds(), 'f', 3, 64)
}

// awaitShownMariaDB compares the end of the binary log with the place up to which it is visible, which the server knows as Binlog_snapshot_position, also outside
// of a snapshot (https://mariadb.com/kb/en/enhancements-for-start-transaction-with-consistent-snapshot/; 10.11: the last one that commit_ordered was run for).
// There is no way to have the server wait for it.
func awaitShownMariaDB(ctx context.Context, conn *control.Conn) error {
	const visible = "SHOW STATUS LIKE 'Binlog\\_snapshot\\_%'"
	all, err := conn.Script(ctx, "SELECT @@global.read_only, ''", "SHOW MASTER STATUS", visible)
	if err != nil {
		return err
	}
	if _, err := settling(all[0]); err != nil {
		return err
	}
	if all[1].RowNumber() == 0 {
		return errors.New("it has no binary log")
	}
	end, err := placeIn(all[1], 0, 0, 0, 1)
	if err != nil {
		return err
	}
	now := all[2]
	for pause := 100 * time.Microsecond; ; pause = min(2*pause, 5*time.Millisecond) {
		if now.RowNumber() != 2 {
			return errors.New("it does not tell its Binlog_snapshot_position")
		}
		shown, err := placeIn(now, 0, 1, 1, 1)
		if err != nil || !shown.before(end) {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return fmt.Errorf("transactions up to %s:%d are in the binary log and not committed yet", end.file, end.offset)
		}
		if now, err = conn.Query(ctx, visible); err != nil {
			return err
		}
	}
}

// cells is a result.
type cells interface {
	GetString(row, column int) (string, error)
}

// settling reads whether the server is a primary, and what else was asked for.
func settling(r cells) (string, error) {
	readOnly, err := r.GetString(0, 0)
	if err != nil {
		return "", err
	}
	if readOnly != "0" && readOnly != "OFF" {
		return "", errReadOnly
	}
	return r.GetString(0, 1)
}

// place is one in a binary log.
type place struct {
	file   string
	offset uint64
}

// placeIn reads a place from two cells of a result.
func placeIn(r cells, fileRow, fileColumn, offsetRow, offsetColumn int) (p place, err error) {
	if p.file, err = r.GetString(fileRow, fileColumn); err != nil {
		return p, err
	}
	text, err := r.GetString(offsetRow, offsetColumn)
	if err != nil {
		return p, err
	}
	p.offset, err = strconv.ParseUint(text, 10, 64)
	return p, err
}

// before says whether p comes before q. Files are numbered, with more digits from the millionth on.
func (p place) before(q place) bool {
	if len(p.file) != len(q.file) {
		return len(p.file) < len(q.file)
	}
	return p.file < q.file || p.file == q.file && p.offset < q.offset
}
