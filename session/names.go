package session

import (
	"strings"

	"shunt/statement"
)

// endNames finds the collation behind a new character_set_connection: from the words of SET NAMES, which a session mostly uses, else the
// connection has to be asked.
func (s *Session) endNames(st *statement.Statement, done *Done) {
	if s.ending.charset == "" {
		return
	}
	if collation, ok := s.namedCollation(st); ok {
		s.SetCollation(collation)
		return
	}
	done.AskCollation = true
}

// SetCollation records collation_connection.
func (s *Session) SetCollation(name string) {
	s.state = s.state.withVar("collation_connection", Quote(name))
	s.refresh()
}

// namedCollation reads SET NAMES x [COLLATE y] where that is the statement's last word on the matter.
func (s *Session) namedCollation(st *statement.Statement) (string, bool) {
	if st.Kind != statement.Set || len(st.Set) == 0 {
		return "", false
	}
	last := &st.Set[len(st.Set)-1]
	if last.Scope != statement.NamesScope || last.Name != "" {
		return "", false
	}
	return s.collationOf(strings.Fields(last.Value), s.ending.charset)
}

// collationOf finds the collation that SET NAMES with these words sets, which has set this character set.
func (s *Session) collationOf(words []string, charset string) (string, bool) {
	switch {
	case len(words) == 1 && s.defaultCollation != nil:
		return s.defaultCollation(charset)
	case len(words) == 3 && strings.EqualFold(words[1], "collate"):
		name := strings.ToLower(strings.Trim(words[2], "'\""))
		return name, isWord(name)
	}
	return "", false
}

func isWord(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return s != ""
}

// names is what stands behind SET NAMES to set the three character sets at once; empty where they do not go together. It is not the
// same as setting them one by one: only SET NAMES gives character_set_results the collation, too, which column definitions show.
func (s *State) names() string {
	client, _ := s.Var("character_set_client")
	results, _ := s.Var("character_set_results")
	charset, _, _ := strings.Cut(s.results, "_")
	if charset == "" || client != Quote(charset) || results != client {
		return ""
	}
	return client + " COLLATE " + Quote(s.results)
}

// setResults follows the collation of character_set_results.
func (s *Session) setResults(a *statement.Assignment) {
	switch {
	case a.Scope == statement.NamesScope && a.Name == "":
		charset, _ := s.state.Var("character_set_results")
		collation, _ := s.collationOf(strings.Fields(a.Value), strings.Trim(charset, "'"))
		s.state = s.state.withResults(collation)
	case a.Scope == statement.NamesScope, a.Scope == statement.SessionScope && a.Name == "character_set_results":
		s.state = s.state.withResults("")
	}
}
