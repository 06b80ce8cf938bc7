package mysql_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/iotest"

	"shunt/mysql"
)

// FuzzFields writes one field of each kind and reads them again. Cut anywhere, they are an error and no panic.
func FuzzFields(f *testing.F) {
	for i, v := range []uint64{0, 250, 251, 252, 1<<16 - 1, 1 << 16, 1<<24 - 1, 1 << 24, 1<<64 - 1} {
		f.Add(v, []byte(strings.Repeat("text\x00", i*30)), uint16(i*7))
	}
	f.Fuzz(func(t *testing.T, v uint64, text []byte, cut uint16) {
		written := mysql.AppendLenencInt(nil, v)
		written = mysql.AppendLenencString(written, text)
		written = mysql.AppendUint16(written, uint16(v))
		written = mysql.AppendUint24(written, uint32(v&0xffffff))
		written = mysql.AppendUint32(written, uint32(v))
		written = mysql.AppendUint64(written, v)
		written = mysql.AppendNulString(written, string(text))
		d := mysql.NewDecoder(written)
		if got := d.LenencInt(); got != v {
			t.Errorf("the length-encoded %d is read as %d", v, got)
		}
		if got := d.LenencBytes(); !bytes.Equal(got, text) {
			t.Errorf("%q is read as %q", text, got)
		}
		if d.Uint16() != uint16(v) || d.Uint24() != uint32(v&0xffffff) || d.Uint32() != uint32(v) || d.Uint64() != v {
			t.Errorf("%d is not read as it was written", v)
		}
		before, _, _ := bytes.Cut(text, []byte{0})
		if got := d.NulBytes(); !bytes.Equal(got, before) || d.Len() != 0 || d.Err() != nil {
			t.Errorf("%q is read as %q, %d bytes are left, %v", before, got, d.Len(), d.Err())
		}
		part := mysql.NewDecoder(written[:int(cut)%len(written)])
		part.LenencInt()
		part.LenencOrNull()
		part.Skip(2 + 3 + 4 + 8)
		part.NulBytes()
		if part.Err() == nil || part.Len() != 0 {
			t.Errorf("cut, it is no error; %d bytes are left", part.Len())
		}
	})
}

// FuzzPackets writes a payload in both ways there are, and reads it in both ways, whatever follows it.
func FuzzPackets(f *testing.F) {
	f.Add([]byte("\x03SELECT 1"), byte(0), []byte("\x01\x00\x00\x00\x0e"))
	f.Add([]byte{}, byte(255), []byte{})
	f.Add([]byte{0}, byte(7), []byte{1, 0, 0})
	f.Add(bytes.Repeat([]byte{0xff}, 70_000), byte(1), []byte{0xff, 0xff, 0xff, 2})
	f.Add([]byte("\xfe\x00\x00\x02\x00"), byte(254), []byte{0, 0, 0, 255})
	f.Fuzz(func(t *testing.T, payload []byte, seq byte, rest []byte) {
		written, next := mysql.AppendPacket(nil, seq, payload)
		closed, closedNext := mysql.ClosePacket(append(mysql.OpenPacket(nil), payload...), 0, seq)
		if !bytes.Equal(written, closed) || next != closedNext || next != seq+1 {
			t.Fatalf("AppendPacket writes %x and then %d, ClosePacket %x and then %d", written, next, closed, closedNext)
		}
		stream := append(written, rest...)
		r := bytes.NewReader(stream)
		got, number, err := mysql.ReadPacket(iotest.OneByteReader(r), nil, len(payload))
		if err != nil || number != seq || !bytes.Equal(got, payload) || r.Len() != len(rest) {
			t.Errorf("read %x numbered %d, %v, %d bytes are left", got, number, err, r.Len())
		}
		got, number, behind, err := mysql.CutPacket(stream)
		if err != nil || number != seq || !bytes.Equal(got, payload) || !bytes.Equal(behind, rest) {
			t.Errorf("cut %x numbered %d, %v, %x is left", got, number, err, behind)
		}
		if _, _, err := mysql.ReadPacket(bytes.NewReader(stream), nil, len(payload)-1); err == nil {
			t.Error("a packet beyond the limit is read")
		}
	})
}
