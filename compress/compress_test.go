package compress_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"shunt/compress"
	"shunt/mysql"
	"shunt/netloop"
	"shunt/netloop/looptest"
)

// text is content that compresses well, noise is content that does not.
func text(n int) string { return strings.Repeat("compressible ", n/13+1)[:n] }

func noise(n int) string {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{7})
	_, _ = r.Read(b) // never fails
	return string(b)
}

func TestWhatOneSideWritesTheOtherReads(t *testing.T) {
	t.Parallel()
	inEveryWay(t, func(t *testing.T, task netloop.Task, a compress.Algorithm) {
		here, there := looptest.Pair(t)
		codecs := compress.NewCodecs()
		server := codecs.Wrap(task.Attach(here), compress.AsServer, a, 0)
		other := netloop.NewTask()
		client := codecs.Wrap(other.Attach(there), compress.AsClient, a, 0)
		for _, payload := range []string{
			"\x0e", text(45), text(46), text(200), text(70_000), noise(70_000), text(1 << 20), noise(1 << 20),
			text(mysql.MaxPayload - 1), noise(mysql.MaxPayload), text(mysql.MaxPayload + 5),
		} {
			command, next := mysql.AppendPacket(nil, 0, []byte(payload))
			answer, last := mysql.AppendPacket(nil, next, []byte(payload))
			answer = append(answer, packet(last, "the end")...)
			written := make(chan error, 1)
			go func() {
				_, err := client.Write(command)
				written <- err
			}()
			expect(t, server, command)
			if err := <-written; err != nil {
				t.Fatal(err)
			}
			read := make(chan struct{})
			go func() { defer close(read); expect(t, client, answer) }()
			if n, err := server.Write(answer); n != len(answer) || err != nil {
				t.Fatalf("wrote %d of %d, %v", n, len(answer), err)
			}
			<-read
		}
	})
}

func TestFramesOnTheWire(t *testing.T) {
	looptest.Each(t, func(t *testing.T, task netloop.Task) {
		server, peer := wrapped(t, task, compress.AsServer, compress.Zlib)
		ping := packet(0, "\x0e")
		send(t, peer, frame(0, ping))
		expect(t, server, ping)

		ok := packet(1, "\x00\x00\x00\x02\x00\x00\x00")
		if _, err := server.Write(ok); err != nil {
			t.Error(err)
		}
		if got := receive(t, peer, 7+len(ok)); !bytes.Equal(got, frame(1, ok)) {
			t.Errorf("a short packet is %s", short(got))
		}

		rows := packet(2, text(1000))
		if _, err := server.Write(rows); err != nil {
			t.Error(err)
		}
		head := receive(t, peer, 7)
		length := int(head[0]) | int(head[1])<<8
		if head[3] != 2 || int(head[4])|int(head[5])<<8 != len(rows) || length > 100 {
			t.Errorf("a long packet begins a frame with %x", head)
		}
		receive(t, peer, length)

		send(t, peer, frame(0, ping)) // and with the next command they count anew
		expect(t, server, ping)
		if _, err := server.Write(ok); err != nil {
			t.Error(err)
		}
		if got := receive(t, peer, 7+len(ok)); got[3] != 1 {
			t.Errorf("the answer to another command begins with frame %d", got[3])
		}
	})
}

func TestCommandsInOneWriteHaveFramesOfTheirOwn(t *testing.T) {
	looptest.Each(t, func(t *testing.T, task netloop.Task) {
		client, peer := wrapped(t, task, compress.AsClient, compress.Zlib)
		first, second, third := packet(0, "\x03SET @a=1"), packet(0, "\x19\x01\x00\x00\x00"), packet(0, "\x03SELECT @a")
		if _, err := client.Write(slices.Concat(first, second, third)); err != nil {
			t.Error(err)
		}
		want := slices.Concat(frame(0, first), frame(0, second), frame(0, third))
		if got := receive(t, peer, len(want)); !bytes.Equal(got, want) {
			t.Errorf("got  %s\nwant %s", short(got), short(want))
		}
		// cut anywhere, also in a header
		for cut := range first {
			for _, part := range [][]byte{first[:cut], first[cut:]} {
				if n, err := client.Write(part); n != len(part) || err != nil {
					t.Errorf("cut at %d: wrote %d, %v", cut, n, err)
				}
			}
			want := slices.Concat(frame(0, first[:cut]), frame(1, first[cut:]))
			if cut < mysql.HeaderLen { // then it is not known yet that a command begins
				want = frame(0, first)
			}
			if got := receive(t, peer, len(want)); !bytes.Equal(got, want) {
				t.Errorf("cut at %d: got  %s\nwant %s", cut, short(got), short(want))
			}
		}
	})
}

func TestATimeoutMayComeAtAnyByte(t *testing.T) {
	inEveryWay(t, func(t *testing.T, task netloop.Task, a compress.Algorithm) {
		server, there := wrapped(t, task, compress.AsServer, a)
		bare := netloop.NewTask().Attach(there)
		pool := netloop.NewBuffers(16)
		sent := slices.Concat(packet(0, text(300)), packet(1, "short"), packet(2, noise(100)))
		frames := framesOf(t, a, sent)
		got := []byte{}
		for _, b := range frames {
			server.SetReadDeadline(time.Now().Add(time.Millisecond))
			for {
				buf, n, err := server.ReadLease(pool)
				if errors.Is(err, netloop.ErrTimeout) {
					break
				}
				if err != nil {
					t.Fatalf("after %d bytes: %v", len(got), err)
				}
				got = append(got, buf[:n]...)
				pool.Put(buf)
			}
			if _, err := bare.Write([]byte{b}); err != nil {
				t.Fatal(err)
			}
		}
		server.SetReadDeadline(time.Time{})
		rest := make([]byte, len(sent)-len(got))
		for len(rest) > 0 {
			n, err := server.Read(rest)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, rest[:n]...)
			rest = rest[n:]
		}
		if !bytes.Equal(got, sent) {
			t.Errorf("got  %s\nwant %s", short(got), short(sent))
		}
	})
}

// framesOf gives the frames that a client makes of packets.
func framesOf(t *testing.T, a compress.Algorithm, packets []byte) []byte {
	t.Helper()
	client, peer := wrapped(t, netloop.NewTask(), compress.AsClient, a)
	if _, err := client.Write(packets); err != nil {
		t.Fatal(err)
	}
	client.Close()
	var frames bytes.Buffer
	if _, err := frames.ReadFrom(peer); err != nil {
		t.Fatal(err)
	}
	return frames.Bytes()
}

func TestAWriteThatTimedOutGoesOnLater(t *testing.T) {
	inEveryWay(t, func(t *testing.T, task netloop.Task, a compress.Algorithm) {
		here, there := looptest.Pair(t)
		codecs := compress.NewCodecs()
		server := codecs.Wrap(task.Attach(here), compress.AsServer, a, 0)
		client := codecs.Wrap(netloop.NewTask().Attach(there), compress.AsClient, a, 0)
		var sent []byte
		for number := byte(1); ; number++ { // until nothing more fits into the sockets
			rows := packet(number, noise(1<<20))
			sent = append(sent, rows...)
			server.SetWriteDeadline(time.Now().Add(50 * time.Millisecond))
			n, err := server.Write(rows)
			if n != len(rows) {
				t.Fatalf("%d of %d bytes are taken", n, len(rows))
			}
			if errors.Is(err, netloop.ErrTimeout) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		last := packet(99, text(1000))
		sent = append(sent, last...)
		read := make(chan struct{})
		go func() { defer close(read); readRaw(t, client, len(sent), sent) }()
		server.SetWriteDeadline(time.Time{})
		if _, err := server.Write(last); err != nil {
			t.Error(err)
		}
		<-read
	})
}

// readRaw reads and compares all but the numbers, which do not follow one another here.
func readRaw(t *testing.T, c netloop.Conn, n int, want []byte) {
	got := make([]byte, n)
	for at := 0; at < n; {
		m, err := c.Read(got[at:])
		if err != nil {
			t.Errorf("after %d of %d bytes: %v", at, n, err)
			return
		}
		at += m
	}
	for at := 3; at < n; {
		got[at] = want[at]
		length, _ := mysql.Header(want[at-3:])
		at += mysql.HeaderLen + length
	}
	if !bytes.Equal(got, want) {
		t.Error("what comes is not what was sent")
	}
}

func TestInterruptReachesAWrappedConn(t *testing.T) {
	looptest.Each(t, func(t *testing.T, task netloop.Task) {
		server, _ := wrapped(t, task, compress.AsServer, compress.Zlib)
		go task.Interrupt()
		if _, _, err := server.ReadLease(netloop.NewBuffers(16)); !errors.Is(err, netloop.ErrInterrupted) {
			t.Errorf("read: %v", err)
		}
		task.Resume()
		task.Release(server)
		task.Interrupt()
		task.Resume()
		task.Bind(server)
		server.SetReadDeadline(time.Now().Add(time.Millisecond))
		if _, err := server.Read(make([]byte, 1)); !errors.Is(err, netloop.ErrTimeout) {
			t.Errorf("after it was lent elsewhere: %v", err)
		}
	})
}

func TestLookSeesWhatIsLeftOver(t *testing.T) {
	looptest.Each(t, func(t *testing.T, task netloop.Task) {
		server, peer := wrapped(t, task, compress.AsServer, compress.Zlib)
		if s := server.Look(); s != netloop.Quiet {
			t.Errorf("at first: %v, want Quiet", s)
		}
		send(t, peer, frame(0, packet(0, "\x0e")))
		if _, err := server.Read(make([]byte, 2)); err != nil {
			t.Error(err)
		}
		if s := server.Look(); s != netloop.Ready {
			t.Errorf("with the frame half read: %v, want Ready", s)
		}
		if _, err := server.Read(make([]byte, 20)); err != nil {
			t.Error(err)
		}
		if s := server.Look(); s != netloop.Quiet {
			t.Errorf("with all read: %v, want Quiet", s)
		}
	})
}
