package binlog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/go-mysql-org/go-mysql/replication"
	"github.com/klauspost/compress/zstd"

	"shunt/statement"
	"shunt/topology"
)

// group is one transaction of the binary log with the changes that somebody wants, or the part of an XA transaction that is logged when it is prepared
// or ended.
type group struct {
	name    name
	at      time.Time
	changes []Change
	sizes   []int // of each change
	faults  []fault

	prepares, commits, rollsBack string // the XA transaction that this group is about
}

// fault is a change that cannot be told; it matters to those who follow the table.
type fault struct {
	table Table // without Name: any table of the database
	err   error
}

// reader makes groups of events. It has no connection: whoever has one gives it the events in order, beginning with a group's first.
type reader struct {
	flavor  topology.Flavor
	unknown *statement.Parser
	largest int // bytes that the changes of one group may have

	wants func(Table) bool   // asked for each table of a group
	begin func()             // called before the first event of a group, and before wants is asked
	ended func(*group) error // called when a group is complete
	alive func() error       // called at each sign of life between groups

	checksums bool
	plain     *zstd.Decoder
	tables    map[uint64]*layout
	current   *group // nil between groups
	bytes     int    // of current's changes
	lone      bool   // the next statement is the whole group (MariaDB)
	opened    bool   // the group has more than one statement (MySQL)
	points    map[string]int
}

func newReader(flavor topology.Flavor, largest int) *reader {
	return &reader{flavor: flavor, largest: largest, unknown: statement.NewParser(statement.Config{CacheSize: 1000}), tables: map[uint64]*layout{}, begin: func() {}, alive: func() error { return nil }}
}

// head is the beginning of every event.
const head = 19

// event takes one event. It keeps the bytes.
func (r *reader) event(raw []byte) (err error) {
	defer func() {
		if p := recover(); p != nil { // decoders of others do not look at lengths
			err = fmt.Errorf("%w: %v", ErrMalformed, p)
		}
	}()
	if len(raw) < head {
		return fmt.Errorf("%w: %d bytes", ErrMalformed, len(raw))
	}
	kind := replication.EventType(raw[4])
	switch kind {
	case replication.FORMAT_DESCRIPTION_EVENT:
		return r.format(raw[head:])
	case replication.ROTATE_EVENT: // the first comes before the format is known
		return nil
	case replication.HEARTBEAT_EVENT, replication.HEARTBEAT_LOG_EVENT_V2:
		if r.current == nil {
			return r.alive()
		}
		return nil
	}
	if r.checksums {
		end := len(raw) - 4
		if end < head || crc32.ChecksumIEEE(raw[:end]) != binary.LittleEndian.Uint32(raw[end:]) {
			return fmt.Errorf("%w: the checksum is wrong", ErrMalformed)
		}
		raw = raw[:end]
	}
	return r.dispatch(kind, raw)
}

func (r *reader) format(body []byte) error {
	var f replication.FormatDescriptionEvent
	if err := f.Decode(body); err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	r.checksums = f.ChecksumAlgorithm == replication.BINLOG_CHECKSUM_ALG_CRC32
	return nil
}

// dispatch takes an event whose checksum is taken off.
func (r *reader) dispatch(kind replication.EventType, raw []byte) error {
	body := raw[head:]
	if op(kind) != 0 {
		return r.inGroup(r.readRows(kind, body))
	}
	switch kind {
	case replication.GTID_EVENT:
		var e replication.GTIDEvent
		if err := e.Decode(body); err != nil {
			return err
		}
		return r.start(mysqlName(&e), commitTime(&e, raw))
	case replication.GTID_TAGGED_LOG_EVENT:
		var e replication.GtidTaggedLogEvent
		if err := e.Decode(body); err != nil {
			return err
		}
		return r.start(mysqlName(&e.GTIDEvent), commitTime(&e.GTIDEvent, raw))
	case replication.MARIADB_GTID_EVENT:
		var e replication.MariadbGTIDEvent
		if err := e.Decode(body); err != nil {
			return err
		}
		n := name{domain: e.GTID.DomainID, server: binary.LittleEndian.Uint32(raw[5:]), number: e.GTID.SequenceNumber}
		r.lone = e.IsStandalone()
		return r.start(n, headTime(raw))
	case replication.ANONYMOUS_GTID_EVENT:
		return fmt.Errorf("%w: the source logs transactions without GTIDs; it needs gtid_mode=ON", ErrLost)
	case replication.TABLE_MAP_EVENT:
		return r.inGroup(r.readLayout(body))
	case replication.XID_EVENT:
		return r.finish()
	case replication.XA_PREPARE_LOG_EVENT:
		return r.prepared(body)
	case replication.QUERY_EVENT, replication.MARIADB_QUERY_COMPRESSED_EVENT:
		return r.query(kind, body)
	case replication.EXECUTE_LOAD_QUERY_EVENT:
		return r.loadQuery(body)
	case replication.TRANSACTION_PAYLOAD_EVENT:
		return r.payload(body)
	}
	return nil
}

// inGroup lets an error pass, and is one itself for events outside of a group.
func (r *reader) inGroup(err error) error {
	if err == nil && r.current == nil {
		return fmt.Errorf("%w: rows outside of a transaction", ErrMalformed)
	}
	return err
}

func headTime(raw []byte) time.Time {
	return time.Unix(int64(binary.LittleEndian.Uint32(raw)), 0)
}

func commitTime(e *replication.GTIDEvent, raw []byte) time.Time {
	if e.ImmediateCommitTimestamp != 0 {
		return time.UnixMicro(int64(e.ImmediateCommitTimestamp))
	}
	return headTime(raw)
}

func mysqlName(e *replication.GTIDEvent) name {
	s := e.SID
	n := name{id: fmt.Sprintf("%x-%x-%x-%x-%x", s[:4], s[4:6], s[6:8], s[8:10], s[10:]), number: uint64(e.GNO)}
	if tag := e.Tag.String(); tag != "" {
		n.id += ":" + tag
	}
	return n
}

// start begins a group.
func (r *reader) start(n name, at time.Time) error {
	if r.current != nil {
		return fmt.Errorf("%w: transaction %s begins inside of %s", ErrMalformed, n, r.current.name)
	}
	r.begin()
	r.current = &group{name: n, at: at}
	r.bytes, r.opened = 0, false
	clear(r.points)
	clear(r.tables)
	return nil
}

// finish hands the group over.
func (r *reader) finish() error {
	g := r.current
	if g == nil {
		return fmt.Errorf("%w: the end of a transaction that has not begun", ErrMalformed)
	}
	r.current = nil
	return r.ended(g)
}

// add notes a change.
func (r *reader) add(c Change, size int) {
	g := r.current
	if g == nil {
		return
	}
	if c.Table.Database == controlSchema && c.Table.Name == markerTable {
		if c.Kind != Insert && c.Kind != Update {
			return
		}
		c.Kind = Marker
	}
	const overhead = 200 // of the Change itself
	if r.bytes += size + overhead; r.bytes > r.largest {
		r.fault(c.Table, fmt.Errorf("%w: transaction %s changes more than %d bytes", ErrTooLarge, g.name, r.largest))
		g.changes, g.sizes = nil, nil
		return
	}
	g.changes = append(g.changes, c)
	g.sizes = append(g.sizes, size+overhead)
}

// ErrTooLarge says that a transaction is larger than what a follower may keep in memory.
var ErrTooLarge = errors.New("a transaction is too large")

func (r *reader) fault(t Table, err error) {
	if g := r.current; g != nil {
		if n := len(g.faults); n > 0 && g.faults[n-1].table == t {
			return
		}
		g.faults = append(g.faults, fault{table: t, err: err})
	}
}

// payload takes the events out of a compressed transaction of MySQL. They have no checksums of their own.
func (r *reader) payload(body []byte) error {
	c := &cut{data: body}
	kind := uint64(0)
	for !c.bad {
		field := c.packed()
		if field == replication.OTW_PAYLOAD_HEADER_END_MARK {
			break
		}
		value := &cut{data: c.take(c.packed())}
		if field == replication.OTW_PAYLOAD_COMPRESSION_TYPE_FIELD {
			kind = uint64(value.packed())
		}
	}
	data := c.data
	if kind == replication.ZSTD {
		if err := r.decoder(); err != nil {
			return err
		}
		var err error
		if data, err = r.plain.DecodeAll(data, nil); err != nil {
			return fmt.Errorf("%w: compressed transaction: %w", ErrMalformed, err)
		}
	}
	for len(data) > 0 {
		if len(data) < head {
			return fmt.Errorf("%w: the end of a compressed transaction", ErrMalformed)
		}
		n := int(binary.LittleEndian.Uint32(data[9:]))
		if n < head || n > len(data) {
			return fmt.Errorf("%w: an event of %d bytes in a compressed transaction", ErrMalformed, n)
		}
		if err := r.dispatch(replication.EventType(data[4]), data[:n:n]); err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

func (r *reader) decoder() (err error) {
	if r.plain == nil {
		r.plain, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	}
	return err
}

// close gives back what the reader holds.
func (r *reader) close() {
	if r.plain != nil {
		r.plain.Close()
	}
}

// prepared ends the group of an XA transaction: prepared, or committed in one phase.
func (r *reader) prepared(body []byte) error {
	c := &cut{data: body}
	onePhase := c.number(1) != 0
	format := c.number(4)
	gtrid, bqual := int(c.number(4)), int(c.number(4))
	g, b := c.take(gtrid), c.take(bqual)
	if c.bad || r.current == nil {
		return fmt.Errorf("%w: XA PREPARE", ErrMalformed)
	}
	if !onePhase {
		r.current.prepares = xid(uint32(format), g, b)
	}
	return r.finish()
}

func xid(format uint32, gtrid, bqual []byte) string {
	return fmt.Sprintf("%d:%x:%x", format, gtrid, bqual)
}

// plainText is a statement without compression.
func plainText(kind replication.EventType, text []byte) ([]byte, error) {
	if kind == replication.MARIADB_QUERY_COMPRESSED_EVENT {
		return mysql.DecompressMariadbData(text)
	}
	return text, nil
}
