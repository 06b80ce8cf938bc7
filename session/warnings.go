package session

import "shunt/mysql"

// Warnings is the diagnostics area as far as it outlives the connection: how many there are, and, once the connection had to
// go, the rows themselves.
type Warnings struct {
	Count uint16
	// Saved holds what SHOW WARNINGS gave on the connection before it went back: Level, Code, Message. nil if nothing was saved.
	Saved []mysql.Row
	// FoundRows was saved as well (the last SELECT had SQL_CALC_FOUND_ROWS).
	HasFoundRows bool
}

// MessageLength is how long a warning's text may be, in characters.
const MessageLength = 512

// MaxWarnings bounds how many warnings are kept when a connection goes back.
const MaxWarnings = 64

func (w *Warnings) count(n uint16) { *w = Warnings{Count: n} }

// Warnings is the diagnostics area of the last statement that was not a diagnostic one itself.
func (s *Session) Warnings() *Warnings { return &s.warnings }

// SaveWarnings keeps what SHOW WARNINGS gave, since the connection that knows it goes back.
func (s *Session) SaveWarnings(rows []mysql.Row) { s.warnings.Saved = rows }

// SaveFoundRows keeps what FOUND_ROWS() gave on the connection.
func (s *Session) SaveFoundRows(n int64) { s.foundRows = n; s.warnings.HasFoundRows = true }

// Linger says that the connection should be kept for a moment because the next statement may ask about the last one: it
// gave warnings, or counted rows past its LIMIT.
func (s *Session) Linger() bool { return s.pins.set == PinDiagnostics }

// DropLinger ends that pin.
func (s *Session) DropLinger() {
	s.pins.drop(PinDiagnostics)
	s.refresh()
}
