package backend_test

import (
	"errors"
	"testing"
	"time"
	"unique"

	"shunt/backend"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/netloop"
	"shunt/topology"
)

// poolOf gives a pool of at most n connections to a scripted server that takes everybody for account.
func poolOf(t *testing.T, n int, s *mysqltest.Server, account string) (*backend.Pools, *backend.Pool) {
	t.Helper()
	answerAs(s, account)
	address := s.Start(t)
	config := backend.Defaults()
	config.PerServer = n
	pools := backend.NewPools(config)
	pools.Apply(snapshotOf(address, topology.Up))
	return pools, pools.Get(address)
}

// answerAs has a server take everybody for account.
func answerAs(s *mysqltest.Server, account string) {
	s.Handler = func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		if cmd == mysql.ComQuery && string(payload) == "SELECT CURRENT_USER()" {
			w.Value(account)
			return
		}
		w.OK(mysql.OK{Status: mysql.StatusAutocommit})
	}
}

func snapshotOf(address string, state topology.State) *topology.Snapshot {
	h := &topology.Host{Address: address, Cluster: "c", State: state}
	return &topology.Snapshot{Clusters: map[string]*topology.Cluster{"c": {Name: "c", Hosts: []*topology.Host{h}}}}
}

func want(account string) *backend.Want {
	once, _ := mysql.NativeHash([]byte("secret"))
	return &backend.Want{
		Key:         unique.Make(backend.Key{User: "app", Account: account}),
		Credentials: &backend.Credentials{User: "app", Account: account, SHA1: &once}, Until: time.Now().Add(5 * time.Second),
	}
}

func acquire(t *testing.T, p *backend.Pool, task netloop.Task, w *backend.Want) *backend.Conn {
	t.Helper()
	c, err := p.Acquire(task, w)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestConnectionsAreReused(t *testing.T) {
	server := &mysqltest.Server{Passwords: map[string]string{"app": "secret"}}
	_, pool := poolOf(t, 2, server, "app@%")
	task := netloop.NewTask()
	for range 5 {
		acquire(t, pool, task, want("app@%")).Release(task)
	}
	if n := server.Accepted(); n != 1 {
		t.Errorf("%d connections for five uses one after the other", n)
	}
}

func TestAConnectionWithTheRightStateIsPreferred(t *testing.T) {
	_, pool := poolOf(t, 3, &mysqltest.Server{}, "app@%")
	task := netloop.NewTask()
	first, second := acquire(t, pool, task, want("app@%")), acquire(t, pool, task, want("app@%"))
	first.Fingerprint, second.Fingerprint = 1, 2
	first.Release(task)
	second.Release(task)
	w := want("app@%")
	w.Fingerprint = 1
	if c := acquire(t, pool, task, w); c != first {
		t.Error("the connection used last was lent, not the one that carries the state")
	}
}

func TestWithoutADefaultDatabaseOnlyAConnectionWithoutOneWillDo(t *testing.T) {
	server := &mysqltest.Server{}
	_, pool := poolOf(t, 1, server, "app@%")
	task := netloop.NewTask()
	c := acquire(t, pool, task, want("app@%"))
	c.Schema = "shop"
	c.Release(task)
	w := want("app@%")
	w.NoSchema = true
	if got := acquire(t, pool, task, w); got.Schema != "" || got == c {
		t.Errorf("lent a connection in database %q", got.Schema)
	}
	if n := server.Accepted(); n != 2 {
		t.Errorf("%d connections were opened, want a second one in the place of the first", n)
	}
}

func TestWaitersAreServedInOrderOfArrival(t *testing.T) {
	_, pool := poolOf(t, 1, &mysqltest.Server{}, "app@%")
	task := netloop.NewTask()
	held := acquire(t, pool, task, want("app@%"))
	order := make(chan int, 3)
	for i := range 3 {
		go func() {
			mine := netloop.NewTask()
			c, err := pool.Acquire(mine, want("app@%"))
			if err != nil {
				t.Error(err)
				order <- -1
				return
			}
			order <- i
			c.Release(mine)
		}()
		awaitWaiting(t, pool, i+1)
	}
	held.Release(task)
	for i := range 3 {
		if got := <-order; got != i {
			t.Errorf("place %d was served number %d", i, got)
		}
	}
}

func awaitWaiting(t *testing.T, pool *backend.Pool, n int) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); pool.Stats().Waiting != n; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d wait, want %d", pool.Stats().Waiting, n)
		}
	}
}

func TestAFullPoolSaysSoAfterTheWait(t *testing.T) {
	_, pool := poolOf(t, 1, &mysqltest.Server{}, "app@%")
	task := netloop.NewTask()
	held := acquire(t, pool, task, want("app@%"))
	w := want("app@%")
	w.Until = time.Now().Add(10 * time.Millisecond)
	if _, err := pool.Acquire(netloop.NewTask(), w); !errors.Is(err, backend.ErrFull) {
		t.Errorf("error %v, want ErrFull", err)
	}
	if s := pool.Stats(); s.Waiting != 0 {
		t.Errorf("%d still in the queue", s.Waiting)
	}
	held.Release(task)
	acquire(t, pool, task, want("app@%"))
}

func TestAPlaceGoesToAnotherAccountThatWaits(t *testing.T) {
	_, pool := poolOf(t, 1, &mysqltest.Server{}, "")
	task := netloop.NewTask()
	held := acquire(t, pool, task, want(""))
	got := make(chan error, 1)
	go func() {
		w := want("")
		key := w.Key.Value()
		key.Caps = mysql.CapFoundRows
		w.Key = unique.Make(key)
		_, err := pool.Acquire(netloop.NewTask(), w)
		got <- err
	}()
	awaitWaiting(t, pool, 1)
	held.Release(task)
	if err := <-got; err != nil {
		t.Errorf("the other account: %v", err)
	}
}

func TestAnotherAccountBehindIsRefused(t *testing.T) {
	_, pool := poolOf(t, 1, &mysqltest.Server{}, "app@localhost")
	_, err := pool.Acquire(netloop.NewTask(), want("app@%"))
	var refusal *mysql.Error
	if !errors.As(err, &refusal) || refusal.Number != backend.ErrorAccount {
		t.Errorf("error %v, want number %d", err, backend.ErrorAccount)
	}
	if s := pool.Stats(); s.Active != 0 {
		t.Errorf("the refused connection still counts: %+v", s)
	}
}

func TestAConnectionThatTheServerClosedIsNotLent(t *testing.T) {
	server := &mysqltest.Server{}
	_, pool := poolOf(t, 1, server, "app@%")
	task := netloop.NewTask()
	c := acquire(t, pool, task, want("app@%"))
	handler := server.Handler
	server.Handler = func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		if cmd == mysql.ComPing {
			w.Hangup()
			return
		}
		handler(cmd, payload, w)
	}
	if _, err := c.Write([]byte{1, 0, 0, 0, byte(mysql.ComPing)}); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(5 * time.Second); c.Look() != netloop.Gone && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	c.Release(task)
	time.Sleep(2 * time.Millisecond) // longer than the pool trusts a connection unseen
	if got := acquire(t, pool, task, want("app@%")); got == c {
		t.Error("the closed connection was lent again")
	}
}

func TestAServerThatGoesDownLosesItsConnections(t *testing.T) {
	pools, pool := poolOf(t, 2, &mysqltest.Server{}, "app@%")
	task := netloop.NewTask()
	idle, lent := acquire(t, pool, task, want("app@%")), acquire(t, pool, task, want("app@%"))
	idle.Release(task)
	pools.Apply(snapshotOf(pool.Address, topology.Down))
	if s := pool.Stats(); s.Idle != 0 || s.Active != 1 {
		t.Errorf("after the fall: %+v, want only the lent one", s)
	}
	lent.Release(task)
	if s := pool.Stats(); s.Idle != 0 || s.Active != 0 {
		t.Errorf("a connection from before the fall was kept: %+v", s)
	}
}

func TestInterruptedWaitLeavesTheQueue(t *testing.T) {
	_, pool := poolOf(t, 1, &mysqltest.Server{}, "app@%")
	task := netloop.NewTask()
	held := acquire(t, pool, task, want("app@%"))
	waiting, got := netloop.NewTask(), make(chan error, 1)
	go func() { _, err := pool.Acquire(waiting, want("app@%")); got <- err }()
	awaitWaiting(t, pool, 1)
	waiting.Interrupt()
	if err := <-got; !errors.Is(err, netloop.ErrInterrupted) {
		t.Errorf("error %v", err)
	}
	held.Release(task)
	if s := pool.Stats(); s.Waiting != 0 || s.Idle != 1 {
		t.Errorf("after all: %+v", s)
	}
}

func TestPreparedIsBounded(t *testing.T) {
	var p backend.Prepared
	for i := range backend.MaxPrepared {
		if _, full := p.Put(backend.Prepare{Text: string(rune('a' + i))}, uint32(i)); full {
			t.Fatalf("full at %d", i)
		}
	}
	p.Get(backend.Prepare{Text: "a"})
	if old, full := p.Put(backend.Prepare{Text: "new"}, 999); !full || old != 1 {
		t.Errorf("evicted %d (full %v), want 1: 0 was used a moment ago", old, full)
	}
	if _, ok := p.Get(backend.Prepare{Text: "new", Context: 5}); ok {
		t.Error("a text prepared in another context was found")
	}
}

// TestADrainedServerKeepsNoIdleConnections: those that nobody uses are closed at once, the others when they come back; a primary keeps
// them, since it takes writes all the same.
func TestADrainedServerKeepsNoIdleConnections(t *testing.T) {
	server := &mysqltest.Server{Passwords: map[string]string{"app": "secret"}}
	pools, pool := poolOf(t, 5, server, "app@%")
	task := netloop.NewTask()
	use := func(use topology.Use, role topology.Role) {
		s := snapshotOf(pool.Address, topology.Up)
		s.Clusters["c"].Hosts[0].Use, s.Clusters["c"].Hosts[0].Role = use, role
		pools.Apply(s)
	}
	idle, held := acquire(t, pool, task, want("app@%")), acquire(t, pool, task, want("app@%"))
	idle.Release(task)
	for _, out := range []topology.Use{topology.Drain, topology.Backup} {
		use(out, topology.Primary)
		if s := pool.Stats(); s.Idle != 1 || s.Active != 1 {
			t.Errorf("a primary of use %s: %+v", out, s)
		}
	}
	use(topology.Drain, topology.Replica)
	if s := pool.Stats(); s.Idle != 0 || s.Active != 1 {
		t.Errorf("drained: %+v", s)
	}
	held.Release(task)
	late := acquire(t, pool, task, want("app@%")) // by a statement that was planned before
	late.Release(task)
	if s := pool.Stats(); s.Idle != 0 || s.Active != 0 {
		t.Errorf("empty: %+v", s)
	}
	use(topology.Serve, topology.Replica)
	acquire(t, pool, task, want("app@%")).Release(task)
	if s := pool.Stats(); s.Idle != 1 {
		t.Errorf("enabled: %+v", s)
	}
}
