package mysql

// naive reads an answer the simple way: it cuts packet after packet off a stream that is there as a whole, and follows the protocol's description. It is
// slow and needs everything at once, which is why shunt has Response. It gives up at a packet of 16 MiB.
type naive struct {
	stream      []byte
	shape       Shape
	stopAtCount bool

	at      int
	seen    []sight
	state   outcome
	rows    uint64
	columns int
}

// packet gives the next packet's payload and passes over it. Not ok: the stream is cut, or the packet is empty, or one
// of 16 MiB.
func (r *naive) packet() (payload []byte, ok bool) {
	rest := r.stream[r.at:]
	if len(rest) < HeaderLen {
		return nil, false
	}
	length, _ := Header(rest)
	if length == MaxPayload {
		r.state = untold
		return nil, false
	}
	if length == 0 {
		r.state = refused
		return nil, false
	}
	if len(rest) < HeaderLen+length {
		return nil, false
	}
	r.at += HeaderLen + length
	return rest[HeaderLen : HeaderLen+length], true
}

func (r *naive) see(ev Event) { r.seen = append(r.seen, sight{ev, r.rows, r.columns}) }

// answer reads all of it.
func (r *naive) answer() {
	switch r.shape {
	case ShapeNoAnswer:
		r.state = answered
	case ShapeFields:
		r.upToEnd(false)
	case ShapeRows:
		r.upToEnd(true)
	default:
		r.result()
	}
}

// result reads a result, and those that follow it.
func (r *naive) result() {
	payload, ok := r.packet()
	if !ok {
		return
	}
	switch first := payload[0]; {
	case r.shape == ShapeString && first != HeaderErr:
		r.see(GotString)
		r.state = answered
	case first == HeaderErr, first == HeaderEOF, first == HeaderOK && r.shape != ShapePrepare:
		if !r.ends(payload) {
			r.result()
		}
	case r.shape == ShapePrepare:
		r.prepared(payload)
	case first == HeaderLocalInfile:
		r.see(GotFile)
		r.result()
	default:
		r.resultSet(payload)
	}
}

// ends reads an OK, EOF or ERR packet, and says whether the answer is over with it.
func (r *naive) ends(payload []byte) bool {
	if payload[0] == HeaderErr {
		if len(payload) > 3 && payload[1] == 0xff && payload[2] == 0xff {
			return false // a report of progress, which is no end of anything
		}
		r.see(GotErr)
		r.state = answered
		return true
	}
	d := NewDecoder(payload)
	d.Skip(1)
	if len(payload) == 5 && payload[0] == HeaderEOF {
		d.Skip(2)
	} else {
		d.LenencInt()
		d.LenencInt()
	}
	status := Status(d.Uint16())
	if d.Err() != nil {
		r.state = refused
		return true
	}
	r.see(GotOK)
	if status.Has(StatusMoreResults) {
		return false
	}
	r.state = answered
	return true
}

// resultSet reads columns and rows.
func (r *naive) resultSet(head []byte) {
	d := NewDecoder(head)
	count := d.LenencInt()
	if d.Err() != nil || count == 0 || count > 1<<16 {
		r.state = refused
		return
	}
	r.columns, r.rows = int(count), 0
	if r.stopAtCount {
		r.see(GotCount)
	}
	if !r.definitions(r.columns) {
		return
	}
	next := r.stream[r.at:]
	if len(next) <= HeaderLen {
		return // what follows decides whether this is the end of the definitions or a cursor's
	}
	if length, _ := Header(next); length > 0 && length < MaxPayload && next[HeaderLen] == HeaderEOF {
		if len(next) < HeaderLen+length {
			return
		}
		if status, ok := okStatus(next[HeaderLen : HeaderLen+length]); ok && status.Has(StatusCursorExists) {
			r.upToEnd(true)
			return
		}
	}
	r.see(ColumnsEnd)
	r.upToEnd(true)
}

func (r *naive) definitions(count int) bool {
	for range count {
		if _, ok := r.packet(); !ok {
			return false
		}
	}
	return true
}

// upToEnd reads rows, or column definitions, up to what ends them, and the results behind.
func (r *naive) upToEnd(rows bool) {
	for {
		payload, ok := r.packet()
		if !ok {
			return
		}
		if payload[0] != HeaderEOF && payload[0] != HeaderErr {
			if rows {
				r.rows++
			}
			continue
		}
		before := len(r.seen)
		if r.ends(payload) {
			return
		}
		if len(r.seen) > before { // not a report of progress
			r.result()
			return
		}
	}
}

// prepared reads the answer to COM_STMT_PREPARE.
func (r *naive) prepared(head []byte) {
	d := NewDecoder(head)
	d.Skip(5)
	columns, params := int(d.Uint16()), int(d.Uint16())
	if d.Skip(3); d.Err() != nil || head[0] != HeaderOK {
		r.state = refused
		return
	}
	r.columns = columns
	r.see(GotPrepared)
	for _, count := range []int{params, columns} {
		if count == 0 {
			continue
		}
		if !r.definitions(count) {
			return
		}
		r.see(DefinitionsOK)
	}
	r.state = answered
}
