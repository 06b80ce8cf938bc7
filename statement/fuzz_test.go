package statement

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzParse feeds any text in any mode. Its seeds are the golden cases. It holds that nothing panics, and that the shape of a text does not depend
// on its literals.
func FuzzParse(f *testing.F) {
	for i, sql := range goldenTexts(f) {
		f.Add([]byte(sql), uint8(i))
	}
	p := NewParser(Config{CacheSize: 100, MaxParse: 4096})
	f.Fuzz(func(t *testing.T, sql []byte, modeBits uint8) {
		mode := Mode(modeBits) & (AnsiQuotes | NoBackslashEscapes)
		digest(string(sql), mode) // without the net that Parse has under it
		p.statements(sql, mode, 0)
		st, _ := p.Parse(sql, mode)
		again, _ := p.Parse(sql, mode)
		if first, second := describe(st), describe(again); first != second {
			t.Errorf("told differently the second time:\n%s\n%s", first, second)
		}
		p.Normalize(sql, mode)
		checkShape(t, sql, mode, st.Digest)
	})
}

func goldenTexts(tb testing.TB) (texts []string) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		tb.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		for block := range strings.SplitSeq(string(content), "\n\n") {
			if c := readGolden(block); c.sql != "" {
				texts = append(texts, c.sql)
			}
		}
	}
	return texts
}

// corpusTexts are statements of other tests, one of each shape: those that are compared with a direct connection, and those of the router.
func corpusTexts(tb testing.TB) (texts []string) {
	p, seen := NewParser(Config{}), map[string]bool{}
	for _, pattern := range []string{"../tests/e2e/testdata/*.sql", "../router/testdata/*.txt"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			tb.Fatalf("no files are %s: %v", pattern, err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				tb.Fatal(err)
			}
			for line := range strings.Lines(string(content)) {
				sql := strings.TrimRight(strings.TrimPrefix(line, "sql: "), ";\n")
				shape := p.Normalize([]byte(sql), 0)
				if sql != line && shape != "" && !seen[shape] {
					seen[shape], texts = true, append(texts, sql)
				}
			}
		}
	}
	return texts
}

// checkShape changes numbers and strings and expects the same digest.
func checkShape(t *testing.T, sql []byte, mode Mode, want Digest) {
	var changed bytes.Buffer
	l := lexer{sql: sql, mode: mode}
	at := 0
	for tok := l.next(); tok.kind != tokEnd; tok = l.next() {
		switch {
		case tok.end == len(sql): // it may be open
		case tok.kind == tokNumber && !adjoins(sql, tok):
			changed.Write(sql[at:tok.start])
			changed.WriteString("987")
			at = tok.end
		case tok.kind == tokString && sql[tok.start] == '\'':
			changed.Write(sql[at:tok.start])
			changed.WriteString("'other '' text'")
			at = tok.end
		}
	}
	changed.Write(sql[at:])
	var f folder
	f.fold(changed.Bytes(), mode, digestStyle)
	if f.digest() != want {
		var g folder
		g.fold(sql, mode, shownStyle)
		first := g.normal()
		g.fold(changed.Bytes(), mode, shownStyle)
		t.Errorf("the digest changes with the literals:\n%q %q\n%q %q", sql, first, changed.Bytes(), g.normal())
	}
}

// adjoins says whether another number in the place of the token might join with its neighbours.
func adjoins(sql []byte, tok token) bool {
	near := func(i int) bool {
		return i >= 0 && i < len(sql) && (identByte(sql[i]) || sql[i] == '.' || sql[i] == '@' || sql[i] == '!' || classes[sql[i]] == classQuote)
	}
	return near(tok.start-1) || near(tok.end) || sql[tok.end-1] == '.'
}
