package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"testing"
)

const varsRule = "no package-level variable changes: what changes has an owner, which can be made twice, in a test or in one process"

// TestPackageVariablesDoNotChange allows package-level variables for errors, compiled tables, seeds and assertions of interfaces.
func TestPackageVariablesDoNotChange(t *testing.T) {
	var faults []string
	found := 0
	for _, p := range typedPackages(t) {
		faults = append(faults, changeable(p)...)
		faults = append(faults, changes(p)...)
		found += len(packageVars(p))
	}
	if found < 20 {
		t.Errorf("only %d package-level variables were found", found)
	}
	report(t, varsRule, faults)
}

// packageVars are the package-level variables but for those called _.
func packageVars(p *typed) (vars []*types.Var) {
	for _, name := range p.types.Scope().Names() {
		if v, ok := p.types.Scope().Lookup(name).(*types.Var); ok {
			vars = append(vars, v)
		}
	}
	return vars
}

// changeable finds variables of types that are made to change, or that can only be of use by changing.
func changeable(p *typed) (faults []string) {
	for _, v := range packageVars(p) {
		if why := madeToChange(v.Type()); why != "" {
			faults = append(faults, fmt.Sprintf("%s: variable %s is %s", at(p.fset, v.Pos()), v.Name(), why))
		}
	}
	return faults
}

func madeToChange(t types.Type) string {
	named, _ := types.Unalias(t).(*types.Named)
	if named != nil && named.Obj().Pkg() != nil {
		switch path := named.Obj().Pkg().Path(); path {
		case "sync", "sync/atomic", "math/rand", "math/rand/v2", "time", "net/http", "context":
			if named.Obj().Name() != "Time" && named.Obj().Name() != "Duration" && named.Obj().Name() != "Month" {
				return "of type " + path + "." + named.Obj().Name() + ", which changes"
			}
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Chan:
		return "a channel, which changes"
	case *types.Signature:
		return "a function: if it is never replaced, make it one"
	case *types.Pointer:
		return madeToChange(u.Elem())
	case *types.Interface:
		if !types.Implements(t, types.Universe.Lookup("error").Type().Underlying().(*types.Interface)) {
			return "of an interface type other than error"
		}
	}
	return ""
}

// changes finds what a function does to a package-level variable, of any package: assignments to it, to its fields and elements, delete and clear,
// and handing its address to somebody, who can do all of that.
func changes(p *typed) (faults []string) {
	tell := func(e ast.Expr, what string) {
		if v := p.packageVar(e); v != nil {
			faults = append(faults, fmt.Sprintf("%s: %s %s", at(p.fset, e.Pos()), v.Name(), what))
		}
	}
	for _, f := range p.files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.AssignStmt:
					if n.Tok != token.DEFINE {
						for _, e := range n.Lhs {
							tell(e, "is assigned to")
						}
					}
				case *ast.IncDecStmt:
					tell(n.X, "is assigned to")
				case *ast.RangeStmt:
					if n.Tok == token.ASSIGN {
						tell(n.Key, "is assigned to")
					}
				case *ast.CallExpr:
					for _, argument := range n.Args {
						if a, ok := argument.(*ast.UnaryExpr); ok && a.Op == token.AND {
							tell(a.X, "is given away by its address")
						}
					}
					if name, ok := n.Fun.(*ast.Ident); ok && slices.Contains([]string{"delete", "clear", "copy"}, name.Name) {
						tell(n.Args[0], "is given to "+name.Name)
					}
				}
				return true
			})
		}
	}
	return faults
}

// packageVar is the package-level variable that an expression is, or is a part of; nil if it is none.
func (p *typed) packageVar(e ast.Expr) *types.Var {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return asPackageVar(p.info.Uses[x])
		case *ast.SelectorExpr:
			if v := asPackageVar(p.info.Uses[x.Sel]); v != nil {
				return v // of another package
			}
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

func asPackageVar(o types.Object) *types.Var {
	v, ok := o.(*types.Var)
	if !ok || v.IsField() || v.Pkg() == nil || v.Parent() != v.Pkg().Scope() {
		return nil
	}
	return v
}

func TestTheRuleSeesEachKindOfChange(t *testing.T) {
	p := typedSample(t, "shunt/sample", changingSample)
	faults := append(changeable(p), changes(p)...)
	for _, words := range []string{
		"variable pool is of type sync.Pool", "variable count is of type sync/atomic.Int64", "variable queue is a channel", "variable hook is a function",
		"variable client is of type net/http.Client", "variable any_ is of an interface type",
		"table is assigned to", "number is assigned to", "array is assigned to", "record is assigned to", "table is given to delete",
		"ErrTimeout is assigned to", "record is given away by its address",
	} {
		mention(t, faults, words)
	}
	if len(faults) != 13+1 { // number twice
		t.Errorf("%d faults: %q", len(faults), faults)
	}
}

const changingSample = `package sample

import (
	"errors"
	"net/http"
	"sync"
	"sync/atomic"

	"shunt/netloop"
)

var (
	pool   sync.Pool
	count  atomic.Int64
	queue  = make(chan int)
	hook   = func() {}
	client = &http.Client{}
	any_   any

	table  = map[string]int{"a": 1}
	number = 5
	array  [3]int
	record = struct{ n int }{1}
	fine   = errors.New("fine")
	_      error = fine
)

func change(local map[string]int) {
	table["b"] = 2
	number = 6
	number++
	array[1] = 2
	record.n = 3
	delete(table, "a")
	netloop.ErrTimeout = nil
	use(&record)
	local["x"] = number
	delete(local, "x")
	array := array
	array[0]++
}

func use(*struct{ n int }) {}
`
