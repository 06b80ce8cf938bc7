package statement

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	driver "github.com/pingcap/tidb/pkg/parser/test_driver"
)

// facts are what a syntax tree shows of a statement, as little as it may be: what a Statement must tell at the least.
type facts struct {
	tables    []Table // all that are no common table expressions; Write only where there is no doubt
	targets   []Table // at least one of them is written
	effects   Effects
	functions []string // those that are not known to be pure
	vars      []string
	names     []string // of temporary tables, dropped tables
	params    int

	aliases   []*ast.TableName  // names that may be of tables, or aliases
	procedure *ast.FuncCallExpr // of CALL: its name may be that of a built-in function
}

// factsOf gathers from everything that can be reached in a tree.
func factsOf(node ast.StmtNode) (f facts) {
	var ctes []string
	everything(reflect.ValueOf(node), map[any]bool{}, func(x any) {
		if cte, ok := x.(*ast.CommonTableExpression); ok {
			ctes = append(ctes, cte.Name.O)
		}
	})
	everything(reflect.ValueOf(node), map[any]bool{}, func(x any) { f.gather(x) })
	if explain, ok := node.(*ast.ExplainStmt); ok && !explain.Analyze {
		f.onlyExplained()
	}
	isCTE := func(t Table) bool { return t.Schema == "" && slices.Contains(ctes, t.Name) }
	f.tables, f.targets = slices.DeleteFunc(f.tables, isCTE), slices.DeleteFunc(f.targets, isCTE)
	return f
}

// onlyExplained is for a statement that does not run: it writes nothing.
func (f *facts) onlyExplained() {
	f.targets, f.names = nil, nil
	f.effects &^= counted
	for i := range f.tables {
		f.tables[i].Write = false
	}
}

func (f *facts) gather(x any) {
	switch n := x.(type) {
	case *ast.TableName:
		if slices.Contains(f.aliases, n) {
			return
		}
		f.tables = append(f.tables, Table{Schema: n.Schema.O, Name: n.Name.O})
	case *ast.SelectLockInfo:
		if n.LockType != ast.SelectLockNone {
			f.effects |= LocksRows
		}
		f.aliases = append(f.aliases, n.Tables...)
	case *ast.SelectIntoOption:
		f.effects |= IntoFile
	case *ast.SelectStmtOpts:
		if n.CalcFoundRows {
			f.effects |= CalcFoundRows
		}
	case *ast.FuncCallExpr:
		f.call(n)
	case *ast.VariableExpr:
		f.variable(n)
	case *driver.ParamMarkerExpr:
		f.params++
	case *ast.CallStmt:
		f.procedure = n.Procedure
	case *ast.ColumnNameOrUserVar:
		if n.UserVar != nil {
			f.effects |= AssignsVar
		}
	default:
		f.change(n)
	}
}

// change is for what writes data or definitions.
func (f *facts) change(x any) {
	switch n := x.(type) {
	case *ast.InsertStmt:
		f.writesTo(n.Table, true)
	case *ast.UpdateStmt:
		f.writesTo(n.TableRefs, true)
	case *ast.DeleteStmt:
		if n.IsMultiTable {
			f.aliases = append(f.aliases, n.Tables.Tables...)
		}
		f.writesTo(n.TableRefs, !n.IsMultiTable)
	case *ast.LoadDataStmt:
		f.wrote(n.Table)
		if n.FileLocRef == ast.FileLocClient {
			f.effects |= LoadsLocal
		}
	case *ast.CreateTableStmt:
		f.wrote(n.Table)
		if n.TemporaryKeyword == ast.TemporaryLocal {
			f.effects |= CreatesTemp
			f.names = append(f.names, nameOf(n.Table))
		}
	case *ast.DropTableStmt:
		for _, t := range n.Tables {
			f.wrote(t)
			if !n.IsView {
				f.effects |= DropsTable
				f.names = append(f.names, nameOf(t))
			}
		}
	}
}

// writesTo notes that one of the tables of a list is written: if there is only one, and it was not named before the list, that.
func (f *facts) writesTo(refs *ast.TableRefsClause, all bool) {
	var direct func(ast.ResultSetNode)
	direct = func(n ast.ResultSetNode) {
		switch n := n.(type) {
		case *ast.Join:
			direct(n.Left)
			direct(n.Right)
		case *ast.TableSource:
			if t, ok := n.Source.(*ast.TableName); ok {
				f.targets = append(f.targets, Table{Schema: t.Schema.O, Name: t.Name.O})
			}
		}
	}
	direct(refs.TableRefs)
	if all && len(f.targets) == 1 && refs.TableRefs.Right == nil {
		f.targets[0].Write = true
		f.tables = append(f.tables, f.targets[0])
	}
}

func (f *facts) wrote(t *ast.TableName) {
	f.tables = append(f.tables, Table{Schema: t.Schema.O, Name: t.Name.O, Write: true})
}

func nameOf(t *ast.TableName) string { return strings.TrimPrefix(t.Schema.O+"."+t.Name.O, ".") }

// told are the functions that a Statement tells by an effect.
var told = map[string]Effects{
	"get_lock": GetsLock, "release_lock": ReleasesLock, "release_all_locks": ReleasesAll, "load_file": IntoFile, "found_rows": UsesFoundRows,
	"row_count": UsesRowCount,
}

func (f *facts) call(n *ast.FuncCallExpr) {
	name := n.FnName.L
	if known, ok := parserNames[name]; ok {
		name = known
	}
	switch {
	case n == f.procedure, n.Schema.L != "":
		f.functions = append(f.functions, strings.TrimPrefix(n.Schema.L+"."+n.FnName.L, "."))
	case name == "last_insert_id" && len(n.Args) > 0:
		f.effects |= SetsInsertID
	case name == "last_insert_id":
		f.effects |= UsesInsertID
	case told[name] != 0:
		f.effects |= told[name]
	case slices.Contains(writers, name) || !isPure(name):
		f.functions = append(f.functions, name)
	}
}

func (f *facts) variable(n *ast.VariableExpr) {
	switch {
	case n.IsSystem && n.IsGlobal:
		f.effects |= ServerFacts
	case n.IsSystem: // a session's, or a server's: its name tells
	case n.Value != nil:
		f.effects |= AssignsVar
		f.vars = append(f.vars, strings.ToLower(n.Name))
	default:
		f.effects |= ReadsVar
		f.vars = append(f.vars, strings.ToLower(n.Name))
	}
}

func (t Table) isSame(o Table) bool { return o.Schema == t.Schema && o.Name == t.Name }

// isReserved says whether a name needs quotes.
func isReserved(name string) bool { return flagsOf([]byte(name))&reserved != 0 }

func isCallable(name string) bool { return flagsOf([]byte(name))&callable != 0 }

// missing says what of the facts a Statement does not tell; empty if it tells all. No variables at all means that nobody knows which.
func (f *facts) missing(st *Statement) string {
	for _, t := range f.tables {
		if i := slices.IndexFunc(st.Tables, t.isSame); i < 0 || t.Write && !st.Tables[i].Write {
			return fmt.Sprintf("the table %+v", t)
		}
	}
	if len(f.targets) > 0 && !slices.ContainsFunc(st.Tables, func(t Table) bool { return t.Write }) {
		return "a table that is written"
	}
	for _, name := range f.functions {
		if told := slices.Contains(st.Functions, name) && st.Effects.Has(Impure); !told && !(st.Fallback && parenthesised[name]) && (!isReserved(name) || isCallable(name)) {
			return "the function " + name
		}
	}
	for _, name := range f.vars {
		if f.effects.Has(AssignsVar) && len(st.Vars) > 0 && !slices.Contains(st.Vars, name) {
			return "the variable " + name
		}
	}
	for _, name := range f.names {
		if !slices.Contains(st.Names, name) {
			return "the name " + name
		}
	}
	if lacks := f.effects &^ st.Effects; lacks != 0 {
		return lacks.String()
	}
	if f.params != st.Params {
		return fmt.Sprintf("%d placeholders", f.params)
	}
	return ""
}
