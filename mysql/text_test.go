package mysql_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shunt/mysql"
)

// conversation joins payloads to packets, numbered from 1.
func conversation(t *testing.T, payloads ...string) (stream []byte) {
	t.Helper()
	seq := byte(1)
	for _, payload := range payloads {
		stream, seq = mysql.AppendPacket(stream, seq, unhex(t, payload))
	}
	return stream
}

const columnID = "03646566 00 00 00 026964 00 0c 3f00 14000000 08 8080 00 0000"

var sample = mysql.ResultSet{
	Columns: []mysql.ColumnDef{mysql.IntColumn("id"), mysql.TextColumn("name")},
	Rows:    []mysql.Row{mysql.NewRow(1, "a"), mysql.NewRow(nil, "")},
}

const columnName = "03646566 00 00 00 046e616d65 00 0c 2d00 00040000 fd 0000 1f 0000"

func TestResultSetForACurrentClient(t *testing.T) {
	got, next := sample.Append(nil, 1, caps, mysql.OK{Status: mysql.StatusAutocommit})
	want := conversation(t, "02", columnID, columnName, "0131 0161", "fb 00", "fe 00 00 0200 0000")
	if diff := cmp.Diff(want, got); diff != "" || next != 7 {
		t.Errorf("next is %d\n%s", next, diff)
	}
}

func TestResultSetForAClientThatWantsEOF(t *testing.T) {
	got, next := sample.Append(nil, 1, mysql.CapProtocol41, mysql.OK{Status: mysql.StatusAutocommit, Warnings: 3})
	want := conversation(t, "02", columnID, columnName, "fe 0300 0200", "0131 0161", "fb 00", "fe 0300 0200")
	if diff := cmp.Diff(want, got); diff != "" || next != 8 {
		t.Errorf("next is %d\n%s", next, diff)
	}
}

func TestResultSetIsReadAsItWasWritten(t *testing.T) {
	for _, c := range []mysql.Capability{
		mysql.CapProtocol41,
		caps,
		caps | mysql.CapCacheMetadata | mysql.CapExtendedMetadata,
		caps | mysql.CapOptionalResultsetMetadata,
	} {
		t.Run(c.String(), func(t *testing.T) {
			big := mysql.ResultSet{
				Columns: []mysql.ColumnDef{mysql.TextColumn("v")},
				Rows:    []mysql.Row{{bytes.Repeat([]byte{0xff}, mysql.MaxPayload+10)}, {nil}, {[]byte{0xfe}}},
			}
			first := mysql.OK{Status: mysql.StatusAutocommit | mysql.StatusMoreResults, Warnings: 2}
			second := mysql.OK{Status: mysql.StatusAutocommit}
			stream, seq := sample.Append(nil, 1, c, first)
			stream, _ = big.Append(stream, seq, c, second)
			for i, want := range []struct {
				rs  mysql.ResultSet
				end mysql.OK
			}{{sample, first}, {big, second}} {
				var rs mysql.ResultSet
				var end mysql.OK
				var err error
				if rs, end, stream, err = mysql.ParseResultSet(stream, c); err != nil {
					t.Fatalf("result %d: %v", i, err)
				}
				if !reflect.DeepEqual(want.rs.Rows, rs.Rows) || len(rs.Columns) != len(want.rs.Columns) { // a diff of 16 MiB takes minutes
					t.Errorf("result %d differs", i)
				}
				if rs.Columns[0].Name != want.rs.Columns[0].Name || rs.Columns[0].Catalog != "def" {
					t.Errorf("result %d: column %+v", i, rs.Columns[0])
				}
				if end.Status != want.end.Status || end.Warnings != want.end.Warnings {
					t.Errorf("result %d: end %+v", i, end)
				}
			}
			if len(stream) > 0 {
				t.Errorf("%d bytes are left", len(stream))
			}
		})
	}
}

func TestAnswersWithoutRows(t *testing.T) {
	stream := append(conversation(t, okInsert), "next"...)
	rs, end, rest, err := mysql.ParseResultSet(stream, caps)
	if err != nil || len(rs.Columns) > 0 || end.Affected != 2 || string(rest) != "next" {
		t.Errorf("OK: %+v %+v %q %v", rs, end, rest, err)
	}

	stream = append(conversation(t, errUnknown), "next"...)
	_, _, rest, err = mysql.ParseResultSet(stream, caps)
	var refusal *mysql.Error
	if !errors.As(err, &refusal) || refusal.Number != 1054 || string(rest) != "next" {
		t.Errorf("ERR: %q %v", rest, err)
	}

	stream = append(conversation(t, "02", columnID, columnName, "0131 0161", errUnknown), "next"...)
	_, _, rest, err = mysql.ParseResultSet(stream, caps)
	if !errors.As(err, &refusal) || string(rest) != "next" {
		t.Errorf("ERR after a row: %q %v", rest, err)
	}
}

func TestMalformedResultSets(t *testing.T) {
	for _, c := range []struct {
		name   string
		stream []byte
		want   error
	}{
		{"nothing", nil, io.ErrUnexpectedEOF},
		{"an empty packet", conversation(t, ""), mysql.ErrMalformedPacket},
		{"a request for a file", conversation(t, "fb 61"), mysql.ErrMalformedPacket},
		{"half a column count", conversation(t, "fc 01"), mysql.ErrMalformedPacket},
		{"an endless column count", conversation(t, "fe ffffffffffffffff", columnID), io.ErrUnexpectedEOF},
		{"a short column", conversation(t, "01", "03646566"), mysql.ErrMalformedPacket},
		{"a column whose fixed part is short", conversation(t, "01", "03646566 00 00 00 00 00 02 3f00"), mysql.ErrMalformedPacket},
		{"no end", conversation(t, "01", columnID, "0131"), io.ErrUnexpectedEOF},
		{"a row with a value too few", conversation(t, "02", columnID, columnName, "0131"), mysql.ErrMalformedPacket},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, _, rest, err := mysql.ParseResultSet(c.stream, caps); !errors.Is(err, c.want) || rest != nil {
				t.Errorf("got %v, rest %q", err, rest)
			}
		})
	}
}

func TestNewRow(t *testing.T) {
	got := mysql.NewRow(nil, "", "a", []byte("b"), true, false, -7, uint64(1<<63), 1.5, errors.New("e"))
	want := mysql.Row{
		nil, {}, []byte("a"), []byte("b"), []byte("1"), []byte("0"), []byte("-7"), []byte("9223372036854775808"), []byte("1.5"),
		[]byte("e"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
