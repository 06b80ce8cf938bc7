package session

import (
	"slices"

	"shunt/mysql"
)

// Aside is a session that has set the same as this one, has read and written the same, and has no connection and nothing open: for a question on another
// connection. It shares nothing that changes.
func (s *Session) Aside() *Session {
	other := &Session{
		state: s.state, initial: s.initial, status: mysql.StatusAutocommit, last: last{foundRows: s.foundRows}, Trackers: s.Trackers, parse: s.parse,
		standard: s.standard, defaultCollation: s.defaultCollation, pool: s.pool, ending: outcome{st: noStatement},
	}
	f := &s.facts
	other.facts = Facts{
		User: f.User, Schema: f.Schema, Pool: f.Pool, Consistency: f.Consistency, Chosen: f.Chosen, Scarcity: f.Scarcity,
		Wrote: slices.Clone(f.Wrote), Blind: slices.Clone(f.Blind), Stuck: slices.Clone(f.Stuck), Seen: slices.Clone(f.Seen), Floor: slices.Clone(f.Floor),
		Ahead: slices.Clone(f.Ahead),
	}
	other.refresh()
	return other
}

// Learn takes over where a session that was aside has read.
func (s *Session) Learn(from *Session) {
	s.facts.Seen, s.facts.Ahead = from.facts.Seen, from.facts.Ahead
}
