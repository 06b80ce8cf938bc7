package compress_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"runtime"
	"testing"

	"github.com/klauspost/compress/zstd"

	"shunt/compress"
	"shunt/mysql"
	"shunt/netloop"
)

func deflated(t testing.TB, content string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, err := w.Write([]byte(content))
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zstandard(t testing.TB, content string) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	return w.EncodeAll([]byte(content), nil)
}

func TestFramesThatLie(t *testing.T) {
	const content = "some content, content, content"
	n := len(content)
	good, goodZstd := deflated(t, content), zstandard(t, content)
	wrongSum := bytes.Clone(good)
	wrongSum[len(wrongSum)-1]++
	dictionary := append([]byte{0x78, 0xbb, 0, 0, 0, 2}, good[2:]...)
	for name, c := range map[string]struct {
		algorithm compress.Algorithm
		frame     []byte
	}{
		"no zlib":                   {compress.Zlib, squeezed(0, []byte(content), n)},
		"zstd for zlib":             {compress.Zlib, squeezed(0, goodZstd, n)},
		"nothing":                   {compress.Zlib, squeezed(0, nil, n)},
		"a cut stream":              {compress.Zlib, squeezed(0, good[:len(good)-6], n)},
		"a cut checksum":            {compress.Zlib, squeezed(0, good[:len(good)-1], n)},
		"a wrong checksum":          {compress.Zlib, squeezed(0, wrongSum, n)},
		"less than it says":         {compress.Zlib, squeezed(0, good, n+1)},
		"more than it says":         {compress.Zlib, squeezed(0, good, n-1)},
		"a dictionary":              {compress.Zlib, squeezed(0, dictionary, n)},
		"no zstd":                   {compress.Zstd, squeezed(0, []byte(content), n)},
		"zlib for zstd":             {compress.Zstd, squeezed(0, good, n)},
		"no zstd at all":            {compress.Zstd, squeezed(0, nil, n)},
		"a cut zstd stream":         {compress.Zstd, squeezed(0, goodZstd[:len(goodZstd)-1], n)},
		"less zstd than it says":    {compress.Zstd, squeezed(0, goodZstd, n+1)},
		"more zstd than it says":    {compress.Zstd, squeezed(0, goodZstd, n-1)},
		"a window and nothing more": {compress.Zstd, squeezed(0, []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xf8, 0x01, 0, 0, 'x'}, n)},
	} {
		for _, role := range []compress.Role{compress.AsServer, compress.AsClient} {
			conn, peer := wrapped(t, netloop.NewTask(), role, c.algorithm)
			send(t, peer, c.frame, frame(1, []byte("what follows")))
			peer.Close()
			for range 2 { // and it stays so
				if err := drain(conn, 100); !errors.Is(err, compress.ErrMalformed) {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
}

func TestAFrameThatIsCut(t *testing.T) {
	for _, whole := range [][]byte{frame(0, query), squeezed(0, deflated(t, text(500)), 500)} {
		for n := range whole {
			server, peer := wrapped(t, netloop.NewTask(), compress.AsServer, compress.Zlib)
			send(t, peer, whole[:n])
			peer.Close()
			want := io.ErrUnexpectedEOF
			if n == 0 {
				want = io.EOF
			}
			if err := drain(server, 1000); !errors.Is(err, want) {
				t.Errorf("%d of %d bytes: %v, want %v", n, len(whole), err, want)
			}
		}
	}
}

func TestEmptyFramesArePassedOver(t *testing.T) {
	server, peer := wrapped(t, netloop.NewTask(), compress.AsServer, compress.Zlib)
	send(t, peer, frame(0, nil), frame(1, nil), frame(2, query[:3]), frame(3, nil), frame(4, query[3:]))
	expect(t, server, query)
}

// A frame of a few KiB may hold 16 MiB. Those come out piece by piece, as the reader asks for them.
func TestABombTakesNoMemoryUntilItIsRead(t *testing.T) {
	zeros := string(make([]byte, mysql.MaxPayload))
	for _, c := range []struct {
		algorithm compress.Algorithm
		bomb      []byte
		most      uint64
	}{
		{compress.Zlib, deflated(t, zeros), 1 << 20},
		{compress.Zstd, zstandard(t, zeros), 18 << 20}, // the window, which is as long as the sender likes
	} {
		server, peer := wrapped(t, netloop.NewTask(), compress.AsServer, c.algorithm)
		send(t, peer, squeezed(0, c.bomb, len(zeros)))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		piece := make([]byte, 4096)
		for range 100 {
			if _, err := server.Read(piece); err != nil {
				t.Fatal(err)
			}
		}
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > c.most {
			t.Errorf("%v: reading 400 KiB of a frame of %d bytes took %d bytes of memory", c.algorithm, len(c.bomb), took)
		}
	}
}

// With their highest levels clients name windows of 128 MiB, of which a frame can never need more than 16.
func TestALongWindowIsNotTaken(t *testing.T) {
	var stream bytes.Buffer
	w, err := zstd.NewWriter(&stream, zstd.WithWindowSize(128<<20))
	if err != nil {
		t.Fatal(err)
	}
	content := text(400_000)
	_, err = w.Write([]byte(content))
	if err := errors.Join(err, w.Flush(), w.Close()); err != nil {
		t.Fatal(err)
	}
	if stream.Bytes()[5] != 17<<3 {
		t.Fatalf("the window is %#x, not one of 128 MiB", stream.Bytes()[5])
	}
	server, peer := wrapped(t, netloop.NewTask(), compress.AsServer, compress.Zstd)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	send(t, peer, squeezed(0, stream.Bytes(), len(content)))
	got := make([]byte, len(content))
	if _, err := io.ReadFull(server, got); err != nil {
		t.Error(err)
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 40<<20 {
		t.Errorf("it took %d bytes of memory", took)
	}
}
