package session

import (
	"shunt/mysql"
	"shunt/statement"
)

// endTransaction sets the transaction pin from the server's status: open, or autocommit off and anything ran that may have
// opened one (a SELECT does, and the flag says so only once a table was touched).
func (s *Session) endTransaction(st *statement.Statement) {
	switch {
	case s.status&mysql.StatusInTrans != 0:
		s.pins.add(PinTransaction)
	case s.status&mysql.StatusAutocommit == 0 && !endsTransaction(st) && !onlySets(st):
		s.pins.add(PinTransaction)
	default:
		s.pins.drop(PinTransaction)
		s.endBranch()
	}
}

// statusUnsure says whether an error may have ended the transaction: it is one that rolls back, or the statement commits before it does anything else,
// or runs others.
func (s *Session) statusUnsure(st *statement.Statement) bool {
	if !s.ending.failed || s.status&mysql.StatusInTrans == 0 {
		return false
	}
	return s.ending.rolledBack || st.Effects.Any(statement.ImplicitCommit|statement.TxEnd|statement.TxBegin) || mayHaveTaken(st)
}

// EndReadOnly notes that the proxy has ended the session's READ ONLY transaction. What else kept the connection has to be asked for by now.
func (s *Session) EndReadOnly() {
	s.status &^= mysql.StatusInTrans | mysql.StatusInTransReadonly
	s.pins.drop(PinTransaction | PinDiagnostics)
	s.noBranches()
	s.refresh()
}

// InReadOnly says whether all that keeps the session where it is is a READ ONLY transaction.
func (s *Session) InReadOnly() bool {
	return s.status&mysql.StatusInTransReadonly != 0 && s.pins.set&^PinDiagnostics == PinTransaction
}

// SetStatus takes the server's status flags, which an error did not tell.
func (s *Session) SetStatus(status mysql.Status) {
	s.status = status
	s.endTransaction(s.ending.st)
	s.refresh()
}

func endsTransaction(st *statement.Statement) bool {
	return st.Effects.Any(statement.TxEnd | statement.ImplicitCommit)
}

func onlySets(st *statement.Statement) bool {
	return st.Kind == statement.Set || st.Kind == statement.Use || st.Kind == statement.Empty
}

// unexplained pins when the server reports changed state that nothing in the text accounts for: a routine that sets a user
// variable or makes a temporary table.
func (s *Session) unexplained(st *statement.Statement, done *Done) {
	if !s.ending.stateChanged || s.ending.varsChanged {
		return
	}
	switch st.Kind {
	case statement.Call, statement.Do, statement.Select, statement.Insert, statement.Update, statement.Delete, statement.Replace, statement.Load:
		if st.Effects.Any(statement.AssignsVar) || st.Effects.Has(statement.GetsLock) {
			return
		}
		s.leave("state changed inside a routine")
	case statement.Multi:
		if !explained(st.List) {
			s.leave("state changed by a list of statements")
		}
	case statement.Execute:
		s.leave("state changed by a statement prepared by name")
	}
}

// builtIn are functions that are not pure and yet no stored functions: what they change is told by the effects of the statement.
var builtIn = map[string]bool{
	"get_lock": true, "release_lock": true, "release_all_locks": true, "is_free_lock": true, "is_used_lock": true, "last_insert_id": true, "found_rows": true,
	"row_count": true, "connection_id": true,
}

// explained says whether a list changes state in a way that its text tells, and none of its statements may do so in another way.
func explained(list []*statement.Statement) bool {
	tells := false
	for _, st := range list {
		switch st.Kind {
		case statement.Call, statement.Execute, statement.Unknown:
			return false
		case statement.Set, statement.Use, statement.Prepare, statement.Deallocate, statement.Begin, statement.DDL, statement.Diagnostics:
			tells = true
		}
		for _, f := range st.Functions {
			if !builtIn[f] {
				return false // a stored function, perhaps
			}
		}
		tells = tells || st.Effects.Any(statement.AssignsVar|statement.GetsLock)
	}
	return tells
}
