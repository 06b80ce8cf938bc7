package statement

import (
	"slices"
	"strings"
)

// set is for SET in all its forms.
func (b *builder) set() {
	b.c.next()
	switch c := &b.c; {
	case c.is("STATEMENT"):
		b.setStatement()
	case c.is("PASSWORD"), c.accept("DEFAULT", "ROLE"):
		b.account()
	case c.accept("RESOURCE", "GROUP"):
		b.st.Kind = Admin
		b.st.Effects |= LeavesState
	case b.setTransaction(), b.setRole():
	default:
		b.assignments()
	}
}

// setTransaction reads SET [GLOBAL|SESSION|LOCAL] TRANSACTION characteristics. Without a scope they hold for the next
// transaction only.
func (b *builder) setTransaction() bool {
	c := b.c
	var effects Effects
	switch {
	case c.accept("GLOBAL"):
		effects = SetsGlobal
	case c.acceptOne("SESSION", "LOCAL"):
	default:
		effects = OneShot
	}
	if !c.accept("TRANSACTION") {
		return false
	}
	b.st.Kind = Set
	b.st.Effects |= effects
	b.assign(Assignment{Scope: TransactionScope, Value: b.sourceText(c.tok.start, len(b.sql)), Literal: true})
	if !c.isOne("READ", "ISOLATION") {
		b.doubt()
	}
	return true
}

func (b *builder) setRole() bool {
	c := b.c
	if !c.accept("ROLE") || c.isMark('=') || c.ended() {
		return false
	}
	b.st.Kind = Set
	b.assign(Assignment{Scope: RoleScope, Value: b.sourceText(c.tok.start, len(b.sql)), Literal: true})
	return true
}

func (b *builder) assign(a Assignment) { b.st.Set = append(b.st.Set, a) }

// sourceText returns the text from start to the last token before end.
func (b *builder) sourceText(start, end int) string {
	last := start
	for c := newCursor(b.sql[start:end], b.mode); !c.ended(); c.next() {
		last = start + c.tok.end
	}
	return string(b.sql[start:last])
}

// assignments reads a list of assignments. GLOBAL and SESSION hold for the system variables behind them, too, until the
// other is said (MySQL manual, "SET Syntax for Variable Assignment"; measured on MariaDB 10.11).
func (b *builder) assignments() {
	b.st.Kind = Set
	scope := SessionScope
	for {
		ok := false
		switch c := &b.c; {
		case c.accept("NAMES"):
			ok = b.setNames("")
		case c.accept("CHARACTER", "SET"), c.accept("CHARSET"), c.accept("CHAR", "SET"):
			ok = b.setNames("character set")
		case c.tok.kind == tokUserVar:
			ok = b.setUser()
		case c.tok.kind == tokSysVar:
			ok = b.setSystem()
		default:
			scope = b.takeScope(scope)
			ok = b.setNamed(scope)
		}
		if !ok {
			b.refuseSet()
			return
		}
		if !b.c.acceptMark(',') {
			break
		}
	}
	if !b.c.ended() {
		b.refuseSet()
	}
}

// refuseSet is for a SET that can't be told: nobody knows what the session looks like afterwards.
func (b *builder) refuseSet() {
	b.st.Set = nil
	b.expression()
	b.doubt()
}

func (b *builder) takeScope(present Scope) Scope {
	ahead := b.c.peek()
	if ahead.isMark('=') || ahead.isAssign() { // a variable of that name
		return present
	}
	switch {
	case b.c.acceptOne("GLOBAL", "PERSIST", "PERSIST_ONLY"):
		return GlobalScope
	case b.c.acceptOne("SESSION", "LOCAL"):
		return SessionScope
	default:
		return present
	}
}

// setNames reads SET NAMES and SET CHARACTER SET, which Name tells apart: they set different variables.
func (b *builder) setNames(name string) bool {
	start, end := b.value()
	if start == end {
		return false
	}
	b.assign(Assignment{Scope: NamesScope, Name: name, Value: string(b.sql[start:end]), Literal: true})
	return true
}

func (b *builder) setUser() bool {
	name := userName(b.c.text(), b.mode)
	b.c.next()
	return b.assignTo(UserScope, name)
}

// variable notes a user variable that the statement names. Accounts have an @host that looks like one.
func (b *builder) variable(text []byte) {
	if len(text) < 2 {
		return
	}
	if name := userName(text, b.mode); !slices.Contains(b.st.Vars, name) {
		b.st.Vars = append(b.st.Vars, name)
	}
}

// userName returns the name in @name, @'name' or @`name`. The servers compare such names without case; only that of ASCII letters is the same in all
// character sets.
func userName(text []byte, mode Mode) string {
	switch text = text[1:]; text[0] {
	case '`':
		return lowerASCII(unquoted(text, tokQuoted))
	case '\'', '"':
		return lowerASCII(stringValue(text, mode))
	default:
		return lowerASCII(string(text))
	}
}

func lowerASCII(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; 'A' <= c && c <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if 'A' <= b[i] && b[i] <= 'Z' {
					b[i] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

// setSystem reads @@name = and @@scope.name =.
func (b *builder) setSystem() bool {
	c := &b.c
	name := strings.ToLower(systemName(c.text()))
	c.next()
	scope, scoped := SessionScope, false
	if c.isMark('.') {
		switch name {
		case "global", "persist", "persist_only":
			scope, scoped = GlobalScope, true
		case "session", "local":
			scoped = true
		}
		if scoped {
			c.next()
			name = strings.ToLower(c.name())
		}
	}
	name += b.restOfName()
	if !scoped && isTransactionVariable(name) {
		// @@tx_isolation without a scope is for the next transaction only, tx_isolation is not.
		b.st.Effects |= OneShot
	}
	return b.assignTo(scope, name)
}

func isTransactionVariable(name string) bool {
	switch name {
	case "transaction_isolation", "tx_isolation", "transaction_read_only", "tx_read_only":
		return true
	default:
		return false
	}
}

// restOfName takes the rest of a structured name: SET hot.key_buffer_size =.
func (b *builder) restOfName() string {
	var rest strings.Builder
	for b.c.acceptMark('.') {
		rest.WriteString("." + strings.ToLower(b.c.name()))
	}
	return rest.String()
}

func (b *builder) setNamed(scope Scope) bool {
	name := strings.ToLower(b.c.name())
	if name == "" {
		return false
	}
	return b.assignTo(scope, name+b.restOfName())
}
