package mysql

import (
	"errors"
	"fmt"
	"io"
	"slices"
)

// The errors of [ReadPacket] and [CutPacket] about the packets themselves. What a proxy tells its client then are
// [PacketTooLarge] and [PacketsOutOfOrder].
var (
	ErrTooLarge   = errors.New("a packet is longer than allowed")
	ErrOutOfOrder = errors.New("a packet's sequence number is not the next one")
)

// readStep is how much memory at most is made ready, in bytes, before bytes have come to fill it: a header that
// promises 16 MiB costs nobody 16 MiB.
const readStep = 64 << 10

// ReadPacket reads one packet from r into buf, from its beginning, and returns its payload, which has buf's memory or,
// if that is too small, new memory. Packets that continue one another are joined. It reads not a byte beyond. Seq is
// the last packet's sequence number. A payload longer than limit is [ErrTooLarge], found before it is read; a
// continuation that is not numbered as one is [ErrOutOfOrder]. For logins and small answers; a relay uses [Response]
// and its own buffers.
func ReadPacket(r io.Reader, buf []byte, limit int) (payload []byte, seq byte, err error) {
	payload = buf[:0]
	for first := true; ; first = false {
		start := len(payload)
		if payload, err = readInto(r, payload, HeaderLen); err != nil {
			if start > 0 {
				err = noEOF(err)
			}
			return nil, 0, fmt.Errorf("reading a packet header: %w", err)
		}
		length, number := Header(payload[start:])
		payload = payload[:start]
		if !first && number != seq+1 {
			return nil, 0, ErrOutOfOrder
		}
		seq = number
		if start+length > limit {
			return nil, 0, ErrTooLarge
		}
		if payload, err = readInto(r, payload, length); err != nil {
			return nil, 0, fmt.Errorf("reading a packet of %d bytes: %w", length, noEOF(err))
		}
		if length < MaxPayload {
			return payload, seq, nil
		}
	}
}

// readInto appends n bytes of r to buf.
func readInto(r io.Reader, buf []byte, n int) ([]byte, error) {
	for n > 0 {
		step := min(n, readStep)
		end := len(buf)
		buf = slices.Grow(buf, step)[:end+step]
		if _, err := io.ReadFull(r, buf[end:]); err != nil {
			return nil, err
		}
		n -= step
	}
	return buf, nil
}

// noEOF turns an end between packets into an end within one.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// CutPacket takes the first packet off b: its payload, its sequence number and what follows it. Packets that continue
// one another are joined, and only then payload is a copy. If b does not hold the whole packet, the error is
// [io.ErrUnexpectedEOF].
func CutPacket(b []byte) (payload []byte, seq byte, rest []byte, err error) {
	for first := true; ; first = false {
		if len(b) < HeaderLen {
			return nil, 0, nil, io.ErrUnexpectedEOF
		}
		length, number := Header(b)
		if len(b) < HeaderLen+length {
			return nil, 0, nil, io.ErrUnexpectedEOF
		}
		if !first && number != seq+1 {
			return nil, 0, nil, ErrOutOfOrder
		}
		seq = number
		part := b[HeaderLen : HeaderLen+length : HeaderLen+length]
		b = b[HeaderLen+length:]
		if first {
			payload = part
		} else {
			payload = append(payload, part...)
		}
		if length < MaxPayload {
			return payload, seq, b, nil
		}
	}
}
