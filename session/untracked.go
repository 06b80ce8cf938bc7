package session

import (
	"slices"

	"shunt/statement"
)

// untracked notes a variable that a SET has assigned and no session tracker has named. MariaDB reports SET x and SET SESSION x, but not SET @@x
// (10.11; the form is a default scope of its own there).
func (s *Session) untracked(a *statement.Assignment) {
	if unrestorable[a.Name] || isTracker(a.Name) || slices.Contains(s.ending.tracked, a.Name) || slices.Contains(s.ending.untracked, a.Name) {
		return
	}
	s.ending.untracked = append(s.ending.untracked, a.Name)
	s.ending.varsChanged = true
}

// SetVars takes the values of variables that only the connection knew, as SELECT gives them.
func (s *Session) SetVars(values []Setting) {
	for _, v := range values {
		s.state = s.state.withVar(v.Name, Literal(v.Name, v.Value))
	}
	s.refresh()
}
