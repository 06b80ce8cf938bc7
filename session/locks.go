package session

import (
	"strings"

	"shunt/statement"
	"shunt/topology"
)

// lockCalls counts GET_LOCK and RELEASE_LOCK. A count is never lower than what the connection really holds: a GET_LOCK that
// timed out counts too, so the pin may last longer than needed but never ends too early. Locks without a literal name,
// and calls per row of a table, are opaque and end with RELEASE_ALL_LOCKS. A RELEASE_LOCK may not have been reached (IF, AND, no row), so the server is
// asked before the pin ends for good, see [Session.LocksInDoubt].
func (p *pins) lockCalls(st *statement.Statement, flavor topology.Flavor) {
	if st.Effects.Has(statement.ReleasesAll) {
		p.locks, p.opaque, p.doubtful = nil, 0, nil
	}
	if st.Effects.Has(statement.GetsLock) {
		p.getLocks(st, flavor)
	} else if st.Effects.Has(statement.ReleasesLock) {
		for _, l := range st.Locks {
			if l.Literal {
				p.release(lockName(l.Name, flavor))
			}
		}
	}
	if len(p.locks) > 0 || p.opaque > 0 {
		p.add(PinLock)
	} else {
		p.drop(PinLock)
	}
}

// lockName is what tells one lock from another: MySQL does not look at the case, MariaDB does (measured on 9.7 and 10.11).
func lockName(name string, flavor topology.Flavor) string {
	if flavor == topology.MySQL {
		return strings.ToLower(name)
	}
	return name
}

func (p *pins) getLocks(st *statement.Statement, flavor topology.Flavor) {
	if len(st.Locks) == 0 || len(st.Tables) > 0 {
		p.opaque++
	}
	for _, l := range st.Locks {
		if !l.Literal {
			p.opaque++
			continue
		}
		if p.locks == nil {
			p.locks = map[string]int{}
		}
		p.locks[lockName(l.Name, flavor)]++
	}
}

func (p *pins) release(name string) {
	switch n := p.locks[name]; {
	case n > 1:
		p.locks[name] = n - 1
	case n == 1:
		delete(p.locks, name)
		p.doubtful = append(p.doubtful, name)
	}
}

// LocksInDoubt are the names of locks that the session seems to have released. Before its connection goes back, a server has to be asked whether the
// connection still holds one of them; the answer goes to [Session.SettleLocks].
func (s *Session) LocksInDoubt() []string { return s.pins.doubtful }

// SettleLocks ends the doubt. Locks that are still held hold the session until RELEASE_ALL_LOCKS.
func (s *Session) SettleLocks(held bool) {
	s.pins.doubtful = nil
	if held {
		s.pins.opaque++
		s.pins.add(PinLock)
	}
	s.refresh()
}

func (p *pins) createTemp(name string) {
	if p.temp == nil {
		p.temp = map[string]bool{}
	}
	p.temp[name] = true
	p.changes++
	p.add(PinTempTable)
}

func (p *pins) dropTemp(name string) {
	delete(p.temp, name)
	p.changes++
	if len(p.temp) == 0 {
		p.drop(PinTempTable)
	}
}

// prepare keeps a statement prepared by name, with what EXECUTE will do if its text is known.
func (p *pins) prepare(name string, inner *statement.Statement) {
	if p.names == nil {
		p.names = map[string]*statement.Statement{}
	}
	p.names[strings.ToLower(name)] = inner
	p.add(PinPrepared)
}

func (p *pins) deallocate(name string) {
	delete(p.names, strings.ToLower(name))
	if len(p.names) == 0 {
		p.drop(PinPrepared)
	}
}

// lockTables notes LOCK TABLES, or a global lock (FLUSH TABLES WITH READ LOCK, LOCK INSTANCE, BACKUP STAGE).
func (p *pins) lockTables(global bool) {
	p.global = p.global || global
	p.add(PinTables)
}

// unlockTables ends the pin. There are several global locks, each with a word of its own to end it: after one the connection is reset
// before anybody else gets it.
func (p *pins) unlockTables() (dirty bool) {
	dirty, p.global = p.global, false
	p.drop(PinTables)
	return dirty
}

func (p *pins) releaseTables() {
	if !p.global {
		p.drop(PinTables)
	}
}

// handler follows HANDLER OPEN, READ and CLOSE by name. CLOSE is the one that leaves nothing.
func (p *pins) handler(st *statement.Statement) {
	for _, n := range st.Names {
		name := strings.ToLower(n)
		if st.Effects.Has(statement.LeavesState) {
			if p.handlers == nil {
				p.handlers = map[string]bool{}
			}
			p.handlers[name] = true
		} else {
			delete(p.handlers, name)
		}
	}
	if len(p.handlers) > 0 {
		p.add(PinHandler)
	} else {
		p.drop(PinHandler)
	}
}
