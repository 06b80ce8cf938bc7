package netloop_test

import (
	"crypto/tls"
	"errors"
	"io"
	"testing"
	"time"

	"shunt/mysql/mysqltest"
	"shunt/netloop"
	"shunt/netloop/looptest"
)

func TestReadLeaseTakesABufferOnlyForData(t *testing.T) {
	looptest.Each(t, func(t *testing.T, task netloop.Task) {
		nc, peer := looptest.Pair(t)
		c := task.Attach(nc)
		pool := netloop.NewBuffers(64)
		c.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		if buf, _, err := c.ReadLease(pool); !errors.Is(err, netloop.ErrTimeout) || buf != nil {
			t.Errorf("with nothing to read: buffer %v, error %v", buf, err)
		}
		c.SetReadDeadline(time.Time{})
		if _, err := peer.Write([]byte("hello")); err != nil {
			t.Error(err)
		}
		buf, n, err := c.ReadLease(pool)
		if err != nil || string(buf[:n]) != "hello" {
			t.Errorf("read %q, %v", buf[:n], err)
		}
		peer.Close()
		if _, _, err := c.ReadLease(pool); err != io.EOF {
			t.Errorf("after the peer closed: %v, want EOF", err)
		}
	})
}

func TestLookTellsQuietReadyGone(t *testing.T) {
	looptest.Each(t, func(t *testing.T, task netloop.Task) {
		nc, peer := looptest.Pair(t)
		c := task.Attach(nc)
		if s := c.Look(); s != netloop.Quiet {
			t.Errorf("at first: %v, want Quiet", s)
		}
		if _, err := peer.Write([]byte("x")); err != nil {
			t.Error(err)
		}
		see(t, task, c, netloop.Ready)
		peer.Close() // behind a byte that was not read
		see(t, task, c, netloop.Gone)
	})
}

// see waits until a look shows what is wanted: loopback delivers soon, not at once.
func see(t *testing.T, task netloop.Task, c netloop.Conn, want netloop.Sight) {
	t.Helper()
	for range 1000 {
		if c.Look() == want {
			return
		}
		_ = task.Park(time.Now().Add(5 * time.Millisecond)) // only passes the time
	}
	t.Errorf("looked for %v, saw %v", want, c.Look())
}

func TestInterruptEndsEveryKindOfWait(t *testing.T) {
	looptest.Each(t, func(t *testing.T, task netloop.Task) {
		nc, _ := looptest.Pair(t)
		c := task.Attach(nc)
		go task.Interrupt()
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, netloop.ErrInterrupted) {
			t.Errorf("read: %v", err)
		}
		if _, _, err := c.ReadLease(netloop.NewBuffers(16)); !errors.Is(err, netloop.ErrInterrupted) {
			t.Errorf("leased read, with the interruption already there: %v", err)
		}
		c.SetReadDeadline(time.Now().Add(time.Minute))
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, netloop.ErrInterrupted) {
			t.Errorf("read with a deadline set afterwards: %v", err)
		}
		if err := task.Park(time.Now().Add(time.Minute)); !errors.Is(err, netloop.ErrInterrupted) {
			t.Errorf("park: %v", err)
		}
		task.Resume()
		if err := task.Park(time.Now().Add(time.Millisecond)); errors.Is(err, netloop.ErrInterrupted) {
			t.Errorf("after Resume: %v", err)
		}
	})
}

func TestUnparkBeforeParkIsNotLost(t *testing.T) {
	looptest.Each(t, func(t *testing.T, task netloop.Task) {
		task.Unpark()
		task.Unpark()
		if err := task.Park(time.Now().Add(time.Minute)); err != nil {
			t.Errorf("first park: %v", err)
		}
		if err := task.Park(time.Now().Add(5 * time.Millisecond)); !errors.Is(err, netloop.ErrTimeout) {
			t.Errorf("second park: %v, want a timeout: two calls of Unpark count as one", err)
		}
	})
}

func TestReleasedConnIsNotInterrupted(t *testing.T) {
	looptest.Each(t, func(t *testing.T, task netloop.Task) {
		nc, peer := looptest.Pair(t)
		c := task.Attach(nc)
		task.Release(c)
		task.Interrupt()
		task.Resume()
		task.Bind(c)
		if _, err := peer.Write([]byte("x")); err != nil {
			t.Error(err)
		}
		if _, err := c.Read(make([]byte, 1)); err != nil {
			t.Errorf("a connection that was lent elsewhere when the task was interrupted: %v", err)
		}
	})
}

func TestOffloadReturnsWhenTheWorkHasEnded(t *testing.T) {
	looptest.Each(t, func(t *testing.T, task netloop.Task) {
		ran := false
		task.Interrupt()
		task.Offload(func() { ran = true })
		if !ran || !task.Interrupted() {
			t.Errorf("ran %v, interruption kept %v", ran, task.Interrupted())
		}
	})
}

// wrapper is a Conn of somebody else's over one of the loop's.
type wrapper struct{ netloop.Conn }

func (w wrapper) Unwrap() netloop.Conn { return w.Conn }

func TestAWrapperStandsForTheConnBelow(t *testing.T) {
	looptest.Each(t, func(t *testing.T, task netloop.Task) {
		nc, peer := looptest.Pair(t)
		inner := task.Attach(nc)
		c := wrapper{wrapper{inner}}
		if netloop.Innermost(c) != inner {
			t.Error("the innermost Conn is another")
		}
		task.Release(c)
		task.Interrupt()
		task.Resume()
		task.Bind(c)
		if _, err := peer.Write([]byte("x")); err != nil {
			t.Error(err)
		}
		if _, err := c.Read(make([]byte, 1)); err != nil {
			t.Errorf("after it was lent elsewhere: %v", err)
		}
		go task.Interrupt()
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, netloop.ErrInterrupted) {
			t.Errorf("bound again, and interrupted: %v", err)
		}
	})
}

// The implementation with coroutines has no TLS.
func TestLookSeesThatATLSPeerHasGone(t *testing.T) {
	certificate := mysqltest.NewCertificate(t)
	nc, peer := looptest.Pair(t)
	server, client := tls.Server(nc, certificate.Server(t)), tls.Client(peer, certificate.Client())
	shaken := make(chan error, 1)
	go func() { shaken <- client.HandshakeContext(t.Context()) }()
	if err := errors.Join(server.HandshakeContext(t.Context()), <-shaken); err != nil {
		t.Fatal(err)
	}
	task := netloop.NewTask()
	c := task.Attach(server)
	if s := c.Look(); s != netloop.Quiet {
		t.Errorf("at first: %v, want Quiet", s)
	}
	if _, err := client.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	see(t, task, c, netloop.Ready)
	buf, n, err := c.ReadLease(netloop.NewBuffers(16))
	if err != nil || string(buf[:n]) != "x" {
		t.Errorf("read %q, %v", buf[:n], err)
	}
	see(t, task, c, netloop.Quiet)
	peer.Close() // without a good-bye
	see(t, task, c, netloop.Gone)
}

// TestRestGoesOnWhenThereIsSomethingToRead: as often as the task likes, and also when the peer has gone or somebody interrupts it.
func TestRestGoesOnWhenThereIsSomethingToRead(t *testing.T) {
	for kind, loop := range looptest.Loops(t) {
		t.Run(kind, func(t *testing.T) {
			nc, peer := looptest.Pair(t)
			heard := make(chan string, 10)
			var c netloop.Conn
			var listen func(netloop.Task)
			listen = func(task netloop.Task) {
				b := make([]byte, 10)
				n, err := c.Read(b)
				if err != nil {
					heard <- err.Error()
					return
				}
				heard <- string(b[:n])
				task.Rest(c, listen)
			}
			loop.Go(func(task netloop.Task) {
				c = task.Attach(nc)
				task.Rest(c, listen)
			})
			expect := func(want string) {
				t.Helper()
				select {
				case got := <-heard:
					if got != want {
						t.Errorf("heard %q, want %q", got, want)
					}
				case <-time.After(20 * time.Second):
					t.Fatalf("%q is not heard", want)
				}
			}
			for _, word := range []string{"one", "two", "three"} {
				if _, err := peer.Write([]byte(word)); err != nil {
					t.Fatal(err)
				}
				expect(word)
			}
			peer.Close()
			expect(io.EOF.Error())
		})
	}
}

func TestARestIsInterrupted(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	nc, _ := looptest.Pair(t)
	ended := make(chan error, 1)
	tasks := make(chan netloop.Task, 1)
	loop.Go(func(task netloop.Task) {
		c := task.Attach(nc)
		task.Rest(c, func(netloop.Task) { _, err := c.Read(make([]byte, 1)); ended <- err })
		tasks <- task
	})
	(<-tasks).Interrupt()
	restEnds(t, ended, netloop.ErrInterrupted)
}

// TestARestEndsWithTheReadDeadline: the read that comes next says so.
func TestARestEndsWithTheReadDeadline(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	nc, _ := looptest.Pair(t)
	ended := make(chan error, 1)
	loop.Go(func(task netloop.Task) {
		c := task.Attach(nc)
		c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		task.Rest(c, func(netloop.Task) { _, err := c.Read(make([]byte, 1)); ended <- err })
	})
	restEnds(t, ended, netloop.ErrTimeout)
}

// restEnds: and the read that comes next says why.
func restEnds(t *testing.T, ended <-chan error, why error) {
	t.Helper()
	select {
	case err := <-ended:
		if !errors.Is(err, why) {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the rest goes on")
	}
}
