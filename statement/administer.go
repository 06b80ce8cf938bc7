package statement

// administer is for the care of servers, and for verbs that nobody knows.
func (b *builder) administer() {
	b.st.Kind = Admin
	switch c := &b.c; {
	case c.acceptOne("OPTIMIZE", "REPAIR"):
		b.maintain(true)
	case c.acceptOne("CHECK"):
		b.maintain(false)
	case c.acceptOne("CHECKSUM"):
		b.maintain(false)
		b.st.Effects &^= ImplicitCommit
	case c.accept("START") && c.isOne("SLAVE", "REPLICA", "ALL", "GROUP_REPLICATION", "SLAVES"),
		c.accept("STOP") && c.isOne("SLAVE", "REPLICA", "ALL", "GROUP_REPLICATION", "SLAVES"),
		c.accept("CHANGE") && c.isOne("MASTER", "REPLICATION"),
		c.acceptOne("PURGE", "SHUTDOWN", "RESTART", "CLONE"):
	case c.acceptOne("RESET", "CACHE", "INSTALL", "UNINSTALL", "IMPORT"), c.accept("LOAD", "INDEX"):
		b.st.Effects |= ImplicitCommit
	case c.accept("BINLOG"):
		b.st.Effects |= LeavesState // it sets the session's variables as the event says
	case c.accept("HELP"):
		b.st.Kind = Show
		b.st.Effects |= ServerFacts
	default:
		b.unknown()
	}
}

// maintain reads OPTIMIZE, REPAIR, CHECK and CHECKSUM, and ANALYZE, of tables.
func (b *builder) maintain(write bool) {
	b.st.Kind = Admin
	b.st.Effects |= ImplicitCommit
	c := &b.c
	c.acceptOne("LOCAL", "NO_WRITE_TO_BINLOG")
	if !c.acceptOne("TABLE", "TABLES", "VIEW") {
		b.doubt()
		return
	}
	b.tableList(write)
}

// account is for users, roles and their rights.
func (b *builder) account() {
	b.st.Kind = Account
	b.st.Effects |= ImplicitCommit
}
