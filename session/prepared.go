package session

import (
	"strings"

	"shunt/statement"
)

// Stmt is a statement that the client has prepared through the binary protocol. Its id is the session's own; each server
// connection that runs it prepares it under an id of its own.
type Stmt struct {
	ID        uint32
	Text      string
	Mode      statement.Mode // under which Text was read
	Statement *statement.Statement
	Hint      statement.Hint
	Params    int
	Columns   int

	// Definitions is a sum of the column definitions that the client got last, if it keeps them; 0 for none.
	Definitions uint64

	// Types is the block of parameter types that the client sent last (two bytes each, with a name behind each where query attributes are on). An EXECUTE without types
	// (new_params_bind_flag 0) means these, also on a connection that has not seen them.
	Types []byte
	Typed int // how many parameters Types is for
	// Long holds COM_STMT_SEND_LONG_DATA by parameter until the next EXECUTE or RESET; LongBytes is its size.
	Long      map[uint16][]byte
	LongBytes int
	// LongTooBig: more was sent than is buffered, EXECUTE fails.
	LongTooBig bool
}

// Statements are a session's prepared statements.
type Statements struct {
	// Latest is what was prepared last, if that went well and it is still there; MariaDB's id -1 means it.
	Latest *Stmt

	byID map[uint32]*Stmt
	last uint32
}

// Stmts are the session's prepared statements.
func (s *Session) Stmts() *Statements { return &s.stmts }

// Add gives a prepared statement its id. Ids are not used again before they wrap.
func (l *Statements) Add(st *Stmt) {
	if l.byID == nil {
		l.byID = map[uint32]*Stmt{}
	}
	for {
		l.last++
		if l.last == 0 || l.last == 1<<32-1 { // 0 means none, -1 the last prepared one in MariaDB's direct execution
			l.last = 1
		}
		if _, taken := l.byID[l.last]; !taken {
			break
		}
	}
	st.ID = l.last
	l.byID[st.ID], l.Latest = st, st
}

// Get finds a prepared statement; nil if there is none of that id.
func (l *Statements) Get(id uint32) *Stmt { return l.byID[id] }

// Remove forgets a prepared statement.
func (l *Statements) Remove(id uint32) {
	if l.Latest != nil && l.Latest.ID == id {
		l.Latest = nil
	}
	delete(l.byID, id)
}

// Len is how many there are.
func (l *Statements) Len() int { return len(l.byID) }

// KeepTypes copies the types of n parameters, if they are not those that are kept already.
func (st *Stmt) KeepTypes(types []byte, n int) {
	if string(types) != string(st.Types) {
		st.Types, st.Typed = append([]byte(nil), types...), n
	}
}

// AddLong appends a piece of a long parameter; pieces beyond limit bytes in all mark the statement instead.
func (st *Stmt) AddLong(param uint16, data []byte, limit int) {
	if st.LongBytes+len(data) > limit {
		st.LongTooBig, st.Long, st.LongBytes = true, nil, 0
		return
	}
	if st.Long == nil {
		st.Long = map[uint16][]byte{}
	}
	st.Long[param] = append(st.Long[param], data...)
	st.LongBytes += len(data)
}

// ClearLong forgets long parameters, after EXECUTE and at COM_STMT_RESET.
func (st *Stmt) ClearLong() { st.Long, st.LongBytes, st.LongTooBig = nil, 0, false }

// KeepHint copies a hint whose strings may share memory with the text it was found in.
func KeepHint(h statement.Hint) statement.Hint {
	h.Consistency, h.After = strings.Clone(h.Consistency), strings.Clone(h.After)
	h.Traceparent, h.Request, h.Bad = strings.Clone(h.Traceparent), strings.Clone(h.Request), strings.Clone(h.Bad)
	return h
}

// EndPrepare takes the answer to COM_STMT_PREPARE. Of one that went well nothing is left; an error may be asked about as that of any statement.
func (s *Session) EndPrepare() {
	if s.ending.failed && s.pins.set == 0 && s.worthKeeping() {
		s.pins.add(PinDiagnostics)
	}
	s.refresh()
}

// OpenCursor notes that an execution opened a cursor: its rows are on this connection.
func (s *Session) OpenCursor(id uint32) {
	s.cursor = id
	s.foundHidden = true // its rows are not counted yet
	s.pins.add(PinCursor)
	s.refresh()
}

// CursorOf is the id of the statement whose cursor is open; 0 if none is.
func (s *Session) CursorOf() uint32 { return s.cursor }

// CloseCursor ends that pin. The server's answer to that sets ROW_COUNT(), which no client sees of its own server.
func (s *Session) CloseCursor() {
	s.cursor = 0
	s.pins.drop(PinCursor)
	s.here &^= statement.UsesRowCount
	if s.pins.set == 0 && (s.worthKeeping() || s.insertUnsure) {
		s.pins.add(PinDiagnostics)
	}
	s.refresh()
}

// AnsiQuotes says whether sql_mode has ANSI_QUOTES, as far as the session has set it.
func (s *Session) AnsiQuotes() bool { return s.state.ansi }
