package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

const packageCommentRule = "every package has exactly one comment, which begins with its name and says what it is for, its main types and what it leaves to others: " +
	"it is the first thing a newcomer reads"

func TestEveryPackageHasOneComment(t *testing.T) {
	var faults []string
	for _, p := range packages(t) {
		faults = append(faults, packageComment(p)...)
	}
	report(t, packageCommentRule, faults)
}

func packageComment(p *listed) []string {
	var found []*ast.File
	for _, f := range p.files {
		if f.Doc != nil {
			found = append(found, f)
		}
	}
	if len(found) != 1 {
		return []string{fmt.Sprintf("%s has %d package comments", p.room(), len(found))}
	}
	want := "Package " + p.Name + " "
	if p.Name == "main" {
		want = "Command " + p.ImportPath[strings.LastIndexByte(p.ImportPath, '/')+1:] + " " // as https://go.dev/doc/comment has it
	}
	if text := found[0].Doc.Text(); !strings.HasPrefix(text, want) {
		return []string{fmt.Sprintf("%s: the package comment begins %.30q, not %q", at(p.fset, found[0].Doc.Pos()), text, want)}
	}
	return nil
}

const exportedRule = "every exported identifier has a doc comment: what it is for, units, errors, who owns what and until when"

func TestEveryExportedIdentifierIsDocumented(t *testing.T) {
	var faults []string
	for _, p := range packages(t) {
		if len(p.GoFiles) > 0 {
			faults = append(faults, undocumented(p)...)
		}
	}
	report(t, exportedRule, faults)
}

func undocumented(p *listed) (faults []string) {
	for _, f := range p.files {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Doc == nil && d.Name.IsExported() && reachable(d) && !ofTheStandardLibrary(d) {
					faults = append(faults, fmt.Sprintf("%s: %s has no comment", at(p.fset, d.Pos()), d.Name.Name))
				}
			case *ast.GenDecl:
				for _, name := range silent(d) {
					faults = append(faults, fmt.Sprintf("%s: %s has no comment", at(p.fset, name.Pos()), name.Name))
				}
			}
		}
	}
	return faults
}

// reachable says whether a function is one, or a method of an exported type.
func reachable(d *ast.FuncDecl) bool { return d.Recv == nil || ast.IsExported(receiver(d)) }

// receiver is the name of a method's type; empty for a function.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	for e := d.Recv.List[0].Type; ; {
		switch x := e.(type) {
		case *ast.Ident:
			return x.Name
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		default:
			return ""
		}
	}
}

// ofTheStandardLibrary says whether a method's meaning is fixed by fmt.Stringer, error or errors.Unwrap. A comment could only repeat it.
func ofTheStandardLibrary(d *ast.FuncDecl) bool {
	if d.Recv == nil || d.Type.Params.NumFields() > 0 {
		return false
	}
	return d.Name.Name == "String" || d.Name.Name == "Error" || d.Name.Name == "Unwrap"
}

// silent finds exported types, constants and variables without a comment before or behind them, or before their group.
func silent(d *ast.GenDecl) (names []*ast.Ident) {
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && s.Doc == nil && (d.Doc == nil || d.Lparen.IsValid()) && s.Comment == nil {
				names = append(names, s.Name)
			}
		case *ast.ValueSpec:
			for _, name := range s.Names {
				if name.IsExported() && s.Doc == nil && s.Comment == nil && d.Doc == nil {
					names = append(names, name)
				}
			}
		}
	}
	return names
}

// sample makes a package of one file.
func sample(t *testing.T, importPath, text string) *listed {
	t.Helper()
	p := &listed{ImportPath: importPath, GoFiles: []string{"sample.go"}, fset: token.NewFileSet()}
	f, err := parser.ParseFile(p.fset, "sample.go", text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	p.Name, p.files = f.Name.Name, []*ast.File{f}
	return p
}

func TestTheCommentRulesFindWhatBreaksThem(t *testing.T) {
	mention(t, packageComment(sample(t, "shunt/a", "package a")), "0 package comments")
	mention(t, packageComment(sample(t, "shunt/a", "// This is a.\npackage a")), "begins")
	mention(t, packageComment(sample(t, "shunt/cmd/shunt", "// Package main is it.\npackage main")), `"Command shunt "`)
	for name, text := range map[string]string{
		"F": "func F() {}", "T": "type T int", "M": "// T is.\ntype T int\nfunc (T) M() {}", "C": "const C = 1", "V": "var (\n\ta = 1\n\tV = 2\n)",
		"U": "// Types.\ntype (\n\tU int\n)",
	} {
		mention(t, undocumented(sample(t, "shunt/a", "package a\n"+text)), name+" has no comment")
	}
	fine := "package a\n// T is.\ntype T int\nfunc (T) String() string { return \"\" }\nfunc (t) M() {}\ntype t int\n// The C.\nconst (\n\tC = 1\n)\nvar V int // it is\n"
	if faults := undocumented(sample(t, "shunt/a", fine)); len(faults) > 0 {
		t.Errorf("what is documented is reported: %q", faults)
	}
}
