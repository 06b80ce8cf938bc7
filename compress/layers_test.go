package compress_test

import (
	"bytes"
	"compress/zlib"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"shunt/compress"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/netloop"
	"shunt/netloop/looptest"
)

// inPieces writes what it is given in pieces of so many bytes, each with a call of its own.
type inPieces struct {
	net.Conn
	size int
}

func (c inPieces) Write(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var step int
		step, err = c.Conn.Write(p[n:min(n+c.size, len(p))])
		n += step
	}
	return n, err
}

// layering is how a stream of packets travels: how many bytes of it are in a frame, how many bytes of frames in a TLS record, and how many bytes of records in
// a segment of TCP.
type layering struct{ frame, record, segment int }

const whole = 1 << 20 // all in one, as far as the layer allows

// layerings has sizes that agree with nothing: the header of a packet has 4 bytes, of a frame 7, and of a record 5.
func layerings() (all []layering) {
	for _, frame := range []int{whole, 97, 8, 1} {
		for _, record := range []int{whole, 61, 1} {
			for _, segment := range []int{whole, 17, 1} {
				if frame*record > 8 || segment == whole { // a byte per frame, record and segment takes long, and says nothing more
					all = append(all, layering{frame, record, segment})
				}
			}
		}
	}
	return all
}

// stream is a run of packets of several sizes, the first with this number; every other compresses well.
func stream(first byte) (content []byte) {
	for i, size := range []int{1, 7, 40, 60, 200, 2, 1} {
		payload := bytes.Repeat([]byte{byte('a' + i)}, size)
		if i%2 == 1 {
			for j := range payload {
				payload[j] = byte(j*j*31 + i)
			}
		}
		payload[0] = 3
		content, first = mysql.AppendPacket(content, first, payload)
	}
	return content
}

// framed puts content into frames, the longer ones compressed.
func framed(t *testing.T, a compress.Algorithm, number byte, content []byte, size int) (frames []byte) {
	t.Helper()
	for len(content) > 0 {
		part := content[:min(size, len(content))]
		content = content[len(part):]
		if len(part) < 50 { // servers and clients compress no shorter ones
			frames = append(frames, frame(number, part)...)
		} else {
			frames = append(frames, squeezed(number, squeeze(t, a, part), len(part))...)
		}
		number++
	}
	return frames
}

func squeeze(t *testing.T, a compress.Algorithm, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser = zlib.NewWriter(&out)
	if a == compress.Zstd {
		encoder, err := zstd.NewWriter(&out, zstd.WithEncoderConcurrency(1))
		if err != nil {
			t.Fatal(err)
		}
		w = encoder
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestEveryLayerGivesAllThatItHas: once the peer's last byte has come, every packet can be read without another one, whatever the pieces were in which frames, TLS
// records and segments came. What a layer has taken from the one below it gives away before it waits.
func TestEveryLayerGivesAllThatItHas(t *testing.T) {
	certificate := mysqltest.NewCertificate(t)
	loops := map[string]netloop.Loop{"goroutines": netloop.NewGoroutines(), "epoll": looptest.Epoll(t, 2)}
	for kind, loop := range loops {
		for _, role := range []compress.Role{compress.AsServer, compress.AsClient} {
			for _, a := range []compress.Algorithm{compress.Zlib, compress.Zstd} {
				t.Run(fmt.Sprintf("%s, %s, %s", kind, map[compress.Role]string{compress.AsServer: "from a client", compress.AsClient: "from a server"}[role], a), func(t *testing.T) {
					for _, l := range layerings() {
						if err := throughLayers(t, loop, certificate, role, a, l); err != nil {
							t.Fatalf("%+v: %v", l, err)
						}
					}
				})
			}
		}
	}
}

func throughLayers(t *testing.T, loop netloop.Loop, certificate mysqltest.Certificate, role compress.Role, a compress.Algorithm, l layering) error {
	here, there := looptest.Pair(t)
	defer here.Close()
	defer there.Close()
	_ = there.SetDeadline(time.Now().Add(30 * time.Second)) // a reader that has given up leaves nobody waiting
	first := byte(0)
	if role == compress.AsClient {
		first = 1 // behind the command
	}
	content := stream(first)
	peer := tls.Client(inPieces{there, l.segment}, certificate.Client())
	sent := make(chan error, 1)
	go func() {
		if role == compress.AsClient {
			if _, err := io.ReadFull(peer, make([]byte, commandFrame)); err != nil {
				sent <- err
				return
			}
		}
		_, err := inPieces{peer, l.record}.Write(framed(t, a, first, content, l.frame))
		sent <- err
	}()
	read := make(chan error, 1)
	loop.Go(func(task netloop.Task) { read <- readLayers(task, here, certificate.Server(t), role, a, content) })
	select {
	case err := <-read:
		return errors.Join(err, <-sent)
	case <-time.After(time.Minute):
		return errors.New("the task does not end")
	}
}

// command is one without parameters, and commandFrame how long the frame is that it comes in.
var command = []byte{1, 0, 0, 0, byte(mysql.ComPing)}

const commandFrame = 7 + 5

// readLayers reads content as shunt reads: the beginning with a lease, and the rest into what is left of its buffer.
func readLayers(task netloop.Task, nc net.Conn, config *tls.Config, role compress.Role, a compress.Algorithm, content []byte) error {
	raw := task.Attach(nc)
	secure := tls.Server(raw.NetConn(), config)
	var err error
	task.Offload(func() { err = secure.Handshake() })
	if err != nil {
		return err
	}
	task.Release(raw)
	c := compress.NewCodecs().Wrap(task.Attach(secure), role, a, 0)
	if role == compress.AsClient {
		if _, err := c.Write(command); err != nil {
			return err
		}
	}
	buffers, got := netloop.NewBuffers(64), []byte{}
	for rounds := 0; len(got) < len(content); rounds++ {
		c.SetReadDeadline(time.Now().Add(20 * time.Second))
		buf, n, err := c.ReadLease(buffers)
		if err == nil && rounds%2 == 0 && len(got)+n < len(content) {
			var more int
			more, err = c.Read(buf[n:min(len(buf), n+rounds+1)])
			n += more
		}
		if err != nil {
			return fmt.Errorf("after %d of %d bytes: %w", len(got), len(content), err)
		}
		got = append(got, buf[:n]...)
		buffers.Put(buf)
	}
	if !bytes.Equal(got, content) {
		return errors.New("other bytes have come")
	}
	c.SetReadDeadline(time.Now().Add(time.Millisecond))
	if buf, _, err := c.ReadLease(buffers); !errors.Is(err, netloop.ErrTimeout) {
		return fmt.Errorf("behind all there is more: %q, %v", buf, err)
	}
	return nil
}
