package statement

// names says which names a scanner gathers.
type names uint8

const (
	noNames   names = iota // none: the tree tells them
	callNames              // functions
	allNames               // functions and tables
)

// scanner goes through the tokens of one statement once. It always finds lock clauses, variables and the like, which
// tokens tell for certain; and the names of tables and functions as far as tokens tell, where nothing better knows.
type scanner struct {
	b     *builder
	c     cursor
	names names

	prev, prev2 cursor // the tokens before
	path        int    // where the dotted name began that holds the present or the last word
	into        bool   // in the variable list of INTO
	tables      tableFinder
}

func (s *scanner) run() {
	for !s.c.ended() {
		if s.names != noNames && s.tables.takes(s) {
			continue
		}
		switch s.c.tok.kind {
		case tokUserVar:
			s.userVariable()
		case tokSysVar:
			s.systemVariable()
		case tokWord, tokQuoted:
			s.word()
		case tokPunct:
			s.punct()
		}
		s.advance()
	}
}

// advance goes on by one token.
func (s *scanner) advance() {
	if s.c.tok.kind == tokWord || s.c.tok.kind == tokQuoted {
		if !s.prev.isMark('.') {
			s.path = s.c.tok.start
		}
	}
	s.prev2, s.prev = s.prev, s.c
	s.c.next()
}

// userVariable tells INTO @a, @b and @a := x from reading @a.
func (s *scanner) userVariable() {
	s.into = s.prev.is("INTO") || s.into && s.prev.isMark(',')
	s.b.variable(s.c.text())
	if next := s.c.peek(); s.into || next.isAssign() {
		s.b.st.Effects |= AssignsVar
	} else {
		s.b.st.Effects |= ReadsVar
	}
}

// isAssign says whether the cursor stands on :=.
func (c *cursor) isAssign() bool { return c.tok.kind == tokPunct && string(c.text()) == ":=" }

// systemVariable reads @@name and @@scope.name.
func (s *scanner) systemVariable() {
	scope, name := "", systemName(s.c.text())
	if next := s.c.peek(); next.acceptMark('.') {
		scope, name = name, next.name()
	}
	s.b.systemVariable(scope, name)
}

// systemName returns the name in @@name or @@`name`.
func systemName(text []byte) string {
	if text[2] == '`' {
		return unquoted(text[2:], tokQuoted)
	}
	return string(text[2:])
}

func (s *scanner) word() {
	if s.prev.isMark('.') {
		s.sequenceColumn()
		return
	}
	if s.c.tok.kind == tokQuoted {
		return
	}
	st := s.b.st
	switch {
	case s.c.isOne("UPDATE", "SHARE") && s.prev.is("FOR"):
		st.Effects |= LocksRows
	case s.c.is("MODE") && s.prev.is("SHARE") && s.prev2.is("IN"):
		st.Effects |= LocksRows
	case s.c.isOne("OUTFILE", "DUMPFILE") && s.prev.is("INTO"):
		st.Effects |= IntoFile
	case s.c.is("SQL_CALC_FOUND_ROWS"):
		st.Effects |= CalcFoundRows
	case s.c.is("VALUE") && s.prev.isOne("NEXT", "PREVIOUS"):
		s.sequenceValue()
	case s.c.skipsRows(), s.c.is("SELECT") && s.b.st.Kind != Select:
		st.Effects |= HidesFoundRows
	}
}

// sequenceColumn knows s.nextval and s.currval, which work on a sequence in sql_mode ORACLE (MariaDB manual,
// "SEQUENCE Functions"). A column of that name is treated so as well.
func (s *scanner) sequenceColumn() {
	next := s.c.peek()
	switch {
	case next.isMark('('):
	case s.c.is("NEXTVAL"):
		s.b.function("nextval")
	case s.c.is("CURRVAL"):
		s.b.function("lastval")
	}
}

// sequenceValue knows NEXT VALUE FOR s and PREVIOUS VALUE FOR s (MariaDB).
func (s *scanner) sequenceValue() {
	next := s.c.peek()
	if !next.accept("FOR") {
		return
	}
	schema, name := next.qualified()
	if s.prev.is("NEXT") {
		s.b.function("nextval")
		s.b.table(schema, name, true)
	} else {
		s.b.function("lastval")
		s.b.table(schema, name, false)
	}
}

func (s *scanner) punct() {
	switch {
	case s.c.isMark('('):
		s.parenthesis()
	case s.c.isAssign():
		s.b.st.Effects |= AssignsVar
	case s.c.text()[0] == '@': // a variable without a name: servers refuse it
		s.b.st.Effects |= SessionVars
	}
}
