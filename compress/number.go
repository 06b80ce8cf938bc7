package compress

import "shunt/mysql"

// numbering counts frames and packets as servers and clients do, and makes the numbers of packets those of the protocol without compression.
//
// Two counters are in play. Frames are counted over both directions, from 0 with each command; servers check that (MariaDB 10.11 and MySQL 8.4:
// net->pkt_nr), and so does PHP's client. Packets are counted inside of them, but whoever flushes its buffer sets the packets' counter to that of the
// frames (net_flush), so that the number jumps between two results of one answer, or before the content of a file. Nobody fails on it with
// compression. We are between a peer that jumps and one that may check, so what is read gets the number it would have without compression.
type numbering struct {
	role Role

	frame byte // of the next frame, in either direction
	next  byte // of the next packet, in either direction
	file  bool // the last packet asked the client for a file: what comes now is its content
	in    walk
	out   walk

	// As a server: packets are written with their number and shift. A client sets its packets' counter to that of the frames before it reads
	// an answer, and go-sql-driver complains in its log about other numbers.
	turned bool // the next packet to be written is the first one after something was read
	shift  byte

	// As a client: the commands whose answers have not begun. Each command begins a frame of its own, since a server counts anew
	// only when it reads one: to commands that follow another in its frame it answers with numbers that begin anywhere.
	asked   []first
	asking  bool // the last of asked is still being written
	command bool // the packet being written begins a command
	began   byte // the number of the present frame
	due     byte // the number it should have as the next of its answer

	// The present frame may begin a command, since frames are counted anew, whatever the packet's own number (MariaDB Connector/J 2.7); or, as
	// a client, the answer to the first of asked.
	mayBegin bool
}

// first says with which frame and packet the answer to a command begins.
type first struct{ frame, packet byte }

// maxAsked bounds the commands without an answer. It is never reached by who reads the answers.
const maxAsked = 1 << 12

// readFrame takes note of a frame that has come. A client's must be the next one, or begin a command.
func (n *numbering) readFrame(number byte) error {
	if n.role == AsServer && number != n.frame && number != 0 {
		return mysql.ErrOutOfOrder
	}
	n.turned = true
	if n.role == AsServer {
		n.mayBegin = n.in.between() && number == 0 && n.frame != 0
	} else {
		n.mayBegin = n.in.between() && len(n.asked) > 0 && number == n.asked[0].frame
	}
	n.began, n.due = number, n.frame
	n.frame = number + 1
	return nil
}

// writeFrame gives the number of a frame that is to be sent.
func (n *numbering) writeFrame() byte {
	number := n.frame
	n.frame++
	if n.asking {
		n.asked[len(n.asked)-1].frame = n.frame
	}
	return number
}

// read walks over packets that have come and corrects their numbers in place.
func (n *numbering) read(p []byte) {
	for len(p) > 0 {
		step, at := n.in.next(p)
		switch at {
		case headerEnd:
			p[step-1] = n.readPacket(p[step-1])
		case firstByte:
			if n.role == AsClient && !n.in.continues {
				n.file = p[0] == mysql.HeaderLocalInfile
			}
		}
		p = p[step:]
	}
}

// readPacket gives the number that a packet should have.
func (n *numbering) readPacket(number byte) byte {
	switch {
	case n.role == AsServer:
		if (number == 0 || n.mayBegin) && !n.file && !n.in.continues {
			n.next = 0
		}
		if n.in.length == 0 && !n.in.continues {
			n.file = false
		}
	case n.mayBegin && (number == n.began || number == n.asked[0].packet || n.began != n.due):
		n.next = n.asked[0].packet
		n.asked = append(n.asked[:0], n.asked[1:]...)
		n.asking = n.asking && len(n.asked) > 0
	}
	n.mayBegin = false
	number = n.next
	n.next++
	return number
}

// writePacket takes note of a packet that is to be sent. It says which number it is sent with, and whether it begins a command.
func (n *numbering) writePacket(number byte) (sent byte, command bool) {
	n.command = n.role == AsClient && number == 0 && !n.out.continues && !(n.file && n.next == 0)
	n.next = number + 1
	if n.command || n.out.length == 0 && !n.out.continues {
		n.file = false
	}
	if n.asking && n.out.continues {
		n.asked[len(n.asked)-1].packet = n.next
	}
	if n.turned && n.role == AsServer {
		n.shift = n.frame - number
	}
	n.turned = false
	return number + n.shift, n.command
}

// writeFirst looks at the first byte of a packet that is to be sent: what asks for a file, or which command it is.
func (n *numbering) writeFirst(b byte) {
	switch {
	case n.role == AsServer:
		if !n.out.continues {
			n.file = b == mysql.HeaderLocalInfile
		}
	case n.command && hasAnswer(mysql.Command(b)):
		if len(n.asked) == maxAsked {
			n.asked = n.asked[:copy(n.asked, n.asked[1:])]
		}
		n.asked, n.asking = append(n.asked, first{frame: n.frame, packet: n.next}), true
	}
}

func hasAnswer(c mysql.Command) bool {
	return c != mysql.ComQuit && c != mysql.ComStmtClose && c != mysql.ComStmtSendLongData
}

// begin starts the frames of a command.
func (n *numbering) begin() { n.frame, n.asking = 0, false }
