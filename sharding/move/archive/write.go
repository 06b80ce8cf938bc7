package archive

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
	"os"
	"path/filepath"

	"shunt/sharding/move/copier"
)

// File is a dump that was made.
type File struct {
	Name   string
	SHA256 string // of the file, in hexadecimal digits
	Bytes  int64  // of the file
	Rows   int64  // that are in it
}

// secret is the mode of files that have hashes of passwords.
const secret = 0o600

// Write makes a dump before ctx ends, and returns when it is on the disk. Nothing of it has its final name before; after an error nothing is left, unless the process
// died. What it writes is not in memory as a whole.
func (f *Folder) Write(ctx context.Context, name string, p Plan) (file File, err error) {
	f.use(name)
	defer f.leave(name)
	free, err := f.turn(ctx)
	if err != nil {
		return file, err
	}
	defer free()
	path := filepath.Join(f.path, name)
	if err := f.Ready(); err != nil {
		return file, err
	}
	out, err := os.OpenFile(path+part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, secret)
	if err != nil {
		return file, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreGone(os.Remove(path+part)))
		}
	}()
	sum := &summed{out: out, sum: sha256.New()}
	report, err := write(ctx, sum, p)
	if err = errors.Join(err, synced(out)); err != nil {
		return file, err
	}
	file = File{Name: name, SHA256: hex.EncodeToString(sum.sum.Sum(nil)), Bytes: sum.bytes, Rows: report.Rows}
	return file, f.settle(path, file)
}

// write compresses what p has.
func write(ctx context.Context, out io.Writer, p Plan) (copier.Report, error) {
	zipped, err := gzip.NewWriterLevel(out, gzip.BestSpeed) // the way back waits for it
	if err != nil {
		return copier.Report{}, err
	}
	text := bufio.NewWriterSize(zipped, 64<<10)
	report, err := p.write(ctx, text)
	if err != nil {
		return report, err
	}
	return report, errors.Join(text.Flush(), zipped.Close())
}

// settle gives a dump that is complete its checksum and its name.
func (f *Folder) settle(path string, file File) error {
	beside, err := os.OpenFile(path+checksum+part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, secret)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(beside, "%s  %s\n", file.SHA256, file.Name)
	if err = errors.Join(err, synced(beside)); err != nil {
		return err
	}
	if err := errors.Join(os.Rename(path+checksum+part, path+checksum), os.Rename(path+part, path)); err != nil {
		return err
	}
	folder, err := os.Open(f.path)
	if err != nil {
		return err
	}
	return synced(folder) // the names
}

// synced closes a file whose contents are on the disk.
func synced(f *os.File) error { return errors.Join(f.Sync(), f.Close()) }

// summed is a file whose checksum is known.
type summed struct {
	out   io.Writer
	sum   hash.Hash
	bytes int64
}

func (s *summed) Write(b []byte) (int, error) {
	n, err := s.out.Write(b)
	_, _ = s.sum.Write(b[:n]) // a hash takes everything
	s.bytes += int64(n)
	return n, err
}

// everything takes tables of any size under a lock: nobody writes to them.
const everything = math.MaxInt
