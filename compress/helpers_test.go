package compress_test

import (
	"io"
	"net"
	"testing"

	"shunt/compress"
	"shunt/mysql"
	"shunt/netloop"
	"shunt/netloop/looptest"
)

// inEveryWay runs f with each algorithm, in a task of each implementation of netloop.
func inEveryWay(t *testing.T, f func(t *testing.T, task netloop.Task, a compress.Algorithm)) {
	for _, a := range []compress.Algorithm{compress.Zlib, compress.Zstd} {
		t.Run(a.String(), func(t *testing.T) {
			looptest.Each(t, func(t *testing.T, task netloop.Task) { f(t, task, a) })
		})
	}
}

// wrapped gives one end of a connection, in its role, and the bare other end.
func wrapped(t testing.TB, task netloop.Task, role compress.Role, a compress.Algorithm) (netloop.Conn, net.Conn) {
	t.Helper()
	here, there := looptest.Pair(t)
	return compress.NewCodecs().Wrap(task.Attach(here), role, a, 0), there
}

// frame is what a peer sends: its number, and content as it is.
func frame(number byte, content []byte) []byte {
	n := len(content)
	return append([]byte{byte(n), byte(n >> 8), byte(n >> 16), number, 0, 0, 0}, content...)
}

// squeezed is a frame with content that was compressed before, of the given length.
func squeezed(number byte, compressed []byte, original int) []byte {
	b := frame(number, compressed)
	b[4], b[5], b[6] = byte(original), byte(original>>8), byte(original>>16)
	return b
}

// packet is a packet with its number and payload.
func packet(number byte, payload string) []byte {
	b, _ := mysql.AppendPacket(nil, number, []byte(payload))
	return b
}

// send writes to the bare end of a connection.
func send(t testing.TB, to net.Conn, parts ...[]byte) {
	t.Helper()
	for _, part := range parts {
		if _, err := to.Write(part); err != nil {
			t.Errorf("the peer cannot write: %v", err)
		}
	}
}

// receive reads exactly n bytes from the bare end of a connection.
func receive(t testing.TB, from net.Conn, n int) []byte {
	t.Helper()
	b := make([]byte, n)
	if _, err := io.ReadFull(from, b); err != nil {
		t.Errorf("the peer cannot read %d bytes: %v", n, err)
	}
	return b
}

// expect reads what there should be from c.
func expect(t testing.TB, c netloop.Conn, want []byte) {
	t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(c, got); err != nil {
		t.Errorf("reading %d bytes: %v", len(want), err)
		return
	}
	if string(got) != string(want) {
		t.Errorf("got  %s\nwant %s", short(got), short(want))
	}
}

func short(b []byte) string {
	const most = 60
	if len(b) <= most {
		return string(appendHex(nil, b))
	}
	return string(appendHex(nil, b[:most])) + " …"
}

func appendHex(dst, b []byte) []byte {
	const digits = "0123456789abcdef"
	for _, x := range b {
		dst = append(dst, digits[x>>4], digits[x&15])
	}
	return dst
}
