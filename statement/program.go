package statement

import "strings"

// Program is what the body of a stored program names: of a procedure, a function, a trigger or an event.
type Program struct {
	Tables    []Table  // as a Statement has them: those without a schema are of the program's own database
	Functions []string // as a Statement has them: called routines, and functions that are not known to be pure
	// Unclear are the parts that nobody can tell anything about from their text, without literals. What they touch is missing above.
	Unclear []string
}

// Program tells what the body of a stored program names, from BEGIN to END, or its only statement. Nothing is kept of it.
// It never fails: what is not understood is told as that.
func (p *Parser) Program(body string, mode Mode) (found Program) {
	defer func() {
		if recover() != nil {
			found.Unclear = append(found.Unclear, "the body as a whole")
		}
	}()
	text, _ := openVersions([]byte(body), mode)
	r := programReader{p: p, mode: mode, sum: &builder{p: p, mode: mode, st: &Statement{}}, c: newCursor(text, mode)}
	if isOracle(r.c) {
		return Program{Unclear: []string{"a body in the style of sql_mode ORACLE"}}
	}
	for !r.c.ended() {
		r.step()
	}
	return Program{Tables: r.sum.st.Tables, Functions: r.sum.st.Functions, Unclear: r.unclear}
}

// programReader goes through a body statement by statement. Blocks need not be matched: what opens and closes them is passed over.
type programReader struct {
	p       *Parser
	mode    Mode
	c       cursor   // where a statement, or a word of a block, begins
	sum     *builder // takes what was found
	unclear []string
}

// step reads the next statement, or a word that belongs to a block.
func (r *programReader) step() {
	c := &r.c
	switch {
	case c.acceptMark(';'), c.acceptOne("ELSE", "LOOP", "REPEAT"):
	case c.accept("BEGIN", "NOT", "ATOMIC"), c.acceptOne("BEGIN"):
	case isLabel(*c):
		c.next()
		c.next()
	case c.acceptOne("IF", "ELSEIF", "WHEN"):
		r.expression("THEN")
		c.acceptOne("THEN")
	case c.acceptOne("CASE"):
		r.expression("WHEN")
	case c.acceptOne("WHILE", "FOR"):
		r.expression("DO")
		c.acceptOne("DO")
	case c.acceptOne("UNTIL"):
		r.expression("END")
		r.toSemicolon()
	case c.acceptOne("DECLARE"):
		r.declare()
	case c.isOne("END", "LEAVE", "ITERATE", "OPEN", "CLOSE", "FETCH", "SIGNAL", "RESIGNAL", "GET"):
		r.toSemicolon()
	case c.acceptOne("RETURN", "SET"):
		r.names(r.toSemicolon())
	default:
		r.statement(r.toSemicolon())
	}
}

// toSemicolon goes to the semicolon that ends the statement, and returns its text.
func (r *programReader) toSemicolon() []byte {
	start := r.c.tok.start
	return r.c.lx.sql[start:r.c.skipStatement()]
}

// expression reads up to a word that ends an expression.
func (r *programReader) expression(until string) {
	start := r.c.tok.start
	for depth := 0; !r.c.ended() && !r.c.isMark(';'); r.c.next() {
		if depth == 0 && r.c.is(until) {
			break
		}
		switch {
		case r.c.is("CASE"):
			depth++
		case r.c.is("END"):
			depth--
		}
	}
	r.names(r.c.lx.sql[start:r.c.tok.start])
}

// declare reads a variable, a cursor's query, or the head of a handler; the handler's statement comes next.
func (r *programReader) declare() {
	for ahead := r.c; !ahead.ended() && !ahead.isMark(';'); ahead.next() {
		switch {
		case ahead.is("CURSOR"):
			for !ahead.ended() && !ahead.isMark(';') && !ahead.accept("FOR") {
				ahead.next()
			}
			r.c = ahead
			r.statement(r.toSemicolon())
			return
		case ahead.accept("HANDLER", "FOR"):
			r.c = ahead
			r.conditions()
			return
		case ahead.is("DEFAULT"):
			r.c = ahead
			r.names(r.toSemicolon())
			return
		}
	}
	r.toSemicolon()
}

// conditions goes behind those of a handler.
func (r *programReader) conditions() {
	c := &r.c
	for {
		switch {
		case c.accept("NOT", "FOUND"):
		case c.acceptOne("SQLSTATE"):
			c.acceptOne("VALUE")
			c.next()
		default:
			c.next()
		}
		if !c.acceptMark(',') {
			return
		}
	}
}

// names adds the tables and functions of an expression.
func (r *programReader) names(expression []byte) {
	b := &builder{p: r.p, sql: expression, mode: r.mode, st: &Statement{}}
	s := scanner{b: b, c: newCursor(expression, r.mode), names: allNames}
	s.run()
	r.sum.adopt(b.st)
}

// statement adds what a statement names.
func (r *programReader) statement(text []byte) {
	st := r.p.one(text, r.mode, 1, 0)
	switch {
	case st.Kind == Unknown, st.Kind == Prepare && st.Text == "", st.Kind == Execute && len(st.Names) == 0 && st.Text == "":
		r.unclear = append(r.unclear, strings.TrimSpace(r.p.Normalize(text, r.mode)))
	case st.Text != "" && (st.Kind == Prepare || st.Kind == Execute):
		r.sum.adopt(r.p.statements([]byte(st.Text), r.mode, 1))
	}
	r.sum.adopt(st)
}
