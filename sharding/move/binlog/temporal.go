package binlog

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"
)

// temporal writes dates and times, also those that no calendar has.
func (c *Column) temporal(dst []byte, f Field) ([]byte, error) {
	raw := f.Raw
	switch f.Type {
	case mysql.MYSQL_TYPE_DATE, mysql.MYSQL_TYPE_NEWDATE:
		v := le(raw)
		return fmt.Appendf(dst, "'%04d-%02d-%02d'", v>>9, v>>5&15, v&31), nil
	case mysql.MYSQL_TYPE_TIMESTAMP2:
		seconds := be(raw[:4])
		if seconds == 0 && be(raw[4:]) == 0 {
			return append(dst, "'0000-00-00 00:00:00'"...), nil
		}
		dst = time.Unix(int64(seconds), 0).UTC().AppendFormat(dst, "'2006-01-02 15:04:05")
		return append(appendFraction(dst, be(raw[4:]), f.Meta), '\''), nil
	case mysql.MYSQL_TYPE_DATETIME2:
		v := be(raw[:5]) - 0x8000000000
		date, clock := v>>17, v&(1<<17-1)
		month := date >> 5
		dst = fmt.Appendf(dst, "'%04d-%02d-%02d %02d:%02d:%02d", month/13, month%13, date&31, clock>>12, clock>>6&63, clock&63)
		return append(appendFraction(dst, be(raw[5:]), f.Meta), '\''), nil
	case mysql.MYSQL_TYPE_TIME2:
		return appendTime(dst, raw, f.Meta), nil
	}
	if c.Digits > 0 {
		return dst, fmt.Errorf("%w: %s has fractions in MariaDB's old format; ALTER TABLE … FORCE with mysql56_temporal_format=ON", ErrUnsupported, c.Name)
	}
	return c.oldTemporal(dst, f)
}

// oldTemporal writes what tables of old servers have, without fractions.
func (c *Column) oldTemporal(dst []byte, f Field) ([]byte, error) {
	v := le(f.Raw)
	switch f.Type {
	case mysql.MYSQL_TYPE_TIMESTAMP:
		if v == 0 {
			return append(dst, "'0000-00-00 00:00:00'"...), nil
		}
		return time.Unix(int64(v), 0).UTC().AppendFormat(dst, "'2006-01-02 15:04:05'"), nil
	case mysql.MYSQL_TYPE_DATETIME:
		date, clock := v/1000000, v%1000000
		return fmt.Appendf(dst, "'%04d-%02d-%02d %02d:%02d:%02d'", date/10000, date/100%100, date%100, clock/10000, clock/100%100, clock%100), nil
	case mysql.MYSQL_TYPE_TIME:
		t, sign := int64(v<<40)>>40, ""
		if t < 0 {
			t, sign = -t, "-"
		}
		return fmt.Appendf(dst, "'%s%02d:%02d:%02d'", sign, t/10000, t/100%100, t%100), nil
	}
	return dst, fmt.Errorf("%w: number %d, of %s", ErrUnsupported, f.Type, c.Name)
}

// appendTime writes a TIME: a number whose middle is zero, so that the bytes sort as the times do. Negative times have a negative fraction.
func appendTime(dst, raw []byte, digits uint16) []byte {
	bits := 8 * len(raw)
	v := int64(be(raw)) - 1<<(bits-1)
	dst = append(dst, '\'')
	if v < 0 {
		v = -v
		dst = append(dst, '-')
	}
	fractionBits := bits - 24
	clock, part := v>>fractionBits, uint64(v)&(1<<fractionBits-1)
	dst = fmt.Appendf(dst, "%02d:%02d:%02d", clock>>12, clock>>6&63, clock&63)
	return append(appendFraction(dst, part, digits), '\'')
}

// appendFraction writes a fraction of a second, which is kept in steps of two digits.
func appendFraction(dst []byte, v uint64, digits uint16) []byte {
	if digits == 0 {
		return dst
	}
	return appendPadded(append(dst, '.'), v, 2*fraction(digits))
}

// inflated writes the content of a column that MariaDB keeps compressed: a byte that tells the method and how long the length behind it is, the
// length, and the data; without compression nothing but a zero before it.
func (c *Column) inflated(dst, content []byte) ([]byte, error) {
	if len(content) == 0 {
		return c.text(dst, nil, false), nil
	}
	method, lengthSize, data := content[0]>>4, int(content[0]&7), content[1:]
	switch {
	case content[0] == 0:
		return c.text(dst, data, false), nil
	case method != 8 || lengthSize > len(data):
		return dst, fmt.Errorf("%w: %s is compressed in an unknown way", ErrUnsupported, c.Name)
	}
	length := be(data[:lengthSize])
	data = data[lengthSize:]
	if content[0]&8 == 0 && len(data) > 2 {
		data = data[2:] // the head of zlib
	}
	plain, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(data)), int64(length)))
	if err != nil || uint64(len(plain)) != length {
		return dst, fmt.Errorf("%w: the compressed value of %s", ErrMalformed, c.Name)
	}
	return c.text(dst, plain, false), nil
}
