package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// stopBound is how long a server may take over a clean end: MySQL with a connected replica takes ten seconds.
	stopBound = 30 * time.Second
	// destroyBound is the same where its data is thrown away after.
	destroyBound = 3 * time.Second
	// killBound is how long the kernel may take over a killed one.
	killBound = 10 * time.Second
	// pauseBound is how long its threads may take to stand still.
	pauseBound = 10 * time.Second
	pollPeriod = 5 * time.Millisecond
)

// process is a server process of a lab. It is known by its command line, which names its data directory: a process id
// alone may have gone to a stranger since.
type process struct {
	pid     int
	datadir string
	reaped  chan struct{} // closed when our child has ended and been waited for; nil for a process that is not our child
}

// spawn starts a server with its output appended to logFile.
//
// The process is in a group of its own, so that a Ctrl-C in the terminal reaches us and not the server, and it is killed
// when we end. The kernel ties that to the thread that forked it, not to the process; so the goroutine that
// forks keeps its thread until the server has ended. It ends with the server, whose end Down sees to.
func spawn(datadir, logFile, program string, args ...string) (*process, error) {
	out, err := os.OpenFile(logFile, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	cmd := exec.Command(program, args...)
	cmd.Dir = filepath.Dir(logFile)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	p := &process{datadir: datadir, reaped: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(p.reaped)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // how it ended is in its log
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	p.pid = cmd.Process.Pid
	return p, nil
}

// processesOf finds the processes that work on a data directory in dir, of whoever started them.
func processesOf(dir string) ([]*process, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, fmt.Errorf("looking for servers: %w", err)
	}
	var found []*process
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if datadir := datadirOf(pid); strings.HasPrefix(datadir, dir+"/") {
			found = append(found, &process{pid: pid, datadir: datadir})
		}
	}
	return found, nil
}

// datadirOf is the data directory that a process was started with; empty if it has ended (a zombie has no command line
// either) or has none.
func datadirOf(pid int) string {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return ""
	}
	for argument := range bytes.SplitSeq(line, []byte{0}) {
		if datadir, ok := bytes.CutPrefix(argument, []byte("--datadir=")); ok {
			return string(datadir)
		}
	}
	return ""
}

// running says whether the process is there and still the one we mean.
func (p *process) running() bool {
	return datadirOf(p.pid) == p.datadir
}

// signal sends a signal. The handle is taken before the look at the command line, so that what was looked at is what is
// hit. A process that has ended is no error: os.ErrProcessDone is for callers who care.
func (p *process) signal(sig syscall.Signal) error {
	handle, err := os.FindProcess(p.pid)
	if err != nil {
		return err
	}
	defer func() { _ = handle.Release() }()
	if !p.running() {
		return os.ErrProcessDone
	}
	return handle.Signal(sig)
}

// pause stops the process and waits until all its threads stand still: the signal alone returns before, and a thread in the
// middle of something may still answer a client.
func (p *process) pause() error {
	if err := p.signal(syscall.SIGSTOP); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), pauseBound)
	defer cancel()
	tick := time.NewTicker(pollPeriod)
	defer tick.Stop()
	for !p.stopped() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("process %d does not stand still %v after SIGSTOP", p.pid, pauseBound)
		}
	}
	return nil
}

// stopped says whether every thread is in state T (proc_pid_stat(5), the field after the name in parentheses).
func (p *process) stopped() bool {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", p.pid))
	if err != nil || len(threads) == 0 {
		return false
	}
	for _, thread := range threads {
		stat, err := os.ReadFile(thread)
		if err != nil {
			return false
		}
		name := bytes.LastIndexByte(stat, ')')
		if name < 0 || !bytes.HasPrefix(stat[name:], []byte(") T")) {
			return false
		}
	}
	return true
}

// wait waits until the process has ended.
func (p *process) wait(ctx context.Context) error {
	tick := time.NewTicker(pollPeriod)
	defer tick.Stop()
	for p.reaped != nil || p.running() {
		select {
		case <-p.reaped:
			return nil
		case <-tick.C: // of a process that is not our child nobody tells us
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// kill ends the process at once and waits for its end.
func (p *process) kill() error {
	if err := p.signal(syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("killing process %d: %w", p.pid, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), killBound)
	defer cancel()
	if err := p.wait(ctx); err != nil {
		return fmt.Errorf("process %d is still there %v after SIGKILL", p.pid, killBound)
	}
	return nil
}

// end lets the process end cleanly, wakes it for that if it is paused, and kills it when bound is over or ctx ends.
func (p *process) end(ctx context.Context, bound time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGCONT} {
		if err := p.signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("ending process %d: %w", p.pid, err)
		}
	}
	if p.wait(ctx) == nil {
		return nil
	}
	return p.kill()
}
