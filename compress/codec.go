package compress

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// The levels. Shunt stands close to one side of most of its connections and has many of them, so it does not try as hard as servers do (zlib's
// level 6).
const (
	maxLevel  = 9 // zlib's; zstd's 22 levels come to four of the library's
	zlibUsual = 2
	zstdUsual = 3 // MySQL's zstd_compression_level
	zstdLast  = 22
)

// usualLevel gives the level that is used, within the range of the pools.
func usualLevel(a Algorithm, level int) int {
	switch {
	case a == Zlib && (level < 1 || level > maxLevel):
		return zlibUsual
	case a == Zlib:
		return level
	case level < 1 || level > zstdLast:
		level = zstdUsual
	}
	return int(zstd.EncoderLevelFromZstd(level))
}

// decompressor reads the content of one frame at a time.
type decompressor interface {
	io.Reader
	// open begins with a frame. compressed must not change until the frame has been read, or close is called.
	open(compressed []byte) error
	close()
}

// decompressor lends one that stands at the beginning of a frame.
func (s *Codecs) decompressor(a Algorithm, compressed []byte) (decompressor, error) {
	z, _ := s.inflaters[a].Get().(decompressor)
	if z == nil {
		z = newDecompressor(a)
	}
	if err := z.open(compressed); err != nil {
		s.put(a, z)
		return nil, fmt.Errorf("%w: %w", ErrMalformed, noEOF(err))
	}
	return z, nil
}

func (s *Codecs) put(a Algorithm, z decompressor) {
	z.close()
	s.inflaters[a].Put(z)
}

func newDecompressor(a Algorithm) decompressor {
	if a == Zstd {
		return new(zstdReader)
	}
	return new(zlibReader)
}

type zlibReader struct {
	io.Reader // nil before the first frame
	source    bytes.Reader
}

func (z *zlibReader) open(compressed []byte) (err error) {
	z.source.Reset(compressed)
	if again, ok := z.Reader.(zlib.Resetter); ok {
		return again.Reset(&z.source, nil)
	}
	z.Reader, err = zlib.NewReader(&z.source)
	return err
}

func (z *zlibReader) close() { z.source.Reset(nil) }

type zstdReader struct {
	*zstd.Decoder // nil before the first frame
	source        bytes.Reader
}

func (z *zstdReader) open(compressed []byte) (err error) {
	cutWindow(compressed)
	z.source.Reset(compressed)
	if z.Decoder == nil { // one at a time means on the caller's goroutine
		z.Decoder, err = zstd.NewReader(&z.source, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(1<<zstdWindowLog))
		return err
	}
	return z.Reset(&z.source)
}

// zstdWindowLog is the binary logarithm of the longest window that is needed: no frame of ours has more content than 16 MiB.
const zstdWindowLog = 24

// cutWindow makes the window that a zstd stream names, in place, one of 16 MiB if it is longer. With the highest levels clients name up to
// 128 MiB, all of which the decompressor would take although nothing can be so far away. Offsets: RFC 8878, section 3.1.1.1.
func cutWindow(stream []byte) {
	const descriptor, window, singleSegment = 4, 5, 1 << 5
	if len(stream) <= window || stream[descriptor]&singleSegment != 0 {
		return
	}
	if most := byte(zstdWindowLog-10) << 3; stream[window] > most {
		stream[window] = most
	}
}

func (z *zstdReader) close() { z.source.Reset(nil) }

// appendFrame appends a frame with content, at most maxContent bytes, compressed if that makes it shorter.
func (s *Codecs) appendFrame(dst []byte, a Algorithm, level int, number byte, content []byte) []byte {
	start := len(dst)
	dst = slices.Grow(dst, headerLen+len(content))
	body := dst[start+headerLen : start+headerLen+len(content)]
	h := header{length: len(content), number: number}
	if len(content) >= minCompress {
		if n, shorter := s.deflate(a, level, body, content); shorter {
			h.length, h.original = n, len(content)
		}
	}
	if h.original == 0 {
		copy(body, content)
	}
	dst = dst[:start+headerLen+h.length]
	h.put(dst[start:])
	return dst
}

// compressor writes the compressed content of one frame at a time.
type compressor interface {
	// compress writes to dst, which is as long as content, and says how much that was. It is not shorter: what is in dst then means nothing.
	compress(dst, content []byte) (n int, shorter bool)
}

func (s *Codecs) deflate(a Algorithm, level int, dst, content []byte) (n int, shorter bool) {
	z, _ := s.deflaters[a][level].Get().(compressor)
	if z == nil {
		z = newCompressor(a, level)
	}
	defer s.deflaters[a][level].Put(z)
	return z.compress(dst, content)
}

func newCompressor(a Algorithm, level int) compressor {
	if a == Zstd {
		return newZstdWriter(level)
	}
	return newZlibWriter(level)
}

type zlibWriter struct {
	*zlib.Writer
	to bounded
}

func newZlibWriter(level int) *zlibWriter {
	z := &zlibWriter{}
	z.Writer, _ = zlib.NewWriterLevel(&z.to, level) // an error would be about the level, which is in range
	return z
}

func (z *zlibWriter) compress(dst, content []byte) (int, bool) {
	z.to = bounded{left: dst}
	z.Reset(&z.to)
	if _, err := z.Write(content); err != nil {
		return 0, false
	}
	if err := z.Close(); err != nil {
		return 0, false
	}
	n := len(dst) - len(z.to.left)
	z.to.left = nil
	return n, n < len(content)
}

// bounded takes what fits.
type bounded struct{ left []byte }

var errFull = errors.New("compressed it is not shorter")

func (b *bounded) Write(p []byte) (int, error) {
	if len(p) > len(b.left) {
		return 0, errFull
	}
	copy(b.left, p)
	b.left = b.left[len(p):]
	return len(p), nil
}

type zstdWriter struct {
	*zstd.Encoder
	scratch []byte
}

func newZstdWriter(level int) *zstdWriter {
	z := &zstdWriter{}
	// An error would be about the options, which do not change.
	z.Encoder, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.EncoderLevel(level)), zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderCRC(false), zstd.WithWindowSize(bufferSize), zstd.WithLowerEncoderMem(true))
	return z
}

func (z *zstdWriter) compress(dst, content []byte) (int, bool) {
	z.scratch = z.EncodeAll(content, z.scratch[:0])
	if len(z.scratch) >= len(content) {
		return 0, false
	}
	return copy(dst, z.scratch), true
}
