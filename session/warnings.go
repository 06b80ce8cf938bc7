package session

import (
	"shunt/mysql"
	"shunt/statement"
)

// Warnings is the diagnostics area as far as it outlives the connection: how many there are, and, once the connection had to
// go, the rows themselves.
type Warnings struct {
	Count uint16
	// Saved holds what SHOW WARNINGS gave on the connection before it went back: Level, Code, Message. nil if nothing was saved.
	Saved []mysql.Row
}

// MessageLength is how long a warning's text may be, in characters.
const MessageLength = 512

// MaxWarnings bounds how many warnings are kept when a connection goes back.
const MaxWarnings = 64

// Warnings is the diagnostics area of the last statement that was not a diagnostic one itself.
func (s *Session) Warnings() *Warnings { return &s.warnings }

// SaveWarnings keeps what SHOW WARNINGS gave, since the connection that knows it goes back. The rows are the session's from then on.
func (s *Session) SaveWarnings(rows []mysql.Row) {
	s.warnings.Saved = rows
	s.here &^= statement.UsesDiagnostics
	if len(rows) < MaxWarnings {
		s.warnings.Count = uint16(len(rows)) // an error is counted as one, but warnings may have come before it
	}
	s.refresh()
}

// SaveFoundRows keeps what FOUND_ROWS() gave on the connection.
func (s *Session) SaveFoundRows(n int64) {
	s.foundRows, s.foundHidden = n, false
	s.refresh()
}

// Debt is what a connection has to be asked before it goes back, since nobody else knows it.
type Debt uint8

// The debts, in the order in which they are asked: each question leaves alone what the later ones ask for.
const (
	OwesWarnings  Debt = 1 << iota // SHOW WARNINGS, see SaveWarnings
	OwesFoundRows                  // FOUND_ROWS(), see SaveFoundRows
	OwesInsertID                   // LAST_INSERT_ID(), which is made 0 then, see SetInsertID
	OwesVars                       // the variables of Unread, see SetUserVars
)

// Has says whether a debt is among them.
func (d Debt) Has(one Debt) bool { return d&one != 0 }

// Owed tells what the connection in use has to be asked before it goes back. next is the statement that the session goes on with elsewhere: what that is
// about to overwrite nobody asks for; nil if nothing came for a while.
func (s *Session) Owed(next *statement.Statement) Debt {
	var d Debt
	if s.warnings.Count > 0 && s.warnings.Saved == nil && (next == nil || !ClearsWarnings(s.flavor, next)) {
		d |= OwesWarnings
	}
	if s.foundHidden && (next == nil || !mayCountRows(next)) {
		d |= OwesFoundRows
	}
	if s.insertUnsure || s.insertSet {
		d |= OwesInsertID
	}
	if len(s.unread) > 0 {
		d |= OwesVars
	}
	return d
}

// mayCountRows says whether a statement is about to set FOUND_ROWS().
func mayCountRows(st *statement.Statement) bool {
	return countsRows(st, true) || st.Effects.Any(statement.HidesFoundRows|statement.CalcFoundRows)
}

// Unread are the user variables that the connection in use has to be asked for, for [Session.SetUserVars].
func (s *Session) Unread() []string { return s.unread }

// worthKeeping says that the next statement may ask what only this connection knows.
func (s *Session) worthKeeping() bool {
	return s.warnings.Count > 0 && s.warnings.Saved == nil || s.foundHidden || s.rowCount > 1 || s.ending.st.Effects.Has(statement.TakesSequence)
}

// Stains says that the connection in use has warnings, so that whoever gets it next has to clear them.
func (s *Session) Stains() bool { return s.warnings.Count > 0 && s.here&statement.UsesDiagnostics != 0 }

// Linger says that the connection should be kept for a moment because the next statement may ask about the last one: it gave warnings, or wrote
// several rows, or took from a sequence, or FOUND_ROWS() does not follow from its answer.
func (s *Session) Linger() bool { return s.pins.set == PinDiagnostics }

// DropLinger ends that pin.
func (s *Session) DropLinger() {
	s.pins.drop(PinDiagnostics)
	s.refresh()
}
