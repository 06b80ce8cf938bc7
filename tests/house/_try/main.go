package main

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	_ "github.com/go-sql-driver/mysql"

	"shunt/backend"
	"shunt/backend/hello"
	"shunt/lab"
	"shunt/mysql"
	"shunt/netloop"
	"shunt/proxy"
	"shunt/router"
	"shunt/session"
	"shunt/sharding"
	"shunt/statement"
	"shunt/topology"
)

type fixed map[string]proxy.Account

func (f fixed) Find(user, _ string) (proxy.Account, bool) { a, ok := f[user]; return a, ok }
func (f fixed) Refresh(context.Context)                   {}

type servers struct{ h *hello.Servers }

func (s servers) Greeting() (proxy.Greeting, bool) {
	g, _, ok := s.h.Greeting()
	return proxy.Greeting{Version: g.ServerVersion, Capabilities: g.Capabilities, Collation: byte(g.Collation), AuthPlugin: mysql.PluginNative}, ok
}
func (s servers) Collation(id uint16) (string, string, bool)  { return s.h.Collation(id) }
func (s servers) Charset(n string) (uint16, uint32, bool)     { return s.h.Charset(n) }

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("/tmp", "try-")
	must(err)
	l, err := lab.Up(ctx, lab.Options{Dir: dir + "/lab", Datacenters: []lab.Datacenter{{Name: "paris", Replicas: 1}}})
	must(err)
	defer l.Down(ctx)
	p, r := l.Server("paris-1"), l.Server("paris-2")
	must(p.Exec(ctx, "CREATE DATABASE shop"))
	must(p.Exec(ctx, "CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY, a INT)"))
	must(p.Exec(ctx, "INSERT INTO shop.t(a) VALUES (1),(2),(3)"))
	must(l.WaitCaughtUp(ctx))
	ph := &topology.Host{Address: p.Address, Cluster: "c", Role: topology.Primary, State: topology.Up, Weight: 1}
	rh := &topology.Host{Address: r.Address, Cluster: "c", Role: topology.Replica, State: topology.Up, Weight: 1, InService: true}
	c := &topology.Cluster{Name: "c", Primary: ph, Replicas: []*topology.Host{rh}, Hosts: []*topology.Host{ph, rh}}
	snap := &topology.Snapshot{Clusters: map[string]*topology.Cluster{"c": c}}
	h := hello.New(func() (hello.Target, bool) { return hello.Target{Address: p.Address, User: l.Accounts.Control.User, Password: l.Accounts.Control.Password}, true }, slog.Default())
	hctx, stop := context.WithCancel(ctx)
	go h.Run(hctx)
	pools := backend.NewPools(backend.Defaults())
	pools.Apply(snap)
	_, double := mysql.NativeHash([]byte("shop"))
	pc := proxy.Defaults()
	pc.Listen = []proxy.Listen{{Address: "127.0.0.1:0"}}
	s, err := proxy.New(pc, proxy.Deps{Loop: netloop.NewGoroutines(), Parser: statement.NewParser(statement.Config{}), Router: &router.Router{},
		World: func() router.World { return router.World{Map: sharding.NewMap(1, sharding.Config{Default: "c"}, nil), Topology: snap} },
		Pools: pools, Accounts: fixed{"shop": {Name: "shop@%", Behind: "shop@%", Plugin: mysql.PluginNative, Stored: mysql.FormatNativeHash(double)}},
		Servers: servers{h}, Suspect: func(string) {}, Log: slog.Default()})
	must(err)
	go s.Run(hctx)
	<-s.Listening()
	for {
		if _, _, ok := h.Greeting(); ok { break }
		time.Sleep(50 * time.Millisecond)
	}
	_ = session.Causal
	db, err := sql.Open("mysql", "shop:shop@tcp("+s.Addrs()[0].String()+")/shop?interpolateParams=true")
	must(err)
	text, err := os.ReadFile(os.Args[1])
	must(err)
	var conn *sql.Conn
	for _, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" { continue }
		if strings.HasPrefix(line, "--") {
			if conn != nil { conn.Raw(func(any) error { return fmt.Errorf("x") }); conn.Close() }
			db.Close()
			db, _ = sql.Open("mysql", "shop:shop@tcp("+s.Addrs()[0].String()+")/shop?multiStatements=true")
			conn, err = db.Conn(ctx)
			must(err)
			fmt.Println("\n" + line)
			continue
		}
		if strings.HasPrefix(line, "sleep") { time.Sleep(100*time.Millisecond); continue }
		rows, err := conn.QueryContext(ctx, line)
		out := ""
		if err != nil { out = "ERR " + err.Error() } else {
			cols, _ := rows.Columns()
			for rows.Next() {
				vals := make([]any, len(cols)); ptr := make([]any, len(cols))
				for i := range vals { ptr[i] = &vals[i] }
				rows.Scan(ptr...)
				for _, v := range vals { if b, ok := v.([]byte); ok { out += string(b)+" " } else { out += fmt.Sprint(v)+" " } }
				out += "; "
			}
			if e := rows.Err(); e != nil { out += "ERR "+e.Error() }
			rows.Close()
		}
		time.Sleep(5*time.Millisecond)
		pins, server := "", ""
		for _, ci := range s.Clients() { pins, server = ci.Pins, ci.Server }
		role := ""
		if server == p.Address { role = "primary" } else if server == r.Address { role = "replica" }
		fmt.Printf("%-60s -> %s   [pins %q %s]\n", line, out, pins, role)
	}
	stop()
}
