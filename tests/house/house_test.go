// Package house has tests about the code itself: who may import whom, what is documented, what may wait, and whether the docs are in
// step with the code. Each fails with a sentence that says the rule and its reason.
//
// A [module] is the code as the go command lists it; a [typed] package has its types too. Each rule is a function from one of them to the
// faults it finds, so that every rule is also tried on a sample that breaks it: a rule that finds nothing anywhere would pass for ever.
package house

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// root is the repository, seen from this folder.
const root = "../.."

// prefix begins the import paths of our own packages.
const prefix = "shunt/"

// listed is one package as `go list` describes it.
type listed struct {
	ImportPath, Name, Dir              string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Imports, TestImports, XTestImports []string
	Export                             string // file with the compiled package's types; only with -export
	DepOnly                            bool   // not ours
	Error                              *struct{ Err string }
	files                              []*ast.File
	fset                               *token.FileSet
}

// room is the path of a package inside the repository.
func (p *listed) room() string { return strings.TrimPrefix(p.ImportPath, prefix) }

// module is all packages of ours.
var module = sync.OnceValues(func() ([]*listed, error) { return list("./...") })

// packages gives the module, or ends the test.
func packages(t *testing.T) []*listed {
	t.Helper()
	all, err := module()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 15 {
		t.Fatalf("only %d packages were found: the rules would hold for nothing", len(all))
	}
	return all
}

// list asks the go command about packages and parses their files.
func list(args ...string) ([]*listed, error) {
	out, err := goCommand(append([]string{"list", "-e", "-json=ImportPath,Name,Dir,GoFiles,TestGoFiles,XTestGoFiles,Imports,TestImports,XTestImports,Export,DepOnly,Error"}, args...)...)
	if err != nil {
		return nil, err
	}
	var all []*listed
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		p := &listed{}
		if err := decoder.Decode(p); err == io.EOF {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("reading what go list says: %w", err)
		}
		if p.DepOnly {
			p.GoFiles = nil
		} else if err := p.parse(); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

func goCommand(args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = root
	out, err := cmd.Output()
	if exit, ok := err.(*exec.ExitError); ok {
		err = fmt.Errorf("%w: %s", err, exit.Stderr)
	}
	if err != nil {
		return nil, fmt.Errorf("go %s: %w", args[0], err)
	}
	return out, nil
}

// parse reads the package's files; those of its tests if it has no others.
func (p *listed) parse() error {
	p.fset = token.NewFileSet()
	names := p.GoFiles
	if len(names) == 0 {
		names = append(append([]string{}, p.TestGoFiles...), p.XTestGoFiles...)
	}
	for _, name := range names {
		f, err := parser.ParseFile(p.fset, filepath.Join(p.Dir, name), nil, parser.ParseComments)
		if err != nil {
			return err
		}
		p.files = append(p.files, f)
	}
	return nil
}

// at is a position for people: room/file.go:line.
func at(fset *token.FileSet, pos token.Pos) string {
	p := fset.Position(pos)
	absolute, err := filepath.Abs(root)
	if err != nil {
		return p.String()
	}
	if inside, err := filepath.Rel(absolute, p.Filename); err == nil && !strings.HasPrefix(inside, "..") {
		p.Filename = inside
	}
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// report fails the test with every fault.
func report(t *testing.T, rule string, faults []string) {
	t.Helper()
	for _, f := range faults {
		t.Errorf("%s\n\trule: %s", f, rule)
	}
}

// read gives a file of the repository as text.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// mention fails unless one of the faults has the words in it: how the rules are tried on samples.
func mention(t *testing.T, faults []string, words string) {
	t.Helper()
	for _, f := range faults {
		if strings.Contains(f, words) {
			return
		}
	}
	t.Errorf("the rule does not find what breaks it: nothing about %q in %q", words, faults)
}
