package session

import (
	"slices"

	"shunt/statement"
)

// untracked notes a variable that a SET has assigned and no session tracker has named. MariaDB reports SET x and SET SESSION x, but not SET @@x
// (10.11; the form is a default scope of its own there).
func (s *Session) untracked(a *statement.Assignment) {
	if unrestorable[a.Name] || isTracker(a.Name) || slices.Contains(s.ending.tracked, a.Name) {
		return
	}
	s.ending.ask(a.Name)
	s.ending.varsChanged = true
}

// ask notes a variable whose value only the connection knows.
func (o *outcome) ask(name string) {
	if !slices.Contains(o.untracked, name) {
		o.untracked = append(o.untracked, name)
	}
}

// doubts says whether a tracker is not to be believed. MariaDB tells the values of SET STATEMENT, but not that they are taken back (10.11); and a routine may
// hold one. Where it is not certain that the value has gone, the connection is asked.
func (o *outcome) doubts(name string) bool {
	switch st := o.st; {
	case o.list:
		if !slices.ContainsFunc(st.List, mayHold) {
			return false
		}
	case st.Kind == statement.Set:
		return false
	case slices.Contains(st.For, name):
		return true
	}
	o.ask(name)
	return true
}

// late says whether a tracker tells no change: MariaDB tells that SET STATEMENT has put a value back with the next SET, whatever that is about (10.11).
func (o *outcome) late(name, value string, s *State) bool {
	known, ok := s.Var(name)
	return ok && !o.list && o.st.Kind == statement.Set && known == Literal(name, value) && !slices.ContainsFunc(o.st.Set, func(a statement.Assignment) bool {
		return a.Name == name || a.Scope == statement.NamesScope
	})
}

// mayHold says whether a statement may give variables a value that they have for its own time only.
func mayHold(st *statement.Statement) bool {
	return len(st.For) > 0 || len(st.Functions) > 0 || mayHaveTaken(st)
}

// SetVars takes the values of variables that only the connection knew, as SELECT gives them.
func (s *Session) SetVars(values []Setting) {
	for _, v := range values {
		s.state = s.state.withVar(v.Name, Literal(v.Name, v.Value))
		if v.Name == "character_set_results" {
			s.state = s.state.withResults("")
		}
	}
	s.refresh()
}
