// Package mariadbtest starts real MariaDB servers for tests: each in a folder of its own, listening on 127.0.0.1 only,
// ended with the test by its process id.
//
// [Start] gives a running [Server]; its methods make it fail in the ways the monitor has to notice.
package mariadbtest

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"
)

// The control account that every server has, with just the rights that shunt asks for.
const (
	User     = "shunt"
	Password = "secret"
)

const install = "apt-get install mariadb-server"

// patience is how long a server may take to start or stop on a busy machine.
const patience = 60 * time.Second

// Server is one mariadbd. Its methods fail the test instead of returning errors. They may be called from the test's
// goroutine only.
type Server struct {
	Address string // host:port
	Socket  string // path of its unix socket
	Port    int

	t     testing.TB
	dir   string
	id    int
	flags []string
	cmd   *exec.Cmd
	log   *logTail
	root  *sql.DB
}

// Start installs and starts a server with a server_id of its own, binary log and strict GTIDs; flags are added to
// mariadbd's command line. It takes about a second.
func Start(t testing.TB, flags ...string) *Server {
	t.Helper()
	s := &Server{t: t, dir: t.TempDir(), flags: flags}
	s.Socket = filepath.Join(s.dir, "s")
	s.Port = freePort(t)
	s.Address = fmt.Sprintf("127.0.0.1:%d", s.Port)
	s.id = s.Port // unique among servers that run at the same time
	s.install()
	s.Run()
	t.Cleanup(s.Kill)
	s.root = s.Open("root", "")
	s.Exec(
		"SET SESSION sql_log_bin=0",
		"CREATE USER "+User+"@'%' IDENTIFIED BY '"+Password+"'",
		"GRANT SLAVE MONITOR, BINLOG MONITOR, SHOW DATABASES ON *.* TO "+User+"@'%'",
		"GRANT CREATE, SELECT, INSERT, UPDATE, DELETE ON shunt.* TO "+User+"@'%'",
		"GRANT SELECT ON mysql.global_priv TO "+User+"@'%'",
		"CREATE USER replica@'%' IDENTIFIED BY '"+Password+"'",
		"GRANT REPLICATION SLAVE ON *.* TO replica@'%'",
		"SET SESSION sql_log_bin=1",
	)
	return s
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) install() {
	s.t.Helper()
	args := []string{"--no-defaults", "--datadir=" + s.data(), "--tmpdir=" + s.dir, "--auth-root-authentication-method=normal",
		"--skip-test-db", "--skip-name-resolve", "--innodb-log-file-size=4M"}
	// Without --user, which would have the installer change the owner of the system's helper for PAM.
	out, err := exec.Command("mariadb-install-db", args...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("no MariaDB data folder: %v (%s installs the server)\n%s", err, install, out)
	}
}

// account is what mariadbd wants when started by root, which it refuses otherwise.
func account() []string {
	if u, err := user.Current(); err == nil && u.Uid == "0" {
		return []string{"--user=root"}
	}
	return nil
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// Run starts the server again after [Server.Kill] and returns when it takes connections.
func (s *Server) Run() {
	s.t.Helper()
	args := append([]string{"--no-defaults", "--datadir=" + s.data(), "--tmpdir=" + s.dir, "--socket=" + s.Socket,
		"--bind-address=127.0.0.1", fmt.Sprintf("--port=%d", s.Port), fmt.Sprintf("--server-id=%d", s.id),
		"--pid-file=" + filepath.Join(s.dir, "pid"), "--log-bin=binlog", "--log-slave-updates", "--gtid-strict-mode=1",
		"--innodb-log-file-size=4M", "--innodb-buffer-pool-size=8M",
		// 2 hands each commit to the kernel, so that Kill loses none. With 0 a killed replica may have a transaction in its
		// binary log that InnoDB has lost, and then its replication stops.
		"--innodb-flush-log-at-trx-commit=2",
		"--sync-binlog=0", "--slave-net-timeout=5",
	}, s.flags...)
	s.cmd = exec.Command(mariadbd(s.t), append(args, account()...)...)
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // not to outlive a test that is killed
	stderr, err := s.cmd.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatalf("mariadbd does not start: %v (%s installs the server)", err, install)
	}
	s.log = follow(stderr)
	select {
	case <-s.log.ready:
	case <-s.log.ended:
		s.t.Fatalf("mariadbd ended while starting:\n%s", s.log)
	case <-time.After(patience):
		s.t.Fatalf("mariadbd is not ready after %v:\n%s", patience, s.log)
	}
}

func mariadbd(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"mariadbd", "/usr/sbin/mariadbd"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatalf("mariadbd is not installed: %s", install)
	return ""
}

// Kill ends the server with SIGKILL and returns when the process is gone; nothing happens if it is gone already.
func (s *Server) Kill() {
	if s.cmd.ProcessState != nil {
		return
	}
	_ = s.cmd.Process.Kill()
	<-s.log.ended // Wait closes the pipe, so the reader has to finish first
	_ = s.cmd.Wait()
}

// Freeze stops the process from answering, its connections stay open; Thaw lets it go on.
func (s *Server) Freeze() { s.signal(syscall.SIGSTOP) }

// Thaw undoes Freeze.
func (s *Server) Thaw() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(sig os.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

// Open makes a pool of connections over the unix socket, closed with the test.
func (s *Server) Open(user, password string) *sql.DB {
	s.t.Helper()
	c := driver.NewConfig()
	c.User, c.Passwd, c.Net, c.Addr = user, password, "unix", s.Socket
	c.Logger = &driver.NopLogger{} // a killed server is no news
	connector, err := driver.NewConnector(c)
	if err != nil {
		s.t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	s.t.Cleanup(func() { _ = db.Close() })
	return db
}

// Exec runs statements as root, all on one connection; a minute in all is too long.
func (s *Server) Exec(statements ...string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	conn, err := s.root.Conn(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close()
	for _, sql := range statements {
		if _, err := conn.ExecContext(ctx, sql); err != nil {
			s.t.Fatalf("%s: %v", sql, err)
		}
	}
}

// Value runs a query as root and returns the first column of its first row.
func (s *Server) Value(query string) string {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	var value sql.NullString
	if err := s.root.QueryRowContext(ctx, query).Scan(&value); err != nil {
		s.t.Fatalf("%s: %v", query, err)
	}
	return value.String
}

// Replicate makes s a read_only replica of source, from source's present position on.
func (s *Server) Replicate(source *Server) {
	s.t.Helper()
	s.Exec(
		"STOP SLAVE",
		"SET GLOBAL gtid_slave_pos='"+source.Value("SELECT @@gtid_binlog_pos")+"'",
		fmt.Sprintf("CHANGE MASTER TO master_host='127.0.0.1', master_port=%d, master_user='replica', master_password='%s', "+
			"master_use_gtid=slave_pos, master_connect_retry=1, master_delay=0", source.Port, Password),
		"SET GLOBAL read_only=1",
		"START SLAVE",
	)
}

// logTail keeps what mariadbd writes and notices that it is ready.
type logTail struct {
	ready, ended chan struct{}
	mu           sync.Mutex
	text         bytes.Buffer // guarded by mu
}

func follow(r io.Reader) *logTail {
	l := &logTail{ready: make(chan struct{}), ended: make(chan struct{})}
	go func() {
		defer close(l.ended)
		ready := false
		for lines := bufio.NewScanner(r); lines.Scan(); {
			l.add(lines.Text())
			if !ready && strings.Contains(lines.Text(), "ready for connections") {
				ready = true
				close(l.ready)
			}
		}
	}()
	return l
}

func (l *logTail) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.WriteString(line + "\n")
}

func (l *logTail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
