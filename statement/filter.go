package statement

import (
	"slices"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/format"
	driver "github.com/pingcap/tidb/pkg/parser/test_driver"
)

// filterWriter writes a condition as SQL, if it has nothing in it but columns, constants and comparisons: what gives the same anywhere.
type filterWriter struct {
	mode   Mode
	at     []int // where parameters stand in the text
	sql    []byte
	of     []string
	plain  []string
	params []int
	bad    bool
}

// filterOperators are those that neither have effects nor depend on settings. A division may warn, and || is another operator in other modes.
var filterOperators = map[string]string{
	"and": " AND ", "or": " OR ", "eq": " = ", "nulleq": " <=> ", "ne": " <> ", "lt": " < ", "le": " <= ", "gt": " > ", "ge": " >= ",
}

func (w *filterWriter) write(n ast.ExprNode) {
	switch e := n.(type) {
	case *ast.ColumnNameExpr:
		w.column(e.Name)
	case *driver.ParamMarkerExpr:
		w.params = append(w.params, slices.Index(w.at, e.Offset))
		w.all(Placeholder)
	case *driver.ValueExpr:
		w.constant(e)
	case *ast.FuncCallExpr:
		w.bad = w.bad || !callsDatabase(e)
		w.all(CallsDatabase)
	case *ast.ParenthesesExpr:
		w.all("(", e.Expr, ")")
	case *ast.BinaryOperationExpr:
		op, ok := filterOperators[e.Op.String()]
		w.bad = w.bad || !ok
		w.all("(", e.L, op, e.R, ")")
	case *ast.UnaryOperationExpr:
		if e.Op.String() != "minus" {
			w.bad = true
			return
		}
		w.all("(-", e.V, ")")
	case *ast.IsNullExpr:
		w.all("(", e.Expr, choose(e.Not, " IS NOT NULL)", " IS NULL)"))
	case *ast.BetweenExpr:
		w.all("(", e.Expr, choose(e.Not, " NOT BETWEEN ", " BETWEEN "), e.Left, " AND ", e.Right, ")")
	case *ast.PatternInExpr:
		w.in(e)
	case *ast.PatternLikeOrIlikeExpr:
		w.bad = w.bad || !e.IsLike || e.EscapeExplicit
		w.all("(", e.Expr, choose(e.Not, " NOT LIKE ", " LIKE "), e.Pattern, ")")
	default:
		w.bad = true
	}
}

func choose(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// all writes strings as they are, and expressions.
func (w *filterWriter) all(parts ...any) {
	for _, part := range parts {
		switch p := part.(type) {
		case string:
			w.sql = append(w.sql, p...)
		case ast.ExprNode:
			w.write(p)
		}
	}
}

func (w *filterWriter) in(e *ast.PatternInExpr) {
	if e.Sel != nil {
		w.bad = true
		return
	}
	w.all("(", e.Expr, choose(e.Not, " NOT IN (", " IN ("))
	for i, one := range e.List {
		if i > 0 {
			w.all(", ")
		}
		w.write(one)
	}
	w.all("))")
}

func (w *filterWriter) column(c *ast.ColumnName) {
	if c.Schema.O != "" {
		w.bad = true
		return
	}
	if c.Table.O == "" {
		if !slices.Contains(w.plain, c.Name.O) {
			w.plain = append(w.plain, c.Name.O)
		}
	} else {
		if !slices.Contains(w.of, c.Table.O) {
			w.of = append(w.of, c.Table.O)
		}
		w.all(QuoteName(c.Table.O), ".")
	}
	w.all(QuoteName(c.Name.O))
}

// QuoteName writes a name in backticks, which every sql_mode understands.
func QuoteName(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

// constant writes numbers, and text of ASCII characters without an introducer.
func (w *filterWriter) constant(v *driver.ValueExpr) {
	switch v.Kind() {
	case driver.KindNull, driver.KindInt64, driver.KindUint64, driver.KindMysqlDecimal:
		var b strings.Builder
		if err := v.Restore(format.NewRestoreCtx(format.RestoreKeyWordUppercase, &b)); err != nil {
			w.bad = true
		}
		w.all(b.String())
	case driver.KindString:
		w.text(v)
	default:
		w.bad = true
	}
}

func (w *filterWriter) text(v *driver.ValueExpr) {
	text := v.GetString()
	w.bad = w.bad || strings.Contains(text, CallsDatabase)
	if charset := v.Type.GetCharset(); charset != "" && charset != "utf8mb4" { // an introducer
		w.bad = true
		return
	}
	for i := range len(text) {
		if text[i] < ' ' || text[i] >= 0x7f {
			w.bad = true
			return
		}
	}
	text = strings.ReplaceAll(text, "'", "''")
	if w.mode&NoBackslashEscapes == 0 {
		text = strings.ReplaceAll(text, `\`, `\\`)
	}
	w.all("'", text, "'")
}

func callsDatabase(e *ast.FuncCallExpr) bool {
	return e.Schema.O == "" && len(e.Args) == 0 && (e.FnName.L == "database" || e.FnName.L == "schema")
}

// oneOf reads column = value, value = column and column IN (values).
func oneOf(n ast.ExprNode) (column string, values []string) {
	var among []ast.ExprNode
	var c ast.ExprNode
	switch e := n.(type) {
	case *ast.BinaryOperationExpr:
		if c, among = e.L, []ast.ExprNode{e.R}; e.Op.String() != "eq" {
			return "", nil
		}
		if _, is := e.R.(*ast.ColumnNameExpr); is {
			c, among = e.R, []ast.ExprNode{e.L}
		}
	case *ast.PatternInExpr:
		if c, among = e.Expr, e.List; e.Not {
			return "", nil
		}
	}
	name, is := c.(*ast.ColumnNameExpr)
	if !is {
		return "", nil
	}
	for _, one := range among {
		value, ok := textOf(one)
		if !ok {
			return "", nil
		}
		values = append(values, value)
	}
	return name.Name.Name.O, values
}

// textOf is a constant text, or CallsDatabase.
func textOf(n ast.ExprNode) (string, bool) {
	switch e := n.(type) {
	case *driver.ValueExpr:
		return e.GetString(), e.Kind() == driver.KindString
	case *ast.FuncCallExpr:
		return CallsDatabase, callsDatabase(e)
	}
	return "", false
}

// paramFinder gathers where the parameters of a statement stand.
type paramFinder struct{ at []int }

func paramsOf(n ast.Node) []int {
	var f paramFinder
	n.Accept(&f)
	slices.Sort(f.at)
	return f.at
}

func (f *paramFinder) Enter(n ast.Node) (ast.Node, bool) {
	if p, is := n.(*driver.ParamMarkerExpr); is {
		f.at = append(f.at, p.Offset)
	}
	return n, false
}

func (f *paramFinder) Leave(n ast.Node) (ast.Node, bool) { return n, true }
