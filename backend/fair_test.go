package backend_test

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unique"

	"shunt/backend"
	"shunt/mysql/mysqltest"
	"shunt/netloop"
	"shunt/topology"
)

// inMemory is a task that reaches the scripted server without a network, so that time can be fake.
type inMemory struct {
	netloop.Task
	t      *testing.T
	server *mysqltest.Server
}

func (m *inMemory) Dial(string, string, time.Time) (netloop.Conn, error) {
	end := &buffered{Conn: m.server.Pipe(m.t), out: make(chan []byte, 16)}
	go end.send()
	return m.Attach(end), nil
}

// buffered is a pipe that takes what is written before somebody reads it, as a socket does.
type buffered struct {
	net.Conn
	out  chan []byte
	once sync.Once
}

func (b *buffered) Write(p []byte) (int, error) {
	b.out <- append([]byte(nil), p...)
	return len(p), nil
}

func (b *buffered) send() {
	for p := range b.out {
		_, _ = b.Conn.Write(p) // the reader sees that it ends
	}
	_ = b.Conn.Close()
}

func (b *buffered) Close() error {
	b.once.Do(func() { close(b.out) })
	return nil
}

// town has accounts whose clients ask one server.
type town struct {
	t      *testing.T
	server *mysqltest.Server
	pool   *backend.Pool
	over   atomic.Bool
	busy   sync.WaitGroup
}

// newTown is called inside of a bubble of synctest.
func newTown(t *testing.T, set func(*backend.Config)) *town {
	server := &mysqltest.Server{}
	answerAs(server, "")
	config := backend.Defaults()
	set(&config)
	pools := backend.NewPools(config)
	pools.Apply(snapshotOf("in memory", topology.Up))
	t.Cleanup(func() { pools.Apply(&topology.Snapshot{}) }) // closes what is idle
	return &town{t: t, server: server, pool: pools.Get("in memory")}
}

func wantOf(account string, limit int) *backend.Want {
	w := want("")
	key := w.Key.Value()
	key.User, key.Account = account, account
	w.Key, w.Limit, w.Until = unique.Make(key), limit, time.Now().Add(time.Hour)
	w.Credentials.User = account
	return w
}

// tally is what an account has got.
type tally struct {
	statements atomic.Int64
	longest    atomic.Int64 // wait, in nanoseconds
	held, most atomic.Int64 // at a time
}

// clients run statements one after the other that take so long.
func (tn *town) clients(n int, account string, limit int, each time.Duration) *tally {
	got := &tally{}
	for range n {
		tn.busy.Go(func() {
			task := &inMemory{netloop.NewTask(), tn.t, tn.server}
			for !tn.over.Load() {
				came := time.Now()
				w := wantOf(account, limit)
				c := tn.pool.Try(task, w)
				if c == nil {
					var err error
					if c, err = tn.pool.Acquire(task, w); err != nil {
						tn.t.Error(err)
						return
					}
				}
				got.longest.Store(max(got.longest.Load(), int64(time.Since(came))))
				got.most.Store(max(got.most.Load(), got.held.Add(1)))
				time.Sleep(each)
				got.held.Add(-1)
				if !tn.over.Load() {
					got.statements.Add(1)
				}
				c.Release(task)
			}
		})
	}
	return got
}

// after lets time pass, and everybody end.
func (tn *town) after(d time.Duration) {
	time.Sleep(d)
	tn.over.Store(true)
	tn.busy.Wait()
	if s := tn.pool.Stats(); s.Active != 0 || s.Waiting != 0 || s.WaitingAccounts != 0 {
		tn.t.Errorf("afterwards the pool says %+v", s)
	}
}

// TestAFloodStarvesNobody: a hundred clients of one account with slow statements are always there; another's quick ones wait for one slow one to end at
// most, of whatever account the connection is that comes back.
func TestAFloodStarvesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTown(t, func(c *backend.Config) { c.PerServer = 10 })
		flood := tn.clients(100, "flood", 0, 200*time.Millisecond)
		time.Sleep(10 * time.Second) // all ten are the flood's, and ninety wait
		quick := tn.clients(1, "quick", 0, time.Millisecond)
		tn.after(20 * time.Second)
		if longest := time.Duration(quick.longest.Load()); longest > 200*time.Millisecond {
			t.Errorf("the quick account has waited %v", longest)
		}
		if n := quick.statements.Load(); n < 99 {
			t.Errorf("the quick account ran %d statements in 20 s", n)
		}
		if n := flood.statements.Load(); n < 1300 { // 50 a second on ten connections, one of which may be on its way
			t.Errorf("the flood ran %d statements in 30 s", n)
		}
	})
}

// TestAccountsShareAlike: however many clients each has.
func TestAccountsShareAlike(t *testing.T) {
	for name, perServer := range map[string]int{"more connections than accounts": 12, "fewer": 2, "one": 1} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tn := newTown(t, func(c *backend.Config) { c.PerServer = perServer })
				many := tn.clients(90, "many", 0, 100*time.Millisecond)
				some := tn.clients(30, "some", 0, 100*time.Millisecond)
				few := tn.clients(15, "few", 0, 100*time.Millisecond)
				tn.after(60 * time.Second)
				all := many.statements.Load() + some.statements.Load() + few.statements.Load()
				for _, got := range []*tally{many, some, few} {
					if n := got.statements.Load(); n < all*28/100 || n > all*39/100 {
						t.Errorf("an account ran %d of %d statements", n, all)
					}
				}
			})
		})
	}
}

// TestAnAccountsOwnLimit: it has so many connections to the server and no more, waits for its own alone, and the others have the rest.
func TestAnAccountsOwnLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTown(t, func(c *backend.Config) { c.PerServer = 10 })
		bounded := tn.clients(50, "bounded", 3, 100*time.Millisecond)
		time.Sleep(time.Second)
		free := tn.clients(7, "free", 0, 10*time.Millisecond)
		time.Sleep(5*time.Second + 5*time.Millisecond) // between two ends: at the end of one its client is nowhere for a moment
		if s := tn.pool.Stats(); s.Waiting != 47 || s.WaitingAccounts != 1 || s.MostWaiting != "bounded" || s.LongestWait <= 0 {
			t.Errorf("the pool says %+v", s)
		}
		tn.after(5 * time.Second)
		if most := bounded.most.Load(); most != 3 {
			t.Errorf("the bounded account had %d connections at a time", most)
		}
		if waited := time.Duration(free.longest.Load()); waited > 0 {
			t.Errorf("the others have waited %v", waited)
		}
		if n := bounded.statements.Load(); n < 310 {
			t.Errorf("the bounded account ran %d statements in 11 s", n)
		}
	})
}

// TestAnAccountAtItsLimitWithAnotherKindOfConnection: its idle one makes room for one with other protocol flags.
func TestAnAccountAtItsLimitWithAnotherKindOfConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTown(t, func(*backend.Config) {})
		task := &inMemory{netloop.NewTask(), t, tn.server}
		acquire(t, tn.pool, task, wantOf("app", 1)).Release(task)
		other := wantOf("app", 1)
		key := other.Key.Value()
		key.Caps = backend.KeyCaps
		other.Key = unique.Make(key)
		acquire(t, tn.pool, task, other).Release(task)
		if s := tn.pool.Stats(); s.Idle != 1 {
			t.Errorf("%d connections of an account that may have one", s.Idle)
		}
	})
}

func TestAFullQueueSaysSoAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tn := newTown(t, func(c *backend.Config) { c.PerServer, c.Queue = 1, 2 })
		task := &inMemory{netloop.NewTask(), t, tn.server}
		held := acquire(t, tn.pool, task, wantOf("flood", 0))
		var errs [3]error
		for i := range errs[:2] {
			go func() {
				mine := &inMemory{netloop.NewTask(), t, tn.server}
				var c *backend.Conn
				if c, errs[i] = tn.pool.Acquire(mine, wantOf("flood", 0)); c != nil {
					c.Release(mine)
				}
			}()
			synctest.Wait()
		}
		began := time.Now()
		if _, errs[2] = tn.pool.Acquire(task, wantOf("flood", 0)); !errors.Is(errs[2], backend.ErrQueueFull) || time.Since(began) > 0 {
			t.Errorf("the third: %v after %v", errs[2], time.Since(began))
		}
		go func() { // another account has less, so the last of the flood makes room for it
			mine := &inMemory{netloop.NewTask(), t, tn.server}
			c, err := tn.pool.Acquire(mine, wantOf("other", 0))
			if err != nil {
				t.Error(err)
				return
			}
			c.Release(mine)
		}()
		synctest.Wait()
		if !errors.Is(errs[1], backend.ErrQueueFull) {
			t.Errorf("the last of the flood: %v", errs[1])
		}
		held.Release(task)
		synctest.Wait()
		if errs[0] != nil {
			t.Errorf("the first of the flood: %v", errs[0])
		}
	})
}
