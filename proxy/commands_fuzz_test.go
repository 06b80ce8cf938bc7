package proxy_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
)

// FuzzCommands has a client that is logged in send any commands. script holds them one after the other, each behind a byte that is its length. The proxy
// meets no fault of its own, sends servers only what they know, and lets go of the client once that says no more; another client is answered as ever.
func FuzzCommands(f *testing.F) {
	prepare, execute := "\x16SELECT ?, ?", "\x17\x01\x00\x00\x00\x00\x01\x00\x00\x00"
	for _, commands := range [][]string{
		{"\x03SELECT 1", "\x0e", "\x01"},
		{prepare, execute + "\x00\x01\x08\x00\xfd\x00\x05\x00\x00\x00\x00\x00\x00\x00\x01x", execute + "\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x01x"},
		{prepare, execute, execute + "\x00", execute + "\x03\x01\x08\x00", "\x17\x01\x00\x00", "\x17\x02\x00\x00\x00\x00\x01\x00\x00\x00"},
		{prepare, execute + "\x02\x00\x01\x08\x00\x01a\xfd\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x01x", execute + "\x02\x03\x00", execute + "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x00\x01"},
		{prepare, "\x18\x01\x00\x00\x00\x01\x00piece", "\x18\x01\x00\x00\x00\xff\xffelsewhere", "\x18\x01", execute + "\x00\x01\x08\x00\xfd\x00\x05\x00\x00\x00\x00\x00\x00\x00", "\x1a\x01\x00\x00\x00"},
		{prepare, "\x17\xff\xff\xff\xff\x00\x01\x00\x00\x00\x03\x01\x06\x00\x06\x00", "\xfa\x01\x00\x00\x00\x80\x00\x08\x00\xfd\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x00\x01x", "\xfa\x01\x00\x00\x00\x00\x00", "\xfa\x01\x00"},
		{"\x16SELECT 1", "\x17\x01\x00\x00\x00\x01\x01\x00\x00\x00", "\x1c\x01\x00\x00\x00\x05\x00\x00\x00", "\x19\x01\x00\x00\x00", "\x1c\x01\x00\x00\x00\x05\x00\x00\x00"},
		{"\x02shop", "\x02", "\x04t\x00%", "\x09", "\x1b\x00\x00", "\x1b", "\x1b\x02\x00", "\x0c\x01\x00\x00\x00", "\x0c", "\x0d", "\x07\x01", "\x08"},
		{"\x1f", "\x11native\x00\x00\x00\x2d\x00mysql_native_password\x00", "\x11", "\x11nobody\x00\x14" + strings.Repeat("x", 20) + "\x00"},
		{"\x03SET @a = 'x'", "\x03BEGIN", "\x03SELECT @a", "\x03ROLLBACK", "\x03SET autocommit = 0", "\x03GET_LOCK('a', 1)", "\x03"},
		{"\x03KILL CONNECTION_ID()", "\x03SELECT 1"}, {"\x03KILL QUERY 1"}, {"\x12\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"}, {"\x15", "\x1e\x00"}, {"\xff", "\x00", "\x05", "\x06", "\x0a", "\x21"},
	} {
		var script []byte
		for _, c := range commands {
			script = append(append(script, byte(len(c))), c...)
		}
		f.Add(script, uint64(mysqltest.ClientCapabilities))
		f.Add(script, uint64(mysqltest.ClientCapabilities|mysql.CapQueryAttributes|mysql.CapBulkOperations|mysql.CapMultiStatements)&^uint64(mysql.CapDeprecateEOF))
	}
	d := openDoor(f, preparing)
	f.Fuzz(func(t *testing.T, script []byte, caps uint64) {
		o := mysqltest.Options{User: "native", Password: "secret", Capabilities: mysql.Capability(caps)&^(mysql.CapSSL|mysql.CapCompress|mysql.CapZstdCompression) | mysql.CapProtocol41 | mysql.CapSecureConnection}
		c, err := mysqltest.Dial(t.Context(), d.addr, o)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := c.Conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		_, _ = c.Conn.Write(train(script)) // it may be cut off at any time
		_ = c.Conn.(interface{ CloseWrite() error }).CloseWrite()
		if _, err := io.Copy(io.Discard, c.Conn); timedOut(err) {
			t.Fatal("the proxy does not let go of a client that says no more")
		}
		if text := d.faults.String(); text != "" {
			d.faults.forget()
			t.Fatalf("the proxy met a fault of its own: %s", text)
		}
		if unknown := d.unknown.Swap(0); unknown > 0 {
			t.Fatalf("%d executions reached a server that has not prepared them", unknown)
		}
		other, err := mysqltest.Dial(t.Context(), d.addr, mysqltest.Options{User: "native", Password: "secret"})
		if err != nil {
			t.Fatalf("another client: %v", err)
		}
		defer other.Close()
		if got, err := other.Value("SELECT 1"); err != nil || got != "server" {
			t.Fatalf("another client gets %q, %v", got, err)
		}
	})
}

// train cuts a script into packets. What is left at its end comes as it is.
func train(script []byte) (packets []byte) {
	for len(script) > 0 && int(script[0]) < len(script) {
		n := int(script[0])
		packets, _ = mysql.AppendPacket(packets, 0, script[1:1+n])
		script = script[1+n:]
	}
	return append(packets, script...)
}

// preparing answers as a server that knows each prepared statement by the number of its placeholders, plus 100, whoever asks: so that an id which
// it has not given shows.
func preparing(d *door) mysqltest.Handler {
	return func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		switch cmd {
		case mysql.ComStmtClose, mysql.ComStmtSendLongData: // these have no answer
			d.knows(payload)
		case mysql.ComStmtPrepare:
			n := byte(bytes.Count(payload, []byte("?")))
			w.Packet([]byte{0, 100 + n, 0, 0, 0, 0, 0, n, 0, 0, 0, 0})
			for range n {
				w.Packet(mysql.TextColumn("?").Append(nil, w.Capabilities()))
			}
			if n > 0 && !w.Capabilities().Has(mysql.CapDeprecateEOF) {
				w.EOF(mysql.OK{})
			}
		case mysql.ComStmtExecute, mysql.ComStmtBulkExecute, mysql.ComStmtReset:
			d.knows(payload)
			w.OK(mysql.OK{})
		case mysql.ComStmtFetch:
			d.knows(payload)
			w.EOF(mysql.OK{})
		case mysql.ComFieldList, mysql.ComBinlogDump, mysql.ComBinlogDumpGTID:
			w.EOF(mysql.OK{})
		default:
			answering("server")(cmd, payload, w)
		}
	}
}

// knows counts a command about a statement that was not prepared.
func (d *door) knows(payload []byte) {
	if len(payload) < 4 || payload[0] < 100 || payload[1] != 0 {
		d.unknown.Add(1)
	}
}
