package session

import (
	"strings"

	"shunt/mysql"
	"shunt/statement"
	"shunt/topology"
)

// Trackers says what of the servers' session trackers the client asked to see. The proxy keeps its own trackers on for every
// server connection, so each OK packet's are filtered down to these. The zero value is the servers' default.
type Trackers struct {
	Off         bool     // the client did not negotiate CLIENT_SESSION_TRACK
	NoSchema    bool     // session_track_schema=OFF
	StateChange bool     // session_track_state_change=ON
	GTIDs       bool     // session_track_gtids is not OFF (MySQL); ALL_GTIDS shows what OWN_GTID does
	Variables   []string // session_track_system_variables; nil: the default list
	All         bool     // … ='*'
	Token       bool     // shunt_track_token=ON: the token of each write, by the proxy itself
}

// defaultTracked is the default of session_track_system_variables in MariaDB 10.11 and MySQL 8.
var defaultTracked = [...]string{"autocommit", "character_set_client", "character_set_connection", "character_set_results", "time_zone"}

func (t *Trackers) shows(name string) bool {
	if t.All {
		return name != "last_gtid"
	}
	if t.Variables == nil {
		for _, v := range defaultTracked {
			if v == name {
				return true
			}
		}
		return false
	}
	for _, v := range t.Variables {
		if strings.EqualFold(v, name) {
			return true
		}
	}
	return false
}

// track reads a session-track block: it is the truth about system variables, the default database and the transaction that was
// committed. What the client may see is appended to visible, encoded.
func (s *Session) track(flavor topology.Flavor, block, visible []byte) []byte {
	for e, err := range mysql.Tracks(block) {
		if err != nil {
			s.leave("a session tracker that could not be read")
			break
		}
		switch e.Kind {
		case mysql.TrackSystemVariable:
			visible = s.trackVariable(flavor, e, visible)
		case mysql.TrackSchema:
			s.state = s.state.WithSchema(string(e.Value))
			visible = s.show(e, !s.NoSchema, visible)
		case mysql.TrackStateChange:
			s.ending.stateChanged = true
			visible = s.show(e, s.StateChange, visible)
		case mysql.TrackGTIDs:
			s.trackGTID(flavor, string(e.Value))
			visible = s.show(e, s.GTIDs, visible)
		default: // transaction state: not asked for by us, so the server's own default, which is the client's too
			visible = s.show(e, true, visible)
		}
	}
	return visible
}

func (s *Session) trackVariable(flavor topology.Flavor, e mysql.Track, visible []byte) []byte {
	name := string(e.Name)
	switch {
	case name == "last_gtid":
		s.trackGTID(flavor, string(e.Value))
		return visible
	case name == "statement_id": // no change at all
	case name == "character_set_connection": // follows collation_connection, see endNames
		s.ending.varsChanged = true
		s.ending.charset = string(e.Value)
	case isTracker(name), unrestorable[name]:
		s.ending.varsChanged = true
	case s.ending.doubts(name):
		s.ending.varsChanged = true
	case s.ending.late(name, string(e.Value), s.state):
		return visible
	default:
		s.ending.varsChanged = true
		if s.ending.st != nil && s.ending.st.Kind == statement.Set {
			s.ending.tracked = append(s.ending.tracked, name)
		}
		s.state = s.state.withVar(name, Literal(name, string(e.Value)))
		if name == "collation_connection" {
			s.ending.charset = ""
		}
	}
	return s.show(e, s.shows(name), visible)
}

// show appends a tracker that the client wants, if it can be told any.
func (s *Session) show(e mysql.Track, wanted bool, visible []byte) []byte {
	s.ending.shown = s.ending.shown || wanted
	if s.Off || !wanted {
		return visible
	}
	return e.Append(visible)
}

// unrestorable variables belong to one statement or one connection; statements that set them pin. statement_id is read only, and MySQL
// reports it with every statement that is parsed while all variables are tracked.
var unrestorable = map[string]bool{
	"statement_id": true, "timestamp": true, "insert_id": true, "last_insert_id": true, "identity": true, "rand_seed1": true, "rand_seed2": true,
	"pseudo_thread_id": true, "pseudo_slave_mode": true, "gtid_next": true, "gtid_seq_no": true,
	"sql_log_bin": true, "error_count": true, "warning_count": true,
}

func (s *Session) trackGTID(flavor topology.Flavor, text string) {
	if g, ok := topology.ParseGTID(flavor, text); ok {
		s.ending.gtid, s.ending.hasGTID = g, true
	}
}
