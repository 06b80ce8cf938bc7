package proxy

import (
	"io"

	"shunt/mysql"
	"shunt/netloop"
)

// inbox reads a client's commands. While nothing is there it holds no buffer.
type inbox struct {
	conn  netloop.Conn
	pool  *netloop.Buffers
	limit int // bytes of one command

	// renumber: inside compression nobody looks at the packets' own numbers, and some clients (MariaDB Connector/J 2.7) count otherwise there. They get
	// those that a server expects, from seq on.
	renumber bool
	seq      byte

	buf  []byte // leased from pool, or grown for a long command
	r, w int    // buf[r:w] was read and not consumed
	own  []byte // the payload of a command longer than one packet, joined
}

// command is one command of a client. Its slices are valid until the next call of inbox.next.
type command struct {
	packets []byte // as it came, headers included: what is passed on
	payload []byte // without headers; payload[0] is the command byte
	seq     byte   // the sequence number of its last packet
}

// next reads one command, waiting for it until the connection's read deadline. After netloop.ErrTimeout it may be called again, and goes on
// where it was; after any other error the connection is of no more use.
func (in *inbox) next() (command, error) {
	in.own = nil
	if err := in.wait(); err != nil {
		return command{}, err
	}
	at, total := 0, 0 // relative to r: the packet being looked at; bytes of payload so far
	number := in.seq
	for {
		if err := in.need(at + mysql.HeaderLen); err != nil {
			return command{}, err
		}
		length, seq := mysql.Header(in.buf[in.r+at:])
		if total += length; total > in.limit {
			return command{}, mysql.PacketTooLarge()
		}
		if err := in.need(at + mysql.HeaderLen + length); err != nil {
			return command{}, err
		}
		if in.renumber {
			in.buf[in.r+at+3], seq = number, number
			number++
		}
		at += mysql.HeaderLen + length
		if length == mysql.MaxPayload {
			continue
		}
		packets := in.buf[in.r : in.r+at]
		in.r += at
		in.seq = number
		payload := packets[mysql.HeaderLen:]
		if len(payload) >= mysql.MaxPayload {
			payload = in.join(packets)
		}
		return command{packets, payload, seq}, nil
	}
}

// wait waits until something of the next command is there. Errors are those of next.
func (in *inbox) wait() error {
	if in.pending() {
		return nil
	}
	in.drop()
	buf, n, err := in.conn.ReadLease(in.pool)
	if err != nil {
		return err
	}
	in.buf, in.r, in.w = buf, 0, n
	return nil
}

// exact reads one packet and not a byte more: before a login is over, TLS may begin behind it. The result is the caller's.
func (in *inbox) exact() (command, error) {
	var head [mysql.HeaderLen]byte
	if _, err := io.ReadFull(in.conn, head[:]); err != nil {
		return command{}, err
	}
	return in.exactBehind(head)
}

// exactBehind is exact for a packet whose header was read already.
func (in *inbox) exactBehind(head [mysql.HeaderLen]byte) (command, error) {
	length, seq := mysql.Header(head[:])
	if length > maxLoginPacket {
		return command{}, mysql.PacketTooLarge()
	}
	packet := append(head[:], make([]byte, length)...)
	if _, err := io.ReadFull(in.conn, packet[mysql.HeaderLen:]); err != nil {
		return command{}, err
	}
	return command{packet, packet[mysql.HeaderLen:], seq}, nil
}

// maxLoginPacket bounds the packets of a client that has not logged in: 64 KiB of connection attributes are the servers' limit.
const maxLoginPacket = 1<<16 + 4096

// need reads until n bytes of the present command are there.
func (in *inbox) need(n int) error {
	for in.w-in.r < n {
		if in.w == len(in.buf) {
			in.makeRoom(n)
		}
		read, err := in.conn.Read(in.buf[in.w:])
		if err != nil {
			return err
		}
		in.w += read
	}
	return nil
}

// makeRoom makes room behind w for a command of n bytes: by moving what is there to the front, or in a larger buffer. That grows with
// what has really come, so that a header alone cannot claim memory.
func (in *inbox) makeRoom(n int) {
	if in.r > 0 && n <= len(in.buf) {
		in.w = copy(in.buf, in.buf[in.r:in.w])
		in.r = 0
		return
	}
	larger := make([]byte, min(n, 2*len(in.buf))+in.pool.Size())
	in.w = copy(larger, in.buf[in.r:in.w])
	in.r = 0
	in.pool.Put(in.buf)
	in.buf = larger
}

// join copies the payloads of a command of several packets behind one another.
func (in *inbox) join(packets []byte) []byte {
	in.own = make([]byte, 0, len(packets))
	for len(packets) > 0 {
		length, _ := mysql.Header(packets)
		in.own = append(in.own, packets[mysql.HeaderLen:mysql.HeaderLen+length]...)
		packets = packets[mysql.HeaderLen+length:]
	}
	return in.own
}

// drop gives the buffer back.
func (in *inbox) drop() {
	if in.buf != nil {
		in.pool.Put(in.buf)
		in.buf = nil
	}
	in.r, in.w = 0, 0
}

// unread is how many bytes of the next command have come already.
func (in *inbox) unread() int { return in.w - in.r }

// pending says whether bytes of the next command have come already.
func (in *inbox) pending() bool { return in.w > in.r }
