package compress

import (
	"fmt"
	"io"

	"shunt/netloop"
)

// conn is a netloop.Conn whose bytes travel in frames over another.
type conn struct {
	netloop.Conn // the connection below
	codecs       *Codecs
	algorithm    Algorithm
	level        int
	numbers      numbering

	// What was read from below and not consumed yet is raw[r:w]. While there is nothing, raw is nil.
	raw  []byte // leased, or grown for a long frame
	r, w int
	left int          // bytes of the present frame's content that are still to be delivered
	z    decompressor // of the present frame; nil if its content is sent as it is
	more [1]byte      // to look whether there is more
	bad  error        // what the peer did wrong: nothing can be read after it

	// Frames that are not sent yet; nil but for the time of a Write, and after one that failed.
	frames []byte // leased, or grown when sending has failed
	sent   int    // of these bytes
	held   []byte // the beginning of a packet's header, which does not tell yet whether a command begins
}

// Unwrap gives the connection below, to which tasks are bound.
func (c *conn) Unwrap() netloop.Conn { return c.Conn }

// Look is that of the connection below, and Ready if something is left over of what was read from it.
func (c *conn) Look() netloop.Sight {
	sight := c.Conn.Look()
	if sight == netloop.Quiet && (c.left > 0 || c.w > c.r) {
		return netloop.Ready
	}
	return sight
}

func (c *conn) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if err := c.open(); err != nil {
		return 0, err
	}
	return c.content(p)
}

func (c *conn) ReadLease(pool *netloop.Buffers) ([]byte, int, error) {
	err := c.open()
	if err == nil && c.z == nil && c.w == c.r {
		err = inFrame(c.need(1))
	}
	if err != nil {
		return nil, 0, err
	}
	buf := pool.Get()
	n, err := c.content(buf)
	if err != nil {
		pool.Put(buf)
		return nil, 0, err
	}
	return buf, n, nil
}

// open makes sure that there is a frame with content that was not delivered yet. It waits until a compressed one is there as a whole: a
// decompressor that has met the end of its input cannot go on later. So an error here leaves everything as it was.
func (c *conn) open() error {
	if c.bad != nil {
		return c.bad
	}
	for c.left == 0 {
		if err := c.need(headerLen); err != nil {
			return err
		}
		h := parseHeader(c.raw[c.r:])
		if h.original > 0 {
			if err := c.need(headerLen + h.length); err != nil {
				return inFrame(err)
			}
		}
		if c.bad = c.numbers.readFrame(h.number); c.bad == nil {
			c.bad = c.begin(h)
		}
		if c.bad != nil {
			return c.bad
		}
	}
	return nil
}

// begin begins to deliver a frame: what is compressed of it is there.
func (c *conn) begin(h header) (err error) {
	c.r += headerLen
	if c.left = h.length; h.original > 0 {
		c.z, err = c.codecs.decompressor(c.algorithm, c.raw[c.r:c.r+h.length])
		c.r += h.length
		c.left = h.original
	}
	c.rest()
	return err
}

// content delivers a piece of the present frame's content, at least a byte.
func (c *conn) content(p []byte) (n int, err error) {
	p = p[:min(len(p), c.left)]
	switch {
	case c.z != nil:
		n, err = c.inflate(p)
	case c.w > c.r:
		n = copy(p, c.raw[c.r:c.w])
		c.r += n
	default:
		n, err = c.Conn.Read(p)
		err = inFrame(err)
	}
	if err != nil {
		return 0, err
	}
	c.left -= n
	c.rest()
	c.numbers.read(p[:n])
	return n, nil
}

// inflate decompresses. When the last byte is delivered the frame must end there, and its checksum be right.
func (c *conn) inflate(p []byte) (int, error) {
	n, err := io.ReadAtLeast(c.z, p, 1)
	if err != nil {
		c.bad = fmt.Errorf("%w: %w", ErrMalformed, noEOF(err))
		return 0, c.bad
	}
	if n == c.left {
		c.bad = c.ended()
		c.codecs.put(c.algorithm, c.z)
		c.z = nil
	}
	return n, c.bad
}

// ended checks that the decompressor has nothing more to give.
func (c *conn) ended() error {
	switch n, err := io.ReadFull(c.z, c.more[:]); {
	case n > 0:
		return fmt.Errorf("%w: it holds more", ErrMalformed)
	case err != io.EOF:
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return nil
}

// need reads from below until n bytes are there.
func (c *conn) need(n int) (err error) {
	if c.raw == nil {
		if c.raw, c.w, err = c.Conn.ReadLease(c.codecs.buffers); err != nil {
			c.raw, c.w = nil, 0
			return err
		}
	}
	for c.w-c.r < n {
		if c.w == len(c.raw) {
			c.makeRoom(n)
		}
		read, err := c.Conn.Read(c.raw[c.w:])
		if err == io.EOF && c.w > c.r {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		c.w += read
	}
	return nil
}

// makeRoom makes room behind w for n bytes in all: by moving what is there to the front, or in a larger buffer. That grows with what has
// really come, so that a header alone cannot claim memory.
func (c *conn) makeRoom(n int) {
	if c.r > 0 && n <= len(c.raw) {
		c.w = copy(c.raw, c.raw[c.r:c.w])
		c.r = 0
		return
	}
	larger := make([]byte, min(n, 2*len(c.raw))+bufferSize)
	c.w = copy(larger, c.raw[c.r:c.w])
	c.r = 0
	c.codecs.buffers.Put(c.raw)
	c.raw = larger
}

// rest gives the buffer back once it has nothing that is still to be delivered.
func (c *conn) rest() {
	if c.z == nil && c.w == c.r {
		c.codecs.buffers.Put(c.raw)
		c.raw, c.r, c.w = nil, 0, 0
	}
}

// inFrame turns the end of the stream into an end within a frame.
func inFrame(err error) error { return noEOF(err) }

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
