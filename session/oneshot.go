package session

import (
	"strconv"
	"strings"

	"shunt/mysql"
	"shunt/statement"
)

// shot is a set of settings that only the connection has and that nothing puts on another: most are used up by what comes next. Each keeps the session
// on its connection until that is certain; meanwhile the server itself does what is right. Measured on MariaDB 10.11.
type shot uint8

const (
	shotTransaction shot = 1 << iota // SET TRANSACTION: for the next transaction, which a statement that touches no table does not begin
	shotInsertID                     // SET insert_id: for the next row that needs an id
	shotClock                        // SET timestamp: until DEFAULT
	shotSeed                         // SET rand_seed1: RAND() goes on from there, until a reset
	shotNullID                       // SET sql_auto_is_null: WHERE id IS NULL finds what the last INSERT has made, on its own connection; while it is on
	shotOther                        // others, until a reset
)

// shoot notes what a SET that succeeded has left for later.
func (s *Session) shoot(st *statement.Statement) {
	if st.Kind != statement.Set {
		return // SET STATEMENT, which is over
	}
	if st.Effects.Has(statement.OneShot) {
		s.pins.shots |= shotTransaction
	}
	for i := range st.Set {
		if a := &st.Set[i]; a.Scope == statement.SessionScope {
			s.pins.aim(a)
		}
	}
	s.pins.settleShots()
}

func (p *pins) aim(a *statement.Assignment) {
	switch name := a.Name; {
	case name == "timestamp":
		p.hold(shotClock, !isClock(a.Value))
	case name == "insert_id":
		p.nextID, _ = strconv.ParseUint(a.Value, 10, 64)
		p.hold(shotInsertID, true)
	case name == "rand_seed1", name == "rand_seed2":
		p.hold(shotSeed, true)
	case name == "sql_auto_is_null":
		p.hold(shotNullID, !a.Literal || !isOff(a.Value))
	case name == "gtid_seq_no", strings.HasPrefix(name, "pseudo_"):
		p.hold(shotOther, true)
	}
}

func (p *pins) hold(one shot, on bool) {
	if on {
		p.shots |= one
	} else {
		p.shots &^= one
	}
}

// settleShots makes the pin what the settings are.
func (p *pins) settleShots() {
	if p.shots == 0 {
		p.drop(PinOneShot)
	} else {
		p.add(PinOneShot)
	}
}

// useShots notes what a statement that succeeded has used up. The connection may still have it if the guess is wrong, so it is reset before anybody
// else gets it.
func (s *Session) useShots(st *statement.Statement, done *Done) {
	if s.pins.shots == 0 || st.Kind == statement.Set {
		return
	}
	before := s.pins.shots
	if s.status&mysql.StatusInTrans == 0 && (endsTransaction(st) || readsTables(st)) {
		s.pins.shots &^= shotTransaction
	}
	if s.pins.nextID != 0 && s.ending.firstID == s.pins.nextID { // other ids are those that statements gave themselves
		s.pins.shots &^= shotInsertID
	}
	done.Dirty = done.Dirty || s.pins.shots != before
	s.pins.settleShots()
}

// readsTables says whether a statement names a table that may be in a storage engine with transactions.
func readsTables(st *statement.Statement) bool {
	for i := range st.Tables {
		if schema := st.Tables[i].Schema; !strings.EqualFold(schema, "information_schema") && !strings.EqualFold(schema, "performance_schema") {
			return true
		}
	}
	return false
}

func isClock(value string) bool { return strings.EqualFold(value, "default") || value == "0" }

func isOff(value string) bool {
	value = strings.Trim(value, `'"`)
	return value == "0" || strings.EqualFold(value, "off") || strings.EqualFold(value, "false") || strings.EqualFold(value, "default")
}
