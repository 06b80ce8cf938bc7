package backend

import "sync/atomic"

// Prepared are the statements prepared on one connection, by text. Their number is bounded here and over all connections to the server; what has to
// go is the one that was used least recently on this connection, and the borrower closes it on the server.
type Prepared struct {
	byText map[Prepare]*preparedStmt
	clock  uint64
	budget *budget // nil: there is none
}

// budget counts the statements prepared on one server by all connections of ours. A server refuses new ones above its max_prepared_stmt_count
// (16382 by default), which it counts for all of its clients.
type budget struct {
	used  atomic.Int64
	limit int64
}

// Prepare is what a prepared statement depends on: its text, and what of the session's state a server reads into it when it is prepared
// (default database, sql_mode, character sets) as a fingerprint.
type Prepare struct {
	Text    string
	Context uint64
	// Cursor: its first execution had a cursor. MySQL 9.7 does not answer rightly when such a statement is executed without one.
	Cursor bool
}

type preparedStmt struct {
	id   uint32
	used uint64
	ran  bool // without a cursor
}

// Ran notes that a statement was executed without a cursor.
func (p *Prepared) Ran(text Prepare) {
	if s := p.byText[text]; s != nil {
		s.ran = true
	}
}

// HasRun says whether it was.
func (p *Prepared) HasRun(text Prepare) bool {
	s := p.byText[text]
	return s != nil && s.ran
}

// MaxPrepared bounds the statements prepared on one connection.
const MaxPrepared = 128

// Get finds the server's id of a text that is prepared here.
func (p *Prepared) Get(text Prepare) (id uint32, ok bool) {
	s := p.byText[text]
	if s == nil {
		return 0, false
	}
	p.clock++
	s.used = p.clock
	return s.id, true
}

// Put notes that text is prepared here as id. If that is one too many, the id of the least recently used one is returned: the caller
// closes it on the server.
func (p *Prepared) Put(text Prepare, id uint32) (evicted uint32, full bool) {
	if p.byText == nil {
		p.byText = map[Prepare]*preparedStmt{}
	}
	switch old := p.byText[text]; {
	case old != nil: // it was prepared anew
		evicted, full = old.id, true
		p.forget(text)
	case len(p.byText) >= MaxPrepared, len(p.byText) > 0 && p.budget != nil && p.budget.used.Load() >= p.budget.limit:
		oldest := p.oldest()
		evicted, full = p.byText[oldest].id, true
		p.forget(oldest)
	}
	p.clock++
	p.byText[text] = &preparedStmt{id: id, used: p.clock}
	p.count(1)
	return evicted, full
}

func (p *Prepared) oldest() (oldest Prepare) {
	for t, s := range p.byText {
		if o := p.byText[oldest]; o == nil || s.used < o.used {
			oldest = t
		}
	}
	return oldest
}

func (p *Prepared) forget(text Prepare) {
	delete(p.byText, text)
	p.count(-1)
}

func (p *Prepared) count(n int) {
	if p.budget != nil {
		p.budget.used.Add(int64(n))
	}
}

// Empty forgets all, and gives their ids: the caller closes them on the server.
func (p *Prepared) Empty() (ids []uint32) {
	for _, s := range p.byText {
		ids = append(ids, s.id)
	}
	p.Clear()
	return ids
}

// Len is how many there are.
func (p *Prepared) Len() int { return len(p.byText) }

// Clear forgets all, after a reset of the connection and at its end: the server has done so, too.
func (p *Prepared) Clear() {
	p.count(-len(p.byText))
	p.byText = nil
}
