package session

import (
	"strconv"

	"shunt/mysql"
	"shunt/statement"
	"shunt/topology"
)

// aboutLast are the effects of statements that ask about those before them.
const aboutLast = statement.UsesInsertID | statement.UsesFoundRows | statement.UsesRowCount | statement.UsesDiagnostics

// last is what the last statements left for those who ask: LAST_INSERT_ID(), ROW_COUNT(), FOUND_ROWS(), the warnings. Servers keep it per
// connection; here it outlives the connection.
type last struct {
	insertID uint64
	// insertUnsure: the connection in use may have a new LAST_INSERT_ID(); it is asked before the next question, and before it goes back.
	insertUnsure bool
	// insertSet: the connection's LAST_INSERT_ID() may be another than 0, which is what a connection has that nobody uses.
	insertSet bool

	rowCount int64

	foundRows int64
	// foundHidden: only the connection in use knows FOUND_ROWS(); foundRows is a guess.
	foundHidden bool

	warnings Warnings

	// here tells which of these questions (the Uses… effects) the connection in use answers rightly by itself. A connection that was just
	// borrowed answers none of them: what it has is somebody else's.
	here statement.Effects
	// unread are user variables whose values only the connection in use knows.
	unread []string
}

// elsewhere notes that the session has no connection any more; what only that knew is lost.
func (l *last) elsewhere() {
	l.here, l.unread = 0, nil
	l.insertUnsure, l.insertSet = false, false
	l.foundHidden = false
	if l.warnings.Count > 0 && l.warnings.Saved == nil {
		l.warnings = Warnings{}
	}
}

// gone tells which questions nobody can answer any more inside a larger statement: the value is known but cannot be put on a connection, since
// nothing sets ROW_COUNT() to more than 1 but writing rows, and nothing makes the warnings of others. torn are those that cannot be answered
// together with ROW_COUNT(), since setting what they ask for changes that.
func (l *last) gone() (gone, torn statement.Effects) {
	if l.rowCount > 1 {
		gone |= statement.UsesRowCount
	}
	if l.warnings.Count > 0 {
		gone |= statement.UsesDiagnostics
	}
	if l.here&statement.UsesFoundRows == 0 && (l.rowCount > 1 || l.rowCount == 1 && l.foundRows == 0) {
		torn |= statement.UsesFoundRows
	}
	if l.rowCount > 1 && !l.InsertIDHere() {
		torn |= statement.UsesInsertID | statement.SetsInsertID
	}
	return gone &^ l.here, torn
}

// result takes an OK packet, alone or at the end of `rows` rows.
func (s *Session) result(flavor topology.Flavor, ok *mysql.OK, hadRows bool, rows uint64) {
	st := s.ending.st
	s.count(flavor, st, ok.Warnings)
	s.rowCount = int64(ok.Affected)
	if s.ending.hadRows = s.ending.hadRows || hadRows; hadRows || st.Kind == statement.Show { // COM_FIELD_LIST has no rows
		s.rowCount = -1
	}
	s.here |= statement.UsesRowCount
	switch {
	case countsRows(st, hadRows):
		s.foundRows, s.foundHidden = int64(rows), false
		s.here |= statement.UsesFoundRows
	case st.Kind == statement.Select: // INTO @v: one row or none
		s.foundRows, s.foundHidden = int64(ok.Affected), false
		s.here |= statement.UsesFoundRows
	}
	if ok.InsertID != 0 {
		s.insertUnsure, s.ending.firstID = true, ok.InsertID
	}
}

// hide notes that what FOUND_ROWS() gives after the statement does not follow from its answer.
func (s *Session) hide(st *statement.Statement) {
	if s.ending.unrun {
		return
	}
	if st.Effects.Any(statement.HidesFoundRows | statement.CalcFoundRows) {
		s.foundHidden = true
		s.here |= statement.UsesFoundRows
	}
}

// countsRows says whether a result sets FOUND_ROWS() to the number of its rows. SHOW CREATE, SHOW GRANTS and INSERT … RETURNING, say, leave it
// as it was (measured on MariaDB 10.11 and MySQL 9.7).
func countsRows(st *statement.Statement, hadRows bool) bool {
	switch st.Kind {
	case statement.Select, statement.Describe, statement.Multi:
		return hadRows
	case statement.Show:
		return hadRows && st.Effects.Has(statement.ListsSchema)
	case statement.Diagnostics:
		return st.Label == "count warnings" || st.Label == "count errors"
	}
	return false
}

// count takes the number of warnings. A statement without any takes the old ones away, but not always: in MariaDB, only if it names a table.
func (s *Session) count(flavor topology.Flavor, st *statement.Statement, n uint16) {
	switch {
	case st.Kind == statement.Diagnostics:
		return
	case n == 0 && !ClearsWarnings(flavor, st):
		return
	}
	s.warnings = Warnings{Count: n}
	s.here |= statement.UsesDiagnostics
}

// ClearsWarnings says whether a statement that gives no warnings takes those of the statements before it away, as far as its text tells. In doubt it
// does not (measured on MariaDB 10.11; in MySQL, all but diagnostic statements do).
func ClearsWarnings(flavor topology.Flavor, st *statement.Statement) bool {
	if flavor == topology.MySQL {
		return st.Kind != statement.Diagnostics
	}
	switch st.Kind {
	case statement.Multi, statement.Execute, statement.Call, statement.Diagnostics:
		return false
	case statement.Describe:
		return true
	}
	return len(st.Tables) > 0 || st.Effects.Has(statement.ListsSchema)
}

// Errors that may roll the whole transaction back.
var rollsBack = map[uint16]bool{
	1205: true, // ER_LOCK_WAIT_TIMEOUT, with innodb_rollback_on_timeout
	1213: true, // ER_LOCK_DEADLOCK
	1020: true, // ER_CHECKREAD, with innodb_snapshot_isolation
	1180: true, // ER_ERROR_DURING_COMMIT
}

// Errors that come before anything of a SELECT is run, so that FOUND_ROWS() stays as it is.
var beforeRun = map[uint16]bool{
	1044: true, 1046: true, 1049: true, 1051: true, 1052: true, 1054: true, 1055: true, 1056: true, 1060: true, 1064: true, 1066: true, 1102: true, 1103: true,
	1109: true, 1111: true, 1140: true, 1142: true, 1143: true, 1146: true, 1149: true, 1193: true, 1221: true, 1222: true, 1241: true, 1247: true, 1248: true,
	1305: true, 1327: true, 1370: true, 1582: true, 1583: true, 1584: true, 1630: true,
}

// Errors after which nothing of the statement was run.
const (
	errorParse       = 1064 // ER_PARSE_ERROR
	errorUnknownStmt = 1243 // ER_UNKNOWN_STMT_HANDLER: EXECUTE of a name that nothing is prepared under
	errorUnprepared  = 1295 // ER_UNSUPPORTED_PS: MySQL does not prepare it
)

// Err observes an ERR packet by its number; 0 if an answer broke off. A failed statement counts as one warning (SHOW WARNINGS shows the error).
func (s *Session) Err(number uint16) {
	s.ending.failed, s.ending.refused = true, number == errorParse || number == errorUnknownStmt
	s.ending.rolledBack, s.ending.unrun = rollsBack[number], beforeRun[number]
	s.Trackers = s.ending.trackers
	s.rowCount = -1
	s.here |= statement.UsesRowCount
	if s.ending.st.Kind != statement.Diagnostics || number == errorUnprepared {
		s.warnings = Warnings{Count: 1}
		s.here |= statement.UsesDiagnostics
	}
	switch s.ending.st.Kind {
	case statement.Insert, statement.Replace, statement.Load, statement.Update:
		s.insertUnsure = true // it may have come as far as a row with a new id
	case statement.Select:
		if !s.ending.unrun {
			s.foundHidden = true
			s.here |= statement.UsesFoundRows
		}
	}
}

// Refused notes an error of the proxy's own, which no server knows of.
func (s *Session) Refused(e *mysql.Error) {
	s.ending.failed = true
	s.rowCount = -1
	s.warnings = Warnings{Count: 1, Saved: []mysql.Row{mysql.NewRow("Error", int(e.Number), e.Message)}}
	s.here &^= statement.UsesRowCount | statement.UsesDiagnostics
	s.refresh()
}

// Acknowledged notes that the proxy has answered a command with a plain OK, as to COM_PING, which sets ROW_COUNT() to 0.
func (s *Session) Acknowledged() {
	s.rowCount = 0
	s.here &^= statement.UsesRowCount
	s.refresh()
}

// Answered notes that the proxy has answered the last statement itself: what a connection has of the session is older than that.
func (s *Session) Answered() {
	s.here &^= statement.UsesRowCount
	if countsRows(s.ending.st, true) {
		s.here &^= statement.UsesFoundRows
	}
	s.refresh()
}

// Disturbed notes that questions of the proxy's own ran on the connection in use.
func (s *Session) Disturbed() {
	s.here &^= statement.UsesRowCount | statement.UsesFoundRows
	s.foundHidden = false
	s.refresh()
}

// RowCount is what ROW_COUNT() gives: -1 after a result set or an error.
func (s *Session) RowCount() int64 { return s.rowCount }

// FoundRows is what FOUND_ROWS() gives, as far as that is known.
func (s *Session) FoundRows() int64 { return s.foundRows }

// InsertID is what LAST_INSERT_ID() gives, unless [Session.InsertIDUnsure].
func (s *Session) InsertID() uint64 { return s.insertID }

// InsertIDUnsure says that the connection in use has to be asked for LAST_INSERT_ID() before anybody else is.
func (s *Session) InsertIDUnsure() bool { return s.insertUnsure }

// SetInsertID records what LAST_INSERT_ID() gave on the connection in use. Nobody's connection has 0, and no row gets that as its id: 0 says
// that the session's own is still the one from before.
func (s *Session) SetInsertID(id uint64) {
	if id != 0 || s.here&statement.UsesInsertID != 0 {
		s.insertID = id
		s.insertSet = id != 0
		s.here |= statement.UsesInsertID
	}
	s.insertUnsure = false
	s.refresh()
}

// TookInsertID notes that LAST_INSERT_ID() of the connection in use has been made 0.
func (s *Session) TookInsertID() {
	s.insertUnsure, s.insertSet = false, false
	s.here &^= statement.UsesInsertID
}

// InsertIDItem is the item of a SET that gives a connection the session's LAST_INSERT_ID(), if the statement needs it and the connection does
// not have it; empty otherwise. The connection is taken to have it from then on. One that the session keeps gets it before it makes a new one: afterwards
// ROW_COUNT() would be lost over that.
func (s *Session) InsertIDItem(st *statement.Statement) string {
	if s.InsertIDHere() || s.insertUnsure || !usesInsertID(st) && !s.mayLose(st) {
		return ""
	}
	s.here |= statement.UsesInsertID
	s.insertSet = true
	return "last_insert_id=" + strconv.FormatUint(s.insertID, 10)
}

// InsertIDHere says that the connection in use answers LAST_INSERT_ID() rightly: it was given the session's, or has made that itself, or the session had
// none before it came.
func (l *last) InsertIDHere() bool { return l.here&statement.UsesInsertID != 0 || l.insertID == 0 }

// mayLose says whether ROW_COUNT() would be lost over the question for a new id: the statement may make one on a connection that the session keeps.
func (s *Session) mayLose(st *statement.Statement) bool {
	return s.pins.set&^PinDiagnostics != 0 && mayMakeID(st) && !st.Effects.Any(aboutLast)
}

// mayMakeID says whether LAST_INSERT_ID() may be another after the statement.
func mayMakeID(st *statement.Statement) bool {
	return insertsRows(st) || st.Kind == statement.Load || st.Kind == statement.Multi || mayHaveTaken(st)
}

// usesInsertID says whether a statement may look at LAST_INSERT_ID(), or keep it where it might set it. A procedure may.
func usesInsertID(st *statement.Statement) bool {
	return st.Effects.Any(statement.UsesInsertID|statement.SetsInsertID) || st.Kind == statement.Call
}
