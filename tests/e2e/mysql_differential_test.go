package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
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
// what the grammar makes, and what WordPress has sent, in one mode of each protocol.
func TestMySQLDifferential(t *testing.T) {
	c := cluster.SharedMySQL(t)
	p := startEdited(t, c, patient(offerTLS(certificateFiles(t))))
	byHand := []stream{inMySQLsWords(written(t)), fromFile(t, "testdata/mysql.sql")}
	all := append(generatedForMySQL(t), append(byHand, inMySQLsWords(recorded(t)))...)
	known, complete := map[string][]answer{}, 0
	for _, m := range mysqlModes() {
		t.Run(m.name, func(t *testing.T) {
			d := differential{t: t, cluster: c, mode: m, direct: c.Datacenters[0].Primary.Address, through: p.Address, known: known}
			if m.name == "text, modern protocol" || m.name == "prepared, old protocol" {
				complete++
				d.run(all)
			} else {
				d.run(byHand)
			}
		})
	}
	if complete != 2 {
		t.Errorf("everything was sent in %d modes, not in two", complete)
	}
}

// mysqlGeneratedLength is how many statements are generated for each theme: fewer than for MariaDB, since what shunt does with them is mostly the same.
const mysqlGeneratedLength = 60

// generatedForMySQL is what the grammar makes, but for the theme of what only MariaDB has.
func generatedForMySQL(t *testing.T) (streams []stream) {
	t.Helper()
	sessions, err := grammar.Sessions(generatedSeed(t), 1, mysqlGeneratedLength)
	if err != nil {
		t.Fatal(err)
	}
	for i, session := range sessions {
		if session.Theme != "mariadb" {
			streams = append(streams, inMySQLsWords(stream{
				name: fmt.Sprintf("generated %d (%s)", i, session.Theme), database: fmt.Sprintf("shop_mysql_%02d", i), statements: session.Statements,
			}))
		}
	}
	return streams
}

// mysqlWords are what MySQL does not know, and what says the same there.
var mysqlWords = []struct {
	in, mariadb *regexp.Regexp
	mysql       string
}{
	{createTable, regexp.MustCompile(`\b(INET6|UUID)\b`), "VARCHAR(40)"},
	{createTable, regexp.MustCompile(`\bPERSISTENT\b`), "STORED"},
	{createTable, regexp.MustCompile(`CREATE OR REPLACE TABLE`), "CREATE TABLE IF NOT EXISTS"},
	{createTable, regexp.MustCompile(`AS \(CONCAT\('no\. ', id\)\)`), "AS (CONCAT('no. ', 7))"}, // not from a column that counts by itself
	{createTable, regexp.MustCompile(`AS \(id \* 3 \+ 1\)`), "AS (7 * 3 + 1)"},
	{createTable, regexp.MustCompile(`((?:TEXT|BLOB|JSON)(?: CHARACTER SET \w+)?(?: NOT NULL)?) DEFAULT ('[^']*'|x'[^']*'|[\d.e]+)`), "$1 DEFAULT ($2)"},
	{regexp.MustCompile(`^SET SESSION sql_mode=`), regexp.MustCompile(`NO_AUTO_CREATE_USER,`), ""},
}

var createTable = regexp.MustCompile(`^CREATE .*\bTABLE `)

// inMySQLsWords changes what the rest of a stream needs to say something: tables and modes. All else that MySQL refuses stays, for its errors.
func inMySQLsWords(s stream) stream {
	s.statements = slices.Clone(s.statements)
	for i, st := range s.statements {
		for _, w := range mysqlWords {
			if w.in.MatchString(st.Text) {
				st.Text, st.Prepared = w.mariadb.ReplaceAllString(st.Text, w.mysql), w.mariadb.ReplaceAllString(st.Prepared, w.mysql)
			}
		}
		s.statements[i] = st
	}
	return s
}

// mysqlModes are those modes that say something new about MySQL, and zstd, which MariaDB has not.
func mysqlModes() (all []mode) {
	const mariadbOnly = mysql.CapExtendedMetadata | mysql.CapCacheMetadata
	zstd := mode{name: "text, zstd", options: mysqltest.Options{Capabilities: mysqltest.ClientCapabilities, Compress: mysqltest.CompressZstd}, way: text}
	for _, m := range append([]mode{zstd}, modes()...) {
		plain := m.options.Compress != mysqltest.CompressZlib && !m.tls && m.options.Capabilities&mysql.CapFoundRows == 0
		both := m.options.Compress != "" && m.tls
		if m.options.Capabilities&mariadbOnly == 0 && (plain || both) {
			all = append(all, forMySQL(m))
		}
	}
	return all
}

// forMySQL is a mode whose clients send as text what MySQL does not prepare (BEGIN, USE, CREATE PROCEDURE), as drivers do, and whose answers say only
// what is of the statement itself.
func forMySQL(m mode) mode {
	send := m.way
	m.way = func(c *mysqltest.Client, s grammar.Statement) (answer, error) {
		a, err := send(c, s)
		if err != nil {
			return a, err
		}
		if refusal := a.packets[0]; unprepared(refusal) {
			if a, err = text(c, s); err != nil {
				return a, err
			}
			a.packets = append(a.packets, refusal)
		}
		for i, packet := range a.packets {
			a.packets[i] = ofTheStatement(s, packet)
		}
		return a, nil
	}
	if m.as != nil {
		as := forMySQL(*m.as)
		m.as = &as
	}
	return m
}

// unprepared recognises ER_UNSUPPORTED_PS.
func unprepared(packet []byte) bool {
	e, err := mysql.ParseErr(packet, mysql.CapProtocol41)
	return err == nil && e.Number == 1295
}

// ofTheStatement takes from a packet what does not follow from the statement and the data, or says nothing. All of it is in
// docs/reference/compatibility.md:
//   - how many rows a CALL has changed that changes none: MySQL repeats the ROW_COUNT() of the statement before it on the server's connection;
//   - whether DELETE and UPDATE used an index, which is the optimizer's choice;
//   - whether a join's column is part of a key: MySQL says no where the optimizer chose to go by way of a temporary table;
//   - that a prepared statement had other columns when the server's connection executed it last;
//   - that there are session trackers, if there are none: MySQL says so where it had begun to write some;
//   - that a transaction is over which a failed statement has ended. TestMySQLTrackers has what statements tell that succeed.
func ofTheStatement(s grammar.Statement, packet []byte) []byte {
	if bytes.HasPrefix(packet, []byte{mysql.HeaderEOF, 0, 0}) && len(packet) >= 5 { // the end of rows
		packet = bytes.Clone(packet)
		packet[4] &^= byte(mysql.StatusMetadataChanged >> 8)
		return packet
	}
	if bytes.HasPrefix(packet, []byte("\x03def")) && strings.Contains(s.Text, "JOIN") {
		return withoutKeys(packet)
	}
	ok, err := mysql.ParseOK(packet, mysql.CapSessionTrack)
	isRow := !ok.Status.Has(mysql.StatusAutocommit) && !ok.Status.Has(mysql.StatusInTrans) // one that looks like an OK packet
	if packet[0] != mysql.HeaderOK || err != nil || isRow {
		return packet
	}
	switch word, _, _ := strings.Cut(s.Text, " "); word {
	case "CALL":
		ok.Affected = 0
	case "DELETE", "UPDATE":
		ok.Status &^= aboutIndexes
	}
	ok.Track = bytes.ReplaceAll(ok.Track, []byte("\x05\t\b________"), nil)
	if len(ok.Track) == 0 {
		ok.Status &^= mysql.StatusSessionStateChanged
	}
	return ok.Append(nil, mysql.HeaderOK, mysql.CapSessionTrack)
}

// withoutKeys takes the flags about keys from a column definition, which stand in front of its last three bytes.
func withoutKeys(definition []byte) []byte {
	const keys = mysql.FlagPrimaryKey | mysql.FlagUniqueKey | mysql.FlagMultipleKey | mysql.FlagAutoIncrement | mysql.FlagPartOfKey
	definition = bytes.Clone(definition)
	flags := definition[len(definition)-5:]
	binary.LittleEndian.PutUint16(flags, binary.LittleEndian.Uint16(flags)&^uint16(keys))
	return definition
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
