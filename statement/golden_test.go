package statement

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what the parser says today into testdata/*.txt")

// TestGolden reads testdata/*.txt. A file holds cases with a blank line between: comments (#), the mode if it is not the
// default (!), the SQL text, and behind bars what it means. After a change that is meant, run
// "go test ./statement -run Golden -update" and read the difference.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { testGoldenFile(t, file) })
	}
}

func testGoldenFile(t *testing.T, file string) {
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := NewParser(Config{})
	var out []string
	cases := 0
	for block := range strings.SplitSeq(strings.TrimSpace(string(content)), "\n\n") {
		c := readGolden(block)
		if c.sql == "" {
			out = append(out, block)
			continue
		}
		cases++
		got := c.head + c.sql + "\n" + meaning(p, c)
		out = append(out, strings.TrimRight(got, "\n"))
		if !*update {
			t.Run(c.sql, func(t *testing.T) {
				if diff := cmp.Diff(c.want, meaning(p, c)); diff != "" {
					t.Errorf("%s\n(-want +got)\n%s", c.sql, diff)
				}
			})
		}
	}
	if cases == 0 {
		t.Errorf("%s holds no case", file)
	}
	if *update {
		if err := os.WriteFile(file, []byte(strings.Join(out, "\n\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// goldenCase is a block of a golden file.
type goldenCase struct {
	head string // comments and mode, as written
	mode Mode
	sql  string
	want string
}

func readGolden(block string) (c goldenCase) {
	var sql []string
	for line := range strings.SplitSeq(block, "\n") {
		switch {
		case strings.HasPrefix(line, "| "):
			c.want += line + "\n"
		case len(sql) == 0 && strings.HasPrefix(line, "#"):
			c.head += line + "\n"
		case len(sql) == 0 && strings.HasPrefix(line, "! "):
			c.head += line + "\n"
			c.mode = readMode(line)
		default:
			sql = append(sql, line)
		}
	}
	c.sql = strings.Join(sql, "\n")
	return c
}

func readMode(line string) (m Mode) {
	if strings.Contains(line, "ansi_quotes") {
		m |= AnsiQuotes
	}
	if strings.Contains(line, "no_backslash_escapes") {
		m |= NoBackslashEscapes
	}
	return m
}

// meaning asks twice, so that the answer of the cache is proven to be the same.
func meaning(p *Parser, c goldenCase) string {
	st, hint := p.Parse([]byte(c.sql), c.mode)
	again, _ := p.Parse([]byte(c.sql), c.mode)
	first, second := describe(st), describe(again)
	if first != second {
		return "| the cache changes the answer:\n" + first + second
	}
	if hint != (Hint{}) {
		first += fmt.Sprintf("hint %+v\n", hint)
	}
	return "| " + strings.ReplaceAll(strings.TrimRight(first, "\n"), "\n", "\n| ") + "\n"
}

// describe writes a Statement for people, empty fields left out.
func describe(st *Statement) string {
	var b strings.Builder
	b.WriteString(st.Kind.String())
	if st.Plain {
		b.WriteString(" plain")
	}
	if st.Fallback {
		b.WriteString(" fallback")
	}
	b.WriteString("\n")
	var reads, writes []string
	for _, t := range st.Tables {
		name := strings.TrimPrefix(t.Schema+"."+t.Name, ".")
		if t.Write {
			writes = append(writes, name)
		} else {
			reads = append(reads, name)
		}
	}
	list := func(word string, items []string) {
		if len(items) > 0 {
			fmt.Fprintf(&b, "%s %s\n", word, strings.Join(items, ", "))
		}
	}
	if st.Effects != 0 {
		fmt.Fprintf(&b, "effects %s\n", st.Effects)
	}
	list("reads", reads)
	list("writes", writes)
	list("databases", st.Databases)
	list("functions", st.Functions)
	list("names", st.Names)
	for _, l := range st.Locks {
		if l.Literal {
			fmt.Fprintf(&b, "lock %q\n", l.Name)
		} else {
			fmt.Fprintf(&b, "lock of an expression\n")
		}
	}
	for _, a := range st.Set {
		fmt.Fprintf(&b, "set %s %q = %s", a.Scope, a.Name, a.Value)
		if !a.Literal {
			b.WriteString("  (not a literal)")
		}
		b.WriteString("\n")
	}
	if st.Ask != AskNothing {
		fmt.Fprintf(&b, "ask %s as %q\n", st.Ask, st.Label)
	}
	if st.Limit != nil {
		fmt.Fprintf(&b, "limit %d behind %d\n", st.Limit.Count, st.Limit.Offset)
	}
	if st.Full {
		b.WriteString("full\n")
	}
	if st.Whole {
		b.WriteString("whole database\n")
	}
	if st.Ask == AskNothing && st.Label != "" {
		fmt.Fprintf(&b, "label %q\n", st.Label)
	}
	if st.Text != "" {
		fmt.Fprintf(&b, "text %s\n", st.Text)
	}
	if st.Target != 0 || st.KillQuery {
		fmt.Fprintf(&b, "target %d query %v\n", st.Target, st.KillQuery)
	}
	if st.Params > 0 {
		fmt.Fprintf(&b, "params %d\n", st.Params)
	}
	if st.Inner != nil {
		nested(&b, "inner", st.Inner)
	}
	for _, each := range st.List {
		nested(&b, "then", each)
	}
	return b.String()
}

func nested(b *strings.Builder, word string, st *Statement) {
	text := strings.TrimRight(describe(st), "\n")
	fmt.Fprintf(b, "%s %s\n", word, strings.ReplaceAll(text, "\n", "\n  "))
}
