package statement

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	driver "github.com/pingcap/tidb/pkg/parser/test_driver"
)

// kindsOf gives the kinds that the verb of a tree may have, between bars; empty where the parser knows too little, or more than the servers.
func kindsOf(node ast.StmtNode) string {
	switch n := node.(type) {
	case *ast.SelectStmt, *ast.SetOprStmt:
		return "|select|"
	case *ast.InsertStmt:
		if n.IsReplace {
			return "|replace|"
		}
		return "|insert|"
	case *ast.UpdateStmt:
		return "|update|"
	case *ast.DeleteStmt:
		return "|delete|"
	case *ast.LoadDataStmt:
		return "|load|"
	case *ast.CallStmt:
		return "|call|"
	case *ast.DoStmt:
		return "|do|"
	case *ast.ExplainStmt:
		return "|explain|describe|"
	case *ast.SetStmt:
		return "|set|account|" // SET PASSWORD.x = 1
	case *ast.SetRoleStmt:
		return "|set|"
	case *ast.UseStmt:
		return "|use|"
	case *ast.KillStmt:
		return "|kill|"
	}
	return kindsOfControl(node)
}

func kindsOfControl(node ast.StmtNode) string {
	switch n := node.(type) {
	case *ast.BeginStmt:
		return "|begin|"
	case *ast.CommitStmt:
		return "|commit|"
	case *ast.RollbackStmt:
		if n.SavepointName != "" {
			return "|savepoint|"
		}
		return "|rollback|"
	case *ast.SavepointStmt, *ast.ReleaseSavepointStmt:
		return "|savepoint|"
	case *ast.LockTablesStmt:
		return "|lock_tables|"
	case *ast.UnlockTablesStmt:
		return "|unlock_tables|"
	case *ast.PrepareStmt:
		return "|prepare|"
	case *ast.ExecuteStmt:
		return "|execute|"
	case *ast.DeallocateStmt:
		return "|deallocate|"
	case *ast.CreateTableStmt, *ast.DropTableStmt, *ast.AlterTableStmt, *ast.TruncateTableStmt, *ast.RenameTableStmt, *ast.CreateViewStmt,
		*ast.CreateIndexStmt, *ast.DropIndexStmt, *ast.CreateDatabaseStmt, *ast.DropDatabaseStmt, *ast.AlterDatabaseStmt:
		return "|ddl|"
	case *ast.CreateUserStmt, *ast.AlterUserStmt, *ast.DropUserStmt, *ast.GrantStmt, *ast.GrantRoleStmt, *ast.RevokeStmt, *ast.RevokeRoleStmt,
		*ast.SetPwdStmt, *ast.SetDefaultRoleStmt:
		return "|account|"
	}
	return ""
}

// missingAssignment says which assignment of a SET a Statement does not tell, unless it says that nobody knows what the session looks like afterwards. Which
// scope a system variable has without one of its own, the parser does not know.
func missingAssignment(st *Statement, n *ast.SetStmt) string {
	if st.Kind != Set || st.Effects.Has(LeavesState) || len(st.Set) > 0 && st.Set[0].Scope == TransactionScope {
		return ""
	}
	for i, v := range n.Variables {
		if i >= len(st.Set) || !assigns(&st.Set[i], v) {
			return fmt.Sprintf("that %q is set", v.Name)
		}
	}
	return ""
}

func assigns(a *Assignment, v *ast.VariableAssignment) bool {
	switch {
	case v.Name == ast.SetNames, v.Name == ast.SetCharset:
		return a.Scope == NamesScope
	case !v.IsSystem:
		return a.Scope == UserScope && strings.EqualFold(a.Name, v.Name) && (!a.Literal || isConstant(v.Value))
	case v.IsGlobal:
		return a.Scope == GlobalScope && strings.EqualFold(a.Name, v.Name)
	}
	return (a.Scope == SessionScope || a.Scope == GlobalScope) && strings.HasSuffix(strings.ToLower(v.Name), a.Name) // persist.x
}

func isConstant(n ast.ExprNode) bool {
	if sign, ok := n.(*ast.UnaryOperationExpr); ok {
		n = sign.V
	}
	_, ok := n.(*driver.ValueExpr)
	return ok
}

// isComparable says whether a Statement of that tree tells all that the tree names: not what is defined for later, and not what only the parser has.
func isComparable(node ast.StmtNode) bool {
	switch n := node.(type) {
	case *ast.SelectStmt, *ast.SetOprStmt, *ast.InsertStmt, *ast.UpdateStmt, *ast.DeleteStmt, *ast.LoadDataStmt, *ast.CallStmt, *ast.DoStmt,
		*ast.CreateTableStmt, *ast.DropTableStmt, *ast.AlterTableStmt, *ast.TruncateTableStmt, *ast.RenameTableStmt, *ast.CreateViewStmt,
		*ast.CreateIndexStmt, *ast.DropIndexStmt, *ast.LockTablesStmt:
		return true
	case *ast.SetStmt:
		return !slices.ContainsFunc(n.Variables, func(v *ast.VariableAssignment) bool {
			first, _, _ := strings.Cut(strings.ToLower(v.Name), ".")
			return slices.Contains([]string{"setnames", "setcharset", "names", "charset", "transaction", "role"}, first) // SET NAMES = 1
		})
	case *ast.ExplainStmt:
		return isComparable(n.Stmt) && kindsOf(n.Stmt) != "|ddl|"
	}
	return false
}
