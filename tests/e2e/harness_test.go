// Package e2e has the stories: the real binary before real servers with real replication, and the clients that people use.
package e2e

import (
	"bytes"
	"context"
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
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

func TestMain(m *testing.M) { cluster.Main(m, cluster.Shop()) }

// program is the binary, built once for all tests of the package; racing is the same with the race detector.
var (
	program = sync.OnceValues(func() (string, error) { return build() })
	racing  = sync.OnceValues(func() (string, error) { return build("-race") })
)

func build(flags ...string) (string, error) {
	dir, err := os.MkdirTemp("", "shunt-e2e-")
	if err != nil {
		return "", err
	}
	if err := removeAtExit(dir); err != nil {
		return "", err
	}
	path := filepath.Join(dir, "shunt")
	out, err := exec.Command("go", append(append([]string{"build"}, flags...), "-o", path, "shunt/cmd/shunt")...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building shunt: %w\n%s", err, out)
	}
	return path, nil
}

// removeAtExit has a folder removed when this process ends, however it ends: cluster.Main leaves with os.Exit, and a test that takes too long
// with a panic. A shell waits for the end of its input, whose other end only the kernel closes, with this process.
func removeAtExit(dir string) error {
	var pipe [2]int
	if err := syscall.Pipe2(pipe[:], syscall.O_CLOEXEC); err != nil {
		return err
	}
	input := os.NewFile(uintptr(pipe[0]), "pipe")
	defer input.Close()
	shell := exec.Command("sh", "-c", `cat; rm -rf -- "$0"`, dir)
	shell.Stdin = input
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a Ctrl-C is not for it
	return shell.Start()
}

// proxied is a running shunt.
type proxied struct {
	t                      testing.TB
	Address, Console, HTTP string
	process                *exec.Cmd
	log                    *bytes.Buffer
	cluster                *cluster.Cluster
	ended                  chan error
}

// adminPassword is that of every console in these tests.
const adminPassword = "admin-secret"

// startShunt starts shunt before the servers of c and waits until it takes clients. extra is YAML that is added to the configuration's top
// level.
func startShunt(t testing.TB, c *cluster.Cluster, extra string) *proxied {
	t.Helper()
	return startEdited(t, c, func(config string) string { return config + extra })
}

// startEdited is startShunt for tests that change more of the configuration than its end.
func startEdited(t testing.TB, c *cluster.Cluster, edit func(config string) string) *proxied {
	t.Helper()
	p := launch(t, c, edit)
	p.awaitReady()
	return p
}

// launch is startEdited for a shunt that may never be ready.
func launch(t testing.TB, c *cluster.Cluster, edit func(config string) string) *proxied {
	t.Helper()
	return launchBuilt(t, c, program, edit)
}

// launchBuilt launches one that was built in another way.
func launchBuilt(t testing.TB, c *cluster.Cluster, program func() (string, error), edit func(config string) string) *proxied {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	ports := freePorts(t, 3)
	p := &proxied{t: t, Address: ports[0], Console: ports[1], HTTP: ports[2], cluster: c, log: &bytes.Buffer{}, ended: make(chan error, 1)}
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte(edit(p.config())), 0o600); err != nil {
		t.Fatal(err)
	}
	p.process = exec.Command(path, "serve", "--config", file)
	p.process.Stdout, p.process.Stderr = p.log, p.log
	p.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.ended <- p.process.Wait() }()
	t.Cleanup(p.stop)
	return p
}

func (p *proxied) config() string {
	var b strings.Builder
	fmt.Fprintf(&b, "listen: %s\nadmin: {console: %s, http: %s, password: %s}\nclusters:\n", p.Address, p.Console, p.HTTP, adminPassword)
	for _, d := range p.cluster.Datacenters {
		var servers []string
		for _, s := range d.Servers() {
			servers = append(servers, s.Address)
		}
		fmt.Fprintf(&b, "  %s:\n    servers: [%s]\n    account: {user: %s, password: %q}\n", d.Name, strings.Join(servers, ", "),
			p.cluster.Accounts.Control.User, p.cluster.Accounts.Control.Password)
	}
	return b.String()
}

func freePorts(t testing.TB, n int) []string {
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

// awaitReady waits until the proxy takes clients and every replica of the lab is in service.
func (p *proxied) awaitReady() {
	p.t.Helper()
	p.await("shunt is ready", 20*time.Second, func() bool {
		r, err := http.Get("http://" + p.HTTP + "/readyz")
		if err != nil {
			return false
		}
		r.Body.Close()
		return r.StatusCode == http.StatusOK
	})
	want := 0
	for _, d := range p.cluster.Datacenters {
		want += len(d.Replicas)
	}
	p.await("all replicas are in service", 20*time.Second, func() bool {
		return len(p.console("SHOW SERVERS WHERE role = 'replica' AND in_service = 1")) == want
	})
}

// await waits for a condition, or fails with shunt's log.
func (p *proxied) await(what string, within time.Duration, cond func() bool) {
	p.t.Helper()
	for deadline := time.Now().Add(within); !cond(); time.Sleep(10 * time.Millisecond) {
		select {
		case err := <-p.ended:
			p.ended <- err // for stop
			p.t.Fatalf("shunt ended (%v) before %s; it said:\n%s", err, what, p.log)
		default:
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("after %v still not: %s; shunt said:\n%s", within, what, p.log)
		}
	}
}

// stop drains the proxy, as an operator would.
func (p *proxied) stop() {
	if p.process.ProcessState == nil {
		_ = p.process.Process.Signal(syscall.SIGTERM)
	}
	select {
	case err := <-p.ended:
		if err != nil {
			p.t.Errorf("shunt ended with %v", err)
		}
	case <-time.After(45 * time.Second):
		p.t.Error("shunt does not end after SIGTERM")
		_ = p.process.Process.Kill()
	}
	if p.t.Failed() {
		p.t.Logf("shunt said:\n%s", tail(p.log.String(), 60))
	}
}

func tail(text string, lines int) string {
	all := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// open gives a pool of an application's connections through shunt.
func (p *proxied) open(database string) *sql.DB {
	p.t.Helper()
	return p.cluster.Open(p.t, p.cluster.Accounts.Shop, p.Address, database)
}

// console runs a command on the admin console and gives its rows as maps from column to text.
func (p *proxied) console(command string) []map[string]string {
	p.t.Helper()
	db := p.cluster.Open(p.t, lab.Account{User: "admin", Password: adminPassword}, p.Console, "")
	defer db.Close()
	rows, err := query(p.t.Context(), db, command)
	if err != nil {
		p.t.Fatalf("%s: %v\nshunt said:\n%s", command, err, tail(p.log.String(), 30))
	}
	return rows
}

// query reads a whole result as text.
func query(ctx context.Context, db interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}, q string, args ...any) ([]map[string]string, error) {
	rows, err := db.QueryContext(ctx, q, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var out []map[string]string
	for rows.Next() {
		values, into := make([]sql.NullString, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		row := map[string]string{}
		for i, n := range names {
			row[n] = values[i].String
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

// raw logs in with a client that shows every byte.
func raw(t testing.TB, address string, o mysqltest.Options) *mysqltest.Client {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	c, err := mysqltest.Dial(ctx, address, o)
	if err != nil {
		t.Fatalf("logging in to %s: %v", address, err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}
