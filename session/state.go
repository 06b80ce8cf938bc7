package session

import (
	"encoding/hex"
	"hash/maphash"
	"sort"
	"strings"
)

// Setting is a variable and its value as a SQL literal, ready to stand behind "name=".
type Setting struct{ Name, Value string }

// State is all of a session that can be put on another connection: the default database, system variables that differ from
// the server's defaults, user variables, the role. It is immutable; a change makes a new one, so connections can remember
// which State they carry by pointer.
type State struct {
	Schema string
	Role   string    // SQL text behind SET ROLE, empty if the session set none
	Vars   []Setting // system variables, sorted by name
	User   []Setting // user variables, without @, sorted by name
	// results is the collation that column definitions show for texts, where it is not the default one of character_set_results: only a login and
	// SET NAMES … COLLATE give that variable one.
	results string
	print   uint64
	parse   uint64
	ansi    bool // sql_mode has ANSI_QUOTES
	bytes   int  // how long the names and literals of all user variables are
	// stained: the connection that carries this has warnings that nobody is to see.
	stained bool
}

var printSeed = maphash.MakeSeed() // fixed once made: fingerprints are compared inside one process only

// Fingerprint is equal for states with equal content, and different for others but for one in 2^64. It is never 0, which
// stands for a connection as it comes from login.
func (s *State) Fingerprint() uint64 { return s.print }

// PrepareContext is a fingerprint of what a server reads into a statement when it is prepared: sessions that differ in it cannot share
// a prepared statement.
func (s *State) PrepareContext() uint64 { return s.parse }

var readAtPrepare = map[string]bool{"sql_mode": true, "character_set_client": true, "collation_connection": true, "character_set_results": true}

// Stained is the state of a connection that carries s and has warnings left over.
func (s *State) Stained() *State {
	c := *s
	c.stained = true
	return &c
}

// Equal compares contents.
func (s *State) Equal(o *State) bool {
	if s == o {
		return true
	}
	return o != nil && s.print == o.print && s.Schema == o.Schema && s.Role == o.Role && s.results == o.results &&
		equalSettings(s.Vars, o.Vars) && equalSettings(s.User, o.User)
}

// Serves says that a connection that carries s needs nothing to be one that carries o. s may be nil: nothing is known of it.
func (s *State) Serves(o *State) bool { return s != nil && !s.stained && s.Equal(o) }

func equalSettings(a, b []Setting) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// seal computes the fingerprint; the State is immutable from then on.
func (s *State) seal() *State {
	var h maphash.Hash
	h.SetSeed(printSeed)
	put := func(t string) { h.WriteString(t); h.WriteByte(0) }
	put(s.Schema)
	put(s.Role)
	put(s.results)
	for _, v := range s.Vars {
		put(v.Name)
		put(v.Value)
	}
	h.WriteByte(1)
	s.bytes = 0
	for _, v := range s.User {
		put(v.Name)
		put(v.Value)
		s.bytes += len(v.Name) + len(v.Value)
	}
	s.print = h.Sum64() | 1
	h.Reset()
	put(s.Schema)
	put(s.results)
	for _, v := range s.Vars {
		if readAtPrepare[v.Name] {
			put(v.Name)
			put(v.Value)
		}
	}
	s.parse = h.Sum64()
	mode, _ := s.Var("sql_mode")
	s.ansi = strings.Contains(strings.ToUpper(mode), "ANSI_QUOTES")
	return s
}

// changed is a copy with a change made to it.
func (s *State) changed(change func(*State)) *State {
	c := *s
	change(&c)
	return c.seal()
}

// WithSchema is the state with another default database.
func (s *State) WithSchema(name string) *State {
	if s.Schema == name {
		return s
	}
	return s.changed(func(c *State) { c.Schema = name })
}

func (s *State) withRole(text string) *State {
	if s.Role == text {
		return s
	}
	return s.changed(func(c *State) { c.Role = text })
}

// Results is the collation that column definitions show for texts; empty for the default one of character_set_results.
func (s *State) Results() string { return s.results }

func (s *State) withResults(collation string) *State {
	if s.results == collation {
		return s
	}
	return s.changed(func(c *State) { c.results = collation })
}

func (s *State) withVar(name, value string) *State {
	vars, changed := put(s.Vars, name, value)
	if !changed {
		return s
	}
	return s.changed(func(c *State) { c.Vars = vars })
}

func (s *State) withUser(name, value string) *State {
	user, changed := put(s.User, name, value)
	if !changed {
		return s
	}
	return s.changed(func(c *State) { c.User = user })
}

// Var gives the literal of a system variable that the session has set.
func (s *State) Var(name string) (string, bool) {
	i, ok := find(s.Vars, name)
	if !ok {
		return "", false
	}
	return s.Vars[i].Value, true
}

// UserVar gives the literal of a user variable, whose name is in lower case.
func (s *State) UserVar(name string) (string, bool) {
	i, ok := find(s.User, name)
	if !ok {
		return "", false
	}
	return s.User[i].Value, true
}

func find(list []Setting, name string) (int, bool) {
	i := sort.Search(len(list), func(i int) bool { return list[i].Name >= name })
	return i, i < len(list) && list[i].Name == name
}

// put gives a copy of list with one setting changed or added.
func put(list []Setting, name, value string) ([]Setting, bool) {
	i, ok := find(list, name)
	if ok && list[i].Value == value {
		return list, false
	}
	out := make([]Setting, 0, len(list)+1)
	out = append(out, list[:i]...)
	out = append(out, Setting{name, value})
	if ok {
		i++
	}
	return append(out, list[i:]...), true
}

// Literal writes a system variable's value, as a session tracker reports it, as a SQL literal. Trackers give text for
// everything: numbers must stand unquoted (error 1232 otherwise), the rest quoted. A character set that is off
// (character_set_results = NULL) comes as the empty string.
func Literal(name, tracked string) string {
	if tracked == "" && strings.HasPrefix(name, "character_set_") {
		return "NULL"
	}
	if isNumber(tracked) {
		return tracked
	}
	return Quote(tracked)
}

func isNumber(s string) bool {
	digits, dots := 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '.':
			dots++
		case c == '-' && i == 0:
		default:
			return false
		}
	}
	return digits > 0 && dots <= 1
}

// Quote writes s as a string literal that means the same under every sql_mode: without backslash escapes, quotes doubled; a
// string that holds a backslash is written in hexadecimal.
func Quote(s string) string {
	if strings.IndexByte(s, '\\') >= 0 {
		return Hex([]byte(s))
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// Hex writes bytes as a hexadecimal literal.
func Hex(b []byte) string { return "X'" + strings.ToUpper(hex.EncodeToString(b)) + "'" }
