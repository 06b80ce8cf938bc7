//go:build linux

package epoll

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The calls here are not announced to the Go scheduler, which halves their cost. That is right for calls that do not block: all but rawWait are on
// sockets that are non-blocking, and rawWait is short. A collection that is about to begin interrupts it with a signal, and whoever called it
// comes to a safe point then, since none of its callers repeats the call at once.

// rawWait is epoll_pwait with a timeout in milliseconds. An interrupted one gives no events.
func rawWait(epfd int, events []unix.EpollEvent, timeout int) (int, error) {
	n, _, errno := syscall.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(epfd), uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)),
		uintptr(timeout), 0, 0)
	switch errno {
	case 0:
		return int(n), nil
	case unix.EINTR:
		return 0, nil
	}
	return 0, errno
}

// rawRead is recv(2), which goes a shorter way through the kernel than read(2); n is 0 with an error.
func rawRead(fd int, p []byte) (int, error) { return rawTransfer(unix.SYS_RECVFROM, fd, p) }

// rawWrite is send(2); n is 0 with an error.
func rawWrite(fd int, p []byte) (int, error) { return rawTransfer(unix.SYS_SENDTO, fd, p) }

func rawTransfer(call uintptr, fd int, p []byte) (int, error) {
	for {
		n, _, errno := syscall.RawSyscall6(call, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)), unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL, 0, 0)
		switch errno {
		case 0:
			return int(n), nil
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			return 0, unix.EAGAIN // as a constant: an error from a variable would be allocated
		}
		return 0, errno
	}
}

// rawRing adds one to an eventfd's counter, which nobody reads: a counter that is full is an event, too.
func rawRing(bell int) {
	one := [8]byte{1}
	_, _, _ = syscall.RawSyscall(unix.SYS_WRITE, uintptr(bell), uintptr(unsafe.Pointer(&one)), unsafe.Sizeof(one))
}
