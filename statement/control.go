package statement

import (
	"strconv"
	"strings"
)

// control is for statements about the session and its connection.
func (b *builder) control() {
	switch c := &b.c; {
	case c.accept("USE"):
		b.st.Kind = Use
		b.database(c.name())
		b.end()
	case c.accept("PREPARE"):
		b.prepare()
	case c.accept("EXECUTE", "IMMEDIATE"):
		b.immediate()
	case c.accept("EXECUTE"):
		b.execute()
	case c.accept("DEALLOCATE", "PREPARE"), c.accept("DROP", "PREPARE"):
		b.st.Kind = Deallocate
		b.names()
	case c.accept("KILL"):
		b.kill()
	case c.is("GET"):
		b.st.Kind = Diagnostics
		b.st.Effects |= UsesDiagnostics
		b.targets()
	case c.isOne("SIGNAL", "RESIGNAL"):
		// It raises an error or a warning and leaves nothing else.
		b.st.Kind = Do
		b.st.Effects |= Impure
	case c.accept("HANDLER"):
		b.handler()
	default:
		b.unknown()
	}
}

// targets notes the variables that GET DIAGNOSTICS assigns, and whether it wants ROW_COUNT.
func (b *builder) targets() {
	for c := b.c; !c.ended(); c.next() {
		if c.tok.kind == tokUserVar {
			b.st.Effects |= AssignsVar
			b.variable(c.text())
		}
		if c.is("ROW_COUNT") {
			b.st.Effects |= UsesRowCount
		}
	}
}

// prepare reads PREPARE name FROM text.
func (b *builder) prepare() {
	b.st.Kind = Prepare
	if name := b.c.name(); name != "" {
		b.st.Names = append(b.st.Names, name)
	}
	if !b.c.accept("FROM") {
		b.doubt()
		return
	}
	b.st.Text = b.literalText()
	if b.st.Text == "" {
		b.expression()
	}
}

// literalText takes a string, or several in a row, if nothing follows but USING. It returns "" if there is an expression
// instead.
func (b *builder) literalText() string {
	var text strings.Builder
	c := b.c
	for c.tok.kind == tokString {
		text.WriteString(stringValue(c.text(), b.mode))
		c.next()
	}
	if !c.ended() && !c.is("USING") {
		return ""
	}
	b.c = c
	return text.String()
}

// execute reads EXECUTE name USING @a, @b.
func (b *builder) execute() {
	b.st.Kind = Execute
	if name := b.c.name(); name != "" {
		b.st.Names = append(b.st.Names, name)
	}
	if b.c.accept("USING") {
		b.expression()
		return
	}
	b.end()
}

// immediate reads EXECUTE IMMEDIATE text (MariaDB). Of a literal text it tells what it names and needs; what it does to
// the session is for the caller to learn from Text. What an expression gives is not known.
func (b *builder) immediate() {
	b.st.Kind = Execute
	b.st.Text = b.literalText()
	switch {
	case b.st.Text == "" || b.level >= maxLevel:
		b.st.Effects |= LeavesState | Impure
		b.expression()
	default:
		b.adoptUncounted(b.p.statements([]byte(b.st.Text), b.mode, b.level+1))
		b.expression()
	}
}

// kill reads KILL [HARD|SOFT] [CONNECTION|QUERY] id, where the id may be an expression. KILL QUERY ID n counts queries, not connections, and
// KILL USER names none: Target stays 0 for them (MariaDB manual, "KILL").
func (b *builder) kill() {
	b.st.Kind = Kill
	c := &b.c
	c.acceptOne("HARD", "SOFT")
	c.accept("CONNECTION")
	b.st.KillQuery = c.accept("QUERY")
	if id, err := strconv.ParseUint(string(c.text()), 10, 64); err == nil {
		b.st.Target = id
		c.next()
		b.end()
		return
	}
	if c.ended() {
		b.unknown() // no id: that is for the server to refuse
		return
	}
	b.expression()
	b.st.Text = b.sourceText(c.tok.start, len(b.sql))
	if c.tok.kind == tokUserVar {
		b.st.Text = userName(c.text(), b.mode)
	}
	if b.st.Ask, _ = c.asked(); b.st.Ask != AskConnectionID || !c.ended() {
		b.st.Ask = AskNothing
	}
}

// handler reads HANDLER t OPEN [AS alias], and READ and CLOSE, which name the alias. Only CLOSE leaves nothing behind.
func (b *builder) handler() {
	b.st.Kind = Handler
	schema, name := b.c.qualified()
	switch c := &b.c; {
	case c.accept("OPEN"):
		b.table(schema, name, false)
		if c.accept("AS"); c.isName() {
			name = c.name()
		}
		b.st.Effects |= LeavesState
	case c.accept("CLOSE"):
	default:
		b.expression()
		b.st.Effects |= LeavesState
	}
	b.st.Names = append(b.st.Names, name)
}

// expression notes what the rest of the statement calls and reads.
func (b *builder) expression() { b.expressionIn(b.c.tok.start, len(b.sql)) }

// expressionIn does so for a part of the statement.
func (b *builder) expressionIn(start, end int) {
	part := b.sql[start:end]
	if len(part) == 0 {
		return
	}
	s := scanner{b: b, c: newCursor(part, b.mode), names: allNames}
	s.run()
}
