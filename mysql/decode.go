package mysql

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrMalformedPacket is the error of a payload that does not hold what its kind of packet must hold.
var ErrMalformedPacket = errors.New("malformed packet")

// Decoder reads a payload field by field. It remembers its first error: from then on every method returns zero values, so
// that a parser may read all of its fields and ask Err once. Byte slices that it returns share memory with the
// payload; appending to one copies it.
type Decoder struct {
	payload []byte
	at      int
	err     error
}

// NewDecoder begins at the first byte of payload.
func NewDecoder(payload []byte) Decoder { return Decoder{payload: payload} }

// Err is the first error, which wraps [ErrMalformedPacket], or nil.
func (d *Decoder) Err() error { return d.err }

// Len is how many bytes are left; 0 after an error.
func (d *Decoder) Len() int { return len(d.payload) - d.at }

// Fail records an error of the caller's, unless there is one already.
func (d *Decoder) Fail(what string) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: %s (at byte %d of %d)", ErrMalformedPacket, what, d.at, len(d.payload))
		d.at = len(d.payload)
	}
}

// Bytes reads n bytes.
func (d *Decoder) Bytes(n int) []byte {
	if n < 0 || n > d.Len() {
		d.Fail("it ends too early")
		return nil
	}
	if d.err != nil {
		return nil
	}
	b := d.payload[d.at : d.at+n : d.at+n]
	d.at += n
	return b
}

// Skip passes over n bytes.
func (d *Decoder) Skip(n int) { d.Bytes(n) }

// Rest reads all that is left.
func (d *Decoder) Rest() []byte { return d.Bytes(d.Len()) }

// Peek is the next byte, left where it is; 0 if there is none.
func (d *Decoder) Peek() byte {
	if d.Len() == 0 {
		return 0
	}
	return d.payload[d.at]
}

// Uint8 reads one byte.
func (d *Decoder) Uint8() uint8 {
	if b := d.Bytes(1); b != nil {
		return b[0]
	}
	return 0
}

// Uint16 reads two bytes, least significant first, as all integers of the protocol are.
func (d *Decoder) Uint16() uint16 {
	if b := d.Bytes(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

// Uint24 reads three bytes.
func (d *Decoder) Uint24() uint32 {
	if b := d.Bytes(3); b != nil {
		return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16
	}
	return 0
}

// Uint32 reads four bytes.
func (d *Decoder) Uint32() uint32 {
	if b := d.Bytes(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// Uint64 reads eight bytes.
func (d *Decoder) Uint64() uint64 {
	if b := d.Bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// LenencInt reads a length-encoded integer of one to nine bytes. The marks 0xFB (NULL) and 0xFF are errors here.
func (d *Decoder) LenencInt() uint64 {
	switch first := d.Uint8(); first {
	case 0xfc:
		return uint64(d.Uint16())
	case 0xfd:
		return uint64(d.Uint24())
	case 0xfe:
		return d.Uint64()
	case 0xfb, 0xff:
		d.Fail("a length-encoded integer cannot begin so")
		return 0
	default:
		return uint64(first)
	}
}

// LenencBytes reads a string that its length precedes.
func (d *Decoder) LenencBytes() []byte {
	n := d.LenencInt()
	if n > uint64(d.Len()) {
		d.Fail("a string is longer than what is left")
		return nil
	}
	return d.Bytes(int(n))
}

// nullMark is NULL in a text row, in the place of a value's length.
const nullMark = 0xfb

// LenencOrNull reads a field of a text row: a string that its length precedes, or NULL, for which it returns nil. An
// empty string is not nil.
func (d *Decoder) LenencOrNull() []byte {
	if d.Len() > 0 && d.Peek() == nullMark {
		d.Skip(1)
		return nil
	}
	return d.LenencBytes()
}

// NulBytes reads a string up to its NUL, and passes over that.
func (d *Decoder) NulBytes() []byte {
	end := bytes.IndexByte(d.payload[d.at:], 0)
	if end < 0 {
		d.Fail("a string has no end")
		return nil
	}
	b := d.Bytes(end)
	d.Skip(1)
	return b
}

// NulOrRest reads a string up to its NUL, or all that is left if there is none: some clients leave out the NUL of a
// packet's last string, and servers do not mind.
func (d *Decoder) NulOrRest() []byte {
	if bytes.IndexByte(d.payload[d.at:], 0) < 0 {
		return d.Rest()
	}
	return d.NulBytes()
}
