package config

import (
	"crypto/tls"
	"errors"
	"flag"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shunt/admin/api"
	"shunt/admin/console"
	"shunt/backend"
	"shunt/backend/catalog"
	"shunt/backend/monitor"
	"shunt/mysql"
	"shunt/proxy"
	"shunt/router"
	"shunt/session"
	"shunt/sharding"
	"shunt/statement"
	"shunt/topology"
)

var update = flag.Bool("update", false, "rewrite the expected outputs")

// least is the least that works.
const least = `
listen: 127.0.0.1:6033
clusters:
  paris:
    servers: [127.0.0.1:3311, 127.0.0.1:3312]
    account: {user: shunt, password: "${BACKEND}"}
`

// outside are the environment and files of the tests.
func outside() secrets {
	environment := map[string]string{"BACKEND": "b4ck", "ADMIN": "4dmin", "EMPTY": ""}
	files := map[string]string{"/etc/shunt/password": "fr0m file\n", "/etc/shunt/nothing": "\n"}
	return secrets{
		folder:    "/etc/shunt",
		lookupEnv: func(name string) (string, bool) { v, ok := environment[name]; return v, ok },
		readFile: func(path string) ([]byte, error) {
			if text, ok := files[path]; ok {
				return []byte(text), nil
			}
			return nil, &os.PathError{Op: "open", Path: path, Err: os.ErrNotExist}
		},
	}
}

func mustParse(t *testing.T, text string) *Config {
	t.Helper()
	c, err := parse([]byte(text), "config.yaml", outside())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestLeast: what the file does not say is what the rooms themselves have as defaults.
func TestLeast(t *testing.T) {
	c := mustParse(t, least)
	wantProxy := proxy.Defaults()
	wantProxy.Transactions = router.Atomic
	wantProxy.Listen = []proxy.Listen{{Address: "127.0.0.1:6033", Compression: mysql.CapCompress | mysql.CapZstdCompression}}
	account := monitor.Account{User: "shunt", Password: "b4ck"}
	hosts := []monitor.Host{{Address: "127.0.0.1:3311", Weight: 1}, {Address: "127.0.0.1:3312", Weight: 1}}
	for _, room := range []struct {
		name      string
		got, want any
	}{
		{"proxy", c.Proxy(), wantProxy},
		{"backend", c.Backend(), backend.Defaults()},
		{"monitor", c.Monitor(), monitor.DefaultConfig()},
		{"clusters", c.Clusters(), []monitor.Cluster{{Name: "paris", Account: account, Hosts: hosts}}},
		{"catalog", c.Catalog(), catalog.DefaultConfig()},
		{"sharding", c.Sharding(), sharding.Config{Default: "paris", Homes: map[string]string{}}},
		{"statement", c.Statement(), statement.Config{CacheSize: 200000, MaxParse: 16384}},
		{"safe functions", c.SafeFunctions(), map[string]bool{}},
		{"console", c.Console(), console.Config{}},
		{"api", c.API(), api.Config{}},
		{"log level", c.LogLevel().String(), "INFO"},
	} {
		if diff := cmp.Diff(room.want, room.got, cmp.AllowUnexported(catalog.Account{}), sameTLS, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", room.name, diff)
		}
	}
}

// sameTLS compares configurations that are loaded once.
var sameTLS = cmp.Comparer(func(a, b *tls.Config) bool { return a == b })

const most = `
datacenter: gra
listen:
  - {address: "127.0.0.1:6033", proxy_protocol: [10.1.2.3/8, "::1"], compression: zstd}
  - address: /run/shunt/shunt.sock
admin: {console: "127.0.0.1:6032", http: ":0", password: "${ADMIN}"}
clusters:
  paris:
    datacenter: paris
    servers:
      - db1:3306
      - {address: db2:3306, weight: 3, datacenter: roubaix}
      - address: /run/mysqld.sock
        use: backup
        pools: [statistics, "search"]
        weight: 0
    account: {user: shunt, password: {file: password}}
  gra: &gra
    datacenter: gra
    servers: [db4:3306]
    account: {user: shunt, password: "pa$$word"}
    tls: {mode: preferred}
    compression: zlib
databases:
  default: gra
  shop: {cluster: paris}
  2024: {cluster: gra}
accounts:
  - {user: web, password: t0p}
  - {user: cron, host: 10.0.0.%, hash: "*6C8989366EAF75BB670AD8EA7A7FC1176A95CEF4"}
reads: {consistency: sticky, wait: 7ms, max_lag: 0, safe_functions: [shop.Price], warm_up: 3s, latency_aware: off, pools: [{users: [reports], databases: [shop, blog], pool: search, else: error}, {databases: [logs], pool: statistics}]}
limits: {clients: 5, per_account: 0, per_server: 3, prepared: 70, prepared_per_client: 8, packet: 16MiB, wait: 0, login: 2s, write: 3s, linger: 1ms, pipelining: 9ms, drain: 4s, dial: 1s, server_idle: 1m, server_lifetime: 2h}
monitor:
  interval: 1s
  timeout: 2s
  down_after: 4
  up_after: 5
  heartbeat: {schema: ops, interval: 0}
discovery: {interval: 1m, timeout: 1s}
statements: {cache: 10, parse: 1KiB}
log: {level: debug}
`

// TestMost: what the file says arrives in the rooms.
func TestMost(t *testing.T) {
	c := mustParse(t, most)
	link := c.Clusters()[1].Link
	if tls := link.TLS; tls == nil || !tls.InsecureSkipVerify || !link.Optional || link.Compression != mysql.CapCompress {
		t.Errorf("the link of gra is %+v", link)
	}
	for _, room := range []struct {
		name      string
		got, want any
	}{
		{"datacenter", c.File.Datacenter, "gra"},
		{"proxy", c.Proxy(), proxy.Config{
			Listen: []proxy.Listen{
				{Address: "127.0.0.1:6033", Compression: mysql.CapZstdCompression, ProxyProtocol: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}},
				{Address: "/run/shunt/shunt.sock", Compression: mysql.CapCompress | mysql.CapZstdCompression},
			},
			Clients: 5, Limits: &proxy.AccountLimits{Limits: proxy.Limits{TransactionIdle: 5 * time.Minute}}, JoinRows: 10000, JoinBytes: 16 << 20, Held: 10000, HeldBytes: 256 << 20, PrimaryReads: 50, Login: 2 * time.Second,
			Write: 3 * time.Second, Packet: 16 << 20, Prepared: 8, ReadWait: 7 * time.Millisecond, Pipelining: 9 * time.Millisecond, Linger: time.Millisecond, Drain: 4 * time.Second, Consistency: session.Sticky, Transactions: router.Atomic,
			Pools: []proxy.PoolRule{
				{Users: []string{"reports"}, Databases: []string{"shop", "blog"}, Pool: &topology.ReadPool{Name: "search", Else: topology.ElseError}},
				{Databases: []string{"logs"}, Pool: &topology.ReadPool{Name: "statistics"}},
			},
		}},
		{"backend", c.Backend(), backend.Config{PerServer: 3, Queue: 10000, Prepared: 70, Dial: time.Second, Idle: time.Minute, Lifetime: 2 * time.Hour, Links: map[string]backend.Link{"gra": link}}},
		{"monitor", c.Monitor(), monitor.Config{
			Interval: time.Second, Timeout: 2 * time.Second, DownAfter: 4, UpAfter: 5, WarmUp: 3 * time.Second, Heartbeat: monitor.Heartbeat{Schema: "ops"},
		}},
		{"clusters", c.Clusters(), []monitor.Cluster{
			{Name: "paris", Datacenter: "paris", Account: monitor.Account{User: "shunt", Password: "fr0m file"}, Hosts: []monitor.Host{
				{Address: "db1:3306", Weight: 1}, {Address: "db2:3306", Weight: 3, Datacenter: "roubaix"},
				{Address: "/run/mysqld.sock", Use: topology.Backup, Pools: []string{"statistics", "search"}},
			}},
			{Name: "gra", Datacenter: "gra", Account: monitor.Account{User: "shunt", Password: "pa$$word"},
				Link: link, Hosts: []monitor.Host{{Address: "db4:3306", Weight: 1}}},
		}},
		{"catalog", c.Catalog(), catalog.Config{Interval: time.Minute, Timeout: time.Second, Hidden: []string{"ops"}, Static: []catalog.Account{
			{User: "web", Host: "%", Auth: catalog.Auth{Plugin: "mysql_native_password", AuthString: "*F9560964EEAE2DE2453B4F29FFBEBB84FA98E624"}},
			{User: "cron", Host: "10.0.0.%", Auth: catalog.Auth{Plugin: "mysql_native_password", AuthString: "*6C8989366EAF75BB670AD8EA7A7FC1176A95CEF4"}},
		}}},
		{"sharding", c.Sharding(), sharding.Config{Default: "gra", Homes: map[string]string{"shop": "paris", "2024": "gra"}}},
		{"statement", c.Statement(), statement.Config{CacheSize: 10, MaxParse: 1024}},
		{"safe functions", c.SafeFunctions(), map[string]bool{"shop.price": true}},
		{"console", c.Console(), console.Config{Address: "127.0.0.1:6032", Password: "4dmin"}},
		{"api", c.API(), api.Config{Address: ":0", Password: "4dmin"}},
		{"log level", c.LogLevel().String(), "DEBUG"},
	} {
		if diff := cmp.Diff(room.want, room.got, cmp.AllowUnexported(catalog.Account{}), sameTLS, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", room.name, diff)
		}
	}
}

// TestLimits: the first entry that names a user holds, with the limits of all where it gives none. 0 is one that it gives.
func TestLimits(t *testing.T) {
	limits := mustParse(t, least+`
limits:
  per_account: 7
  query_timeout: 30s
  transaction: 1h
  accounts:
    - {users: [reporting, batch], query_timeout: 0, server_connections: 20}
    - {users: [web], transaction_idle: 1s, transaction: 2s, connections: 0, query_timeout: 3s}
`).Limits()
	for user, want := range map[string]proxy.Limits{
		"anybody":   {QueryTimeout: 30 * time.Second, TransactionIdle: 5 * time.Minute, Transaction: time.Hour, Connections: 7},
		"reporting": {TransactionIdle: 5 * time.Minute, Transaction: time.Hour, Connections: 7, ServerConnections: 20},
		"batch":     {TransactionIdle: 5 * time.Minute, Transaction: time.Hour, Connections: 7, ServerConnections: 20},
		"web":       {QueryTimeout: 3 * time.Second, TransactionIdle: time.Second, Transaction: 2 * time.Second},
	} {
		if diff := cmp.Diff(want, *limits.Of(user)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", user, diff)
		}
	}
}

func TestLoad(t *testing.T) {
	if _, err := Load(t.TempDir() + "/config.yaml"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file gave %v", err)
	}
	file := t.TempDir() + "/config.yaml"
	if err := os.WriteFile(file, []byte(strings.Replace(least, "listen:", "lisden:", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("BACKEND", "x")
	_, err := Load(file)
	var faults Faults
	if !errors.As(err, &faults) || len(faults) != 2 || faults[0].Line != 2 {
		t.Errorf("got %v, want two faults, in line 2", err)
	}
}
