package mysqltest

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// MariaDB is a server of the distribution's package, started for one test.
type MariaDB struct {
	Addr           string // host and port
	User, Password string // an account with all rights, mysql_native_password
}

// Options logs in as the account with all rights.
func (m MariaDB) Options() Options { return Options{User: m.User, Password: m.Password} }

// mariadbSetup makes the account and a database to play in.
const mariadbSetup = `CREATE USER tester@'%' IDENTIFIED VIA mysql_native_password USING PASSWORD('secret');
GRANT ALL PRIVILEGES ON *.* TO tester@'%' WITH GRANT OPTION;
CREATE DATABASE test CHARACTER SET utf8mb4;
`

// startWait is how long a server may take until it answers.
const startWait = 2 * time.Minute

// StartMariaDB makes an empty MariaDB server in a temporary folder, starts it with the given options on a free port of
// 127.0.0.1, and returns once it takes connections. It has a database "test". The server ends, and its data go, with
// the test. Without mariadbd the test fails.
func StartMariaDB(t testing.TB, options ...string) MariaDB {
	t.Helper()
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	setup := filepath.Join(dir, "setup.sql")
	if err := os.WriteFile(setup, []byte(mariadbSetup), 0o600); err != nil {
		t.Fatal(err)
	}
	owner, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	// Without --user, which would have the installer change the owner of the system's helper for PAM. With a folder of its own for temporary
	// files: in a shared one, servers that start at the same time delete each other's.
	install := exec.Command(mariadbProgram(t, "mariadb-install-db"), "--no-defaults", "--datadir="+data, "--tmpdir="+dir,
		"--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve")
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("mariadb-install-db: %v\n%s", err, out)
	}
	port := freePort(t)
	startMariaDB(t, append([]string{
		"--no-defaults", "--datadir=" + data, "--tmpdir=" + dir, "--user=" + owner.Username, "--socket=mariadb.sock",
		"--bind-address=127.0.0.1", fmt.Sprintf("--port=%d", port), "--skip-name-resolve", "--init-file=" + setup,
		"--innodb-buffer-pool-size=16M", "--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0", "--skip-innodb-doublewrite",
	}, options...))
	return MariaDB{Addr: fmt.Sprintf("127.0.0.1:%d", port), User: "tester", Password: "secret"}
}

// mariadbProgram finds a program of the server.
func mariadbProgram(t testing.TB, name string) string {
	t.Helper()
	for _, dir := range []string{"", "/usr/sbin/", "/usr/local/sbin/", "/usr/local/bin/"} {
		if path, err := exec.LookPath(dir + name); err == nil {
			return path
		}
	}
	t.Fatalf("%s is not installed; this test runs against a real server. Install it: apt-get install mariadb-server", name)
	return ""
}

// freePort finds a port that nobody listens on.
func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// startMariaDB starts mariadbd, waits until its log says that it takes connections, and has it killed when the test ends.
func startMariaDB(t testing.TB, args []string) {
	t.Helper()
	server := exec.Command(mariadbProgram(t, "mariadbd"), args...)
	server.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // not to outlive a test that is killed
	log, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatalf("starting mariadbd: %v", err)
	}
	ready := make(chan struct{})
	ended := make(chan string, 1)
	go func() {
		text := followLog(bufio.NewScanner(log), ready)
		_ = server.Wait() // killed, or its log says why
		ended <- text
	}()
	t.Cleanup(func() {
		_ = server.Process.Kill()
		<-ended
	})
	select {
	case <-ready:
	case text := <-ended:
		ended <- text
		t.Fatalf("mariadbd did not start:\n%s", text)
	case <-time.After(startWait):
		t.Fatalf("mariadbd did not start within %s", startWait)
	}
}

// followLog reads the server's log to its end, and closes ready when it says that the server takes connections. It
// returns what came before.
func followLog(log *bufio.Scanner, ready chan<- struct{}) string {
	var lines []string
	for log.Scan() {
		if ready == nil {
			continue
		}
		lines = append(lines, log.Text())
		if strings.Contains(log.Text(), "ready for connections") {
			close(ready)
			ready = nil
		}
	}
	return strings.Join(lines, "\n")
}
