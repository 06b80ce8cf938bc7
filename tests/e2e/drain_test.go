package e2e

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"testing"
	"time"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// background runs a statement that will wait, and gives its outcome when it has one.
func background(ctx context.Context, c *sql.Conn, q string) <-chan error {
	done := make(chan error, 1)
	go func() {
		_, err := c.ExecContext(ctx, q)
		done <- err
	}()
	return done
}

// awaitProcess waits until so many statements like the pattern run on a server.
func (p *proxied) awaitProcess(what, pattern string, want int, within time.Duration) {
	p.t.Helper()
	p.await(what, within, func() bool {
		sum := 0
		for _, s := range p.cluster.Datacenters[0].Servers() {
			var n int
			err := s.DB().QueryRow("SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE ? AND id <> CONNECTION_ID()", pattern).Scan(&n)
			if err != nil {
				p.t.Fatal(err)
			}
			sum += n
		}
		return sum == want
	})
}

func (p *proxied) readiness() (status int) {
	r, err := http.Get("http://" + p.HTTP + "/readyz")
	if err != nil {
		return 0
	}
	_ = r.Body.Close()
	return r.StatusCode
}

// awaitEnd waits until shunt has ended, and leaves its outcome to the harness, too.
func (p *proxied) awaitEnd(within time.Duration) error {
	p.t.Helper()
	select {
	case err := <-p.ended:
		p.ended <- err
		return err
	case <-time.After(within):
		p.t.Fatalf("shunt has not ended after %v; it said:\n%s", within, p.log)
		return nil
	}
}

// TestDrain: after SIGTERM a transaction and a slow statement come to their ends, clients with nothing to do are told, nobody new is let in,
// and shunt ends with exit code 0 as soon as the last one is done.
func TestDrain(t *testing.T) {
	c := cluster.Shared(t)
	p := startShunt(t, c, "limits: {drain: 40s}\n")
	database := c.Database(t, "paris")
	primary := c.Datacenters[0].Primary
	direct, err := c.Open(t, c.Accounts.Shop, primary.Address, database).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	run(t, direct, "CREATE TABLE notes (id INT PRIMARY KEY, v INT)", "INSERT INTO notes VALUES (1, 0)", "BEGIN", "UPDATE notes SET v = 1 WHERE id = 1")
	slow, _ := p.conn(database)
	transaction, _ := p.conn(database)
	idle := raw(t, p.Address, mysqltest.Options{User: "shop", Password: "shop"})
	slowEnds := background(t.Context(), slow, "UPDATE notes SET v = v + 10 WHERE id = 1") // waits for the row's lock
	p.awaitProcess("the slow statement runs", "UPDATE notes SET v = v + 10%", 1, 10*time.Second)
	run(t, transaction, "BEGIN", "INSERT INTO notes VALUES (2, 2)")

	if err := p.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.await("it says that it drains", 10*time.Second, func() bool { return p.readiness() == http.StatusServiceUnavailable })
	if status, body := get(t, "http://"+p.HTTP+"/healthz", ""); status != http.StatusOK {
		t.Errorf("/healthz says %d %s", status, body)
	}
	told(t, idle)
	refused(t, p.Address)
	run(t, transaction, "INSERT INTO notes VALUES (3, 3)", "COMMIT")
	select {
	case err := <-slowEnds:
		t.Errorf("the slow statement ended before its lock was free: %v", err)
	default:
	}
	run(t, direct, "COMMIT")
	if err := <-slowEnds; err != nil {
		t.Errorf("the slow statement: %v", err)
	}
	if err := p.awaitEnd(15 * time.Second); err != nil { // long before limits.drain
		t.Errorf("shunt ended with %v", err)
	}
	var sum int
	if err := direct.QueryRowContext(t.Context(), "SELECT SUM(id * 100 + v) FROM notes").Scan(&sum); err != nil || sum != 616 {
		t.Errorf("the sum of what was written is %d, want 616 (%v)", sum, err)
	}
}

// told: an idle client gets an error packet, the server's own for a shutdown, and then the end.
func told(t *testing.T, c *mysqltest.Client) {
	t.Helper()
	_ = c.Conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	packet, err := readPacket(c.Conn)
	if err != nil || len(packet) < 3 || packet[0] != mysql.HeaderErr {
		t.Errorf("the idle client hears %q, %v", packet, err)
		return
	}
	refusal, err := mysql.ParseErr(packet, c.Capabilities)
	if err != nil || refusal.Number != 1053 {
		t.Errorf("the idle client hears %v, %v", refusal, err)
	}
	if more, err := readPacket(c.Conn); err == nil {
		t.Errorf("behind it comes %q", more)
	}
}

// readPacket reads what nobody has asked for, whatever its number.
func readPacket(conn net.Conn) ([]byte, error) {
	header := make([]byte, 4)
	if _, err := readFull(conn, header); err != nil {
		return nil, err
	}
	payload := make([]byte, int(header[0])|int(header[1])<<8|int(header[2])<<16)
	_, err := readFull(conn, payload)
	return payload, err
}

func readFull(conn net.Conn, b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		var m int
		m, err = conn.Read(b[n:])
		n += m
	}
	if n == len(b) {
		err = nil
	}
	return n, err
}

func refused(t *testing.T, address string) {
	t.Helper()
	conn, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err == nil {
		_ = conn.Close()
		t.Error("a new connection is taken")
	} else if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("a new connection: %v", err)
	}
}

// TestDrainEnds: who does not finish within limits.drain is closed, and shunt ends all the same.
func TestDrainEnds(t *testing.T) {
	p := startShunt(t, cluster.Shared(t), "limits: {drain: 500ms}\n")
	transaction, _ := p.conn("shop")
	run(t, transaction, "BEGIN")
	if err := p.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.awaitEnd(15 * time.Second); err != nil {
		t.Errorf("shunt ended with %v", err)
	}
	if _, err := transaction.ExecContext(t.Context(), "COMMIT"); err == nil {
		t.Error("the transaction goes on")
	}
}

// TestAClientThatVanishes in the middle of a statement: the server is told to stop it.
func TestAClientThatVanishes(t *testing.T) { aClientVanishes(t, cluster.Shared(t)) }

func aClientVanishes(t *testing.T, c *cluster.Cluster) {
	p := startShunt(t, c, "")
	for _, q := range []string{"SELECT SLEEP(60), 'vanishing read'", "UPDATE products SET stock = stock + SLEEP(60) WHERE id = 1 AND 'vanishing write' <> ''"} {
		for _, reset := range []bool{false, true} {
			t.Run(fmt.Sprintf("%.6s, reset %v", q, reset), func(t *testing.T) {
				client := raw(t, p.Address, mysqltest.Options{User: "shop", Password: "shop", Database: "shop"})
				if err := client.Send(mysql.ComQuery, []byte(q)); err != nil {
					t.Fatal(err)
				}
				p.awaitProcess("the statement runs", "%vanishing%", 1, 10*time.Second)
				vanish(t, client, reset)
				p.awaitProcess("the statement is gone", "%vanishing%", 0, 5*time.Second)
			})
		}
	}
}

// vanish closes the connection without COM_QUIT: cleanly, or as a process that was killed with unread input does.
func vanish(t *testing.T, client *mysqltest.Client, reset bool) {
	t.Helper()
	if reset {
		if err := client.Conn.(*net.TCPConn).SetLinger(0); err != nil {
			t.Fatal(err)
		}
	}
	if err := client.Conn.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestLocksOfAClientThatVanishes: its transaction is rolled back and its lock is free at once.
func TestLocksOfAClientThatVanishes(t *testing.T) {
	c := cluster.Shared(t)
	p := startShunt(t, c, "")
	primary := c.Datacenters[0].Primary
	for _, reset := range []bool{false, true} {
		client := raw(t, p.Address, mysqltest.Options{User: "shop", Password: "shop", Database: "shop"})
		for _, q := range []string{"SELECT GET_LOCK('vanishing', 5)", "BEGIN", "UPDATE products SET stock = stock + 1 WHERE id = 2"} {
			if _, err := client.Query(q); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		}
		free := func() bool {
			var lock sql.NullInt64
			if err := primary.DB().QueryRow("SELECT IS_USED_LOCK('vanishing')").Scan(&lock); err != nil {
				t.Fatal(err)
			}
			var id int
			err := primary.DB().QueryRow("SELECT id FROM shop.products WHERE id = 2 FOR UPDATE NOWAIT").Scan(&id)
			return !lock.Valid && err == nil
		}
		if free() {
			t.Fatal("the client holds neither lock nor row")
		}
		vanish(t, client, reset)
		p.await("lock and row are free", 2*time.Second, free)
	}
}
