package statement

import "github.com/pingcap/tidb/pkg/parser/ast"

// walker gathers the tables, functions and effects of a syntax tree into the builder's statement.
type walker struct {
	b        *builder
	literals bool // the constants in the tree are those of the text

	each func(schema, name string) // hears of each table as often as it is named; nil: nobody does

	ctes  []string // the common table expressions in scope, inner ones last
	marks []int    // how many were in scope outside of each statement around the present one
}

// agrees says whether the parser sees the same verb as tokens do.
func agrees(node ast.StmtNode, kind Kind) bool {
	switch n := node.(type) {
	case *ast.SelectStmt, *ast.SetOprStmt:
		return kind == Select
	case *ast.InsertStmt:
		return kind == Insert && !n.IsReplace || kind == Replace && n.IsReplace
	case *ast.UpdateStmt:
		return kind == Update
	case *ast.DeleteStmt:
		return kind == Delete
	case *ast.LoadDataStmt:
		return kind == Load
	case *ast.CallStmt:
		return kind == Call
	case *ast.DoStmt:
		return kind == Do
	default:
		return false
	}
}

// Enter notes what a node says before its children are walked.
func (w *walker) Enter(n ast.Node) (ast.Node, bool) {
	switch n := n.(type) {
	case *ast.SelectStmt:
		w.openScope()
		w.selects(n)
	case *ast.SetOprStmt, *ast.SetOprSelectList:
		w.openScope()
	case *ast.InsertStmt:
		w.inserts(n)
	case *ast.UpdateStmt:
		w.openScope()
		w.updates(n)
	case *ast.DeleteStmt:
		w.openScope()
		w.deletes(n)
	case *ast.LoadDataStmt:
		w.b.table(n.Table.Schema.O, n.Table.Name.O, true)
	case *ast.CallStmt:
		w.arguments(n.Procedure)
		return n, true
	case *ast.WithClause:
		w.with(n)
		return n, true
	case *ast.TableName:
		w.table(n)
	case *ast.FuncCallExpr:
		w.calls(n)
	case *ast.DefaultExpr:
		if n.Name != nil {
			// DEFAULT(column) evaluates the column's default, which may take from a sequence (measured on MariaDB 10.11).
			w.b.function("default")
		}
	case *ast.VariableExpr:
		w.variable(n)
	}
	return n, false
}

// Leave closes the scope that Enter opened.
func (w *walker) Leave(n ast.Node) (ast.Node, bool) {
	switch n.(type) {
	case *ast.SelectStmt, *ast.SetOprStmt, *ast.SetOprSelectList, *ast.UpdateStmt, *ast.DeleteStmt:
		last := len(w.marks) - 1
		w.ctes, w.marks = w.ctes[:w.marks[last]], w.marks[:last]
	}
	return n, true
}

func (w *walker) openScope() { w.marks = append(w.marks, len(w.ctes)) }

// with walks common table expressions in order: each sees the ones before it, and a recursive one itself.
func (w *walker) with(n *ast.WithClause) {
	for _, cte := range n.CTEs {
		if n.IsRecursive {
			w.ctes = append(w.ctes, cte.Name.O)
		}
		cte.Query.Accept(w)
		if !n.IsRecursive {
			w.ctes = append(w.ctes, cte.Name.O)
		}
	}
}

func (w *walker) inScope(name string) bool {
	for _, cte := range w.ctes {
		if cte == name {
			return true
		}
	}
	return false
}

func (w *walker) table(n *ast.TableName) {
	if n.Schema.O == "" && w.inScope(n.Name.O) {
		return
	}
	if w.each != nil {
		w.each(n.Schema.O, n.Name.O)
	}
	w.b.table(n.Schema.O, n.Name.O, false)
}

func (w *walker) selects(n *ast.SelectStmt) {
	if n.LockInfo != nil && n.LockInfo.LockType != ast.SelectLockNone {
		w.b.st.Effects |= LocksRows
		n.LockInfo.Tables = nil // FOR UPDATE OF names aliases
	}
	if n.SelectIntoOpt != nil {
		w.b.st.Effects |= IntoFile
	}
	if n.SelectStmtOpts != nil && n.SelectStmtOpts.CalcFoundRows {
		w.b.st.Effects |= CalcFoundRows
	}
}

func (w *walker) variable(n *ast.VariableExpr) {
	switch {
	case n.IsSystem: // the scanner has read its scope
	case n.Value != nil:
		w.b.st.Effects |= AssignsVar
	default:
		w.b.st.Effects |= ReadsVar
	}
}

// parserNames are functions that the parser calls otherwise than the text.
var parserNames = map[string]string{
	ast.CharFunc:         "char",
	ast.InsertFunc:       "insert",
	ast.DateLiteral:      "date",
	ast.TimeLiteral:      "time",
	ast.TimestampLiteral: "timestamp",
}

func (w *walker) calls(n *ast.FuncCallExpr) {
	name := n.FnName.L
	if known, ok := parserNames[name]; ok {
		name = known
	}
	w.b.calls(n.Schema.O, name, len(n.Args) > 0)
	if n.Schema.O != "" || len(n.Args) == 0 {
		return
	}
	switch {
	case takesLockName(name):
		w.lockName(n.Args[0])
	case takesSequence(name):
		if sequence, ok := n.Args[0].(*ast.TableNameExpr); ok {
			w.b.table(sequence.Name.Schema.O, sequence.Name.Name.O, name != "lastval")
		}
	}
}

func (w *walker) lockName(argument ast.ExprNode) {
	value, ok := argument.(ast.ValueExpr)
	if !ok || !w.literals {
		w.b.lockName("", false)
		return
	}
	name, ok := value.GetValue().(string)
	w.b.lockName(name, ok)
}

// arguments walks the arguments of a procedure, but not its name: it may be that of a pure function.
func (w *walker) arguments(procedure *ast.FuncCallExpr) {
	for _, argument := range procedure.Args {
		argument.Accept(w)
	}
}
