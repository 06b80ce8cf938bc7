package session

import (
	"slices"
	"strings"

	"shunt/mysql"
	"shunt/statement"
	"shunt/topology"
)

// outcome is what one answer has shown so far; a multi-result answer adds to it packet by packet.
type outcome struct {
	st           *statement.Statement
	hadRows      bool
	list         bool // a list of statements: a later one may change what an earlier one has set
	failed       bool
	refused      bool     // … before anything of it was run
	unrun        bool     // … before anything of it was run, as far as FOUND_ROWS() goes
	rolledBack   bool     // … by an error that may have rolled the transaction back
	trackers     Trackers // as before the statement
	shown        bool     // a session tracker that the client has not turned off
	stateChanged bool     // the server's "session state changed" tracker
	varsChanged  bool
	gtid         topology.GTID
	hasGTID      bool
	affected     uint64
	firstID      uint64 // as the last OK packet tells it
	// charset is a new character_set_connection that came without its collation: servers report the former for SET NAMES and CHARACTER
	// SET, but not the latter (MariaDB 10.11).
	charset string
	// tracked are the variables that trackers have named, untracked those that a SET has assigned and no tracker has.
	tracked, untracked []string
}

// Done is what the proxy needs to know after an answer.
type Done struct {
	// Retrack: the client has set the connection's session trackers; ours have to be put back at once.
	Retrack bool
	// AskCollation: collation_connection has changed to something that only the connection knows; the answer goes to [Session.SetCollation].
	AskCollation bool
	// AskStatus: an error leaves open whether the transaction goes on; the flags go to [Session.SetStatus].
	AskStatus bool
	// AskVars are system variables whose values only the connection knows; the answers go to [Session.SetVars].
	AskVars []string
	// Dirty: the connection carries more than State says; it is reset before anybody else gets it.
	Dirty bool
}

// Begin starts to observe the answer to a statement.
func (s *Session) Begin(st *statement.Statement) {
	s.ending = outcome{st: s.Behind(st), list: st.Kind == statement.Multi, trackers: s.Trackers}
	if st.Kind == statement.Set {
		for i := range st.Set {
			s.setTracker(&st.Set[i]) // the answer to the SET itself is the first one that it is about
		}
	}
}

// OK observes an OK packet, alone or at the end of rows, and gives what of its trackers the client may see, appended to
// visible. hadRows tells that it ends a result set of that many rows.
func (s *Session) OK(flavor topology.Flavor, ok *mysql.OK, hadRows bool, rows uint64, visible []byte) []byte {
	const mode = mysql.StatusAnsiQuotes | mysql.StatusNoBackslashEscapes
	status := ok.Status
	if slices.Contains(s.ending.st.For, "sql_mode") { // SET STATEMENT: the flags are those of this one statement
		status = status&^mode | s.status&mode
	}
	s.status, s.flavor = status, flavor
	s.result(flavor, ok, hadRows, rows)
	s.ending.affected += ok.Affected
	if len(ok.Track) > 0 {
		visible = s.track(flavor, ok.Track, visible)
	}
	return visible
}

// StateChanged says whether a server that has this client alone would have told of changed state in the answer observed last.
func (s *Session) StateChanged() bool { return s.ending.shown }

// Affected is how many rows the answer observed last has told to be changed.
func (s *Session) Affected() uint64 { return s.ending.affected }

// Failed says whether the answer observed last was an error.
func (s *Session) Failed() bool { return s.ending.failed }

// End takes the whole answer together with what the text predicted: state and pins are right after it. exempt says that later reads need not see what the
// statement writes.
func (s *Session) End(st *statement.Statement, cluster string, exempt bool) Done {
	var done Done
	if st.Kind == statement.Multi {
		s.endMulti(st, &done)
	} else {
		s.apply(st, &done)
	}
	done.AskVars = s.ending.untracked
	s.endNames(st, &done)
	done.AskStatus = s.statusUnsure(st)
	s.endTransaction(st)
	s.unexplained(st, &done)
	s.noteBranch(st, cluster)
	s.noteWrites(st, cluster, exempt)
	s.hide(s.ending.st)
	s.pins.drop(PinDiagnostics)
	if s.pins.set == 0 && s.worthKeeping() {
		s.pins.add(PinDiagnostics)
	}
	s.ending.trackers = s.Trackers // a later error is not about this statement
	s.refresh()
	return done
}

// apply adds one statement's effects.
func (s *Session) apply(st *statement.Statement, done *Done) {
	if st.Effects.Has(statement.AssignsVar) {
		s.readBack(st) // also of one that failed: it may have come as far as the assignment
	}
	s.noteSequences(st) // the same
	if st.Kind == statement.Set && setsTrackers(st) {
		done.Retrack = true
	}
	if s.ending.failed && !mayHaveTaken(st) {
		return
	}
	switch st.Kind {
	case statement.Set:
		s.applySet(st)
	case statement.Prepare:
		s.prepareByName(st)
	case statement.Execute:
		s.executeByName(st, done)
	case statement.Deallocate:
		for _, n := range st.Names {
			s.pins.deallocate(n)
		}
	case statement.LockTables:
		s.pins.lockTables(len(st.Tables) == 0)
	case statement.UnlockTables:
		done.Dirty = s.pins.unlockTables() || done.Dirty
	case statement.Begin:
		s.pins.releaseTables() // START TRANSACTION releases table locks, but no global one
	case statement.Handler:
		s.pins.handler(st)
	case statement.XA:
		s.applyXA()
	case statement.Unknown:
		if !s.ending.refused {
			s.leave("statement of unknown kind")
		}
	}
	s.applyEffects(st)
	s.useShots(st, done)
	s.shoot(st)
}

func (s *Session) prepareByName(st *statement.Statement) {
	var inner *statement.Statement
	if st.Text != "" && s.parse != nil {
		inner = s.parse(st.Text)
	}
	for _, n := range st.Names {
		s.pins.prepare(n, inner)
	}
}

// executeByName adds the effects of the statement behind the name. What is not known by its text may leave anything.
func (s *Session) executeByName(st *statement.Statement, done *Done) {
	switch inner := s.Behind(st); {
	case inner == st && s.ending.refused:
	case inner == st:
		s.leave("EXECUTE of a text that is not known")
	case inner.Kind != statement.Execute && inner.Kind != statement.Multi:
		s.apply(inner, done)
	}
}

// Behind gives the statement that an EXECUTE runs, or st itself if it runs none or none that is known.
func (s *Session) Behind(st *statement.Statement) *statement.Statement {
	if st.Kind != statement.Execute {
		return st
	}
	var inner *statement.Statement
	if st.Text != "" && s.parse != nil {
		inner = s.parse(st.Text) // EXECUTE IMMEDIATE
	}
	for _, n := range st.Names {
		inner = s.pins.names[strings.ToLower(n)]
	}
	if inner == nil {
		return st
	}
	return inner
}

// mayHaveTaken says whether a statement runs others, so that it may have left something even if it failed half-way.
func mayHaveTaken(st *statement.Statement) bool {
	return st.Kind == statement.Call || st.Kind == statement.Unknown || st.Kind == statement.Execute
}

func (s *Session) applyEffects(st *statement.Statement) {
	e := st.Effects
	if e.Has(statement.SetsInsertID) || mayHaveTaken(st) || s.ending.hadRows && insertsRows(st) {
		s.insertUnsure = true
	}
	if e.Has(statement.GetsLock) {
		s.UseLocks()
	}
	if e.Any(statement.GetsLock | statement.ReleasesLock | statement.ReleasesAll) {
		s.pins.lockCalls(st, s.flavor)
	}
	if e.Has(statement.LeavesState) && st.Kind != statement.Handler && st.Kind != statement.XA && !(st.Kind == statement.Unknown && s.ending.refused) {
		s.leave("state that cannot be read back")
	}
	if e.Has(statement.CreatesTemp) {
		for _, n := range st.Names {
			s.pins.createTemp(s.qualify(n))
		}
	}
	if e.Has(statement.DropsTable) {
		for _, n := range st.Names {
			s.pins.dropTemp(s.qualify(n))
		}
	}
	if e.Has(statement.BypassesBinlog) {
		s.leave("the session bypasses the binary log")
	}
}

// insertsRows says whether a statement may make a row whose new id its answer does not tell, since that is a result.
func insertsRows(st *statement.Statement) bool {
	if st.Kind == statement.Explain && st.Inner != nil {
		st = st.Inner // ANALYZE runs it
	}
	return st.Kind == statement.Insert || st.Kind == statement.Replace
}

// readBack notes the variables that a statement may have assigned. Where their names are not known, the connection has to be kept.
func (s *Session) readBack(st *statement.Statement) {
	if len(st.Vars) == 0 || len(st.Vars) > MaxUserVars {
		s.leave("user variables assigned inside a statement")
		return
	}
	for _, name := range st.Vars {
		s.unreadVar(name)
	}
}

// unreadVar notes a variable that only the connection in use knows.
func (s *Session) unreadVar(name string) {
	if slices.Contains(s.unread, name) {
		return
	}
	if !isASCII(name) {
		s.leave("a user variable whose name another character set reads differently")
		return
	}
	if s.unread = append(s.unread, name); len(s.unread) > MaxUserVars {
		s.leave("more user variables than are carried over")
	}
}

// qualify makes a table's name one that tells temporary tables apart. Case matters, as it does for servers on Linux; for one with lower_case_table_names
// a pin may last longer than the table.
func (s *Session) qualify(table string) string {
	if strings.Contains(table, ".") {
		return table
	}
	return s.state.Schema + "." + table
}

// Keep pins the session to its connection until it is reset, for a reason that the proxy knows.
func (s *Session) Keep(why string) {
	s.leave(why)
	s.refresh()
}

// leave pins for good: something is in the connection that only a reset removes.
func (s *Session) leave(what string) {
	if s.pins.set&PinState == 0 {
		s.pins.detail = what
	}
	s.pins.add(PinState)
}

func (s *Session) applyXA() {
	if s.status&mysql.StatusInTrans != 0 {
		s.pins.add(PinXA)
	} else {
		s.pins.drop(PinXA)
	}
}

// endMulti applies the statements of a list in order. Values that its user variables had in between are of no interest: what each
// has in the end is read back.
func (s *Session) endMulti(st *statement.Statement, done *Done) {
	for _, one := range st.List {
		s.apply(one, done)
	}
}
