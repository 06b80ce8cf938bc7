package statement

import "github.com/pingcap/tidb/pkg/parser/ast"

// source is a table in a FROM list or the list of an UPDATE.
type source struct {
	table *ast.TableName
	alias string
}

// is says whether a statement means the source by that name.
func (s source) is(schema, name string) bool {
	if s.alias != "" {
		return schema == "" && s.alias == name
	}
	return s.table.Name.O == name && (schema == "" || s.table.Schema.O == schema)
}

// sources returns the tables of a list, but for common table expressions and derived tables, which can't be written.
func (w *walker) sources(refs *ast.TableRefsClause, with *ast.WithClause) (all []source) {
	var gather func(ast.ResultSetNode)
	gather = func(n ast.ResultSetNode) {
		switch n := n.(type) {
		case *ast.Join:
			gather(n.Left)
			gather(n.Right)
		case *ast.TableSource:
			if t, ok := n.Source.(*ast.TableName); ok {
				if t.Schema.O != "" || !definedIn(with, t.Name.O) && !w.inScope(t.Name.O) {
					all = append(all, source{t, n.AsName.O})
				}
				return
			}
			gather(n.Source)
		}
	}
	if refs != nil {
		gather(refs.TableRefs)
	}
	return all
}

func definedIn(with *ast.WithClause, name string) bool {
	if with != nil {
		for _, cte := range with.CTEs {
			if cte.Name.O == name {
				return true
			}
		}
	}
	return false
}

func (w *walker) write(sources ...source) {
	for _, s := range sources {
		w.b.table(s.table.Schema.O, s.table.Name.O, true)
	}
}

// inserts notes the target, which is written; all other tables are read.
func (w *walker) inserts(n *ast.InsertStmt) { w.write(w.sources(n.Table, nil)...) }

// updates marks the tables whose columns are assigned. A column without a table's name may belong to any of them.
func (w *walker) updates(n *ast.UpdateStmt) {
	all := w.sources(n.TableRefs, n.With)
	for _, assignment := range n.List {
		column := assignment.Column
		if column.Table.O == "" || !w.writeNamed(all, column.Schema.O, column.Table.O) {
			w.write(all...)
			return
		}
	}
}

// deletes marks the tables that rows are deleted from. The list of a multi-table DELETE names tables or aliases.
func (w *walker) deletes(n *ast.DeleteStmt) {
	all := w.sources(n.TableRefs, n.With)
	if !n.IsMultiTable {
		w.write(all...)
		return
	}
	for _, target := range n.Tables.Tables {
		if !w.writeNamed(all, target.Schema.O, target.Name.O) {
			w.b.table(target.Schema.O, target.Name.O, true)
		}
	}
	n.Tables.Tables = nil // the walk would take aliases for tables
}

// writeNamed marks the sources that are meant by a name, and says whether there is one.
func (w *walker) writeNamed(all []source, schema, name string) (found bool) {
	for _, s := range all {
		if s.is(schema, name) {
			w.write(s)
			found = true
		}
	}
	return found
}
