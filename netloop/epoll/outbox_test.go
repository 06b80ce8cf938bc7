//go:build linux

package epoll_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"shunt/netloop"
	"shunt/netloop/epoll"
	"shunt/netloop/looptest"
)

// turn has several tasks go on in one turn of a loop: each rests on its connection, and is given a word on it while the loop is kept busy.
func turn(t *testing.T, loop *epoll.Loops, peers []net.Conn, word string) {
	t.Helper()
	busy, free := make(chan struct{}), make(chan struct{})
	loop.Go(func(netloop.Task) { close(busy); <-free })
	<-busy
	for _, peer := range peers {
		if _, err := peer.Write([]byte(word)); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(20 * time.Millisecond) // the kernel has them by then
	close(free)
}

// pairs are connections of tasks that rest until a word comes, and then do something.
func pairs(t *testing.T, loop *epoll.Loops, each ...func(task netloop.Task, c netloop.Conn)) (peers []net.Conn) {
	t.Helper()
	resting := make(chan struct{})
	for _, do := range each {
		nc, peer := looptest.Pair(t)
		peers = append(peers, peer)
		_ = nc.(*net.TCPConn).SetWriteBuffer(4 << 10)
		_ = peer.(*net.TCPConn).SetReadBuffer(32 << 10)
		loop.Go(func(task netloop.Task) {
			c := task.Attach(nc)
			pool := netloop.NewBuffers(64)
			var first func(netloop.Task)
			first = func(task netloop.Task) {
				buf, _, err := c.ReadLease(pool)
				if err != nil {
					t.Error(err)
					return
				}
				pool.Put(buf)
				task.Rest(c, func(task netloop.Task) { do(task, c) })
				resting <- struct{}{}
			}
			task.Rest(c, first)
		})
		if _, err := peer.Write([]byte("!")); err != nil { // so that the loop knows where its buffers come from
			t.Fatal(err)
		}
		<-resting
	}
	return peers
}

func heard(t *testing.T, peer net.Conn, want string) {
	t.Helper()
	_ = peer.SetReadDeadline(time.Now().Add(long))
	got := make([]byte, len(want))
	if _, err := io.ReadFull(peer, got); err != nil || string(got) != want {
		t.Errorf("heard %q, %v; want %q", got, err, want)
	}
}

// TestATurnReadsThenRunsThenSends: all that has come is read before the first of several tasks goes on, and nothing that they write is sent before the last of them has had its turn.
func TestATurnReadsThenRunsThenSends(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	var peers []net.Conn
	var reads [2]uint64
	echo := func(i int) func(netloop.Task, netloop.Conn) {
		return func(_ netloop.Task, c netloop.Conn) {
			reads[i] = loop.Stats().Reads
			b := make([]byte, 2)
			for range 2 { // what was read is given in pieces
				n, err := c.Read(b)
				if err != nil {
					t.Error(err)
				}
				if _, err := c.Write(b[:n]); err != nil {
					t.Error(err)
				}
			}
			for _, peer := range peers {
				if sight(t, peer) != netloop.Quiet {
					t.Error("something was sent before all had their turn")
				}
			}
		}
	}
	peers = pairs(t, loop, echo(0), echo(1))
	before := loop.Stats()
	turn(t, loop, peers, "word")
	for _, peer := range peers {
		heard(t, peer, "word")
	}
	if reads != [2]uint64{before.Reads + 2, before.Reads + 2} {
		t.Errorf("%d reads before, and %v when the tasks had their turns", before.Reads, reads)
	}
	if n := loop.Stats().Writes - before.Writes; n != 2 {
		t.Errorf("%d writes for two tasks", n)
	}
}

// TestWhatDoesNotFitIsSentLater: what is written to peers that do not read comes to them whole, and in order, when they do.
func TestWhatDoesNotFitIsSentLater(t *testing.T) {
	const rounds, pieces, piece = 16, 7, 2000 // fewer pieces than have a task give way
	text := bytes.Repeat([]byte("0123456789"), piece/10)
	loop := looptest.Epoll(t, 1)
	pour := func(task netloop.Task, c netloop.Conn) {
		nc, _ := looptest.Pair(t)
		side := task.Attach(nc)
		var round int
		var next func(netloop.Task)
		next = func(task netloop.Task) {
			if _, err := c.Read(make([]byte, 2)); err != nil {
				t.Error(err)
			}
			for range pieces {
				if _, err := c.Write(text); err != nil {
					t.Error(err)
				}
				if _, err := side.Write([]byte{0}); err != nil { // so that each piece is a letter of its own
					t.Error(err)
				}
			}
			if round++; round < rounds {
				task.Rest(c, next)
				return
			}
			if _, err := c.Write(bytes.Repeat(text, 4)); err != nil { // which is sent at once
				t.Error(err)
			}
			_ = c.Close()
		}
		next(task)
	}
	peers := pairs(t, loop, pour, pour)
	for range rounds {
		turn(t, loop, peers, "go")
	}
	for _, peer := range peers {
		_ = peer.SetReadDeadline(time.Now().Add(long))
		all, err := io.ReadAll(peer)
		if want := (rounds*pieces + 4) * piece; err != nil || len(all) != want {
			t.Fatalf("%d bytes, %v; want %d", len(all), err, want)
		}
		for i, b := range all {
			if b != '0'+byte(i%10) {
				t.Fatalf("byte %d is %c", i, b)
			}
		}
	}
}

// TestWhatCannotBeSentIsHeardOfLater: by the read that comes next, which says that nothing of it has gone; also by one that rests before.
func TestWhatCannotBeSentIsHeardOfLater(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	server, peer := looptest.Pair(t)
	other, otherPeer := looptest.Pair(t)
	heardOf := make(chan error, 2)
	asks := func(nc net.Conn) func(netloop.Task, netloop.Conn) {
		return func(task netloop.Task, _ netloop.Conn) {
			c := task.Attach(nc)
			if _, err := c.Write([]byte("question")); err != nil {
				t.Errorf("the write itself: %v", err)
			}
			task.Rest(c, func(netloop.Task) {
				_, err := c.Read(make([]byte, 8))
				heardOf <- err
			})
		}
	}
	peers := pairs(t, loop, asks(server), asks(other))
	for _, gone := range []net.Conn{peer, otherPeer} {
		_ = gone.(*net.TCPConn).SetLinger(0)
		_ = gone.Close()
	}
	turn(t, loop, peers, "go")
	for range 2 {
		select {
		case err := <-heardOf:
			var unsent *netloop.UnsentError
			if !errors.As(err, &unsent) {
				t.Errorf("heard %v", err)
			}
		case <-time.After(long):
			t.Fatal("nothing is heard")
		}
	}
}

// TestNothingIsLeftInTheOutbox: what was written is sent before a connection is closed or given away, and before work elsewhere begins.
func TestNothingIsLeftInTheOutbox(t *testing.T) {
	for name, leave := range map[string]func(netloop.Task, netloop.Conn){
		"close":   func(_ netloop.Task, c netloop.Conn) { _ = c.Close() },
		"release": func(task netloop.Task, c netloop.Conn) { task.Release(c) },
		"offload": func(task netloop.Task, _ netloop.Conn) { task.Offload(func() {}) },
	} {
		t.Run(name, func(t *testing.T) {
			loop := looptest.Epoll(t, 1)
			var peers []net.Conn
			looked := make(chan struct{})
			write := func(task netloop.Task, c netloop.Conn) {
				if _, err := c.Write([]byte("good-bye")); err != nil {
					t.Error(err)
				}
				leave(task, c)
			}
			peers = pairs(t, loop, write, func(netloop.Task, netloop.Conn) {
				defer close(looked)
				if sight(t, peers[0]) == netloop.Quiet {
					t.Error("nothing has come")
				}
			})
			turn(t, loop, peers, "go")
			<-looked
			heard(t, peers[0], "good-bye")
		})
	}
}

// TestALongWriteIsNotOvertaken: nor does it overtake.
func TestALongWriteIsNotOvertaken(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	write := func(_ netloop.Task, c netloop.Conn) {
		for _, text := range []string{"short", string(bytes.Repeat([]byte("long"), 2000)), "end"} {
			if _, err := c.Write([]byte(text)); err != nil {
				t.Error(err)
			}
		}
	}
	peers := pairs(t, loop, write, write)
	turn(t, loop, peers, "go")
	for _, peer := range peers {
		heard(t, peer, "short"+string(bytes.Repeat([]byte("long"), 2000))+"end")
	}
}

// sight looks at a peer from outside of the loop.
func sight(t *testing.T, peer net.Conn) (seen netloop.Sight) {
	t.Helper()
	raw, err := peer.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if err := raw.Control(func(fd uintptr) { seen = netloop.SightOf(int(fd)) }); err != nil {
		t.Fatal(err)
	}
	return seen
}
