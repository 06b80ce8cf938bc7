package lint_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"shunt/backend/definitions"
	"shunt/digest"
	"shunt/sharding"
	"shunt/sharding/lint"
	"shunt/statement"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// traffic is what a proxy has counted. Statements come as texts of sessions with default database shop.
type traffic struct {
	book   *digest.Book
	parser *statement.Parser
}

func newTraffic() *traffic {
	return &traffic{digest.New(digest.Config{}, noon), statement.NewParser(statement.Config{})}
}

func (w *traffic) ask(times int, role digest.Role, sql string) *digest.Shape {
	st, _ := w.parser.Parse([]byte(sql), 0)
	s := w.book.Find(st.Digest, "shop", noon)
	if s == nil {
		about := digest.Description{Kind: st.Kind, Database: "shop", Text: w.parser.Normalize([]byte(sql), 0), Functions: st.Functions}
		for _, t := range st.Tables {
			if t.Schema == "" {
				t.Schema = "shop"
			}
			about.Tables = append(about.Tables, t)
		}
		s = w.book.Learn(st.Digest, about, noon)
	}
	for range times {
		s.Count(0, &digest.Sample{By: role, Cluster: "paris", Took: time.Millisecond, At: noon.UnixNano()})
	}
	return s
}

// transaction has all of the statements once.
func (w *traffic) transaction(times int, texts ...string) {
	for range times {
		tx := w.book.Begin()
		for _, sql := range texts {
			tx.Add(w.ask(1, digest.Primary, sql))
		}
		w.book.End(tx, 0, noon)
	}
}

// world is a hundred seconds later, with definitions.
func (w *traffic) world(s definitions.Schema, modules ...sharding.Module) lint.World {
	s.Database = "shop"
	m := sharding.NewMap(1, sharding.Config{Default: "paris", Modules: modules}, map[string][]string{"paris": {"shop", "blog"}, "stats": {"reports"}})
	return lint.World{Traffic: w.book.Report(noon.Add(100 * time.Second)), Schemas: []definitions.Schema{s}, Map: m, Parser: w.parser}
}

// find gives the findings of a kind, as lines: object: ours | theirs.
func find(r lint.Report, kind lint.Kind) (lines []string) {
	for _, f := range r.Findings {
		if f.Kind == kind {
			lines = append(lines, f.Object+": "+strings.Join(f.Ours, " ")+" | "+strings.Join(f.Theirs, " "))
		}
	}
	return lines
}

func expect(t *testing.T, r lint.Report, kind lint.Kind, want ...string) {
	t.Helper()
	if got := find(r, kind); !slices.Equal(got, want) {
		t.Errorf("%s:\ngot  %q\nwant %q", kind, got, want)
	}
}
