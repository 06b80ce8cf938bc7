//go:build linux

package epoll_test

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"shunt/netloop"
	"shunt/netloop/epoll"
	"shunt/netloop/looptest"
)

// resting gives a task that rests until it is unparked, interrupted or handed something, and goes on with next.
func resting(t *testing.T, loop *epoll.Loops, next func(netloop.Task)) netloop.Task {
	t.Helper()
	tasks := make(chan netloop.Task, 1)
	loop.Go(func(task netloop.Task) {
		task.RestUntil(task.Now().Add(time.Hour), next)
		tasks <- task
	})
	return <-tasks
}

// comes waits for something that should come soon.
func comes[T any](t *testing.T, from <-chan T, what string) (got T) {
	t.Helper()
	select {
	case got = <-from:
	case <-time.After(long):
		t.Fatalf("%s does not come", what)
	}
	return got
}

// take reads what a turn has brought.
func take(t *testing.T, c netloop.Conn) {
	t.Helper()
	if _, err := c.Read(make([]byte, 8)); err != nil {
		t.Error(err)
	}
}

func say(t *testing.T, c netloop.Conn, text string) {
	t.Helper()
	if _, err := c.Write([]byte(text)); err != nil {
		t.Error(err)
	}
}

// TestARestWithoutAConnEndsOnce: each by what comes first, and the time of one that has ended does not end the next.
func TestARestWithoutAConnEndsOnce(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	ends, soon := make(chan time.Time, 1), make(chan time.Time, 1)
	tasks := make(chan netloop.Task, 1)
	loop.Go(func(task netloop.Task) {
		over := task.Now().Add(50 * time.Millisecond)
		task.RestUntil(over, func(task netloop.Task) {
			task.RestUntil(task.Now().Add(time.Hour), func(task netloop.Task) { ends <- task.Now() })
			soon <- over
		})
		tasks <- task
	})
	rests := <-tasks
	rests.Unpark()
	over := comes(t, soon, "the second rest")
	loop.Go(func(task netloop.Task) { // whose own rest is over after the first one's time
		task.RestUntil(over.Add(50*time.Millisecond), func(netloop.Task) { rests.Interrupt() })
	})
	if now := comes(t, ends, "its end"); now.Before(over.Add(50 * time.Millisecond)) {
		t.Errorf("it ends %v after the first one's time", now.Sub(over))
	}
	if !rests.Interrupted() {
		t.Error("by nobody")
	}
}

// TestAnUnparkBeforeTheRestIsNotLost: one that comes in the same turn, from the task's own code or from elsewhere.
func TestAnUnparkBeforeTheRestIsNotLost(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	for _, end := range []func(netloop.Task){netloop.Task.Unpark, netloop.Task.Interrupt} {
		ended := make(chan struct{})
		loop.Go(func(task netloop.Task) {
			end(task)
			task.RestUntil(task.Now().Add(time.Hour), func(netloop.Task) { close(ended) })
		})
		comes(t, ended, "the end of the rest")
	}
}

// TestAnUnparkOfAnEarlierTurnIsNotLost, though the wait that it ended was for something else.
func TestAnUnparkOfAnEarlierTurnIsNotLost(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	nc, peer := looptest.Pair(t)
	reads, ended := make(chan netloop.Task), make(chan struct{})
	loop.Go(func(task netloop.Task) {
		c := task.Attach(nc)
		reads <- task
		take(t, c)
		task.RestUntil(task.Now().Add(time.Hour), func(netloop.Task) { close(ended) })
	})
	task := <-reads
	task.Unpark()
	turned := make(chan struct{})
	loop.Go(func(netloop.Task) { close(turned) }) // the turn in which the wait has looked, in vain
	comes(t, turned, "a turn")
	if _, err := peer.Write([]byte("go")); err != nil {
		t.Fatal(err)
	}
	comes(t, ended, "the end of the rest")
}

// TestNothingIsAppendedToHalfAWrite: it would come in the middle.
func TestNothingIsAppendedToHalfAWrite(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	var theirs netloop.Conn
	begun, appended := make(chan struct{}), make(chan bool, 1)
	text := strings.Repeat("long", 8<<20)
	peers := pairs(t, loop, func(_ netloop.Task, c netloop.Conn) {
		theirs = c
		take(t, c)
		close(begun)
		say(t, c, text)
	}, func(task netloop.Task, _ netloop.Conn) { appended <- task.Append(theirs, []byte("appended")) })
	turn(t, loop, peers[:1], "go")
	comes(t, begun, "the write")
	turn(t, loop, peers[1:], "go")
	if comes(t, appended, "the attempt") {
		t.Error("it is appended")
	}
	_ = peers[0].SetReadDeadline(time.Now().Add(long))
	got := make([]byte, len(text))
	if _, err := io.ReadFull(peers[0], got); err != nil || string(got) != text {
		t.Errorf("something else comes, %v", err)
	}
}

// TestWhatIsAppendedComesBehind: what the other task has written, whether that is sent already or lies in the outbox, and before what it writes next; be it short or long.
func TestWhatIsAppendedComesBehind(t *testing.T) {
	for name, text := range map[string]string{"short": "appended, ", "long": strings.Repeat("appended, ", 500)} {
		t.Run("together, "+name, func(t *testing.T) {
			loop := looptest.Epoll(t, 1)
			var peers []net.Conn
			var theirs netloop.Conn
			write := func(task netloop.Task, c netloop.Conn) {
				theirs = c
				take(t, c)
				say(t, c, "written, ")
				task.Rest(c, func(netloop.Task) { say(t, c, "end") })
			}
			peers = pairs(t, loop, write, func(task netloop.Task, _ netloop.Conn) {
				if !task.Append(theirs, nil) || !task.Append(theirs, []byte(text)) {
					t.Error("it cannot be appended")
				}
				if name == "short" && sight(t, peers[0]) != netloop.Quiet {
					t.Error("it is not sent with what the others write")
				}
			})
			turn(t, loop, peers, "go")
			heard(t, peers[0], "written, "+text)
			turn(t, loop, peers[:1], "go")
			heard(t, peers[0], "end")
		})
		t.Run("one after the other, "+name, func(t *testing.T) {
			loop := looptest.Epoll(t, 1)
			var theirs netloop.Conn
			wrote := make(chan struct{})
			peers := pairs(t, loop, func(task netloop.Task, c netloop.Conn) {
				theirs = c
				take(t, c)
				say(t, c, "written, ")
				task.Rest(c, func(netloop.Task) {})
				close(wrote)
			}, func(task netloop.Task, _ netloop.Conn) {
				if !task.Append(theirs, []byte(text)) {
					t.Error("it cannot be appended")
				}
			})
			turn(t, loop, peers[:1], "go")
			comes(t, wrote, "what is written")
			turn(t, loop, peers[1:], "go")
			heard(t, peers[0], "written, "+text)
		})
	}
}

// TestWhatIsWrittenToOneConnGoesAtOnce: in one system call, whatever the others of the turn have written in between, and in order.
func TestWhatIsWrittenToOneConnGoesAtOnce(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	var theirs netloop.Conn
	var before uint64
	appends := func(task netloop.Task, c netloop.Conn) {
		if !task.Append(theirs, []byte("appended, ")) {
			t.Error("it cannot be appended")
		}
		say(t, c, "own")
	}
	peers := pairs(t, loop, func(task netloop.Task, c netloop.Conn) {
		theirs, before = c, loop.Stats().Writes
		take(t, c)
		say(t, c, "written, ")
		task.Rest(c, func(netloop.Task) {})
	}, appends, appends, func(_ netloop.Task, c netloop.Conn) { say(t, c, "last") })
	turn(t, loop, peers, "go")
	heard(t, peers[0], "written, appended, appended, ")
	heard(t, peers[1], "own")
	heard(t, peers[2], "own")
	heard(t, peers[3], "last")
	if n := loop.Stats().Writes - before; n != 4 {
		t.Errorf("%d writes", n)
	}
}

// TestWhatIsAppendedAndDoesNotFit: all of it for which Append has said true comes in the end, in order, and nothing else.
func TestWhatIsAppendedAndDoesNotFit(t *testing.T) {
	for name, alone := range map[string]bool{"alone": true, "in a turn of several": false} {
		t.Run(name, func(t *testing.T) {
			loop := looptest.Epoll(t, 1)
			var theirs netloop.Conn
			ready, taken := make(chan struct{}), make(chan int, 1)
			piece := bytes.Repeat([]byte("0123456789"), 200)
			pour := func(task netloop.Task, _ netloop.Conn) {
				n := 0
				for n < 10000 && task.Append(theirs, piece) {
					n++
				}
				taken <- n
			}
			peers := pairs(t, loop, func(task netloop.Task, c netloop.Conn) {
				theirs = c
				take(t, c)
				task.Rest(c, func(netloop.Task) {
					take(t, c) // it may go on because there is room
					_ = c.Close()
				})
				close(ready)
			}, pour, func(netloop.Task, netloop.Conn) {})
			turn(t, loop, peers[:1], "go")
			comes(t, ready, "the first")
			if alone {
				turn(t, loop, peers[1:2], "go")
			} else {
				turn(t, loop, peers[1:], "go")
			}
			n := comes(t, taken, "the end of the stream")
			if n == 0 || n == 10000 {
				t.Fatalf("%d pieces went into a socket that nobody reads", n)
			}
			all := make([]byte, n*len(piece))
			_ = peers[0].SetReadDeadline(time.Now().Add(long))
			if read, err := io.ReadFull(peers[0], all); err != nil || !bytes.Equal(all, bytes.Repeat(piece, n)) {
				t.Fatalf("%d of %d bytes have come, %v, or others", read, len(all), err)
			}
			turn(t, loop, peers[:1], "go")
			silent(t, peers[0])
		})
	}
}

// TestWhatCannotBeAppendedTo: a connection that is on another loop, that is closed, or that is more than a socket. Nothing is written to it.
func TestWhatCannotBeAppendedTo(t *testing.T) {
	for name, of := range map[string]func(task netloop.Task, c netloop.Conn) netloop.Conn{
		"a closed one": func(_ netloop.Task, c netloop.Conn) netloop.Conn {
			_ = c.Close()
			return c
		},
		"one with TLS": func(task netloop.Task, c netloop.Conn) netloop.Conn {
			return task.Attach(tls.Server(c.NetConn(), &tls.Config{}))
		},
		"one below something else": func(_ netloop.Task, c netloop.Conn) netloop.Conn { return above{c} },
		"one of another kind": func(_ netloop.Task, c netloop.Conn) netloop.Conn {
			return netloop.NewTask().Attach(c.NetConn())
		},
	} {
		t.Run(name, func(t *testing.T) {
			nc, peer := looptest.Pair(t)
			run(t, looptest.Epoll(t, 1), func(task netloop.Task) {
				c := of(task, task.Attach(nc))
				cannot(t, task, c)
				if task.Unread(c, []byte("lost")) {
					t.Error("something can be given back to it")
				}
				_ = netloop.Innermost(c).Close()
			})
			silent(t, peer)
		})
	}
	t.Run("one of another loop", func(t *testing.T) {
		loop := looptest.Epoll(t, 2)
		nc, peer := looptest.Pair(t)
		conns := make(chan netloop.Conn, 1)
		var shard int
		owner := make(chan netloop.Task, 1)
		loop.Go(func(task netloop.Task) {
			c := task.Attach(nc)
			shard = task.Shard()
			task.RestUntil(task.Now().Add(time.Hour), func(netloop.Task) { _ = c.Close() })
			owner <- task
			conns <- c
		})
		c := <-conns
		run(t, loop, func(task netloop.Task) {
			if task.Shard() == shard {
				t.Error("the task is not on another loop")
			}
			cannot(t, task, c)
		})
		(<-owner).Unpark()
		silent(t, peer)
	})
	t.Run("by work elsewhere", func(t *testing.T) {
		nc, peer := looptest.Pair(t)
		run(t, looptest.Epoll(t, 1), func(task netloop.Task) {
			c := task.Attach(nc)
			task.Offload(func() { cannot(t, task, c) })
			_ = c.Close()
		})
		silent(t, peer)
	})
}

// above is a Conn of somebody else's over one of the loop's.
type above struct{ netloop.Conn }

func (a above) Unwrap() netloop.Conn { return a.Conn }

func cannot(t *testing.T, task netloop.Task, c netloop.Conn) {
	t.Helper()
	if task.Append(c, nil) || task.Append(c, []byte("lost")) {
		t.Error("it can be appended to")
	}
}

// silent: the peer has heard nothing by the end of its connection.
func silent(t *testing.T, peer net.Conn) {
	t.Helper()
	_ = peer.SetReadDeadline(time.Now().Add(long))
	if all, err := io.ReadAll(peer); err != nil || len(all) > 0 {
		t.Errorf("heard %q, %v", all, err)
	}
}

// TestAConnGoesOnToTheNextInTheSameTurn: with what was read and not used, and then with what comes. It is his that it was handed over to: he alone hears of it, and his interruption ends its waits.
func TestAConnGoesOnToTheNextInTheSameTurn(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	pool := netloop.NewBuffers(64)
	words, ended := make(chan string, 1), make(chan error, 1)
	var c netloop.Conn
	var turns [2]uint64
	var second func(netloop.Task)
	second = func(task netloop.Task) {
		if turns[1] == 0 {
			turns[1] = loop.Stats().Turns
			if c.Look() != netloop.Ready {
				t.Error("what was given back is not there")
			}
		}
		buf, n, err := c.ReadLease(pool)
		if err != nil {
			ended <- err
			return
		}
		words <- string(buf[:n])
		pool.Put(buf)
		task.Rest(c, second)
	}
	next := resting(t, loop, second)
	peers := pairs(t, loop, func(task netloop.Task, theirs netloop.Conn) {
		buf, n, err := theirs.ReadLease(pool)
		if err != nil || string(buf[:n]) != "firstsecond" {
			t.Errorf("read %q, %v", buf[:n], err)
		}
		c, turns[0] = theirs, loop.Stats().Turns
		if !task.Unread(c, buf[5:n]) {
			t.Error("what was read cannot be given back")
		}
		pool.Put(buf)
		task.HandOver(c, next)
	})
	turn(t, loop, peers, "firstsecond")
	for i, want := range []string{"second", "third", "fourth"} {
		if i > 0 {
			turn(t, loop, peers, want)
		}
		if got := comes(t, words, want); got != want {
			t.Errorf("read %q, want %q", got, want)
		}
	}
	if turns[0] != turns[1] {
		t.Errorf("handed over in turn %d, and taken in %d", turns[0], turns[1])
	}
	next.Interrupt()
	if err := comes(t, ended, "the interruption"); err != netloop.ErrInterrupted {
		t.Error(err)
	}
}

// TestWhatWasGivenBackEndsARest: though nothing comes any more.
func TestWhatWasGivenBackEndsARest(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	pool, words := netloop.NewBuffers(64), make(chan string, 1)
	var c netloop.Conn
	next := resting(t, loop, func(task netloop.Task) {
		task.Rest(c, func(netloop.Task) {
			buf, n, err := c.ReadLease(pool)
			if err != nil {
				t.Error(err)
			}
			words <- string(buf[:n])
		})
	})
	peers := pairs(t, loop, func(task netloop.Task, theirs netloop.Conn) {
		buf, n, err := theirs.ReadLease(pool)
		if c = theirs; err != nil || !task.Unread(c, buf[:n]) {
			t.Errorf("read %q, %v, and it is not given back", buf[:n], err)
		}
		task.HandOver(c, next)
	})
	turn(t, loop, peers, "word")
	if got := comes(t, words, "the word"); got != "word" {
		t.Errorf("read %q", got)
	}
}

// TestAConnIsHandedOverOutsideOfEvents: by a task that goes on for another reason; the other goes on, too.
func TestAConnIsHandedOverOutsideOfEvents(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	nc, peer := looptest.Pair(t)
	var c netloop.Conn
	words := make(chan string, 1)
	next := resting(t, loop, func(task netloop.Task) {
		b := make([]byte, 8)
		n, err := c.Read(b)
		if err != nil {
			t.Error(err)
		}
		words <- string(b[:n])
	})
	loop.Go(func(task netloop.Task) {
		c = task.Attach(nc)
		task.HandOver(c, next)
	})
	if _, err := peer.Write([]byte("word")); err != nil {
		t.Fatal(err)
	}
	if got := comes(t, words, "the word"); got != "word" {
		t.Errorf("read %q", got)
	}
}

// TestWhoHandsOverSendsWithTheNext: what both write in that turn is sent when both have had it, though one alone had an event.
func TestWhoHandsOverSendsWithTheNext(t *testing.T) {
	loop := looptest.Epoll(t, 1)
	nc, client := looptest.Pair(t)
	var peers []net.Conn
	var c, own netloop.Conn
	next := resting(t, loop, func(netloop.Task) {
		say(t, own, "second")
		for _, peer := range []net.Conn{peers[0], client} {
			if sight(t, peer) != netloop.Quiet {
				t.Error("something was sent before both had their turn")
			}
		}
	})
	peers = pairs(t, loop, func(task netloop.Task, theirs netloop.Conn) {
		c, own = theirs, task.Attach(nc)
		next.Bind(own) // the loop is its own, too
		task.HandOver(c, next)
		say(t, c, "first")
	})
	turn(t, loop, peers, "go")
	heard(t, peers[0], "first")
	heard(t, client, "second")
}

// TestWhatCanBeGivenBack: as much as a buffer holds, once, and to a connection that gives its bytes in buffers.
func TestWhatCanBeGivenBack(t *testing.T) {
	const size = 64
	loop := looptest.Epoll(t, 1)
	pool, done := netloop.NewBuffers(size), make(chan struct{})
	nc, _ := looptest.Pair(t)
	peers := pairs(t, loop, func(task netloop.Task, c netloop.Conn) {
		defer close(done)
		buf, _, err := c.ReadLease(pool)
		if err != nil {
			t.Error(err)
		}
		pool.Put(buf)
		text := bytes.Repeat([]byte("."), size)
		if task.Unread(c, append(text, '!')) {
			t.Error("more than a buffer holds is given back")
		}
		if c.Look() != netloop.Quiet {
			t.Error("… or a part of it")
		}
		if task.Unread(above{c}, text) {
			t.Error("something is given back above")
		}
		if !task.Unread(c, text) {
			t.Error("a buffer full is not")
		}
		if task.Unread(c, []byte("?")) {
			t.Error("something is given back twice")
		}
		if buf, n, err := c.ReadLease(pool); err != nil || !bytes.Equal(buf[:n], text) {
			t.Errorf("read %q, %v", buf[:n], err)
		}
		if task.Unread(task.Attach(nc), text) {
			t.Error("something is given back to a connection that has never had a buffer")
		}
	})
	turn(t, loop, peers, "go")
	comes(t, done, "the end")
}
