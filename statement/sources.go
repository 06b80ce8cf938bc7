package statement

import (
	"slices"

	"github.com/pingcap/tidb/pkg/parser/ast"
)

// Query is what a SELECT reads, for who has to bring its tables to one place first.
type Query struct {
	Sources []Source
	// Filters are conditions that every row of the result meets, each about columns of tables that the outermost FROM joins.
	Filters []Filter
	// Whole says that this FROM has tables only, all of them among Sources, so that a column without a qualifier is one of theirs.
	Whole bool
}

// Source is a table that a Query reads. Schema is empty where the text gives none.
type Source struct {
	Schema, Name string
	Times        int    // how often the text names it, at least once
	Alias        string // what the outermost FROM calls it; empty if it is not there, or a row of it may be made of NULLs by an outer join
}

// Filter is a condition as SQL, in the words of the text: names in backticks, no variables, no function but CallsDatabase. A Placeholder stands for each of the
// parameters that Params tells by number, from 0.
type Filter struct {
	SQL    string
	Params []int
	Of     []string // the qualifiers of its columns
	Plain  []string // the names of columns that have none
	// Column is set if the condition says that this column has one of Values, texts or CallsDatabase.
	Column string
	Values []string
}

// Placeholder stands for a parameter in a Filter; no constant in one has such a byte.
const Placeholder = "\x01"

// CallsDatabase is the call of DATABASE() or SCHEMA() in a Filter; no constant in one has such a text.
const CallsDatabase = "DATABASE()"

// Query tells what a text reads that Parse has found to be a Plain Select; false if the parser does not understand it. The text is read anew: this is
// for the few statements that need it.
func (p *Parser) Query(sql []byte, mode Mode) (q Query, ok bool) {
	node, err := p.tree(sql, mode)
	if err != nil {
		if node, err = p.tree(rewrite(sql, mode), mode); err != nil {
			return q, false
		}
	}
	b := &builder{p: p, sql: sql, mode: mode, st: &Statement{}}
	w := walker{b: b, each: q.reads}
	node.Accept(&w)
	if s, is := node.(*ast.SelectStmt); is && s.From != nil && s.With == nil {
		f := filters{q: &q, mode: mode, params: paramsOf(node)}
		q.Whole = true
		f.join(s.From.TableRefs, true)
		f.condition(s.Where)
		q.Whole = q.Whole && f.tables == len(q.Sources)
	}
	return q, true
}

// reads counts a table in.
func (q *Query) reads(schema, name string) {
	if s := q.source(schema, name); s != nil {
		s.Times++
		return
	}
	q.Sources = append(q.Sources, Source{Schema: schema, Name: name, Times: 1})
}

func (q *Query) source(schema, name string) *Source {
	i := slices.IndexFunc(q.Sources, func(s Source) bool { return s.Schema == schema && s.Name == name })
	if i < 0 {
		return nil
	}
	return &q.Sources[i]
}

// filters finds the conditions of a SELECT.
type filters struct {
	q      *Query
	mode   Mode
	params []int // where parameters stand in the text
	tables int   // that its FROM names
}

// join walks over a FROM. inner says that no row of this side is made up by an outer join.
func (f *filters) join(n ast.ResultSetNode, inner bool) {
	switch n := n.(type) {
	case *ast.Join:
		f.join(n.Left, inner && n.Tp != ast.RightJoin)
		if n.Right != nil {
			f.join(n.Right, inner && n.Tp != ast.LeftJoin)
		}
		if n.On != nil && inner && n.Tp == ast.CrossJoin {
			f.condition(n.On.Expr)
		}
	case *ast.TableSource:
		f.table(n, inner)
	case nil:
	default:
		f.q.Whole = false
	}
}

func (f *filters) table(n *ast.TableSource, inner bool) {
	t, is := n.Source.(*ast.TableName)
	if !is {
		f.q.Whole = false
		return
	}
	s := f.q.source(t.Schema.O, t.Name.O)
	if s == nil { // a common table expression
		f.q.Whole = false
		return
	}
	f.tables++
	if s.Times == 1 && inner {
		if s.Alias = n.AsName.O; s.Alias == "" {
			s.Alias = s.Name
		}
	}
}

// condition takes a condition apart at its ANDs.
func (f *filters) condition(n ast.ExprNode) {
	switch e := n.(type) {
	case nil:
	case *ast.ParenthesesExpr:
		f.condition(e.Expr)
	case *ast.BinaryOperationExpr:
		if e.Op.String() == "and" {
			f.condition(e.L)
			f.condition(e.R)
			return
		}
		f.keep(n)
	default:
		f.keep(n)
	}
}

func (f *filters) keep(n ast.ExprNode) {
	w := filterWriter{mode: f.mode, at: f.params}
	if w.write(n); !w.bad && len(w.of)+len(w.plain) > 0 {
		one := Filter{SQL: string(w.sql), Of: w.of, Plain: w.plain, Params: w.params}
		one.Column, one.Values = oneOf(n)
		f.q.Filters = append(f.q.Filters, one)
	}
}
