package statement

// define is for CREATE, ALTER, DROP, RENAME and TRUNCATE.
func (b *builder) define() {
	b.st.Kind = DDL
	b.st.Effects |= ImplicitCommit
	switch c := &b.c; {
	case c.accept("DROP", "PREPARE"):
		b.st.Effects = 0
		b.st.Kind = Deallocate
		b.names()
	case c.accept("CREATE"):
		b.create()
	case c.accept("ALTER"):
		b.alter()
	case c.accept("DROP"):
		b.drop()
	case c.accept("RENAME"):
		b.rename()
	case c.accept("TRUNCATE"):
		c.accept("TABLE")
		b.tableList(true)
	}
}

// objects are the kinds of things that DDL is about.
var objects = [...]string{"TABLE", "TABLES", "VIEW", "SEQUENCE", "INDEX", "DATABASE", "SCHEMA", "TRIGGER", "PROCEDURE",
	"FUNCTION", "EVENT", "PACKAGE", "USER", "ROLE", "INSTANCE", "SERVER", "TABLESPACE", "LOGFILE", "RESOURCE", "REFERENCE",
	"CATALOG", "LIBRARY"}

// maxModifiers is how many tokens may stand between the verb and the object: OR REPLACE DEFINER = a@b SQL SECURITY ….
const maxModifiers = 16

// object goes to the kind of thing that is defined, behind its modifiers and IF [NOT] EXISTS, and returns it.
func (b *builder) object() (object string, temporary bool) {
	c := &b.c
	for range maxModifiers {
		temporary = temporary || c.is("TEMPORARY")
		for _, o := range objects {
			if c.accept(o) {
				c.accept("IF", "NOT", "EXISTS")
				c.accept("IF", "EXISTS")
				return o, temporary
			}
		}
		c.next()
	}
	return "", temporary
}

func (b *builder) create() {
	object, temporary := b.object()
	switch object {
	case "TABLE":
		b.createTable(temporary)
	case "SEQUENCE":
		b.named(temporary, CreatesTemp)
	case "VIEW":
		b.view()
	case "INDEX":
		b.onTable()
	case "TRIGGER":
		b.routine()
		b.onTable()
	case "USER", "ROLE":
		b.account()
	default:
		b.other(object)
	}
}

// createTable reads the name. LIKE, REFERENCES and a query behind the definition name further tables, which are read.
func (b *builder) createTable(temporary bool) {
	b.named(temporary, CreatesTemp)
	prev := b.c
	for c := b.c; !c.ended(); {
		switch {
		case c.is("SELECT"), c.is("TABLE"), c.is("VALUES") && (prev.is("AS") || valuesOfRows(c)), c.is("WITH") && prev.isOne("AS", "REPLACE", "IGNORE"):
			start := c.tok.start
			if prev.isMark('(') {
				start = prev.tok.start
			}
			b.adopt(b.p.one(b.sql[start:], b.mode, b.level+1, 0))
			b.st.Effects |= HidesFoundRows
			return
		case c.isOne("LIKE", "REFERENCES"):
			c.next()
			schema, name := c.qualified()
			b.table(schema, name, false)
			continue
		}
		prev = c
		c.next()
	}
}

// valuesOfRows tells VALUES ROW(…), which is a query, from the VALUES of a partition.
func valuesOfRows(c cursor) bool {
	c.next()
	return c.is("ROW")
}

// view reads the name and the query of a view, without the check option behind it.
func (b *builder) view() {
	b.tableList(true)
	for c := &b.c; !c.ended() && !c.accept("AS"); {
		c.next()
	}
	start, end := b.c.tok.start, len(b.sql)
	for c := b.c; !c.ended(); c.next() {
		option := c
		if option.accept("WITH") {
			option.acceptOne("CASCADED", "LOCAL")
			if option.accept("CHECK", "OPTION") {
				end = c.tok.start
			}
		}
	}
	b.adopt(b.p.one(b.sql[start:end], b.mode, b.level+1, 0))
}

// named takes the tables that the statement creates or drops. A temporary one leaves the transaction open.
func (b *builder) named(temporary bool, effect Effects) {
	for b.c.isName() {
		schema, name := b.c.qualified()
		b.table(schema, name, true)
		if schema != "" {
			name = schema + "." + name
		}
		b.st.Names = append(b.st.Names, name)
		if !b.c.acceptMark(',') {
			break
		}
	}
	if temporary {
		b.st.Effects &^= ImplicitCommit
	}
	if temporary || effect == DropsTable {
		b.st.Effects |= effect
	}
}

// routine takes the name of a stored program, of which only the database matters.
func (b *builder) routine() {
	schema, _ := b.c.qualified()
	b.database(schema)
	b.st.Schema = schema == ""
}

// onTable reads up to ON t, the table that an index or a trigger belongs to.
func (b *builder) onTable() {
	for c := &b.c; !c.ended(); c.next() {
		if c.accept("ON") {
			schema, name := c.qualified()
			b.table(schema, name, true)
			return
		}
	}
}

// other is for objects that are no tables.
func (b *builder) other(object string) {
	switch object {
	case "DATABASE", "SCHEMA":
		b.st.Whole = true
		if b.c.isName() {
			b.database(b.c.name())
		}
	case "PROCEDURE", "FUNCTION", "EVENT", "TRIGGER":
		b.routine()
	case "PACKAGE":
		b.c.accept("BODY")
		b.routine()
	case "INSTANCE":
		b.st.Kind = Admin
	case "":
		b.doubt()
	}
}

func (b *builder) alter() {
	object, _ := b.object()
	switch object {
	case "TABLE":
		schema, name := b.c.qualified()
		b.table(schema, name, true)
		b.alterations()
	case "VIEW":
		b.view()
	case "SEQUENCE":
		b.tableList(true)
	case "USER", "ROLE":
		b.account()
	default:
		b.other(object)
	}
}

// alterations finds the other tables that ALTER TABLE names: the new name, a partition's table, a foreign key's.
func (b *builder) alterations() {
	for c := &b.c; !c.ended(); {
		switch {
		case c.accept("RENAME"):
			if c.isOne("COLUMN", "INDEX", "KEY", "CONSTRAINT", "PARTITION") {
				continue
			}
			c.acceptOne("TO", "AS")
			c.acceptMark('=')
			b.nextTable(true)
		case c.accept("WITH", "TABLE"), c.accept("TO", "TABLE"):
			b.nextTable(true)
		case c.accept("REFERENCES"):
			b.nextTable(false)
		default:
			c.next()
		}
	}
}

func (b *builder) nextTable(write bool) {
	schema, name := b.c.qualified()
	b.table(schema, name, write)
}

func (b *builder) drop() {
	object, temporary := b.object()
	switch object {
	case "TABLE", "TABLES":
		b.named(temporary, DropsTable)
	case "SEQUENCE":
		b.named(temporary, DropsTable)
	case "VIEW":
		b.tableList(true)
	case "INDEX":
		b.onTable()
	case "USER", "ROLE":
		b.account()
	default:
		b.other(object)
	}
}

// rename reads RENAME TABLE a TO b, c TO d; both are written.
func (b *builder) rename() {
	c := &b.c
	if c.is("USER") {
		b.account()
		return
	}
	if !c.acceptOne("TABLE", "TABLES") {
		b.doubt()
		return
	}
	c.accept("IF", "EXISTS")
	for {
		b.nextTable(true)
		c.acceptOne("NOWAIT")
		for !c.ended() && !c.is("TO") { // WAIT n
			c.next()
		}
		if !c.accept("TO") {
			return
		}
		b.nextTable(true)
		if !c.acceptMark(',') {
			return
		}
	}
}
