package statement

// frame is what a tableFinder knows of the parentheses it is in.
type frame uint8

const (
	inFrom    frame = 1 << iota // in a list of tables, where a comma is followed by another
	inCall                      // in the arguments of a function, where FROM may be EXTRACT's or TRIM's
	inQuery                     // in a query
	inWith                      // in a list of common table expressions
	nextIsCTE                   // the name of one follows
	writing                     // the tables of the list are written
	joined                      // the list has a JOIN
)

// tableFinder finds the tables that the tokens of a statement name, by the words in front of them. It is for texts that
// the parser refuses, which go to the primary anyway. It must not miss a table; it may report the alias that a
// DELETE of several tables names, and reports all tables of an UPDATE or DELETE as written.
type tableFinder struct {
	outer   []frame // of the parentheses around the present ones
	frame   frame
	expects bool // a table's name follows
	single  bool // of the tables that follow, only the next is written, and is no list: INSERT, LOAD
	named   bool // the token before ended the name of a table or of a common table expression
	ctes    map[string]bool
	at      map[int]bool // takes where tables' names begin; nil: nobody asks
}

// takes looks at the token that the scanner stands on. If it begins a table's name, the finder moves the scanner behind
// the name and returns true.
func (f *tableFinder) takes(s *scanner) bool {
	if s.prev.isMark('.') {
		return false
	}
	if s.c.isName() && (f.expects || f.frame&nextIsCTE != 0) && !s.c.is("RECURSIVE") && !f.lateral(s) {
		return f.name(s)
	}
	f.token(s)
	return false
}

func (f *tableFinder) token(s *scanner) {
	switch {
	case s.c.isMark('('):
		f.open(s)
		return // named still tells the scanner what stands before the parenthesis
	case s.c.isMark(')'):
		f.close()
	case s.c.isMark(','):
		f.comma()
	case s.c.tok.kind == tokWord:
		f.word(s)
	case s.c.tok.kind != tokQuoted:
		f.expects = false
	}
	f.named = false
}

// lateral says whether the scanner stands on LATERAL before a derived table; the word is not reserved by MariaDB.
func (f *tableFinder) lateral(s *scanner) bool {
	next := s.c.peek()
	return s.c.is("LATERAL") && next.isMark('(')
}

// name takes a table's name, or that of a common table expression.
func (f *tableFinder) name(s *scanner) bool {
	if f.frame&nextIsCTE != 0 {
		f.frame &^= nextIsCTE
		if f.ctes == nil {
			f.ctes = make(map[string]bool)
		}
		f.ctes[unquoted(s.c.text(), s.c.tok.kind)] = true
		s.advance()
		f.named = true
		return true
	}
	schema, name, end := f.tableAhead(s.c)
	if f.at != nil {
		f.at[s.c.tok.start] = true
	}
	f.expects = false
	if end.isMark('(') && !f.single {
		f.named = false
		return false // a function that returns a table
	}
	if s.names == allNames && (schema != "" || !f.ctes[name]) {
		s.b.table(schema, name, f.frame&writing != 0)
	}
	if f.single {
		f.single = false
		f.frame &^= writing
	}
	for s.c.tok.start < end.tok.start {
		s.advance()
	}
	f.named = true
	return true
}

func (f *tableFinder) tableAhead(c cursor) (schema, name string, end cursor) {
	schema, name = c.qualified()
	return schema, name, c
}

func (f *tableFinder) open(s *scanner) {
	f.outer = append(f.outer, f.frame)
	switch {
	case f.expects: // FROM (a, b), or FROM (SELECT …)
		f.frame &= inFrom | writing
	case s.prev.tok.kind == tokWord && mayCall(&s.prev) || s.prev.tok.kind == tokQuoted:
		f.frame = inCall
	default:
		f.frame = 0
	}
}

func (f *tableFinder) close() {
	f.expects = false
	if n := len(f.outer); n > 0 {
		f.frame, f.outer = f.outer[n-1], f.outer[:n-1]
	}
}

func (f *tableFinder) comma() {
	f.expects = f.frame&inFrom != 0
	if f.frame&inWith != 0 {
		f.frame |= nextIsCTE
	}
}
