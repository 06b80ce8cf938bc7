// Package compress is the compressed protocol of MySQL and MariaDB: the stream of packets travels in frames, which are compressed one by
// one. Packets and frames need not agree: a frame may hold many packets, and a packet may go over many frames.
//
// [Codecs.Wrap] makes a netloop.Conn whose bytes are those of the protocol without compression, to the sequence numbers of the packets, out of one
// whose bytes are frames. So nobody above knows that there is compression. [Codecs] holds the compressors and buffers, which are lent to a
// connection for as long as a frame takes: an idle connection has none.
//
// Whether both sides want compression is said during the login (mysql.CapCompress, mysql.CapZstdCompression), which is not compressed itself;
// that belongs to proxy and backend.
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_compression.html.
package compress

import (
	"errors"
	"sync"

	"shunt/netloop"
)

// Algorithm is how frames are compressed.
type Algorithm uint8

// The algorithms.
const (
	Zlib Algorithm = iota // mysql.CapCompress: every server and client that compresses at all
	Zstd                  // mysql.CapZstdCompression: MySQL 8.0.18 and later
)

// String is the name as in MySQL's protocol_compression_algorithms.
func (a Algorithm) String() string {
	if a == Zstd {
		return "zstd"
	}
	return "zlib"
}

// Role says at which end of a connection we are. Commands come from the client's end, and with each of them both ends count anew.
type Role uint8

// The roles.
const (
	AsServer Role = iota // the peer is a client
	AsClient             // the peer is a server
)

// The errors of a peer that does not keep to the protocol. The connection is of no use after one. Numbers that are not in order are
// mysql.ErrOutOfOrder.
var (
	// ErrMalformed is a frame that does not hold what its header says. Servers answer it with error 1157 (ER_NET_UNCOMPRESS_ERROR).
	ErrMalformed = errors.New("a compressed packet does not hold what its header says")
)

// Codecs are the compressors, decompressors and buffers that connections share. One is enough for a program. It may be used by many
// tasks at once.
type Codecs struct {
	buffers   *netloop.Buffers
	inflaters [2]sync.Pool               // of decompressor, by algorithm
	deflaters [2][maxLevel + 1]sync.Pool // of compressor, by algorithm and level
}

// NewCodecs makes empty pools.
func NewCodecs() *Codecs { return &Codecs{buffers: netloop.NewBuffers(bufferSize)} }

// bufferSize is the length of the buffers for frames, in bytes.
const bufferSize = 64 << 10

// Wrap makes the connection behind which c is compressed. It is called when the login is over and before anything is read beyond it; c is
// not used directly from then on. Level is how hard to try, 1 to 9 with zlib and 1 to 22 with zstd (a client names it in its login:
// mysql.Login.ZstdLevel); anything else means the algorithm's usual one. It matters for what is written only.
//
// The result waits where c waits, and may be given to netloop.Task.Bind and Release like c itself. After [netloop.ErrTimeout] it may be used on,
// also in the middle of a frame. What a Write could not send stays with the connection and is sent before anything of the next Write.
func (s *Codecs) Wrap(c netloop.Conn, role Role, algorithm Algorithm, level int) netloop.Conn {
	return &conn{Conn: c, codecs: s, algorithm: algorithm, level: usualLevel(algorithm, level), numbers: numbering{role: role}}
}
