package compress

import "shunt/mysql"

// walk follows packets through a stream, in whatever pieces it comes.
type walk struct {
	head      int  // bytes of the present packet's header that have come
	length    int  // of its payload
	left      int  // bytes of its payload that are still to come
	continues bool // it goes on where a full packet before it ended
}

// place is where a walk stops.
type place uint8

const (
	inside    place = iota // anywhere: all bytes were looked at
	headerEnd              // behind a header: the byte before is the packet's number
	firstByte              // behind the first byte of a payload
)

// next walks over p up to the first such place, and says how many bytes that were.
func (w *walk) next(p []byte) (int, place) {
	if w.left > 0 {
		if w.left == w.length {
			w.left--
			return 1, firstByte
		}
		n := min(w.left, len(p))
		w.left -= n
		return n, inside
	}
	if w.head == mysql.HeaderLen {
		w.continues = w.length == mysql.MaxPayload
		w.head, w.length = 0, 0
	}
	for i, b := range p {
		w.head++
		if w.head == mysql.HeaderLen {
			w.left = w.length
			return i + 1, headerEnd
		}
		w.length |= int(b) << (8 * (w.head - 1))
	}
	return len(p), inside
}

// between says whether the last byte ended a packet.
func (w *walk) between() bool { return w.left == 0 && (w.head == 0 || w.head == mysql.HeaderLen) }

// inHeader says how many bytes of a header have come that has not ended yet.
func (w *walk) inHeader() int { return w.head % mysql.HeaderLen }
