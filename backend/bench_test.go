package backend_test

import (
	"sync/atomic"
	"testing"

	"shunt/backend"
	"shunt/mysql/mysqltest"
	"shunt/netloop"
	"shunt/topology"
)

// BenchmarkTry: a connection is taken from the borrower's own shelf and given back, which every statement does. Loops do not meet.
func BenchmarkTry(b *testing.B) {
	server := &mysqltest.Server{}
	answerAs(server, "app@%")
	address := server.Start(b)
	config := backend.Defaults()
	config.Shards = 64
	pools := backend.NewPools(config)
	pools.Apply(snapshotOf(address, topology.Up))
	pool := pools.Get(address)
	var loops atomic.Int32
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		task := &sharded{netloop.NewTask(), int(loops.Add(1))}
		w := want("app@%")
		c, err := pool.Acquire(task, w)
		if err != nil {
			b.Error(err)
			return
		}
		c.Release(task)
		for pb.Next() {
			if c = pool.Try(task, w); c == nil {
				b.Error("nothing is on the shelf")
				return
			}
			c.Release(task)
		}
	})
}
