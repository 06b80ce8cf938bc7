//go:build linux

package epoll

import (
	"context"
	"net"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"shunt/netloop"
)

func TestConnectionsHaveTheOptionsOfTheirListener(t *testing.T) {
	loops, err := New(1)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- loops.Run(ctx) }()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	accepted := make(chan net.Conn, 2)
	loops.Go(func(task netloop.Task) {
		for range 2 {
			nc, err := task.Accept(l)
			if err != nil {
				t.Error(err)
			}
			accepted <- nc
		}
	})
	var nc plain
	for range 2 { // the first may have come before the acceptor
		peer, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer peer.Close()
		nc = (<-accepted).(plain)
		defer nc.Close()
	}
	for option, level := range map[int]int{unix.TCP_NODELAY: unix.IPPROTO_TCP, unix.SO_KEEPALIVE: unix.SOL_SOCKET} {
		if on, err := unix.GetsockoptInt(nc.fd, level, option); err != nil || on == 0 {
			t.Errorf("option %d: %d, %v", option, on, err)
		}
	}
	if idle, err := unix.GetsockoptInt(nc.fd, unix.IPPROTO_TCP, unix.TCP_KEEPIDLE); err != nil || idle != 15 {
		t.Errorf("the first probe comes after %d seconds, %v", idle, err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestALoopWaitsItsTurn: its thread does, and no other; and as long as it is a loop's.
func TestALoopWaitsItsTurn(t *testing.T) {
	runtime.LockOSThread() // and it ends with the test
	policy := func() uint32 {
		attr, err := unix.SchedGetAttr(0, 0)
		if err != nil {
			t.Fatal(err)
		}
		return attr.Policy
	}
	before := policy()
	if attr, err := unix.SchedGetAttr(0, 0); err != nil || unix.SchedSetAttr(0, attr, 0) != nil {
		t.Skip("this system does not let a thread change its policy")
	}
	back := waitItsTurn()
	if got := policy(); before == unix.SCHED_NORMAL && got != unix.SCHED_BATCH {
		t.Errorf("policy %d", got)
	}
	back()
	if got := policy(); got != before {
		t.Errorf("afterwards policy %d", got)
	}
}
