package proxy

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/pires/go-proxyproto"
)

// proxyHeaderStart is how many bytes tell a header of the PROXY protocol from a packet, in bytes. A packet that began like one would be of
// another number than a login's.
const proxyHeaderStart = 4

// The bounds of such headers, in bytes. A client that has not said who it is gets no more memory than this.
const (
	proxyV1Shortest = len("PROXY UNKNOWN\r\n")
	proxyV1Longest  = 107 // the specification's
	proxyV2Head     = 16  // signature, version and command, family, length of the rest
	proxyV2Longest  = proxyV2Head + 4096
)

// errProxyHeader is the error of a header that is not one. What stood in front of shunt is at fault, or is no proxy.
var errProxyHeader = errors.New("the PROXY protocol header is not valid")

// beginsProxyHeader says whether the first bytes of what a client sends, proxyHeaderStart of them, are those of a header of the PROXY
// protocol, version 1 or 2.
func beginsProxyHeader(first []byte) bool {
	return isProxyV1(first) || bytes.Equal(first, proxyproto.SIGV2[:proxyHeaderStart])
}

func isProxyV1(first []byte) bool { return bytes.Equal(first, proxyproto.SIGV1[:proxyHeaderStart]) }

// readProxyHeader reads a header of the PROXY protocol from r, of which the first proxyHeaderStart bytes have been read already, and not one
// byte beyond it: the client's login, or its TLS, begins there. It gives the address that the client has before it reaches the proxy: a
// *net.TCPAddr, or a *net.UnixAddr for a client on the proxy's own machine. Nil means that the proxy does not tell (LOCAL, UNKNOWN), and the
// connection counts as the proxy's own.
//
// Errors are those of reading, or wrap errProxyHeader.
//
// Reference: https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt.
func readProxyHeader(first []byte, r io.Reader) (net.Addr, error) {
	header, err := bytesOfProxyHeader(first, r)
	if err != nil {
		return nil, fmt.Errorf("reading a PROXY protocol header: %w", err)
	}
	if isProxyUnspecified(header) {
		return nil, nil
	}
	parsed, err := proxyproto.Read(bufio.NewReaderSize(bytes.NewReader(header), len(header)))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errProxyHeader, err)
	}
	if parsed.Command.IsLocal() {
		return nil, nil
	}
	switch source := parsed.SourceAddr.(type) {
	case *net.TCPAddr:
		return source, nil
	case *net.UnixAddr:
		if parsed.TransportProtocol.IsStream() {
			return source, nil
		}
	}
	return nil, fmt.Errorf("%w: it is not about a stream", errProxyHeader)
}

// isProxyUnspecified recognises a header of version 2 about a connection of a family that the protocol does not know. The specification lets
// the receiver take or refuse it; MariaDB takes it.
func isProxyUnspecified(header []byte) bool {
	const proxied, unspecified = 0x21, 0
	return !isProxyV1(header[:proxyHeaderStart]) && header[12] == proxied && header[13] == unspecified
}

// bytesOfProxyHeader reads a header as a whole.
func bytesOfProxyHeader(first []byte, r io.Reader) ([]byte, error) {
	if isProxyV1(first) {
		return readProxyLine(first, r)
	}
	header, err := readMore(first, r, proxyV2Head)
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(header, proxyproto.SIGV2) {
		return nil, errProxyHeader
	}
	length := proxyV2Head + int(header[14])<<8 + int(header[15])
	if length > proxyV2Longest {
		return nil, fmt.Errorf("%w: it says it has %d bytes, of which %d are allowed", errProxyHeader, length, proxyV2Longest)
	}
	return readMore(header, r, length)
}

// readProxyLine reads a header of version 1: a line, whose end is known only when it is seen. As long as that is not in sight two bytes at
// least are still to come.
func readProxyLine(first []byte, r io.Reader) ([]byte, error) {
	line, err := readMore(first, r, proxyV1Shortest)
	for err == nil && !bytes.HasSuffix(line, []byte("\r\n")) {
		step := 2
		if line[len(line)-1] == '\r' {
			step = 1
		}
		if len(line)+step > proxyV1Longest || bytes.IndexByte(line, '\n') >= 0 {
			return nil, fmt.Errorf("%w: its line does not end", errProxyHeader)
		}
		line, err = readMore(line, r, len(line)+step)
	}
	return line, err
}

// readMore reads on until there are n bytes. An end before that is io.ErrUnexpectedEOF.
func readMore(have []byte, r io.Reader, n int) ([]byte, error) {
	all := make([]byte, n)
	if _, err := io.ReadFull(r, all[copy(all, have):]); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return all, nil
}
