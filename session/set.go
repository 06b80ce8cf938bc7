package session

import (
	"slices"
	"strings"

	"shunt/statement"
)

// applySet records a SET that succeeded. System variables come from the server's trackers, which know what an expression
// gave; user variables are not tracked by any server: literals are kept as they are written, the rest is read back.
func (s *Session) applySet(st *statement.Statement) {
	names := setsNames(st)
	for i := range st.Set {
		a := &st.Set[i]
		s.setResults(a)
		switch a.Scope {
		case statement.UserScope:
			s.setUserVar(a, names)
		case statement.RoleScope:
			s.setRole(a.Value)
		case statement.SessionScope:
			s.untracked(a)
		}
	}
}

// What is carried over of user variables. A session with more keeps its connection.
const (
	MaxUserVars  = 64        // variables
	MaxUserVar   = 64 << 10  // bytes of one
	MaxUserBytes = 256 << 10 // bytes of the literals of all
)

// Fits says whether what a SET assigns can be carried to other connections, as far as its text tells, so that it may run anywhere. What does not fit pins the
// session, which must not happen on a replica.
func (f *Facts) Fits(st *statement.Statement) bool {
	count, bytes := f.UserVars, f.UserBytes
	for i := range st.Set {
		switch a := &st.Set[i]; a.Scope {
		case statement.UserScope:
			count++
			bytes += len(a.Name) + literalSize(len(a.Value))
			if !isASCII(a.Name) || len(a.Value) > MaxUserVar {
				return false
			}
		case statement.RoleScope:
			if !sameAnywhere(a.Value) {
				return false
			}
		}
	}
	return count <= MaxUserVars && bytes <= MaxUserBytes
}

// literalSize is how long the literal of a value may be: its bytes in hexadecimal, with character set and collation.
func literalSize(bytes int) int { return 2*bytes + 100 }

// TooLong is how many characters of a value have to be read back to know that it is too long to be carried.
const TooLong = MaxUserVar + 100

// keepUserVar puts a value into the state, if it can be carried.
func (s *Session) keepUserVar(name, literal string) {
	if !isASCII(name) {
		s.leave("a user variable whose name another character set reads differently")
		return
	}
	if len(literal) > literalSize(MaxUserVar) || s.state.bytes+len(literal) > MaxUserBytes {
		s.leave("more user variables than are carried over")
		return
	}
	if s.state = s.state.withUser(name, literal); len(s.unread)+len(s.state.User) > MaxUserVars {
		s.leave("more user variables than are carried over")
	}
}

// setRole keeps the role for other connections, unless its text means something else under another character set or sql_mode. SET ROLE DEFAULT is what
// login gives.
func (s *Session) setRole(text string) {
	if !sameAnywhere(text) {
		s.leave("a role whose name is not plain")
		return
	}
	if strings.EqualFold(text, "default") {
		text = ""
	}
	s.state = s.state.withRole(text)
}

// setUserVar keeps what a literal means, so that it means the same on another connection, under another sql_mode and with other character sets. NULL
// leaves a variable the type that it has, so only the connection knows that one.
func (s *Session) setUserVar(a *statement.Assignment, names bool) {
	value, ok := "", a.Literal && !s.ending.list
	if ok {
		value, ok = s.portable(a.Value, names)
	}
	if strings.EqualFold(value, "null") {
		_, known := s.state.UserVar(a.Name)
		value, ok = NullText, !known && !slices.Contains(s.unread, a.Name)
	}
	if !ok {
		s.unreadVar(a.Name)
		return
	}
	s.keepUserVar(a.Name, value)
}

// portable writes a literal so that it means the same anywhere: numbers and words as they are, a plain string with its collation, which is the one of before the
// statement; names: the statement sets that, too.
func (s *Session) portable(value string, names bool) (string, bool) {
	if !isASCII(value) || strings.ContainsAny(value, `\"`) {
		return "", false
	}
	text, quoted := strings.CutPrefix(value, "'")
	if !quoted {
		return value, !strings.ContainsAny(value, "nN'") || strings.EqualFold(value, "null") || isHex(value)
	}
	collation, _ := s.state.Var("collation_connection")
	collation = strings.Trim(collation, "'")
	charset, _, _ := strings.Cut(collation, "_")
	if names || collation == "" || strings.HasPrefix(charset, "u") && !strings.HasPrefix(charset, "utf8") { // the others take several bytes for a letter
		return "", false
	}
	text = strings.ReplaceAll(strings.TrimSuffix(text, "'"), "''", "'")
	if charset == "binary" {
		return Hex([]byte(text)), true
	}
	return "_" + charset + " " + Hex([]byte(text)) + " COLLATE " + collation, true
}

// isHex recognises x'…', 0x…, b'…' and 0b….
func isHex(value string) bool {
	return len(value) > 1 && (strings.ContainsRune("xXbB", rune(value[0])) || value[0] == '0' && strings.ContainsRune("xXbB", rune(value[1])))
}

// setsNames says whether a SET changes what the strings in it mean.
func setsNames(st *statement.Statement) bool {
	return slices.ContainsFunc(st.Set, func(a statement.Assignment) bool {
		return a.Scope == statement.NamesScope || strings.HasPrefix(a.Name, "character_set_") || strings.HasPrefix(a.Name, "collation_")
	})
}

// NullText is a NULL with the type of a variable that nobody has set.
const NullText = "CAST(NULL AS BINARY)"

// SetUserVars records values that were read back; each is a SQL literal. What is too large to be carried pins the session.
func (s *Session) SetUserVars(values []Setting) {
	for _, v := range values {
		s.keepUserVar(v.Name, v.Value)
	}
	s.unread = nil
	s.refresh()
}

// sameAnywhere says whether SQL text means the same under every character set and sql_mode.
func sameAnywhere(text string) bool { return isASCII(text) && !strings.ContainsAny(text, `\"`) }

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
