package statement

// word follows the clauses of a statement by their keywords.
func (f *tableFinder) word(s *scanner) {
	switch c := &s.c; {
	case c.is("SELECT"):
		f.frame = inQuery
		f.expects = false
	case c.is("FROM"):
		f.from(s)
	case c.isOne("JOIN", "STRAIGHT_JOIN"):
		f.frame |= joined
		f.expects = f.frame&inFrom != 0 && !s.prev.is("FOR") // USE INDEX FOR JOIN (i)
	case c.is("INTO"):
		f.expects = f.single
	case c.is("TABLE"):
		f.expects = true
	case c.isOne("INSERT", "REPLACE", "UPDATE", "DELETE", "LOAD"):
		f.change(s)
	case c.is("USING"):
		next := c.peek()
		f.expects = f.frame&writing != 0 && !(next.isMark('(') && f.frame&joined != 0) // else the columns of a join
		if f.expects {
			f.frame |= inFrom
		}
	case c.is("WITH"):
		f.with(s)
	case c.isOne("LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "IF", "NOT", "EXISTS", "RECURSIVE", "LATERAL"):
		// between the word that announces a table and the table
	case c.is("VALUE"):
		if next := c.peek(); next.isMark('(') {
			f.frame &^= inFrom | writing | inWith
		}
		f.expects = false
	case c.isOne("WHERE", "SET", "GROUP", "ORDER", "HAVING", "LIMIT", "UNION", "EXCEPT", "INTERSECT", "VALUES",
		"WINDOW", "RETURNING", "PROCEDURE", "LOCK"):
		f.frame &^= inFrom | writing | inWith
		f.expects = false
	default:
		f.expects = false
	}
}

// from tells the FROM of a query from that of EXTRACT(x FROM y), IS DISTINCT FROM, FOR SYSTEM_TIME FROM x TO y and
// FOR PORTION OF p FROM x TO y.
func (f *tableFinder) from(s *scanner) {
	switch {
	case f.frame&(inCall|inQuery) == inCall,
		s.prev.is("DISTINCT") && s.prev2.isOne("IS", "NOT"),
		s.prev.is("SYSTEM_TIME") && s.prev2.is("FOR"),
		s.prev2.is("OF"):
		f.expects = false
	default:
		f.expects = true
		f.frame |= inFrom
	}
}

// change knows the verbs that write, and the places where the same words are none.
func (f *tableFinder) change(s *scanner) {
	next := s.c.peek()
	list := s.c.is("UPDATE") && s.b.st.Kind != Account // UPDATE (a JOIN b), but GRANT UPDATE (a)
	if next.isMark('(') && !list || s.prev.isOne("FOR", "KEY", "ON", "OR", "BEFORE", "AFTER") {
		f.expects = false
		return
	}
	f.frame = writing
	switch {
	case s.c.is("UPDATE"):
		f.expects = true
		f.frame |= inFrom
	case s.c.is("DELETE"):
		f.expects = false // FROM follows
	default:
		f.single = true
		f.expects = !s.c.is("LOAD")
	}
}

// with tells a list of common table expressions from WITH ROLLUP and the like.
func (f *tableFinder) with(s *scanner) {
	f.expects = false
	next := s.c.peek()
	recursive := next.accept("RECURSIVE")
	if !next.isName() {
		return
	}
	next.next()
	if recursive || next.is("AS") || next.isMark('(') {
		f.frame |= inWith | nextIsCTE
	}
}
