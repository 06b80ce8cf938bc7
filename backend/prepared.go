package backend

// Prepared are the statements prepared on one connection, by text, the most recently used last. The number is bounded; what falls out is
// closed on the server with the next write.
type Prepared struct {
	byText map[Prepare]*preparedStmt
	clock  uint64
}

// Prepare is what a prepared statement depends on: its text, and what of the session's state a server reads into it when it is prepared
// (default database, sql_mode, character sets) as a fingerprint.
type Prepare struct {
	Text    string
	Context uint64
}

type preparedStmt struct {
	id   uint32
	used uint64
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
	if len(p.byText) >= MaxPrepared {
		var oldest Prepare
		for t, s := range p.byText {
			if o := p.byText[oldest]; o == nil || s.used < o.used {
				oldest = t
			}
		}
		evicted, full = p.byText[oldest].id, true
		delete(p.byText, oldest)
	}
	p.clock++
	p.byText[text] = &preparedStmt{id: id, used: p.clock}
	return evicted, full
}

// Remove forgets a text: the server said that it does not know its id.
func (p *Prepared) Remove(text Prepare) { delete(p.byText, text) }

// Len is how many there are.
func (p *Prepared) Len() int { return len(p.byText) }

// Clear forgets all, after a reset of the connection.
func (p *Prepared) Clear() { p.byText = nil }
