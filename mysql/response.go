package mysql

import "errors"

// Shape says what kind of answer a command gets.
type Shape uint8

// The shapes of answers.
const (
	ShapeResult   Shape = iota // OK, ERR, or result sets: COM_QUERY, COM_STMT_EXECUTE
	ShapePrepare               // COM_STMT_PREPARE
	ShapeFields                // COM_FIELD_LIST: column definitions up to a terminator
	ShapeRows                  // COM_STMT_FETCH: rows up to a terminator
	ShapeSimple                // OK, ERR or EOF
	ShapeString                // COM_STATISTICS: one packet of text
	ShapeNoAnswer              // COM_STMT_CLOSE, COM_STMT_SEND_LONG_DATA, COM_QUIT
)

// Event is what [Response.Next] stops at.
type Event uint8

// The events. For all but NeedMore and ColumnsEnd a whole control packet lies at the front of what is left.
const (
	NeedMore      Event = iota // all bytes were looked at; give more
	ColumnsEnd                 // the column definitions are over, the first row or the terminator follows: where an EOF packet stands in the old protocol
	GotOK                      // an OK packet, alone or at the end of rows (header 0xFE)
	GotErr                     // an ERR packet
	GotFile                    // a request for a file (LOAD DATA LOCAL): stream it to the server, then call Next on
	GotPrepared                // the first packet of the answer to COM_STMT_PREPARE
	GotString                  // the packet of COM_STATISTICS
	DefinitionsOK              // as ColumnsEnd, for a block of a prepared statement's definitions
	GotCount                   // the packet with the number of columns, if StopAtCount asks for it
)

// ErrMalformed is the error of an answer that is not the protocol's.
var ErrMalformed = errors.New("the server's answer is not MySQL protocol")

// Response follows one command's answer through the byte stream of a server connection that was opened with
// CLIENT_DEPRECATE_EOF. It looks at packet headers and control packets only; rows pass unread. It says which bytes may be passed on as they
// are and stops at what somebody must look at. It does not copy, allocate or read.
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_command_phase.html and
// https://mariadb.com/kb/en/result-set-packets/.
type Response struct {
	// Shift is added to the sequence number of every packet that Next passes over, in place: one for each packet that was
	// put in before it (an EOF packet for clients of the old protocol), less one for each that was left out.
	Shift byte
	// Rows counts the rows of the present result set, Columns its columns.
	Rows    uint64
	Columns int
	// StopAtCount makes Next stop at the number of columns, for clients with CapCacheMetadata, whose packet is longer. Set after Reset.
	StopAtCount bool
	// Seq is the sequence number, after Shift, of the last packet that Next passed over or stopped at.
	Seq byte

	shape     Shape
	phase     phase
	left      int  // packets of column definitions that are still to come
	params    int  // while in a prepare answer: 1 if the parameter block is being read
	inPacket  int  // bytes of the current packet that are still to come
	continued bool // the current packet is full: the next one continues it
	columns2  int  // prepare: columns after the parameters
	sawRows   bool // any result set was seen
	control   int  // length with header of the control packet Next stopped at last
}

type phase uint8

const (
	phaseFirst phase = iota
	phaseColumns
	phaseColumnsEnd
	phaseRows
	phaseFields
	phasePrepareDefs
	phasePrepareEnd
	phaseDone
)

// Reset makes r ready for the answer of one command.
func (r *Response) Reset(shape Shape) {
	*r = Response{shape: shape}
	switch shape {
	case ShapeNoAnswer:
		r.phase = phaseDone
	case ShapeFields:
		r.phase = phaseFields
	case ShapeRows:
		r.phase = phaseRows
	}
}

// Done says that the answer is complete.
func (r *Response) Done() bool { return r.phase == phaseDone }

// AtBoundary says whether the last byte that Next passed over ended a packet, so that a packet of our own may follow.
func (r *Response) AtBoundary() bool { return r.inPacket == 0 }

// HadRows says whether a result set (not only OK packets) was part of the answer.
func (r *Response) HadRows() bool { return r.sawRows }

// Next looks at p, which begins where the last call ended, and returns how many bytes of it may be passed on as they are, and the
// event it stopped at. With GotOK, GotErr, GotFile, GotPrepared and GotString the control packet, header included, is p[n:n+Control()]; the
// caller does with it what it likes and begins the next Next after it. With NeedMore,
// p[n:] (at most a small packet) must come again in front of new bytes.
func (r *Response) Next(p []byte) (n int, ev Event, err error) {
	for {
		if r.inPacket > 0 {
			step := min(r.inPacket, len(p)-n)
			n += step
			r.inPacket -= step
			if r.inPacket > 0 {
				return n, NeedMore, nil
			}
		}
		switch r.phase {
		case phaseDone:
			return n, NeedMore, nil
		case phaseColumnsEnd:
			if ready, cursor := cursorOpened(p[n:]); !ready {
				return n, NeedMore, nil
			} else if r.phase = phaseRows; !cursor {
				return n, ColumnsEnd, nil
			}
		case phasePrepareEnd:
			r.endDefinitions()
			return n, DefinitionsOK, nil
		}
		rest := p[n:]
		if len(rest) < HeaderLen {
			return n, NeedMore, nil
		}
		length := int(rest[0]) | int(rest[1])<<8 | int(rest[2])<<16
		if r.continued {
			r.pass(rest, length)
			continue
		}
		if length == 0 { // only the end of a 16 MiB packet may be empty
			return n, NeedMore, ErrMalformed
		}
		if len(rest) == HeaderLen {
			return n, NeedMore, nil // the first byte of the payload decides
		}
		ev, err := r.packet(rest, length)
		if err != nil || ev != NeedMore {
			return n, ev, err
		}
		if r.inPacket == 0 {
			return n, NeedMore, nil // a control packet that is not whole yet
		}
	}
}

// cursorOpened looks at the packet after the column definitions: where a cursor was opened it is a terminator with that flag, and the
// old protocol has one EOF packet in its place instead of two. Not ready: more bytes are needed to tell.
func cursorOpened(rest []byte) (ready, cursor bool) {
	if len(rest) <= HeaderLen {
		return false, false
	}
	length := int(rest[0]) | int(rest[1])<<8 | int(rest[2])<<16
	if rest[HeaderLen] != 0xFE || length == MaxPayload || length == 0 {
		return true, false
	}
	if len(rest) < HeaderLen+length {
		return false, false
	}
	status, ok := okStatus(rest[HeaderLen : HeaderLen+length])
	return true, ok && status&StatusCursorExists != 0
}

// pass lets a packet through unread.
func (r *Response) pass(rest []byte, length int) {
	rest[3] += r.Shift
	r.Seq = rest[3]
	r.continued = length == MaxPayload
	r.inPacket = HeaderLen + length
}

// packet decides about the packet at the front of rest, of which at least one byte of payload is there. It either sets
// inPacket (pass it on), or returns the event of a whole control packet, or neither if more bytes are needed.
func (r *Response) packet(rest []byte, length int) (Event, error) {
	whole := len(rest) >= HeaderLen+length
	first := rest[HeaderLen]
	switch r.phase {
	case phaseRows:
		if (first == 0xFE && length < MaxPayload) || first == 0xFF {
			if !whole {
				return NeedMore, nil
			}
			return r.end(rest[:HeaderLen+length])
		}
		r.Rows++
	case phaseFields:
		if first == 0xFE || first == 0xFF {
			if !whole {
				return NeedMore, nil
			}
			return r.end(rest[:HeaderLen+length])
		}
	case phaseColumns, phasePrepareDefs:
		if length == MaxPayload { // then ColumnsEnd would come before the packet's own end
			return NeedMore, ErrMalformed
		}
		r.left--
		switch {
		case r.left > 0:
		case r.phase == phaseColumns:
			r.phase = phaseColumnsEnd
		default:
			r.phase = phasePrepareEnd
		}
	default:
		if !whole {
			// Only a column count, OK, ERR, file request or prepare answer can stand here, all of them small. An OK
			// packet's trackers may be long, but never a full packet.
			if length == MaxPayload {
				return NeedMore, ErrMalformed
			}
			return NeedMore, nil
		}
		return r.firstPacket(rest[:HeaderLen+length])
	}
	r.pass(rest, length)
	return NeedMore, nil
}

// firstPacket decides what kind of answer (or next result) begins here.
func (r *Response) firstPacket(packet []byte) (Event, error) {
	payload := packet[HeaderLen:]
	switch first := payload[0]; {
	case r.shape == ShapeString && first != 0xFF:
		r.phase = phaseDone
		return r.stop(packet, GotString), nil
	case first == 0xFF, first == 0x00 && r.shape != ShapePrepare, first == 0xFE:
		return r.end(packet)
	case r.shape == ShapePrepare:
		if first != 0 || len(payload) < 12 {
			return NeedMore, ErrMalformed
		}
		r.columns2 = int(payload[5]) | int(payload[6])<<8
		r.left = int(payload[7]) | int(payload[8])<<8
		r.Columns = r.columns2
		r.params = 1
		r.phase = phasePrepareDefs
		if r.left == 0 {
			r.endDefinitions()
		}
		return r.stop(packet, GotPrepared), nil
	case first == 0xFB:
		return r.stop(packet, GotFile), nil
	default:
		count, size := lenenc(payload)
		if size == 0 || count == 0 || count > 1<<16 {
			return NeedMore, ErrMalformed
		}
		r.Columns, r.left, r.Rows, r.sawRows = int(count), int(count), 0, true
		r.phase = phaseColumns
		if r.StopAtCount {
			return r.stop(packet, GotCount), nil
		}
		r.pass(packet, len(payload))
		return NeedMore, nil
	}
}

// endDefinitions goes on after a block of a prepared statement's definitions: from the parameters to the columns, from
// the columns to the end.
func (r *Response) endDefinitions() {
	if r.params == 1 {
		r.params = 0
		if r.left = r.columns2; r.left > 0 {
			r.phase = phasePrepareDefs
			return
		}
	}
	r.phase = phaseDone
}

// end handles an OK or ERR packet that ends a result: the answer is over unless the status says that more results follow.
func (r *Response) end(packet []byte) (Event, error) {
	payload := packet[HeaderLen:]
	if payload[0] == 0xFF {
		if isProgress(payload) {
			r.pass(packet, len(payload))
			return NeedMore, nil
		}
		r.phase = phaseDone
		return r.stop(packet, GotErr), nil
	}
	status, ok := okStatus(payload)
	if !ok {
		return NeedMore, ErrMalformed
	}
	r.phase = phaseDone
	if status&StatusMoreResults != 0 {
		r.phase = phaseFirst
	}
	return r.stop(packet, GotOK), nil
}

func (r *Response) stop(packet []byte, ev Event) Event {
	packet[3] += r.Shift
	r.Seq = packet[3]
	r.control = len(packet)
	return ev
}

// Control is the length, header included, of the control packet that Next stopped at.
func (r *Response) Control() int { return r.control }

// isProgress recognises a MariaDB server's report on a long statement, to a client with CapProgress: an ERR packet with number 65535 that ends
// nothing (https://mariadb.com/kb/en/err_packet/).
func isProgress(payload []byte) bool {
	return len(payload) > 3 && payload[1] == 0xFF && payload[2] == 0xFF
}

// okStatus finds the status flags of an OK packet, or of an EOF packet of the old protocol (five bytes).
func okStatus(payload []byte) (Status, bool) {
	if payload[0] == 0xFE && len(payload) == 5 {
		return Status(payload[3]) | Status(payload[4])<<8, true
	}
	at := 1
	for range 2 { // affected rows, last insert id
		if at >= len(payload) {
			return 0, false
		}
		_, size := lenenc(payload[at:])
		if size == 0 {
			return 0, false
		}
		at += size
	}
	if at+2 > len(payload) {
		return 0, false
	}
	return Status(payload[at]) | Status(payload[at+1])<<8, true
}

// lenenc reads a length-encoded integer; size 0 means that it is not there or not whole.
func lenenc(p []byte) (v uint64, size int) {
	if len(p) == 0 {
		return 0, 0
	}
	switch p[0] {
	case 0xFC:
		size = 3
	case 0xFD:
		size = 4
	case 0xFE:
		size = 9
	case 0xFB, 0xFF:
		return 0, 0
	default:
		return uint64(p[0]), 1
	}
	if len(p) < size {
		return 0, 0
	}
	for i := size - 1; i > 0; i-- {
		v = v<<8 | uint64(p[i])
	}
	return v, size
}
