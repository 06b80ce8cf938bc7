package binlog

import (
	"fmt"

	"github.com/go-mysql-org/go-mysql/mysql"
)

// The types of MariaDB's columns that are COMPRESSED, which the binary log alone has.
const (
	blobCompressed    = 140
	varcharCompressed = 141
)

// real gives the type and length of what the table map tells as a string: it may be an ENUM or a SET, and the two high bits of a length above 255 are
// in the byte of the type.
func real(t byte, meta uint16) (byte, uint16) {
	if t != mysql.MYSQL_TYPE_STRING || meta < 256 {
		return t, meta
	}
	high, low := byte(meta>>8), meta&0xff
	if high&0x30 != 0x30 {
		return high | 0x30, low | uint16(high&0x30^0x30)<<4
	}
	return high, low
}

// width is how many bytes a value takes at the beginning of data.
func width(t byte, meta uint16, data []byte) (n int, err error) {
	t, meta = real(t, meta)
	switch t {
	case mysql.MYSQL_TYPE_TINY, mysql.MYSQL_TYPE_YEAR:
		n = 1
	case mysql.MYSQL_TYPE_SHORT:
		n = 2
	case mysql.MYSQL_TYPE_INT24, mysql.MYSQL_TYPE_DATE, mysql.MYSQL_TYPE_NEWDATE, mysql.MYSQL_TYPE_TIME:
		n = 3
	case mysql.MYSQL_TYPE_LONG, mysql.MYSQL_TYPE_FLOAT, mysql.MYSQL_TYPE_TIMESTAMP:
		n = 4
	case mysql.MYSQL_TYPE_LONGLONG, mysql.MYSQL_TYPE_DOUBLE, mysql.MYSQL_TYPE_DATETIME:
		n = 8
	case mysql.MYSQL_TYPE_NEWDECIMAL:
		n = decimalWidth(int(meta>>8), int(meta&0xff))
	case mysql.MYSQL_TYPE_BIT:
		n = size(int(meta>>8)*8 + int(meta&0xff))
	case mysql.MYSQL_TYPE_TIMESTAMP2:
		n = 4 + fraction(meta)
	case mysql.MYSQL_TYPE_DATETIME2:
		n = 5 + fraction(meta)
	case mysql.MYSQL_TYPE_TIME2:
		n = 3 + fraction(meta)
	case mysql.MYSQL_TYPE_ENUM, mysql.MYSQL_TYPE_SET:
		n = int(meta & 0xff)
	default:
		return lengthWidth(t, meta, data)
	}
	if n > len(data) || n == 0 {
		return 0, ErrMalformed
	}
	return n, nil
}

// lengthWidth is the same for values that have their length in front.
func lengthWidth(t byte, meta uint16, data []byte) (int, error) {
	head := prefix(t, meta)
	if head == 0 {
		return 0, fmt.Errorf("%w: number %d", ErrUnsupported, t)
	}
	if len(data) < head {
		return 0, ErrMalformed
	}
	n := le(data[:head])
	if n > uint64(len(data)-head) {
		return 0, ErrMalformed
	}
	return head + int(n), nil
}

// prefix is how many bytes the length in front of a value has; 0 if it has none.
func prefix(t byte, meta uint16) int {
	switch t {
	case mysql.MYSQL_TYPE_VARCHAR, mysql.MYSQL_TYPE_VAR_STRING, mysql.MYSQL_TYPE_STRING, varcharCompressed:
		if meta > 255 {
			return 2
		}
		return 1
	case mysql.MYSQL_TYPE_BLOB, mysql.MYSQL_TYPE_GEOMETRY, mysql.MYSQL_TYPE_JSON, mysql.MYSQL_TYPE_VECTOR, blobCompressed:
		return int(meta)
	}
	return 0
}

// content is a value without the length in front.
func (f Field) content() []byte { return f.Raw[prefix(f.Type, f.Meta):] }

// fraction is how many bytes fractions of a second with so many digits take.
func fraction(digits uint16) int { return int(digits+1) / 2 }

// decimalBytes is how many bytes so many digits take, up to nine.
func decimalBytes(digits int) int {
	return [...]int{0, 1, 1, 2, 2, 3, 3, 4, 4, 4}[digits]
}

func decimalWidth(precision, scale int) int {
	whole := precision - scale
	if whole < 0 {
		return 1 << 30 // malformed
	}
	return whole/9*4 + decimalBytes(whole%9) + scale/9*4 + decimalBytes(scale%9)
}
