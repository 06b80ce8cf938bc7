package etcdstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// ErrFolder is a folder for an embedded store that cannot be used; the text says why. ErrNoFolder is one of them: it is not there, nothing
// was ever kept in it, and it cannot be made.
var (
	ErrFolder   = errors.New("the folder of the store cannot be used")
	ErrNoFolder = fmt.Errorf("%w: it cannot be made", ErrFolder)
)

// folder is one that this process has claimed.
type folder struct {
	path string // absolute
	lock *os.File
}

// claim makes the folder if need be, and locks it. The lock goes with the process, however that ends.
func claim(path string) (*folder, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFolder, err)
	}
	f := &folder{path: path}
	if err := os.MkdirAll(f.etcd(), 0o700); err != nil {
		return nil, f.failed(err)
	}
	f.lock, err = os.OpenFile(filepath.Join(path, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, f.failed(err)
	}
	if err := syscall.Flock(int(f.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, f.taken()
		}
		return nil, f.failed(err)
	}
	f.sign()
	return f, nil
}

func (f *folder) etcd() string { return filepath.Join(f.path, "etcd") }

// failed tells a folder with something in it from one that never was.
func (f *folder) failed(err error) error {
	if _, missing := os.Stat(f.etcd()); errors.Is(missing, fs.ErrNotExist) || errors.Is(missing, syscall.ENOTDIR) {
		return fmt.Errorf("%w: %w", ErrNoFolder, err)
	}
	return fmt.Errorf("%w: %w; it must belong to the user that shunt runs as", ErrFolder, err)
}

// taken says who has the folder.
func (f *folder) taken() error {
	who, err := os.ReadFile(f.lock.Name())
	if err != nil || len(who) == 0 {
		who = []byte("another process")
	}
	return fmt.Errorf("%w: %s is in use by %s; end that one, or give this one a folder of its own (store.embedded)", ErrFolder, f.path, strings.TrimSpace(string(who)))
}

// sign writes who we are, for taken. The lock holds without it.
func (f *folder) sign() {
	host, _ := os.Hostname() // empty where it has none
	_ = f.lock.Truncate(0)
	_, _ = f.lock.WriteAt(fmt.Appendf(nil, "process %d on %s, since %s\n", os.Getpid(), host, time.Now().Format(time.RFC3339)), 0)
}

// release gives the folder back.
func (f *folder) release() {
	_ = f.lock.Truncate(0)
	_ = f.lock.Close()
}
