//go:build linux && !race

package epoll_test

import (
	"io"
	"testing"

	"shunt/netloop"
	"shunt/netloop/looptest"
)

// TestAnExchangeAllocatesNothing: reading, waiting and writing take nothing from the heap. (Not under the race detector, which allocates itself.)
func TestAnExchangeAllocatesNothing(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	nc, peer := looptest.Pair(t)
	loop.Go(func(task netloop.Task) { echo(task, nc) })
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
	if n := looptest.Allocs(1000, once); n > 0.1 {
		t.Errorf("%.2f allocations for an exchange", n)
	}
}

func BenchmarkExchange(b *testing.B) {
	loop := looptest.Epoll(b, 1)
	nc, peer := looptest.Pair(b)
	loop.Go(func(task netloop.Task) { echo(task, nc) })
	b.ReportAllocs()
	for b.Loop() {
		exchange(b, peer)
	}
}
