package monitor

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"
)

// beat is one heartbeat that a primary has acknowledged. Both times are the proxy's own, so the clocks of the servers do
// not matter.
type beat struct {
	number      uint64 // counts from 1, over all primaries that the cluster has had
	sent, acked time.Time
}

// heartbeatRow is where one proxy writes the heartbeats of one cluster. Clusters have different rows because they may
// replicate into each other.
type heartbeatRow struct {
	schema string // empty: there is no heartbeat
	proxy  string // the row's key, random: hexadecimal digits
}

func newHeartbeatRow(h Heartbeat) heartbeatRow {
	if h.Interval <= 0 {
		return heartbeatRow{}
	}
	var id [8]byte
	_, _ = rand.Read(id[:]) // never fails
	return heartbeatRow{schema: h.Schema, proxy: hex.EncodeToString(id[:])}
}

// stampLayout is DATETIME(6) as text, in UTC.
const stampLayout = "2006-01-02 15:04:05.000000"

// writable guards every write: a server that has just become read_only is about to be a replica, and a transaction of
// its own would then break its replication. Control accounts often have the right to write nevertheless. The user
// variable makes the guard safe with statement-based replication too, where replicas run it with the primary's value.
const writable = "SET @shunt_writable = CONCAT(@@global.read_only) IN ('0', 'OFF')"

func (r heartbeatRow) table() string { return "`" + r.schema + "`.heartbeat" }

func (r heartbeatRow) selection() string {
	if r.schema == "" {
		return ""
	}
	return fmt.Sprintf("SELECT beat, stamp FROM %s WHERE proxy = '%s'", r.table(), r.proxy)
}

// update does nothing if a newer beat is there: a beat that was blocked and given up may still be carried out.
func (r heartbeatRow) update(number uint64, stamp time.Time) string {
	return fmt.Sprintf("UPDATE %s SET beat = %d, stamp = '%s' WHERE proxy = '%s' AND beat < %d AND @shunt_writable",
		r.table(), number, stamp.UTC().Format(stampLayout), r.proxy, number)
}

func (r heartbeatRow) insertion(number uint64, stamp time.Time) string {
	return fmt.Sprintf("INSERT IGNORE INTO %s (proxy, beat, stamp) SELECT '%s', %d, '%s' FROM DUAL WHERE @shunt_writable",
		r.table(), r.proxy, number, stamp.UTC().Format(stampLayout))
}

func (r heartbeatRow) sweep(now time.Time) string {
	return fmt.Sprintf("DELETE FROM %s WHERE stamp < '%s' AND @shunt_writable",
		r.table(), now.Add(-24*time.Hour).UTC().Format(stampLayout))
}

func (r heartbeatRow) creation() []string {
	return []string{
		fmt.Sprintf("CREATE DATABASE IF NOT EXISTS `%s`", r.schema),
		fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s (proxy CHAR(16) CHARACTER SET ascii NOT NULL PRIMARY KEY, "+
			"beat BIGINT UNSIGNED NOT NULL, stamp DATETIME(6) NOT NULL) ENGINE = InnoDB "+
			"COMMENT 'shunt measures replication lag with these rows, one per proxy'", r.table()),
	}
}
