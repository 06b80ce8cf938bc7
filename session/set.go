package session

import (
	"strings"

	"shunt/statement"
)

// applySet records a SET that succeeded. System variables come from the server's trackers, which know what an expression
// gave; user variables are not tracked by any server: literals are kept as they are written, the rest is read back.
func (s *Session) applySet(st *statement.Statement) {
	for i := range st.Set {
		a := &st.Set[i]
		switch a.Scope {
		case statement.UserScope:
			if a.Literal && isASCII(a.Value) && !s.ending.list { // other text means something else under another character set
				s.state = s.state.withUser(strings.ToLower(a.Name), a.Value)
			} else {
				s.unreadVar(strings.ToLower(a.Name))
			}
		case statement.RoleScope:
			s.setRole(a.Value)
		case statement.SessionScope:
			if a.Name == "timestamp" {
				s.setTimestamp(a)
			}
			s.untracked(a)
		}
	}
	if len(s.state.User) > MaxUserVars {
		s.leave("more user variables than are carried over")
	}
}

// MaxUserVars bounds how many user variables a session's State carries; a session with more is pinned.
const MaxUserVars = 64

// setRole keeps the role for other connections. SET ROLE DEFAULT is what login gives.
func (s *Session) setRole(text string) {
	if strings.EqualFold(text, "default") {
		text = ""
	}
	s.state = s.state.withRole(text)
}

// setTimestamp keeps the pin for more than one statement: until the clock is put back.
func (s *Session) setTimestamp(a *statement.Assignment) {
	s.pins.timestamp = !isClock(a.Value)
	if !s.pins.timestamp {
		s.pins.drop(PinOneShot)
	}
}

func isClock(value string) bool { return strings.EqualFold(value, "default") || value == "0" }

// restoresTimestamp says whether all that a SET does is to put the clock back.
func restoresTimestamp(st *statement.Statement) bool {
	for i := range st.Set {
		if st.Set[i].Name != "timestamp" || !isClock(st.Set[i].Value) {
			return false
		}
	}
	return len(st.Set) > 0
}

// SetUserVars records values that were read back; each is a SQL literal.
func (s *Session) SetUserVars(values []Setting) {
	for _, v := range values {
		s.state = s.state.withUser(v.Name, v.Value)
	}
	s.unread = nil
	s.refresh()
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
