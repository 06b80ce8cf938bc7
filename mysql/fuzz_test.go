package mysql_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"shunt/mysql"
)

// Every parser is fuzzed for two things: it does not panic, and what it accepts it reads again the same after Append
// has written it. The corpora begin with the golden packets; testdata/fuzz has packets that are wrong on purpose.

// fuzzParser fuzzes one parser whose packets depend on capabilities.
func fuzzParser[T any](
	f *testing.F, seeds []string, parse func([]byte, mysql.Capability) (T, error), appendTo func(T, mysql.Capability) []byte,
) {
	for _, seed := range seeds {
		f.Add(unhex(f, seed), uint64(caps))
		f.Add(unhex(f, seed), uint64(phpCapabilities))
		f.Add(unhex(f, seed), uint64(0))
	}
	f.Fuzz(func(t *testing.T, payload []byte, c uint64) {
		caps := mysql.Capability(c)
		first, err := parse(payload, caps)
		if err != nil {
			return
		}
		second, err := parse(appendTo(first, caps), caps)
		if err != nil {
			t.Fatalf("%+v was written so that it cannot be read: %v", first, err)
		}
		if !reflect.DeepEqual(first, second) {
			t.Fatalf("read as  %+v\nand then %+v", first, second)
		}
	})
}

func FuzzDecodeGreeting(f *testing.F) {
	fuzzParser(f, []string{greetingMariaDB, greetingMySQL, errTooMany},
		func(p []byte, _ mysql.Capability) (mysql.Greeting, error) { return mysql.ParseGreeting(p) },
		func(g mysql.Greeting, _ mysql.Capability) []byte { return g.Append(nil) })
}

func FuzzDecodeLogin(f *testing.F) {
	fuzzParser(f, []string{loginMariaDBClient, loginPHP, loginGo},
		func(p []byte, _ mysql.Capability) (mysql.Login, error) {
			mysql.IsSSLRequest(p)
			l, err := mysql.ParseLogin(p)
			return filled(l), err
		},
		func(l mysql.Login, _ mysql.Capability) []byte { return l.Append(nil) })
}

// filled makes absent and empty fields alike, which on the wire may become each other.
func filled(l mysql.Login) mysql.Login {
	l.AuthData = append([]byte{}, l.AuthData...)
	l.Attributes = append([]byte{}, l.Attributes...)
	return l
}

func FuzzDecodeChangeUser(f *testing.F) {
	fuzzParser(f, []string{changeUserPHP},
		func(p []byte, c mysql.Capability) (mysql.ChangeUser, error) {
			u, err := mysql.ParseChangeUser(p, c)
			u.AuthData = append([]byte{}, u.AuthData...)
			u.Attributes = append([]byte{}, u.Attributes...)
			return u, err
		},
		func(u mysql.ChangeUser, c mysql.Capability) []byte { return u.Append(nil, c) })
}

func FuzzDecodeAuthSwitch(f *testing.F) {
	fuzzParser(f, []string{authSwitch, authMoreFastOK, "fe"},
		func(p []byte, _ mysql.Capability) (mysql.AuthSwitch, error) {
			_, _ = mysql.ParseAuthMore(p)
			_, _ = mysql.ParseClearPassword(p)
			s, err := mysql.ParseAuthSwitch(p)
			s.Salt()
			s.Data = append([]byte{}, s.Data...)
			return s, err
		},
		func(s mysql.AuthSwitch, _ mysql.Capability) []byte { return s.Append(nil) })
}

func FuzzDecodeOK(f *testing.F) {
	fuzzParser(f, []string{okInsert, okBegin, okRowsEnd, okUntracked},
		func(p []byte, c mysql.Capability) (mysql.OK, error) {
			ok, err := mysql.ParseOK(p, c)
			if !c.Has(mysql.CapSessionTrack) {
				ok.Status &^= mysql.StatusSessionStateChanged // Append leaves it out
			}
			ok.Info, ok.Track = append([]byte{}, ok.Info...), append([]byte{}, ok.Track...)
			return ok, err
		},
		func(ok mysql.OK, c mysql.Capability) []byte { return ok.Append(nil, mysql.HeaderOK, c) })
}

func FuzzDecodeErr(f *testing.F) {
	fuzzParser(f, []string{errUnknown, errTooMany},
		func(p []byte, _ mysql.Capability) (mysql.Error, error) {
			_, _, _ = mysql.ParseEOF(p)
			e, err := mysql.ParseErr(p, caps)
			if err != nil {
				return mysql.Error{}, err
			}
			return *e, nil
		},
		func(e mysql.Error, _ mysql.Capability) []byte { return e.Append(nil, caps) })
}

func FuzzDecodeColumnDef(f *testing.F) {
	fuzzParser(f, []string{columnVarchar, columnPoint},
		func(p []byte, c mysql.Capability) (mysql.ColumnDef, error) {
			column, err := mysql.ParseColumnDef(p, c)
			if column.Catalog == "" {
				column.Catalog = "def" // as Append has it
			}
			return column, err
		},
		func(column mysql.ColumnDef, c mysql.Capability) []byte { return column.Append(nil, c) })
}

func FuzzDecodeTracks(f *testing.F) {
	f.Add(unhex(f, "0010096c6173745f6774696405302d312d360509085f5f5f5f5f5f5f5f0401000106056d7973716c020131"))
	f.Add(mysql.AppendTrack(nil, mysql.TrackGTIDs, "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5"))
	f.Fuzz(func(t *testing.T, block []byte) {
		var written []byte
		for track, err := range mysql.Tracks(block) {
			if err != nil {
				return
			}
			if track.Kind == mysql.TrackTransactionState {
				mysql.ParseTransactionState(track.Value)
			}
			written = track.Append(written)
		}
		first, err := tracked(block)
		if err != nil {
			t.Fatalf("the second reading gave %v", err)
		}
		if second, err := tracked(written); err != nil || first != second {
			t.Fatalf("read as  %q\nand then %q, %v", first, second, err)
		}
	})
}

func FuzzDecodeAttributes(f *testing.F) {
	f.Add(attributes("_os", "Linux", "program_name", "mysql"))
	f.Add(attributes("", "", "a", "", "", "b"))
	f.Add(attributes("twice", "1", "twice", "2"))
	f.Add(attributes("long", strings.Repeat("x", 300)))
	f.Fuzz(func(t *testing.T, block []byte) {
		size := 0
		var written []byte
		for name, value := range mysql.Attributes(block) {
			size += len(name) + len(value)
			written = mysql.AppendAttribute(written, string(name), string(value))
		}
		if size > len(block) {
			t.Fatalf("%d bytes hold %d", len(block), size)
		}
		var again []byte
		for name, value := range mysql.Attributes(written) {
			again = mysql.AppendAttribute(again, string(name), string(value))
		}
		if !bytes.Equal(written, again) {
			t.Fatalf("read as %q\nand then %q", written, again)
		}
	})
}

func FuzzDecodeResultSet(f *testing.F) {
	for _, c := range []mysql.Capability{
		caps, mysql.CapProtocol41, caps | mysql.CapCacheMetadata | mysql.CapExtendedMetadata, caps | mysql.CapOptionalResultsetMetadata,
	} {
		stream, _ := sample.Append(nil, 1, c, mysql.OK{Status: mysql.StatusMoreResults})
		f.Add(append(stream, stream...), uint64(c))
	}
	f.Fuzz(func(t *testing.T, stream []byte, c uint64) {
		caps := mysql.Capability(c)
		rs, end, rest, err := mysql.ParseResultSet(stream, caps)
		if len(rs.Columns) > len(stream) || len(rs.Rows) > len(stream) || len(rest) > len(stream) {
			t.Fatalf("%d bytes hold %d columns and %d rows, and %d follow", len(stream), len(rs.Columns), len(rs.Rows), len(rest))
		}
		if err != nil || len(rs.Columns) == 0 {
			return
		}
		written, _ := rs.Append(nil, 1, caps, end)
		again, _, rest, err := mysql.ParseResultSet(written, caps)
		if err != nil || len(rest) > 0 {
			t.Fatalf("it was written so that it cannot be read: %v, %d bytes left", err, len(rest))
		}
		if !reflect.DeepEqual(rs.Rows, again.Rows) {
			t.Fatalf("read as  %q\nand then %q", rs.Rows, again.Rows)
		}
	})
}

func FuzzDecodePacket(f *testing.F) {
	f.Add([]byte{3, 0, 0, 0, 'a', 'b', 'c', 'd'})
	f.Add([]byte{0xff, 0xff, 0xff, 0, 'x'})
	f.Add([]byte{0, 0, 0, 255, 0, 0, 0, 0})
	f.Add([]byte{1, 0, 0})
	f.Add([]byte{2, 0, 0, 9, 0xff})
	f.Fuzz(func(t *testing.T, stream []byte) {
		r := bytes.NewReader(stream)
		read, readSeq, readErr := mysql.ReadPacket(r, nil, 1<<24)
		cut, cutSeq, rest, cutErr := mysql.CutPacket(stream)
		if readErr != nil || cutErr != nil {
			if readErr == nil || cutErr == nil {
				t.Fatalf("ReadPacket says %v, CutPacket %v", readErr, cutErr)
			}
			if !errors.Is(cutErr, io.ErrUnexpectedEOF) && !errors.Is(cutErr, mysql.ErrOutOfOrder) {
				t.Fatalf("CutPacket says %v", cutErr)
			}
			return
		}
		if !bytes.Equal(read, cut) || readSeq != cutSeq || r.Len() != len(rest) {
			t.Fatalf("ReadPacket and CutPacket differ: %q and %q", read, cut)
		}
	})
}

func FuzzDecodeQuery(f *testing.F) {
	for _, payload := range []string{
		"03" + "53454c4543542031",
		"03" + "00" + "01" + "53454c4543542031",
		"03" + "02" + "01" + "02" + "01" + "fd00" + "0161" + "0800" + "0162" + "0178" + "53454c4543542031", // a string, and NULL
		"03" + "01" + "01" + "00" + "01" + "0c00" + "0174" + "04e6070101" + "53454c4543542031",             // a datetime
	} {
		f.Add(unhex(f, payload), uint64(caps))
		f.Add(unhex(f, payload), uint64(caps|mysql.CapQueryAttributes))
	}
	f.Fuzz(func(t *testing.T, payload []byte, c uint64) {
		caps := mysql.Capability(c)
		q, err := mysql.ParseQuery(payload, caps)
		if err != nil {
			return
		}
		if !bytes.HasSuffix(payload, q.Text) || q.Attributes > len(payload) {
			t.Fatalf("%x has %d attributes and the text %q", payload, q.Attributes, q.Text)
		}
		written, _, rest, err := mysql.CutPacket(mysql.AppendQuery(nil, caps, string(q.Text)))
		if err != nil || len(rest) > 0 {
			t.Fatalf("it was written so that it cannot be read: %v, %d bytes left", err, len(rest))
		}
		if again, err := mysql.ParseQuery(written, caps); err != nil || !bytes.Equal(again.Text, q.Text) || again.Attributes != 0 {
			t.Fatalf("read as %q\nand then %q with %d attributes, %v", q.Text, again.Text, again.Attributes, err)
		}
	})
}

func FuzzDecodeRSAPublicKey(f *testing.F) {
	_, pem, err := mysql.NewRSAKey()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(pem)
	f.Add([]byte("-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n"))
	f.Fuzz(func(t *testing.T, pem []byte) {
		key, err := mysql.ParseRSAPublicKey(pem)
		if err != nil {
			return
		}
		if key.Size() > len(pem) {
			t.Fatalf("%d bytes hold a key of %d", len(pem), key.Size())
		}
	})
}

func FuzzDecodeStoredHash(f *testing.F) {
	f.Add("*6691484EA6B50DDDE1926A220DA01FA9E575C18A")
	f.Add("$A$001$01234567890123456789" + "0123456789012345678901234567890123456789012")
	f.Add("ZIgUREUg5PVgQ6LskhXmO+eZLS0nC8be6HPjYWR4YJY")
	f.Fuzz(func(t *testing.T, stored string) {
		if hash, err := mysql.ParseNativeHash(stored); err == nil && len(mysql.FormatNativeHash(hash)) != len(stored) {
			t.Fatalf("%q is written as %q", stored, mysql.FormatNativeHash(hash))
		}
		if public, err := mysql.ParseEd25519Public(stored); err == nil {
			if again := mysql.FormatEd25519Public(public); again != stored {
				t.Fatalf("%q is written as %q", stored, again)
			}
			mysql.Ed25519Verify(make([]byte, 64), nil, public)
		}
		if len(stored) > 6 && stored[3:6] > "001" {
			return // right, but slow
		}
		_, _ = mysql.SHA2CheckStored(stored, []byte("x"))
	})
}
