package mysql_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"shunt/mysql"
)

// caps is what a current client has.
const caps = mysql.CapProtocol41 | mysql.CapTransactions | mysql.CapSessionTrack | mysql.CapDeprecateEOF

const (
	okInsert = `00 02 01 0240 0000 26 5265636f7264733a203220204475706c6963617465733a203020205761726e696e67733a2030
		12 00 10 096c6173745f6774696405302d312d35`
	okBegin       = `00 00 00 0340 0000 00 20 05 09 08 545f5f5f5f5f5f5f 04 13 12 5354415254205452414e53414354494f4e3b`
	okRowsEnd     = `fe 00 00 2200 0000`
	okUntracked   = `00 02 01 0200 0000 26 5265636f7264733a203220204475706c6963617465733a203020205761726e696e67733a2030`
	eofRowsEnd    = `fe 0000 2240`
	errUnknown    = `ff 1e04 23 3432533232 556e6b6e6f776e20636f6c756d6e20276e6f70652720696e202753454c45435427`
	errTooMany    = `ff 1004 546f6f206d616e7920636f6e6e656374696f6e73`
	columnVarchar = `03646566 0474657374 0174 0174 0176 0176 0c 2d00 50000000 fd 0000 00 0000`
	columnPoint   = `03646566 0474657374 0174 0174 0170 0170 07 0005706f696e74 0c 3f00 ffffffff ff 9000 00 0000`
)

func parseOK(c mysql.Capability) func([]byte) (mysql.OK, error) {
	return func(p []byte) (mysql.OK, error) { return mysql.ParseOK(p, c) }
}

func appendOK(header byte, c mysql.Capability) func(mysql.OK, []byte) []byte {
	return func(ok mysql.OK, dst []byte) []byte { return ok.Append(dst, header, c) }
}

func TestOKOfAnInsertCarriesTheLastGTID(t *testing.T) {
	golden(t, okInsert, mysql.OK{
		Affected: 2,
		InsertID: 1,
		Status:   mysql.StatusAutocommit | mysql.StatusSessionStateChanged,
		Info:     []byte("Records: 2  Duplicates: 0  Warnings: 0"),
		Track:    mysql.AppendTrackVariable(nil, "last_gtid", "0-1-5"),
	}, parseOK(caps), appendOK(mysql.HeaderOK, caps))
}

func TestOKOfBeginHasTrackersAndNoInfo(t *testing.T) {
	track := mysql.AppendTrack(nil, mysql.TrackTransactionState, "T_______")
	golden(t, okBegin, mysql.OK{
		Status: mysql.StatusInTrans | mysql.StatusAutocommit | mysql.StatusSessionStateChanged,
		Info:   []byte{},
		Track:  mysql.AppendTrack(track, mysql.TrackCharacteristics, "START TRANSACTION;"),
	}, parseOK(caps), appendOK(mysql.HeaderOK, caps))
}

func TestOKThatEndsRowsLeavesOutWhatIsEmpty(t *testing.T) {
	golden(t, okRowsEnd, mysql.OK{Status: mysql.StatusAutocommit | mysql.StatusNoIndex}, parseOK(caps), appendOK(mysql.HeaderEOF, caps))
}

func TestOKWithoutSessionTrackHasItsInfoAfterItsLengthAllTheSame(t *testing.T) {
	untracked := caps &^ mysql.CapSessionTrack
	golden(t, okUntracked, mysql.OK{
		Affected: 2,
		InsertID: 1,
		Status:   mysql.StatusAutocommit,
		Info:     []byte("Records: 2  Duplicates: 0  Warnings: 0"),
	}, parseOK(untracked), appendOK(mysql.HeaderOK, untracked))
}

func TestOKForAClientWithoutSessionTrackHasNoTrackers(t *testing.T) {
	ok := mysql.OK{Status: mysql.StatusAutocommit | mysql.StatusSessionStateChanged, Track: []byte{2, 1, '1'}}
	want := unhex(t, "00 00 00 0200 0000")
	if diff := cmp.Diff(want, ok.Append(nil, mysql.HeaderOK, mysql.CapProtocol41)); diff != "" {
		t.Error(diff)
	}
}

func TestEOF(t *testing.T) {
	type eof struct {
		Warnings uint16
		Status   mysql.Status
	}
	golden(t, eofRowsEnd, eof{0, mysql.StatusAutocommit | mysql.StatusNoIndex | mysql.StatusSessionStateChanged},
		func(p []byte) (e eof, err error) {
			e.Warnings, e.Status, err = mysql.ParseEOF(p)
			return e, err
		},
		func(e eof, dst []byte) []byte { return mysql.AppendEOF(dst, e.Warnings, e.Status) })
}

func parseErr(c mysql.Capability) func([]byte) (*mysql.Error, error) {
	return func(p []byte) (*mysql.Error, error) { return mysql.ParseErr(p, c) }
}

func TestErr(t *testing.T) {
	golden(t, errUnknown, &mysql.Error{Number: 1054, State: "42S22", Message: "Unknown column 'nope' in 'SELECT'"},
		parseErr(caps), func(e *mysql.Error, dst []byte) []byte { return e.Append(dst, caps) })
}

func TestErrInPlaceOfAGreetingHasNoState(t *testing.T) {
	golden(t, errTooMany, &mysql.Error{Number: 1040, State: "HY000", Message: "Too many connections"},
		parseErr(0), func(e *mysql.Error, dst []byte) []byte { return e.Append(dst, 0) })
}

func TestColumnDef(t *testing.T) {
	golden(t, columnVarchar, mysql.ColumnDef{
		Catalog: "def", Schema: "test", Table: "t", OrgTable: "t", Name: "v", OrgName: "v",
		Collation: mysql.CollationUTF8MB4, Length: 80, Type: mysql.TypeVarString,
	}, func(p []byte) (mysql.ColumnDef, error) { return mysql.ParseColumnDef(p, caps) },
		func(c mysql.ColumnDef, dst []byte) []byte { return c.Append(dst, caps) })
}

func TestColumnDefWithMariaDBsExtendedMetadata(t *testing.T) {
	extended := caps | mysql.CapExtendedMetadata
	golden(t, columnPoint, mysql.ColumnDef{
		Catalog: "def", Schema: "test", Table: "t", OrgTable: "t", Name: "p", OrgName: "p", Extended: []byte("\x00\x05point"),
		Collation: mysql.CollationBinary, Length: 1<<32 - 1, Type: mysql.TypeGeometry, Flags: mysql.FlagBlob | mysql.FlagBinary,
	}, func(p []byte) (mysql.ColumnDef, error) { return mysql.ParseColumnDef(p, extended) },
		func(c mysql.ColumnDef, dst []byte) []byte { return c.Append(dst, extended) })
}

func TestOKPacketsAreReadAndWrittenWithoutAllocation(t *testing.T) {
	payload := unhex(t, okInsert)
	dst := make([]byte, 0, 200)
	if allocs := testing.AllocsPerRun(100, func() {
		ok, err := mysql.ParseOK(payload, caps)
		if err != nil {
			t.Fatal(err)
		}
		dst, _ = mysql.ClosePacket(ok.Append(mysql.OpenPacket(dst[:0]), mysql.HeaderOK, caps), 0, 1)
	}); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
	if diff := cmp.Diff(payload, dst[mysql.HeaderLen:]); diff != "" {
		t.Error(diff)
	}
}
