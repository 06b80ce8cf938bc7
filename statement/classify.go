package statement

import "strings"

// maxLevel is how deep statements within statements are looked into: EXPLAIN of a statement, SET STATEMENT … FOR a
// statement, EXECUTE IMMEDIATE of a text.
const maxLevel = 4

// statements tells what a text means; level is how many statements it stands in.
func (p *Parser) statements(sql []byte, mode Mode, level int) *Statement {
	sql, v := openVersions(sql, mode)
	switch parts := split(sql, mode); len(parts) {
	case 0:
		return p.one(nil, mode, level, v)
	case 1:
		return p.one(parts[0], mode, level, v)
	default:
		return p.several(parts, mode, level, v)
	}
}

// builder makes one Statement out of one text.
type builder struct {
	p     *Parser
	sql   []byte // the statement; its version comments are open
	mode  Mode
	level int
	c     cursor // behind what is understood so far
	st    *Statement

	versions versions
	oddCalls []string        // names called in a way that never finds the built-in function: `now`(), now ()
	tables   map[Table]int   // where a table is in st.Tables; made when there are many
	called   map[string]bool // the functions in st.Functions; made when there are many
}

// one tells what a single statement means. v is what version comments the text had that it is a part of.
func (p *Parser) one(sql []byte, mode Mode, level int, v versions) *Statement {
	b := &builder{p: p, sql: sql, mode: mode, level: level, versions: v, st: &Statement{}}
	b.identify()
	b.c = newCursor(b.sql, mode)
	b.verb()
	b.finish()
	return b.st
}

// identify gives the statement its digest.
func (b *builder) identify() {
	f := b.p.folders.Get().(*folder)
	f.fold(b.sql, b.mode, digestStyle)
	b.st.Digest, b.st.Params = f.digest(), f.params
	f.release()
	b.p.folders.Put(f)
}

// verb sends the statement to the file that knows its verb.
func (b *builder) verb() {
	switch {
	case b.c.ended():
		b.st.Kind = Empty
		return
	case b.c.isMark('('):
		b.query()
		return
	case b.c.tok.kind != tokWord:
		b.unknown()
		return
	}
	switch strings.ToUpper(string(b.c.text())) {
	case "SELECT", "VALUES", "TABLE":
		b.query()
	case "WITH":
		b.with()
	case "INSERT":
		b.change(Insert)
	case "REPLACE":
		b.change(Replace)
	case "UPDATE":
		b.change(Update)
	case "DELETE":
		b.change(Delete)
	case "DO":
		b.change(Do)
	case "CALL":
		b.call()
	case "LOAD":
		b.load()
	case "SET":
		b.set()
	case "SHOW":
		b.show()
	case "EXPLAIN", "DESCRIBE", "DESC":
		b.explain()
	case "ANALYZE":
		b.analyze()
	case "BEGIN", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "XA":
		b.transaction()
	case "USE", "PREPARE", "EXECUTE", "DEALLOCATE", "KILL", "GET", "SIGNAL", "RESIGNAL", "HANDLER":
		b.control()
	case "LOCK", "UNLOCK", "FLUSH", "BACKUP":
		b.lock()
	case "CREATE", "ALTER", "DROP", "RENAME", "TRUNCATE":
		b.define()
	case "GRANT", "REVOKE":
		b.account()
	default:
		b.administer()
	}
}

// unknown is for what nobody understands: it may do anything, and leave anything behind.
func (b *builder) unknown() {
	b.st.Kind = Unknown
	b.fallback()
	b.st.Effects |= LeavesState | Impure
}

// doubt is for statements of a known kind with words that nobody expected in them.
func (b *builder) doubt() {
	b.st.Fallback = true
	b.st.Effects |= LeavesState
}

// end is for the end of a statement that tokens understand: nothing may be left.
func (b *builder) end() {
	if !b.c.ended() {
		b.doubt()
	}
}

// finish settles what follows from all the rest.
func (b *builder) finish() {
	st := b.st
	if b.versions&versionSeen != 0 {
		st.Effects |= VersionComment
	}
	if b.versions&versionAmbiguous != 0 && changesSession(st.Kind) {
		// Some servers execute it and others don't, so nobody knows what the session looks like afterwards.
		st.Effects |= LeavesState
		st.Set = nil
	}
	if st.Fallback {
		b.p.fallbacks[st.Kind].Add(1)
	}
	b.foundRows()
	st.Plain = st.plain()
}

// changesSession says whether statements of that kind leave something in the session by themselves.
func changesSession(k Kind) bool {
	switch k {
	case Set, Use, Begin, Commit, Rollback, Savepoint, XA, LockTables, UnlockTables, Prepare, Execute, Deallocate, Handler,
		Unknown, Empty:
		return true
	default:
		return false
	}
}

// plain says whether a replica may answer the statement, see Statement.Plain.
func (s *Statement) plain() bool {
	if s.Fallback || s.Effects&^Unremarkable != 0 {
		return false
	}
	for _, t := range s.Tables {
		if t.Write {
			return false
		}
	}
	switch s.Kind {
	case Select, Show, Describe:
		return true
	case Explain:
		return s.Inner != nil && s.Inner.Plain
	default:
		return false
	}
}

// dependsOnLiterals says whether texts of the same shape may have another Statement than this one, because it tells
// something of their literals.
func (s *Statement) dependsOnLiterals() bool {
	switch s.Kind {
	case Set, Kill, Prepare:
		return true
	case Explain:
		if s.Inner == nil { // FOR CONNECTION
			return true
		}
	case Execute:
		return len(s.Names) == 0 // IMMEDIATE
	}
	if len(s.Set) > 0 || len(s.Locks) > 0 || s.Ask != AskNothing || s.Text != "" || s.Target != 0 || s.Limit != nil {
		return true
	}
	for _, each := range s.List {
		if each.dependsOnLiterals() {
			return true
		}
	}
	return s.Inner != nil && s.Inner.dependsOnLiterals()
}
