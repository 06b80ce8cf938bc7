package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

const (
	// endBound is how long a proxy may take over a clean end.
	endBound = 10 * time.Second
	// killBound is how long the kernel may take over a killed one.
	killBound = 10 * time.Second
	logLines  = 20
)

// process is a program that was started here and that is ended here.
type process struct {
	name  string
	pid   int
	log   string        // path of what it writes
	ended chan struct{} // closed when it has ended and was waited for
	err   error         // how it ended; set before ended is closed
}

// spawn starts a program whose output goes to a file in dir. The kernel kills it when the thread that has started it ends, so a goroutine keeps
// that thread for as long as the program runs: what we start does not outlive us, however we end. It is in a group of its own, so that Ctrl-C
// reaches us alone and we end it in order.
func spawn(dir, name, program string, args ...string) (*process, error) {
	p := &process{name: name, log: filepath.Join(dir, name+".log"), ended: make(chan struct{})}
	out, err := os.OpenFile(p.log, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(p.ended)
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	p.pid = cmd.Process.Pid
	return p, nil
}

// stop ends the process, cleanly if that goes in time.
func (p *process) stop() error {
	for _, try := range []struct {
		signal syscall.Signal
		bound  time.Duration
	}{{syscall.SIGTERM, endBound}, {syscall.SIGKILL, killBound}} {
		if p.over() {
			return nil
		}
		if err := syscall.Kill(p.pid, try.signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("ending %s, process %d: %w", p.name, p.pid, err)
		}
		select {
		case <-p.ended:
			return nil
		case <-time.After(try.bound):
		}
	}
	return fmt.Errorf("%s, process %d, does not end", p.name, p.pid)
}

// kill ends a process that has nothing to clean up.
func (p *process) kill() error {
	if err := syscall.Kill(p.pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	return p.stop()
}

func (p *process) over() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// complaint is the end of what the process wrote, for error messages.
func (p *process) complaint() string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-logLines):], "\n")
}

// freeAddresses are addresses on 127.0.0.1 on which nobody listens now.
func freeAddresses(n int) (list []string, err error) {
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() //nolint:errcheck // nobody has used it
		list = append(list, l.Addr().String())
	}
	return list, nil
}

// raiseFileLimit takes as many open files as the system allows, for us and for what we start: 10,000 clients are as many files.
func raiseFileLimit() (uint64, error) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0, err
	}
	limit.Cur = limit.Max
	return limit.Max, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
}
