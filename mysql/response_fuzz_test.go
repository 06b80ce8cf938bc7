package mysql

import (
	"bytes"
	"slices"
	"testing"
)

// FuzzResponse: whatever a server sends, and however it is cut, the walk sees what a reader sees that takes the stream apart packet by packet: the
// same events, rows and end, with Shift on the number of every packet and no other byte changed.
func FuzzResponse(f *testing.F) {
	seed := func(shape Shape, payloads ...[]byte) { f.Add(packets(payloads...), byte(shape), byte(1), false) }
	more := okPacket(HeaderOK, StatusMoreResults)
	end := okPacket(HeaderEOF, StatusAutocommit)
	row := []byte("\x01x")
	seed(ShapeResult, []byte{1}, column("a"), row, row, end)
	seed(ShapeResult, more, errPacket())
	seed(ShapeResult, more, []byte{1}, column("a"), []byte{nullMark}, okPacket(HeaderEOF, StatusMoreResults), end)
	seed(ShapeResult, more, []byte("\xfbfile"), more, []byte{2}, column("a"), column("b"), okPacket(HeaderEOF, StatusCursorExists))
	seed(ShapeResult, []byte("\xff\xff\xffprogress"), []byte{1}, column("a"), []byte("\xff\xff\xffprogress"), row, errPacket())
	seed(ShapePrepare, []byte{0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0}, column("?"), column("a"))
	seed(ShapePrepare, errPacket())
	seed(ShapeFields, column("a"), column("b"), end)
	seed(ShapeRows, row, row, okPacket(HeaderEOF, StatusLastRowSent))
	seed(ShapeSimple, AppendEOF(nil, 0, StatusAutocommit))
	seed(ShapeString, []byte("Uptime: 1"))
	f.Add(packets([]byte{2, 1}, column("a"), column("b"), row, end), byte(ShapeResult), byte(0), true)
	f.Fuzz(func(t *testing.T, stream []byte, shape, shift byte, stopAtCount bool) {
		want := &naive{stream: stream, shape: Shape(shape % 7), stopAtCount: stopAtCount}
		want.answer()
		for _, step := range []int{len(stream) + 1, 1, 7} {
			got := walked(t, stream, want.shape, shift, stopAtCount, step)
			if want.state == untold {
				continue
			}
			if !slices.Equal(got.seen, want.seen) || got.state != want.state {
				t.Fatalf("in steps of %d: saw %v and %v, want %v and %v", step, got.seen, got.state, want.seen, want.state)
			}
			if want.state != answered {
				continue
			}
			if got.at != want.at {
				t.Fatalf("in steps of %d: the answer ended after %d bytes, want %d", step, got.at, want.at)
			}
			if !bytes.Equal(got.stream[:got.at], shifted(stream[:want.at], shift)) {
				t.Fatalf("in steps of %d: passed  %x\nwant %x", step, got.stream[:got.at], shifted(stream[:want.at], shift))
			}
		}
	})
}

// sight is an event, and the rows and columns counted until then.
type sight struct {
	event   Event
	rows    uint64
	columns int
}

// outcome is how the reading of a stream ends.
type outcome uint8

const (
	cut      outcome = iota // the stream ends before the answer does
	answered                // the answer is complete
	refused                 // it is not the protocol's
	untold                  // the reader has given up
)

// reading is what was seen of a stream.
type reading struct {
	stream []byte
	seen   []sight
	state  outcome
	at     int // where the answer ended
}

// walked is the reading of a Response that is given the stream in pieces.
func walked(t *testing.T, stream []byte, shape Shape, shift byte, stopAtCount bool, step int) reading {
	var r Response
	r.Reset(shape)
	r.Shift, r.StopAtCount = shift, stopAtCount
	got := reading{stream: bytes.Clone(stream)}
	given := 0 // bytes of the stream
	for range 10 * (len(stream) + 10) {
		n, ev, err := r.Next(got.stream[got.at:given])
		if got.at += n; n < 0 || got.at > given {
			t.Fatalf("claimed %d bytes, up to %d of %d", n, got.at, given)
		}
		switch {
		case err != nil:
			got.state = refused
			return got
		case r.Done() && ev == NeedMore:
			got.state = answered
			return got
		case ev == NeedMore && given == len(stream):
			return got
		case ev == NeedMore:
			given = min(given+step, len(stream))
			continue
		case ev != ColumnsEnd && ev != DefinitionsOK:
			if got.at += r.Control(); r.Control() <= HeaderLen || got.at > given {
				t.Fatalf("%d: a control packet of %d bytes, up to %d of %d", ev, r.Control(), got.at, given)
			}
		}
		got.seen = append(got.seen, sight{ev, r.Rows, r.Columns})
	}
	t.Fatal("the walk does not end")
	return got
}

// shifted adds to the number of each packet.
func shifted(stream []byte, shift byte) []byte {
	out := bytes.Clone(stream)
	for rest := out; len(rest) > 0; {
		length, _ := Header(rest)
		rest[3] += shift
		rest = rest[HeaderLen+length:]
	}
	return out
}
