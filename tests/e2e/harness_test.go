// Package e2e has the stories: the real binary before real servers with real replication, and the clients that people use.
package e2e

import (
	"context"
	"database/sql"
	"os/exec"
	"sync"
	"testing"
	"time"

	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
	"shunt/tests/front"
)

func TestMain(m *testing.M) { cluster.Main(m, cluster.Shop()) }

// program is the binary, built once for all tests of the package; racing is the same with the race detector.
var (
	program = sync.OnceValues(func() (string, error) { return front.Build() })
	racing  = sync.OnceValues(func() (string, error) { return front.Build("-race") })
)

// adminPassword is that of every console in these tests.
const adminPassword = front.AdminPassword

// proxied is a running shunt, in the words of these stories.
type proxied struct {
	*front.Proxy
	t       testing.TB
	process *exec.Cmd
	log     *front.Log
	cluster *cluster.Cluster
	ended   chan error
}

// startShunt starts shunt before the servers of c and waits until it takes clients. extra is YAML that is added to the configuration's top
// level.
func startShunt(t testing.TB, c *cluster.Cluster, extra string) *proxied {
	t.Helper()
	return startEdited(t, c, front.With(extra))
}

// startEdited is startShunt for tests that change more of the configuration than its end.
func startEdited(t testing.TB, c *cluster.Cluster, edit front.Edit) *proxied {
	t.Helper()
	p := launch(t, c, edit)
	p.awaitReady()
	return p
}

// launch is startEdited for a shunt that may never be ready.
func launch(t testing.TB, c *cluster.Cluster, edit front.Edit) *proxied {
	t.Helper()
	return launchBuilt(t, c, program, edit)
}

// launchBuilt launches one that was built in another way.
func launchBuilt(t testing.TB, c *cluster.Cluster, program func() (string, error), edit front.Edit) *proxied {
	t.Helper()
	p := front.Launch(t, c, program, edit)
	return &proxied{Proxy: p, t: t, process: p.Process, log: p.Log, cluster: c, ended: p.Ended}
}

func freePorts(t testing.TB, n int) []string {
	t.Helper()
	return front.FreePorts(t, n)
}

func (p *proxied) awaitReady() {
	p.t.Helper()
	p.AwaitReady()
}

func (p *proxied) await(what string, within time.Duration, cond func() bool) {
	p.t.Helper()
	p.Await(what, within, cond)
}

func (p *proxied) open(database string) *sql.DB {
	p.t.Helper()
	return p.Open(database)
}

func (p *proxied) console(command string) []map[string]string {
	p.t.Helper()
	return p.Ask(command)
}

func tail(text string, lines int) string { return front.Tail(text, lines) }

// query reads a whole result as text.
func query(ctx context.Context, db front.Querier, q string, args ...any) ([]map[string]string, error) {
	return front.Rows(ctx, db, q, args...)
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
