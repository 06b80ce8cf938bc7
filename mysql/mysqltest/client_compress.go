package mysqltest

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/klauspost/compress/zstd"

	"shunt/mysql"
)

// The compression algorithms that a Client can ask for.
const (
	CompressZlib = "zlib"
	CompressZstd = "zstd" // MySQL 8.0.18 or later
)

// errNotOffered is the error of a login that asks for compression which the server does not offer: a test that went on without it would
// test something else.
var errNotOffered = errors.New("the server does not offer it")

// compression gives the capability that asks for an algorithm; 0 for none.
func compression(algorithm string) (mysql.Capability, error) {
	switch algorithm {
	case "":
		return 0, nil
	case CompressZlib:
		return mysql.CapCompress, nil
	case CompressZstd:
		return mysql.CapZstdCompression, nil
	}
	return 0, fmt.Errorf("a test client cannot compress with %q", algorithm)
}

// compressedHeader is the length of a compressed packet's header: three bytes of length, a sequence number, three bytes of the length
// before the compression, which are zero where the payload is sent as it is.
const compressedHeader = 7

// compressFrom is the length, in bytes, from which payloads are compressed, as in the servers' own client library.
const compressFrom = 50

// zstdLevel is the level that a Client names in its login, the default of MySQL's programs.
const zstdLevel = 3

// compressedConn puts the bytes of packets into compressed packets. They need not agree: one of these may hold many packets, or a part of one.
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_compression_packet.html.
type compressedConn struct {
	net.Conn
	algorithm string
	seq       byte         // the next compressed packet's number; they are counted apart from the packets inside
	rest      bytes.Buffer // uncompressed, not read yet
}

// Write sends p in as few compressed packets as it takes.
func (c *compressedConn) Write(p []byte) (int, error) {
	var out []byte
	for left := p; len(left) > 0; {
		part := left[:min(len(left), mysql.MaxPayload)]
		left = left[len(part):]
		payload, original := part, 0
		if len(part) >= compressFrom {
			packed, err := c.deflate(part)
			if err != nil {
				return 0, err
			}
			if len(packed) < len(part) {
				payload, original = packed, len(part)
			}
		}
		out = append(out, byte(len(payload)), byte(len(payload)>>8), byte(len(payload)>>16), c.seq,
			byte(original), byte(original>>8), byte(original>>16))
		out = append(out, payload...)
		c.seq++
	}
	if _, err := c.Conn.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Read gives what is uncompressed already, or else of the next compressed packet.
func (c *compressedConn) Read(p []byte) (int, error) {
	for c.rest.Len() == 0 {
		if err := c.fill(); err != nil {
			return 0, err
		}
	}
	return c.rest.Read(p)
}

// fill reads a compressed packet. It checks its number and its length.
func (c *compressedConn) fill() error {
	var head [compressedHeader]byte
	if _, err := io.ReadFull(c.Conn, head[:]); err != nil {
		return err
	}
	length, seq := mysql.Header(head[:])
	if seq != c.seq {
		return fmt.Errorf("%w: compressed packet %d where %d was due", mysql.ErrOutOfOrder, seq, c.seq)
	}
	c.seq++
	payload := make([]byte, length)
	if _, err := io.ReadFull(c.Conn, payload); err != nil {
		return err
	}
	original := int(head[4]) | int(head[5])<<8 | int(head[6])<<16
	if original == 0 {
		_, err := c.rest.Write(payload)
		return err
	}
	n, err := c.inflate(payload)
	if err == nil && n != int64(original) {
		err = fmt.Errorf("%w: a compressed packet says %d bytes and holds %d", mysql.ErrMalformedPacket, original, n)
	}
	return err
}

func (c *compressedConn) deflate(p []byte) ([]byte, error) {
	var out bytes.Buffer
	var w io.WriteCloser = zlib.NewWriter(&out)
	if c.algorithm == CompressZstd {
		encoder, err := zstd.NewWriter(&out, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		w = encoder
	}
	if _, err := w.Write(p); err != nil {
		return nil, err
	}
	err := w.Close()
	return out.Bytes(), err
}

// inflate appends to rest what payload holds, and says how much that was.
func (c *compressedConn) inflate(payload []byte) (int64, error) {
	if c.algorithm == CompressZstd {
		r, err := zstd.NewReader(bytes.NewReader(payload), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return 0, err
		}
		defer r.Close()
		return c.rest.ReadFrom(r)
	}
	r, err := zlib.NewReader(bytes.NewReader(payload))
	if err != nil {
		return 0, err
	}
	n, err := c.rest.ReadFrom(r)
	return n, errors.Join(err, r.Close())
}
