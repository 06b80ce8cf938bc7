package statement

// transaction is for the statements that begin and end transactions.
func (b *builder) transaction() {
	switch c := &b.c; {
	case c.accept("START", "TRANSACTION"):
		b.st.Kind = Begin
		b.st.Effects |= TxBegin
		b.characteristics()
	case c.is("START"):
		b.administer()
	case c.accept("BEGIN"):
		c.accept("WORK")
		if !c.ended() { // BEGIN NOT ATOMIC, or a block of sql_mode ORACLE: statements that run now
			b.unknown()
			return
		}
		b.st.Kind = Begin
		b.st.Effects |= TxBegin
	case c.accept("COMMIT"):
		b.st.Kind = Commit
		b.endTransaction()
	case c.accept("ROLLBACK"):
		b.rollback()
	case c.accept("SAVEPOINT"):
		b.savepoint("")
	case c.accept("RELEASE", "SAVEPOINT"):
		b.savepoint(Releases)
	case c.accept("XA"):
		b.xa()
	default:
		b.unknown()
	}
}

// characteristics reads what follows START TRANSACTION: WITH CONSISTENT SNAPSHOT, READ ONLY, READ WRITE, with commas.
func (b *builder) characteristics() {
	for c := &b.c; !c.ended(); c.acceptMark(',') {
		switch {
		case c.accept("READ", "ONLY"):
			b.st.Effects |= TxReadOnly
		case c.accept("READ", "WRITE"):
		case c.accept("WITH", "CONSISTENT", "SNAPSHOT"):
			b.st.Label = Snapshot
		default:
			b.doubt()
			return
		}
	}
}

func (b *builder) rollback() {
	ahead := b.c
	ahead.accept("WORK")
	if ahead.accept("TO") {
		ahead.accept("SAVEPOINT")
		b.c = ahead
		b.savepoint(RollsBackTo)
		return
	}
	b.st.Kind = Rollback
	b.endTransaction()
}

// endTransaction reads what follows COMMIT and ROLLBACK. With RELEASE the server closes the connection.
func (b *builder) endTransaction() {
	c := &b.c
	c.accept("WORK")
	chain := c.accept("AND", "CHAIN")
	if !chain {
		c.accept("AND", "NO", "CHAIN")
	}
	if !c.accept("NO", "RELEASE") && c.accept("RELEASE") {
		b.st.Effects |= Disconnects
	}
	b.end()
	if chain {
		b.st.Effects |= TxChain
	} else {
		b.st.Effects |= TxEnd
	}
}

// Labels of statements about transactions.
const (
	Snapshot    = "snapshot"    // of Begin: WITH CONSISTENT SNAPSHOT
	Releases    = "release"     // of Savepoint: RELEASE SAVEPOINT
	RollsBackTo = "rollback to" // of Savepoint: ROLLBACK TO SAVEPOINT
)

func (b *builder) savepoint(label string) {
	b.st.Kind, b.st.Label = Savepoint, label
	b.names()
}

// names takes the one name that the statement is about.
func (b *builder) names() {
	if name := b.c.name(); name != "" {
		b.st.Names = append(b.st.Names, name)
	}
	b.end()
}

// xa reads XA. START leads into a transaction of its own; END only suspends it.
func (b *builder) xa() {
	b.st.Kind = XA
	switch c := &b.c; {
	case c.isOne("START", "BEGIN"):
		b.st.Effects |= TxBegin
	case c.isOne("PREPARE", "COMMIT", "ROLLBACK"):
		b.st.Effects |= TxEnd
	case c.isOne("END", "RECOVER"):
	default:
		b.doubt()
	}
}
