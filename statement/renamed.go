package statement

import (
	"slices"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
)

// renaming goes through one statement.
type renaming struct {
	rewriter
	p       *Parser
	mode    Mode
	st      *Statement
	names   []Rename
	current Rename
	moves   bool // another default database may be in use by now
}

// uses are the places where a name stands in a text, by number of the token.
type uses struct {
	whole  []int // the database itself
	sure   []int // before two dots, where only a database can stand
	maybe  []int // before one dot: a database, or a table and its column
	called []int // those of maybe that stand before a parenthesis
	others int   // the name of something else: a table, a column, an alias
}

func (r *renaming) statement() error {
	if err := r.quotedTexts(); err != nil {
		return err
	}
	for _, n := range r.names {
		if err := r.rename(n); err != nil {
			return err
		}
		r.listColumn(n)
	}
	if r.current.From == "" {
		return nil
	}
	return r.databaseCalls()
}

// quotedTexts finds names in quotes that are the text of an expression, as the names of columns are that nobody has given one, and texts of statements.
func (r *renaming) quotedTexts() error {
	for i, t := range r.tokens {
		text := string(r.text[t.start:t.end])
		if t.kind == tokQuoted && strings.ContainsAny(text, ".(") && r.mentionedIn(text) {
			return unclear("a name in quotes, " + text + ", is like an expression that has a database in it")
		}
		if t.kind == tokString && runsText(r.st) && i > 0 {
			if err := r.inner(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *renaming) mentionedIn(text string) bool {
	return mentions([]byte(text), r.names, r.current)
}

// inner looks at the text of a statement that this one prepares.
func (r *renaming) inner() error {
	st, _ := r.p.Parse([]byte(r.st.Text), r.mode)
	done, err := r.p.Rename([]byte(r.st.Text), r.mode, st, r.names, r.current)
	if err != nil {
		return err
	}
	if done.Text != nil {
		return unclear("the text that it prepares names a database")
	}
	return nil
}

// rename puts another name in place of one.
func (r *renaming) rename(n Rename) error {
	u := r.find(n.From)
	if len(u.whole)+len(u.sure)+len(u.maybe) == 0 {
		return nil
	}
	if r.st.Kind == Account {
		return unclear("rights are the servers' own")
	}
	places, err := r.decide(n, u)
	if err != nil {
		return err
	}
	for _, i := range places {
		t := r.tokens[i]
		name := n.To
		if q := r.text[t.start]; t.kind == tokQuoted {
			name = string(q) + n.To + string(q)
		} else if !plainWord(n.To) {
			name = QuoteName(n.To)
		}
		r.edits = append(r.edits, edit{t.start, t.end, name})
	}
	return nil
}

// listColumn renames the column of SHOW TABLES, which conditions may name.
func (r *renaming) listColumn(n Rename) {
	if r.st.Lists != ListsTables {
		return
	}
	for i, t := range r.tokens {
		if (t.kind == tokWord || t.kind == tokQuoted) && i > 1 && strings.EqualFold(unquoted(r.text[t.start:t.end], t.kind), "Tables_in_"+n.From) {
			r.edits = append(r.edits, edit{t.start, t.end, QuoteName("Tables_in_" + n.To)})
		}
	}
}

// plainWord says whether a name needs no quotes.
func plainWord(name string) bool {
	l := lexer{sql: []byte(name)}
	t := l.next()
	return t.kind == tokWord && t.end == len(name) && flagsOf([]byte(name))&reserved == 0
}

// find looks for a name.
func (r *renaming) find(name string) (u uses) {
	for i, t := range r.tokens {
		if t.kind != tokWord && t.kind != tokQuoted || unquoted(r.text[t.start:t.end], t.kind) != name || i == 0 && r.st.Kind != Unknown { // the verb
			continue
		}
		switch {
		case r.is(i-1, ".") && r.kind(i-2) != tokParam:
			u.others++
		case !r.is(i+1, "."):
			if r.isDatabase(i) {
				u.whole = append(u.whole, i)
			} else {
				u.others++
			}
		case r.is(i+3, "."):
			u.sure = append(u.sure, i)
		default:
			if u.maybe = append(u.maybe, i); r.is(i+3, "(") {
				u.called = append(u.called, i)
			}
		}
	}
	return u
}

// isDatabase says whether token i, a name alone, is that of a database.
func (r *renaming) isDatabase(i int) bool {
	switch {
	case r.st.Kind == Use:
		return r.is(i-1, "USE")
	case r.st.Whole:
		return r.isOne(i-1, "DATABASE", "SCHEMA", "EXISTS")
	case r.st.Kind != Show:
		return false
	case r.isOne(i-1, "DATABASE", "SCHEMA"), r.is(i-1, "EXISTS"):
		return true
	case !r.isOne(i-1, "FROM", "IN"):
		return false
	}
	for k := 1; k < i-1; k++ {
		if r.isOne(k, "WHERE", "LIKE") {
			return false
		}
	}
	for k := range 4 {
		if r.isOne(k, "COLUMNS", "FIELDS", "INDEX", "INDEXES", "KEYS") {
			return r.isOne(i-3, "FROM", "IN")
		}
	}
	return true
}

// decide tells in which places a name is that of a database.
func (r *renaming) decide(n Rename, u uses) ([]int, error) {
	all := append(append(u.whole, u.sure...), u.maybe...)
	switch r.st.Kind {
	case Use, Show, Describe, LockTables, Admin, Handler:
		return r.namesOnly(all, u)
	case DDL:
		switch {
		case r.isProgram():
			return r.header(all)
		case !r.queries():
			return r.namesOnly(all, u)
		case len(u.sure) > 0:
			return nil, unclear("the names of its columns may be made of names of databases")
		}
		tables, calls, ok := r.count(n.From)
		if !ok || calls > 0 || tables != len(u.maybe) {
			return nil, unclear("it cannot be told from a table of this name")
		}
		return all, nil
	case Unknown, Multi, Prepare, Execute:
		return nil, unclear("the statement is not understood")
	}
	tables, calls, ok := r.count(n.From)
	switch certain := append(u.whole, u.sure...); {
	case ok && tables+calls == len(u.maybe)+r.starred(u.sure):
		return all, nil
	case ok && tables+calls == 0 && !r.namesTableOf(n.From):
		return certain, nil
	default:
		places := r.places(u)
		if ok && (len(places) != tables+calls || len(places) == 0) || !ok && len(places) != len(u.maybe) && u.others == 0 {
			return nil, unclear("it cannot be told from a table of this name")
		}
		return append(certain, places...), nil
	}
}

// namesTableOf says whether the statement is known to name a table of a database.
func (r *renaming) namesTableOf(database string) bool {
	return slices.ContainsFunc(r.st.Tables, func(t Table) bool { return t.Schema == database })
}

// starred is how many of the places stand before db.t.*, which a DELETE has as the name of a table.
func (r *renaming) starred(sure []int) (n int) {
	if r.st.Kind != Delete {
		return 0
	}
	for _, i := range sure {
		if r.is(i+4, "*") {
			n++
		}
	}
	return n
}

// namesOnly is for statements in which only names of tables and the like have a dot.
func (r *renaming) namesOnly(all []int, u uses) ([]int, error) {
	if u.others > 0 && len(u.maybe) > 0 {
		return nil, unclear("it cannot be told from a table of this name")
	}
	return all, nil
}

// isProgram says whether the statement defines what servers run later.
func (r *renaming) isProgram() bool {
	if !r.isOne(0, "CREATE", "ALTER") {
		return false
	}
	for i := 1; i < min(len(r.tokens), 24); i++ {
		switch {
		case r.isOne(i, "PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE"):
			return true
		case r.isOne(i, "TABLE", "VIEW", "DATABASE", "SCHEMA", "INDEX", "SEQUENCE"):
			return false
		}
	}
	return false
}

// header takes the places in the first words of a program, where its own name and that of a trigger's table are.
func (r *renaming) header(all []int) ([]int, error) {
	for _, i := range all {
		named := r.isOne(i-1, "PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE", "BODY", "EXISTS") && i < 24
		table := r.is(i-1, "ON") && (r.isOne(i-2, "INSERT", "UPDATE", "DELETE")) && r.is(i+3, "FOR", "EACH")
		if !named && !table {
			return nil, unclear("a program on the server would have the server's name of the database in it")
		}
	}
	return all, nil
}

// queries says whether a definition has a query in it.
func (r *renaming) queries() bool {
	for i := range r.tokens {
		if r.isOne(i, "SELECT", "VALUES", "WITH") && !r.is(i+1, "PARSER") {
			return r.find2("SELECT", "VALUES")
		}
	}
	return false
}

func (r *renaming) find2(words ...string) bool {
	for i := range r.tokens {
		if r.isOne(i, words...) && !r.isOne(i+1, "LESS", "IN") {
			return true
		}
	}
	return false
}

// count asks the parser how many tables and functions the database qualifies.
func (r *renaming) count(database string) (tables, calls int, ok bool) {
	if len(r.text) > r.p.maxParse {
		return 0, 0, false
	}
	node, err := r.p.tree(r.text, r.mode)
	if err != nil {
		text := rewrite(r.text, r.mode)
		if text == nil {
			return 0, 0, false
		}
		if node, err = r.p.tree(text, r.mode); err != nil || len(tokensNamed(text, r.mode, database)) != len(tokensNamed(r.text, r.mode, database)) {
			return 0, 0, false
		}
	}
	c := schemaCounter{name: database}
	node.Accept(&c)
	return c.tables, c.calls, true
}

// tokensNamed are the tokens with a name.
func tokensNamed(text []byte, mode Mode, name string) (found []token) {
	for _, t := range tokensOf(text, mode) {
		if (t.kind == tokWord || t.kind == tokQuoted) && unquoted(text[t.start:t.end], t.kind) == name {
			found = append(found, t)
		}
	}
	return found
}

// schemaCounter counts what a database qualifies.
type schemaCounter struct {
	name          string
	tables, calls int
}

// Enter counts a node.
func (c *schemaCounter) Enter(n ast.Node) (ast.Node, bool) {
	switch n := n.(type) {
	case *ast.TableName:
		if n.Schema.O == c.name {
			c.tables++
		}
	case *ast.FuncCallExpr:
		if n.Schema.O == c.name {
			c.calls++
		}
	}
	return n, false
}

// Leave goes on.
func (c *schemaCounter) Leave(n ast.Node) (ast.Node, bool) { return n, true }

// places are those of maybe in which tokens alone tell a database.
func (r *renaming) places(u uses) (found []int) {
	b := &builder{p: r.p, sql: r.text, mode: r.mode, st: &Statement{Kind: r.st.Kind}}
	s := scanner{b: b, c: newCursor(r.text, r.mode), names: allNames}
	at := map[int]bool{}
	s.tables.at = at
	s.run()
	for _, i := range u.maybe {
		sequence := r.is(i-2, "VALUE", "FOR") || r.is(i-1, "(") && r.isOne(i-2, "NEXTVAL", "LASTVAL", "SETVAL")
		if at[r.tokens[i].start] || sequence || r.is(i+3, "(") {
			found = append(found, i)
		}
	}
	return found
}

// databaseCalls has DATABASE() give the name that the text would know.
func (r *renaming) databaseCalls() error {
	for i := range r.tokens {
		if !r.isOne(i, "DATABASE", "SCHEMA") || !r.is(i+1, "(", ")") || r.is(i-1, ".") {
			continue
		}
		switch {
		case r.moves:
			return unclear("which default database DATABASE() gives behind a USE")
		case r.st.Kind == DDL, r.st.Kind == Show, r.st.Kind == Unknown, r.st.Kind == Account:
			return unclear("what keeps DATABASE() in it would give the name that the database has on its cluster")
		}
		// Blanks tell one from the other where a server has made the name of a column of it.
		text := "IF(" + strings.Repeat(" ", len(r.edits)) + "DATABASE()<=>'" + r.current.To + "','" + r.current.From + "',DATABASE())"
		r.edits = append(r.edits, edit{r.tokens[i].start, r.tokens[i+2].end, text})
	}
	return nil
}
