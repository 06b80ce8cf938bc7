package statement

// query is for SELECT, VALUES, TABLE and what begins with a parenthesis.
func (b *builder) query() {
	b.st.Kind = Select
	if b.question() {
		return
	}
	if b.c.is("VALUES") {
		b.st.Effects |= HidesFoundRows
	}
	b.body()
}

// with is for WITH: the verb comes behind the common table expressions.
func (b *builder) with() {
	switch c := b.c; c.skipWith() {
	case "UPDATE":
		b.change(Update)
	case "DELETE":
		b.change(Delete)
	case "SELECT":
		b.query()
	default:
		b.unknown()
	}
}

// skipWith goes from WITH to the verb that its expressions are for, and returns it. A parenthesis there is a SELECT.
func (c *cursor) skipWith() string {
	for !c.ended() {
		switch {
		case c.isMark('('):
			c.skipParens()
			if c.isMark('(') { // the parenthesis of an expression follows AS or a name
				return "SELECT"
			}
		case c.isOne("SELECT", "VALUES", "TABLE"):
			return "SELECT"
		case c.is("UPDATE"):
			return "UPDATE"
		case c.is("DELETE"):
			return "DELETE"
		default:
			c.next()
		}
	}
	return ""
}

// change is for statements that change data, or may.
func (b *builder) change(kind Kind) {
	b.st.Kind = kind
	b.body()
}

// call is for CALL. What the procedure does is not in the text; an argument @x may be an OUT parameter.
func (b *builder) call() {
	b.st.Kind = Call
	b.c.next()
	schema, name := b.c.qualified()
	if name == "" {
		b.doubt()
		return
	}
	b.database(schema)
	b.function(routineName(schema, name))
	b.body()
	if b.st.Effects.Has(ReadsVar) {
		b.st.Effects |= AssignsVar
	}
}

// load is for LOAD DATA and LOAD XML, and for LOAD INDEX, which is of another kind.
func (b *builder) load() {
	ahead := b.c.peek()
	if !ahead.isOne("DATA", "XML") {
		b.administer()
		return
	}
	b.st.Kind = Load
	for !ahead.ended() && !ahead.is("INFILE") {
		if ahead.is("LOCAL") {
			b.st.Effects |= LoadsLocal
		}
		ahead.next()
	}
	b.body()
	if b.st.Effects.Has(ReadsVar) { // (a, @b) in the list of columns
		b.st.Effects |= AssignsVar
	}
}

// body finds the tables, functions and effects of a statement that holds expressions: by the SQL parser if it
// understands the text, perhaps with MariaDB's own syntax rewritten; else by tokens. What tokens see for certain
// (a lock clause, a variable) counts in any case, since the parser reads some of it otherwise than the servers.
func (b *builder) body() {
	b.certain()
	text, whole := b.sql, len(b.sql) <= b.p.maxParse
	if !whole {
		text = b.compact()
	}
	if len(text) > b.p.maxParse {
		b.fallback()
		return
	}
	if b.understood(text, whole) {
		return
	}
	if text = rewrite(text, b.mode); text != nil && b.understood(text, whole) {
		b.callsByTokens() // some calls stood in what was cut out
		return
	}
	b.fallback()
}

// compact returns the statement with short constants in place of its literals, and of lists only the first.
func (b *builder) compact() []byte {
	f := b.p.folders.Get().(*folder)
	f.fold(b.sql, b.mode, compactStyle)
	text := append([]byte(nil), f.out...)
	f.release()
	b.p.folders.Put(f)
	return text
}

// understood walks the tree of text if the parser accepts it and agrees on the verb. literals says that the text still
// has its own.
func (b *builder) understood(text []byte, literals bool) bool {
	node, err := b.p.tree(text, b.mode)
	if err != nil || !agrees(node, b.st.Kind) {
		return false
	}
	w := walker{b: b, literals: literals}
	node.Accept(&w)
	return true
}

// fallback lets tokens decide.
func (b *builder) fallback() {
	b.st.Fallback = true
	s := scanner{b: b, c: newCursor(b.sql, b.mode), names: allNames}
	s.run()
}

// certain finds what tokens alone can tell.
func (b *builder) certain() {
	s := scanner{b: b, c: newCursor(b.sql, b.mode), names: noNames}
	s.run()
}

// callsByTokens finds the functions that are called anywhere, and all locks anew.
func (b *builder) callsByTokens() {
	b.st.Locks = nil
	s := scanner{b: b, c: newCursor(b.sql, b.mode), names: callNames}
	s.run()
}
