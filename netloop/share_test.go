package netloop_test

import (
	"testing"
	"time"

	"shunt/netloop"
	"shunt/netloop/looptest"
)

// TestARestWithoutAConnEnds: by Unpark, by Interrupt and by its time, and what comes next finds out which it was.
func TestARestWithoutAConnEnds(t *testing.T) {
	for name, c := range map[string]struct {
		rest        time.Duration
		end         func(netloop.Task)
		interrupted bool
	}{
		"unparked":    {time.Hour, netloop.Task.Unpark, false},
		"interrupted": {time.Hour, netloop.Task.Interrupt, true},
		"its time":    {20 * time.Millisecond, func(netloop.Task) {}, false},
		"over before": {-time.Hour, func(netloop.Task) {}, false},
	} {
		for kind, loop := range looptest.Loops(t) {
			t.Run(name+", "+kind, func(t *testing.T) {
				tasks, ended := make(chan netloop.Task, 1), make(chan time.Time, 1)
				var until time.Time
				loop.Go(func(task netloop.Task) {
					until = task.Now().Add(c.rest)
					task.RestUntil(until, func(same netloop.Task) {
						if same != task || task.Interrupted() != c.interrupted {
							t.Errorf("the same task goes on: %v, interrupted: %v", same == task, task.Interrupted())
						}
						ended <- task.Now()
					})
					tasks <- task
				})
				c.end(<-tasks)
				select {
				case now := <-ended:
					if early := until.Sub(now) > 0; early != (c.rest == time.Hour) {
						t.Errorf("it ends before its time: %v", early)
					}
				case <-time.After(20 * time.Second):
					t.Fatal("the rest goes on")
				}
			})
		}
	}
}

// TestOnlyAnEventLoopAppends: elsewhere nobody can write for another, nor take back what was read, and says so before anything is lost.
func TestOnlyAnEventLoopAppends(t *testing.T) {
	for kind, loop := range map[string]netloop.Loop{"goroutines": netloop.NewGoroutines(), "coroutines": looptest.Running(t)} {
		t.Run(kind, func(t *testing.T) {
			nc, peer := looptest.Pair(t)
			done := make(chan struct{})
			loop.Go(func(task netloop.Task) {
				defer close(done)
				c := task.Attach(nc)
				if task.Append(c, nil) || task.Append(c, []byte("lost")) || task.Unread(c, []byte("lost")) {
					t.Error("it says that it can")
				}
				if _, err := c.Write([]byte("said")); err != nil {
					t.Error(err)
				}
			})
			<-done
			b := make([]byte, 8)
			_ = peer.SetReadDeadline(time.Now().Add(20 * time.Second))
			if n, err := peer.Read(b); err != nil || string(b[:n]) != "said" {
				t.Errorf("the peer hears %q, %v", b[:n], err)
			}
		})
	}
}

// TestAConnIsHandedOver: the other task reads what comes, and an interruption of it ends that.
func TestAConnIsHandedOver(t *testing.T) {
	for kind, loop := range map[string]netloop.Loop{"goroutines": netloop.NewGoroutines(), "coroutines": looptest.Running(t), "epoll": looptest.Epoll(t, 1)} {
		t.Run(kind, func(t *testing.T) {
			nc, peer := looptest.Pair(t)
			tasks, heard, ended := make(chan netloop.Task, 1), make(chan string, 1), make(chan error, 1)
			lent := make(chan netloop.Conn, 1)
			loop.Go(func(task netloop.Task) {
				task.RestUntil(time.Now().Add(time.Hour), func(netloop.Task) {
					c := <-lent
					b := make([]byte, 8)
					n, err := c.Read(b)
					if err != nil {
						t.Error(err)
					}
					heard <- string(b[:n])
					_, err = c.Read(b)
					ended <- err
				})
				tasks <- task
			})
			next := <-tasks
			loop.Go(func(task netloop.Task) {
				c := task.Attach(nc)
				lent <- c
				task.HandOver(c, next)
			})
			if _, err := peer.Write([]byte("word")); err != nil {
				t.Fatal(err)
			}
			select {
			case word := <-heard:
				if word != "word" {
					t.Errorf("heard %q", word)
				}
			case <-time.After(20 * time.Second):
				t.Fatal("nothing is heard")
			}
			next.Interrupt()
			restEnds(t, ended, netloop.ErrInterrupted)
		})
	}
}
