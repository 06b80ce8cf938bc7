package session

import (
	"strconv"
	"strings"
	"time"

	"shunt/statement"
)

// Pin is a set of reasons why a session cannot leave its server connection now.
type Pin uint16

// The reasons. docs/reference/console.md explains each to those who read SHOW PINS.
const (
	PinTransaction Pin = 1 << iota // a transaction is open, or autocommit=0 and a statement ran
	PinTempTable                   // a temporary table exists
	PinLock                        // GET_LOCK holds
	PinTables                      // LOCK TABLES holds
	PinHandler                     // a HANDLER is open
	PinXA                          // an XA branch is active
	PinPrepared                    // PREPARE … FROM left a statement by name
	PinOneShot                     // SET TRANSACTION, SET timestamp …: meant for what comes next on this connection, see shot
	PinState                       // state that nothing can read back or put on another connection
	PinCursor                      // a cursor is open
	PinSequence                    // LASTVAL() was asked for, which only the connection knows that NEXTVAL() has run on
	PinDiagnostics                 // warnings or FOUND_ROWS() of the last statement may still be asked for; ends by itself
)

var pinNames = [...]string{"transaction", "temporary table", "lock", "lock tables", "handler", "xa", "prepared by name",
	"one-shot setting", "state", "cursor", "sequence", "diagnostics"}

// PinNames lists the names of all reasons, in order, for metrics and docs.
func PinNames() []string { return pinNames[:] }

// String joins the names of the reasons.
func (p Pin) String() string {
	var names []string
	for i, n := range pinNames {
		if p&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return strings.Join(names, ", ")
}

// pins is what holds a session to its connection, with what is needed to know when each reason ends.
type pins struct {
	set      Pin
	since    time.Time
	temp     map[string]bool                 // temporary tables, schema-qualified
	names    map[string]*statement.Statement // statements prepared by name; nil where the text is not known
	locks    map[string]int                  // GET_LOCK calls by literal name
	opaque   int                             // GET_LOCK calls whose name is not a literal
	changes  uint32                          // counts what describe tells and set does not
	doubtful []string                        // locks whose RELEASE_LOCK may not have been reached
	detail   string                          // what caused PinState
	shots    shot                            // what PinOneShot is about
	nextID   uint64                          // SET insert_id, if that is a literal
	global   bool                            // PinTables is about a global lock
	handlers map[string]bool                 // open ones, lower case
}

func (p *pins) add(reason Pin) {
	if p.set == 0 {
		p.since = time.Now()
	}
	p.set |= reason
}

func (p *pins) drop(reason Pin) { p.set &^= reason }

func (p *pins) reset() { *p = pins{} }

// describe tells a person what the reasons are about.
func (p *pins) describe() string {
	parts := []string{}
	for i, n := range pinNames {
		if p.set&(1<<i) == 0 {
			continue
		}
		switch Pin(1 << i) {
		case PinTempTable:
			n += " (" + strconv.Itoa(len(p.temp)) + ")"
		case PinState:
			n += " (" + p.detail + ")"
		}
		parts = append(parts, n)
	}
	return strings.Join(parts, ", ")
}
