package front

import (
	"io"
	"net"
	"testing"
)

// Forward has a port of 127.0.0.1 lead to a unix socket, until the test ends: the store inside of one proxy is a cluster to the others.
func Forward(t testing.TB, socket string) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			go relay(from, socket)
		}
	}()
	return l.Addr().String()
}

func relay(from net.Conn, socket string) {
	defer from.Close()
	to, err := net.Dial("unix", socket)
	if err != nil {
		return // who connects tries again
	}
	go func() {
		defer to.Close()
		_, _ = io.Copy(to, from)
	}()
	_, _ = io.Copy(from, to)
}
