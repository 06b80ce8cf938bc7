package binlog

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/backend/monitor/control"
	"shunt/topology"
)

// dump is a connection that reads a binary log.
type dump struct {
	conn   *control.Conn
	config Config
	id     uint32 // server_id
}

// longestBeat is how long a server may have nothing to send before it says so: that is when a follower knows that it has everything. The times of events are of whole seconds.
const longestBeat = 100 * time.Millisecond

// dial connects and tells the server what kind of replica this is: one that knows GTIDs, checks sums, wants signs of life, and acknowledges nothing.
func dial(ctx context.Context, c Config, id uint32) (*dump, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Silence)
	defer cancel()
	beat := min(c.Silence/5, longestBeat).Nanoseconds()
	conn, err := control.Dial(ctx, c.Endpoint,
		"SET @master_binlog_checksum = @@global.binlog_checksum, @source_binlog_checksum = @@global.binlog_checksum",
		fmt.Sprintf("SET @master_heartbeat_period = %d, @source_heartbeat_period = %d", beat, beat))
	if err != nil {
		return nil, err
	}
	d := &dump{conn: conn, config: c, id: id}
	identity := "SET @mariadb_slave_capability = 4, @slave_gtid_strict_mode = 1"
	if d.flavor() == topology.MySQL {
		// A server ends an older dump of a replica with the same UUID.
		identity = fmt.Sprintf("SET @slave_uuid = @u := CONCAT('5b0a7000-0000-4000-8000-', LPAD(HEX(%d), 12, '0')), @replica_uuid = @u", id)
	}
	if _, err := conn.Query(ctx, identity); err != nil {
		conn.Close()
		return nil, err
	}
	return d, nil
}

func (d *dump) flavor() topology.Flavor { return d.conn.Flavor() }

func (d *dump) close() { d.conn.Close() }

// current is the server's position now. There may be transactions before it that are not visible yet, but none after it that have been logged earlier.
func (d *dump) current(ctx context.Context) (Position, error) {
	question := "SELECT @@global.gtid_executed"
	if d.flavor() == topology.MariaDB {
		question = "SELECT @@global.gtid_binlog_state"
	}
	text, err := d.ask(ctx, question)
	if err != nil {
		return Position{}, err
	}
	if d.flavor() == topology.MariaDB {
		return lastOf(text)
	}
	return ParsePosition(d.flavor(), text)
}

// lastOf makes a position of MariaDB's state, which has a GTID for each server in each domain: the highest of each domain counts.
func lastOf(state string) (Position, error) {
	p, err := ParsePosition(topology.MariaDB, state)
	if err != nil {
		return p, err
	}
	var list []origin
	for _, o := range p.list {
		n := len(list)
		switch {
		case n == 0 || list[n-1].domain != o.domain:
			list = append(list, o)
		case list[n-1].seen[0].last < o.seen[0].last:
			list[n-1] = o
		}
	}
	p.list = list
	return p, nil
}

func (d *dump) ask(ctx context.Context, question string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, d.config.Silence)
	defer cancel()
	r, err := d.conn.Query(ctx, question)
	if err != nil {
		return "", err
	}
	return r.GetString(0, 0)
}

// has checks that the server has had all up to the position, and still has all that came after it. MariaDB does so itself when the dump begins.
func (d *dump) has(ctx context.Context, p Position) error {
	if d.flavor() == topology.MariaDB {
		return nil
	}
	text := p.reached()
	for _, q := range []struct{ question, reason string }{
		{fmt.Sprintf("SELECT GTID_SUBSET('%s', @@global.gtid_executed)", text), "it has never had all of the transactions %s"},
		{fmt.Sprintf("SELECT GTID_SUBSET(@@global.gtid_purged, '%s')", text), "it has purged transactions that are not among %s"},
	} {
		yes, err := d.ask(ctx, q.question)
		if err != nil {
			return err
		}
		if yes != "1" {
			return fmt.Errorf("%w: "+q.reason, ErrLost, text)
		}
	}
	return nil
}

// dump lets the reader have what comes after a position, until ctx or the connection ends, or the reader gives an error.
func (d *dump) dump(ctx context.Context, after Position, r *reader) error {
	if err := d.has(ctx, after); err != nil {
		return err
	}
	command, arguments, err := d.command(ctx, after)
	if err != nil {
		return err
	}
	err = d.conn.Dump(ctx, command, arguments, d.config.Silence, r.event)
	if control.Code(err) == mysql.ER_MASTER_FATAL_ERROR_READING_BINLOG {
		return fmt.Errorf("%w: %w", ErrLost, err)
	}
	return err
}

func (d *dump) command(ctx context.Context, after Position) (command byte, arguments []byte, err error) {
	le := binary.LittleEndian
	if d.flavor() == topology.MariaDB {
		if _, err := d.ask(ctx, fmt.Sprintf("SELECT @slave_connect_state := '%s'", after.reached())); err != nil {
			return 0, nil, err
		}
		arguments = le.AppendUint32(nil, 4) // file and offset are not looked at, since the position is known
		arguments = le.AppendUint16(arguments, 0)
		return mysql.COM_BINLOG_DUMP, le.AppendUint32(arguments, d.id), nil
	}
	set, err := mysql.ParseMysqlGTIDSet(after.reached())
	if err != nil {
		return 0, nil, err
	}
	encoded := set.Encode()
	const byGTID = 4 // BINLOG_THROUGH_GTID
	arguments = le.AppendUint16(nil, byGTID)
	arguments = le.AppendUint32(arguments, d.id)
	arguments = le.AppendUint32(arguments, 0)
	arguments = le.AppendUint64(arguments, 4)
	arguments = le.AppendUint32(arguments, uint32(len(encoded)))
	return mysql.COM_BINLOG_DUMP_GTID, append(arguments, encoded...), nil
}
