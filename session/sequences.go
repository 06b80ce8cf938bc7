package session

import (
	"slices"
	"strings"

	"shunt/statement"
)

// sequences is what a session has taken from sequences (MariaDB). LASTVAL() is of the connection on which NEXTVAL() has run, and nothing gives it to
// another: so the session keeps that connection, but only if it asks. Most never do, since NEXTVAL() has told them.
type sequences struct {
	here map[string]bool // names that statements with NEXTVAL() have written on the connection in use: its sequence, perhaps others
	gone map[string]bool // … on connections that have gone back
	asks bool            // LASTVAL() was called, so the connection is kept as soon as there is something to ask
}

// maxSequences bounds the names that are remembered of a session. With more it keeps its connection.
const maxSequences = 64

// noteSequences takes in what a statement has taken from sequences, and whether it asks about them.
func (s *Session) noteSequences(st *statement.Statement) {
	q := &s.sequences
	unnamed := false
	switch {
	case st.Effects.Has(statement.TakesSequence):
		unnamed = !q.take(st, s.state.Schema)
	case !st.Effects.Has(statement.AsksSequence):
		return
	}
	q.asks = q.asks || st.Effects.Has(statement.AsksSequence)
	if unnamed || q.asks && len(q.here) > 0 || len(q.here)+len(q.gone) > maxSequences {
		s.pins.add(PinSequence)
	}
}

// take remembers the sequences of a statement. It says no if the text does not name them as tables (s.nextval, in sql_mode ORACLE).
func (q *sequences) take(st *statement.Statement, schema string) (named bool) {
	for i := range st.Tables {
		if !st.Tables[i].Write {
			continue
		}
		if q.here == nil {
			q.here = map[string]bool{}
		}
		name := sequenceName(&st.Tables[i], schema)
		q.here[name], named = true, true
		delete(q.gone, name)
	}
	return named
}

// leave notes that the connection in use goes back.
func (q *sequences) leave() {
	if len(q.here) == 0 {
		return
	}
	if q.gone == nil {
		q.gone = map[string]bool{}
	}
	for name := range q.here {
		q.gone[name] = true
	}
	clear(q.here)
}

// sequenceName tells sequences apart, as far as servers do that ignore case.
func sequenceName(t *statement.Table, schema string) string {
	if t.Schema != "" {
		schema = t.Schema
	}
	return strings.ToLower(schema + "." + t.Name)
}

// AskSequences notes that the session asks for LASTVAL(): from now on it keeps a connection on which it calls NEXTVAL().
func (s *Session) AskSequences() { s.sequences.asks = true }

// SequenceGone says whether a statement asks for the LASTVAL() of a sequence that the session has taken from on a connection that has gone back.
func (f *Facts) SequenceGone(st *statement.Statement) bool {
	q := f.sequences
	if !st.Effects.Has(statement.AsksSequence) || st.Effects.Has(statement.TakesSequence) || q == nil || len(q.gone) == 0 {
		return false
	}
	if len(st.Tables) == 0 {
		return true // s.currval, which is not named as a table
	}
	return slices.ContainsFunc(st.Tables, func(t statement.Table) bool { return q.gone[sequenceName(&t, f.Schema)] })
}
