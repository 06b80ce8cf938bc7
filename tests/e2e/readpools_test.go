package e2e

import (
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shunt/lab"
	"shunt/tests/cluster"
)

// TestReadPools: the reads of an account go to the servers of its pool and to no others, and all others leave those alone. While its servers
// are out, the account's reads go where `else` says.
func TestReadPools(t *testing.T) {
	c := cluster.Shared(t)
	replicas := c.Datacenters[0].Replicas
	statistics, ordinary := replicas[1].Address, replicas[0].Address
	admin := c.Accounts.ShopAdmin.User
	p := startEdited(t, c, func(config string) string {
		return strings.Replace(config, ", "+statistics, ", {address: '"+statistics+"', pools: [statistics]}", 1) + fmt.Sprintf(
			"reads: {warm_up: 0, pools: [{users: [%s], databases: [shop], pool: statistics, else: error}, {users: [%s], pool: statistics}]}\n", admin, admin)
	})
	read := func(account lab.Account, database string, want string) {
		t.Helper()
		db := c.Open(t, account, p.Address, database)
		before := p.selects()
		for range 40 {
			if _, err := query(t.Context(), db, "SELECT id FROM shop.products LIMIT 1"); err != nil {
				t.Errorf("%s in %s: %v", account.User, database, err)
				return
			}
		}
		after := p.selects()
		p.await("the last read is counted", 10*time.Second, func() bool { // which is done behind its answer
			after = p.selects()
			return after[statistics]+after[ordinary]-before[statistics]-before[ordinary] >= 40
		})
		for _, server := range []string{statistics, ordinary} {
			if got := after[server] - before[server]; got >= 40 != (server == want) || got > 0 && server != want {
				t.Errorf("%s in %s: %s has %d of 40 reads, %s should have all", account.User, database, server, got, want)
			}
		}
	}
	explains := func(session, want string, reason string) {
		t.Helper()
		row := p.console("EXPLAIN ROUTE FOR " + session + " SELECT id FROM shop.products")[0]
		if row["server"] != want || !strings.Contains(row["reasons"], reason) {
			t.Errorf("EXPLAIN ROUTE FOR %s: %v, want %s because %q", session, row, want, reason)
		}
	}
	const given = "given to a pool"
	read(c.Accounts.ShopAdmin, "shop", statistics)
	read(c.Accounts.Shop, "shop", ordinary)
	explains(admin+"@shop", statistics, given)
	explains(c.Accounts.Shop.User+"@shop", ordinary, "by weight")
	explains("shop", ordinary, "by weight")

	p.console("DRAIN SERVER " + statistics)
	explains(admin+"@other", ordinary, "no replica of the pool is in service")
	read(c.Accounts.ShopAdmin, "", ordinary)
	db := c.Open(t, c.Accounts.ShopAdmin, p.Address, "shop")
	if _, err := query(t.Context(), db, "SELECT id FROM products LIMIT 1"); err == nil || !strings.Contains(err.Error(), "9917") {
		t.Errorf("else: error gives %v", err)
	}
	if _, err := db.ExecContext(t.Context(), "UPDATE products SET stock = stock WHERE id = 1"); err != nil {
		t.Errorf("and a write %v", err)
	}
	p.console("ENABLE SERVER " + statistics)
	read(c.Accounts.ShopAdmin, "shop", statistics)

	p.console("DRAIN SERVER " + ordinary)
	row := p.console("EXPLAIN ROUTE FOR shop SELECT id FROM products")[0]
	if row["role"] != "primary" {
		t.Errorf("where only the servers of a pool are left, others read from %v", row)
	}
}

// relay stands before a server and passes on what both sides say, that of the server later by a delay that may change.
type relay struct {
	Address string
	delay   atomic.Int64 // a time.Duration
}

func startRelay(t *testing.T, server string) *relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{Address: listener.Addr().String()}
	var conns sync.WaitGroup
	t.Cleanup(func() {
		_ = listener.Close()
		conns.Wait() // shunt has ended before
	})
	conns.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			conns.Go(func() { r.pass(client, server) })
		}
	})
	return r
}

func (r *relay) pass(client net.Conn, server string) {
	defer client.Close()
	behind, err := net.Dial("tcp", server)
	if err != nil {
		return
	}
	defer behind.Close()
	go func() {
		_, _ = io.Copy(behind, client) // either side may end it
		_ = behind.Close()
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := behind.Read(buf)
		if n > 0 {
			time.Sleep(time.Duration(r.delay.Load())) // this is what the relay is for
			if _, err := client.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// TestASlowReplicaGetsLess of the reads, shows why, and has its share again once it is faster.
func TestASlowReplicaGetsLess(t *testing.T) {
	c := cluster.Shared(t)
	replicas := c.Datacenters[0].Replicas
	fast, slow := replicas[0].Address, startRelay(t, replicas[1].Address)
	p := startEdited(t, c, func(config string) string {
		return strings.Replace(config, ", "+replicas[1].Address, ", "+slow.Address, 1) + "reads: {warm_up: 0}\n"
	})
	tr := startTraffic(t, p, c.Database(t, "paris"), 8)
	share := func() float64 {
		f, err := strconv.ParseFloat(p.server(slow.Address)["share"], 64)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	tr.spread(p, 1000, fast, slow.Address) // it is as fast as the other
	slow.delay.Store(int64(40 * time.Millisecond))
	p.await("the slow one has a small share", time.Minute, func() bool { return share() <= .4 })
	if got := tr.spread(p, 1000, slow.Address); got[slow.Address] > got[fast]*2/3 { // and it is not left without any
		t.Errorf("slow: %v", got)
	}
	p.await("its latency is shown", time.Minute, func() bool {
		ms, err := strconv.ParseFloat(p.server(slow.Address)["latency_ms"], 64)
		return err == nil && ms > 30
	})
	slow.delay.Store(0)
	p.await("it has its share again", time.Minute, func() bool { return share() >= .9 })
	tr.stop()
}
