package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"shunt/lab"
	"shunt/tests/cluster"
)

// suiteSettings let the driver's tests have TLS, and values of 32 MiB, which the longest of them sends. TestConnectionAttributes skips itself on
// the lab's servers, which run without performance_schema; with it, it would find the attributes of the connection behind.
const suiteSettings = "max_allowed_packet=64M\nssl_cert=%s\nssl_key=%s\n"

// suiteReads are for tests that write on one connection of the driver's pool and read on another one.
const suiteReads = "reads: {consistency: causal-global}\n"

// leftOut is a test of the suite that asks no server: it dials an address of the Internet, and stops the whole program where that is refused
// at once.
const leftOut = "^TestConnectorReturnsTimeout$"

// rounds bounds how often tests with unequal outcomes are run again: some look at the clock, and on a busy machine skip themselves or fail.
const rounds = 3

// TestDriverSuite runs the tests of go-sql-driver/mysql itself, which its module carries, direct and through shunt: the same ones pass, fail
// and are skipped. TLS is on both sides of shunt, for tests that ask the server for the cipher.
func TestDriverSuite(t *testing.T) {
	c := cluster.Start(t, cluster.Datacenters(lab.Datacenter{Name: "paris", Replicas: 1}))
	cert, key := certificateFiles(t)
	reconfigure(t, c, fmt.Sprintf(suiteSettings, cert, key))
	change(t, c, "CREATE DATABASE shop_driver")
	dir := driverSources(t)
	p := startEdited(t, c, func(config string) string {
		return offerTLS(cert, key)(config) + "    tls: {mode: required}\n" + suiteReads
	})
	run := func(only string) (direct, through outcomes) {
		return runSuite(t, c, dir, c.Datacenters[0].Primary.Address, only), runSuite(t, c, dir, p.Address, only)
	}
	direct, through := run(".")
	if n := direct.count("pass"); n < 300 {
		t.Errorf("direct, only %d tests pass:\n%s", n, tail(direct.said["TestMain"], 40))
	}
	unequal := direct.unequal(through, nil)
	for round := 0; round < rounds && len(unequal) > 0; round++ {
		again, againThrough := run(anyOf(unequal))
		unequal = again.unequal(againThrough, unequal)
	}
	for _, name := range unequal {
		t.Errorf("%s\n direct:  %s\n%s through: %s\n%s", name, direct.outcome[name], direct.said[name], through.outcome[name], through.said[name])
	}
	t.Logf("direct, %d pass, %d fail, %d are skipped", direct.count("pass"), direct.count("fail"), direct.count("skip"))
}

// anyOf is a pattern for go test -run that chooses tests by their top-level names.
func anyOf(names []string) string {
	var top []string
	for _, name := range names {
		name, _, _ = strings.Cut(name, "/")
		top = append(top, regexp.QuoteMeta(name))
	}
	slices.Sort(top)
	return "^(" + strings.Join(slices.Compact(top), "|") + ")$"
}

// driverSources is a copy of the driver's module, which is read-only where the go command keeps it.
func driverSources(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/go-sql-driver/mysql").Output()
	if err != nil {
		t.Fatalf("looking for the driver's module (go mod download fetches it): %v", err)
	}
	dir := filepath.Join(t.TempDir(), "driver")
	if err := os.CopyFS(dir, os.DirFS(strings.TrimSpace(string(out)))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// outcomes of a run of the suite, by the name of the test.
type outcomes struct {
	outcome map[string]string // pass, fail or skip; run for one that did not end
	said    map[string]string
}

func (o outcomes) count(outcome string) (n int) {
	for _, got := range o.outcome {
		if got == outcome {
			n++
		}
	}
	return n
}

// unequal are the tests whose outcomes are not the same in both runs, in order; of those named, if any are.
func (o outcomes) unequal(other outcomes, of []string) (names []string) {
	for _, run := range []outcomes{o, other} {
		for name := range run.outcome {
			if o.outcome[name] != other.outcome[name] && (of == nil || slices.Contains(of, name)) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// runSuite runs those of the driver's tests that a pattern chooses against an address. That some fail is no error: which ones, is the result.
func runSuite(t *testing.T, c *cluster.Cluster, dir, address, only string) outcomes {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", "test", "-json", "-count=1", "-run", only, "-skip", leftOut, ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "MYSQL_TEST_PROT=tcp", "MYSQL_TEST_ADDR="+address, "MYSQL_TEST_DBNAME=shop_driver",
		"MYSQL_TEST_USER="+c.Accounts.Shop.User, "MYSQL_TEST_PASS="+c.Accounts.Shop.Password)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if _, failed := err.(*exec.ExitError); err != nil && !failed || ctx.Err() != nil {
		t.Fatalf("%s: %v\n%s\n%s", address, err, stderr.String(), tail(string(out), 20))
	}
	run, err := readOutcomes(out)
	if err != nil {
		t.Fatalf("%s: %v\n%s\n%s", address, err, stderr.String(), tail(string(out), 20))
	}
	return run
}

// readOutcomes reads what `go test -json` prints: see `go doc test2json`.
func readOutcomes(out []byte) (outcomes, error) {
	run := outcomes{map[string]string{}, map[string]string{}}
	for decoder := json.NewDecoder(bytes.NewReader(out)); decoder.More(); {
		var event struct{ Action, Test, Output string }
		if err := decoder.Decode(&event); err != nil {
			return run, err
		}
		switch event.Action {
		case "run", "pass", "fail", "skip":
			run.outcome[event.Test] = event.Action
		case "output":
			run.said[event.Test] += event.Output
		}
	}
	delete(run.outcome, "") // the package as a whole
	return run, nil
}

// reconfigure adds settings to every server's own file and starts it again.
func reconfigure(t *testing.T, c *cluster.Cluster, settings string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, s := range c.Servers() {
		file, err := os.OpenFile(filepath.Join(s.Dir, "my.cnf"), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = file.WriteString(settings)
		for _, step := range []func() error{file.Close, s.Stop, func() error { return s.Start(ctx) }} {
			if err == nil {
				err = step()
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	c.CatchUp(t)
}
