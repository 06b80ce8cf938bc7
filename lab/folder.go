package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sync/errgroup"
)

// ErrRunning says that the folder belongs to a lab whose servers run.
var ErrRunning = errors.New("a lab is running there; end it first (shunt lab down)")

const (
	// stateName is the file that makes a folder a lab's: the Lab as JSON, passwords included, readable by its owner only.
	stateName = "lab.json"
	// longestSocket is what fits in sun_path (unix(7)) with its closing zero.
	longestSocket = 107
)

// claim makes dir the lab's: created, resolved, locked against other processes until unlock is called, and empty.
func (l *Lab) claim(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("the lab's folder: %w", err)
	}
	if l.Dir, err = resolve(dir); err != nil {
		return nil, err
	}
	if unlock, err = lock(l.Dir); err != nil {
		return nil, err
	}
	if err := clearLeftovers(l.Dir); err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// settle fixes the paths of all servers and writes the state file, the first thing in the folder: from then on a later Up
// knows that it may clean up.
func (l *Lab) settle() error {
	if err := os.Chmod(l.Dir, 0o700); err != nil {
		return err
	}
	longest := 0
	for _, s := range l.Servers() {
		s.Dir = filepath.Join(l.Dir, s.Name)
		longest = max(longest, len(socketIn(l.Dir, s.Name)))
	}
	l.SocketDir = l.Dir
	if longest > longestSocket {
		dir, err := os.MkdirTemp("/tmp", "shunt-lab-") // not TMPDIR, which may be as long
		if err != nil {
			return fmt.Errorf("a short folder for sockets: %w", err)
		}
		l.SocketDir = dir
	}
	for _, s := range l.Servers() {
		s.Socket = socketIn(l.SocketDir, s.Name)
	}
	if err := l.attach(); err != nil {
		return err
	}
	return l.save()
}

func socketIn(dir, name string) string { return filepath.Join(dir, name+".sock") }

// attach ties the servers to their lab.
func (l *Lab) attach() error {
	for _, s := range l.Servers() {
		root, err := l.Accounts.Root.connector(s.Socket, "")
		if err != nil {
			return err
		}
		s.lab, s.root = l, root
	}
	return nil
}

// save writes the state file, whole or not at all.
func (l *Lab) save() error {
	text, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(l.Dir, stateName)
	if err := os.WriteFile(path+".new", append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// resolve makes a folder's path the one that command lines are compared with.
func resolve(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(dir)
}

// lock keeps other processes from starting or ending a lab in dir at the same time. The kernel gives the lock back when
// we end, however we end.
func lock(dir string) (unlock func(), err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: another process is starting or ending a lab there: %w", dir, err), f.Close())
	}
	return func() { _ = f.Close() }, nil // closing gives the lock back
}

// clearLeftovers empties a folder in which a lab has died. A folder with anything else in it is refused.
func clearLeftovers(dir string) error {
	processes, err := processesOf(dir)
	if err != nil {
		return err
	}
	if len(processes) > 0 {
		return fmt.Errorf("%s: %w", dir, ErrRunning)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) == 0 {
		return err
	}
	dead, err := read(dir)
	if err != nil {
		return fmt.Errorf("%s is neither empty nor a lab's folder, so nothing was touched; choose another: %w", dir, err)
	}
	return errors.Join(dead.removeSockets(), removeContents(dir))
}

// removeContents leaves the folder itself, since the lock is on it.
func removeContents(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := os.RemoveAll(filepath.Join(dir, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

// removeSockets removes the short folder for sockets if there is one. Its name comes from a file, hence the check.
func (l *Lab) removeSockets() error {
	if l.SocketDir == l.Dir || !strings.HasPrefix(l.SocketDir, "/tmp/shunt-lab-") {
		return nil
	}
	return os.RemoveAll(l.SocketDir)
}

// destroy ends every process that works in the lab's folder, whoever started it, and removes the folder. When ctx ends,
// what still runs is killed: a cancelled ctx ends the patience, not the work.
func (l *Lab) destroy(ctx context.Context) error {
	l.Close()
	processes, err := processesOf(l.Dir)
	if err != nil {
		return err
	}
	var g errgroup.Group
	for _, p := range append(processes, l.children()...) {
		g.Go(func() error { return p.end(ctx, destroyBound) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return errors.Join(l.removeSockets(), os.RemoveAll(l.Dir))
}

// children are the server processes that this Lab has started itself: those are waited for until they are reaped.
func (l *Lab) children() []*process {
	var all []*process
	for _, s := range l.Servers() {
		s.mu.Lock()
		if s.process != nil && s.process.reaped != nil {
			all = append(all, s.process)
		}
		s.mu.Unlock()
	}
	return all
}
