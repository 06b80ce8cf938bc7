package e2e

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"shunt/tests/e2e/grammar"
)

// stream is what one client sends, in a database of its own.
type stream struct {
	name       string
	database   string // empty: one that is named after the stream
	statements []grammar.Statement
	begins     []int // the statements before which the client connects anew; none: one connection
}

const (
	generatedPerTheme = 3
	generatedLength   = 110
)

// generatedSeed is where the dice of the grammar begin: SHUNT_SEED, to look for what others find, or 1.
func generatedSeed(t *testing.T) uint64 {
	t.Helper()
	text := os.Getenv("SHUNT_SEED")
	if text == "" {
		return 1
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("SHUNT_SEED: %v", err)
	}
	return seed
}

// corpus is what testdata/differential.sql has, in one stream, what WordPress has sent, in another, and what the grammar makes.
func corpus(t *testing.T) []stream {
	t.Helper()
	streams := []stream{recorded(t), written(t)}
	sessions, err := grammar.Sessions(generatedSeed(t), generatedPerTheme, generatedLength)
	if err != nil {
		t.Fatal(err)
	}
	for i, session := range sessions {
		streams = append(streams, stream{
			name:       fmt.Sprintf("generated %d (%s)", i, session.Theme),
			database:   fmt.Sprintf("shop_diff_%02d", i),
			statements: session.Statements,
		})
	}
	return streams
}

// written reads a file with one statement a line.
func written(t *testing.T) stream {
	t.Helper()
	s := lines(t, stream{name: "differential.sql", database: "shop_diff"})
	if n := len(s.statements); n < 350 {
		t.Fatalf("only %d statements", n)
	}
	return s
}

// lines reads such a file, which is named as the stream.
func lines(t *testing.T, s stream) stream {
	t.Helper()
	for _, line := range strings.Split(testdata(t, s.name), "\n") {
		if line != "" && !strings.HasPrefix(line, "-- ") {
			s.statements = append(s.statements, grammar.Statement{Text: line, Prepared: line})
		}
	}
	return s
}

// recorded reads a file that a recorder has written.
func recorded(t *testing.T) stream {
	t.Helper()
	s := stream{name: "wordpress.sql", database: "shop_wordpress"}
	_, text, _ := strings.Cut(testdata(t, s.name), "DELIMITER ;;\n")
	for _, connection := range regexp.MustCompile(`(?m)^-- connection \d+\n`).Split(text, -1)[1:] {
		s.begins = append(s.begins, len(s.statements))
		for _, sql := range strings.SplitAfter(connection, ";;\n") {
			if sql = strings.TrimSuffix(sql, ";;\n"); sql != "" {
				s.statements = append(s.statements, grammar.Statement{Text: sql, Prepared: sql})
			}
		}
	}
	if n := len(s.statements); n < 1000 {
		t.Fatalf("only %d statements", n)
	}
	return s
}

func testdata(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// upTo shows a statement and those before it, for the report of a difference.
func (s stream) upTo(i int) string {
	var b strings.Builder
	for j := max(0, i-4); j <= i; j++ {
		text := s.statements[j].Text
		if len(text) > 300 {
			text = text[:300] + " …"
		}
		fmt.Fprintf(&b, "  %s%s\n", map[bool]string{true: "> ", false: "  "}[i == j], text)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
