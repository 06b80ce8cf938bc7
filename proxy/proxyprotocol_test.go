package proxy

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/pires/go-proxyproto"
)

const v2Signature = "\r\n\r\n\x00\r\nQUIT\n"

// proxyV2 makes a header of version 2.
func proxyV2(command, family byte, rest string) string {
	return v2Signature + string([]byte{command, family, byte(len(rest) >> 8), byte(len(rest))}) + rest
}

const (
	v4Block = "\xcb\x00\x71\x07" + "\x0a\x00\x00\x01" + "\xdc\x04" + "\x0c\xea"
	v6Block = "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x07" +
		"\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01" + "\xdc\x04" + "\x0c\xea"
)

// readFrom reads a header as the front door does: its first bytes by themselves, then the rest. It gives what follows the header, too.
func readFrom(header string) (source net.Addr, rest string, err error) {
	r := strings.NewReader(header)
	first := make([]byte, proxyHeaderStart)
	if _, err := io.ReadFull(r, first); err != nil {
		return nil, "", err
	}
	source, err = readProxyHeader(first, iotest.OneByteReader(r))
	left, _ := io.ReadAll(r) // never fails
	return source, string(left), err
}

func TestProxyHeaderNamesTheSource(t *testing.T) {
	unix := "/run/web.sock" + strings.Repeat("\x00", 108-len("/run/web.sock"))
	for name, c := range map[string]struct{ header, want string }{
		"v1 TCP4":            {"PROXY TCP4 203.0.113.7 10.0.0.1 56324 3306\r\n", "203.0.113.7:56324"},
		"v1 TCP4, shortest":  {"PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n", "1.1.1.1:1"},
		"v1 TCP6":            {"PROXY TCP6 2001:db8::7 2001:db8::1 56324 3306\r\n", "[2001:db8::7]:56324"},
		"v1 TCP6, longest":   {"PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"},
		"v1 UNKNOWN":         {"PROXY UNKNOWN\r\n", ""},
		"v1 UNKNOWN, filled": {"PROXY UNKNOWN 203.0.113.7 10.0.0.1 56324 3306\r\n", ""},
		"v1 of 107 bytes":    {"PROXY UNKNOWN" + strings.Repeat(" x", 46) + "\r\n", ""},
		"v2 TCP4":            {proxyV2(0x21, 0x11, v4Block), "203.0.113.7:56324"},
		"v2 TCP6":            {proxyV2(0x21, 0x21, v6Block), "[2001:db8::7]:56324"},
		"v2 TCP4, more":      {proxyV2(0x21, 0x11, v4Block+"\x05\x00\x03abc"), "203.0.113.7:56324"},
		"v2 of 4 KiB":        {proxyV2(0x21, 0x11, v4Block+"\x04\x0f\xf1"+strings.Repeat("\x00", 4081)), "203.0.113.7:56324"},
		"v2 UNIX":            {proxyV2(0x21, 0x31, unix+unix), "/run/web.sock"},
		"v2 LOCAL":           {proxyV2(0x20, 0x00, ""), ""},
		"v2 LOCAL, filled":   {proxyV2(0x20, 0x11, v4Block), ""},
		"v2 unspecified":     {proxyV2(0x21, 0x00, ""), ""},
	} {
		source, rest, err := readFrom(c.header + "the login")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := ""
		if source != nil {
			got = source.String()
		}
		if got != c.want || rest != "the login" {
			t.Errorf("%s: the source is %q, want %q; %q follows", name, got, c.want, rest)
		}
	}
}

func TestProxyHeaderIsRefused(t *testing.T) {
	for name, header := range map[string]string{
		"v1 of no known family":       "PROXY TCP5 203.0.113.7 10.0.0.1 56324 3306\r\n",
		"v1 with a name for address":  "PROXY TCP4 db.example.org 10.0.0.1 56324 3306\r\n",
		"v1 with a port too high":     "PROXY TCP4 203.0.113.7 10.0.0.1 65536 3306\r\n",
		"v1 without its ports":        "PROXY TCP4 203.0.113.7 10.0.0.1\r\n",
		"v1 with another word":        "PROXYTCP4 203.0.113.7 10.0.0.1 1 2\r\n",
		"v1 that ends in LF":          "PROXY TCP4 203.0.113.7 10.0.0.1 56324 3306\n" + strings.Repeat("x", 100),
		"v1 without an end":           "PROXY TCP4 " + strings.Repeat("1", 1000),
		"v1 with CR only":             "PROXY UNKNOWN\r" + strings.Repeat("\r", 200),
		"v2 of another version":       proxyV2(0x11, 0x11, v4Block),
		"v2 of another command":       proxyV2(0x22, 0x11, v4Block),
		"v2 of no known family":       proxyV2(0x21, 0x41, v4Block),
		"v2 about datagrams":          proxyV2(0x21, 0x12, v4Block),
		"v2 about a datagram socket":  proxyV2(0x21, 0x32, strings.Repeat("/", 216)),
		"v2 with half an address":     proxyV2(0x21, 0x11, v4Block[:8]),
		"v2 longer than is allowed":   proxyV2(0x21, 0x11, v4Block+strings.Repeat("x", 4085)),
		"v2 as long as it can be":     v2Signature + "\x21\x11\xff\xff",
		"v2 with another signature":   "\r\n\r\n\x00\r\nQUIT!\x21\x11\x00\x0c" + v4Block,
		"v2 with an endless fraction": "\r\n\r\n" + strings.Repeat("\r\n", 50),
	} {
		if source, _, err := readFrom(header); !errors.Is(err, errProxyHeader) || source != nil {
			t.Errorf("%s: source %v, error %v", name, source, err)
		}
	}
}

func TestProxyHeaderThatIsCut(t *testing.T) {
	for _, header := range []string{
		"PROXY TCP4 203.0.113.7 10.0.0.1 56324 3306\r\n", proxyV2(0x21, 0x11, v4Block), proxyV2(0x21, 0x21, v6Block), proxyV2(0x20, 0, ""),
	} {
		for n := proxyHeaderStart; n < len(header); n++ {
			if source, _, err := readFrom(header[:n]); !errors.Is(err, io.ErrUnexpectedEOF) || source != nil {
				t.Errorf("%d bytes of %q: source %v, error %v", n, header, source, err)
			}
		}
	}
}

func TestProxyHeaderIsToldFromALogin(t *testing.T) {
	for first, want := range map[string]bool{
		"PROX": true, "\r\n\r\n": true, "PROP": false, "\r\n\r\x00": false, "\x20\x00\x00\x01": false, "\xb8\x00\x00\x01": false, "\x16\x03\x01\x02": false,
	} {
		if got := beginsProxyHeader([]byte(first)); got != want {
			t.Errorf("%q: %v", first, got)
		}
	}
}

// FuzzReadProxyHeader holds our reading against that of the library, which reads ahead.
func FuzzReadProxyHeader(f *testing.F) {
	f.Add("PROXY TCP4 203.0.113.7 10.0.0.1 56324 3306\r\nlogin")
	f.Add("PROXY UNKNOWN\r\n")
	f.Add(proxyV2(0x21, 0x11, v4Block) + "login")
	f.Add(proxyV2(0x20, 0x00, ""))
	f.Add(proxyV2(0x21, 0x21, v6Block+"\x05\x00\x03abc"))
	f.Fuzz(func(t *testing.T, stream string) {
		if len(stream) < proxyHeaderStart || !beginsProxyHeader([]byte(stream[:proxyHeaderStart])) {
			return
		}
		source, rest, err := readFrom(stream)
		buffered := bufio.NewReaderSize(strings.NewReader(stream), 8192)
		want, wantErr := proxyproto.Read(buffered)
		if err != nil {
			if wantErr == nil && !want.TransportProtocol.IsDatagram() {
				t.Fatalf("%q: refused with %v, the library says %v", stream, err, want)
			}
			return
		}
		if wantErr != nil {
			if isProxyUnspecified([]byte(stream)) {
				return
			}
			t.Fatalf("%q: taken as %v, the library says %v", stream, source, wantErr)
		}
		theirs, _ := io.ReadAll(buffered) // never fails
		if !bytes.Equal(theirs, []byte(rest)) {
			t.Fatalf("%q: %q follows, the library says %q", stream, rest, theirs)
		}
		if source != nil && source.String() != want.SourceAddr.String() {
			t.Fatalf("%q: from %v, the library says %v", stream, source, want.SourceAddr)
		}
	})
}
