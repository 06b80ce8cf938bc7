package statement

// show is for SHOW. What describes the data is the same on every server, the rest tells about one of them.
func (b *builder) show() {
	b.c.next()
	b.st.Kind = Show
	if b.diagnostics() {
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
	b.st.Kind, b.st.Label = Diagnostics, label
	return true
}

// showMetadata knows what describes databases, tables and routines, and what all servers of one version share.
func (b *builder) showMetadata() bool {
	switch c := &b.c; {
	case c.accept("TABLE", "STATUS"), c.acceptOne("TABLES", "TRIGGERS", "EVENTS"):
		b.fromDatabase()
	case c.acceptOne("COLUMNS", "FIELDS", "INDEX", "INDEXES", "KEYS"):
		b.fromTable()
	case c.accept("CREATE"):
		return b.showCreate()
	case c.accept("PROCEDURE", "STATUS"), c.accept("FUNCTION", "STATUS"), c.accept("PACKAGE", "STATUS"),
		c.accept("PACKAGE", "BODY", "STATUS"), c.accept("CHARACTER", "SET"),
		c.acceptOne("DATABASES", "SCHEMAS", "CHARSET", "COLLATION", "ENGINES", "PLUGINS", "PRIVILEGES", "AUTHORS",
			"CONTRIBUTORS"):
	default:
		return false
	}
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
	case c.acceptOne("PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE"):
		c.accept("BODY")
		schema, _ := c.qualified()
		b.database(schema)
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
