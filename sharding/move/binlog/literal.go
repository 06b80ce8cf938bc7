package binlog

import (
	"fmt"
	"math"
	"net/netip"
	"strconv"

	"github.com/go-mysql-org/go-mysql/mysql"
)

// Literal appends a field as SQL. What it appends is stored by the column as exactly the source's value, and compared with the column it is equal to that
// value with the column's own collation, so that an index on the column can be used. The session has time_zone +00:00 and a sql_mode
// without NO_BACKSLASH_ESCAPES.
func (c *Column) Literal(dst []byte, f Field) ([]byte, error) {
	if f.Null {
		return append(dst, "NULL"...), nil
	}
	if n := fixedWidth(f); n > 0 && len(f.Raw) != n {
		return dst, fmt.Errorf("%w: %s has %d bytes", ErrMalformed, c.Name, len(f.Raw))
	}
	switch f.Type {
	case mysql.MYSQL_TYPE_TINY, mysql.MYSQL_TYPE_SHORT, mysql.MYSQL_TYPE_INT24, mysql.MYSQL_TYPE_LONG, mysql.MYSQL_TYPE_LONGLONG:
		return c.integer(dst, f.Raw), nil
	case mysql.MYSQL_TYPE_FLOAT:
		// As a double it is exact, and the server makes the same float of it.
		return strconv.AppendFloat(dst, float64(math.Float32frombits(uint32(le(f.Raw)))), 'e', -1, 64), nil
	case mysql.MYSQL_TYPE_DOUBLE:
		return strconv.AppendFloat(dst, math.Float64frombits(le(f.Raw)), 'e', -1, 64), nil
	case mysql.MYSQL_TYPE_NEWDECIMAL:
		return appendDecimal(dst, f.Raw, int(f.Meta>>8), int(f.Meta&0xff)), nil
	case mysql.MYSQL_TYPE_BIT:
		return strconv.AppendUint(dst, be(f.Raw), 10), nil
	case mysql.MYSQL_TYPE_ENUM, mysql.MYSQL_TYPE_SET:
		return strconv.AppendUint(dst, le(f.Raw), 10), nil
	case mysql.MYSQL_TYPE_YEAR:
		if f.Raw[0] == 0 {
			return append(dst, "'0000'"...), nil // 0 would be the year 2000
		}
		return strconv.AppendInt(dst, 1900+int64(f.Raw[0]), 10), nil
	case mysql.MYSQL_TYPE_JSON:
		return appendJSON(dst, f.content())
	case mysql.MYSQL_TYPE_GEOMETRY, mysql.MYSQL_TYPE_VECTOR:
		return appendString(append(dst, "_binary"...), f.content()), nil
	case blobCompressed, varcharCompressed:
		return c.inflated(dst, f.content())
	case mysql.MYSQL_TYPE_VARCHAR, mysql.MYSQL_TYPE_VAR_STRING, mysql.MYSQL_TYPE_STRING, mysql.MYSQL_TYPE_BLOB:
		return c.text(dst, f.content(), f.Type == mysql.MYSQL_TYPE_STRING), nil
	}
	return c.temporal(dst, f)
}

func fixedWidth(f Field) int {
	switch f.Type {
	case mysql.MYSQL_TYPE_FLOAT:
		return 4
	case mysql.MYSQL_TYPE_DOUBLE:
		return 8
	}
	return 0
}

func (c *Column) integer(dst, raw []byte) []byte {
	v := le(raw)
	if c.Unsigned {
		return strconv.AppendUint(dst, v, 10)
	}
	shift := 64 - 8*len(raw)
	return strconv.AppendInt(dst, int64(v<<shift)>>shift, 10)
}

// text is a string of the column's character set. Of those with a fixed length the log leaves out the zeros or blanks at the end; blanks do not matter
// when they are stored or compared, zeros do.
func (c *Column) text(dst, content []byte, fixed bool) []byte {
	switch c.Type {
	case "uuid", "inet6", "inet4":
		return appendAddress(dst, c.Type, content)
	}
	if c.Charset != "" {
		dst = append(append(dst, '_'), c.Charset...)
		return appendString(dst, content)
	}
	dst = append(dst, "_binary"...)
	if fixed && c.Type == "binary" && len(content) < c.Length {
		padded := make([]byte, c.Length)
		copy(padded, content)
		content = padded
	}
	return appendString(dst, content)
}

// appendString quotes bytes. The session's character set is binary, so that nothing but these two has a meaning for the server, whatever
// character set the bytes are in.
func appendString(dst, s []byte) []byte {
	dst = append(dst, '\'')
	from := 0
	for i, b := range s {
		if b == '\'' || b == '\\' {
			dst = append(append(dst, s[from:i]...), '\\')
			from = i
		}
	}
	return append(append(dst, s[from:]...), '\'')
}

// appendAddress writes MariaDB's types that have texts of their own. They are logged in the order of their texts, whatever order they are stored in.
func appendAddress(dst []byte, kind string, content []byte) []byte {
	var b [16]byte
	copy(b[:], content)
	switch kind {
	case "uuid":
		return fmt.Appendf(dst, "_latin1'%x-%x-%x-%x-%x'", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
	case "inet4":
		return fmt.Appendf(dst, "_latin1'%s'", netip.AddrFrom4([4]byte(b[:4])))
	}
	return fmt.Appendf(dst, "_latin1'%s'", netip.AddrFrom16(b))
}

// appendDecimal writes a DECIMAL: groups of nine digits in four bytes, the sign in the first bit, negative ones with all bits turned.
func appendDecimal(dst, raw []byte, precision, scale int) []byte {
	var mask byte
	if raw[0]&0x80 == 0 {
		dst, mask = append(dst, '-'), 0xff
	}
	at := 0
	group := func(digits int) uint64 {
		n := decimalBytes(digits)
		v := uint64(0)
		for i := range n {
			b := raw[at+i] ^ mask
			if at+i == 0 {
				b ^= 0x80
			}
			v = v<<8 | uint64(b)
		}
		at += n
		return v
	}
	whole := precision - scale
	written := false
	for _, digits := range groups(whole, true) {
		v := group(digits)
		switch {
		case written:
			dst = appendPadded(dst, v, digits)
		case v > 0:
			dst, written = strconv.AppendUint(dst, v, 10), true
		}
	}
	if !written {
		dst = append(dst, '0')
	}
	if scale > 0 {
		dst = append(dst, '.')
	}
	for _, digits := range groups(scale, false) {
		dst = appendPadded(dst, group(digits), digits)
	}
	return dst
}

// groups splits a number of digits into nines; the rest comes first before the point, and last behind it.
func groups(digits int, restFirst bool) (sizes []int) {
	rest := digits % 9
	if restFirst && rest > 0 {
		sizes = append(sizes, rest)
	}
	for range digits / 9 {
		sizes = append(sizes, 9)
	}
	if !restFirst && rest > 0 {
		sizes = append(sizes, rest)
	}
	return sizes
}

func appendPadded(dst []byte, v uint64, digits int) []byte {
	var buf [20]byte
	s := strconv.AppendUint(buf[:0], v, 10)
	for range digits - len(s) {
		dst = append(dst, '0')
	}
	return append(dst, s...)
}
