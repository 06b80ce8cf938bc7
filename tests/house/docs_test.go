package house

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const errorsRule = "every error of shunt's own is in docs/reference/errors.md, with its number and what to do, and none that does not exist: " +
	"people look it up at night"

// The block of shunt's own error numbers.
const firstError, lastError = 9900, 9999

func TestErrorsAreInTheReference(t *testing.T) {
	numbers := map[int]string{}
	for _, p := range typedPackages(t) {
		for number, name := range errorNumbers(p) {
			if other := numbers[number]; other != "" {
				t.Errorf("%d is both %s and %s: a number stands for one thing", number, other, name)
			}
			numbers[number] = name
		}
	}
	if len(numbers) < 10 {
		t.Errorf("only %d error numbers were found", len(numbers))
	}
	report(t, errorsRule, errorFaults(numbers, parseMarkdown("", read(t, "docs/reference/errors.md"))))
}

// errorNumbers finds the constants Error… with a number from the block.
func errorNumbers(p *typed) map[int]string {
	found := map[int]string{}
	for _, name := range p.types.Scope().Names() {
		c, ok := p.types.Scope().Lookup(name).(*types.Const)
		if !ok || c.Val().Kind() != constant.Int || !strings.HasPrefix(name, "Error") {
			continue
		}
		if n, exact := constant.Int64Val(c.Val()); exact && n >= firstError && n <= lastError {
			found[int(n)] = p.Name + "." + name
		}
	}
	return found
}

var errorHeading = regexp.MustCompile(`^(99\d\d) (\S+)$`)

// errorFaults compares the code's numbers with a document that has a section for each, headed by number and name.
func errorFaults(numbers map[int]string, doc markdown) (faults []string) {
	told := map[int]bool{}
	for _, s := range doc.sections() {
		match := errorHeading.FindStringSubmatch(s.heading)
		if match == nil {
			continue
		}
		number, _ := strconv.Atoi(match[1]) // the expression took digits only
		told[number] = true
		switch _, advice, found := strings.Cut(s.body, "What to do: "); {
		case numbers[number] == "":
			faults = append(faults, fmt.Sprintf("errors.md has %d, the code has not", number))
		case numbers[number] != match[2]:
			faults = append(faults, fmt.Sprintf("errors.md calls %d %s, the code %s", number, match[2], numbers[number]))
		case !found || len(strings.Fields(advice)) < 4:
			faults = append(faults, fmt.Sprintf("errors.md says of %d not what to do", number))
		}
	}
	for number, name := range numbers {
		if !told[number] {
			faults = append(faults, fmt.Sprintf("errors.md lacks %d, %s", number, name))
		}
	}
	return faults
}

const metricsRule = "every metric is in docs/reference/metrics.md, and none that does not exist: dashboards and alarms are made from it"

func TestMetricsAreInTheReference(t *testing.T) {
	names := map[string]string{}
	for _, p := range packages(t) {
		if !forTests(p.ImportPath) {
			maps.Copy(names, metricNames(p))
		}
	}
	if len(names) < 15 {
		t.Errorf("only %d metrics were found: %v", len(names), names)
	}
	report(t, metricsRule, metricFaults(names, parseMarkdown("", read(t, "docs/reference/metrics.md"))))
}

var metricName = regexp.MustCompile(`^shunt_[a-z_]+$`)

// metricNames finds the names of metrics: the strings of that form in packages that use the metrics library.
func metricNames(p *listed) map[string]string {
	found := map[string]string{}
	if !slices.Contains(p.Imports, "github.com/prometheus/client_golang/prometheus") {
		return found
	}
	for _, f := range p.files {
		ast.Inspect(f, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				if text, err := strconv.Unquote(l.Value); err == nil && metricName.MatchString(text) {
					found[text] = at(p.fset, l.Pos())
				}
			}
			return true
		})
	}
	return found
}

// metricFaults compares them with a document that names each in a table, and none beside.
func metricFaults(names map[string]string, doc markdown) (faults []string) {
	told := map[string]bool{}
	for line := range strings.Lines(doc.text) {
		if cells := strings.Split(line, "|"); len(cells) > 4 && codeSpan.MatchString(cells[1]) {
			told[codeSpan.FindStringSubmatch(cells[1])[1]] = true
		}
	}
	for name, where := range names {
		if !told[name] {
			faults = append(faults, fmt.Sprintf("metrics.md has no line for %s (%s)", name, where))
		}
	}
	for _, word := range regexp.MustCompile(`\bshunt_[a-z_]+`).FindAllString(doc.text, -1) {
		base := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(word, "_bucket"), "_sum"), "_count")
		if names[word] == "" && names[base] == "" {
			faults = append(faults, fmt.Sprintf("metrics.md names %s, which the code does not have", word))
		}
	}
	return faults
}

const librariesRule = "every library that is not the standard one has a line of reason in docs/decisions: each is code that we answer for"

func TestEveryLibraryHasAReason(t *testing.T) {
	out, err := goCommand("mod", "edit", "-json")
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	var decisions, direct []string
	for _, m := range documents(t) {
		if strings.HasPrefix(m.name, "docs/decisions/") {
			decisions = append(decisions, m.text)
		}
	}
	for _, r := range mod.Require {
		if !r.Indirect {
			direct = append(direct, r.Path)
		}
	}
	if len(direct) < 5 {
		t.Errorf("only %d libraries were found", len(direct))
	}
	report(t, librariesRule, withoutReason(direct, strings.Join(decisions, "\n")))
}

// withoutReason finds the modules that no table in the text has a line for: the module in the first column, the reason in the last.
func withoutReason(modules []string, decisions string) (faults []string) {
	reasons := map[string]string{}
	for line := range strings.Lines(decisions) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) > 1 {
			reasons[strings.Trim(strings.TrimSpace(cells[0]), "`")] = strings.TrimSpace(cells[len(cells)-1])
		}
	}
	for _, m := range modules {
		if len(strings.Fields(reasons[m])) < 4 {
			faults = append(faults, fmt.Sprintf("no table in docs/decisions has a line with a reason for %s", m))
		}
	}
	return faults
}

func TestDecisionsAreDatedAndNumbered(t *testing.T) {
	var numbers []string
	for _, m := range documents(t) {
		name, ok := strings.CutPrefix(m.name, "docs/decisions/")
		if !ok {
			continue
		}
		numbers = append(numbers, name[:4])
		if !regexp.MustCompile(`^\d{4}-[a-z0-9-]+\.md$`).MatchString(name) || !regexp.MustCompile(`(?m)^Date: \d{4}-\d\d-\d\d$`).MatchString(m.text) {
			t.Errorf("%s: a decision is called NNNN-title.md and has a line Date: YYYY-MM-DD", m.name)
		}
		var headings []string
		for _, s := range m.sections() {
			headings = append(headings, s.heading)
		}
		for _, needed := range []string{"Situation", "Choice", "Turned down", "What follows"} {
			if !slices.Contains(headings, needed) {
				t.Errorf("%s has no section %q", m.name, needed)
			}
		}
	}
	slices.Sort(numbers)
	for i, n := range numbers {
		if want := fmt.Sprintf("%04d", i+1); n != want {
			t.Errorf("the decisions are numbered %v: %s is missing or there twice", numbers, want)
			break
		}
	}
	if len(numbers) == 0 {
		t.Error("there are no decisions")
	}
}

func TestTheDocsRulesFindWhatBreaksThem(t *testing.T) {
	doc := parseMarkdown("", "## 9901 a.ErrorA\nWhat to do: wait a while, then again.\n## 9902 a.ErrorGone\nx\n## 9903 a.ErrorC\nNothing.\n## 9904 a.ErrorX\n")
	faults := errorFaults(map[int]string{9901: "a.ErrorA", 9903: "a.ErrorC", 9904: "a.ErrorD", 9905: "a.ErrorE"}, doc)
	for _, words := range []string{"has 9902", "of 9903 not what to do", "calls 9904", "lacks 9905"} {
		mention(t, faults, words)
	}
	if len(faults) != 4 {
		t.Errorf("%q", faults)
	}
	faults = metricFaults(map[string]string{"shunt_a": "x", "shunt_b_seconds": "x"},
		parseMarkdown("", "| `shunt_b_seconds` | histogram | | y |\nrate(shunt_b_seconds_count[1m]) and shunt_c"))
	mention(t, faults, "no line for shunt_a")
	mention(t, faults, "names shunt_c")
	if len(faults) != 2 {
		t.Errorf("%q", faults)
	}
	faults = withoutReason([]string{"a/b", "c/d", "e/f"}, "| `a/b` | 1 | it is what everybody uses |\n| c/d | |\n")
	mention(t, faults, "c/d")
	mention(t, faults, "e/f")
	if len(faults) != 2 {
		t.Errorf("%q", faults)
	}
	p := sample(t, "shunt/a", "package a\nimport _ \"github.com/prometheus/client_golang/prometheus\"\nvar x = \"shunt_x_total\"\n")
	p.Imports = []string{"github.com/prometheus/client_golang/prometheus"}
	if names := metricNames(p); names["shunt_x_total"] != filepath.ToSlash("sample.go:3") {
		t.Errorf("%v", names)
	}
}
