// Package point finds out where a server's binary log ends, and what may still write into a database on it: for those who need its data to stand still.
//
// What all proxies hold back meanwhile is sharding/pause's business. Asking primaries for clients' reads is backend/position's.
package point

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"shunt/backend/monitor/control"
	"shunt/topology"
)

// Point is where the binary log of a server ends, as those who replicate from it are told. Empty fields are what it does not have.
type Point struct {
	Server   string
	GTID     string // MariaDB: gtid_binlog_pos; MySQL: gtid_executed
	File     string
	Position uint64
}

// Read asks a primary where its binary log ends. What has been committed before the call comes before that point.
func Read(ctx context.Context, conn *control.Conn, address string) (Point, error) {
	p := Point{Server: address}
	statement, gtid := "SHOW MASTER STATUS", "SELECT @@global.gtid_binlog_pos"
	if conn.Flavor() == topology.MySQL {
		gtid = "SELECT @@global.gtid_executed"
		if conn.AtLeast("8.2.0") {
			statement = "SHOW BINARY LOG STATUS" // the old name is gone since 8.4
		}
	}
	r, err := conn.Query(ctx, statement)
	if err != nil {
		return p, err
	}
	if r.RowNumber() > 0 {
		if p.File, err = r.GetString(0, 0); err != nil {
			return p, err
		}
		if p.Position, err = r.GetUint(0, 1); err != nil {
			return p, err
		}
	}
	if r, err = conn.Query(ctx, gtid); err != nil {
		return p, err
	}
	p.GTID, err = r.GetString(0, 0)
	p.GTID = strings.ReplaceAll(p.GTID, "\n", "")
	return p, err
}

// AnyFormat stands for the XA transactions of whomever.
const AnyFormat int64 = -1

// AwaitPrepared waits until the XA transactions of a format that are prepared on a server now have ended: their writes are neither there nor gone. others counts the
// prepared ones of other formats, whose owners nobody here knows. The error says that some are still there when ctx is over.
func AwaitPrepared(ctx context.Context, conn *control.Conn, format int64) (others int, err error) {
	var first map[string]bool
	for {
		now, rest, err := prepared(ctx, conn, format)
		if err != nil {
			return 0, err
		}
		if first == nil {
			first, others = now, rest
		}
		left := 0
		for id := range first {
			if now[id] {
				left++
			}
		}
		if left == 0 {
			return others, nil
		}
		select {
		case <-ctx.Done():
			return others, fmt.Errorf("%d prepared XA transactions are not decided yet (XA RECOVER lists them)", left)
		case <-time.After(preparedPoll):
		}
	}
}

const preparedPoll = 10 * time.Millisecond

// prepared are the prepared XA transactions of a format, and how many there are of others.
func prepared(ctx context.Context, conn *control.Conn, format int64) (own map[string]bool, others int, err error) {
	r, err := conn.Query(ctx, "XA RECOVER")
	if err != nil {
		return nil, 0, err
	}
	own = map[string]bool{}
	for i := range r.RowNumber() {
		id, err := r.GetString(i, 0)
		if err != nil {
			return nil, 0, err
		}
		data, err := r.GetString(i, 3)
		if err != nil {
			return nil, 0, err
		}
		if n, err := strconv.ParseInt(id, 10, 64); format != AnyFormat && (err != nil || n != format) {
			others++
			continue
		}
		own[hex.EncodeToString([]byte(data))] = true
	}
	return own, others, nil
}

// WritingEvents counts the events of a database that its server runs.
func WritingEvents(ctx context.Context, conn *control.Conn, database string) (n int64, err error) {
	r, err := conn.Query(ctx, "SELECT COUNT(*) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = X'"+hex.EncodeToString([]byte(database))+
		"' AND STATUS = 'ENABLED' AND @@global.event_scheduler = 'ON'")
	if err != nil {
		return 0, err
	}
	return r.GetInt(0, 0)
}
