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
	query, _ := mysql.AppendPacket(nil, 0, []byte("\x03SELECT c FROM sbtest1 WHERE id=5"))
	var answer []byte
	answer, _ = mysql.ResultSet{Columns: []mysql.ColumnDef{mysql.TextColumn("c")}, Rows: []mysql.Row{mysql.NewRow("value")}}.Append(
		nil, 1, mysql.CapDeprecateEOF|mysql.CapSessionTrack|mysql.CapProtocol41, mysql.OK{Status: mysql.StatusAutocommit})
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
	back := make([]byte, len(answer))
	once := func(nc net.Conn) {
		if _, err := nc.Write(query); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(nc, back); err != nil {
			t.Fatal(err)
		}
	}
	for range 100 {
		once(c.Conn)
	}
	before := tr.replica.Requests()
	whole := looptest.Allocs(500, func() { once(c.Conn) })
	// The scripted server on the other side allocates for each request (it keeps them); what it takes by itself is measured without a proxy.
	direct, err := mysqltest.Dial(t.Context(), tr.hosts["replica"], mysqltest.Options{User: "app", Password: "secret",
		Capabilities: mysqltest.ClientCapabilities | mysql.CapDeprecateEOF | mysql.CapSessionTrack})
	if err != nil {
		t.Fatal(err)
	}
	defer direct.Close()
	for range 100 {
		once(direct.Conn)
	}
	alone := looptest.Allocs(500, func() { once(direct.Conn) })
	if whole > alone+0.5 {
		t.Errorf("%.1f allocations per statement with the proxy, %.1f without: the proxy takes %.1f", whole, alone, whole-alone)
	}
	if len(before) == 0 {
		t.Error("the statements did not come to the replica")
	}
}
