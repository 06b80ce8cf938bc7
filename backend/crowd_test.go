package backend_test

import (
	"fmt"
	"sync"
	"testing"
	"time"
	"unique"

	"shunt/backend"
	"shunt/mysql/mysqltest"
	"shunt/netloop"
	"shunt/topology"
)

// sharded is a task that says it is on a certain loop.
type sharded struct {
	netloop.Task
	shard int
}

func (s *sharded) Shard() int { return s.shard }

// TestACrowdOfBorrowers: from several loops and of several accounts, over fewer connections than there are of either. Nobody gets what another has, everybody gets
// something, and nothing is lost from the books.
func TestACrowdOfBorrowers(t *testing.T) {
	server := &mysqltest.Server{}
	answerAs(server, "")
	address := server.Start(t)
	config := backend.Defaults()
	config.PerServer, config.Shards = 3, 4
	pools := backend.NewPools(config)
	pools.Apply(snapshotOf(address, topology.Up))
	pool := pools.Get(address)
	var mu sync.Mutex
	lent := map[*backend.Conn]int{}
	var crowd sync.WaitGroup
	for who := range 24 {
		crowd.Go(func() {
			task := &sharded{netloop.NewTask(), who % 4}
			w := want("")
			key := w.Key.Value()
			key.User = fmt.Sprintf("app%d", who%2)
			w.Key, w.Until = unique.Make(key), time.Now().Add(time.Minute)
			for range 100 {
				c := pool.Try(task, w)
				if c == nil {
					var err error
					if c, err = pool.Acquire(task, w); err != nil {
						t.Error(err)
						return
					}
				}
				mu.Lock()
				if lent[c]++; lent[c] > 1 {
					t.Error("a connection is lent to two")
				}
				mu.Unlock()
				if c.Key() != key {
					t.Errorf("%+v gets a connection of %+v", key, c.Key())
				}
				mu.Lock()
				lent[c]--
				mu.Unlock()
				c.Release(task)
			}
		})
	}
	crowd.Wait()
	if s := pool.Stats(); s.Active != 0 || s.Waiting != 0 || s.Idle > config.PerServer {
		t.Errorf("afterwards the pool says %+v", s)
	}
}
