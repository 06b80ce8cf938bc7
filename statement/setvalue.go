package statement

import "strings"

// assignTo reads = value or := value for a variable.
func (b *builder) assignTo(scope Scope, name string) bool {
	if !b.c.acceptMark('=') {
		if !b.c.isAssign() {
			return false
		}
		b.c.next()
	}
	literal := b.literalAhead(scope)
	start, end := b.value()
	if start == end {
		return false
	}
	a := Assignment{Scope: scope, Name: name, Value: string(b.sql[start:end]), Literal: literal}
	b.assign(a)
	b.assignEffects(a)
	if !literal {
		b.valueNames(start, end)
	}
	return true
}

// value goes to the comma or the end behind a value, and returns where the value stands.
func (b *builder) value() (start, end int) {
	c := &b.c
	start, end = c.tok.start, c.tok.start
	for !c.ended() && !c.isMark(',') {
		if c.isMark('(') {
			c.skipTo(&end)
			continue
		}
		end = c.tok.end
		c.next()
	}
	return start, end
}

// skipTo goes behind a parenthesis and notes where it ended.
func (c *cursor) skipTo(end *int) {
	for depth := 0; !c.ended(); {
		switch {
		case c.isMark('('):
			depth++
		case c.isMark(')'):
			depth--
		}
		*end = c.tok.end
		c.next()
		if depth <= 0 {
			return
		}
	}
}

// literalAhead says whether the value is a constant: a number, perhaps with a sign, a string, TRUE, FALSE, NULL; and for
// system variables a bare word, which is the name of a value.
func (b *builder) literalAhead(scope Scope) bool {
	c := b.c
	if c.isMark('-') || c.isMark('+') {
		c.next()
		if c.tok.kind != tokNumber {
			return false
		}
	}
	switch c.tok.kind {
	case tokNumber, tokString:
	case tokWord:
		if scope == UserScope && !c.isOne("TRUE", "FALSE", "NULL") {
			return false
		}
	case tokQuoted:
		if scope == UserScope {
			return false
		}
	default:
		return false
	}
	c.next()
	return c.ended() || c.isMark(',')
}

// assignEffects notes what setting a system variable does beyond changing the session.
func (b *builder) assignEffects(a Assignment) {
	switch a.Scope {
	case GlobalScope:
		b.st.Effects |= SetsGlobal
		return
	case UserScope:
		return
	}
	value := strings.ToUpper(strings.Trim(a.Value, `'"`))
	switch a.Name {
	case "timestamp", "insert_id", "rand_seed1", "rand_seed2":
		b.st.Effects |= NextOnly
	case "sql_auto_is_null":
		if value != "0" && value != "OFF" && value != "FALSE" && value != "DEFAULT" {
			b.st.Effects |= NextOnly
		}
	case "last_insert_id", "identity":
		b.st.Effects |= SetsInsertID
	case "sql_log_bin":
		if value != "1" && value != "ON" && value != "TRUE" {
			b.st.Effects |= BypassesBinlog
		}
	case "gtid_next":
		if value != "AUTOMATIC" && value != "DEFAULT" {
			b.st.Effects |= BypassesBinlog
		}
	case "skip_replication":
		if value != "0" && value != "OFF" && value != "FALSE" {
			b.st.Effects |= BypassesBinlog
		}
	case "gtid_seq_no":
		b.st.Effects |= NextOnly | BypassesBinlog
	default:
		if strings.HasPrefix(a.Name, "pseudo_") {
			b.st.Effects |= NextOnly
		}
	}
}

// valueNames notes what the expression of a value reads and calls, as if it were selected.
func (b *builder) valueNames(start, end int) {
	if len(b.st.Set) > parsedValues {
		b.expressionIn(start, end)
		return
	}
	text := append([]byte("SELECT "), b.sql[start:end]...)
	in := b.p.one(text, b.mode, b.level+1, 0)
	b.adopt(in)
	b.st.Fallback = b.st.Fallback || in.Fallback
}

// parsedValues is up to which item of a SET the values are given to the parser; tokens do for the rest.
const parsedValues = 64

// setStatement reads SET STATEMENT a = 1, b = 2 FOR statement (MariaDB): the variables hold for that statement only.
// Unless they are known to change nothing but its speed, the statement is not plain.
func (b *builder) setStatement() {
	b.c.next()
	var names []string
	harmless := true
	for {
		name := strings.ToLower(b.c.name())
		if name == "" || !b.c.acceptMark('=') {
			b.unknown()
			return
		}
		harmless, names = harmless && speedVariable(name), append(names, name)
		b.statementValue()
		b.assignEffects(Assignment{Name: name}) // without the value: the cache must not depend on it
		if !b.c.acceptMark(',') {
			break
		}
	}
	if !b.c.accept("FOR") || b.c.ended() || b.level >= maxLevel {
		b.unknown()
		return
	}
	b.become(b.p.one(b.sql[b.c.tok.start:], b.mode, b.level+1, b.versions), harmless)
	b.st.For = append(names, b.st.For...)
}

// statementValue takes a value of SET STATEMENT.
func (b *builder) statementValue() {
	c := &b.c
	start, end := c.tok.start, c.tok.start
	for !c.ended() && !c.isMark(',') && !c.is("FOR") {
		if c.isMark('(') {
			c.skipTo(&end)
			continue
		}
		end = c.tok.end
		c.next()
	}
	b.expressionIn(start, end)
}

// become makes the statement what in is, but for its identity and what it does already.
func (b *builder) become(in *Statement, harmless bool) {
	before := *b.st
	*b.st = *in
	b.st.Digest, b.st.Params = before.Digest, before.Params
	b.st.Ask, b.st.Label = AskNothing, ""
	b.tables, b.called = nil, nil
	b.adopt(&before)
	if !harmless {
		b.st.Effects |= SessionVars
	}
}

// speedVariable knows variables that change how fast a statement runs, not what it does.
func speedVariable(name string) bool {
	switch name {
	case "max_statement_time", "lock_wait_timeout", "innodb_lock_wait_timeout", "query_cache_type", "profiling",
		"tmp_table_size", "max_heap_table_size", "tmp_memory_table_size", "join_cache_level", "eq_range_index_dive_limit":
		return true
	default:
		return strings.HasPrefix(name, "optimizer_") || strings.HasPrefix(name, "mrr_") ||
			strings.HasSuffix(name, "_buffer_size")
	}
}
