package hello_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"shunt/backend/hello"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/topology"
)

// server answers what hello asks, and can all but what it lacks.
func server(t *testing.T, version string, lacks mysql.Capability) string {
	s := &mysqltest.Server{Greeting: mysql.Greeting{ServerVersion: version, Capabilities: mysqltest.ServerCapabilities &^ lacks}}
	s.Handler = func(_ mysql.Command, payload []byte, w *mysqltest.Reply) {
		end := mysql.OK{Status: mysql.StatusAutocommit}
		switch sql := string(payload); {
		case len(sql) > 12 && sql[:11] == "SELECT c.ID":
			columns := make([]mysql.ColumnDef, 5)
			for i := range columns {
				columns[i] = mysql.TextColumn("x")
			}
			w.ResultSet(mysql.ResultSet{Columns: columns, Rows: []mysql.Row{
				mysql.NewRow("45", "utf8mb4_general_ci", "utf8mb4", "utf8mb4_general_ci", "4"), mysql.NewRow("46", "utf8mb4_bin", "utf8mb4", "utf8mb4_general_ci", "4"),
			}}, end)
		case sql == "SELECT @@global.max_allowed_packet":
			w.Value("1048576")
		case sql == "SELECT CURRENT_USER()":
			w.Value("shunt@%")
		default:
			w.OK(end)
		}
	}
	return s.Start(t)
}

func TestClientsAreOfferedWhatAllServersCan(t *testing.T) {
	targets := []hello.Target{
		{Address: server(t, "8.0.46", mysql.CapFoundRows), User: "shunt", Password: "x"}, {Address: server(t, "8.0.45", mysql.CapODBC), User: "shunt", Password: "x"},
		{Address: "127.0.0.1:1", User: "shunt"}, // nobody listens there
	}
	s := hello.New(func() []hello.Target { return targets }, slog.New(slog.DiscardHandler))
	if _, _, ok := s.Greeting(); ok {
		t.Error("it knows something before it has asked")
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if _, _, ok := s.Greeting(); ok {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("it learns nothing")
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	g, flavor, _ := s.Greeting()
	if g.ServerVersion != "8.0.46" || flavor != topology.MySQL {
		t.Errorf("greets as %s, %v; want the first server's", g.ServerVersion, flavor)
	}
	if g.Capabilities.Has(mysql.CapFoundRows) || g.Capabilities.Has(mysql.CapODBC) || !g.Capabilities.Has(mysql.CapPluginAuth) {
		t.Errorf("offers %v", g.Capabilities)
	}
	if charset, name, ok := s.Collation(46); !ok || charset != "utf8mb4" || name != "utf8mb4_bin" {
		t.Errorf("collation 46 is %s %s", charset, name)
	}
	if id, width, ok := s.Charset("utf8mb4"); !ok || id != 45 || width != 4 {
		t.Errorf("utf8mb4 is %d, %d bytes", id, width)
	}
	if n := s.MaxPacket(); n != 1<<20 {
		t.Errorf("max_allowed_packet %d", n)
	}
}
