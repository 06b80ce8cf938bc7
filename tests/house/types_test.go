package house

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// typed is a package of ours with its types.
type typed struct {
	*listed
	types *types.Package
	info  *types.Info
	fault error // why it does not compile; nil if it does
}

// typedModule is all packages of ours that are more than tests, by room, with their types.
var typedModule = sync.OnceValues(func() (map[string]*typed, error) {
	all, err := list("-export", "-deps", "./...")
	if err != nil {
		return nil, err
	}
	found := map[string]*typed{}
	imports := compiled(all)
	for _, p := range all {
		if !p.DepOnly && len(p.GoFiles) > 0 {
			found[p.room()] = check(p, imports(p.fset))
		}
	}
	return found, nil
})

// typedPackages gives them, or those of some rooms. One that does not compile ends the test.
func typedPackages(t *testing.T, rooms ...string) []*typed {
	t.Helper()
	all, err := typedModule()
	if err != nil {
		t.Fatal(err)
	}
	if len(rooms) == 0 {
		rooms = slices.Sorted(maps.Keys(all))
	}
	var found []*typed
	for _, room := range rooms {
		p := all[room]
		if p == nil {
			t.Fatalf("there is no package %s", room)
		}
		if p.fault != nil {
			t.Fatalf("this rule needs code that compiles, and %s does not: %v", room, p.fault)
		}
		found = append(found, p)
	}
	return found
}

// compiled makes importers that read the types of packages from what the go command has compiled.
func compiled(all []*listed) func(*token.FileSet) types.Importer {
	files := map[string]string{}
	for _, p := range all {
		files[p.ImportPath] = p.Export
	}
	return func(fset *token.FileSet) types.Importer {
		return importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
			if files[path] == "" {
				return nil, fmt.Errorf("%s was not compiled", path)
			}
			return os.Open(files[path])
		})
	}
}

func check(p *listed, imports types.Importer) *typed {
	t := &typed{listed: p, info: &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}}
	t.types, t.fault = (&types.Config{Importer: imports}).Check(p.ImportPath, p.fset, p.files, t.info)
	return t
}

// callee is the function or method that a call names; nil for a call of a value, a conversion or a built-in.
func (t *typed) callee(call *ast.CallExpr) *types.Func {
	var name *ast.Ident
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		name = f
	case *ast.SelectorExpr:
		name = f.Sel
	default:
		return nil
	}
	f, _ := t.info.Uses[name].(*types.Func)
	return f
}

// nameOf is a function's name with its package and type: net.Dialer.Dial, time.Sleep.
func nameOf(f *types.Func) string {
	name := f.Name()
	if recv := f.Signature().Recv(); recv != nil {
		name = typeName(recv.Type()) + "." + name
	}
	if f.Pkg() == nil {
		return name // error.Error
	}
	return strings.TrimPrefix(f.Pkg().Path(), prefix) + "." + name
}

func typeName(t types.Type) string {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := t.(*types.Named); ok {
		return n.Obj().Name()
	}
	return t.String()
}

// typedSample makes a typed package of one file, which may import what our own packages import.
func typedSample(t *testing.T, importPath, text string) *typed {
	t.Helper()
	all, err := list("-export", "-deps", "./netloop", "golang.org/x/sync/errgroup", "net/http")
	if err != nil {
		t.Fatal(err)
	}
	p := &listed{ImportPath: importPath, fset: token.NewFileSet()}
	f, err := parser.ParseFile(p.fset, "sample.go", text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	p.files = []*ast.File{f}
	sample := check(p, compiled(all)(p.fset))
	if sample.fault != nil {
		t.Fatal(sample.fault)
	}
	return sample
}
