package config

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const reference = "../docs/reference/config.md"

// TestReference: docs/reference/config.md has every setting, with the text, the default and the tags of its field. What
// stands above the first table is written by hand.
func TestReference(t *testing.T) {
	page, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	const mark = "<!-- What follows is made from config/file.go, config/filedns.go, config/filelimits.go, config/filemoves.go and config/filereads.go: go test ./config -update -->\n"
	head, _, found := strings.Cut(string(page), mark)
	if !found {
		t.Fatalf("%s has no line %q", reference, mark)
	}
	goldenFile(t, reference, head+mark+tables(t))
}

func goldenFile(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is not in step (-file +code; go test -update accepts it):\n%s", name, diff)
	}
}

// comments are the comments of the fields of file.go, filedns.go, filelimits.go, filemoves.go and filereads.go, by type and field.
func comments(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, name := range []string{"file.go", "filedns.go", "filereads.go", "filelimits.go", "filemoves.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				addComments(found, spec)
			}
			return true
		})
	}
	return found
}

func addComments(found map[string]string, spec *ast.TypeSpec) {
	s, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, f := range s.Fields.List {
		for _, name := range f.Names {
			found[spec.Name.Name+"."+name.Name] = strings.Join(strings.Fields(f.Doc.Text()), " ")
		}
	}
}

// pageWriter writes a heading and a table for each section.
type pageWriter struct {
	t        *testing.T
	comments map[string]string
	b        strings.Builder
}

func tables(t *testing.T) string {
	p := &pageWriter{t: t, comments: comments(t)}
	p.section("", "", reflect.TypeFor[File](), "restart")
	return p.b.String()
}

// section writes the settings of one section, then the sections in it.
func (p *pageWriter) section(title, about string, section reflect.Type, reload string) {
	var inner []func()
	rows := 0
	for i := range section.NumField() {
		f := section.Field(i)
		text, inherited := p.comments[section.Name()+"."+f.Name], reload
		if text == "" {
			p.t.Errorf("%s.%s has no comment", section.Name(), f.Name)
		}
		if tag := f.Tag.Get("reload"); tag != "" {
			inherited = tag
		}
		if in, name := innerSection(f, title); in != nil {
			inner = append(inner, func() { p.section(name, text+" "+needText(f), in, inherited) })
			continue
		}
		if rows++; rows == 1 {
			p.heading(title, about)
			p.b.WriteString("\n| setting | type | default | a change needs | meaning |\n|---|---|---|---|---|\n")
		}
		p.row(f, inherited, text)
	}
	if rows == 0 && title != "" {
		p.heading(title, about)
	}
	for _, write := range inner {
		write()
	}
}

// innerSection gives the type and the path of the entries of a field that is a section, or a list of them.
func innerSection(f reflect.StructField, title string) (reflect.Type, string) {
	at, entry := join(title, f.Tag.Get("yaml")), f.Type
	if f.Type.Kind() == reflect.Slice {
		entry, at = f.Type.Elem(), at+"[]"
	}
	switch {
	case entry.Kind() != reflect.Struct || isSecret(entry):
		return nil, ""
	case f.Tag.Get("yaml") == "*":
		at = join(title, nameKey)
	case isNamed(entry):
		at = join(join(title, f.Tag.Get("yaml")), nameKey)
	}
	return entry, at
}

func (p *pageWriter) heading(title, about string) {
	if title == "" {
		p.b.WriteString("\n## The file itself\n")
		return
	}
	p.b.WriteString("\n## `" + title + "`\n\n" + strings.TrimSpace(about) + "\n")
}

func (p *pageWriter) row(f reflect.StructField, reload, text string) {
	standard := f.Tag.Get("default")
	if standard != "" {
		standard = "`" + standard + "`"
	}
	if from := f.Tag.Get("inherit"); from != "" {
		standard = "as `" + from + "`"
	}
	name := f.Tag.Get("yaml")
	if name == nameKey {
		name = "(its name)"
	} else {
		name = "`" + name + "`"
	}
	cells := []string{name, typeText(f), standard, map[string]string{"live": "a reload", "restart": "a restart"}[reload],
		strings.TrimSpace(text + " " + needText(f))}
	p.b.WriteString("| " + strings.ReplaceAll(strings.Join(cells, " | "), "\n", " ") + " |\n")
}

func needText(f reflect.StructField) string {
	if f.Tag.Get("need") != "" {
		return "Must be given."
	}
	return ""
}

func typeText(f reflect.StructField) string {
	switch {
	case f.Type == reflect.TypeFor[[]string]():
		return "list of texts"
	case isSecret(f.Type):
		return "secret"
	}
	text := kindName(f.Type, f.Tag)
	if least := f.Tag.Get("min"); least != "" {
		text += " from " + least
	}
	return text
}

// TestTags: every default and least value can be read, every reload says live or restart.
func TestTags(t *testing.T) {
	checked := 0
	var walk func(section reflect.Type)
	walk = func(section reflect.Type) {
		for f := range settingsOf(section) {
			if r := f.Tag.Get("reload"); r != "" && r != "live" && r != "restart" {
				t.Errorf("%s.%s: reload %q", section.Name(), f.Name, r)
			}
			entry := f.Type
			if entry.Kind() == reflect.Slice {
				entry = entry.Elem()
			}
			if entry.Kind() == reflect.Struct && !isSecret(entry) {
				walk(entry)
				continue
			}
			for _, tag := range []string{"default", "min"} {
				text, ok := f.Tag.Lookup(tag)
				if !ok {
					continue
				}
				checked++
				v := reflect.New(f.Type).Elem()
				if wrong, _ := setText(v, text); wrong != "" {
					t.Errorf("%s.%s: %s %s", section.Name(), f.Name, tag, wrong)
				}
				if wrong, _ := outOfRange(v, f.Tag); wrong != "" {
					t.Errorf("%s.%s: %s %s", section.Name(), f.Name, tag, wrong)
				}
				if valueText(v) != text {
					t.Errorf("%s.%s: %s %q is written %q elsewhere", section.Name(), f.Name, tag, text, valueText(v))
				}
			}
		}
	}
	walk(reflect.TypeFor[File]())
	if checked < 30 {
		t.Errorf("only %d tags were checked", checked)
	}
}

func TestSize(t *testing.T) {
	for text, want := range map[string]Size{
		"0": 0, "512B": 512, "1KiB": 1 << 10, "16MiB": 16 << 20, "1 GiB": 1 << 30, "1KB": 1000, "3MB": 3e6, "2GB": 2e9,
	} {
		got, err := parseSize(text)
		if err != nil || got != want {
			t.Errorf("%s is %d (%v), want %d", text, got, err, want)
		}
		if again, err := parseSize(got.String()); err != nil || again != got {
			t.Errorf("%s is written %s, which is %d (%v)", text, got, again, err)
		}
	}
	for _, text := range []string{"", "5", "-1KiB", "1TiB", "KiB", "1.5MiB", "9999999999GiB", strconv.Itoa(1<<62) + "KiB"} {
		if got, err := parseSize(text); err == nil {
			t.Errorf("%q was taken for %d", text, got)
		}
	}
}

func TestDurationText(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0", time.Hour: "1h", 90 * time.Minute: "1h30m", time.Minute: "1m", 90 * time.Second: "1m30s", 20 * time.Millisecond: "20ms",
		10 * time.Second: "10s", 10*time.Hour + 10*time.Second: "10h0m10s",
	} {
		if got := durationText(d); got != want {
			t.Errorf("%v is %s, want %s", d, got, want)
		}
	}
}
