package main

import (
	"bufio"
	"errors"
	"net"
	"testing"

	"shunt/mysql"
)

// talk gives a client whose server answers each command with the given bytes.
func talk(t *testing.T, reply []byte) *client {
	t.Helper()
	ours, theirs := net.Pipe()
	t.Cleanup(func() { _, _ = ours.Close(), theirs.Close() })
	go func() {
		room := make([]byte, 1024)
		for {
			if _, err := theirs.Read(room); err != nil {
				return
			}
			if _, err := theirs.Write(reply); err != nil {
				return
			}
		}
	}()
	return &client{conn: ours, in: bufio.NewReaderSize(ours, 64), caps: clientCapabilities}
}

func TestAnAnswerIsCounted(t *testing.T) {
	result := mysql.ResultSet{Columns: []mysql.ColumnDef{mysql.TextColumn("k")}, Rows: []mysql.Row{mysql.NewRow("17"), mysql.NewRow("18")}}
	reply, _ := result.Append(nil, 1, clientCapabilities, mysql.OK{})
	c := talk(t, reply)
	for range 2 { // nothing is left over that a second answer would begin with
		a, err := c.query([]byte("SELECT k FROM t"))
		if err != nil || a.rows != 2 || a.bytes != len(reply) || string(a.first) != "\x0217" {
			t.Fatalf("%+v of %d bytes: %v", a, len(reply), err)
		}
	}
}

func TestARefusalIsAnError(t *testing.T) {
	reply, _ := mysql.AppendPacket(nil, 1, mysql.QueryInterrupted().Append(nil, clientCapabilities))
	c := talk(t, reply)
	var refused *mysql.Error
	if _, err := c.query([]byte("SELECT 1")); !errors.As(err, &refused) || refused.Number != 1317 {
		t.Errorf("%v", err)
	}
}
