package session

import (
	"slices"
	"strings"

	"shunt/statement"
)

const trackerPrefix = "session_track_"

// setsTrackers says whether a SET is about session trackers. Those of the connection are ours: what the client wants is kept in
// Trackers, and the answers are filtered by it.
func setsTrackers(st *statement.Statement) bool {
	for i := range st.Set {
		if isTracker(st.Set[i].Name) && st.Set[i].Scope == statement.SessionScope {
			return true
		}
	}
	return false
}

// transactionTracker is the one tracker that is the client's own: a setting like any other.
const transactionTracker = "session_track_transaction_info"

// TracksTransactions says whether a connection that carries s tells of its transactions. s may be nil: then it does not, as far as is known.
func (s *State) TracksTransactions() bool {
	if s == nil {
		return false
	}
	value, set := s.Var(transactionTracker)
	return set && !isOff(value)
}

// SetsTransactionTracker says whether a statement may switch that tracker on or off, alone or in a list.
func SetsTransactionTracker(st *statement.Statement) bool {
	sets := func(a statement.Assignment) bool {
		return a.Name == transactionTracker && a.Scope == statement.SessionScope
	}
	return st.Kind == statement.Set && slices.ContainsFunc(st.Set, sets) || slices.ContainsFunc(st.List, SetsTransactionTracker)
}

// isTracker names the variables that tell which trackers there are, but for that of the transaction: shunt has no use for it, so it is the client's.
func isTracker(name string) bool {
	return strings.HasPrefix(name, trackerPrefix) && name != transactionTracker
}

// setTracker takes one assignment of a SET; if that fails, Err takes it back. A value that is no literal is taken for the default.
func (s *Session) setTracker(a *statement.Assignment) {
	if !isTracker(a.Name) {
		return
	}
	value := strings.Trim(a.Value, "'\"")
	on := value == "1" || strings.EqualFold(value, "on") || strings.EqualFold(value, "true")
	standard := !a.Literal || strings.EqualFold(value, "default")
	switch strings.TrimPrefix(a.Name, trackerPrefix) {
	case "schema":
		s.NoSchema = !on && !standard
	case "state_change":
		s.StateChange = on
	case "gtids":
		s.GTIDs = !standard && !strings.EqualFold(value, "off") && value != "0"
	case "system_variables":
		s.All, s.Variables = value == "*", nil
		if !standard && !s.All {
			s.Variables = splitNames(value)
		}
	}
}

// splitNames reads a list of variables; the empty text is a list of none.
func splitNames(text string) []string {
	names := []string{}
	for _, n := range strings.Split(text, ",") {
		if n = strings.TrimSpace(n); n != "" {
			names = append(names, n)
		}
	}
	return names
}
