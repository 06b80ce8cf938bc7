//go:build linux

package epoll

import "golang.org/x/sys/unix"

// waitItsTurn has the calling thread not interrupt others when an event wakes it (SCHED_BATCH, sched(7)): it runs when the processor is free, or when its turn has come, as any other does. Where
// processors are busy several events have come by then, and a turn of the loop does for all of them what it would have been woken for again and again; where they are not, nothing changes. A thread
// that somebody has given another policy keeps it. back gives back what there was.
func waitItsTurn() (back func()) {
	attr, err := unix.SchedGetAttr(0, 0)
	if err != nil || attr.Policy != unix.SCHED_NORMAL {
		return func() {}
	}
	set := func(policy uint32) {
		attr.Policy = policy
		_ = unix.SchedSetAttr(0, attr, 0) // where it is forbidden, it was for speed alone
	}
	set(unix.SCHED_BATCH)
	return func() { set(unix.SCHED_NORMAL) }
}
