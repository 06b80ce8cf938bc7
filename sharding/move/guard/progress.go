package guard

import (
	"context"
	"errors"
	"fmt"

	"shunt/backend/monitor/control"
	"shunt/topology"
)

// Progress is how far a stream of changes has been applied on a server.
type Progress struct {
	Position string // up to which everything is applied, as package binlog writes it
	Changes  uint64 // rows that were applied
	Bytes    uint64 // their size in the binary log
}

// ReadProgress tells it; false if the stream has not begun. It waits for a transaction that is just writing it, for as long as the session's
// innodb_lock_wait_timeout: so it also tells what became of a commit whose answer was lost.
func ReadProgress(ctx context.Context, c *control.Conn, unit, stream string) (Progress, bool, error) {
	r, err := c.Query(ctx, fmt.Sprintf("SELECT position, changes, bytes FROM %s WHERE unit = %s AND stream = %s FOR UPDATE",
		table("move_progress"), quote(unit), quote(stream)))
	if err != nil || r.RowNumber() == 0 {
		return Progress{}, false, explain(err)
	}
	position, err := r.GetString(0, 0)
	changes, err2 := r.GetUint(0, 1)
	bytes, err3 := r.GetUint(0, 2)
	return Progress{Position: position, Changes: changes, Bytes: bytes}, true, errors.Join(err, err2, err3)
}

// Advance is the statement that notes a new position and adds to the counts. It belongs into the transaction of the changes, behind them.
func Advance(unit, stream string, by Progress) string {
	return fmt.Sprintf("INSERT INTO %s (unit, stream, position, changes, bytes, at) VALUES (%s, %s, %s, %d, %d, UTC_TIMESTAMP(6)) "+
		"ON DUPLICATE KEY UPDATE position = VALUES(position), changes = changes + VALUES(changes), bytes = bytes + VALUES(bytes), at = VALUES(at)",
		table("move_progress"), quote(unit), quote(stream), quote(by.Position), by.Changes, by.Bytes)
}

// Start notes where a stream begins, with counts of zero. The owner calls it before the first change, with the position of the copy; what was noted before is
// forgotten.
func Start(ctx context.Context, c *control.Conn, unit string, token int64, phase Phase, stream, position string) error {
	return guarded(ctx, c, unit, token, phase, // no DELETE: what it locks where there is no row yet is what others want to insert
		fmt.Sprintf("INSERT INTO %s (unit, stream, position, changes, bytes, at) VALUES (%s, %s, %s, 0, 0, UTC_TIMESTAMP(6)) "+
			"ON DUPLICATE KEY UPDATE position = VALUES(position), changes = 0, bytes = 0, at = VALUES(at)",
			table("move_progress"), quote(unit), quote(stream), quote(position)))
}

// Mark changes the marker of a unit, and tells a position that has this event: of MariaDB its GTID, of MySQL a set of GTIDs that has it. The
// owner calls it on the source when nobody else can write there any more; phase is that of the source. It may be called again, and then each
// of the events is an end of the stream for the epoch.
func Mark(ctx context.Context, c *control.Conn, unit string, token int64, phase Phase, epoch int64) (position string, err error) {
	err = guarded(ctx, c, unit, token, phase, fmt.Sprintf("INSERT INTO %s (unit, epoch, token, at) VALUES (%s, %d, %d, UTC_TIMESTAMP(6)) "+
		"ON DUPLICATE KEY UPDATE epoch = VALUES(epoch), token = VALUES(token), at = GREATEST(VALUES(at), at + INTERVAL 1 MICROSECOND)", // never as before: no event then
		table("move_marker"), quote(unit), epoch, token))
	if err != nil {
		return "", err
	}
	question := "SELECT @@global.gtid_executed"
	if c.Flavor() == topology.MariaDB {
		question = "SELECT @@session.last_gtid"
	}
	r, err := c.Query(ctx, question)
	if err != nil {
		return "", err
	}
	return r.GetString(0, 0)
}

// Journal notes where a unit is at home from an epoch on. The owner may call it again; what the epoch has is not changed.
func Journal(ctx context.Context, c *control.Conn, unit string, token int64, phase Phase, epoch int64, home string) error {
	return guarded(ctx, c, unit, token, phase, fmt.Sprintf("INSERT IGNORE INTO %s (unit, epoch, home, at) VALUES (%s, %d, %s, UTC_TIMESTAMP(6))",
		table("move_journal"), quote(unit), epoch, quote(home)))
}

// guarded runs statements in a transaction that the guard allows.
func guarded(ctx context.Context, c *control.Conn, unit string, token int64, phase Phase, statements ...string) error {
	script := append(Begin(unit, token, phase), statements...)
	if _, err := c.Script(ctx, append(script, "COMMIT")...); err != nil {
		why := Why(ctx, c, unit, token, phase, err)
		if control.Code(why) != 0 {
			_, err := c.Query(ctx, "ROLLBACK")
			why = errors.Join(why, err)
		}
		return explain(why)
	}
	return nil
}
