package compress

import (
	"slices"

	"shunt/mysql"
)

// Write sends p in frames, as few writes below as its length allows. If sending fails, the rest of p has become frames nevertheless, which
// wait for the next Write (one of no bytes will do), so the number is always len(p).
func (c *conn) Write(p []byte) (int, error) {
	var failed error
	ours := false                   // else p is the caller's, and must not change
	taken, from, at := len(p), 0, 0 // p[from:] is not in a frame yet
	if len(c.held) > 0 {
		p, at, ours = slices.Concat(c.held, p), len(c.held), true
		c.held = nil
	}
	for at < len(p) {
		n, where := c.numbers.out.next(p[at:])
		at += n
		switch where {
		case headerEnd:
			number, command := c.numbers.writePacket(p[at-1])
			if number != p[at-1] { // rare
				if !ours {
					p, ours = slices.Clone(p), true
				}
				p[at-1] = number
			}
			if start := at - mysql.HeaderLen; command {
				failed = c.append(p[from:start], failed)
				c.numbers.begin()
				from = start
			}
		case firstByte:
			c.numbers.writeFirst(p[at-1])
		}
	}
	if begun := c.numbers.out.inHeader(); begun > 0 && c.numbers.role == AsClient {
		c.held = slices.Clone(p[len(p)-begun:])
		p = p[:len(p)-begun]
	}
	if failed = c.append(p[from:], failed); failed == nil {
		failed = c.send()
	}
	return taken, failed
}

// append puts content into frames, and sends them when the buffer is full and nothing has failed yet.
func (c *conn) append(content []byte, failed error) error {
	for len(content) > 0 {
		part := content[:min(len(content), maxContent)]
		content = content[len(part):]
		if failed == nil && bufferSize-len(c.frames) < headerLen+len(part) {
			failed = c.send()
		}
		if c.frames == nil {
			c.frames = c.codecs.buffers.Get()[:0]
		}
		c.frames = c.codecs.appendFrame(c.frames, c.algorithm, c.level, c.numbers.writeFrame(), part)
	}
	return failed
}

// send writes the frames below.
func (c *conn) send() error {
	for c.sent < len(c.frames) {
		n, err := c.Conn.Write(c.frames[c.sent:])
		c.sent += n
		if err != nil {
			return err
		}
	}
	c.codecs.buffers.Put(c.frames[:cap(c.frames)])
	c.frames, c.sent = nil, 0
	return nil
}
