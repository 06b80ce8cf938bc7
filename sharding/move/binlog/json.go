package binlog

import (
	"bytes"
	"fmt"
	"math"
	"strconv"

	"github.com/go-mysql-org/go-mysql/mysql"
)

// The types of MySQL's binary JSON documents.
const (
	jsonSmallObject = iota
	jsonLargeObject
	jsonSmallArray
	jsonLargeArray
	jsonLiteral
	jsonInt16
	jsonUint16
	jsonInt32
	jsonUint32
	jsonInt64
	jsonUint64
	jsonDouble
	jsonString
	jsonOpaque = 15
)

const jsonDepth = 110 // MySQL allows 100

// appendJSON writes a document of MySQL as an expression that gives the same document. What JSON has no words for, as a DECIMAL or a DATE in it,
// is lost in a text; documents with such values are put together by functions, which keep them.
func appendJSON(dst, document []byte) (out []byte, err error) {
	defer func() {
		if p := recover(); p != nil { // a document that is cut off
			out, err = dst, fmt.Errorf("%w: JSON document: %v", ErrMalformed, p)
		}
	}()
	if len(document) == 0 { // of a column without a value, in rows that are older than the column
		return append(dst, "CAST('null' AS JSON)"...), nil
	}
	j := jsonWriter{}
	value := jsonValue{kind: document[0], data: document[1:]}
	plain := j.text(nil, value, 0)
	if j.opaque {
		return j.expression(dst, value, 0), j.err
	}
	return append(appendString(append(dst, "CAST(_utf8mb4"...), plain), " AS JSON)"...), j.err
}

type jsonWriter struct {
	opaque bool // something was met that a text cannot say
	err    error
}

// jsonValue is a part of a document: its type and what follows, for objects and arrays from the first byte that offsets count from.
type jsonValue struct {
	kind byte
	data []byte
}

func (v jsonValue) isObject() bool { return v.kind == jsonSmallObject || v.kind == jsonLargeObject }
func (v jsonValue) isArray() bool  { return v.kind == jsonSmallArray || v.kind == jsonLargeArray }

// each calls f for each member of an object or an array, with its key.
func (v jsonValue) each(f func(key []byte, member jsonValue)) {
	wide := 2
	if v.kind == jsonLargeObject || v.kind == jsonLargeArray {
		wide = 4
	}
	count := int(le(v.data[:wide]))
	keys := 2 * wide
	values := keys
	if v.isObject() {
		values += count * (wide + 2)
	}
	for i := range count {
		var key []byte
		if v.isObject() {
			entry := v.data[keys+i*(wide+2):]
			from := int(le(entry[:wide]))
			key = v.data[from : from+u16(entry[wide:])]
		}
		entry := v.data[values+i*(1+wide):]
		member := jsonValue{kind: entry[0], data: entry[1 : 1+wide]}
		if !inline(member.kind, wide) {
			member.data = v.data[le(member.data):]
		}
		f(key, member)
	}
}

func inline(kind byte, wide int) bool {
	switch kind {
	case jsonLiteral, jsonInt16, jsonUint16:
		return true
	case jsonInt32, jsonUint32:
		return wide == 4
	}
	return false
}

// varied reads a length in groups of seven bits.
func varied(data []byte) (length, n int) {
	for n < 5 {
		length |= int(data[n]&0x7f) << (7 * n)
		n++
		if data[n-1]&0x80 == 0 {
			break
		}
	}
	return length, n
}

// text writes a value as JSON.
func (j *jsonWriter) text(dst []byte, v jsonValue, depth int) []byte {
	if depth > jsonDepth {
		j.err = fmt.Errorf("%w: JSON document deeper than %d", ErrMalformed, jsonDepth)
		return dst
	}
	if !v.isObject() && !v.isArray() {
		return j.scalar(dst, v)
	}
	open, end := byte('['), byte(']')
	if v.isObject() {
		open, end = '{', '}'
	}
	dst = append(dst, open)
	first := true
	v.each(func(key []byte, member jsonValue) {
		if !first {
			dst = append(dst, ',')
		}
		first = false
		if v.isObject() {
			dst = append(appendJSONString(dst, key), ':')
		}
		dst = j.text(dst, member, depth+1)
	})
	return append(dst, end)
}

func (j *jsonWriter) scalar(dst []byte, v jsonValue) []byte {
	switch v.kind {
	case jsonLiteral:
		return append(dst, [...]string{"null", "true", "false"}[v.data[0]]...)
	case jsonInt16:
		return strconv.AppendInt(dst, int64(int16(le(v.data[:2]))), 10)
	case jsonUint16:
		return strconv.AppendUint(dst, le(v.data[:2]), 10)
	case jsonInt32:
		return strconv.AppendInt(dst, int64(int32(le(v.data[:4]))), 10)
	case jsonUint32:
		return strconv.AppendUint(dst, le(v.data[:4]), 10)
	case jsonInt64:
		return strconv.AppendInt(dst, int64(le(v.data[:8])), 10)
	case jsonUint64:
		return strconv.AppendUint(dst, le(v.data[:8]), 10)
	case jsonDouble:
		return appendJSONDouble(dst, math.Float64frombits(le(v.data[:8])))
	case jsonString:
		length, n := varied(v.data)
		return appendJSONString(dst, v.data[n:n+length])
	case jsonOpaque:
		j.opaque = true
		return dst
	}
	j.err = fmt.Errorf("%w: JSON value of type %d", ErrMalformed, v.kind)
	return dst
}

// appendJSONDouble writes a number so that it stays one with a fraction.
func appendJSONDouble(dst []byte, v float64) []byte {
	from := len(dst)
	dst = strconv.AppendFloat(dst, v, 'g', -1, 64)
	if !bytes.ContainsAny(dst[from:], ".e") {
		dst = append(dst, ".0"...)
	}
	return dst
}

func appendJSONString(dst, s []byte) []byte {
	dst = append(dst, '"')
	for _, b := range s {
		switch {
		case b == '"' || b == '\\':
			dst = append(dst, '\\', b)
		case b < 0x20:
			dst = fmt.Appendf(dst, "\\u%04x", b)
		default:
			dst = append(dst, b)
		}
	}
	return append(dst, '"')
}

// expression writes a value as calls of functions.
func (j *jsonWriter) expression(dst []byte, v jsonValue, depth int) []byte {
	switch {
	case v.isObject() || v.isArray():
		name := "JSON_ARRAY("
		if v.isObject() {
			name = "JSON_OBJECT("
		}
		dst = append(dst, name...)
		first := true
		v.each(func(key []byte, member jsonValue) {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			if v.isObject() {
				dst = append(appendString(append(dst, "_utf8mb4"...), key), ',')
			}
			dst = j.expression(dst, member, depth+1)
		})
		return append(dst, ')')
	case v.kind == jsonOpaque:
		length, n := varied(v.data[1:])
		dst = append(dst, "CAST("...)
		dst = appendOpaque(dst, v.data[0], v.data[1+n:1+n+length])
		return append(dst, " AS JSON)"...)
	}
	return append(appendString(append(dst, "CAST(_utf8mb4"...), j.scalar(nil, v)), " AS JSON)"...)
}

// appendOpaque writes a value of one of the server's own types.
func appendOpaque(dst []byte, kind byte, data []byte) []byte {
	switch kind {
	case mysql.MYSQL_TYPE_NEWDECIMAL:
		return appendDecimal(dst, data[2:], int(data[0]), int(data[1]))
	case mysql.MYSQL_TYPE_DATE, mysql.MYSQL_TYPE_DATETIME, mysql.MYSQL_TYPE_TIMESTAMP:
		v := le(data[:8])
		micro, clock, date := v&(1<<24-1), v>>24&(1<<17-1), v>>41
		month := date >> 5
		if kind == mysql.MYSQL_TYPE_DATE {
			return fmt.Appendf(dst, "DATE'%04d-%02d-%02d'", month/13, month%13, date&31)
		}
		return fmt.Appendf(dst, "TIMESTAMP'%04d-%02d-%02d %02d:%02d:%02d.%06d'", month/13, month%13, date&31, clock>>12, clock>>6&63, clock&63, micro)
	case mysql.MYSQL_TYPE_TIME:
		v, sign := int64(le(data[:8])), ""
		if v < 0 {
			v, sign = -v, "-"
		}
		clock := v >> 24
		return fmt.Appendf(dst, "TIME'%s%02d:%02d:%02d.%06d'", sign, clock>>12, clock>>6&63, clock&63, v&(1<<24-1))
	}
	return appendString(append(dst, "_binary"...), data)
}
