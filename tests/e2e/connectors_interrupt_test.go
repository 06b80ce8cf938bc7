package e2e

import (
	"bytes"
	"context"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"shunt/lab/shop"
	"shunt/tests/cluster"
)

// TestInterruptedClient: Ctrl-C in the mariadb client ends the statement that runs, by a KILL QUERY that the client sends on a connection of its own,
// and nothing else.
func TestInterruptedClient(t *testing.T) {
	needs(t, "mariadb", "apt-get install mariadb-client, or make deps-test")
	c := cluster.Shared(t)
	direct := interrupt(t, c, c.Datacenters[0].Primary.Address)
	if !strings.Contains(direct, "1317") || !strings.Contains(direct, "still here") {
		t.Fatalf("direct, the client says\n%s", direct)
	}
	if through := interrupt(t, c, startShunt(t, c, "").Address); through != direct {
		t.Errorf("direct, the client says\n%s\nthrough shunt\n%s", direct, through)
	}
}

// interrupt sends a client the signal of Ctrl-C as soon as a server runs its first statement, and gives what it prints.
func interrupt(t *testing.T, c *cluster.Cluster, address string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	host, port, _ := strings.Cut(address, ":")
	client := exec.CommandContext(ctx, "mariadb", "--no-defaults", "--force", "-h"+host, "-P"+port, "-u"+c.Accounts.Shop.User, "-p"+c.Accounts.Shop.Password, shop.Database)
	client.Stdin = strings.NewReader(endless + ";\nSELECT 'still here';\n")
	var out bytes.Buffer
	client.Stdout, client.Stderr = &out, &out
	if err := client.Start(); err != nil {
		t.Fatal(err)
	}
	for !runs(t, ctx, c, endless) {
		select {
		case <-ctx.Done():
			t.Fatalf("%s: no server runs the client's statement; it printed\n%s", address, out.String())
		case <-time.After(10 * time.Millisecond):
		}
	}
	if err := client.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	err := client.Wait()
	if ctx.Err() != nil {
		t.Fatalf("%s: the client did not go on after Ctrl-C", address)
	}
	if _, refused := err.(*exec.ExitError); err != nil && !refused {
		t.Fatal(err)
	}
	return out.String()
}

// runs says whether a server of the cluster is at work on a statement of the shop's account.
func runs(t *testing.T, ctx context.Context, c *cluster.Cluster, statement string) bool {
	t.Helper()
	for _, s := range c.Servers() {
		rows, err := query(ctx, s.DB(), "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = ? AND INFO = ?", c.Accounts.Shop.User, statement)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) > 0 {
			return true
		}
	}
	return false
}
