package mysql

import (
	"encoding/binary"
	"strings"
)

// AppendUint16 appends v, least significant byte first, as all integers of the protocol are.
func AppendUint16(dst []byte, v uint16) []byte { return binary.LittleEndian.AppendUint16(dst, v) }

// AppendUint24 appends the lower three bytes of v.
func AppendUint24(dst []byte, v uint32) []byte {
	return append(dst, byte(v), byte(v>>8), byte(v>>16))
}

// AppendUint32 appends v in four bytes.
func AppendUint32(dst []byte, v uint32) []byte { return binary.LittleEndian.AppendUint32(dst, v) }

// AppendUint64 appends v in eight bytes.
func AppendUint64(dst []byte, v uint64) []byte { return binary.LittleEndian.AppendUint64(dst, v) }

// AppendLenencInt appends v in the shortest of the length-encoded forms: 1, 3, 4 or 9 bytes.
func AppendLenencInt(dst []byte, v uint64) []byte {
	switch {
	case v < 0xfb:
		return append(dst, byte(v))
	case v < 1<<16:
		return AppendUint16(append(dst, 0xfc), uint16(v))
	case v < 1<<24:
		return AppendUint24(append(dst, 0xfd), uint32(v))
	default:
		return AppendUint64(append(dst, 0xfe), v)
	}
}

// AppendLenencString appends s after its length.
func AppendLenencString[S ~string | ~[]byte](dst []byte, s S) []byte {
	return append(AppendLenencInt(dst, uint64(len(s))), s...)
}

// AppendNulString appends s and a NUL. A NUL inside s cannot be expressed: s is cut there, so that it can never pass for
// the fields that follow it.
func AppendNulString(dst []byte, s string) []byte {
	if end := strings.IndexByte(s, 0); end >= 0 {
		s = s[:end]
	}
	return append(append(dst, s...), 0)
}

// lenencSize is how many bytes AppendLenencInt takes for v.
func lenencSize(v int) int {
	switch {
	case v < 0xfb:
		return 1
	case v < 1<<16:
		return 3
	case v < 1<<24:
		return 4
	default:
		return 9
	}
}

// lenencStringSize is how many bytes AppendLenencString takes for a string of n bytes.
func lenencStringSize(n int) int { return lenencSize(n) + n }
