package binlog

import (
	"encoding/binary"
	"testing"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/go-mysql-org/go-mysql/replication"

	"shunt/topology"
)

// event is the bytes of an event without a checksum.
func event(kind replication.EventType, body []byte) []byte {
	raw := make([]byte, head, head+len(body))
	raw[4] = byte(kind)
	binary.LittleEndian.PutUint32(raw[9:], uint32(head+len(body)))
	return append(raw, body...)
}

// tableMap tells of the table d.t, number 7.
func tableMap(types, metas []byte) []byte {
	body := append([]byte{7, 0, 0, 0, 0, 0, 0, 0, 1, 'd', 0, 1, 't', 0, byte(len(types))}, types...)
	body = append(append(body, byte(len(metas))), metas...)
	return append(body, make([]byte, (len(types)+7)/8)...)
}

// FuzzRows: whatever an event has, reading it and writing it as SQL gives a result or an error.
func FuzzRows(f *testing.F) {
	types := []byte{mysql.MYSQL_TYPE_LONG, mysql.MYSQL_TYPE_NEWDECIMAL, mysql.MYSQL_TYPE_VARCHAR, mysql.MYSQL_TYPE_TIME2, mysql.MYSQL_TYPE_JSON}
	f.Add(tableMap(types, []byte{10, 2, 40, 0, 2, 4}), append([]byte{7, 0, 0, 0, 0, 0, 1, 0, 5, 0x1f, 0}, 1, 0, 0, 0, 0x80, 0, 0, 1, 5, 2, 'a', 'b', 0x7f, 0xff, 0xff, 0xff, 2, 0, 0, 0, 4, 0), byte(replication.WRITE_ROWS_EVENTv1))
	f.Add(tableMap([]byte{mysql.MYSQL_TYPE_STRING}, []byte{0xf7, 1}), []byte{7, 0, 0, 0, 0, 0, 1, 0, 1, 0xff, 0xff, 0, 1, 0, 2}, byte(replication.UPDATE_ROWS_EVENTv1))
	f.Add(tableMap([]byte{blobCompressed}, []byte{1}), []byte{7, 0, 0, 0, 0, 0, 1, 0, 1, 0xff, 0, 3, 0x81, 5, 1}, byte(replication.DELETE_ROWS_EVENTv1))
	f.Fuzz(func(t *testing.T, table, rows []byte, kind byte) {
		r := newReader(topology.MariaDB, 1<<20)
		r.wants = func(Table) bool { return true }
		r.ended = func(*group) error { return nil }
		r.current = &group{}
		g := r.current
		_ = r.event(event(replication.TABLE_MAP_EVENT, table))
		_ = r.event(event(replication.EventType(kind), rows))
		for _, c := range g.changes {
			for _, row := range []Row{c.Before, c.After} {
				if row.Empty() {
					continue
				}
				for i, field := range row.Fields(nil) {
					if field.Absent {
						continue
					}
					column := Column{Name: "c", Type: "binary", Length: 20, Unsigned: i%2 == 0}
					if sql, err := column.Literal(nil, field); err == nil && len(sql) == 0 {
						t.Errorf("nothing was written for type %d", field.Type)
					}
				}
			}
		}
	})
}

// TestSeedsAreRead: what the fuzzer begins with is not refused at its first byte.
func TestSeedsAreRead(t *testing.T) {
	r := newReader(topology.MariaDB, 1<<20)
	r.wants = func(Table) bool { return true }
	r.current = &group{}
	types := []byte{mysql.MYSQL_TYPE_LONG, mysql.MYSQL_TYPE_NEWDECIMAL, mysql.MYSQL_TYPE_VARCHAR, mysql.MYSQL_TYPE_TIME2, mysql.MYSQL_TYPE_JSON}
	for _, e := range [][]byte{
		event(replication.TABLE_MAP_EVENT, tableMap(types, []byte{10, 2, 40, 0, 2, 4})),
		event(replication.WRITE_ROWS_EVENTv1, append([]byte{7, 0, 0, 0, 0, 0, 1, 0, 5, 0x1f, 0}, 1, 0, 0, 0, 0x80, 0, 0, 1, 5, 2, 'a', 'b', 0x7f, 0xff, 0xff, 0xff, 2, 0, 0, 0, 4, 0)),
	} {
		if err := r.event(e); err != nil {
			t.Fatal(err)
		}
	}
	if len(r.current.changes) != 1 || len(r.current.faults) != 0 {
		t.Fatalf("%d changes, faults %v", len(r.current.changes), r.current.faults)
	}
	var sql []byte
	for _, f := range r.current.changes[0].After.Fields(nil) {
		c := Column{Charset: "latin1"}
		var err error
		if sql, err = c.Literal(append(sql, ' '), f); err != nil {
			t.Fatal(err)
		}
	}
	if want := " 1 1.05 _latin1'ab' '-00:00:00.01' CAST(_utf8mb4'null' AS JSON)"; string(sql) != want {
		t.Errorf("it is%s, want%s", sql, want)
	}
}
