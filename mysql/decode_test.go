package mysql_test

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"shunt/mysql"
)

func TestLenencIntHasFourForms(t *testing.T) {
	for _, c := range []struct {
		value uint64
		wire  string
	}{
		{0, "00"},
		{250, "fa"},
		{251, "fc fb00"},
		{math.MaxUint16, "fc ffff"},
		{math.MaxUint16 + 1, "fd 000001"},
		{1<<24 - 1, "fd ffffff"},
		{1 << 24, "fe 0000000100000000"},
		{math.MaxUint64, "fe ffffffffffffffff"},
	} {
		wire := unhex(t, c.wire)
		if got := mysql.AppendLenencInt(nil, c.value); !bytes.Equal(got, wire) {
			t.Errorf("%d is written as %x, want %x", c.value, got, wire)
		}
		d := mysql.NewDecoder(wire)
		if got := d.LenencInt(); got != c.value || d.Err() != nil || d.Len() != 0 {
			t.Errorf("%x is read as %d, %v, %d bytes left", wire, got, d.Err(), d.Len())
		}
		for end := range wire {
			d := mysql.NewDecoder(wire[:end])
			if d.LenencInt(); !errors.Is(d.Err(), mysql.ErrMalformedPacket) {
				t.Errorf("%x was read without an error", wire[:end])
			}
		}
	}
}

func TestDecoderReadsWhatWasAppended(t *testing.T) {
	p := []byte{1}
	p = mysql.AppendUint16(p, 0x0203)
	p = mysql.AppendUint24(p, 0x040506)
	p = mysql.AppendUint32(p, 0x0708090a)
	p = mysql.AppendUint64(p, 0x0b0c0d0e0f101112)
	p = mysql.AppendLenencString(p, "lenenc")
	p = mysql.AppendLenencString(p, []byte{})
	p = append(p, 0xfb)
	p = mysql.AppendNulString(p, "nul")
	p = append(p, "xyrest"...)

	d := mysql.NewDecoder(p)
	check := func(what string, ok bool) {
		t.Helper()
		if !ok || d.Err() != nil {
			t.Fatalf("%s: wrong value, or %v", what, d.Err())
		}
	}
	check("Uint8", d.Uint8() == 1)
	check("Uint16", d.Uint16() == 0x0203)
	check("Uint24", d.Uint24() == 0x040506)
	check("Uint32", d.Uint32() == 0x0708090a)
	check("Uint64", d.Uint64() == 0x0b0c0d0e0f101112)
	check("LenencBytes", string(d.LenencBytes()) == "lenenc")
	empty := d.LenencOrNull()
	check("an empty string is not NULL", empty != nil && len(empty) == 0)
	check("NULL", d.LenencOrNull() == nil)
	check("NulBytes", string(d.NulBytes()) == "nul")
	check("Peek", d.Peek() == 'x')
	check("Bytes", string(d.Bytes(2)) == "xy")
	check("Rest", string(d.Rest()) == "rest")
	check("Len", d.Len() == 0)
}

func TestDecoderKeepsItsFirstError(t *testing.T) {
	reads := map[string]func(*mysql.Decoder){
		"Uint8":        func(d *mysql.Decoder) { d.Uint8() },
		"Uint16":       func(d *mysql.Decoder) { d.Uint16() },
		"Uint24":       func(d *mysql.Decoder) { d.Uint24() },
		"Uint32":       func(d *mysql.Decoder) { d.Uint32() },
		"Uint64":       func(d *mysql.Decoder) { d.Uint64() },
		"LenencInt":    func(d *mysql.Decoder) { d.LenencInt() },
		"LenencBytes":  func(d *mysql.Decoder) { d.LenencBytes() },
		"LenencOrNull": func(d *mysql.Decoder) { d.LenencOrNull() },
		"NulBytes":     func(d *mysql.Decoder) { d.NulBytes() },
		"Bytes":        func(d *mysql.Decoder) { d.Bytes(1) },
		"Bytes(-1)":    func(d *mysql.Decoder) { d.Bytes(-1) },
	}
	for name, read := range reads {
		t.Run(name, func(t *testing.T) {
			d := mysql.NewDecoder(nil)
			read(&d)
			first := d.Err()
			if !errors.Is(first, mysql.ErrMalformedPacket) {
				t.Fatalf("reading nothing gave %v", first)
			}
			for _, next := range reads {
				next(&d)
			}
			d.Rest()
			d.NulOrRest()
			d.Fail("another")
			if d.Err() != first || d.Len() != 0 {
				t.Errorf("then the error is %v with %d bytes left", d.Err(), d.Len())
			}
		})
	}
}

func TestDecoderReadsNothingAfterAnError(t *testing.T) {
	d := mysql.NewDecoder([]byte{1, 2, 3, 0})
	d.Bytes(5)
	if d.Uint8() != 0 || d.Rest() != nil || d.NulBytes() != nil || d.Peek() != 0 {
		t.Error("it went on reading")
	}
}

func TestAppendingToADecodedSliceLeavesThePayloadAlone(t *testing.T) {
	payload := []byte("\x01ab")
	d := mysql.NewDecoder(payload)
	_ = append(d.LenencBytes(), 'X')
	if string(payload) != "\x01ab" {
		t.Errorf("the payload is now %q", payload)
	}
}

func TestAppendNulStringCutsAtANul(t *testing.T) {
	if got := mysql.AppendNulString(nil, "bob\x00\x00root"); string(got) != "bob\x00" {
		t.Errorf("got %q", got)
	}
}

func TestNulOrRestTakesAnUnfinishedString(t *testing.T) {
	d := mysql.NewDecoder([]byte("a\x00b"))
	if first, second := string(d.NulOrRest()), string(d.NulOrRest()); first != "a" || second != "b" || d.Err() != nil {
		t.Errorf("got %q and %q, %v", first, second, d.Err())
	}
}
