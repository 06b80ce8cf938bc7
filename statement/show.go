package statement

import "strconv"

// show is for SHOW. What describes the data is the same on every server, the rest tells about one of them.
func (b *builder) show() {
	b.c.next()
	b.st.Kind = Show
	if b.diagnostics() || b.processList() {
		return
	}
	for b.c.acceptOne("FULL", "EXTENDED", "STORAGE") {
	}
	if !b.showMetadata() {
		b.showServer()
	}
	b.showFilter()
}

// diagnostics knows what tells about the statement before.
func (b *builder) diagnostics() bool {
	c, label := b.c, ""
	if c.accept("COUNT") {
		label = "count "
		if !c.acceptMark('(') || !c.acceptMark('*') || !c.acceptMark(')') {
			return false
		}
	}
	if !c.isOne("WARNINGS", "ERRORS") {
		return false
	}
	if c.is("WARNINGS") {
		label += "warnings"
	} else {
		label += "errors"
	}
	b.st.Kind = Diagnostics
	c.next()
	if limit, ok := c.limit(); ok {
		b.st.Label, b.st.Limit = label, limit
	}
	return true
}

// limit reads the LIMIT at the end of SHOW WARNINGS, if there is one. What it does not understand is for a server to answer, mostly
// with an error.
func (c *cursor) limit() (limit *Limit, ok bool) {
	if c.accept("LIMIT") {
		first, ok := c.count()
		if !ok {
			return nil, false
		}
		limit = &Limit{Count: first}
		switch {
		case c.acceptMark(','):
			limit.Offset = first
			limit.Count, ok = c.count()
		case c.accept("OFFSET"):
			limit.Offset, ok = c.count()
		}
		if !ok {
			return nil, false
		}
	}
	return limit, c.ended()
}

// count takes a whole number.
func (c *cursor) count() (n uint64, ok bool) {
	n, err := strconv.ParseUint(string(c.text()), 10, 64)
	c.next()
	return n, err == nil
}

// processList knows SHOW [FULL] PROCESSLIST, of which the proxy has its own.
func (b *builder) processList() bool {
	c := b.c
	full := c.accept("FULL")
	if !c.accept("PROCESSLIST") || !c.ended() {
		return false
	}
	b.st.Ask, b.st.Full = AskProcessList, full
	b.st.Effects |= ServerFacts
	return true
}

// showMetadata knows what describes databases, tables and routines, and what all servers of one version share.
func (b *builder) showMetadata() bool {
	switch c := &b.c; {
	case c.accept("TABLE", "STATUS"), c.accept("TABLES"):
		b.st.Lists = ListsTables
		b.fromDatabase()
	case c.accept("TRIGGERS"):
		b.st.Lists = ListsTriggers
		b.fromDatabase()
	case c.acceptOne("DATABASES", "SCHEMAS"):
		b.st.Lists = ListsDatabases
	case c.accept("EVENTS"):
		b.st.Effects |= ServerFacts // replicas have them switched off
		b.fromDatabase()
	case c.acceptOne("COLUMNS", "FIELDS", "INDEX", "INDEXES", "KEYS"):
		b.fromTable()
	case c.accept("CREATE"):
		return b.showCreate()
	case c.acceptOne("PRIVILEGES", "AUTHORS", "CONTRIBUTORS"):
		return true
	case c.accept("PROCEDURE", "STATUS"), c.accept("FUNCTION", "STATUS"), c.accept("PACKAGE", "STATUS"),
		c.accept("PACKAGE", "BODY", "STATUS"), c.accept("CHARACTER", "SET"),
		c.acceptOne("CHARSET", "COLLATION", "ENGINES", "PLUGINS"):
	default:
		return false
	}
	b.st.Effects |= ListsSchema
	return true
}

func (b *builder) fromDatabase() {
	if b.c.acceptOne("FROM", "IN") {
		b.database(b.c.name())
	}
}

// fromTable reads FROM t FROM d, or FROM d.t.
func (b *builder) fromTable() {
	if !b.c.acceptOne("FROM", "IN") {
		b.doubt()
		return
	}
	schema, name := b.c.qualified()
	if b.c.acceptOne("FROM", "IN") {
		schema = b.c.name()
	}
	b.table(schema, name, false)
}

func (b *builder) showCreate() bool {
	switch c := &b.c; {
	case c.acceptOne("TABLE", "VIEW", "SEQUENCE"):
		schema, name := c.qualified()
		b.table(schema, name, false)
	case c.acceptOne("DATABASE", "SCHEMA"):
		c.accept("IF", "NOT", "EXISTS")
		b.database(c.name())
	case c.accept("EVENT"):
		b.st.Effects |= ServerFacts
		b.routine()
	case c.acceptOne("PROCEDURE", "FUNCTION", "TRIGGER", "PACKAGE"):
		c.accept("BODY")
		b.routine()
	default:
		return false
	}
	return true
}

// showServer is for everything else: variables, status, sessions, logs, replication, rights.
func (b *builder) showServer() {
	b.st.Effects |= ServerFacts
	c := b.c
	global := c.accept("GLOBAL")
	c.acceptOne("SESSION", "LOCAL")
	if !global && c.isOne("VARIABLES", "PROFILE", "PROFILES") {
		b.st.Effects |= SessionVars
	}
	if c.isOne("VARIABLES", "STATUS") {
		b.st.Effects |= ListsSchema
	}
}

// showFilter notes what the condition of SHOW … WHERE calls.
func (b *builder) showFilter() {
	for c := &b.c; !c.ended(); c.next() {
		if c.is("WHERE") {
			b.expression()
			return
		}
	}
}
