package e2e

import (
	"context"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/statement"
	"shunt/tests/cluster"
	"shunt/tests/e2e/grammar"
)

// abroadTables are the corpus' tables that live on the second cluster: about half of them.
var abroadTables = []string{"u", "counted", "*1", "*3", "*5", "*7", "*9", "wp_comment*", "wp_user*", "wp_term_*"}

// TestDifferentialOverTwoClusters runs the corpus with its tables spread over two clusters. Whatever shunt answers is what one server answers that has all
// of them. What it refuses, and what a server refuses because the table behind a view, a foreign key or a routine is not there, is counted by kind, and the server that
// has all of them is asked something that fails in its place, so that both go on from the same state. docs/sharding.md has the counts.
func TestDifferentialOverTwoClusters(t *testing.T) {
	overTwoClusters(t, "",
		with("text, modern protocol", mysqltest.ClientCapabilities, text),
		with("prepared, old protocol", mysqltest.ClientCapabilities&^(mysql.CapDeprecateEOF|mysql.CapSessionTrack), prepared),
	)
}

// TestDifferentialOverTwoClustersUnderAnotherName is the same with databases that have another name on both clusters.
func TestDifferentialOverTwoClustersUnderAnotherName(t *testing.T) {
	overTwoClusters(t, "_v2", with("text, modern protocol", mysqltest.ClientCapabilities, text))
}

// overTwoClusters runs the corpus in some modes; suffix is behind the names of databases on the clusters.
func overTwoClusters(t *testing.T, suffix string, modes ...mode) {
	t.Helper()
	c := cluster.Shared(t)
	streams := corpus(t)
	var homes, modules strings.Builder
	for i, s := range streams {
		fmt.Fprintf(&homes, "  %s: {cluster: paris, name: %s}\n", s.databaseName(), s.databaseName()+suffix)
		fmt.Fprintf(&modules, "  m%d: {database: %s, tables: ['%s'], cluster: gra}\n", i, s.databaseName(), strings.Join(abroadTables, "', '"))
	}
	p := startEdited(t, c, func(config string) string {
		return config + "databases:\n" + homes.String() + "modules:\n" + modules.String() + "limits: {linger: 5s}\n" + kept(t) + "\n"
	})
	page, err := os.ReadFile("../../docs/sharding.md")
	if err != nil {
		t.Fatal(err)
	}
	joined := 0
	for _, m := range modes {
		t.Run(m.name, func(t *testing.T) {
			d := spread{
				differential: differential{t: t, cluster: c, mode: m, direct: c.Datacenter("paris").Primary.Address, through: p.Address, suffix: suffix},
				parser:       statement.NewParser(statement.Config{}), refusals: map[string]int{},
			}
			d.all(streams)
			before := joined
			joined = int(p.Metric(`shunt_joins_total{outcome="ok"`))
			d.tell(joined-before, string(page))
		})
	}
}

// all runs all streams.
func (d *spread) all(streams []stream) {
	var group errgroup.Group
	group.SetLimit(atOnce)
	for _, s := range streams {
		group.Go(func() error {
			if err := d.compare(s); err != nil {
				d.t.Errorf("%s: %v", s.name, err)
			}
			return nil
		})
	}
	_ = group.Wait() // each has told its own
}

// tell reports what was refused, and that the page lists it.
func (d *spread) tell(joined int, page string) {
	d.t.Logf("%d statements, %d joins over both clusters; %d answers differ, %d for a reason that is listed; refused:", d.statements, joined, d.different, d.excused)
	refused := 0
	for _, why := range slices.Sorted(maps.Keys(d.refusals)) {
		d.t.Logf("%5d %s", d.refusals[why], why)
		kind, reason, _ := strings.Cut(why, ", ")
		if !strings.Contains(page, fmt.Sprintf("| %s | %s |", kind, reason)) {
			d.t.Errorf("docs/sharding.md does not list that %s is refused: %s", kind, reason)
		}
		refused += d.refusals[why]
	}
	if joined < 100 || refused*5 > d.statements {
		d.t.Error("too few statements were answered from both clusters: that says little")
	}
}

// spread is the test over two clusters.
type spread struct {
	differential
	parser   *statement.Parser
	mu       sync.Mutex
	refusals map[string]int // guarded by mu
}

// borderRounds bounds how often one stream is run again because a statement has met the border.
const borderRounds = 60

func (d *spread) compare(s stream) error {
	ctx := context.Background()
	gra, database := d.cluster.Datacenter("gra").Primary, s.databaseName()+d.suffix
	for _, q := range []string{"DROP DATABASE IF EXISTS " + database, "CREATE DATABASE " + database + " CHARACTER SET utf8mb4"} {
		if err := gra.Exec(ctx, q); err != nil {
			return err
		}
	}
	defer func() { _ = gra.Exec(ctx, "DROP DATABASE IF EXISTS "+database) }()
	if err := d.cluster.WaitCaughtUp(ctx); err != nil { // what another stream has left in a database of that name is gone everywhere
		return err
	}
	through, err := d.replay(s, d.through, d.mode)
	if err != nil {
		return fmt.Errorf("through shunt: %w", err)
	}
	replaced := map[int]string{}
	for i, a := range through {
		if e := lastError(a); e != nil && e.Number >= 9900 && e.Number <= 9999 {
			replaced[i] = why(e)
		}
	}
	for range borderRounds {
		direct, err := d.replay(replacedBy(s, replaced), d.direct, d.mode)
		if err != nil {
			return fmt.Errorf("direct: %w", err)
		}
		i := firstAtBorder(s, direct, through, replaced)
		e := lastError(answer{})
		if i < len(through) {
			e = lastError(through[i])
		}
		if e == nil || lastError(direct[i]) != nil || !atBorder(e) {
			d.report(s, direct, through, replaced)
			return nil
		}
		replaced[i] = fmt.Sprintf("%d of a server that does not have the other tables", e.Number)
	}
	return fmt.Errorf("more than %d statements have met the border", borderRounds)
}

// atBorder says whether a server has missed a table, or what refers to one.
func atBorder(e *mysql.Error) bool {
	return slices.Contains([]uint16{1005, 1146, 1215, 1356, 1824}, e.Number)
}

// replacedBy is the stream with something that fails in place of some statements.
func replacedBy(s stream, replaced map[int]string) stream {
	s.statements = slices.Clone(s.statements)
	for i := range replaced {
		s.statements[i] = grammar.Statement{Text: "SELECT refused FROM nowhere.nothing"}
	}
	return s
}

func firstAtBorder(s stream, direct, through []answer, replaced map[int]string) int {
	for i, st := range s.statements {
		if replaced[i] == "" {
			if difference, _ := compareAnswers(st, direct[i], through[i]); difference != "" && !aboutRefusal(s, i, replaced) {
				return i
			}
		}
	}
	return len(through)
}

// aboutRefusal says whether a statement asks for the error of one that was refused before it, which has another number and text.
func aboutRefusal(s stream, i int, replaced map[int]string) bool {
	return i > 0 && aboutErrors.MatchString(s.statements[i].Text) && (replaced[i-1] != "" || aboutRefusal(s, i-1, replaced))
}

var aboutErrors = regexp.MustCompile(`(?i)^(SHOW (WARNINGS|ERRORS|COUNT)|GET DIAGNOSTICS|SELECT @@(warning|error)_count)`)

// lastError is the error that an answer ends with; nil for none.
func lastError(a answer) *mysql.Error {
	if len(a.packets) == 0 || !mysql.IsErr(a.packets[len(a.packets)-1]) {
		return nil
	}
	e, err := mysql.ParseErr(a.packets[len(a.packets)-1], mysql.CapProtocol41)
	if err != nil {
		return nil
	}
	return e
}

// why is the reason of a refusal without names.
func why(e *mysql.Error) string {
	for part, reason := range map[string]string{
		"only a SELECT can be answered":     "it is no SELECT and needs both",
		"the session is held on cluster":    "the session is held on a server of the other cluster",
		"does not understand the statement": "the parser does not understand it",
		"for the next statement alone":      "a setting is meant for the next statement alone",
		"is for one cluster":                "it locks rows, or asks a server about itself",
		"autocommit is off":                 "autocommit is off",
		"READ ONLY":                         "the transaction is READ ONLY",
		"held on a replica":                 "the session is held on a replica",
		"it is a view":                      "one is a view",
		"has written on cluster":            "the transaction has written on the other cluster, and is not atomic",
		"it is versioned":                   "one is versioned by the system",
		"it has a period of time":           "one has a period of time",
		"takes a temporary table once":      "a temporary table can be named once",
		"has gone back":                     "it asks about a statement whose connection has gone back",
	} {
		if strings.Contains(e.Message, part) {
			return fmt.Sprintf("%d, %s", e.Number, reason)
		}
	}
	if _, reason, named := strings.Cut(e.Message, "cannot be hidden here: "); named {
		return fmt.Sprintf("%d, %s", e.Number, reason)
	}
	return fmt.Sprintf("%d, %s", e.Number, e.Message)
}

func (d *spread) report(s stream, direct, through []answer, replaced map[int]string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.statements += len(s.statements)
	for i, st := range s.statements {
		if replaced[i] != "" {
			parsed, _ := d.parser.Parse([]byte(st.Text), 0)
			d.refusals[fmt.Sprintf("%s, %s", parsed.Kind, replaced[i])]++
			continue
		}
		difference, excused := compareAnswers(st, direct[i], through[i])
		if excused {
			d.excused++
		}
		if difference == "" || aboutRefusal(s, i, replaced) {
			continue
		}
		if d.different++; d.different <= shownOfMode {
			d.t.Errorf("%s, statement %d\n%s\n%s", s.name, i, s.upTo(i), difference)
		}
	}
}
