//go:build !race

package proxy_test

import (
	"io"
	"net"
	"testing"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/netloop/looptest"
)

// TestAPointSelectAllocatesNothing: in steady state, the way of a query from client to server and back takes nothing from the heap. (Not under the
// race detector, which makes pools forget.)
func TestAPointSelectAllocatesNothing(t *testing.T) {
	answer, _ := mysql.ResultSet{Columns: []mysql.ColumnDef{mysql.TextColumn("c")}, Rows: []mysql.Row{mysql.NewRow("value")}}.Append(
		nil, 1, mysql.CapDeprecateEOF|mysql.CapSessionTrack|mysql.CapProtocol41, mysql.OK{Status: mysql.StatusAutocommit})
	allocates(t, "SELECT c FROM sbtest1 WHERE id=5", answer, len(answer), 0)
}

// TestAWriteAllocatesLittle: one that is committed by itself takes the GTID of its commit, and what remembers it.
func TestAWriteAllocatesLittle(t *testing.T) {
	const caps = mysql.CapProtocol41 | mysql.CapSessionTrack
	plain := mysql.OK{Affected: 1, Status: mysql.StatusAutocommit}
	tracked := plain
	tracked.Status |= mysql.StatusSessionStateChanged
	tracked.Track = mysql.Track{Kind: mysql.TrackSystemVariable, Name: []byte("last_gtid"), Value: []byte("0-1-4711")}.Append(nil)
	for _, c := range []struct {
		ok   mysql.OK
		most float64
	}{{plain, 0}, {tracked, 2}} {
		answer, _ := mysql.AppendPacket(nil, 1, c.ok.Append(nil, mysql.HeaderOK, caps))
		heard, _ := mysql.AppendPacket(nil, 1, plain.Append(nil, mysql.HeaderOK, caps)) // the client has not asked for it
		allocates(t, "UPDATE shop.sbtest1 SET k=k+1 WHERE id=5", answer, len(heard), c.most)
	}
}

// allocates fails if a statement takes more than that from the heap. The client hears so many bytes of the server's answer.
func allocates(t *testing.T, sql string, answer []byte, heard int, most float64) {
	t.Helper()
	query, _ := mysql.AppendPacket(nil, 0, append([]byte{byte(mysql.ComQuery)}, sql...))
	reply := func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		if cmd == mysql.ComQuery && len(payload) == len(query)-5 {
			w.Raw(answer)
			return
		}
		answering("server")(cmd, payload, w)
	}
	tr := newTriangle(t, setup{primary: &mysqltest.Server{Handler: reply}, replica: &mysqltest.Server{Handler: reply}})
	c, err := mysqltest.Dial(t.Context(), tr.addr, mysqltest.Options{User: "app", Password: "secret",
		Capabilities: mysqltest.ClientCapabilities | mysql.CapDeprecateEOF | mysql.CapSessionTrack})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	once := func(nc net.Conn, back []byte) {
		if _, err := nc.Write(query); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(nc, back); err != nil {
			t.Fatal(err)
		}
	}
	back := make([]byte, heard)
	for range 100 {
		once(c.Conn, back)
	}
	whole := looptest.Allocs(500, func() { once(c.Conn, back) })
	// The scripted server on the other side allocates for each request (it keeps them); what it takes by itself is measured without a proxy.
	direct, err := mysqltest.Dial(t.Context(), tr.hosts["replica"], mysqltest.Options{User: "app", Password: "secret",
		Capabilities: mysqltest.ClientCapabilities | mysql.CapDeprecateEOF | mysql.CapSessionTrack})
	if err != nil {
		t.Fatal(err)
	}
	defer direct.Close()
	back = make([]byte, len(answer))
	for range 100 {
		once(direct.Conn, back)
	}
	alone := looptest.Allocs(500, func() { once(direct.Conn, back) })
	if whole > alone+most+0.5 {
		t.Errorf("%.1f allocations per statement with the proxy, %.1f without: the proxy takes %.1f", whole, alone, whole-alone)
	}
}
