package proxy_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"testing"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/netloop"
	"shunt/proxy"
	"shunt/router"
	"shunt/sharding"
	"shunt/statement"
	"shunt/topology"
)

// BenchmarkPointSelect is what shunt itself does for a statement, from the client's packet to its answer: without system calls, waits and peers.
func BenchmarkPointSelect(b *testing.B) {
	query, _ := mysql.AppendPacket(nil, 0, []byte("\x03SELECT c FROM sbtest1 WHERE id=4711"))
	b.Run("text", func(b *testing.B) { benchmark(b, nil, query, nil) })
	b.Run("text, cold", func(b *testing.B) { benchmark(b, nil, query, &chill{memory: make([]byte, 8<<20)}) })
	prepare, _ := mysql.AppendPacket(nil, 0, []byte("\x16SELECT c FROM sbtest1 WHERE id=?"))
	execute, _ := mysql.AppendPacket(nil, 0, []byte("\x17\x01\x00\x00\x00\x00\x01\x00\x00\x00\x00\x01\x03\x00\x67\x12\x00\x00"))
	b.Run("prepared", func(b *testing.B) { benchmark(b, prepare, execute, nil) })
	again, _ := mysql.AppendPacket(nil, 0, []byte("\x17\x01\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x67\x12\x00\x00"))
	b.Run("prepared, types known", func(b *testing.B) { benchmark(b, append(prepare, execute...), again, nil) })
}

// benchmark has a client send something first, and then one command many times. chill empties the processor's caches each time that shunt waits; nil: nobody does.
func benchmark(b *testing.B, first, query []byte, chill *chill) {
	answer, _ := mysql.ResultSet{Columns: []mysql.ColumnDef{mysql.TextColumn("c")}, Rows: []mysql.Row{mysql.NewRow("83868641912-28773972837-60736120486")}}.Append(
		nil, 1, mysql.CapDeprecateEOF|mysql.CapSessionTrack|mysql.CapProtocol41, mysql.OK{Status: mysql.StatusAutocommit})
	h := &topology.Host{Address: "primary", Cluster: "c", Role: topology.Primary, State: topology.Up, Weight: 1}
	snapshot := &topology.Snapshot{Clusters: map[string]*topology.Cluster{"c": {Name: "c", Primary: h, Hosts: []*topology.Host{h}}}}
	shards := sharding.NewMap(1, sharding.Config{Default: "c"}, map[string][]string{"c": {"sbtest"}})
	loop := &inline{answer: answer, chill: chill, now: time.Now()}
	config := proxy.Defaults()
	config.Listen = []proxy.Listen{{Address: "127.0.0.1:0"}}
	pools := backend.NewPools(backend.Defaults())
	pools.Apply(snapshot)
	server, err := proxy.New(config, proxy.Deps{
		Loop: loop, Parser: statement.NewParser(statement.Config{}), Router: &router.Router{}, Pools: pools,
		Scene:    func() router.Scene { return router.Scene{Map: shards, Topology: snapshot} },
		Accounts: fixedAccounts(map[string]proxy.Account{"app": {Name: "app@%", Behind: "app@%", Plugin: mysql.PluginNative}}), Servers: fixedServers{},
		Suspect: func(string) {}, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	login := mysql.Login{Capabilities: mysql.CapCacheMetadata | mysql.CapProtocol41 | mysql.CapSecureConnection | mysql.CapPluginAuth | mysql.CapDeprecateEOF | mysql.CapSessionTrack | mysql.CapConnectWithDB,
		MaxPacket: mysql.MaxPayload, Collation: 45, User: "app", Database: "sbtest", AuthPlugin: mysql.PluginNative}
	hello, _ := mysql.AppendPacket(nil, 1, login.Append(nil))
	loop.client = &script{login: hello, first: first, query: query, times: b.N, begun: b.ResetTimer, chill: chill}
	b.ReportAllocs()
	ctx, cancel := context.WithCancel(b.Context())
	loop.done = cancel
	if err := server.Run(ctx); err != nil {
		b.Fatal(err)
	}
	if loop.client.times != 0 {
		b.Fatalf("%d statements were not sent: the login failed", loop.client.times)
	}
	if chill != nil {
		b.ReportMetric(float64(chill.spent.Nanoseconds())/float64(b.N), "cold-ns/op")
	}
}

// chill is what else a processor does between the two times that shunt has to do with a statement: a client and a server want its caches, too. It measures how long
// shunt takes in between.
type chill struct {
	memory []byte
	since  time.Time
	spent  time.Duration
}

func (c *chill) wait() {
	if c == nil {
		return
	}
	if now := time.Now(); !c.since.IsZero() {
		c.spent += now.Sub(c.since)
	}
	for i := 0; i < len(c.memory); i += 64 { // a line of the caches
		c.memory[i]++
	}
	c.since = time.Now()
}

// inline is a loop whose first task accepts one client, which runs where it was accepted.
type inline struct {
	client *script
	answer []byte
	chill  *chill
	now    time.Time // all the time
	done   func()
}

func (l *inline) Go(f func(netloop.Task)) {
	t := &inlineTask{Task: netloop.NewTask(), loop: l}
	for t.next = f; t.next != nil; {
		code := t.next
		t.next = nil
		code(t)
	}
}
func (l *inline) Wait(context.Context) error { return nil }

// inlineTask is a task whose connections never wait.
type inlineTask struct {
	netloop.Task
	loop     *inline
	accepted bool
	next     func(netloop.Task)
}

func (t *inlineTask) Accept(net.Listener) (net.Conn, error) {
	if t.accepted {
		t.loop.done()
		return nil, net.ErrClosed
	}
	t.accepted = true
	here, there := net.Pipe()
	_ = there.Close()
	return here, nil
}
func (t *inlineTask) Bind(netloop.Conn)                            {}
func (t *inlineTask) Release(netloop.Conn)                         {}
func (t *inlineTask) Rest(_ netloop.Conn, next func(netloop.Task)) { t.next = next }
func (t *inlineTask) Now() time.Time                               { return t.loop.now }
func (t *inlineTask) Attach(net.Conn) netloop.Conn                 { return t.loop.client }
func (t *inlineTask) Dial(string, string, time.Time) (netloop.Conn, error) {
	return &canned{answer: t.loop.answer, next: greetingOf(), chill: t.loop.chill}, nil
}

// unwaiting has what is the same for both kinds of connections.
type unwaiting struct{}

func (unwaiting) SetReadDeadline(time.Time)  {}
func (unwaiting) SetWriteDeadline(time.Time) {}
func (unwaiting) Look() netloop.Sight        { return netloop.Quiet }
func (unwaiting) RemoteAddr() net.Addr       { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
func (unwaiting) LocalAddr() net.Addr        { return &net.TCPAddr{} }
func (unwaiting) NetConn() net.Conn          { return nil }
func (unwaiting) Close() error               { return nil }

// script is a client that logs in and sends one query a number of times.
type script struct {
	unwaiting
	login, first, query []byte
	times               int
	begun               func()
	chill               *chill
}

func (s *script) Write(p []byte) (int, error) { return len(p), nil }

func (s *script) Read(p []byte) (int, error) {
	n := copy(p, s.login)
	if s.login = s.login[n:]; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (s *script) ReadLease(pool *netloop.Buffers) ([]byte, int, error) {
	if s.times == 0 {
		return nil, 0, io.EOF
	}
	if first := s.first; first != nil {
		s.first = nil
		buf := pool.Get()
		return buf, copy(buf, first), nil
	}
	if s.begun != nil {
		s.begun()
		s.begun = nil
	}
	s.times--
	s.chill.wait()
	buf := pool.Get()
	return buf, copy(buf, s.query), nil
}

// canned is a server that lets everybody in and has one answer.
type canned struct {
	unwaiting
	answer, next []byte
	logins       int
	chill        *chill
}

func greetingOf() []byte {
	g := mysql.Greeting{ServerVersion: "5.5.5-10.11.19-MariaDB", ConnectionID: 7, Capabilities: ^mysql.Capability(0) &^ mysql.CapSSL, Collation: 45, AuthPlugin: mysql.PluginNative}
	p, _ := mysql.AppendPacket(nil, 0, g.Append(nil))
	return p
}

func (c *canned) Write(p []byte) (int, error) {
	caps := mysql.CapDeprecateEOF | mysql.CapSessionTrack | mysql.CapProtocol41
	switch c.logins++; {
	case c.logins == 1: // the login
		c.next, _ = mysql.AppendPacket(nil, 2, mysql.OK{Status: mysql.StatusAutocommit}.Append(nil, mysql.HeaderOK, caps))
	case p[4] == byte(mysql.ComStmtExecute), p[4] == byte(mysql.ComQuery) && len(p) > 18 && string(p[5:18]) == "SELECT c FROM":
		c.next = c.answer
	default:
		c.next = c.told(p)
	}
	return len(p), nil
}

// told answers what shunt asks of its own.
func (c *canned) told(p []byte) (out []byte) {
	caps := mysql.CapDeprecateEOF | mysql.CapSessionTrack | mysql.CapProtocol41
	for len(p) > 0 {
		length, _ := mysql.Header(p)
		payload := p[mysql.HeaderLen : mysql.HeaderLen+length]
		p = p[mysql.HeaderLen+length:]
		switch {
		case string(payload[1:]) == "SELECT CURRENT_USER()":
			out, _ = mysql.ResultSet{Columns: []mysql.ColumnDef{mysql.TextColumn("c")}, Rows: []mysql.Row{mysql.NewRow("app@%")}}.Append(out, 1, caps, mysql.OK{Status: mysql.StatusAutocommit})
		case payload[0] == byte(mysql.ComQuery) && string(payload[1:7]) == "SELECT":
			out = append(out, c.answer...)
		case payload[0] == byte(mysql.ComStmtPrepare):
			out, _ = mysql.AppendPacket(out, 1, []byte{0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0})
			out, _ = mysql.AppendPacket(out, 2, mysql.TextColumn("?").Append(nil, caps))
		default:
			out, _ = mysql.AppendPacket(out, 1, mysql.OK{Status: mysql.StatusAutocommit}.Append(nil, mysql.HeaderOK, caps))
		}
	}
	return out
}

func (c *canned) Read(p []byte) (int, error) {
	n := copy(p, c.next)
	if c.next = c.next[n:]; n == 0 {
		return 0, io.ErrUnexpectedEOF
	}
	return n, nil
}

func (c *canned) ReadLease(pool *netloop.Buffers) ([]byte, int, error) {
	c.chill.wait()
	buf := pool.Get()
	n, err := c.Read(buf)
	return buf, n, err
}
