package looptest

import (
	"context"
	"net"
	"runtime"
	"testing"
	"time"

	"shunt/netloop"
	"shunt/netloop/epoll"
)

// Running gives a loop of this package that runs until the test ends.
func Running(t testing.TB) *Loop {
	loop := New()
	runUntilEnd(t, func(ctx context.Context) error { loop.Run(ctx); return nil })
	return loop
}

// Epoll gives n event loops, as shunt serves its clients with, that run until the test ends.
func Epoll(t testing.TB, n int) *epoll.Loops {
	t.Helper()
	loops, err := epoll.New(n)
	if err != nil {
		t.Fatal(err)
	}
	runUntilEnd(t, loops.Run)
	return loops
}

func runUntilEnd(t testing.TB, run func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the loop ended with %v", err)
		}
	})
}

// Loops gives one loop of each implementation of netloop, by what it is, running until the test ends.
func Loops(t testing.TB) map[string]netloop.Loop {
	return map[string]netloop.Loop{"goroutines": netloop.NewGoroutines(), "coroutines": Running(t), "epoll": Epoll(t, 2)}
}

// Each runs f as a task of each implementation of netloop, and waits for its end, at most two minutes.
func Each(t *testing.T, f func(t *testing.T, task netloop.Task)) {
	for kind, loop := range Loops(t) {
		t.Run(kind, func(t *testing.T) {
			done := make(chan struct{})
			loop.Go(func(task netloop.Task) { defer close(done); f(t, task) })
			select {
			case <-done:
			case <-time.After(2 * time.Minute):
				t.Fatal("the task does not end")
			}
		})
	}
}

// Pair gives the two ends of a TCP connection, which the test's end closes.
func Pair(t testing.TB) (here, there net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	there, err = net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	here, err = l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { here.Close(); there.Close() })
	return here, there
}

// Allocs is how many things a call of f takes from the heap, on the average of `times` calls, with all that goes on meanwhile. Unlike
// testing.AllocsPerRun it leaves the loops their processors.
func Allocs(times int, f func()) float64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range times {
		f()
	}
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / float64(times)
}
