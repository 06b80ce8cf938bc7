package lab_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"shunt/lab"
	"shunt/topology"
)

// up starts a lab for the test and sees to its end.
func up(t *testing.T, opts lab.Options) *lab.Lab {
	t.Helper()
	l, err := lab.Up(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := os.Stat(l.Dir); err == nil {
			down(t, l)
		}
	})
	return l
}

// down ends a lab and checks that nothing of it is left.
func down(t *testing.T, l *lab.Lab) {
	t.Helper()
	var pids []int
	for _, s := range l.Servers() {
		pids = append(pids, s.PID())
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := l.Down(ctx); err != nil {
		t.Errorf("Down: %v", err)
	}
	for _, pid := range pids {
		if pid != 0 && !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			t.Errorf("process %d is still there after Down", pid)
		}
	}
	absent(t, l.Dir)
}

func absent(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s should be gone: %v", path, err)
	}
}

// timed bounds one step of a test that waits for servers.
func timed(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// count runs a query whose answer is one number.
func count(t *testing.T, db *sql.DB, query string) (n int) {
	t.Helper()
	must(t, db.QueryRowContext(timed(t), query).Scan(&n))
	return n
}

func open(t *testing.T, account lab.Account, address string) *sql.DB {
	t.Helper()
	db, err := account.Open(address, "")
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// number is the server's error number of err; 0 for none.
func number(err error) uint16 {
	var e *mysql.MySQLError
	errors.As(err, &e)
	if e == nil {
		return 0
	}
	return e.Number
}

var small = []lab.Datacenter{{Name: "paris", Replicas: 1}, {Name: "gra"}}

func TestLab(t *testing.T) {
	l := up(t, lab.Options{Dir: filepath.Join(t.TempDir(), "lab"), Datacenters: small})
	primary, replica := l.Datacenter("paris").Primary, l.Datacenter("paris").Replicas[0]
	must(t, primary.Exec(timed(t), "CREATE DATABASE shop_test"))
	must(t, primary.Exec(timed(t), "CREATE TABLE shop_test.t (id INT PRIMARY KEY)"))
	rows := 0
	insert := func(t *testing.T) {
		t.Helper()
		rows++
		must(t, primary.Exec(timed(t), "INSERT INTO shop_test.t VALUES (?)", rows))
	}
	const countRows = "SELECT COUNT(*) FROM shop_test.t"

	t.Run("layout", func(t *testing.T) {
		if got := l.Server("gra-1"); got != l.Datacenter("gra").Primary || len(l.Datacenter("gra").Replicas) != 0 {
			t.Errorf("gra has the primary %v", got)
		}
		if primary.Role != topology.Primary || replica.Role != topology.Replica || len(l.Servers()) != 3 {
			t.Errorf("roles %v and %v, %d servers", primary.Role, replica.Role, len(l.Servers()))
		}
	})

	t.Run("Ctrl-C in our terminal does not reach the servers", func(t *testing.T) {
		for _, s := range l.Servers() {
			if group, err := syscall.Getpgid(s.PID()); err != nil || group == syscall.Getpgrp() {
				t.Errorf("%s is in process group %d, as we are: %v", s.Name, group, err)
			}
		}
	})

	t.Run("a row written on the primary arrives at the replica, and not in the other datacenter", func(t *testing.T) {
		insert(t)
		must(t, l.WaitCaughtUp(timed(t)))
		if got := count(t, replica.DB(), countRows); got != rows {
			t.Errorf("the replica has %d rows, not %d", got, rows)
		}
		err := l.Server("gra-1").Exec(timed(t), countRows)
		if number(err) != 1146 && number(err) != 1049 {
			t.Errorf("gra knows the table: %v", err)
		}
	})

	t.Run("binary log", func(t *testing.T) {
		for _, s := range l.Servers() {
			var format, image string
			must(t, s.DB().QueryRowContext(timed(t), "SELECT @@binlog_format, @@binlog_row_image").Scan(&format, &image))
			if format != "ROW" || image != "FULL" {
				t.Errorf("%s: binlog_format %s, binlog_row_image %s", s.Name, format, image)
			}
		}
	})

	t.Run("a killed replica comes back read-only and catches up", func(t *testing.T) {
		must(t, replica.Kill())
		if pid := replica.PID(); pid != 0 {
			t.Fatalf("process %d survived", pid)
		}
		insert(t)
		must(t, replica.Start(timed(t)))
		must(t, replica.WaitCaughtUp(timed(t)))
		if got := count(t, replica.DB(), countRows); got != rows {
			t.Errorf("the replica has %d rows, not %d", got, rows)
		}
		_, err := open(t, l.Accounts.Shop, replica.Address).ExecContext(timed(t), "INSERT INTO shop_test.t VALUES (1000)")
		if number(err) != 1290 { // ER_OPTION_PREVENTS_STATEMENT
			t.Errorf("a write of the application on the restarted replica: %v", err)
		}
	})

	t.Run("a stopped primary comes back with its rows and its port", func(t *testing.T) {
		address := primary.Address
		must(t, primary.Stop())
		must(t, primary.Start(timed(t)))
		if err := primary.Start(timed(t)); err == nil {
			t.Error("a second Start was not refused")
		}
		if got := count(t, open(t, l.Accounts.ShopAdmin, address), countRows); got != rows {
			t.Errorf("the primary has %d rows, not %d", got, rows)
		}
		insert(t)
		must(t, l.WaitCaughtUp(timed(t)))
	})

	t.Run("a paused server keeps its connections and does not answer", func(t *testing.T) {
		db := open(t, l.Accounts.Shop, replica.Address)
		before := count(t, db, "SELECT CONNECTION_ID()")
		must(t, replica.Pause())
		answered := make(chan error, 1)
		go func() { answered <- db.PingContext(timed(t)) }()
		if status := statusOf(t, l, replica); status.Answers || status.PID == 0 || status.Problem == "" {
			t.Errorf("status of a paused server: %+v", status)
		}
		select {
		case err := <-answered:
			t.Fatalf("a paused server answered a ping: %v", err)
		default:
		}
		must(t, replica.Continue())
		must(t, <-answered)
		if after := count(t, db, "SELECT CONNECTION_ID()"); after != before {
			t.Errorf("connection %d became %d", before, after)
		}
	})

	t.Run("replication verbs", func(t *testing.T) {
		holds := func(what string, stop, start func() error) {
			t.Helper()
			must(t, stop())
			insert(t)
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			if err := replica.WaitCaughtUp(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: WaitCaughtUp says %v", what, err)
			}
			if got := count(t, replica.DB(), countRows); got != rows-1 {
				t.Errorf("%s: the replica has %d rows, not %d", what, got, rows-1)
			}
			must(t, start())
			must(t, replica.WaitCaughtUp(timed(t)))
			if got := count(t, replica.DB(), countRows); got != rows {
				t.Errorf("after %s: the replica has %d rows, not %d", what, got, rows)
			}
		}
		ctx := timed(t)
		holds("StopReplication", func() error { return replica.StopReplication(ctx) }, func() error { return replica.StartReplication(ctx) })
		holds("StopApplier", func() error { return replica.StopApplier(ctx) }, func() error { return replica.StartApplier(ctx) })
		holds("SetDelay", func() error { return replica.SetDelay(ctx, time.Hour) }, func() error { return replica.SetDelay(ctx, 0) })
	})

	t.Run("status", func(t *testing.T) {
		p, r := statusOf(t, l, primary), statusOf(t, l, replica)
		if !p.Answers || p.ReadOnly || p.Source != "" || p.Problem != "" || p.PID != primary.PID() {
			t.Errorf("primary: %+v", p)
		}
		if !r.Answers || !r.ReadOnly || r.Source != primary.Address || !r.Replicating || !r.LagKnown || r.Problem != "" {
			t.Errorf("replica: %+v", r)
		}
	})

	t.Run("a second Up in the folder is refused and harms nothing", func(t *testing.T) {
		_, err := lab.Up(timed(t), lab.Options{Dir: l.Dir})
		if !errors.Is(err, lab.ErrRunning) {
			t.Errorf("Up says %v", err)
		}
		if status := statusOf(t, l, replica); !status.Replicating {
			t.Errorf("afterwards: %+v", status)
		}
	})

	t.Run("another process sees and ends it", func(t *testing.T) {
		other, err := lab.Open(l.Dir)
		must(t, err)
		for _, s := range l.Servers() {
			found := other.Server(s.Name)
			if found.PID() != s.PID() || found.Address != s.Address || found.Role != s.Role {
				t.Errorf("%s: process %d at %s, role %v, is seen as %d at %s, role %v",
					s.Name, s.PID(), s.Address, s.Role, found.PID(), found.Address, found.Role)
			}
		}
		must(t, other.Server(replica.Name).Kill())
		if pid := replica.PID(); pid != 0 {
			t.Errorf("process %d of the killed replica is still seen", pid)
		}
		gone := make(chan error, 1)
		go func() { gone <- l.Wait(timed(t)) }()
		down(t, other)
		must(t, <-gone)
		if err := l.Down(timed(t)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("Down of what is gone says %v", err)
		}
		if _, err := lab.Open(l.Dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("Open of what is gone says %v", err)
		}
	})
}

func statusOf(t *testing.T, l *lab.Lab, s *lab.Server) lab.ServerStatus {
	t.Helper()
	for _, status := range l.Status(timed(t)) {
		if status.Name == s.Name {
			return status
		}
	}
	t.Fatalf("no status of %s", s.Name)
	return lab.ServerStatus{}
}

func TestAccounts(t *testing.T) {
	l := up(t, lab.Options{Dir: filepath.Join(t.TempDir(), "lab"), Datacenters: []lab.Datacenter{{Name: "paris"}}})
	s := l.Server("paris-1")
	control, shop := open(t, l.Accounts.Control, s.Address), open(t, l.Accounts.Shop, s.Address)

	t.Run("control", func(t *testing.T) {
		hashes, status := "SELECT COUNT(*) FROM mysql.global_priv WHERE User = 'shop'", "SHOW SLAVE STATUS"
		if l.Binaries.Flavor() == topology.MySQL {
			hashes, status = "SELECT COUNT(*) FROM mysql.user WHERE User = 'shop' AND authentication_string <> ''", "SHOW REPLICA STATUS"
		}
		if got := count(t, control, hashes); got != 1 {
			t.Errorf("it sees %d accounts called shop", got)
		}
		conn, err := shop.Conn(timed(t))
		must(t, err)
		defer conn.Close()
		var id int
		must(t, conn.QueryRowContext(timed(t), "SELECT CONNECTION_ID()").Scan(&id))
		for _, statement := range []string{
			status,
			"CREATE DATABASE shunt",
			"CREATE TABLE shunt.heartbeat (id INT PRIMARY KEY, stamp TIMESTAMP(6))",
			"INSERT INTO shunt.heartbeat VALUES (1, NOW(6))",
			fmt.Sprintf("KILL %d", id),
		} {
			if _, err := control.ExecContext(timed(t), statement); err != nil {
				t.Errorf("%s: %v", statement, err)
			}
		}
		if err := conn.PingContext(timed(t)); err == nil {
			t.Error("the killed connection lives")
		}
	})

	t.Run("shop", func(t *testing.T) {
		for _, c := range []struct {
			statement string
			want      uint16
		}{
			{"CREATE DATABASE shop_v2", 0},
			{"CREATE TABLE shop_v2.t (id INT)", 0},
			{"CREATE DATABASE other", 1044}, // ER_DBACCESS_DENIED_ERROR
			{"GRANT SELECT ON shop_v2.* TO 'repl'@'127.0.0.1'", 1044},
		} {
			if _, err := shop.ExecContext(timed(t), c.statement); number(err) != c.want {
				t.Errorf("%s: %v, not error %d", c.statement, err, c.want)
			}
		}
		_, err := open(t, l.Accounts.ShopAdmin, s.Address).ExecContext(timed(t), "GRANT SELECT ON shop_v2.* TO 'repl'@'127.0.0.1'")
		must(t, err)
	})

	t.Run("root is reached over the socket only, with a password, and nobody is anonymous", func(t *testing.T) {
		must(t, open(t, l.Accounts.Root, s.Socket).PingContext(timed(t)))
		for _, c := range []struct {
			account lab.Account
			address string
		}{
			{l.Accounts.Root, s.Address},
			{lab.Account{User: "root"}, s.Address},
			{lab.Account{User: "root"}, s.Socket},
			{lab.Account{User: "nobody"}, s.Address},
		} {
			if err := open(t, c.account, c.address).PingContext(timed(t)); number(err) != 1045 && number(err) != 1698 {
				t.Errorf("%s at %s: %v, not access denied", c.account.User, c.address, err)
			}
		}
	})
}

func TestTwiceInARow(t *testing.T) {
	taken, base := listen(t)
	opts := lab.Options{Dir: filepath.Join(t.TempDir(), "lab"), Datacenters: []lab.Datacenter{{Name: "paris"}}, BasePort: base}

	first := up(t, opts)
	if address := first.Server("paris-1").Address; address == taken.Addr().String() {
		t.Errorf("the server has the taken address %s", address)
	}
	down(t, first)
	must(t, taken.Close())

	second := up(t, opts)
	if address := second.Server("paris-1").Address; address != taken.Addr().String() {
		t.Errorf("the server is at %s though %s was wanted and free", address, taken.Addr())
	}
	down(t, second)
}

// listen takes a port that the kernel will not give to somebody's outgoing connection once it is closed.
func listen(t *testing.T) (listener net.Listener, port int) {
	t.Helper()
	for range 100 {
		port = 15000 + rand.IntN(4000)
		if listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			t.Cleanup(func() { _ = listener.Close() })
			return listener, port
		}
	}
	t.Fatal("no free port")
	return nil, 0
}

func TestUnusualFolders(t *testing.T) {
	for name, folder := range map[string]string{
		"longer than a socket path may be": strings.Repeat("long-", 25),
		"with marks of option files":       "a lab #1 'of' 50%",
	} {
		t.Run(name, func(t *testing.T) {
			dir, err := os.MkdirTemp("", "lab") // t.TempDir has the test's name in it
			must(t, err)
			t.Cleanup(func() { _ = os.RemoveAll(dir) })
			l := up(t, lab.Options{Dir: filepath.Join(dir, folder), Datacenters: []lab.Datacenter{{Name: "paris", Replicas: 1}}})
			if sockets := len(l.Server("paris-1").Socket); sockets > 107 {
				t.Errorf("a socket path of %d bytes", sockets)
			}
			must(t, l.WaitCaughtUp(timed(t)))
			down(t, l)
			absent(t, l.SocketDir)
		})
	}
}

func TestBadOptions(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lab")
	for want, opts := range map[string]lab.Options{
		"folder of its own": {},
		"letter first":      {Dir: dir, Datacenters: []lab.Datacenter{{Name: "../etc"}}},
		"twice":             {Dir: dir, Datacenters: []lab.Datacenter{{Name: "gra"}, {Name: "gra"}}},
		"-1 replicas":       {Dir: dir, Datacenters: []lab.Datacenter{{Name: "gra", Replicas: -1}}},
	} {
		if _, err := lab.Up(t.Context(), opts); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, not %q", opts, err, want)
		}
	}
	absent(t, dir)
}
