package netloop

import "golang.org/x/sys/unix"

// SightOf looks at a socket by its descriptor, for implementations of Conn. It asks poll(2), which also tells that the peer has closed behind bytes that nobody has read yet: a client that says
// good-bye and goes while its statement runs.
func SightOf(fd int) Sight {
	p := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN | unix.POLLRDHUP}}
	for {
		_, err := unix.Poll(p, 0)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil || p[0].Revents&(unix.POLLRDHUP|unix.POLLHUP|unix.POLLERR|unix.POLLNVAL) != 0:
			return Gone
		case p[0].Revents&unix.POLLIN != 0:
			return Ready
		}
		return Quiet
	}
}
