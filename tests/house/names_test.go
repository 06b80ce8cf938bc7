package house

import (
	"fmt"
	"go/types"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const namesRule = "a file, a piece of code or a make target that a document names is there: a map with streets that do not exist is worse than none"

// walks are the documents whose every path must exist; in others a path may be one on the reader's machine.
var walks = []string{"docs/architecture.md", "docs/life-of-a-query.md"}

func TestDocumentsNameOnlyWhatIsThere(t *testing.T) {
	targets := makeTargets(read(t, "Makefile"))
	if len(targets) < 5 {
		t.Errorf("only %v were found in the Makefile", targets)
	}
	code := map[string]*typed{}
	for _, p := range typedPackages(t) {
		code[path.Base(p.ImportPath)] = p
	}
	paths := map[string]int{}
	for _, m := range documents(t) {
		report(t, namesRule, deadLinks(m, exists))
		report(t, namesRule, missingTargets(m, targets))
		report(t, namesRule, missingCode(m, code))
		if slices.Contains(walks, m.name) {
			report(t, namesRule, missingPaths(m, exists))
			paths[m.name] = len(pathsIn(m))
		}
	}
	for _, name := range []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/operations.md"} {
		if !exists(name) {
			t.Errorf("%s is missing", name)
		}
	}
	for _, name := range walks {
		if paths[name] < 5 {
			t.Errorf("%s names only %d paths", name, paths[name])
		}
	}
}

var pathForm = regexp.MustCompile(`^[a-z][\w.-]*(/[\w.-]+)*/?$`)

// pathsIn are the code spans that look like paths in the repository: with a slash, or with the ending of a file.
func pathsIn(m markdown) (found []string) {
	for _, span := range m.code {
		ending := path.Ext(span)
		if pathForm.MatchString(span) && (strings.Contains(span, "/") || slices.Contains([]string{".go", ".md", ".yaml", ".mod", ".sh"}, ending)) {
			found = append(found, span)
		}
	}
	return found
}

func missingPaths(m markdown, there func(string) bool) (faults []string) {
	for _, name := range pathsIn(m) {
		if !there(name) {
			faults = append(faults, fmt.Sprintf("%s names %s, which is not there", m.name, name))
		}
	}
	return faults
}

func deadLinks(m markdown, there func(string) bool) (faults []string) {
	for _, target := range m.links {
		target, _, _ = strings.Cut(target, "#")
		if target == "" || strings.Contains(target, "://") {
			continue
		}
		if !there(path.Join(path.Dir(m.name), target)) {
			faults = append(faults, fmt.Sprintf("%s links to %s, which is not there", m.name, target))
		}
	}
	return faults
}

func makeTargets(makefile string) (targets []string) {
	for _, match := range regexp.MustCompile(`(?m)^([a-z0-9-]+):`).FindAllStringSubmatch(makefile, -1) {
		targets = append(targets, match[1])
	}
	return targets
}

var makeCall = regexp.MustCompile(`(?:^|\s)make((?: [a-z][a-z0-9-]*)+)`)

func missingTargets(m markdown, targets []string) (faults []string) {
	for _, span := range m.code {
		command, _, _ := strings.Cut(span, "#")
		for _, match := range makeCall.FindAllStringSubmatch(command, -1) {
			for _, target := range strings.Fields(match[1]) {
				if !slices.Contains(targets, target) {
					faults = append(faults, fmt.Sprintf("%s names make %s, which the Makefile does not have", m.name, target))
				}
			}
		}
	}
	return faults
}

var codeName = regexp.MustCompile(`^([a-z]+)\.([A-Z]\w*)(?:\.(\w+))?$`)

// missingCode finds names such as `proxy.Client.serve` that the package of that name does not have.
func missingCode(m markdown, code map[string]*typed) (faults []string) {
	for _, span := range m.code {
		match := codeName.FindStringSubmatch(span)
		if match == nil || code[match[1]] == nil {
			continue
		}
		if !has(code[match[1]].types, match[2], match[3]) {
			faults = append(faults, fmt.Sprintf("%s names %s, which the code does not have", m.name, span))
		}
	}
	return faults
}

// has says whether a package has an object of that name, and that a field or method if one is asked for.
func has(p *types.Package, name, member string) bool {
	o := p.Scope().Lookup(name)
	if o == nil || member == "" {
		return o != nil
	}
	found, _, _ := types.LookupFieldOrMethod(o.Type(), true, p, member)
	return found != nil
}

func TestTheNamesRuleFindsWhatBreaksIt(t *testing.T) {
	only := func(name string) bool { return name == "proxy/query.go" || name == "docs/b.md" }
	m := parseMarkdown("docs/a.md", "`proxy/query.go` `proxy/gone.go` `gone.md` [b](b.md#x) [c](c.md) [w](https://x.y/z)\n"+
		"`make test`\n```\nmake tset house  # make sure\n```\n`sample.T.m` `sample.T.f` `sample.T.gone` `sample.Gone` `sample.T` `other.Thing`\n")
	p := typedSample(t, "shunt/sample", "package sample\ntype T struct{ f int }\nfunc (*T) m() {}\n")
	faults := slices.Concat(missingPaths(m, only), deadLinks(m, only), missingTargets(m, []string{"test", "house"}), missingCode(m, map[string]*typed{"sample": p}))
	for _, words := range []string{"names proxy/gone.go", "names gone.md", "links to c.md", "make tset", "sample.T.gone", "sample.Gone"} {
		mention(t, faults, words)
	}
	if len(faults) != 6 {
		t.Errorf("%q", faults)
	}
}
