package compress

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"shunt/netloop"
)

// wire is a connection in memory, which keeps what is written for who reads it.
type wire struct {
	netloop.Conn
	bytes.Buffer
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Buffer.Read(p)
	if err == io.EOF {
		err = netloop.ErrTimeout
	}
	return n, err
}

func (w *wire) Write(p []byte) (int, error) { return w.Buffer.Write(p) }

func (w *wire) ReadLease(pool *netloop.Buffers) ([]byte, int, error) {
	if w.Len() == 0 {
		return nil, 0, netloop.ErrTimeout
	}
	buf := pool.Get()
	n, err := w.Read(buf)
	return buf, n, err
}

// ends are both ends of a connection over one wire, on which they take turns.
func ends(a Algorithm) (client, server *conn) {
	w, codecs := &wire{}, NewCodecs()
	return codecs.Wrap(w, AsClient, a, 0).(*conn), codecs.Wrap(w, AsServer, a, 0).(*conn)
}

// pass writes at one end and reads at the other.
func pass(t testing.TB, from, to *conn, packets, buf []byte) {
	if _, err := from.Write(packets); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(to, buf[:len(packets)]); err != nil {
		t.Fatal(err)
	}
}

// exchange is a command and its answer, and the numbers that begin them.
type exchange struct{ command, answer []byte }

func newExchange(command, answer int) exchange {
	e := exchange{make([]byte, 4+command), make([]byte, 4+answer)}
	e.command[0], e.command[1], e.command[2], e.command[4] = byte(command), byte(command>>8), byte(command>>16), 3
	e.answer[0], e.answer[1], e.answer[2], e.answer[3] = byte(answer), byte(answer>>8), byte(answer>>16), 1
	return e
}

func TestAnIdleConnHoldsNothing(t *testing.T) {
	for _, a := range []Algorithm{Zlib, Zstd} {
		client, server := ends(a)
		for _, size := range []int{1, 40, 300, 100_000, 1 << 20} {
			e, buf := newExchange(size, size), make([]byte, 2<<20)
			pass(t, client, server, e.command, buf)
			pass(t, server, client, e.answer, buf)
			for name, c := range map[string]*conn{"client": client, "server": server} {
				if c.raw != nil || c.z != nil || c.frames != nil || c.held != nil || cap(c.numbers.asked) > 16 {
					t.Errorf("%v, %d bytes: the %s holds %d bytes to read, %d to write, decompressor %v", a, size, name, cap(c.raw), cap(c.frames), c.z)
				}
				if _, _, err := c.ReadLease(c.codecs.buffers); !errors.Is(err, netloop.ErrTimeout) || c.raw != nil {
					t.Errorf("%v, %d bytes: waiting gives %v, and holds %d bytes", a, size, err, cap(c.raw))
				}
			}
		}
	}
}

// A header alone claims no memory.
func TestMemoryGrowsWithWhatHasCome(t *testing.T) {
	_, server := ends(Zlib)
	w := server.Conn.(*wire)
	_, _ = w.Write([]byte{0xff, 0xff, 0xff, 0, 0xff, 0xff, 0xff, 'x'}) // never fails
	for come := 8; come < 4<<20; come *= 2 {
		if _, err := server.Read(make([]byte, 10)); !errors.Is(err, netloop.ErrTimeout) {
			t.Fatalf("after %d bytes: %v", come, err)
		}
		if most := 3*come + 2*bufferSize; cap(server.raw) > most {
			t.Errorf("after %d bytes of a frame there are %d bytes of memory for it", come, cap(server.raw))
		}
		_, _ = w.Write(make([]byte, come))
	}
}

func BenchmarkExchange(b *testing.B) {
	for name, e := range map[string]exchange{"small": newExchange(30, 20), "10KB": newExchange(300, 10_000), "1MB": newExchange(300, 1<<20)} {
		for i := range e.answer[5:] { // rows of text and numbers
			e.answer[5+i] = "some text, and a number 1234567 "[i%32] + byte(i*i>>11&3)
		}
		for _, a := range []Algorithm{Zlib, Zstd} {
			b.Run(name+"/"+a.String(), func(b *testing.B) {
				client, server := ends(a)
				buf := make([]byte, 2<<20)
				b.SetBytes(int64(len(e.command) + len(e.answer)))
				b.ReportAllocs()
				for b.Loop() {
					pass(b, client, server, e.command, buf)
					pass(b, server, client, e.answer, buf)
				}
			})
		}
	}
}
