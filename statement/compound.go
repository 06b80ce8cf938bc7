package statement

// holdsBody says whether the statement that the cursor stands on holds statements of its own, with semicolons between
// them: the definition of a stored program, or a block that runs at once.
func holdsBody(c cursor) bool {
	switch {
	case c.isOne("CREATE", "ALTER"):
		return definesProgram(c)
	case c.is("BEGIN"):
		c.next()
		return !c.ended() && !c.is("WORK") && !c.isMark(';')
	case c.isOne("IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR", "DECLARE"):
		return true
	default:
		return isLabel(c)
	}
}

// isLabel knows name: before a block.
func isLabel(c cursor) bool {
	if !c.isName() {
		return false
	}
	c.next()
	return c.isMark(':')
}

func definesProgram(c cursor) bool {
	c.next()
	for range maxModifiers {
		switch {
		case c.isOne("PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE"):
			return true
		case c.ended(), c.isMark(';'), c.isMark('('),
			c.isOne("TABLE", "VIEW", "INDEX", "DATABASE", "SCHEMA", "USER", "ROLE", "SEQUENCE"):
			return false
		}
		c.next()
	}
	return false
}

// body follows the nesting of blocks in a stored program.
type body struct {
	depth int
	first bool // a statement of the program begins at the present word
	begun bool // the head of the definition is over

	ahead int  // up to where thenAhead has looked
	then  bool // what it found there
}

// skipBody goes behind a statement that holds others and returns where it ends: at a semicolon that is in no block. Where
// the blocks can't be told, it goes to the end of the text, so that nothing is torn apart.
func (c *cursor) skipBody() (end int) {
	if isOracle(*c) {
		return c.skipAll()
	}
	b := body{first: !c.isOne("CREATE", "ALTER")}
	for !c.ended() {
		if !c.isMark(';') {
			b.token(c)
			continue
		}
		if b.depth <= 0 {
			break
		}
		b.first, b.begun = true, true
		c.next()
	}
	return c.tok.start
}

// isOracle knows bodies in the style of sql_mode ORACLE, where declarations stand before BEGIN: CREATE PROCEDURE p AS
// x INT; BEGIN …, packages, DECLARE.
func isOracle(c cursor) bool {
	if c.isOne("CREATE", "ALTER") {
		c.next()
	}
	for depth := 0; !c.ended() && !c.isMark(';'); c.next() {
		switch {
		case c.isMark('('):
			depth++
		case c.isMark(')'):
			depth--
		case depth > 0:
		case c.isOne("PACKAGE", "AS", "IS", "DECLARE"):
			return true
		case c.isOne("BEGIN", "SELECT", "INSERT", "UPDATE", "DELETE", "SET", "CALL", "IF", "CASE", "DO", "LOOP", "WHILE"):
			return false
		}
	}
	return false
}

// token takes one token and follows what it opens or closes.
func (b *body) token(c *cursor) {
	if c.accept("END") {
		b.depth--
		b.first = false
		c.acceptOne("IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR")
		return
	}
	switch {
	case c.is("CASE"):
		b.depth++
		b.first = false
	case b.opens(c):
		b.depth++
		b.first, b.begun = !c.isOne("IF", "WHILE", "FOR"), true
	default:
		b.first = c.isOne("THEN", "ELSE", "DO") || c.isMark(':')
	}
	c.next()
}

// opens says whether a block begins that END closes. BEGIN, LOOP and WHILE have no other meaning; the others have.
func (b *body) opens(c *cursor) bool {
	next := c.peek()
	switch {
	case c.isOne("BEGIN", "LOOP", "WHILE"):
		return true
	case c.isOne("REPEAT", "FOR"):
		return b.first
	case c.is("IF"):
		if !b.first && (b.begun || next.isOne("NOT", "EXISTS")) {
			return false
		}
		return b.thenAhead(next)
	}
	return false
}

// thenAhead says whether THEN comes before the next semicolon: then IF is a statement, not a function. It looks at each
// token once, however many IFs there are.
func (b *body) thenAhead(c cursor) bool {
	if c.tok.start <= b.ahead {
		return b.then
	}
	for !c.ended() && !c.isMark(';') && !c.is("THEN") {
		c.next()
	}
	b.ahead, b.then = c.tok.start, c.is("THEN")
	return b.then
}
