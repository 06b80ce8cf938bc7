package admin_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"shunt/admin"
	"shunt/admin/admintest"
	"shunt/proxy"
	"shunt/topology"
)

var update = flag.Bool("update", false, "rewrite the expected outputs")

// operation prints one operation's rows for people and as JSON.
func operation[T any](t *testing.T, rows []T, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := admin.TableOf(rows).Write(&b); err != nil {
		t.Fatal(err)
	}
	b.WriteByte('\n')
	writeJSON(t, &b, rows)
	return b.String()
}

func writeJSON(t *testing.T, w io.Writer, v any) {
	t.Helper()
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		t.Fatal(err)
	}
}

// TestOperations has every operation's rows, as a table and as JSON, in testdata.
func TestOperations(t *testing.T) {
	house, _ := admintest.House()
	s := admin.New(house)
	stats, statsErr := s.Stats()
	proxies, proxiesErr := s.Proxies()
	changes, changesErr := s.ReloadConfig(t.Context(), admin.Actor{})
	for name, got := range map[string]string{
		"clusters":  operation(t, s.Clusters(), nil),
		"servers":   operation(t, s.Servers(), nil),
		"pools":     operation(t, s.Pools(), nil),
		"clients":   operation(t, s.Clients(), nil),
		"pins":      operation(t, s.Pins(), nil),
		"stale":     operation(t, s.Stale(), nil),
		"stats":     operation(t, stats, statsErr),
		"databases": operation(t, s.Databases(), nil),
		"config":    operation(t, s.Config(), nil),
		"proxies":   operation(t, proxies, proxiesErr),
		"store":     operation(t, s.Store(), nil),
		"reload":    operation(t, changes, changesErr),
		"modules":   operation(t, s.Modules(), nil),
	} {
		golden(t, name, got)
	}
}

func TestExplainRoute(t *testing.T) {
	house, _ := admintest.House()
	s := admin.New(house)
	var b bytes.Buffer
	for _, c := range []struct{ database, sql string }{
		{"shop", "SELECT * FROM orders WHERE id = 1"},
		{"shop", "INSERT INTO orders VALUES (1)"},
		{"", "SELECT now_and_then(1) FROM shop.orders, shop.users"},
		{"stats", "UPDATE hits SET n = n + 1"},
		{"blog", "SELECT * FROM posts"},
		{"", "SELECT CONNECTION_ID()"},
	} {
		route, err := s.ExplainRoute("", c.database, c.sql)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString("-- " + c.database + ": " + c.sql + "\n")
		if err := admin.WriteRecord(&b, route); err != nil {
			t.Fatal(err)
		}
		writeJSON(t, &b, route)
		b.WriteByte('\n')
	}
	golden(t, "explain", b.String())
}

func TestExplainNothing(t *testing.T) {
	house, _ := admintest.House()
	if _, err := admin.New(house).ExplainRoute("", "shop", "  "); !errors.Is(err, admin.ErrNoStatement) {
		t.Errorf("explaining nothing gave %v", err)
	}
}

func TestStatus(t *testing.T) {
	house, _ := admintest.House()
	status, err := admin.New(house).Status()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := status.Write(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "status", b.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; go test -update accepts it):\n%s", file, diff)
	}
}

func TestReady(t *testing.T) {
	nobody := admintest.Snapshot()
	for _, h := range nobody.Clusters["paris"].Hosts {
		h.State = topology.Down
	}
	for _, c := range []struct {
		name   string
		change func(h *admin.House)
		want   string
	}{
		{"all is well", func(*admin.House) {}, ""},
		{"it ends", func(h *admin.House) { h.Draining = func() bool { return true } }, "draining"},
		{"it begins", func(h *admin.House) { h.Ready = func() bool { return false } }, "starting"},
		{"all servers are down", func(h *admin.House) { h.Snapshot = func() *topology.Snapshot { return nobody } }, "no server answers"},
	} {
		house, _ := admintest.House()
		c.change(&house)
		ok, why := admin.New(house).Ready()
		if why != c.want || ok != (c.want == "") {
			t.Errorf("%s: ready %v, %q; want %q", c.name, ok, why, c.want)
		}
	}
}

// TestAudit: whatever changes something leaves one line that says who, what and how it ended.
func TestAudit(t *testing.T) {
	house, orders := admintest.House()
	var log bytes.Buffer
	house.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
	s := admin.New(house)
	who := admin.Actor{Face: "console", User: "admin", Address: "10.0.0.1:5000"}
	if err := s.Kill(t.Context(), who, 12, true); err != nil {
		t.Error(err)
	}
	if err := s.Kill(t.Context(), who, 99, false); !errors.Is(err, admin.ErrUnknownClient) {
		t.Errorf("killing nobody gave %v", err)
	}
	if err := s.Kill(t.Context(), who, 1<<32+12, false); !errors.Is(err, admin.ErrUnknownClient) {
		t.Errorf("an id that is too large gave %v", err)
	}
	if _, err := s.ReloadConfig(t.Context(), who); err != nil {
		t.Error(err)
	}
	orders.RefuseReload(errors.New("config.yaml:3: no"))
	if _, err := s.ReloadConfig(t.Context(), who); err == nil {
		t.Error("a refused reload gave no error")
	}
	weight := 7
	for _, order := range []admin.ServerOrder{
		{Verb: admin.DrainServer, Server: "db2:3306"}, {Verb: admin.WeighServer, Server: "db2:3306", Weight: &weight},
		{Verb: admin.AddServer, Server: "db9:3306", Cluster: "paris"}, {Verb: admin.RemoveServer, Server: "db2:3306", Force: true},
	} {
		if _, err := s.OrderServer(t.Context(), who, order); err != nil {
			t.Errorf("%s: %v", order.Verb, err)
		}
	}
	if _, err := s.OrderServer(t.Context(), who, admin.ServerOrder{Verb: admin.DrainServer, Server: "db1:3306"}); !errors.Is(err, admin.ErrServerOrder) {
		t.Errorf("draining a primary gave %v", err)
	}
	golden(t, "audit", log.String())
	if diff := cmp.Diff([]admintest.Kill{{ID: 12, Query: true}}, orders.Killed()); diff != "" {
		t.Errorf("killed (-want +got):\n%s", diff)
	}
}

func withoutTime(groups []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey && len(groups) == 0 {
		return slog.Attr{}
	}
	return a
}

// TestStatsCountWhatProxyCounts: the counter that SHOW STATS reads is the one that proxy has.
func TestStatsCountWhatProxyCounts(t *testing.T) {
	server, err := proxy.New(proxy.Defaults(), proxy.Deps{})
	if err != nil {
		t.Fatal(err)
	}
	descriptions := make(chan *prometheus.Desc, 100)
	for _, c := range server.Collectors() {
		c.Describe(descriptions)
	}
	close(descriptions)
	for d := range descriptions {
		if strings.Contains(d.String(), `"shunt_statements_total"`) && strings.Contains(d.String(), "variableLabels: {kind,role,server,outcome}") {
			return
		}
	}
	t.Error("proxy has no counter shunt_statements_total with the labels kind, role, server, outcome")
}

func TestStatsFail(t *testing.T) {
	house, _ := admintest.House()
	broken := errors.New("two collectors disagree")
	registry := prometheus.NewRegistry()
	registry.MustRegister(failing{broken})
	house.Metrics = registry
	if _, err := admin.New(house).Status(); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
}

// TestEveryColumnIsExplained: docs and OpenAPI take their sentences from the fields.
func TestEveryColumnIsExplained(t *testing.T) {
	for name, columns := range map[string][]admin.Column{
		"clusters": admin.Columns[admin.ClusterRow](), "servers": admin.Columns[admin.ServerRow](), "pools": admin.Columns[admin.PoolRow](),
		"clients": admin.Columns[admin.ClientRow](), "pins": admin.Columns[admin.PinRow](), "stale": admin.Columns[admin.StaleRow](), "stats": admin.Columns[admin.StatRow](),
		"databases": admin.Columns[admin.DatabaseRow](), "config": admin.Columns[admin.ConfigRow](),
		"proxies": admin.Columns[admin.ProxyRow](), "reload": admin.Columns[admin.ChangeRow](), "explain": admin.Columns[admin.Route](),
	} {
		for _, c := range columns {
			if c.About == "" || strings.ToLower(c.Name) != c.Name || strings.Contains(c.Name, ",") {
				t.Errorf("%s: column %q needs a lower case name and a sentence", name, c.Name)
			}
		}
	}
}

// failing is a collector whose only metric cannot be had.
type failing struct{ err error }

func (failing) Describe(chan<- *prometheus.Desc) {}

func (f failing) Collect(ch chan<- prometheus.Metric) {
	ch <- prometheus.NewInvalidMetric(prometheus.NewDesc("broken", "It is.", nil, nil), f.err)
}
