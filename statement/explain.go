package statement

import "strconv"

// explain is for EXPLAIN, DESCRIBE and DESC, of a statement or a table.
func (b *builder) explain() {
	b.c.next()
	b.st.Kind = Explain
	analyzes := false
	for c := &b.c; ; {
		switch {
		case c.accept("ANALYZE"):
			analyzes = true
		case c.acceptOne("EXTENDED", "PARTITIONS"):
		case c.is("FORMAT") && b.skipFormat():
		case c.accept("INTO"): // EXPLAIN INTO @v (MySQL since 8.1)
			b.st.Effects |= AssignsVar
			if c.tok.kind == tokUserVar {
				b.variable(c.text())
			}
			c.next()
		case c.accept("FOR", "SCHEMA"), c.accept("FOR", "DATABASE"): // MySQL since 8.3
			b.database(c.name())
		case c.accept("FOR", "CONNECTION"):
			b.explainConnection()
			return
		case explainable(c):
			b.inner(analyzes)
			return
		default:
			b.describe()
			return
		}
	}
}

// analyze is for ANALYZE of a statement, which runs it (MariaDB), and for ANALYZE TABLE.
func (b *builder) analyze() {
	b.c.next()
	if b.c.isOne("TABLE", "TABLES", "LOCAL", "NO_WRITE_TO_BINLOG") {
		b.maintain(true)
		return
	}
	b.st.Kind = Explain
	b.skipFormat()
	b.inner(true)
}

// skipFormat takes FORMAT = name.
func (b *builder) skipFormat() bool {
	ahead := b.c
	if !ahead.accept("FORMAT") || !ahead.acceptMark('=') {
		return false
	}
	ahead.next()
	b.c = ahead
	return true
}

// explainable says whether a statement follows that can be explained, and not a table's name.
func explainable(c *cursor) bool {
	return c.isMark('(') || c.isOne("SELECT", "WITH", "VALUES", "INSERT", "REPLACE", "UPDATE", "DELETE") ||
		c.is("TABLE")
}

func (b *builder) describe() {
	if !b.c.isName() {
		b.doubt()
		return
	}
	b.st.Kind = Describe
	schema, table := b.c.qualified()
	b.table(schema, table, false)
	if b.c.isName() || b.c.tok.kind == tokString { // a column, or a pattern
		b.c.next()
	}
	b.end()
}

// explainConnection reads EXPLAIN FOR CONNECTION id.
func (b *builder) explainConnection() {
	b.st.Effects |= ServerFacts
	b.st.Target, _ = strconv.ParseUint(string(b.c.text()), 10, 64)
}

// inner takes the statement that is explained. A statement that is only explained writes nothing; one that is analyzed
// runs.
func (b *builder) inner(runs bool) {
	if b.level >= maxLevel || b.c.ended() {
		b.doubt()
		return
	}
	in := b.p.one(b.sql[b.c.tok.start:], b.mode, b.level+1, b.versions)
	b.st.Inner = in
	if runs {
		b.adopt(in)
	} else {
		b.adoptUncounted(in)
		for i := range b.st.Tables {
			b.st.Tables[i].Write = false
		}
	}
	b.st.Fallback = in.Fallback
}
