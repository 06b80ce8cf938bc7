// Package switchover has the tests of planned promotion and of failover with real servers, of MariaDB and of MySQL: the
// rooms that take part, without the proxy.
package switchover

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"shunt/backend/monitor"
	"shunt/backend/monitor/control"
	"shunt/backend/switchover"
	"shunt/lab"
	"shunt/tests/cluster"
	"shunt/topology"
)

const patience = 30 * time.Second

// house is a monitor and an engine before real servers, as cmd/shunt ties them.
type house struct {
	*testing.T
	cluster *cluster.Cluster
	monitor *monitor.Monitor
	engine  *switchover.Engine
	gate    *gate
	account switchover.Account // of replication
	wrap    func(address string, s switchover.Server) switchover.Server
}

// gate stands for the proxy. What writers there are asks it before each write.
type gate struct {
	mu   sync.RWMutex
	fail error // guarded by mu: what Hold answers
}

func (g *gate) Hold(context.Context, string) (func(), error) {
	g.mu.Lock()
	if err := g.fail; err != nil {
		g.mu.Unlock()
		return nil, err
	}
	return sync.OnceFunc(g.mu.Unlock), nil
}

// write runs f while no hold is on.
func (g *gate) write(f func()) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	f()
}

// started starts servers with two replicas, and the house before them. change may change what the engine is made of.
func started(t *testing.T, change func(*house, *switchover.Deps), opts ...cluster.Option) *house {
	t.Helper()
	opts = append(opts, cluster.Datacenters(lab.Datacenter{Name: "paris", Replicas: 2}))
	return before(t, cluster.Start(t, opts...), change)
}

// before builds a house before servers that run.
func before(t *testing.T, c *cluster.Cluster, change func(*house, *switchover.Deps)) *house {
	t.Helper()
	return listed(t, c, func(s *lab.Server) string { return s.Address }, change)
}

// listed is before, with addresses that are not the servers' own.
func listed(t *testing.T, c *cluster.Cluster, at func(*lab.Server) string, change func(*house, *switchover.Deps)) *house {
	t.Helper()
	h := &house{T: t, cluster: c, gate: &gate{}, account: switchover.Account(c.Accounts.Replication)}
	world := monitor.Cluster{Name: "paris", Account: monitor.Account(c.Accounts.Control)}
	for _, s := range c.Servers() {
		world.Hosts = append(world.Hosts, monitor.Host{Address: at(s), Weight: 1})
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	h.monitor = monitor.New(monitor.DefaultConfig(), []monitor.Cluster{world}, log)
	deps := switchover.Deps{
		Gate: h.gate, Snapshot: h.monitor.Snapshot, Look: h.monitor.ReportFailure, Quiet: h.monitor.Hush,
		Dial: func(ctx context.Context, _, address string) (switchover.Server, error) {
			s, err := switchover.Dial(ctx, h.endpoint(address, c.Accounts.Control))
			if err == nil && h.wrap != nil {
				s = h.wrap(address, s)
			}
			return s, err
		},
		Login: func(ctx context.Context, _, address string, as switchover.Account) ([]string, error) {
			return switchover.Login(ctx, h.endpoint(address, lab.Account(as)))
		},
		Replication: func(string) switchover.Account { return h.account },
		Log:         log,
	}
	if change != nil {
		change(h, &deps)
	}
	h.engine = switchover.New(switchover.DefaultConfig(), deps)
	h.monitor.Notify(h.engine.TopologyChanged)
	ctx, cancel := context.WithCancel(context.Background())
	var rooms sync.WaitGroup
	rooms.Go(func() { _ = h.monitor.Run(ctx) })
	rooms.Go(func() { _ = h.engine.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		rooms.Wait()
	})
	h.await("all serve", func(c *topology.Cluster) bool {
		serving := 0
		for _, host := range c.Hosts {
			if host.InService {
				serving++
			}
		}
		return c.Primary != nil && serving == len(c.Hosts)
	})
	return h
}

func (h *house) endpoint(address string, as lab.Account) control.Endpoint {
	return control.Endpoint{Address: address, User: as.User, Password: as.Password}
}

// await waits until the monitor sees the cluster so.
func (h *house) await(what string, so func(*topology.Cluster) bool) {
	h.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		c := h.monitor.Snapshot().Clusters["paris"]
		if so(c) {
			return
		}
		if time.Now().After(deadline) {
			for _, host := range c.Hosts {
				h.Logf("%+v", *host)
			}
			h.Fatalf("not within %v: %s; problem %q", patience, what, c.Problem)
		}
	}
}

// to switches over, and fails the test if that fails.
func (h *house) to(s *lab.Server) switchover.Report {
	h.Helper()
	report, err := h.engine.Switch(h.Context(), switchover.Order{Cluster: "paris", To: s.Address})
	if err != nil {
		h.Fatalf("%v\n%s", err, told(report))
	}
	return report
}

func told(r switchover.Report) string {
	var b strings.Builder
	for _, row := range r.Rows {
		fmt.Fprintf(&b, "%-10s %-10s %8.1f ms  %s\n", row.Step, row.State, float64(row.Took)/1e6, row.Detail)
	}
	return b.String()
}

// value asks a server as root.
func value(t *testing.T, s *lab.Server, query string) string {
	t.Helper()
	var v sql.NullString
	if err := s.DB().QueryRowContext(t.Context(), query).Scan(&v); err != nil {
		t.Fatalf("%s: %s: %v", s.Name, query, err)
	}
	return v.String
}

// standing is what a switchover changes on a server, and nothing else.
type standing struct {
	ReadOnly, Super string
	Links           []switchover.Link
}

// standings reads those of all servers, once no link is on its way from one state to another. What moves by itself is left out.
func (h *house) standings() map[string]standing {
	h.Helper()
	for start := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		found := h.read()
		onTheWay := false
		for _, one := range found {
			onTheWay = onTheWay || slices.ContainsFunc(one.Links, func(l switchover.Link) bool { return l.IO == "Preparing" })
		}
		if !onTheWay || time.Since(start) > patience {
			return found
		}
	}
}

func (h *house) read() map[string]standing {
	h.Helper()
	found := map[string]standing{}
	for _, s := range h.cluster.Servers() {
		one := standing{ReadOnly: value(h.T, s, "SELECT @@global.read_only")}
		if h.mysql() {
			one.Super = value(h.T, s, "SELECT @@global.super_read_only")
		}
		server, err := switchover.Dial(h.Context(), h.endpoint(s.Address, h.cluster.Accounts.Control))
		if err != nil {
			h.Fatal(err)
		}
		links, err := server.Links(h.Context())
		server.Close()
		if err != nil {
			h.Fatal(err)
		}
		for _, l := range links {
			l.Received, l.IOErrno, l.IOError, l.ServerID, l.UUID = "", 0, "", "", ""
			one.Links = append(one.Links, l)
		}
		found[s.Name] = one
	}
	return found
}

func (h *house) mysql() bool { return h.cluster.Binaries.Flavor() == topology.MySQL }

// position is all that a server has.
func (h *house) position(s *lab.Server) string {
	h.Helper()
	if h.mysql() {
		return strings.ReplaceAll(value(h.T, s, "SELECT @@global.gtid_executed"), "\n", "")
	}
	return value(h.T, s, "SELECT @@global.gtid_current_pos")
}

// equal waits until all servers have the same position as the primary, and the same rows in shop.t.
func (h *house) equal(primary *lab.Server) {
	h.Helper()
	release, err := h.monitor.Hush(h.Context(), "paris") // else there is always a newer heartbeat
	if err != nil {
		h.Fatal(err)
	}
	defer release()
	want := h.position(primary)
	for _, s := range h.cluster.Servers() {
		for deadline := time.Now().Add(patience); h.position(s) != want; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				h.Fatalf("%s is at %s, the primary %s at %s", s.Name, h.position(s), primary.Name, want)
			}
		}
		if got, all := value(h.T, s, count), value(h.T, primary, count); got != all {
			h.Errorf("%s has %s rows, the primary %s", s.Name, got, all)
		}
	}
}

const count = "SELECT COUNT(*) FROM shop.t"

// table makes shop.t with one row.
func (h *house) table(s *lab.Server) {
	h.Helper()
	h.exec(s, "CREATE DATABASE shop")
	h.exec(s, "CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY, v INT) ENGINE=InnoDB")
	h.exec(s, "INSERT INTO shop.t (v) VALUES (1)")
	h.cluster.CatchUp(h.T)
}

func (h *house) exec(s *lab.Server, statement string) {
	h.Helper()
	if err := s.Exec(h.Context(), statement); err != nil {
		h.Fatal(err)
	}
}
