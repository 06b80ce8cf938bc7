package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// TestDifferential sends the same stream of statements direct to the primary and through shunt, and compares every byte of every answer: rows,
// column definitions, affected rows, insert ids, warnings, status flags, errors. It does so with the protocol flags of today's
// and of older clients, in the text and in the binary protocol.
func TestDifferential(t *testing.T) {
	c := cluster.Shared(t)
	p := startShunt(t, c, "")
	statements := corpus(t)
	modern := mysqltest.ClientCapabilities | mysql.CapDeprecateEOF | mysql.CapSessionTrack | mysql.CapPSMultiResults | mysql.CapMultiResults
	old := mysqltest.ClientCapabilities&^(mysql.CapDeprecateEOF|mysql.CapSessionTrack) | mysql.CapPSMultiResults | mysql.CapMultiResults
	for _, mode := range []struct {
		name string
		caps mysql.Capability
		run  func(*mysqltest.Client, string) ([][]byte, error)
	}{
		{"text, old protocol", old, runText},
		{"text, modern protocol", modern, runText},
		{"text, found rows", modern | mysql.CapFoundRows, runText},
		{"prepared, old protocol", old, runPrepared},
		{"prepared, modern protocol", modern, runPrepared},
	} {
		t.Run(mode.name, func(t *testing.T) {
			direct := record(t, c, c.Datacenters[0].Primary.Address, mode.caps, statements, mode.run)
			through := record(t, c, p.Address, mode.caps, statements, mode.run)
			different := 0
			for i, st := range statements {
				if d := difference(direct[i], through[i]); d != "" {
					different++
					t.Errorf("%s\n%s", st, d)
				}
			}
			t.Logf("%d statements, %d answers differ", len(statements), different)
		})
	}
}

func corpus(t *testing.T) []string {
	text, err := os.ReadFile("testdata/differential.sql")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, line := range strings.Split(string(text), "\n") {
		if line != "" && !strings.HasPrefix(line, "-- ") {
			out = append(out, line)
		}
	}
	if len(out) < 250 {
		t.Fatalf("only %d statements", len(out))
	}
	return out
}

// answer is what came back to one statement: all packets, or why there are none.
type answer struct {
	packets [][]byte
	err     error
}

// record runs the stream in a fresh database, which has the same name each time.
func record(t *testing.T, c *cluster.Cluster, address string, caps mysql.Capability, statements []string, run func(*mysqltest.Client, string) ([][]byte, error)) []answer {
	t.Helper()
	primary := c.Datacenters[0].Primary
	for _, sql := range []string{"DROP DATABASE IF EXISTS shop_diff", "CREATE DATABASE shop_diff"} {
		if err := primary.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	c.CatchUp(t)
	client := raw(t, address, mysqltest.Options{User: c.Accounts.Shop.User, Password: c.Accounts.Shop.Password, Database: "shop_diff", Capabilities: caps})
	defer client.Close()
	var out []answer
	for _, st := range statements {
		packets, err := run(client, st)
		out = append(out, answer{packets, err})
		if err != nil {
			t.Fatalf("%s: %v", st, err)
		}
	}
	return out
}

func runText(c *mysqltest.Client, sql string) ([][]byte, error) {
	a, err := c.Do(mysql.ComQuery, []byte(sql))
	return a.Packets, ignoreRefusal(err)
}

// runPrepared prepares, executes twice and closes. Statement ids are each side's own and are taken out.
func runPrepared(c *mysqltest.Client, sql string) ([][]byte, error) {
	a, err := c.Do(mysql.ComStmtPrepare, []byte(sql))
	if ignoreRefusal(err) != nil {
		return nil, err
	}
	all := a.Packets
	if a.Prepared == nil {
		return all, nil
	}
	copy(all[0][1:5], "\x00\x00\x00\x00")
	execute := binary.LittleEndian.AppendUint32(nil, a.Prepared.ID)
	execute = append(execute, 0, 1, 0, 0, 0)
	if n := len(a.Prepared.Params); n > 0 {
		nulls := bytes.Repeat([]byte{0xff}, (n+7)/8)
		execute = append(append(execute, nulls...), 1)
		execute = append(execute, bytes.Repeat([]byte{byte(mysql.TypeNull), 0}, n)...)
	}
	for range 2 {
		b, err := c.Do(mysql.ComStmtExecute, execute)
		if ignoreRefusal(err) != nil {
			return nil, err
		}
		all = append(all, b.Packets...)
	}
	return all, c.Send(mysql.ComStmtClose, execute[:4])
}

// ignoreRefusal: a server's refusal is an answer like any other.
func ignoreRefusal(err error) error {
	if _, ok := err.(*mysql.Error); ok {
		return nil
	}
	return err
}

// sameButForOrder compares OK packets whose session trackers come in another order: a server takes them out of a hash table whose order
// depends on what else is tracked, and shunt tracks everything.
func sameButForOrder(a, b []byte) bool {
	split := func(p []byte) (string, []string) {
		ok, err := mysql.ParseOK(p, mysql.CapSessionTrack)
		if err != nil || len(ok.Track) == 0 {
			return string(p), nil
		}
		var tracks []string
		for e, err := range mysql.Tracks(ok.Track) {
			if err != nil {
				return string(p), nil
			}
			tracks = append(tracks, fmt.Sprintf("%d %s=%s", e.Kind, e.Name, e.Value))
		}
		slices.Sort(tracks)
		ok.Track = nil
		return fmt.Sprintf("%+v", ok), tracks
	}
	headA, tracksA := split(a)
	headB, tracksB := split(b)
	return headA == headB && slices.Equal(tracksA, tracksB)
}

// difference tells the first packet that is not the same; "" if all are.
func difference(direct, through answer) string {
	for i := range max(len(direct.packets), len(through.packets)) {
		switch {
		case i >= len(direct.packets):
			return fmt.Sprintf("  through shunt there is one packet more: %q", through.packets[i])
		case i >= len(through.packets):
			return fmt.Sprintf("  through shunt packet %d is missing: %q", i, direct.packets[i])
		case !bytes.Equal(direct.packets[i], through.packets[i]) && !sameButForOrder(direct.packets[i], through.packets[i]):
			return fmt.Sprintf("  packet %d of %d\n    direct  %q\n    through %q", i, len(direct.packets), direct.packets[i], through.packets[i])
		}
	}
	return ""
}
