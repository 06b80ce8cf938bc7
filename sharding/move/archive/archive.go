// Package archive keeps dumps of units: all that a unit is made of, as one SQL text that the servers' own client restores.
//
// A [Folder] is where they are kept, each with its checksum beside it, as sha256sum -c reads it. [Folder.Write] makes one of a [Plan]; a file that has its final name is
// complete and on the disk. [Folder.Open] reads one, [Folder.Sweep] deletes those that are old. When a dump is made, and what waits for it, is package move's.
package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Suffix is what the name of a dump ends with.
const Suffix = ".sql.gz"

const (
	part     = ".part"   // of a file that is being written
	checksum = ".sha256" // of the file beside a dump
)

// atATime is how many dumps one proxy makes at a time: each of them keeps a core busy, and they share a disk.
const atATime = 2

// Folder is where dumps are kept. Its methods may be called from anywhere at any time.
type Folder struct {
	path  string
	turns chan struct{}

	mu   sync.Mutex
	used map[string]int // guarded by mu; by name: by how many it is written or read now
}

// NewFolder is the folder at a path, which is looked at when it is needed.
func NewFolder(path string) *Folder {
	return &Folder{path: path, turns: make(chan struct{}, atATime), used: map[string]int{}}
}

// Ready makes the folder where it is missing, and says why nothing can be written there.
func (f *Folder) Ready() error {
	if err := os.MkdirAll(f.path, 0o700); err != nil {
		return err
	}
	probe, err := os.CreateTemp(f.path, ".probe-*")
	if err != nil {
		return err
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// ErrGone says that a folder does not have a dump, or not any more.
var ErrGone = errors.New("there is no such dump")

// Open opens a dump for reading; whoever does closes it. It is not deleted before. The error is ErrGone, or the system's.
func (f *Folder) Open(name string) (*Dump, error) {
	if !proper(name) {
		return nil, ErrGone
	}
	f.use(name)
	file, err := os.Open(filepath.Join(f.path, name))
	if err != nil {
		f.leave(name)
		if errors.Is(err, fs.ErrNotExist) {
			err = ErrGone
		}
		return nil, err
	}
	return &Dump{file, f, name}, nil
}

// Dump is a dump that is being read.
type Dump struct {
	*os.File
	folder *Folder
	name   string
}

// Close ends it.
func (d *Dump) Close() error {
	d.folder.leave(d.name)
	return d.File.Close()
}

// proper says whether a name is one of a dump in the folder, and of nothing else.
func proper(name string) bool {
	return strings.HasSuffix(name, Suffix) && filepath.Base(name) == name
}

// Remove deletes a dump that nobody is to know of.
func (f *Folder) Remove(name string) error {
	if !proper(name) {
		return ErrGone
	}
	path := filepath.Join(f.path, name)
	return errors.Join(ignoreGone(os.Remove(path)), ignoreGone(os.Remove(path+checksum)))
}

func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (f *Folder) use(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.used[name]++
}

func (f *Folder) leave(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.used[name]--; f.used[name] == 0 {
		delete(f.used, name)
	}
}

// Sweep deletes dumps that were finished before a time, and what was begun before it and never finished. Those that are written or read now stay. It tells the names.
func (f *Folder) Sweep(before time.Time) (deleted []string, err error) {
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return nil, ignoreGone(err)
	}
	for _, entry := range entries {
		name := dumpOf(entry.Name())
		info, failed := entry.Info()
		if name == "" || failed != nil || !info.Mode().IsRegular() || !info.ModTime().Before(before) {
			continue
		}
		if f.sweep(name, entry.Name(), &err) {
			deleted = append(deleted, entry.Name())
		}
	}
	return deleted, err
}

func (f *Folder) sweep(name, file string, failed *error) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.used[name] > 0 {
		return false
	}
	err := os.Remove(filepath.Join(f.path, file))
	*failed = errors.Join(*failed, ignoreGone(err))
	return err == nil
}

// dumpOf is the name of the dump that a file belongs to; empty: it belongs to none, and is somebody else's.
func dumpOf(file string) string {
	name := strings.TrimSuffix(strings.TrimSuffix(file, part), checksum)
	if !strings.HasSuffix(name, Suffix) {
		return ""
	}
	return name
}

// Name is a name for a dump: of what, of when, and an id that no other has.
func Name(unit string, at time.Time, id string) string {
	var b strings.Builder
	for _, c := range []byte(unit) {
		if b.Len() > 100 { // file systems take 255 bytes
			break
		}
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '-':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String() + "-" + at.UTC().Format("20060102T150405Z") + "-" + id + Suffix
}

// turn waits until there are not too many at work.
func (f *Folder) turn(ctx context.Context) (free func(), err error) {
	select {
	case f.turns <- struct{}{}:
		return func() { <-f.turns }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
