package e2e

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
	"shunt/tests/e2e/grammar"
)

// TestMySQLDifferential is TestDifferential with servers of MySQL. What was written by hand, for all servers and for MySQL alone, is sent in each mode;
// what the grammar makes, of which MySQL refuses what is MariaDB's own, in two.
func TestMySQLDifferential(t *testing.T) {
	c := cluster.SharedMySQL(t)
	p := startEdited(t, c, offerTLS(certificateFiles(t)))
	byHand := []stream{written(t), fromFile(t, "testdata/mysql.sql")}
	all := append(inMySQLsWords(corpus(t)), byHand[1])
	generated := 0
	for _, m := range mysqlModes() {
		t.Run(m.name, func(t *testing.T) {
			d := differential{t: t, cluster: c, mode: m, direct: c.Datacenters[0].Primary.Address, through: p.Address}
			if strings.HasPrefix(m.name, "text, modern") || strings.HasPrefix(m.name, "prepared, modern") {
				generated++
				d.run(all)
			} else {
				d.run(byHand)
			}
		})
	}
	if generated < 2 {
		t.Errorf("what the grammar makes was sent in %d modes, not in two", generated)
	}
}

// inMySQLsWords changes in CREATE TABLE what MySQL does not know: without its tables a stream would say little. All else that MySQL refuses stays,
// for its errors.
func inMySQLsWords(streams []stream) []stream {
	words := []struct {
		mariadb *regexp.Regexp
		mysql   string
	}{
		{regexp.MustCompile(`\b(INET6|UUID)\b`), "VARCHAR(40)"},
		{regexp.MustCompile(`\bPERSISTENT\b`), "STORED"},
		{regexp.MustCompile(`CREATE OR REPLACE TABLE`), "CREATE TABLE IF NOT EXISTS"},
		{regexp.MustCompile(`AS \(CONCAT\('no\. ', id\)\)`), "AS (CONCAT('no. ', 7))"}, // not from a column that counts by itself
		{regexp.MustCompile(`AS \(id \* 3 \+ 1\)`), "AS (7 * 3 + 1)"},
		{regexp.MustCompile(`((?:TEXT|BLOB|JSON)(?: CHARACTER SET \w+)?(?: NOT NULL)?) DEFAULT ('[^']*'|x'[^']*'|[\d.e]+)`), "$1 DEFAULT ($2)"},
	}
	changed := slices.Clone(streams)
	for i, s := range changed {
		changed[i].statements = slices.Clone(s.statements)
		for j, st := range s.statements {
			if !strings.HasPrefix(st.Text, "CREATE ") || !strings.Contains(st.Text, " TABLE ") {
				continue
			}
			for _, w := range words {
				st.Text, st.Prepared = w.mariadb.ReplaceAllString(st.Text, w.mysql), w.mariadb.ReplaceAllString(st.Prepared, w.mysql)
			}
			changed[i].statements[j] = st
		}
	}
	return changed
}

// mysqlModes are those modes that say something new about MySQL, and zstd, which MariaDB has not.
func mysqlModes() []mode {
	const mariadbOnly = mysql.CapExtendedMetadata | mysql.CapCacheMetadata
	all := []mode{{name: "text, zstd", options: mysqltest.Options{Capabilities: mysqltest.ClientCapabilities, Compress: mysqltest.CompressZstd}, way: text}}
	for _, m := range modes() {
		plain := m.options.Compress == "" && !m.tls && m.options.Capabilities&mysql.CapFoundRows == 0
		both := m.options.Compress != "" && m.tls
		if m.options.Capabilities&mariadbOnly == 0 && (plain || both) {
			all = append(all, m)
		}
	}
	return all
}

// fromFile is a stream with one statement a line; lines that begin with -- are comments.
func fromFile(t *testing.T, file string) stream {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := stream{name: file}
	for _, line := range strings.Split(string(content), "\n") {
		if line != "" && !strings.HasPrefix(line, "-- ") {
			s.statements = append(s.statements, grammar.Statement{Text: line, Prepared: line})
		}
	}
	if len(s.statements) < 200 {
		t.Fatalf("%s: only %d statements", file, len(s.statements))
	}
	return s
}
