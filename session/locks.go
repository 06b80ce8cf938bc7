package session

import (
	"strings"

	"shunt/statement"
)

// lockCalls counts GET_LOCK and RELEASE_LOCK. A count is never lower than what the connection really holds: a GET_LOCK that
// timed out counts too, so the pin may last longer than needed but never ends too early. Locks without a literal name,
// and calls per row of a table, are opaque and end with RELEASE_ALL_LOCKS.
func (p *pins) lockCalls(st *statement.Statement) {
	if st.Effects.Has(statement.ReleasesAll) {
		p.locks, p.opaque = nil, 0
	}
	if st.Effects.Has(statement.GetsLock) {
		p.getLocks(st)
	} else if st.Effects.Has(statement.ReleasesLock) {
		for _, l := range st.Locks {
			if l.Literal {
				p.release(strings.ToLower(l.Name))
			}
		}
	}
	if len(p.locks) > 0 || p.opaque > 0 {
		p.add(PinLock)
	} else {
		p.drop(PinLock)
	}
}

func (p *pins) getLocks(st *statement.Statement) {
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
		p.locks[strings.ToLower(l.Name)]++
	}
}

func (p *pins) release(name string) {
	if p.locks[name] > 1 {
		p.locks[name]--
	} else {
		delete(p.locks, name)
	}
}

func (p *pins) createTemp(name string) {
	if p.temp == nil {
		p.temp = map[string]bool{}
	}
	p.temp[name] = true
	p.add(PinTempTable)
}

func (p *pins) dropTemp(name string) {
	delete(p.temp, name)
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
