package proxy_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/netloop"
	"shunt/netloop/looptest"
	"shunt/proxy"
	"shunt/router"
	"shunt/sharding"
	"shunt/statement"
	"shunt/topology"
)

// triangle is a proxy between scripted servers (a primary and a replica) and whatever clients a test makes.
type triangle struct {
	t                testing.TB
	addr             string
	server           *proxy.Server
	pools            *backend.Pools
	primary, replica *mysqltest.Server
	hosts            map[string]string // role → address
	shards           *sharding.Map
	topology         atomic.Pointer[topology.Snapshot]
	lagKnown         bool        // of the replica, in the next world
	apart            bool        // it is the primary of another cluster
	stop             func()      // begins the drain
	trap             atomic.Bool // the next statement meets a fault of ours
	faults           faultLog
}

// setup says how a triangle differs from the usual one.
type setup struct {
	loop     netloop.Loop
	primary  *mysqltest.Server
	replica  *mysqltest.Server
	backend  func(*backend.Config)
	proxy    func(*proxy.Config)
	accounts map[string]proxy.Account
	// decisions decide about transactions over two clusters; with them the replica is the primary of cluster d, where database b is.
	decisions proxy.Decisions
}

// doubleHash is what a server keeps of a password.
func doubleHash(password string) string {
	_, double := mysql.NativeHash([]byte(password))
	return mysql.FormatNativeHash(double)
}

func newTriangle(t testing.TB, s setup) *triangle {
	t.Helper()
	if s.loop == nil {
		s.loop = looptest.Epoll(t, 2)
	}
	for _, p := range []**mysqltest.Server{&s.primary, &s.replica} {
		if *p == nil {
			*p = &mysqltest.Server{}
		}
		known(*p)
	}
	if s.accounts == nil {
		s.accounts = map[string]proxy.Account{"app": {Name: "app@%", Behind: "app@%", Plugin: mysql.PluginNative, Stored: doubleHash("secret")}}
	}
	tr := &triangle{t: t, shards: sharding.NewMap(1, sharding.Config{Default: "c"}, nil), primary: s.primary, replica: s.replica}
	tr.hosts = map[string]string{"primary": s.primary.Start(t), "replica": s.replica.Start(t)}
	bc, pc := backend.Defaults(), proxy.Defaults()
	bc.Wait, pc.Wait = 2*time.Second, 2*time.Second
	pc.Listen = []proxy.Listen{{Address: "127.0.0.1:0"}}
	if s.decisions != nil {
		pc.Transactions, tr.apart = router.Atomic, true
		tr.shards = sharding.NewMap(1, sharding.Config{Default: "c", Homes: map[string]string{"b": "d"}}, nil)
	}
	if s.backend != nil {
		s.backend(&bc)
	}
	if s.proxy != nil {
		s.proxy(&pc)
	}
	tr.pools = backend.NewPools(bc)
	tr.setWorld(true)
	var err error
	tr.server, err = proxy.New(pc, proxy.Deps{
		Loop: s.loop, Parser: statement.NewParser(statement.Config{}), Router: &router.Router{}, Scene: tr.scene, Pools: tr.pools,
		Accounts: fixedAccounts(s.accounts), Servers: fixedServers{}, Decisions: s.decisions, Suspect: func(string) {}, Log: slog.New(slog.NewTextHandler(&tr.faults, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	tr.stop = cancel
	done := make(chan error, 1)
	go func() { done <- tr.server.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the proxy ended with %v", err)
		}
		if text := tr.faults.String(); text != "" {
			t.Errorf("the proxy met a fault of its own: %s", text)
		}
	})
	<-tr.server.Listening()
	tr.addr = tr.server.Addrs()[0].String()
	return tr
}

// faultLog keeps what is logged as an error.
type faultLog struct {
	mu   sync.Mutex
	text strings.Builder
}

func (f *faultLog) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.text.Write(p)
}

func (f *faultLog) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.text.String()
}

func (f *faultLog) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.text.Reset()
}

// known makes a scripted server answer what the proxy asks each new connection.
func known(s *mysqltest.Server) {
	inner := s.Handler
	s.Handler = func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		switch {
		case cmd == mysql.ComQuery && string(payload) == "SELECT CURRENT_USER()":
			w.Value("app@%")
		case cmd == mysql.ComQuery && strings.HasPrefix(string(payload), "SELECT NULL INTO "): // clears warnings of ours
			w.OK(mysql.OK{Status: mysql.StatusAutocommit})
		case inner != nil:
			inner(cmd, payload, w)
		default:
			w.OK(mysql.OK{Status: mysql.StatusAutocommit})
		}
	}
}

// setWorld publishes a topology, with or without a primary.
func (tr *triangle) setWorld(withPrimary bool) {
	p := &topology.Host{Address: tr.hosts["primary"], Cluster: "c", Role: topology.Primary, State: topology.Up, Weight: 1}
	r := &topology.Host{Address: tr.hosts["replica"], Cluster: "c", Role: topology.Replica, State: topology.Up, Weight: 1, InService: true, LagKnown: tr.lagKnown}
	c := &topology.Cluster{Name: "c", Primary: p, Replicas: []*topology.Host{r}, Hosts: []*topology.Host{p, r}}
	if !withPrimary {
		c.Primary = nil
	}
	snapshot := &topology.Snapshot{Clusters: map[string]*topology.Cluster{"c": c}}
	if tr.apart {
		r.Cluster, r.Role, c.Replicas, c.Hosts = "d", topology.Primary, nil, []*topology.Host{p}
		snapshot.Clusters["d"] = &topology.Cluster{Name: "d", Primary: r, Hosts: []*topology.Host{r}}
	}
	tr.topology.Store(snapshot)
	tr.pools.Apply(snapshot)
	if tr.server != nil {
		tr.server.TopologyChanged(snapshot)
	}
}

func (tr *triangle) scene() router.Scene {
	if tr.trap.CompareAndSwap(true, false) {
		panic("a fault that a test has laid")
	}
	return router.Scene{Map: tr.shards, Topology: tr.topology.Load()}
}

// client logs in.
func (tr *triangle) client() *mysqltest.Client {
	tr.t.Helper()
	return tr.clientIn("")
}

// clientIn logs in with a default database.
func (tr *triangle) clientIn(database string) *mysqltest.Client {
	tr.t.Helper()
	c, err := mysqltest.Dial(tr.t.Context(), tr.addr, mysqltest.Options{User: "app", Password: "secret", Database: database})
	if err != nil {
		tr.t.Fatalf("login: %v", err)
	}
	tr.t.Cleanup(func() { c.Close() })
	return c
}

// value runs a query and gives the one value of its answer.
func value(t testing.TB, c *mysqltest.Client, sql string) string {
	t.Helper()
	v, err := c.Value(sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

type fixedAccounts map[string]proxy.Account

func (f fixedAccounts) Find(user, _ string) (proxy.Account, bool) { a, ok := f[user]; return a, ok }
func (f fixedAccounts) Refresh(context.Context)                   {}

type fixedServers struct{}

func (fixedServers) Greeting() (proxy.Greeting, bool) {
	return proxy.Greeting{Version: "5.5.5-10.11.19-MariaDB", Capabilities: ^mysql.Capability(0) &^ mysql.CapSSL, Collation: 45, AuthPlugin: mysql.PluginNative}, true
}
func (fixedServers) Collation(id uint16) (string, string, bool) {
	return "utf8mb4", "utf8mb4_general_ci", id == 45
}
func (fixedServers) MaxPacket() int                    { return 16 << 20 }
func (fixedServers) CollationID(string) (uint16, bool) { return 45, true }

func (fixedServers) Charset(string) (uint16, uint32, bool) { return 45, 4, true }

// answering makes a handler that names itself in answer to every query.
func answering(name string) mysqltest.Handler {
	return func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		if cmd == mysql.ComQuery && len(payload) > 6 && string(payload[:6]) == "SELECT" {
			w.Value(name)
			return
		}
		w.OK(mysql.OK{Status: mysql.StatusAutocommit})
	}
}

func TestReadsGoToTheReplicaAndWritesToThePrimary(t *testing.T) {
	tr := newTriangle(t, setup{primary: &mysqltest.Server{Handler: answering("primary")}, replica: &mysqltest.Server{Handler: answering("replica")}})
	c := tr.client()
	for sql, want := range map[string]string{
		"SELECT 1": "replica", "SELECT 1 FOR UPDATE": "primary", "SELECT /* shunt: primary */ 1": "primary",
	} {
		if got := value(t, c, sql); got != want {
			t.Errorf("%s went to the %s, want the %s", sql, got, want)
		}
	}
	if _, err := c.Query("UPDATE t SET a=1"); err != nil {
		t.Fatal(err)
	}
	if !contains(tr.primary.Queries(), "UPDATE t SET a=1") {
		t.Errorf("the primary got %q", tr.primary.Queries())
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// TestClientPathBlocksOnlyThroughTheSeam runs the whole front on one goroutine: every client, every pool, every wait. While one statement waits for
// a slow server, one for a free connection and one for a primary, others are served; and the loop never stops turning, which it would if anything on a
// client's path waited outside of the seam.
func TestClientPathBlocksOnlyThroughTheSeam(t *testing.T) {
	loop := looptest.Running(t)
	slow := make(chan struct{})
	handler := func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		if string(payload) == "SELECT slow" && !w.Await(slow) {
			return
		}
		answering("server")(cmd, payload, w)
	}
	tr := newTriangle(t, setup{loop: loop, primary: &mysqltest.Server{Handler: handler}, replica: &mysqltest.Server{Handler: handler},
		backend: func(c *backend.Config) { c.PerServer = 1 }, proxy: func(c *proxy.Config) { c.Wait = 30 * time.Second }})
	var stalled atomic.Int64
	watch := time.NewTicker(5 * time.Millisecond)
	defer watch.Stop()
	go func() {
		for range watch.C {
			if late := time.Since(loop.Turns()); late > 500*time.Millisecond {
				stalled.Store(int64(late))
			}
		}
	}()
	run := func(sql string) chan error {
		c, done := tr.client(), make(chan error, 1)
		go func() { _, err := c.Value(sql); done <- err }()
		return done
	}
	waitsForServer := run("SELECT slow")
	awaitState(t, tr, proxy.Active, 1)
	waitsForConnection := run("SELECT 2")
	awaitState(t, tr, proxy.Waiting, 1)
	tr.setWorld(false)
	waitsForPrimary := run("SELECT 3 FOR UPDATE")
	awaitState(t, tr, proxy.Held, 1)
	free := tr.client()
	if _, err := free.Do(mysql.ComPing, nil); err != nil {
		t.Errorf("a client that waits for nothing: %v", err)
	}
	tr.setWorld(true)
	close(slow)
	for name, done := range map[string]chan error{"server": waitsForServer, "connection": waitsForConnection, "primary": waitsForPrimary} {
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("the one that waited for a %s: %v", name, err)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("the one that waits for a %s never ends; states %v", name, tr.server.Clients())
		}
	}
	if late := time.Duration(stalled.Load()); late > 0 {
		t.Errorf("the loop stood still for %v: something on a client's path blocks outside of netloop", late)
	}
}

// awaitState waits until n clients are in a state.
func awaitState(t *testing.T, tr *triangle, state proxy.State, n int) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) {
		found := 0
		for _, c := range tr.server.Clients() {
			if c.State == state {
				found++
			}
		}
		if found >= n {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("no %d clients come to state %s: %+v", n, state, tr.server.Clients())
}
