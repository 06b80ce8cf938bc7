//go:build !linux

package netloop

import "syscall"

// SightOf looks at a socket by its descriptor, for implementations of Conn. It peeks at the socket; a peer that has closed behind unread bytes shows only once they are read.
func SightOf(fd int) Sight {
	var b [1]byte
	n, _, err := syscall.Recvfrom(fd, b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	switch {
	case err == syscall.EAGAIN, err == syscall.EINTR:
		return Quiet
	case err != nil || n == 0:
		return Gone
	}
	return Ready
}
