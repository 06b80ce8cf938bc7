package compress

import (
	"bytes"
	"io"
	"testing"

	"shunt/mysql"
	"shunt/netloop"
)

// FuzzReadFrames reads whatever a peer may send: it never panics, it ends, gives no more than the headers promise, and holds no more than a buffer and
// what has come. The seeds are in testdata.
func FuzzReadFrames(f *testing.F) {
	f.Fuzz(func(t *testing.T, stream []byte, zstd, asClient bool) {
		algorithm, role := Zlib, AsServer
		if zstd {
			algorithm = Zstd
		}
		if asClient {
			role = AsClient
		}
		c := NewCodecs().Wrap(&source{rest: bytes.Clone(stream)}, role, algorithm, 0).(*conn)
		promised := 0
		for rest := stream; len(rest) >= headerLen; {
			h := parseHeader(rest)
			promised += max(h.length, h.original)
			rest = rest[min(headerLen+h.length, len(rest)):]
		}
		got, buf := 0, make([]byte, 1000)
		for {
			n, err := c.Read(buf)
			got += n
			if held := cap(c.raw); held > 2*(len(stream)+bufferSize) {
				t.Fatalf("%d bytes are held of a stream of %d", held, len(stream))
			}
			if err != nil {
				break
			}
			if n == 0 {
				t.Fatal("nothing was read, and no error")
			}
		}
		if got > promised {
			t.Fatalf("%d bytes came of frames that promise %d", got, promised)
		}
	})
}

// source is a connection that has something to read and nothing else.
type source struct {
	netloop.Conn
	rest []byte
}

func (s *source) Read(p []byte) (int, error) {
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

func (s *source) ReadLease(pool *netloop.Buffers) ([]byte, int, error) {
	buf := pool.Get()
	n, err := s.Read(buf)
	if err != nil {
		pool.Put(buf)
		return nil, 0, err
	}
	return buf, n, nil
}

// FuzzExchange has a client send commands, in pieces of any length, and the server answer: each side reads what the other wrote, to the last
// byte.
func FuzzExchange(f *testing.F) {
	f.Add([]byte("\x03SELECT 1"), []byte("\x00\x00\x00\x02\x00"), uint16(3), uint16(1), true)
	f.Add(bytes.Repeat([]byte("text "), 40_000), bytes.Repeat([]byte{0xfb}, 300), uint16(5000), uint16(300), false)
	f.Add([]byte{}, []byte("\xfbfile"), uint16(1), uint16(2), false)
	f.Add([]byte("\x03SELECT 1"), []byte("\x00\x00\x00\x02\x00"), uint16(0), uint16(599), false)    // numbers wrap twice, byte by byte
	f.Add([]byte("\x19\x01\x00\x00\x00"), []byte{}, uint16(2), uint16(0), true)                     // a command without an answer
	f.Add(bytes.Repeat([]byte{0}, 49), bytes.Repeat([]byte("x"), 100), uint16(46), uint16(3), true) // about as short as is compressed
	f.Fuzz(func(t *testing.T, command, answer []byte, piece, packets uint16, zstd bool) {
		algorithm := Zlib
		if zstd {
			algorithm = Zstd
		}
		client, server := ends(algorithm)
		for range 2 {
			sent := packet(nil, 0, command)
			turn(t, client, server, sent, int(piece))
			if len(command) > 0 && !hasAnswer(mysql.Command(command[0])) {
				continue
			}
			var back []byte
			for i := range int(packets)%600 + 1 {
				back = packet(back, byte(i+1), answer[:len(answer)*(i%3)/2])
			}
			back = packet(back, byte(int(packets)%600+2), []byte{0, 0, 0, 2, 0})
			turn(t, server, client, back, int(piece))
		}
	})
}

// packet appends a packet with its number.
func packet(dst []byte, number byte, payload []byte) []byte {
	n := len(payload)
	return append(append(dst, byte(n), byte(n>>8), byte(n>>16), number), payload...)
}

// turn writes in pieces and reads it all.
func turn(t *testing.T, from, to *conn, packets []byte, piece int) {
	t.Helper()
	for rest := packets; len(rest) > 0; {
		n := min(piece%7000+1, len(rest))
		if m, err := from.Write(rest[:n]); m != n || err != nil {
			t.Fatalf("wrote %d of %d, %v", m, n, err)
		}
		rest = rest[n:]
	}
	got := make([]byte, len(packets))
	if _, err := io.ReadFull(to, got); err != nil || !bytes.Equal(got, packets) {
		t.Fatalf("%v: read  %x\nwrote %x", err, got, packets)
	}
	if n, err := to.Read(got[:1]); n != 0 || err != netloop.ErrTimeout {
		t.Fatalf("%d bytes more, %v", n, err)
	}
}
