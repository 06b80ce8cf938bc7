package mysql_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shunt/mysql"
)

// tracked writes a block's reports as text, one to a line.
func tracked(block []byte) (string, error) {
	var lines []string
	for t, err := range mysql.Tracks(block) {
		if err != nil {
			return strings.Join(lines, "\n"), err
		}
		lines = append(lines, fmt.Sprintf("%d %s=%s", t.Kind, t.Name, t.Value))
	}
	return strings.Join(lines, "\n"), nil
}

func TestTrackersOfMariaDB(t *testing.T) {
	for _, c := range []struct{ statement, block, want string }{
		{"COMMIT", "0010096c6173745f6774696405302d312d360509085f5f5f5f5f5f5f5f040100", "0 last_gtid=0-1-6\n5 =________\n4 ="},
		{"USE mysql", "0106056d7973716c020131", "1 =mysql\n2 =1"},
		{
			"SET autocommit=0, character_set_client=latin1",
			"001c146368617261637465725f7365745f636c69656e74066c6174696e31000f0a6175746f636f6d6d6974034f4646020131",
			"0 character_set_client=latin1\n0 autocommit=OFF\n2 =1",
		},
	} {
		t.Run(c.statement, func(t *testing.T) {
			got, err := tracked(unhex(t, c.block))
			if err != nil || got != c.want {
				t.Errorf("got %q, %v, want %q", got, err, c.want)
			}
		})
	}
}

func TestOneEntryMayHoldSeveralSystemVariables(t *testing.T) {
	inner := mysql.AppendLenencString(mysql.AppendLenencString(nil, "a"), "1")
	inner = mysql.AppendLenencString(mysql.AppendLenencString(inner, "b"), "2")
	got, err := tracked(mysql.AppendLenencString([]byte{0}, inner))
	if want := "0 a=1\n0 b=2"; err != nil || got != want {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestTrackersAreReadAsTheyWereWritten(t *testing.T) {
	long := strings.Repeat("x", 70000)
	block := mysql.AppendTrackVariable(nil, "time_zone", long)
	block = mysql.AppendTrack(block, mysql.TrackSchema, "shop")
	block = mysql.AppendTrack(block, mysql.TrackStateChange, "1")
	block = mysql.AppendTrack(block, mysql.TrackGTIDs, "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5")
	block = mysql.AppendTrack(block, mysql.TrackCharacteristics, "")
	block = mysql.AppendTrack(block, mysql.TrackTransactionState, "T_R_____")
	block = mysql.AppendTrack(block, 99, "later")
	got, err := tracked(block)
	want := "0 time_zone=" + long + "\n1 =shop\n2 =1\n3 =3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5\n4 =\n5 =T_R_____\n99 =later"
	if err != nil || got != want {
		t.Errorf("%v\n%s", err, cmp.Diff(want, got))
	}
}

func TestMalformedTrackersEndWithAnError(t *testing.T) {
	for _, c := range []struct{ name, block, before string }{
		{"no length", "00", ""},
		{"entry longer than the block", "02 02 31", ""},
		{"after a good one", "020131 01", "2 =1"},
		{"variable without a value", "00 02 0161", ""},
		{"second variable without a value", "00 06 0161 0131 0162", "0 a=1"},
		{"schema longer than its entry", "01 02 0561", ""},
		{"bytes behind the schema", "01 03 0161 00", ""},
		{"GTIDs in an unknown encoding", "03 03 01 0161", ""},
		{"huge length", "00 feffffffffffffffff", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := tracked(unhex(t, c.block))
			if !errors.Is(err, mysql.ErrMalformedPacket) || got != c.before {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestReadingTrackersCanStop(t *testing.T) {
	block := mysql.AppendTrack(mysql.AppendTrack(nil, mysql.TrackSchema, "a"), mysql.TrackSchema, "b")
	count := 0
	for range mysql.Tracks(block) {
		count++
		break
	}
	if count != 1 {
		t.Errorf("read %d", count)
	}
}

func TestReadingTrackersAllocatesNothing(t *testing.T) {
	block := unhex(t, "0010096c6173745f6774696405302d312d360509085f5f5f5f5f5f5f5f0401000106056d7973716c020131")
	total := 0
	if allocs := testing.AllocsPerRun(100, func() {
		for track, err := range mysql.Tracks(block) {
			if err != nil {
				t.Fatal(err)
			}
			total += len(track.Value)
		}
	}); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
	if total == 0 {
		t.Error("nothing was read")
	}
}

func TestTransactionState(t *testing.T) {
	for letters, want := range map[string]mysql.TransactionState{
		"________": {},
		"T_______": {Explicit: true},
		"I___W___": {Implicit: true, Wrote: true},
		"TrRwWsSL": {
			Explicit: true, ReadUnsafe: true, Read: true, WroteUnsafe: true, Wrote: true, UnsafeStatement: true, SentResult: true,
			HoldsTables: true,
		},
	} {
		got, ok := mysql.ParseTransactionState([]byte(letters))
		if !ok || got != want {
			t.Errorf("%s: %+v, %v", letters, got, ok)
		}
		if got.Open() != (letters[0] != '_') {
			t.Errorf("%s: open is %v", letters, got.Open())
		}
	}
	for _, letters := range []string{"", "T______", "T________", "X_______", "_I______", "R_______"} {
		if got, ok := mysql.ParseTransactionState([]byte(letters)); ok {
			t.Errorf("%q is %+v", letters, got)
		}
	}
}
