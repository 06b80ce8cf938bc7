package statement

// parenthesis looks at what stands before an opening parenthesis: a function that is called, perhaps.
func (s *scanner) parenthesis() {
	if s.prev.tok.kind != tokQuoted && s.prev.tok.kind != tokWord {
		return
	}
	schema, name := s.pathName()
	switch {
	case s.names == noNames:
		if schema == "" && s.oddCall() {
			s.b.oddCalls = append(s.b.oddCalls, routineName("", name))
		}
	case s.tables.named:
		// the column list of a table
	case schema != "":
		s.b.calls(schema, name, true)
	case s.prev2.is("AS") || !mayCall(&s.prev):
		// the column list of an alias, or no call at all
	case s.oddCall():
		s.b.function(routineName("", name))
	default:
		argument := s.c.peek()
		s.b.calls("", name, !argument.isMark(')'))
		s.argument(name, argument)
	}
}

// pathName returns the dotted name before the cursor; of a name of three parts the last two are one.
func (s *scanner) pathName() (schema, name string) {
	at := cursor{lx: lexer{sql: s.c.lx.sql, mode: s.b.mode, pos: s.path}}
	at.next()
	schema, name = at.qualified()
	if at.acceptMark('.') {
		name += "." + at.name()
	}
	return schema, name
}

// oddCall says whether the name before the parenthesis can't be that of a built-in function, although it may look so:
// quoted, or with a gap where the servers allow none.
func (s *scanner) oddCall() bool {
	if s.prev.tok.kind == tokQuoted {
		return true
	}
	return flagsOf(s.prev.text())&gapSensitive != 0 && s.prev.tok.end < s.c.tok.start
}

// argument looks at the first argument of the functions that work on a lock or a sequence.
func (s *scanner) argument(function string, argument cursor) {
	switch name := routineName("", function); {
	case takesLockName(name):
		value := ""
		literal := argument.tok.kind == tokString
		if literal {
			value = stringValue(argument.text(), s.b.mode)
			argument.next()
			literal = argument.isMark(',') || argument.isMark(')')
		}
		s.b.lockName(value, literal)
	case takesSequence(name):
		schema, sequence := argument.qualified()
		s.b.table(schema, sequence, name != "lastval")
	}
}

// mayCall says whether a word before a parenthesis may be a function's name.
func mayCall(word *cursor) bool {
	if word.tok.kind == tokQuoted {
		return true
	}
	if flags := flagsOf(word.text()); flags&reserved != 0 {
		return flags&callable != 0
	}
	return !parenthesised[routineName("", string(word.text()))]
}

// parenthesised are words that are not reserved and have a parenthesis behind them without being called: types,
// clauses, quantifiers.
var parenthesised = wordSet(`against algorithm any bit columns cube datetime elseif enum fixed geometry groups hash
	immediate inet4 inet6 json_table lateral list minus national nchar nested number nvarchar of offset over returning
	rollup row signed some text than time until value varchar2 vector`)
