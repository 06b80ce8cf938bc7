//go:build linux && !race

package epoll_test

import (
	"io"
	"runtime"
	"testing"

	"shunt/netloop"
	"shunt/netloop/looptest"
)

// TestAnExchangeAllocatesNothing: reading, waiting and writing take nothing from the heap. (Not under the race detector, which allocates itself.)
// testing.AllocsPerRun would leave one processor for the loop and for who talks to it.
func TestAnExchangeAllocatesNothing(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	nc, peer := pair(t)
	loop.Go(func(task netloop.Task) { echo(task, nc) })
	const times = 1000
	b := make([]byte, 1)
	once := func() {
		if _, err := peer.Write(b); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(peer, b); err != nil {
			t.Fatal(err)
		}
	}
	once()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range times {
		once()
	}
	runtime.ReadMemStats(&after)
	if n := after.Mallocs - before.Mallocs; n > times/10 {
		t.Errorf("%d allocations for %d exchanges", n, times)
	}
}

func BenchmarkExchange(b *testing.B) {
	loop := looptest.Epoll(b, 1)
	nc, peer := pair(b)
	loop.Go(func(task netloop.Task) { echo(task, nc) })
	b.ReportAllocs()
	for b.Loop() {
		exchange(b, peer)
	}
}
