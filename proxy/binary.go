package proxy

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"shunt/mysql"
	"shunt/session"
)

// appendBinary appends a result of our own as the answer to COM_STMT_EXECUTE of a statement. Only the column types of our own answers are known:
// 32 and 64-bit integers, doubles, dates with times, and text.
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_binary_resultset.html.
func appendBinary(dst []byte, rs mysql.ResultSet, st *session.Stmt, caps mysql.Capability, end mysql.OK) []byte {
	start := len(dst)
	head := mysql.ResultSet{Columns: rs.Columns}
	dst, seq := head.Append(dst, 1, caps, end)
	if caps.Has(mysql.CapCacheMetadata) {
		dst, seq = leaveOut(dst, start, len(rs.Columns), seq, st)
	}
	// The end of the empty result is the last packet; the rows go in front of it.
	last := start + lastPacket(dst[start:])
	tail := append([]byte(nil), dst[last:]...)
	dst, seq = dst[:last], seq-1
	for _, row := range rs.Rows {
		start := len(dst)
		dst = appendBinaryRow(mysql.OpenPacket(dst), rs.Columns, row)
		dst, seq = mysql.ClosePacket(dst, start, seq)
	}
	tail[3] = seq
	return append(dst, tail...)
}

// lastPacket finds where the last packet of a stream begins.
func lastPacket(stream []byte) int {
	at := 0
	for {
		length, _ := mysql.Header(stream[at:])
		next := at + mysql.HeaderLen + length
		if next >= len(stream) {
			return at
		}
		at = next
	}
}

func appendBinaryRow(dst []byte, columns []mysql.ColumnDef, row mysql.Row) []byte {
	dst = append(dst, 0)
	nulls := len(dst)
	dst = append(dst, make([]byte, (len(columns)+9)/8)...)
	for i, value := range row {
		if value == nil {
			dst[nulls+(i+2)/8] |= 1 << ((i + 2) % 8)
			continue
		}
		switch columns[i].Type {
		case mysql.TypeLong, mysql.TypeLongLong:
			n, err := strconv.ParseInt(string(value), 10, 64)
			if err != nil { // above the signed range
				u, _ := strconv.ParseUint(string(value), 10, 64)
				n = int64(u)
			}
			if columns[i].Type == mysql.TypeLong {
				dst = binary.LittleEndian.AppendUint32(dst, uint32(n))
			} else {
				dst = binary.LittleEndian.AppendUint64(dst, uint64(n))
			}
		case mysql.TypeDouble:
			f, _ := strconv.ParseFloat(string(value), 64) // our own text
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(f))
		case mysql.TypeDate, mysql.TypeDatetime, mysql.TypeTimestamp:
			dst = appendBinaryTime(dst, string(value))
		default:
			dst = mysql.AppendLenencString(dst, value)
		}
	}
	return dst
}

// appendBinaryTime writes a date, with the time of day if it has one: what is 0 at the end is left out.
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_binary_resultset.html#sect_protocol_binary_resultset_row_value_date.
func appendBinaryTime(dst []byte, value string) []byte {
	var year, month, day, hour, minute, second, micros int
	date, clock, _ := strings.Cut(value, " ")
	clock, fraction, _ := strings.Cut(clock, ".")
	_, _ = fmt.Sscanf(date, "%d-%d-%d", &year, &month, &day) // a server's text
	_, _ = fmt.Sscanf(clock, "%d:%d:%d", &hour, &minute, &second)
	micros, _ = strconv.Atoi((fraction + "000000")[:6])
	all := binary.LittleEndian.AppendUint16(nil, uint16(year))
	all = append(all, byte(month), byte(day), byte(hour), byte(minute), byte(second))
	all = binary.LittleEndian.AppendUint32(all, uint32(micros))
	length := 11
	switch {
	case micros != 0:
	case hour+minute+second != 0:
		length = 7
	case year+month+day != 0:
		length = 4
	default:
		length = 0
	}
	return append(append(dst, byte(length)), all[:length]...)
}
