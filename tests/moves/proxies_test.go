package moves

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"shunt/lab"
	"shunt/tests/chaos/link"
	"shunt/tests/cluster"
	"shunt/tests/front"
	"shunt/tests/voters"
)

// fleet is three proxies with one store: the first has it, or there are three voters beside them, and drives no moves. The others have links of their own to all servers and to the store, and faults at named points.
type fleet struct {
	*world
	folder string         // of the store
	store  []string       // its addresses
	voters *voters.Voters // if it is not the first proxy that has it
	orders string         // the folder of faults: see cmd/shunt/stops.go
	home   string         // the cluster that the database is on
	away   string
	module bool // what moves is one, of the name all
	series int  // of customers
	keeps  bool // dumps of old homes
	record *chronicle

	mu     sync.Mutex // of the proxies, which customers look up
	others []*member
}

// member is a proxy that drives moves.
type member struct {
	*front.Proxy
	links map[string][]*link.Link // by cluster, and to the store
	dead  bool
	dumps string // the folder; empty: it keeps none
}

// trait is what a fleet may have that others have not.
type trait int

const (
	keepsDumps  trait = iota // of old homes, each proxy in a folder of its own
	hasVoters                // a store of three voters
	movesModule              // all tables are in a module, and that is what moves
)

func newFleet(t *testing.T, opts ...cluster.Option) *fleet { return newFleetThat(t, nil, opts...) }

func newFleetThat(t *testing.T, traits []trait, opts ...cluster.Option) *fleet {
	t.Helper()
	f := &fleet{world: newServers(t, opts...), folder: t.TempDir(), orders: t.TempDir(), home: "paris", away: "gra", keeps: slices.Contains(traits, keepsDumps), module: slices.Contains(traits, movesModule)}
	if slices.Contains(traits, hasVoters) {
		f.voters = voters.Start(t)
	}
	f.on("paris", "CREATE TABLE blog.payments (payer INT NOT NULL, n INT NOT NULL, PRIMARY KEY (payer, n))")
	f.CatchUp(t)
	f.keep()
	if f.voters != nil {
		f.store = f.voters.Addresses()
	} else {
		f.store = []string{front.Forward(t, filepath.Join(f.folder, "etcd", "socket"))}
	}
	f.record = f.chronicle()
	for range 2 {
		m := &member{links: map[string][]*link.Link{}}
		for _, address := range f.store {
			m.links["store"] = append(m.links["store"], f.link(address))
		}
		if f.keeps {
			m.dumps = t.TempDir()
		}
		f.others = append(f.others, m)
		f.launch(m)
	}
	t.Cleanup(f.dump)
	if f.module {
		f.proxy.Ask("ADD MODULE all DATABASE blog TABLES ('posts', 'accounts', 'counts', 'payments', 'latest') CLUSTER paris")
	}
	return f
}

// subject is what moves, in orders about its move.
func (f *fleet) subject() string {
	if f.module {
		return "MODULE all"
	}
	return "blog"
}

// keep starts the proxy that has the store, or the one that only forwards.
func (f *fleet) keep() {
	f.t.Helper()
	at := "embedded: " + f.folder
	if f.voters != nil {
		at = etcd(f.voters.Addresses())
	}
	p := front.Launch(f.t, f.Cluster, program, front.With(fmt.Sprintf("store: {%s}\n%s, drive: false}\n", at, f.moves())))
	p.AwaitReady()
	f.mu.Lock()
	f.proxy = p
	f.mu.Unlock()
}

// keep is the setting of dumps.
func (m *member) keep() string {
	if m.dumps == "" {
		return ""
	}
	return ", keep_dumps: {folder: " + m.dumps + "}"
}

func (f *fleet) moves() string {
	mover := f.Accounts.Mover
	return fmt.Sprintf("moves: {account: {user: %s, password: %q}", mover.User, mover.Password)
}

// etcd is the setting of a store that is elsewhere.
func etcd(addresses []string) string {
	return "etcd: ['" + strings.Join(withScheme(addresses), "', '") + "']"
}

func withScheme(addresses []string) (list []string) {
	for _, address := range addresses {
		list = append(list, "http://"+address)
	}
	return list
}

// launch starts a proxy that drives moves.
func (f *fleet) launch(m *member) {
	f.t.Helper()
	var farther []string // the addresses of servers, and those of the links to them
	for _, d := range f.Datacenters {
		servers := d.Servers()
		for i, server := range servers {
			if len(m.links[d.Name]) < len(servers) {
				m.links[d.Name] = append(m.links[d.Name], f.link(server.Address))
			}
			farther = append(farther, server.Address, m.links[d.Name][i].Address())
		}
	}
	p := front.Launch(f.t, f.Cluster, program, func(config string) string {
		config = strings.NewReplacer(farther...).Replace(config)
		var store []string
		for _, l := range m.links["store"] {
			store = append(store, l.Address())
		}
		return config + fmt.Sprintf("store: {%s}\n%s%s}\n", etcd(store), f.moves(), m.keep())
	}, "SHUNT_TEST_STOPS="+f.orders)
	f.t.Cleanup(func() { // one that stands still does not end
		_ = p.Process.Process.Signal(syscall.SIGCONT)
		if m.dead {
			p.Crash()
		}
	})
	p.AwaitReady()
	f.mu.Lock()
	m.Proxy, m.dead = p, false
	f.mu.Unlock()
}

// link opens a link that lives as long as the test.
func (f *fleet) link(target string) *link.Link {
	f.t.Helper()
	l, err := link.New(target)
	if err != nil {
		f.t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() { l.Run(ctx) })
	f.t.Cleanup(func() {
		end()
		group.Wait()
	})
	return l
}

// addresses are those of all proxies.
func (f *fleet) addresses() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := []string{f.proxy.Address}
	for _, m := range f.others {
		if m.Proxy != nil && !m.dead {
			list = append(list, m.Address)
		}
	}
	return list
}

// kill ends a proxy as a power cut would.
func (f *fleet) kill(m *member) {
	f.mu.Lock()
	m.dead = true
	f.mu.Unlock()
	m.Crash()
}

// restore starts those again that are dead, once they are known to be.
func (f *fleet) restore() {
	f.t.Helper()
	dead := 0
	for _, m := range f.others {
		if m.dead {
			f.launch(m)
			dead++
		}
	}
	f.forget(dead)
}

// forget has dead proxies forgotten.
func (f *fleet) forget(dead int) {
	f.t.Helper()
	if dead == 0 {
		return
	}
	var silent []map[string]string
	f.proxy.Await("the dead are silent", patience, func() bool {
		silent = f.proxy.Ask("SHOW PROXIES WHERE state = 'silent'")
		return len(silent) >= dead
	})
	for _, row := range silent {
		f.proxy.Ask("FORGET PROXY '" + row["proxy"] + "'")
	}
}

// arm orders a fault at a point, for whichever proxy comes there first.
func (f *fleet) arm(point, action string) {
	f.t.Helper()
	for _, old := range f.struck(point) {
		_ = os.Remove(old)
	}
	_ = os.Remove(filepath.Join(f.orders, point+".go"))
	draft := filepath.Join(f.orders, "draft")
	err := os.WriteFile(draft, []byte(action), 0o600)
	if err == nil {
		err = os.Rename(draft, filepath.Join(f.orders, point))
	}
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *fleet) struck(point string) []string {
	files, _ := filepath.Glob(filepath.Join(f.orders, point+".[0-9]*"))
	return files
}

// strike waits for the fault, and tells who has come to the point, and who has not.
func (f *fleet) strike(point string) (mover, other *member) {
	f.t.Helper()
	f.proxy.Await("the move comes to the point "+point, patience, func() bool { return len(f.struck(point)) > 0 })
	name := f.struck(point)[0]
	pid, err := strconv.Atoi(name[strings.LastIndexByte(name, '.')+1:])
	if err != nil {
		f.t.Fatal(err)
	}
	for i, m := range f.others {
		if m.Process.Process.Pid == pid {
			return m, f.others[1-i]
		}
	}
	f.t.Fatalf("process %d is no proxy of this fleet", pid)
	return nil, nil
}

// proceed lets a proxy go on that waits at a point.
func (f *fleet) proceed(point string) {
	f.t.Helper()
	if err := os.WriteFile(filepath.Join(f.orders, point+".go"), nil, 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// order orders a move, or the way back of one that is reversible. A point of the first copy needs a new move, and so does one that has no way back.
func (f *fleet) order(point string) {
	f.t.Helper()
	moves := f.proxy.Ask("SHOW MOVES")
	if len(moves) > 0 && moves[0]["status"] == "reversible" {
		if !slices.Contains(first, point) && moves[0]["stranded"] == "" {
			f.proxy.Ask("ROLLBACK MOVE " + f.subject())
			return
		}
		f.proxy.Ask("FINISH MOVE " + f.subject())
		f.await("done")
	}
	if f.module {
		f.proxy.Ask("MOVE MODULE all TO " + f.away)
	} else {
		f.proxy.Ask("MOVE DATABASE blog TO " + f.away)
	}
}

// arrive waits until the database has switched.
func (f *fleet) arrive() map[string]string {
	f.t.Helper()
	var m map[string]string
	f.proxy.Await("the database is on "+f.away, 3*patience, func() bool {
		m = f.move()
		return m["status"] == "failed" || m["status"] == "reversible" && m["wish"] == ""
	})
	if m["status"] == "failed" || m["to"] != f.away {
		f.t.Fatalf("the database did not come to %s: %v", f.away, m)
	}
	f.home, f.away = f.away, f.home
	return m
}

// agree waits until every proxy knows where the database is: one that was cut off from the store hears of it a moment after the link is back.
func (f *fleet) agree() {
	f.t.Helper()
	for _, p := range []*front.Proxy{f.proxy, f.others[0].Proxy, f.others[1].Proxy} {
		p.Await("it knows where the database is", patience, func() bool {
			rows := p.Ask(map[bool]string{false: "SHOW DATABASES WHERE database = 'blog'", true: "SHOW MODULES WHERE name = 'all'"}[f.module])
			return len(rows) == 1 && rows[0]["cluster"] == f.home
		})
	}
}

// bounce kills a server, lets the move go on, and starts the server again a moment later.
func (f *fleet) bounce(s *lab.Server, meanwhile func()) {
	f.t.Helper()
	if err := s.Kill(); err != nil {
		f.t.Fatal(err)
	}
	meanwhile()
	time.Sleep(2 * time.Second) // in which it is away
	if err := s.Start(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
}

// still has a server stand still for a while: its connections are open, and nothing answers.
func (f *fleet) still(s *lab.Server, meanwhile func()) {
	f.t.Helper()
	if err := s.Pause(); err != nil {
		f.t.Fatal(err)
	}
	meanwhile()
	time.Sleep(asleep())
	if err := s.Continue(); err != nil {
		f.t.Fatal(err)
	}
}

// dump writes what all proxies are doing into the log of a test that has failed.
func (f *fleet) dump() {
	if !f.t.Failed() {
		return
	}
	for _, m := range f.others {
		f.t.Logf("%s said:\n%s", m.Address, front.Tail(m.Log.String(), 60))
		req, err := http.NewRequest(http.MethodGet, "http://"+m.HTTP+"/debug/pprof/goroutine?debug=2", nil)
		if err != nil {
			continue
		}
		req.SetBasicAuth("admin", front.AdminPassword)
		answer, err := (&http.Client{Timeout: 5 * time.Second}).Do(req)
		if err != nil {
			continue // it is dead
		}
		text, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		for _, g := range strings.Split(string(text), "\n\n") {
			if strings.Contains(g, "sharding/move") {
				f.t.Logf("%s does:\n%s", m.Address, g)
			}
		}
	}
}

// story writes what the proxies said about a move into the log, for who looks for what went wrong.
func (f *fleet) story() {
	for _, m := range f.others {
		f.t.Logf("%s said:\n%s", m.Address, front.Tail(m.Log.String(), 40))
	}
}
