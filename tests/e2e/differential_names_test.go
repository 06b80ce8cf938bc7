package e2e

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/statement"
	"shunt/tests/cluster"
	"shunt/tests/e2e/grammar"
)

// TestDifferentialUnderAnotherName runs the corpus with databases that have another name on their cluster than the client says. Whatever shunt answers is what a
// server answers whose database has the client's name, byte by byte. What it refuses is counted by kind, and the server is asked something that fails in its
// place, so that both go on from the same state. docs/sharding.md has the counts.
func TestDifferentialUnderAnotherName(t *testing.T) {
	underAnotherName(t, cluster.Shared(t), append(corpus(t), named(t)), []mode{
		with("text, modern protocol", mysqltest.ClientCapabilities, text),
		with("prepared, old protocol", mysqltest.ClientCapabilities&^(mysql.CapDeprecateEOF|mysql.CapSessionTrack), prepared),
		with("prepared, modern protocol, cursors", mysqltest.ClientCapabilities, cursors),
		with("prepared, cached metadata", mysqltest.ClientCapabilities|mysql.CapExtendedMetadata|mysql.CapCacheMetadata, prepared),
	})
}

// TestMySQLDifferentialUnderAnotherName is the same with servers of MySQL.
func TestMySQLDifferentialUnderAnotherName(t *testing.T) {
	names := inMySQLsWords(named(t))
	names.statements = slices.DeleteFunc(names.statements, func(s grammar.Statement) bool { return ofMySQLsOwn.MatchString(s.Text) })
	streams := append(generatedForMySQL(t), inMySQLsWords(written(t)), fromFile(t, "testdata/mysql.sql"), inMySQLsWords(recorded(t)), names)
	underAnotherName(t, cluster.SharedMySQL(t), streams, []mode{
		forMySQL(with("text, modern protocol", mysqltest.ClientCapabilities, text)),
		forMySQL(with("prepared, old protocol", mysqltest.ClientCapabilities&^(mysql.CapDeprecateEOF|mysql.CapSessionTrack), prepared)),
	})
}

// ofMySQLsOwn are statements whose answers tell what is the server's own choice: when a view was made, whether the optimizer has merged it, and what it warns of
// where it joins views of its dictionary.
var ofMySQLsOwn = regexp.MustCompile(`^SHOW TABLE STATUS|^SELECT \* FROM shop_names.v2|information_schema.columns c JOIN`)

// named are statements that name their database.
func named(t *testing.T) stream {
	t.Helper()
	return lines(t, stream{name: "names.sql", database: "shop_names"})
}

func underAnotherName(t *testing.T, c *cluster.Cluster, streams []stream, modes []mode) {
	t.Helper()
	const suffix = "_v2"
	var homes strings.Builder
	for _, s := range streams {
		fmt.Fprintf(&homes, "  %s: {cluster: paris, name: %s}\n", s.databaseName(), s.databaseName()+suffix)
	}
	p := startEdited(t, c, func(config string) string {
		return config + "databases:\n" + homes.String() + "limits: {linger: 5s}\n"
	})
	page, err := os.ReadFile("../../docs/sharding.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range modes {
		t.Run(m.name, func(t *testing.T) {
			d := renamed{spread{
				differential: differential{t: t, cluster: c, mode: m, direct: c.Datacenter("paris").Primary.Address, through: p.Address, suffix: suffix},
				parser:       statement.NewParser(statement.Config{}), refusals: map[string]int{},
			}}
			d.all(streams)
			d.tell(string(page))
		})
	}
}

// renamed is the test with other names.
type renamed struct{ spread }

func (d *renamed) all(streams []stream) {
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

func (d *renamed) compare(s stream) error {
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
	direct, err := d.replay(replacedBy(s, replaced), d.direct, d.mode)
	if err != nil {
		return fmt.Errorf("direct: %w", err)
	}
	d.report(s, direct, through, replaced)
	return nil
}

// tell reports what was refused, and that the page lists it.
func (d *renamed) tell(page string) {
	d.t.Logf("%d statements; %d answers differ, %d for a reason that is listed; refused:", d.statements, d.different, d.excused)
	refused := 0
	for _, why := range slices.Sorted(maps.Keys(d.refusals)) {
		d.t.Logf("%5d %s", d.refusals[why], why)
		kind, reason, _ := strings.Cut(why, ", ")
		if !strings.Contains(page, fmt.Sprintf("| %s | %s |", kind, reason)) {
			d.t.Errorf("docs/sharding.md does not list that %s is refused: %s", kind, reason)
		}
		refused += d.refusals[why]
	}
	if refused*10 > d.statements {
		d.t.Error("too few statements were answered: that says little")
	}
}
