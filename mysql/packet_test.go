package mysql_test

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"testing"
	"testing/iotest"

	"shunt/mysql"
)

func TestAppendPacketSplitsAtMaxPayload(t *testing.T) {
	for _, c := range []struct {
		name  string
		size  int
		parts []int // payload lengths
	}{
		{"nothing is one empty packet", 0, []int{0}},
		{"a byte", 1, []int{1}},
		{"one less than full", mysql.MaxPayload - 1, []int{mysql.MaxPayload - 1}},
		{"full needs an empty one behind it", mysql.MaxPayload, []int{mysql.MaxPayload, 0}},
		{"one more than full", mysql.MaxPayload + 1, []int{mysql.MaxPayload, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			payload := bytes.Repeat([]byte{'x'}, c.size)
			out, next := mysql.AppendPacket([]byte("before"), 255, payload)
			if want := byte(255 + len(c.parts)); next != want {
				t.Errorf("next sequence number is %d, want %d", next, want)
			}
			rest := out[len("before"):]
			for i, want := range c.parts {
				length, seq := mysql.Header(rest)
				if length != want || seq != byte(255+i) {
					t.Fatalf("packet %d has length %d and number %d, want %d and %d", i, length, seq, want, byte(255+i))
				}
				rest = rest[mysql.HeaderLen+length:]
			}
			if len(rest) > 0 {
				t.Errorf("%d bytes too many", len(rest))
			}
		})
	}
}

func TestClosePacketWritesWhatAppendPacketWrites(t *testing.T) {
	for _, size := range []int{0, 1, mysql.MaxPayload - 1, mysql.MaxPayload, mysql.MaxPayload + 5} {
		payload := bytes.Repeat([]byte{'x'}, size)
		want, wantNext := mysql.AppendPacket([]byte("before"), 7, payload)
		dst := []byte("before")
		got, next := mysql.ClosePacket(append(mysql.OpenPacket(dst), payload...), len(dst), 7)
		if !bytes.Equal(got, want) || next != wantNext {
			t.Errorf("%d bytes: differs, next number %d, want %d", size, next, wantNext)
		}
	}
}

func TestReadPacketAndCutPacketJoinParts(t *testing.T) {
	for _, size := range []int{0, 1, mysql.MaxPayload, mysql.MaxPayload + 1} {
		payload := bytes.Repeat([]byte{'x'}, size)
		stream, next := mysql.AppendPacket(nil, 3, payload)
		stream = append(stream, "behind"...)

		r := bytes.NewReader(stream)
		got, seq, err := mysql.ReadPacket(iotest.HalfReader(r), make([]byte, 10), 1<<25)
		if err != nil || !bytes.Equal(got, payload) || seq != next-1 {
			t.Errorf("ReadPacket of %d bytes: %d bytes, number %d, %v", size, len(got), seq, err)
		}
		if r.Len() != len("behind") {
			t.Errorf("ReadPacket of %d bytes left %d bytes, want %d", size, r.Len(), len("behind"))
		}

		got, seq, rest, err := mysql.CutPacket(stream)
		if err != nil || !bytes.Equal(got, payload) || seq != next-1 || string(rest) != "behind" {
			t.Errorf("CutPacket of %d bytes: %d bytes, number %d, rest %q, %v", size, len(got), seq, rest, err)
		}
	}
}

func TestReadPacketKeepsToItsBuffer(t *testing.T) {
	buf := make([]byte, 0, 64)
	got, _, err := mysql.ReadPacket(bytes.NewReader([]byte{3, 0, 0, 0, 'a', 'b', 'c'}), buf, 100)
	if err != nil || string(got) != "abc" {
		t.Fatalf("got %q, %v", got, err)
	}
	if &got[0] != &buf[:1][0] {
		t.Error("the payload is not in the buffer")
	}
}

func TestReadPacketErrors(t *testing.T) {
	full, _ := mysql.AppendPacket(nil, 0, make([]byte, mysql.MaxPayload+1))
	wrong := bytes.Clone(full)
	wrong[mysql.HeaderLen+mysql.MaxPayload+3] = 5
	for _, c := range []struct {
		name   string
		stream []byte
		limit  int
		want   error
	}{
		{"nothing there", nil, 100, io.EOF},
		{"part of a header", []byte{1, 0}, 100, io.ErrUnexpectedEOF},
		{"a header alone", []byte{1, 0, 0, 0}, 100, io.ErrUnexpectedEOF},
		{"part of a payload", []byte{2, 0, 0, 0, 'x'}, 100, io.ErrUnexpectedEOF},
		{"longer than the limit", []byte{101, 0, 0, 0, 'x'}, 100, mysql.ErrTooLarge},
		{"longer than the limit in its second part", full, mysql.MaxPayload, mysql.ErrTooLarge},
		{"second part missing", full[:mysql.HeaderLen+mysql.MaxPayload], 1 << 25, io.ErrUnexpectedEOF},
		{"second part wrongly numbered", wrong, 1 << 25, mysql.ErrOutOfOrder},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, _, err := mysql.ReadPacket(bytes.NewReader(c.stream), nil, c.limit); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestAHeadersPromiseCostsNoMemory(t *testing.T) {
	promise := []byte{0xfe, 0xff, 0xff, 0, 'x'} // 16 MiB, of which one byte comes
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 10 {
		if _, _, err := mysql.ReadPacket(bytes.NewReader(promise), nil, 1<<24); err == nil {
			t.Fatal("it was read")
		}
	}
	runtime.ReadMemStats(&after)
	if spent := after.TotalAlloc - before.TotalAlloc; spent > 10<<20 {
		t.Errorf("ten empty promises cost %d bytes", spent)
	}
}
