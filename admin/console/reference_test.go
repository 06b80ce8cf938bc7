package console

import (
	"flag"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shunt/admin"
	"shunt/admin/admintest"
	"shunt/backend"
	"shunt/proxy"
	"shunt/router"
	pins "shunt/session"
)

const reference = "../../docs/reference/console.md"

func readReference(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// made are the parts of the page that are made from the code.
var made = regexp.MustCompile(`(?s)<!-- (commands|columns: [\w ]+) -->\n.*?<!-- end -->`)

// TestReferenceTables: the page has all commands, and the columns of each with the sentences of their fields.
func TestReferenceTables(t *testing.T) {
	page := readReference(t)
	tables := map[string]string{"commands": commandTable()}
	for name, columns := range allColumns(t) {
		tables["columns: "+name] = columnTable(columns)
	}
	seen := map[string]bool{}
	got := made.ReplaceAllStringFunc(page, func(part string) string {
		name := made.FindStringSubmatch(part)[1]
		if seen[name] = true; tables[name] == "" {
			t.Errorf("the page has a part %q, which is nothing the console knows", name)
		}
		return "<!-- " + name + " -->\n" + tables[name] + "<!-- end -->"
	})
	for name := range tables {
		if !seen[name] {
			t.Errorf("the page has no part <!-- %s -->", name)
		}
	}
	if updating() {
		if err := os.WriteFile(reference, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(page, got); diff != "" {
		t.Errorf("%s is not in step (-page +code; go test -update accepts it):\n%s", reference, diff)
	}
}

// allColumns are the columns of every answer that is a table.
func allColumns(t *testing.T) map[string][]admin.Column {
	t.Helper()
	house, _ := admintest.House()
	s := &session{console: New(Config{}, admin.New(house), house.Log)}
	all := map[string][]admin.Column{"explain": admin.Columns[admin.Route](), "reload": admin.Columns[admin.ChangeRow]()}
	all["server"], all["switchover"] = admin.Columns[admin.ServerChange](), admin.Columns[admin.SwitchoverRow]()
	all["lint"], all["advice"] = admin.Columns[admin.FindingRow](), admin.Columns[admin.AdviceRow]()
	all["class"] = admin.Columns[admin.ClassRow]()
	all["map"], all["check"] = admin.Columns[admin.MapRow](), admin.Columns[admin.CheckRow]()
	for _, x := range subjects() {
		if x.about == "" {
			continue
		}
		table, err := x.rows(s)
		if err != nil {
			t.Fatal(err)
		}
		all[x.name] = table.Columns
	}
	return all
}

func commandTable() string {
	var b strings.Builder
	b.WriteString("| command | what it does |\n|---|---|\n")
	for _, f := range forms() {
		b.WriteString("| `" + strings.ReplaceAll(f.syntax, "|", `\|`) + "` | " + f.about + " |\n")
	}
	return b.String()
}

func columnTable(columns []admin.Column) string {
	var b strings.Builder
	b.WriteString("| column | meaning |\n|---|---|\n")
	for _, c := range columns {
		b.WriteString("| `" + c.Name + "` | " + c.About + " |\n")
	}
	return b.String()
}

// TestReferenceParagraphs: the page has a paragraph for each state, pin, verdict and reason that there is, and for no other.
func TestReferenceParagraphs(t *testing.T) {
	page := readReference(t)
	reasons := everyName(func(i int) string { return router.Reason(i).String() })
	for section, want := range map[string][]string{
		"States of a client":            everyName(func(i int) string { return proxy.State(i).String() }),
		"States of a server connection": connectionStates(),
		"Pins":                          pins.PinNames(),
		"Verdicts":                      everyName(func(i int) string { return router.Verdict(i).String() }),
		"Reasons":                       reasons[1:], // the first means that there is none
	} {
		if len(want) < 3 {
			t.Errorf("%s: only %d names were found in the code", section, len(want))
		}
		paragraphs := paragraphsOf(t, page, section)
		var got []string
		for name, text := range paragraphs {
			got = append(got, name)
			if len(strings.Fields(text)) < 6 {
				t.Errorf("%s: %q has no paragraph worth the name: %s", section, name, text)
			}
		}
		want = slices.Sorted(slices.Values(want))
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-code +page):\n%s", section, diff)
		}
	}
}

// paragraphsOf are the paragraphs of a section that begin with a name in bold.
func paragraphsOf(t *testing.T, page, section string) map[string]string {
	t.Helper()
	_, rest, found := strings.Cut(page, "\n## "+section+"\n")
	if !found {
		t.Fatalf("the page has no section %q", section)
	}
	body, _, _ := strings.Cut(rest, "\n## ")
	paragraphs := map[string]string{}
	for _, p := range strings.Split(body, "\n\n") {
		if bold, is := strings.CutPrefix(strings.TrimSpace(p), "**"); is {
			name, text, _ := strings.Cut(bold, ".** ")
			paragraphs[name] = text
		}
	}
	return paragraphs
}

// everyName gives the names of a type's values from 0 on, up to the first that has none: those types do not tell how many
// they are.
func everyName(name func(int) string) (names []string) {
	defer func() { _ = recover() }()
	for i := 0; ; i++ {
		names = append(names, name(i))
	}
}

// connectionStates are what backend counts connections as, and who waits for one.
func connectionStates() []string {
	var states []string
	stats := reflect.TypeFor[backend.Stats]()
	for i := range stats.NumField() {
		name, counted := stats.Field(i).Name, stats.Field(i).Type.Kind() == reflect.Int
		if others := []string{"Limit", "Prepared", "Accounts", "WaitingAccounts"}; counted && !slices.Contains(others, name) {
			states = append(states, strings.ToLower(name))
		}
	}
	return states
}

// updating says whether the test was run with -update, a flag that console_test.go defines.
func updating() bool {
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}
