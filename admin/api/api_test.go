package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"shunt/admin"
	"shunt/admin/admintest"
	"shunt/backend"
	"shunt/backend/switchover"
	"shunt/digest"
	"shunt/proxy"
	"shunt/sharding"
	"shunt/sharding/move"
	"shunt/sharding/orders"
	"shunt/store/ledger"
	"shunt/topology"
)

// serve serves the house until the test ends, and gives a client that knows the password.
func serve(t *testing.T) (*Client, *admintest.Orders) {
	t.Helper()
	a, orders := newAPI(t)
	server := httptest.NewServer(a.Handler())
	t.Cleanup(server.Close)
	client, err := NewClient(server.URL+"/", "s3cret")
	if err != nil {
		t.Fatal(err)
	}
	return client, orders
}

// same checks that what the client got is what the operation gives.
func same[T any](t *testing.T, name string, ask func(context.Context) (T, error), want T) {
	t.Helper()
	got, err := ask(t.Context())
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// TestClient: each method of the client gives what the operation gives, nothing lost on the way.
func TestClient(t *testing.T) {
	client, _ := serve(t)
	house, _ := admintest.House()
	s := admin.New(house)
	stats, err := s.Stats()
	if err != nil {
		t.Fatal(err)
	}
	proxies, err := s.Proxies()
	if err != nil {
		t.Fatal(err)
	}
	status, err := s.Status()
	if err != nil {
		t.Fatal(err)
	}
	route, err := s.ExplainRoute("app", "shop", "SELECT * FROM orders WHERE a = 'ü&?'")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "clusters", client.Clusters, s.Clusters())
	same(t, "servers", client.Servers, s.Servers())
	same(t, "pools", client.Pools, s.Pools())
	same(t, "clients", client.Clients, s.Clients())
	same(t, "pins", client.Pins, s.Pins())
	same(t, "stale", client.Stale, s.Stale())
	same(t, "stats", client.Stats, stats)
	same(t, "databases", client.Databases, s.Databases())
	same(t, "config", client.Config, s.Config())
	same(t, "proxies", client.Proxies, proxies)
	same(t, "store", client.Store, s.Store())
	same(t, "status", client.Status, status)
	same(t, "explain", func(ctx context.Context) (admin.Route, error) {
		return client.Explain(ctx, "app", "shop", "SELECT * FROM orders WHERE a = 'ü&?'")
	}, route)
}

func TestChanges(t *testing.T) {
	client, orders := serve(t)
	if err := client.Kill(t.Context(), 12, false); err != nil {
		t.Error(err)
	}
	if err := client.Kill(t.Context(), 14, true); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]admintest.Kill{{ID: 12}, {ID: 14, Query: true}}, orders.Killed()); diff != "" {
		t.Errorf("killed (-want +got):\n%s", diff)
	}
	weight := 5
	ordered := []admin.ServerOrder{
		{Verb: admin.DrainServer, Server: "db2:3306"}, {Verb: admin.EnableServer, Server: "db2:3306"}, {Verb: admin.BackupServer, Server: "db2:3306"},
		{Verb: admin.ResetServer, Server: "db2:3306"}, {Verb: admin.WeighServer, Server: "db2:3306", Weight: &weight},
		{Verb: admin.AddServer, Server: "db9:3306", Cluster: "paris", Weight: &weight}, {Verb: admin.AddServer, Server: "db8:3306", Cluster: "paris"},
		{Verb: admin.RemoveServer, Server: "db2:3306"}, {Verb: admin.RemoveServer, Server: "db2:3306", Force: true},
	}
	for _, o := range ordered {
		if change, err := client.OrderServer(t.Context(), o); err != nil || change.Server != o.Server || change.Cluster != "paris" || change.Before == change.After {
			t.Errorf("%s %s gave %+v, %v", o.Verb, o.Server, change, err)
		}
	}
	if diff := cmp.Diff(ordered, orders.ServerOrders()); diff != "" {
		t.Errorf("ordered (-want +got):\n%s", diff)
	}
	changes, err := client.Reload(t.Context())
	if err != nil || len(changes) != 2 || changes[0].Setting != "log.level" {
		t.Errorf("reload gave %v, %v", changes, err)
	}
}

// TestRefusals: what goes wrong comes as an error with the right status and a text.
func TestRefusals(t *testing.T) {
	client, orders := serve(t)
	orders.RefuseReload(errors.New("config.yaml:3: limits.cleints is not known"))
	stranger, err := NewClient(client.base, "guess")
	if err != nil {
		t.Fatal(err)
	}
	nobody, err := NewClient(client.base, "")
	if err != nil {
		t.Fatal(err)
	}
	_, reload := client.Reload(t.Context())
	_, primary := client.OrderServer(t.Context(), admin.ServerOrder{Verb: admin.DrainServer, Server: "db1:3306"})
	_, nowhere := client.OrderServer(t.Context(), admin.ServerOrder{Verb: admin.DrainServer, Server: "db7:3306"})
	_, paint := client.OrderServer(t.Context(), admin.ServerOrder{Verb: "paint", Server: "db2:3306"})
	_, explain := client.Explain(t.Context(), "", "shop", "")
	_, wrong := stranger.Pins(t.Context())
	_, none := nobody.Pins(t.Context())
	_, unknown := get[any](t.Context(), client, "zebras")
	_, method := ask[any](t.Context(), client, http.MethodPost, prefix+"clients", nil)
	_, body := ask[any](t.Context(), client, http.MethodPost, prefix+"kill", []byte(`{"di": 12}`))
	_, large := ask[any](t.Context(), client, http.MethodPost, prefix+"kill", []byte(`{"id": "`+strings.Repeat("9", maxBody)+`"}`))
	for _, c := range []struct {
		name   string
		err    error
		status int
		text   string
	}{
		{"a file with faults", reload, 422, "config.yaml:3: limits.cleints is not known"},
		{"nobody to kill", client.Kill(t.Context(), 99, false), 404, "SHOW CLIENTS"},
		{"a primary is drained", primary, 409, "is the primary of cluster paris"},
		{"a server that nobody knows", nowhere, 404, "SHOW SERVERS"},
		{"an order that does not exist", paint, 404, "openapi.yaml"},
		{"nothing to explain", explain, 400, "no statement"},
		{"wrong password", wrong, 401, "password"},
		{"no password", none, 401, "password"},
		{"unknown path", unknown, 404, "openapi.yaml"},
		{"wrong method", method, 405, "takes GET"},
		{"unknown name in the body", body, 400, `"di"`},
		{"too large a body", large, 400, "too large"},
	} {
		var refusal *Error
		if !errors.As(c.err, &refusal) || refusal.Status != c.status || !strings.Contains(refusal.Message, c.text) {
			t.Errorf("%s: got %v; want status %d and a text with %q", c.name, c.err, c.status, c.text)
		}
	}
}

// TestEverythingButHealthNeedsThePassword asks every route without one.
func TestEverythingButHealthNeedsThePassword(t *testing.T) {
	a, orders := newAPI(t)
	open := []string{}
	for _, r := range a.routes() {
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, httptest.NewRequest(r.method, r.path, strings.NewReader(`{"id": 12}`)))
		if w.Code == http.StatusUnauthorized {
			continue
		}
		open = append(open, r.path)
	}
	if diff := cmp.Diff([]string{"/healthz", "/readyz", "/metrics"}, open); diff != "" {
		t.Errorf("open to everybody (-want +got):\n%s", diff)
	}
	if killed := orders.Killed(); len(killed) > 0 {
		t.Errorf("without the password %v were killed", killed)
	}
}

func TestNobodyWithoutPassword(t *testing.T) {
	house, _ := admintest.House()
	a := New(Config{}, admin.New(house), slog.New(slog.NewTextHandler(io.Discard, nil)))
	for _, guess := range []string{"", "admin"} {
		r := httptest.NewRequest("GET", "/api/v1/clients", nil)
		r.SetBasicAuth(User, guess)
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, r)
		if w.Code != http.StatusUnauthorized {
			t.Errorf("password %q got %d, want 401 while none is configured", guess, w.Code)
		}
	}
}

// TestOtherSites: a page of another site cannot use the password that a browser knows.
func TestOtherSites(t *testing.T) {
	a, orders := newAPI(t)
	r := httptest.NewRequest("POST", "/api/v1/kill", strings.NewReader(`{"id": 12}`))
	r.SetBasicAuth(User, "s3cret")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	a.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusForbidden || len(orders.Killed()) > 0 {
		t.Errorf("got %d, killed %v; want 403 and nobody", w.Code, orders.Killed())
	}
}

func TestTexts(t *testing.T) {
	draining, _ := admintest.House()
	draining.Draining = func() bool { return true }
	house, _ := admintest.House()
	for _, c := range []struct {
		house  admin.House
		path   string
		status int
		text   string
	}{
		{house, "/healthz", 200, "alive"},
		{house, "/readyz", 200, "ready"},
		{draining, "/healthz", 200, "alive"},
		{draining, "/readyz", 503, "draining"},
		{house, "/metrics", 200, `shunt_statements_total{kind="insert",outcome="ok",role="primary",server="db1:3306"} 41`},
		{house, "/api/v1/openapi.yaml", 200, "openapi: 3.1.0"},
		{house, "/debug/pprof/", 200, "goroutine"},
		{house, "/debug/pprof/heap?debug=1", 200, "heap profile"},
	} {
		a := New(Config{Password: "s3cret"}, admin.New(c.house), slog.New(slog.NewTextHandler(io.Discard, nil)))
		r := httptest.NewRequest("GET", c.path, nil)
		r.SetBasicAuth(User, "s3cret")
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, r)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.text) {
			t.Errorf("%s: got %d %.200q; want %d with %q", c.path, w.Code, w.Body.String(), c.status, c.text)
		}
	}
}

// TestEmptyLists: a list without rows is an empty list in JSON, never null.
func TestEmptyLists(t *testing.T) {
	house, _ := admintest.House()
	house.Clients = func() []proxy.ClientInfo { return nil }
	house.Stale = func() []proxy.StaleClients { return nil }
	house.Pools = func() []backend.Stats { return nil }
	house.Snapshot = func() *topology.Snapshot { return &topology.Snapshot{} }
	house.Map = func() *sharding.Map { return sharding.NewMap(1, sharding.Config{}, nil) }
	house.OrderMap = func(context.Context, ledger.Who, orders.Order) (orders.Report, error) { return orders.Report{}, nil }
	house.Changes = func(context.Context) ([]ledger.Change, error) { return nil, nil }
	house.Digests = func() digest.Report { return digest.Report{} }
	house.Config = func() []admin.ConfigRow { return nil }
	house.Reload = func(context.Context) ([]admin.ChangeRow, error) { return nil, nil }
	house.Switchover = func(context.Context, switchover.Order) (switchover.Report, error) { return switchover.Report{}, nil }
	house.Moves = none{}
	house.Metrics = prometheus.NewRegistry()
	a := New(Config{Password: "s3cret"}, admin.New(house), slog.New(slog.NewTextHandler(io.Discard, nil)))
	lists := 0
	for _, route := range a.routes() {
		if reflect.ValueOf(route.answer).Kind() != reflect.Slice || strings.HasSuffix(route.path, "proxies") || strings.HasSuffix(route.path, "store") ||
			strings.HasSuffix(route.path, "lint") || strings.Contains(route.path, "pauses/") || strings.HasSuffix(route.path, "forget") || strings.Contains(route.path, "moves/") { // which have a row in any case
			continue
		}
		lists++
		var body bytes.Buffer
		if route.body != nil {
			writeBody(t, &body, route.body)
		}
		r := httptest.NewRequest(route.method, route.path, &body)
		r.SetBasicAuth(User, "s3cret")
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, r)
		if got := strings.TrimSpace(w.Body.String()); got != "[]" {
			t.Errorf("%s: %s, want []", route.path, got)
		}
	}
	if lists == 0 {
		t.Error("no route answers with a list")
	}
}

// none is a house without moves.
type none struct{ admin.Moves }

func (none) List(context.Context) ([]move.Status, error) { return nil, nil }

func writeBody(t *testing.T, into *bytes.Buffer, body any) {
	t.Helper()
	if err := json.NewEncoder(into).Encode(body); err != nil {
		t.Fatal(err)
	}
}

func TestRun(t *testing.T) {
	a, _ := newAPI(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	<-a.Listening()
	client, err := NewClient(a.Addr().String(), "s3cret")
	if err != nil {
		t.Fatal(err)
	}
	if ok, why, err := client.Ready(t.Context()); !ok || err != nil {
		t.Errorf("ready: %v, %q, %v", ok, why, err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
	if _, _, err := client.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "no shunt answers at http://127.0.0.1:") {
		t.Errorf("after the end: %v", err)
	}
}

func TestPortInUse(t *testing.T) {
	client, _ := serve(t)
	house, _ := admintest.House()
	config := Config{Address: strings.TrimPrefix(client.base, "http://"), Password: "s3cret"}
	err := New(config, admin.New(house), slog.Default()).Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "admin.http") {
		t.Errorf("a port in use gave %v; the error must name the setting", err)
	}
}

func TestNewClient(t *testing.T) {
	for base, ok := range map[string]bool{
		"127.0.0.1:6080": true, "http://shunt.example:6080/": true, "https://shunt.example": true, "": false, "ftp://shunt": false, "http://": false,
	} {
		if _, err := NewClient(base, ""); (err == nil) != ok {
			t.Errorf("NewClient(%q) gave %v", base, err)
		}
	}
}

// TestNotShunt: something else that answers there is told from a shunt that says no.
func TestNotShunt(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	client, err := NewClient(server.URL, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Status(t.Context()); err == nil || !strings.Contains(err.Error(), "no API of shunt") {
		t.Errorf("got %v", err)
	}
}
