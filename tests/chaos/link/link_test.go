package link_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"shunt/tests/chaos/link"
)

const patience = 20 * time.Second

// echo is a server that sends back what it gets, behind a link.
func echo(t *testing.T) *link.Link {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l, err := link.New(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	group.Go(func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			group.Go(func() {
				_, _ = io.Copy(c, c)
				_ = c.Close()
			})
		}
	})
	ctx, end := context.WithCancel(context.Background())
	group.Go(func() { l.Run(ctx) })
	t.Cleanup(func() {
		end()
		_ = listener.Close()
		group.Wait()
	})
	return l
}

func dial(t *testing.T, l *link.Link) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", l.Address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(patience))
	return c
}

// there sends bytes and waits until they are back.
func there(c net.Conn, sent string) error {
	if _, err := io.WriteString(c, sent); err != nil {
		return err
	}
	back := make([]byte, len(sent))
	if _, err := io.ReadFull(c, back); err != nil {
		return err
	}
	if string(back) != sent {
		return io.ErrUnexpectedEOF
	}
	return nil
}

func TestEverythingArrivesInItsOrder(t *testing.T) {
	l := echo(t)
	l.SetLoss(.1)
	l.SetDelay(time.Millisecond)
	c := dial(t, l)
	sent := bytes.Repeat([]byte("0123456789abcdef"), 20_000)
	go func() {
		_, _ = c.Write(sent)
		_ = c.(*net.TCPConn).CloseWrite()
	}()
	if back, err := io.ReadAll(c); err != nil || !bytes.Equal(back, sent) {
		t.Errorf("%d bytes of %d came back: %v", len(back), len(sent), err)
	}
}

func TestADelayIsThatOfBothWays(t *testing.T) {
	l := echo(t)
	c := dial(t, l)
	l.SetDelay(30 * time.Millisecond)
	began := time.Now()
	if err := there(c, "hello"); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < 60*time.Millisecond {
		t.Errorf("there and back took %v", took)
	}
}

func TestNothingArrivesWhileTheLinkIsStalled(t *testing.T) {
	l := echo(t)
	c := dial(t, l)
	if err := there(c, "before"); err != nil {
		t.Fatal(err)
	}
	l.Stall()
	done := make(chan error, 1)
	go func() { done <- there(c, "during") }()
	select {
	case err := <-done:
		t.Fatalf("it came back: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	l.Flow()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestACutIsHeardAndOver(t *testing.T) {
	l := echo(t)
	c := dial(t, l)
	if err := there(c, "before"); err != nil {
		t.Fatal(err)
	}
	l.Cut()
	if err := there(c, "after"); err == nil {
		t.Error("the connection outlived the cut")
	}
	if err := there(dial(t, l), "anew"); err != nil {
		t.Error(err)
	}
	l.SetDown(true)
	c, err := net.Dial("tcp", l.Address())
	if err == nil { // else it was reset while it was made
		defer c.Close()
		err = there(c, "down")
	}
	if err == nil {
		t.Error("a connection was made over a link that is down")
	}
	l.SetDown(false)
	if err := there(dial(t, l), "up"); err != nil {
		t.Error(err)
	}
}
