package mysql

import (
	"bytes"
	"errors"
	"testing"
)

// answerCaps are those of every server connection.
const answerCaps = CapProtocol41 | CapDeprecateEOF | CapSessionTrack | CapTransactions

// packets puts payloads into one stream, numbered from 1.
func packets(payloads ...[]byte) []byte {
	var stream []byte
	for i, p := range payloads {
		stream, _ = AppendPacket(stream, byte(i+1), p)
	}
	return stream
}

func okPacket(header byte, status Status) []byte {
	return OK{Affected: 3, InsertID: 7, Status: status}.Append(nil, header, answerCaps)
}

func errPacket() []byte { return NewError(1064, "42000", "no").Append(nil, answerCaps) }

func column(name string) []byte { return TextColumn(name).Append(nil, answerCaps) }

// follow walks over a stream given in pieces of `step` bytes and returns what passed, the events, and what was left over.
func follow(t *testing.T, r *Response, stream []byte, step int) (passed []byte, events []Event, left int) {
	t.Helper()
	var have []byte
	for !r.Done() {
		n, ev, err := r.Next(have)
		if err != nil {
			t.Fatalf("after %d events: %v", len(events), err)
		}
		passed = append(passed, have[:n]...)
		have = have[n:]
		switch ev {
		case NeedMore:
			if len(stream) == 0 && !r.Done() {
				t.Fatalf("the stream ended before the answer did; events %v", events)
			}
			k := min(step, len(stream))
			have = append(append([]byte(nil), have...), stream[:k]...)
			stream = stream[k:]
			continue
		case ColumnsEnd, DefinitionsOK:
		default:
			passed = append(passed, have[:r.Control()]...)
			have = have[r.Control():]
		}
		events = append(events, ev)
	}
	return passed, events, len(have) + len(stream)
}

func TestResponseFollowsEveryShapeOfAnswer(t *testing.T) {
	rows := [][]byte{{1}, column("a"), []byte("\x01x"), []byte("\x01y"), okPacket(HeaderEOF, StatusAutocommit)}
	more := append(append([][]byte{}, rows[:4]...), okPacket(HeaderEOF, StatusAutocommit|StatusMoreResults), okPacket(HeaderOK, StatusAutocommit))
	prepare := func(columns, params byte) []byte { return []byte{0, 1, 0, 0, 0, columns, 0, params, 0, 0, 0, 0} }
	for _, c := range []struct {
		name   string
		shape  Shape
		stream []byte
		want   []Event
		rows   uint64
	}{
		{"an OK", ShapeResult, packets(okPacket(HeaderOK, StatusAutocommit)), []Event{GotOK}, 0},
		{"an error", ShapeResult, packets(errPacket()), []Event{GotErr}, 0},
		{"rows", ShapeResult, packets(rows...), []Event{ColumnsEnd, GotOK}, 2},
		{"an error after rows", ShapeResult, packets(rows[0], rows[1], rows[2], errPacket()), []Event{ColumnsEnd, GotErr}, 1},
		{"two results", ShapeResult, packets(more...), []Event{ColumnsEnd, GotOK, GotOK}, 2},
		{"a cursor", ShapeResult, packets(rows[0], rows[1], okPacket(HeaderEOF, StatusCursorExists)), []Event{GotOK}, 0},
		{"rows of a cursor", ShapeRows, packets([]byte("\x00\x00\x01x"), okPacket(HeaderEOF, StatusLastRowSent)), []Event{GotOK}, 1},
		{"prepared without anything", ShapePrepare, packets(prepare(0, 0)), []Event{GotPrepared}, 0},
		{"prepared with parameters", ShapePrepare, packets(prepare(0, 2), column("?"), column("?")), []Event{GotPrepared, DefinitionsOK}, 0},
		{"prepared with both", ShapePrepare, packets(prepare(1, 1), column("?"), column("a")), []Event{GotPrepared, DefinitionsOK, DefinitionsOK}, 0},
		{"not prepared", ShapePrepare, packets(errPacket()), []Event{GotErr}, 0},
		{"a field list", ShapeFields, packets(column("a"), column("b"), okPacket(HeaderEOF, 0)), []Event{GotOK}, 0},
		{"statistics", ShapeString, packets([]byte("Uptime: 1")), []Event{GotString}, 0},
		{"a short EOF", ShapeSimple, packets(AppendEOF(nil, 0, StatusAutocommit)), []Event{GotOK}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, step := range []int{1, 3, 7, 1 << 20} {
				var r Response
				r.Reset(c.shape)
				passed, events, left := follow(t, &r, append(append([]byte(nil), c.stream...), "behind"...), step)
				if !equalEvents(events, c.want) {
					t.Errorf("in steps of %d: events %v, want %v", step, events, c.want)
				}
				if !bytes.Equal(passed, c.stream) {
					t.Errorf("in steps of %d: what passed differs from the answer", step)
				}
				if left != len("behind") {
					t.Errorf("in steps of %d: %d bytes left, want those behind the answer", step, left)
				}
				if c.rows > 0 && r.Rows != c.rows {
					t.Errorf("counted %d rows, want %d", r.Rows, c.rows)
				}
			}
		})
	}
}

func equalEvents(a, b []Event) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestResponseShiftRenumbersWhatFollows(t *testing.T) {
	stream := packets([]byte{1}, column("a"), []byte("\x01x"), okPacket(HeaderEOF, StatusAutocommit))
	var r Response
	r.Reset(ShapeResult)
	n, ev, err := r.Next(stream)
	if err != nil || ev != ColumnsEnd {
		t.Fatalf("event %v, error %v", ev, err)
	}
	r.Shift = 1
	k, ev, err := r.Next(stream[n:])
	if err != nil || ev != GotOK {
		t.Fatalf("event %v, error %v", ev, err)
	}
	if _, seq := Header(stream[n:]); seq != 4 {
		t.Errorf("the row has number %d, want 4", seq)
	}
	if _, seq := Header(stream[n+k:]); seq != 5 || r.Seq != 5 {
		t.Errorf("the end has number %d, Seq is %d, want 5", seq, r.Seq)
	}
}

func TestResponsePassesPacketsOf16MiB(t *testing.T) {
	// A row of exactly the largest packet is continued by an empty one; its first byte may look like an end.
	row := make([]byte, MaxPayload)
	row[0] = HeaderEOF
	stream := packets([]byte{1}, column("a"))
	stream, seq := AppendPacket(stream, 3, row)
	stream, _ = AppendPacket(stream, seq, okPacket(HeaderEOF, StatusAutocommit))
	var r Response
	r.Reset(ShapeResult)
	passed, events, left := follow(t, &r, append([]byte(nil), stream...), 1<<20)
	if !equalEvents(events, []Event{ColumnsEnd, GotOK}) || left != 0 || !bytes.Equal(passed, stream) || r.Rows != 1 {
		t.Errorf("events %v, %d left, %d rows, unchanged %v", events, left, r.Rows, bytes.Equal(passed, stream))
	}
}

func TestResponseRefusesNonsense(t *testing.T) {
	for name, stream := range map[string][]byte{
		"an empty first packet":  packets([]byte{}),
		"a column count of zero": packets([]byte{0xfc, 0, 0}),
		"a cut OK packet":        packets([]byte{0, 1}),
		"an empty row":           packets([]byte{1}, column("a"), []byte("\x01x"), []byte{}),
		"an endless definition":  append(packets([]byte{1}), 0xff, 0xff, 0xff, 2, 3),
	} {
		var r Response
		r.Reset(ShapeResult)
		n, ev, err := r.Next(stream)
		if ev == ColumnsEnd {
			_, _, err = r.Next(stream[n:])
		}
		if !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: error %v, want ErrMalformed", name, err)
		}
	}
}

func TestResponseAllocatesNothing(t *testing.T) {
	stream := packets([]byte{1}, column("a"), []byte("\x01x"), okPacket(HeaderEOF, StatusAutocommit))
	var r Response
	if n := testing.AllocsPerRun(100, func() {
		r.Reset(ShapeResult)
		at := 0
		for !r.Done() {
			n, ev, _ := r.Next(stream[at:])
			at += n
			if ev == GotOK {
				at += r.Control()
			}
		}
	}); n != 0 {
		t.Errorf("%v allocations per answer", n)
	}
}
