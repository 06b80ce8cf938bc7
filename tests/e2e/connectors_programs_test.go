package e2e

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// mysql2 runs the story of mysql2 for Node.js, with the packages that its lock file names.
func mysql2(t *testing.T) []string {
	modules := nodeModules(t, filepath.Join(stories, "node"))
	return []string{"env", "NODE_PATH=" + modules, "node", filepath.Join(stories, "node", "mysql2.cjs")}
}

// nodeModules are the packages of a lock file. npm fetches them once; they are kept where this user's caches are, under a name that changes with
// the lock file, which has the packages' check sums.
func nodeModules(t *testing.T, dir string) string {
	t.Helper()
	lock, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(cache, "shunt", "tests", fmt.Sprintf("node-%x", sha256.Sum256(lock))[:21])
	if exists(kept) {
		return filepath.Join(kept, "node_modules")
	}
	if err := os.MkdirAll(filepath.Dir(kept), 0o755); err != nil {
		t.Fatal(err)
	}
	fresh, err := os.MkdirTemp(filepath.Dir(kept), "node-") // beside it, so that it can be renamed when it is complete
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(fresh) })
	for _, file := range []string{"package.json", "package-lock.json"} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err == nil {
			err = os.WriteFile(filepath.Join(fresh, file), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	npm := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir = fresh
	if out, err := npm.CombinedOutput(); err != nil {
		t.Fatalf("npm ci needs the network, or npm's cache, once: %v\n%s", err, out)
	}
	if err := os.Rename(fresh, kept); err != nil && !exists(kept) {
		t.Fatal(err)
	}
	return filepath.Join(kept, "node_modules")
}

// connectorJar is where Debian's libmariadb-java has MariaDB Connector/J.
const connectorJar = "/usr/share/java/mariadb-java-client.jar"

// connectorJ runs the story of MariaDB Connector/J, on machines that have a Java development kit.
func connectorJ(t *testing.T) []string {
	if _, err := exec.LookPath("javac"); err != nil {
		t.Skip("MariaDB Connector/J is not tried: this machine has no Java development kit")
	}
	if !exists(connectorJar) {
		t.Fatalf("%s is missing: apt-get install libmariadb-java, or make deps-test", connectorJar)
	}
	classes := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	if out, err := exec.CommandContext(ctx, "javac", "-encoding", "UTF-8", "-d", classes, "-cp", connectorJar, filepath.Join(stories, "ConnectorJ.java")).CombinedOutput(); err != nil {
		t.Fatalf("compiling the story: %v\n%s", err, out)
	}
	// A short life is not worth the optimising compiler's time.
	return []string{"java", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8", "-cp", connectorJar + ":" + classes, "ConnectorJ"}
}
