// Package front puts a running shunt before the servers of a test: the real binary, built by the test, with a configuration of its own.
//
// [Start] waits until it takes clients; [Launch] is for one that may never. A [Proxy] ends with its test, as an operator would end it, and what
// it said is shown if the test failed. The servers behind are those of tests/cluster.
package front

import (
	"bytes"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"shunt/lab"
	"shunt/tests/cluster"
)

// AdminPassword is that of every console in tests.
const AdminPassword = "admin-secret"

const (
	readyBound = 20 * time.Second
	// stopBound is more than limits.drain.
	stopBound = 45 * time.Second
)

// Proxy is a running shunt.
type Proxy struct {
	Address, Console, HTTP string // host:port of each door
	Process                *exec.Cmd
	Log                    *Log
	Cluster                *cluster.Cluster
	Ended                  chan error // how the process ended, once; who takes it puts it back

	t    testing.TB
	stop sync.Once
}

// Log is what a process has said so far.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write adds to the log.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// Edit changes a configuration, as text, before it is used.
type Edit func(config string) string

// With adds YAML to the configuration's top level.
func With(extra string) Edit { return func(config string) string { return config + extra } }

// Start starts shunt before the servers of c and waits until it takes clients and all replicas are in service. program gives the path of the
// binary, as Build does.
func Start(t testing.TB, c *cluster.Cluster, program func() (string, error), edit Edit) *Proxy {
	t.Helper()
	p := Launch(t, c, program, edit)
	p.AwaitReady()
	return p
}

// Launch is Start for a shunt that may never be ready. env has settings of its environment, as NAME=value.
func Launch(t testing.TB, c *cluster.Cluster, program func() (string, error), edit Edit, env ...string) *Proxy {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	ports := FreePorts(t, 3)
	p := &Proxy{t: t, Address: ports[0], Console: ports[1], HTTP: ports[2], Cluster: c, Log: &Log{}, Ended: make(chan error, 1)}
	file := filepath.Join(t.TempDir(), "config.yaml")
	text := edit(p.config())
	if !strings.Contains(text, "\nstore:") { // most tests keep nothing, and each store costs a folder and a moment
		text += "\nstore: {embedded: \"\"}\n"
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Process = exec.Command(path, "serve", "--config", file)
	p.Process.Stdout, p.Process.Stderr = p.Log, p.Log
	p.Process.Env = append(os.Environ(), env...)
	p.Process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.Process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.Ended <- p.Process.Wait() }()
	t.Cleanup(p.Stop)
	return p
}

func (p *Proxy) config() string {
	var b strings.Builder
	fmt.Fprintf(&b, "listen: %s\nadmin: {console: %s, http: %s, password: %s}\n", p.Address, p.Console, p.HTTP, AdminPassword)
	b.WriteString("clusters:\n")
	for _, d := range p.Cluster.Datacenters {
		var servers []string
		for _, s := range d.Servers() {
			servers = append(servers, s.Address)
		}
		fmt.Fprintf(&b, "  %s:\n    servers: [%s]\n    account: {user: %s, password: %q}\n", d.Name, strings.Join(servers, ", "),
			p.Cluster.Accounts.Control.User, p.Cluster.Accounts.Control.Password)
	}
	return b.String()
}

// FreePorts gives addresses on 127.0.0.1 on which nobody listens now.
func FreePorts(t testing.TB, n int) []string {
	t.Helper()
	var out []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		out = append(out, l.Addr().String())
	}
	return out
}

// AwaitReady waits until the proxy takes clients and every replica of the lab is in service.
func (p *Proxy) AwaitReady() {
	p.t.Helper()
	p.Await("shunt is ready", readyBound, func() bool {
		r, err := http.Get("http://" + p.HTTP + "/readyz")
		if err != nil {
			return false
		}
		r.Body.Close()
		return r.StatusCode == http.StatusOK
	})
	want := 0
	for _, d := range p.Cluster.Datacenters {
		want += len(d.Replicas)
	}
	p.Await("all replicas are in service", readyBound, func() bool {
		return len(p.Ask("SHOW SERVERS WHERE role = 'replica' AND in_service = 1")) == want
	})
}

// Await waits for a condition, or fails with shunt's log.
func (p *Proxy) Await(what string, within time.Duration, cond func() bool) {
	p.t.Helper()
	for deadline := time.Now().Add(within); !cond(); time.Sleep(10 * time.Millisecond) {
		select {
		case err := <-p.Ended:
			p.Ended <- err // for Stop
			p.t.Fatalf("shunt ended (%v) before %s; it said:\n%s", err, what, p.Log)
		default:
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("after %v still not: %s; shunt said:\n%s", within, what, p.Log)
		}
	}
}

// Stop drains the proxy, as an operator would, and waits for its end. It is called at the end of the test at the latest; once more is no harm.
func (p *Proxy) Stop() { p.stop.Do(p.drain) }

// Crash kills the proxy, as a power cut would, and returns when it is dead.
func (p *Proxy) Crash() {
	p.stop.Do(func() {
		_ = p.Process.Process.Kill()
		p.Ended <- <-p.Ended
	})
}

func (p *Proxy) drain() {
	if p.Process.ProcessState == nil {
		_ = p.Process.Process.Signal(syscall.SIGTERM)
	}
	select {
	case err := <-p.Ended:
		p.Ended <- err
		if err != nil {
			p.t.Errorf("shunt ended with %v", err)
		}
	case <-time.After(stopBound):
		p.t.Error("shunt does not end after SIGTERM")
		_ = p.Process.Process.Kill()
	}
	if p.t.Failed() {
		p.t.Logf("shunt said:\n%s", Tail(p.Log.String(), 60))
	}
}

// Tail is the end of a text.
func Tail(text string, lines int) string {
	all := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// Open gives a pool of an application's connections through shunt.
func (p *Proxy) Open(database string) *sql.DB {
	p.t.Helper()
	return p.Cluster.Open(p.t, p.Cluster.Accounts.Shop, p.Address, database)
}

// Ask runs a command on the admin console and gives its rows as maps from column to text.
func (p *Proxy) Ask(command string) []map[string]string {
	p.t.Helper()
	rows, err := p.Try(command)
	if err != nil {
		p.t.Fatalf("%s: %v\nshunt said:\n%s", command, err, Tail(p.Log.String(), 30))
	}
	return rows
}

// Try is Ask for a command that may fail.
func (p *Proxy) Try(command string) ([]map[string]string, error) {
	db, err := lab.Account{User: "admin", Password: AdminPassword}.Open(p.Console, "")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	return Rows(p.t.Context(), db, command)
}
