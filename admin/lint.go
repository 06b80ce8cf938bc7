package admin

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"shunt/sharding"
	"shunt/sharding/lint"
)

// FindingRow is one thing that crosses the border of a module: SHARD LINT. The last row is the verdict.
type FindingRow struct {
	Kind         string   `json:"kind" doc:"what it is: foreign_key, view, procedure, function, trigger, event; read, write: statements; transaction; not_understood, not_seen: what shunt cannot tell about; verdict: all of it in a sentence"`
	Object       string   `json:"object" doc:"its name; of statements the digest, of transactions the digests in order"`
	ModuleTables []string `json:"module_tables" doc:"the module's tables that it touches"`
	OtherTables  []string `json:"other_tables" doc:"the other tables that it touches"`
	Count        uint64   `json:"count" doc:"how many statements or transactions: those that are it, or that use what is defined"`
	Share        float64  `json:"share" doc:"which part that is of all statements, or of all transactions, from 0 to 1"`
	Example      string   `json:"example" doc:"the statement without its literals, or what else shows it"`
	Advice       string   `json:"advice" doc:"what to do"`
}

// lintBound is how long definitions may take to be read from the servers.
const lintBound = 30 * time.Second

// Lint tells what crosses the border between a module's tables and the rest. It asks the servers, and takes as long as they do, up to half a
// minute. Errors: ErrUnknownModule, ErrModule; a server that cannot be asked is a finding.
func (s *Service) Lint(ctx context.Context, o LintOrder) ([]FindingRow, error) {
	m, err := s.module(o)
	if err != nil {
		return []FindingRow{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, lintBound)
	defer cancel()
	rows := []FindingRow{}
	for _, f := range lint.Lint(m, s.lintWorld(ctx, m)).Findings {
		rows = append(rows, FindingRow{
			Kind: string(f.Kind), Object: f.Object, ModuleTables: append([]string{}, f.Ours...), OtherTables: append([]string{}, f.Theirs...),
			Count: f.Count, Share: millionths(f.Share), Example: f.Example, Advice: f.Advice,
		})
	}
	return rows, nil
}

func (s *Service) lintWorld(ctx context.Context, m sharding.Module) lint.World {
	return lint.World{Traffic: s.house.Digests(), Schemas: s.definitions(ctx, m), Map: s.house.Map(), Parser: s.house.Parser}
}

// AdviceRow is one set of tables that could be a module: SHARD ADVICE. The row without a module is what stays of its database.
type AdviceRow struct {
	Module     string   `json:"module" doc:"a name for it; empty: what stays where it is"`
	Database   string   `json:"database" doc:"the database"`
	Tables     []string `json:"tables" doc:"its tables, as a module has them"`
	Statements uint64   `json:"statements" doc:"how many statements touched nothing but these tables"`
	PerSecond  float64  `json:"per_second" doc:"the same, per second since the start"`
	WriteShare float64  `json:"write_share" doc:"which part that is of the statements that write on the primary of the database's home, from 0 to 1"`
	ReadShare  float64  `json:"read_share" doc:"which part that is of the statements that read there"`
	TimeShare  float64  `json:"time_share" doc:"which part of that server's time they took"`
	Crossing   int      `json:"crossing" doc:"how many findings SHARD LINT has for it"`
	Crosses    []string `json:"crosses" doc:"those that count most"`
	Advice     string   `json:"advice" doc:"the verdict of SHARD LINT"`
}

const (
	maxAdvised = 50 // databases at once
	maxCrosses = 3  // findings in a row
)

// Advice proposes modules for a database, or with an empty name for the fifty that are asked for most. It asks the servers, as Lint does.
func (s *Service) Advice(ctx context.Context, database string) ([]AdviceRow, error) {
	ctx, cancel := context.WithTimeout(ctx, lintBound)
	defer cancel()
	databases := []string{database}
	if database == "" {
		databases = s.busiest()
	} else if sharding.Everywhere(database) {
		return []AdviceRow{}, fmt.Errorf("%w: %s is on every cluster", ErrModule, database)
	}
	rows := []AdviceRow{}
	for _, name := range databases {
		for _, p := range lint.Advise(name, s.lintWorld(ctx, sharding.Module{Database: name})) {
			rows = append(rows, adviceRow(p))
		}
	}
	return rows, nil
}

// busiest are the databases whose tables are touched by most statements.
func (s *Service) busiest() []string {
	asked := map[string]uint64{}
	r := s.house.Digests()
	for i := range r.Shapes {
		for _, t := range r.Shapes[i].Tables {
			if t.Schema != "" && !sharding.Everywhere(t.Schema) {
				asked[t.Schema] += r.Shapes[i].All()
			}
		}
	}
	names := slices.SortedFunc(maps.Keys(asked), func(a, b string) int { return cmp.Or(cmp.Compare(asked[b], asked[a]), cmp.Compare(a, b)) })
	return names[:min(len(names), maxAdvised)]
}

func adviceRow(p lint.Proposal) AdviceRow {
	row := AdviceRow{
		Module: p.Module.Name, Database: p.Module.Database, Tables: append([]string{}, p.Module.Tables...), Statements: p.Statements,
		PerSecond: thousandths(p.PerSecond), WriteShare: thousandths(p.Writes), ReadShare: thousandths(p.Reads), TimeShare: thousandths(p.Time),
		Crossing: len(p.Crosses), Crosses: []string{}, Advice: p.Verdict,
	}
	most := slices.Clone(p.Crosses)
	slices.SortStableFunc(most, func(a, b lint.Finding) int { return cmp.Compare(b.Count, a.Count) })
	for _, f := range most[:min(len(most), maxCrosses)] {
		row.Crosses = append(row.Crosses, brief(f))
	}
	return row
}

// WriteFindings writes findings for people: what crosses in columns, then of each what shows it and what to do, and the verdict.
func WriteFindings(w io.Writer, rows []FindingRow) error {
	if len(rows) == 0 {
		return nil
	}
	verdict := rows[len(rows)-1]
	rows = rows[:len(rows)-1]
	short := Table{Columns: []Column{{Name: "no", Kind: Whole}, {Name: "kind"}, {Name: "object"}, {Name: "module_tables"}, {Name: "other_tables"},
		{Name: "count", Kind: Whole}, {Name: "share", Kind: Decimal}}}
	var notes strings.Builder
	for i, r := range rows {
		object := r.Object
		if r.Kind == string(lint.Transaction) {
			object = "" // several digests: the example says the same
		}
		short.Rows = append(short.Rows, []any{int64(i + 1), r.Kind, object, r.ModuleTables, r.OtherTables, r.Count, r.Share})
		notes.WriteString("\n")
		fmt.Fprintf(&notes, "%d: ", i+1)
		if r.Example != "" {
			notes.WriteString(shown(r.Example) + "\n   ")
		}
		notes.WriteString(r.Advice + "\n")
	}
	if len(rows) > 0 {
		if err := short.Write(w); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "%s\n%s: %s\n", notes.String(), verdict.Object, verdict.Advice)
	return err
}
