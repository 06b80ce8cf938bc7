package statement

// lock is for statements that lock more than rows, and their counterparts.
func (b *builder) lock() {
	switch c := &b.c; {
	case c.accept("LOCK", "INSTANCE"):
		b.st.Kind = LockTables
	case c.is("LOCK"):
		c.next()
		b.lockTables()
	case c.accept("UNLOCK"):
		b.st.Kind = UnlockTables
		if !c.acceptOne("TABLES", "TABLE", "INSTANCE") {
			b.doubt()
		}
		b.end()
	case c.accept("FLUSH"):
		b.flush()
	case c.accept("BACKUP"):
		b.backup()
	default:
		b.unknown()
	}
}

// lockTables reads LOCK TABLES t [AS a] READ|WRITE, ….
func (b *builder) lockTables() {
	b.st.Kind = LockTables
	b.st.Effects |= ImplicitCommit
	c := &b.c
	if !c.acceptOne("TABLES", "TABLE") {
		b.doubt()
		return
	}
	for {
		schema, name := c.qualified()
		if name == "" {
			b.doubt()
			return
		}
		if c.accept("AS") || c.isName() && !c.is("LOCAL") {
			c.name()
		}
		write := false
		for !c.ended() && !c.isMark(',') {
			write = write || c.is("WRITE")
			c.next()
		}
		b.table(schema, name, write)
		if !c.acceptMark(',') {
			return
		}
	}
}

// flush reads FLUSH. Only FLUSH TABLES … WITH READ LOCK and … FOR EXPORT lock.
func (b *builder) flush() {
	b.st.Kind = Admin
	b.st.Effects |= ImplicitCommit
	c := &b.c
	c.acceptOne("LOCAL", "NO_WRITE_TO_BINLOG")
	if !c.acceptOne("TABLES", "TABLE") {
		return
	}
	b.tableList(false)
	if c.accept("WITH", "READ", "LOCK") || c.accept("FOR", "EXPORT") {
		b.st.Kind = LockTables
	}
}

// tableList takes the tables of a list.
func (b *builder) tableList(write bool) {
	for b.c.isName() {
		schema, name := b.c.qualified()
		b.table(schema, name, write)
		if !b.c.acceptMark(',') {
			return
		}
	}
}

// backup reads BACKUP STAGE and BACKUP LOCK (MariaDB).
func (b *builder) backup() {
	b.st.Kind = LockTables
	switch c := &b.c; {
	case c.accept("STAGE", "END"), c.accept("UNLOCK"):
		b.st.Kind = UnlockTables
	case c.accept("STAGE"):
	case c.accept("LOCK"):
		b.tableList(false)
	default:
		b.doubt()
	}
}
