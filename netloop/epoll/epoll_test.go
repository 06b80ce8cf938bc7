//go:build linux

package epoll_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"shunt/mysql/mysqltest"
	"shunt/netloop"
	"shunt/netloop/looptest"
)

// long is a bound for waits that should not be long.
const long = 20 * time.Second

// run runs f as a task and waits for its end.
func run(t *testing.T, loop netloop.Loop, f func(netloop.Task)) {
	t.Helper()
	done := make(chan struct{})
	loop.Go(func(task netloop.Task) { defer close(done); f(task) })
	select {
	case <-done:
	case <-time.After(long):
		t.Fatal("the task does not end")
	}
}

// echo answers each byte that comes on a socket with itself, until the peer has gone.
func echo(task netloop.Task, nc net.Conn) {
	c := task.Attach(nc)
	defer c.Close()
	var b [1]byte
	for {
		if _, err := c.Read(b[:]); err != nil {
			return
		}
		if _, err := c.Write(b[:]); err != nil {
			return
		}
	}
}

func exchange(t testing.TB, nc net.Conn) {
	t.Helper()
	b := [1]byte{7}
	_ = nc.SetDeadline(time.Now().Add(long))
	if _, err := nc.Write(b[:]); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(nc, b[:]); err != nil {
		t.Fatal(err)
	}
}

func TestAWriteThatDoesNotFitWaitsForRoom(t *testing.T) {
	const size = 32 << 20
	loop := looptest.Epoll(t, 1)
	nc, peer := looptest.Pair(t)
	written := make(chan error, 1)
	loop.Go(func(task netloop.Task) {
		c := task.Attach(nc)
		_, err := c.Write(make([]byte, size))
		written <- err
		if n, err := c.Read(make([]byte, 8)); n != 3 || err != nil { // the socket is still one to be read from
			t.Errorf("read %d, %v", n, err)
		}
		written <- nil
	})
	select {
	case <-written:
		t.Fatal("32 MiB went into a socket that nobody reads")
	case <-time.After(100 * time.Millisecond):
	}
	_ = peer.SetDeadline(time.Now().Add(long))
	if _, err := io.CopyN(io.Discard, peer, size); err != nil {
		t.Fatal(err)
	}
	if err := <-written; err != nil {
		t.Error(err)
	}
	if _, err := peer.Write([]byte("end")); err != nil {
		t.Error(err)
	}
	<-written
}

func TestAWriteThatWaitsEndsByItsDeadlineAndByInterrupt(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	nc, _ := looptest.Pair(t)
	run(t, loop, func(task netloop.Task) {
		c := task.Attach(nc)
		c.SetWriteDeadline(time.Now().Add(20 * time.Millisecond))
		if _, err := c.Write(make([]byte, 32<<20)); !errors.Is(err, netloop.ErrTimeout) {
			t.Errorf("with a deadline: %v", err)
		}
		c.SetWriteDeadline(time.Time{})
		go task.Interrupt()
		for {
			if _, err := c.Write(make([]byte, 1<<20)); err != nil {
				if !errors.Is(err, netloop.ErrInterrupted) {
					t.Errorf("interrupted: %v", err)
				}
				return
			}
		}
	})
}

// TestConnectionsMoveBetweenLoops: what one loop has read from is read from by the other, with nothing lost, however often.
func TestConnectionsMoveBetweenLoops(t *testing.T) {
	loop := looptest.Epoll(t, 2)
	nc, peer := looptest.Pair(t)
	lent := make(chan netloop.Conn, 1)
	var shards [2]atomic.Int64
	step := func(task netloop.Task) {
		c := <-lent
		task.Bind(c)
		shards[task.Shard()].Add(1)
		var b [1]byte
		c.SetReadDeadline(time.Now().Add(long))
		if _, err := c.Read(b[:]); err != nil {
			t.Error(err)
		}
		if _, err := c.Write(b[:]); err != nil {
			t.Error(err)
		}
		task.Release(c)
		lent <- c
	}
	held := make(chan struct{})
	loop.Go(func(task netloop.Task) { // keeps one loop busier, so that new tasks come to the other, and back
		lent <- task.Attach(nc)
		for {
			if task.Park(time.Now().Add(time.Millisecond)) != netloop.ErrTimeout {
				return
			}
			select {
			case <-held:
				return
			default:
			}
		}
	})
	for i := range 200 {
		if i == 100 {
			close(held)
			ctx, cancel := context.WithTimeout(t.Context(), long)
			if err := loop.Wait(ctx); err != nil { // nobody is on either now: the next task comes to the first
				t.Error(err)
			}
			cancel()
		}
		done := make(chan struct{})
		loop.Go(func(task netloop.Task) { defer close(done); step(task) })
		exchange(t, peer)
		<-done
	}
	if shards[0].Load() == 0 || shards[1].Load() == 0 {
		t.Errorf("all tasks were on one loop: %d, %d", shards[0].Load(), shards[1].Load())
	}
	if n := loop.Stats().Moves; n == 0 {
		t.Error("nothing has moved")
	}
}

// TestNobodyKeepsTheLoop: a task whose reads and writes never have to wait lets others have their turn.
func TestNobodyKeepsTheLoop(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	from, source := looptest.Pair(t)
	other, peer := looptest.Pair(t)
	stop := make(chan struct{})
	go func() {
		chunk := make([]byte, 1<<20)
		for {
			if _, err := source.Write(chunk); err != nil {
				close(stop)
				return
			}
		}
	}()
	loop.Go(func(task netloop.Task) {
		c := task.Attach(from)
		defer c.Close()
		for buf := make([]byte, 256); ; { // in small pieces: there is always more
			if _, err := c.Read(buf); err != nil {
				return
			}
		}
	})
	loop.Go(func(task netloop.Task) { echo(task, other) })
	for range 50 {
		exchange(t, peer)
	}
	source.Close()
	<-stop
}

func TestAPanicOfOffloadedWorkIsTheTasks(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	run(t, loop, func(task netloop.Task) {
		defer func() {
			if recover() != "a fault" {
				t.Error("the panic was lost")
			}
			if err := task.Park(time.Now().Add(time.Millisecond)); !errors.Is(err, netloop.ErrTimeout) {
				t.Errorf("the task goes on: %v", err)
			}
		}()
		task.Offload(func() { panic("a fault") })
	})
}

// TestOffloadedWorkMayWaitForSockets: as a TLS handshake does, while other tasks of the loop go on.
func TestOffloadedWorkMayWaitForSockets(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	nc, peer := looptest.Pair(t)
	other, others := looptest.Pair(t)
	loop.Go(func(task netloop.Task) { echo(task, other) })
	waiting := make(chan struct{})
	ended := make(chan error, 3)
	loop.Go(func(task netloop.Task) {
		below := task.Attach(nc).NetConn()
		task.Offload(func() {
			var b [1]byte
			_ = below.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
			_, err := below.Read(b[:])
			ended <- err
			_ = below.SetReadDeadline(time.Time{})
			close(waiting)
			_, err = below.Read(b[:])
			ended <- err
		})
		go task.Interrupt()
		task.Offload(func() { _, err := below.Read(make([]byte, 1)); ended <- err })
	})
	var timeout net.Error
	if err := <-ended; !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("with a deadline: %v", err)
	}
	<-waiting
	exchange(t, others)
	if _, err := peer.Write([]byte{1}); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, netloop.ErrInterrupted) {
		t.Errorf("interrupted: %v", err)
	}
}

func TestTLSOverALoop(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	certificate := mysqltest.NewCertificate(t)
	nc, there := looptest.Pair(t)
	peer := tls.Client(there, certificate.Client())
	shaken := make(chan error, 1)
	go func() { shaken <- peer.HandshakeContext(t.Context()) }()
	run(t, loop, func(task netloop.Task) {
		raw := task.Attach(nc)
		secure := tls.Server(raw.NetConn(), certificate.Server(t))
		var err error
		task.Offload(func() { err = secure.Handshake() })
		if err = errors.Join(err, <-shaken); err != nil {
			t.Error(err)
			return
		}
		task.Release(raw)
		c := task.Attach(secure)
		pool := netloop.NewBuffers(1 << 10)
		c.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
		if buf, _, err := c.ReadLease(pool); !errors.Is(err, netloop.ErrTimeout) || buf != nil {
			t.Errorf("with nothing to read: buffer %v, error %v", buf, err)
		}
		c.SetReadDeadline(time.Time{})
		go func() { _, _ = peer.Write([]byte("hello")) }()
		got := []byte{}
		for len(got) < 5 {
			buf, n, err := c.ReadLease(pool)
			if err != nil {
				t.Error(err)
				return
			}
			got = append(got, buf[:n]...)
			pool.Put(buf)
		}
		if string(got) != "hello" {
			t.Errorf("read %q", got)
		}
		if _, err := c.Write([]byte("world")); err != nil {
			t.Error(err)
		}
		if s := c.Look(); s != netloop.Quiet {
			t.Errorf("looked, saw %v", s)
		}
		there.Close() // without a good-bye
		for range 1000 {
			if c.Look() == netloop.Gone {
				return
			}
			_ = task.Park(time.Now().Add(5 * time.Millisecond)) // only passes the time
		}
		t.Error("a peer that has gone is not seen")
	})
}

// TestADescriptorsNextOwnerGetsNothingOfTheLast: descriptors are used again at once, and events of the one before may still be on their way.
func TestADescriptorsNextOwnerGetsNothingOfTheLast(t *testing.T) {
	loop := looptest.Epoll(t, 2)
	for range 300 {
		first, peer := looptest.Pair(t)
		closed := make(chan struct{})
		loop.Go(func(task netloop.Task) {
			c := task.Attach(first)
			_, _ = c.Read(make([]byte, 1))
			_ = c.Close()
			close(closed)
		})
		if _, err := peer.Write([]byte("xy")); err != nil {
			t.Fatal(err)
		}
		peer.Close()
		second, other := looptest.Pair(t)
		loop.Go(func(task netloop.Task) { echo(task, second) })
		exchange(t, other)
		<-closed
	}
}

func TestAcceptEndsByInterruptAndTellsOfErrors(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	acceptor := make(chan netloop.Task, 1)
	ended := make(chan error, 1)
	loop.Go(func(task netloop.Task) {
		acceptor <- task
		for {
			nc, err := task.Accept(l)
			if err != nil {
				ended <- err
				return
			}
			if _, tcp := nc.RemoteAddr().(*net.TCPAddr); !tcp || nc.LocalAddr().String() != l.Addr().String() {
				t.Errorf("from %v to %v", nc.RemoteAddr(), nc.LocalAddr())
			}
			loop.Go(func(task netloop.Task) { echo(task, nc) })
		}
	})
	for range 20 {
		nc, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		exchange(t, nc)
		nc.Close()
	}
	(<-acceptor).Interrupt()
	select {
	case err := <-ended:
		if !errors.Is(err, netloop.ErrInterrupted) {
			t.Error(err)
		}
	case <-time.After(long):
		t.Fatal("Accept does not end")
	}
}

func TestAttachOfAConnectionWithoutADescriptorFailsAtUse(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	here, there := net.Pipe()
	run(t, loop, func(task netloop.Task) {
		c := task.Attach(here)
		if _, err := c.Read(make([]byte, 1)); err == nil {
			t.Error("a read of nothing succeeds")
		}
		if _, err := c.Write([]byte{1}); err == nil {
			t.Error("a write to nothing succeeds")
		}
		if s := c.Look(); s != netloop.Gone {
			t.Errorf("looked, saw %v", s)
		}
	})
	_ = there.SetDeadline(time.Now().Add(long))
	if _, err := there.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the other end was left open: %v", err)
	}
}

// TestALoopAtWorkStopsNoCollection: a loop that waits unseen by the scheduler must not make a garbage collection wait for the next event.
func TestALoopAtWorkStopsNoCollection(t *testing.T) {
	loop := looptest.Epoll(t, runtime.GOMAXPROCS(0))
	var peers []net.Conn
	for range 8 {
		nc, peer := looptest.Pair(t)
		loop.Go(func(task netloop.Task) { echo(task, nc) })
		peers = append(peers, peer)
	}
	for range 20 {
		for _, peer := range peers {
			exchange(t, peer)
		}
		begun := time.Now()
		runtime.GC()
		if took := time.Since(begun); took > 2*time.Second { // it takes milliseconds; a bound only against waiting for the next event
			t.Fatalf("a collection took %v", took)
		}
	}
}

// TestATaskThatRestsHasNoStack: thousands of idle clients cost what they are, and no stack each.
func TestATaskThatRestsHasNoStack(t *testing.T) {
	const many = 400
	loop := looptest.Epoll(t, 1)
	before := runtime.NumGoroutine()
	rests := make(chan struct{}, many)
	var peers []net.Conn
	for range many {
		nc, peer := looptest.Pair(t)
		peers = append(peers, peer)
		loop.Go(func(task netloop.Task) {
			c := task.Attach(nc)
			var listen func(netloop.Task)
			listen = func(task netloop.Task) {
				var b [1]byte // filled to the last byte: that does not tell that there is no more
				n, err := c.Read(b[:])
				if err != nil {
					_ = c.Close()
					return
				}
				_, _ = c.Write(b[:n])
				task.Rest(c, listen)
			}
			task.Rest(c, listen)
			rests <- struct{}{}
		})
	}
	for range many {
		<-rests
	}
	for _, peer := range peers {
		exchange(t, peer)
	}
	if n := runtime.NumGoroutine() - before; n > many/4 { // some stacks are kept for those who come next
		t.Errorf("%d goroutines for %d tasks that rest", n, many)
	}
}

// TestAnIdleLoopDoesNothing: with clients that are silent it does not turn.
func TestAnIdleLoopDoesNothing(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	nc, peer := looptest.Pair(t)
	clocks := make(chan time.Time, 2)
	loop.Go(func(task netloop.Task) {
		c := task.Attach(nc)
		for range 2 {
			clocks <- task.Now()
			_, _ = c.Read(make([]byte, 1))
		}
	})
	first := <-clocks
	time.Sleep(200 * time.Millisecond)
	before := loop.Stats().Turns
	time.Sleep(300 * time.Millisecond)
	if n := loop.Stats().Turns - before; n > 0 {
		t.Errorf("an idle loop has turned %d times in 300 ms", n)
	}
	if _, err := peer.Write([]byte{1}); err != nil {
		t.Fatal(err)
	}
	if second := <-clocks; second.Sub(first) < 400*time.Millisecond {
		t.Errorf("its clock went on by %v in half a second", second.Sub(first))
	}
}

func TestTasksRunWhereTheLoopWaitsItsTurn(t *testing.T) {
	var attr *unix.SchedAttr
	var err, forbidden error
	run(t, looptest.Epoll(t, 1), func(netloop.Task) {
		if attr, err = unix.SchedGetAttr(0, 0); err == nil {
			forbidden = unix.SchedSetAttr(0, attr, 0)
		}
	})
	if forbidden != nil {
		t.Skip("this system does not let a thread change its policy:", forbidden)
	}
	if err != nil || attr.Policy == unix.SCHED_NORMAL {
		t.Errorf("policy %+v, %v", attr, err)
	}
}
