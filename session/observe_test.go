package session

import (
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"

	"shunt/mysql"
	"shunt/statement"
	"shunt/topology"
)

// life plays statements with the server's answers to a session.
type life struct {
	*Session
	parser *statement.Parser
}

func newLife() *life {
	parser := statement.NewParser(statement.Config{})
	parse := func(text string) *statement.Statement { st, _ := parser.Parse([]byte(text), 0); return st }
	return &life{New(Login{Schema: "shop", Parse: parse}), parser}
}

// say plays one statement that succeeds; track is the trackers of its OK packet.
func (l *life) say(sql string, status mysql.Status, track ...mysql.Track) Done {
	st, _ := l.parser.Parse([]byte(sql), 0)
	l.Begin(st)
	var block []byte
	for _, t := range track {
		block = t.Append(block)
	}
	ok := mysql.OK{Status: status, Track: block}
	if st.Kind == statement.Insert {
		ok.InsertID = 7
	}
	l.OK(topology.MariaDB, &ok, st.Kind == statement.Select, 1, nil)
	return l.End(st, "paris", false)
}

const (
	calm = mysql.StatusAutocommit
	open = mysql.StatusAutocommit | mysql.StatusInTrans
)

// fail plays one statement that the server refuses with an error of this number.
func (l *life) fail(sql string, number uint16) {
	st, _ := l.parser.Parse([]byte(sql), 0)
	l.Begin(st)
	l.Err(number)
	l.End(st, "paris", false)
}

// TestAnExecuteOfNothingLeavesNothing: a text that is not known may leave anything, also when it fails; but not if there is none.
func TestAnExecuteOfNothingLeavesNothing(t *testing.T) {
	l := newLife()
	l.fail("EXECUTE gone", 1243)
	if got := l.Pins() &^ PinDiagnostics; got != 0 {
		t.Errorf("pinned: %s", got)
	}
	l.fail("EXECUTE IMMEDIATE CONCAT('SEL', 'ECT 1')", 1146)
	if l.Pins()&PinState == 0 {
		t.Error("a text that is not known leaves nothing")
	}
}

// TestPinsBeginAndEnd: each step is a statement, the status flags that the server answers with, and the pins afterwards.
func TestPinsBeginAndEnd(t *testing.T) {
	type step struct {
		sql    string
		status mysql.Status
		want   Pin
	}
	for name, steps := range map[string][]step{
		"a transaction":               {{"BEGIN", open, PinTransaction}, {"SELECT 1", open, PinTransaction}, {"COMMIT", calm, 0}},
		"autocommit off":              {{"SET autocommit=0", 0, 0}, {"SELECT 1", 0, PinTransaction}, {"COMMIT", 0, 0}, {"SET autocommit=1", calm, 0}},
		"an implicit commit":          {{"BEGIN", open, PinTransaction}, {"CREATE TABLE x (a INT)", calm, 0}},
		"a temporary table":           {{"CREATE TEMPORARY TABLE x (a INT)", calm, PinTempTable}, {"SELECT * FROM x", calm, PinTempTable}, {"DROP TABLE x", calm, 0}},
		"two of them":                 {{"CREATE TEMPORARY TABLE x (a INT)", calm, PinTempTable}, {"CREATE TEMPORARY TABLE d.y (a INT)", calm, PinTempTable}, {"DROP TABLE shop.X", calm, PinTempTable}, {"DROP TABLE shop.x", calm, PinTempTable}, {"DROP TEMPORARY TABLE d.y", calm, 0}},
		"a lock":                      {{"SELECT GET_LOCK('a', 1)", calm, PinLock}, {"SELECT RELEASE_LOCK('b')", calm, PinLock}, {"SELECT RELEASE_LOCK('A')", calm, PinLock}, {"SELECT RELEASE_LOCK('a')", calm, 0}},
		"a lock taken twice":          {{"SELECT GET_LOCK('a', 1)", calm, PinLock}, {"SELECT GET_LOCK('a', 1)", calm, PinLock}, {"SELECT RELEASE_LOCK('a')", calm, PinLock}, {"DO RELEASE_ALL_LOCKS()", calm, 0}},
		"a lock by name of a column":  {{"SELECT GET_LOCK(name, 1) FROM t", calm, PinLock}, {"SELECT RELEASE_LOCK('a')", calm, PinLock}, {"SELECT RELEASE_ALL_LOCKS()", calm, 0}},
		"LOCK TABLES":                 {{"LOCK TABLES t WRITE", calm, PinTables}, {"UNLOCK TABLES", calm, 0}},
		"LOCK TABLES, BEGIN":          {{"LOCK TABLES t WRITE", calm, PinTables}, {"BEGIN", open, PinTransaction}, {"ROLLBACK", calm, 0}},
		"a global lock":               {{"FLUSH TABLES WITH READ LOCK", calm, PinTables}, {"BEGIN", open, PinTables | PinTransaction}, {"COMMIT", calm, PinTables}, {"UNLOCK TABLES", calm, 0}},
		"handlers":                    {{"HANDLER t OPEN", calm, PinHandler}, {"HANDLER t OPEN AS h", calm, PinHandler}, {"HANDLER t CLOSE", calm, PinHandler}, {"HANDLER h CLOSE", calm, 0}},
		"prepared by name":            {{"PREPARE s FROM 'SELECT 1'", calm, PinPrepared}, {"EXECUTE s", calm, PinPrepared}, {"DEALLOCATE PREPARE s", calm, 0}},
		"a lock behind a name":        {{"PREPARE s FROM 'SELECT GET_LOCK(\"a\",1)'", calm, PinPrepared}, {"EXECUTE s", calm, PinPrepared | PinLock}, {"DEALLOCATE PREPARE s", calm, PinLock}},
		"a setting for a transaction": {{"SET TRANSACTION READ ONLY", calm, PinOneShot}, {"SELECT 1", calm, PinOneShot}, {"SELECT * FROM t", calm, 0}},
		"… that is begun":             {{"SET TRANSACTION READ ONLY", calm, PinOneShot}, {"BEGIN", open, PinOneShot | PinTransaction}, {"SELECT * FROM t", open, PinOneShot | PinTransaction}, {"COMMIT", calm, 0}},
		"an id for the next row":      {{"SET insert_id=7", calm, PinOneShot}, {"SELECT * FROM t", calm, PinOneShot}, {"INSERT INTO t VALUES (NULL)", calm, 0}},
		"another id than the row's":   {{"SET insert_id=6", calm, PinOneShot}, {"INSERT INTO t VALUES (7)", calm, PinOneShot}},
		"where RAND() begins":         {{"SET rand_seed1=5", calm, PinOneShot}, {"SELECT RAND()", calm, PinOneShot}},
		"ids that are NULL":           {{"SET sql_auto_is_null=1", calm, PinOneShot}, {"INSERT INTO t VALUES (NULL)", calm, PinOneShot}, {"SET sql_auto_is_null=0", calm, 0}},
		"settings of one statement":   {{"SET STATEMENT timestamp=1 FOR SELECT NOW()", calm, 0}},
		"the clock":                   {{"SET timestamp=1", calm, PinOneShot}, {"SELECT NOW()", calm, PinOneShot}, {"SET timestamp=DEFAULT", calm, 0}},
		"the binary log":              {{"SET sql_log_bin=0", calm, PinState}, {"INSERT INTO t VALUES (1)", calm, PinState}},
		"what nobody knows":           {{"FROBNICATE t", calm, PinState}, {"SELECT 1", calm, PinState}},
		"user variables":              {{"SET @a=1", calm, 0}, {"SELECT @a:=2", calm, 0}, {"SELECT 1 INTO @b", calm, 0}},
		"counted rows":                {{"SELECT SQL_CALC_FOUND_ROWS 1", calm, PinDiagnostics}, {"SELECT 1", calm, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLife()
			for _, s := range steps {
				l.say(s.sql, s.status)
				if got := l.Pins(); got != s.want {
					t.Errorf("after %s: %q, want %q", s.sql, got, s.want)
				}
			}
			if l.Facts().Pins != l.Pins() {
				t.Error("the facts that routing sees are behind")
			}
			if l.Lost(); l.Pins() != 0 {
				t.Error("pins outlive the connection")
			}
		})
	}
}

func TestStateFollowsTheTrackers(t *testing.T) {
	l := newLife()
	variable := func(name, value string) mysql.Track {
		return mysql.Track{Kind: mysql.TrackSystemVariable, Name: []byte(name), Value: []byte(value)}
	}
	l.say("SET time_zone=@@global.time_zone", calm, variable("time_zone", "SYSTEM"))
	if done := l.say("CALL p()", calm, variable("sql_mode", "ANSI_QUOTES"), mysql.Track{Kind: mysql.TrackStateChange, Value: []byte("1")}); len(done.AskVars) != 1 || done.AskVars[0] != "sql_mode" {
		t.Errorf("a routine that had a sql_mode may have one of its own: %+v", done)
	}
	l.SetVars([]Setting{{"sql_mode", "ANSI_QUOTES"}})
	l.say("USE blog", calm, mysql.Track{Kind: mysql.TrackSchema, Value: []byte("blog")})
	l.say("SET @A = 5, @b = 1 + 1", calm)
	want := Clean.WithSchema("blog").withVar("time_zone", "'SYSTEM'").withVar("sql_mode", "'ANSI_QUOTES'").withUser("a", "5")
	if !l.State().Equal(want) {
		t.Errorf("state %+v, want %+v", l.State(), want)
	}
	if !l.AnsiQuotes() || l.Facts().Schema != "blog" {
		t.Errorf("ANSI quotes %v, schema %s", l.AnsiQuotes(), l.Facts().Schema)
	}
	if l.Pins()&^PinDiagnostics != 0 {
		t.Errorf("pinned by %s, although all of it can be put on another connection", l.Pins())
	}
	l.ResetConnection()
	if !l.State().Equal(Clean.WithSchema("blog")) {
		t.Errorf("a reset keeps %+v, want the default database only", l.State())
	}
}

// TestValuesForOneStatement: the tracker tells them as if they were there to stay.
func TestValuesForOneStatement(t *testing.T) {
	l := newLife()
	limit := mysql.Track{Kind: mysql.TrackSystemVariable, Name: []byte("sql_select_limit"), Value: []byte("2")}
	if done := l.say("SET STATEMENT sql_select_limit=2 FOR SELECT 1", calm, limit); len(done.AskVars) != 0 || !l.State().Equal(Clean.WithSchema("shop")) {
		t.Errorf("%+v, state %+v", done, l.State())
	}
	if done := l.say("SELECT 1; SET STATEMENT sql_select_limit=2 FOR SELECT 1; SET sql_select_limit=2", calm, limit); len(done.AskVars) != 1 {
		t.Errorf("nobody asks which value holds in the end: %+v", done)
	}
	l.say("SET sql_select_limit=2", calm, limit)
	if got, _ := l.State().Var("sql_select_limit"); got != "2" {
		t.Errorf("a SET that holds gives %q", got)
	}
}

// TestTheCollationOfResults: only a login and SET NAMES … COLLATE give it; what is set alone has its character set's default.
func TestTheCollationOfResults(t *testing.T) {
	names := func(charset, collation string) []mysql.Track {
		tracks := []mysql.Track{}
		for _, v := range [][2]string{{"character_set_client", charset}, {"character_set_results", charset}, {"collation_connection", collation}} {
			if v[1] != "" {
				tracks = append(tracks, mysql.Track{Kind: mysql.TrackSystemVariable, Name: []byte(v[0]), Value: []byte(v[1])})
			}
		}
		return tracks
	}
	l := &life{New(Login{Charset: "utf8mb4", Collation: "utf8mb4_unicode_ci", DefaultCollation: func(cs string) (string, bool) { return cs + "_general_ci", true }}),
		statement.NewParser(statement.Config{})}
	for _, step := range []struct {
		sql   string
		track []mysql.Track
		want  string
	}{
		{"SET autocommit = 1", nil, "NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_ci'"},
		{"SET collation_connection = 'utf8mb4_bin'", []mysql.Track{{Kind: mysql.TrackSystemVariable, Name: []byte("collation_connection"), Value: []byte("utf8mb4_bin")}},
			"NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_ci',SESSION collation_connection='utf8mb4_bin'"},
		{"SET NAMES latin1 COLLATE latin1_bin", names("latin1", "latin1_bin"), "NAMES 'latin1' COLLATE 'latin1_bin'"},
		{"SET NAMES latin1", names("latin1", "latin1_general_ci"), "NAMES 'latin1' COLLATE 'latin1_general_ci'"},
		{"SET character_set_results = latin1", []mysql.Track{{Kind: mysql.TrackSystemVariable, Name: []byte("character_set_results"), Value: []byte("latin1")}},
			"SESSION character_set_client='latin1',SESSION character_set_results='latin1',SESSION collation_connection='latin1_general_ci'"},
	} {
		before := l.State()
		l.say(step.sql, calm, step.track...)
		r := Restore(nil, Clean, l.State(), Link{}, false, "")
		if got := string(r.Bytes[5:]); got != "SET "+step.want {
			t.Errorf("after %s a connection gets %s, want SET %s", step.sql, got, step.want)
		}
		if before.results != l.State().results && before.Equal(l.State()) {
			t.Errorf("%s changes nothing", step.sql)
		}
	}
}

func TestWhatARoutineLeavesPins(t *testing.T) {
	l := newLife()
	l.say("CALL p()", calm, mysql.Track{Kind: mysql.TrackStateChange, Value: []byte("1")})
	if l.Pins() != PinState {
		t.Errorf("pins %q after a routine that changed something that no tracker names", l.Pins())
	}
}

func TestWritesAreRemembered(t *testing.T) {
	l := newLife()
	gtid := func(text string) mysql.Track {
		return mysql.Track{Kind: mysql.TrackSystemVariable, Name: []byte("last_gtid"), Value: []byte(text)}
	}
	l.say("INSERT INTO t VALUES (1)", calm, gtid("0-1-5"))
	l.say("INSERT INTO t VALUES (1)", calm, gtid("0-2-7"))
	l.say("INSERT INTO t VALUES (1)", calm, gtid("3-1-1"))
	l.say("BEGIN", open)
	l.say("INSERT INTO t VALUES (1)", open)
	want := []ClusterGTID{{"paris", topology.GTID{Source: "0", Seq: 7}}, {"paris", topology.GTID{Source: "3", Seq: 1}}}
	if got := l.Facts().Wrote; len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("wrote %v, want %v", got, want)
	}
	if len(l.Facts().Blind) != 0 {
		t.Error("a write inside a transaction counts as one without a GTID")
	}
	l.say("COMMIT", calm, gtid("0-1-8"))
	l.say("INSERT INTO t VALUES (1)", calm)
	if len(l.Facts().Blind) != 1 {
		t.Error("a write without a GTID is not noticed")
	}
}

// TestNothingPanics plays the statements of the differential test in random order, with answers that do not fit them. The facts that routing sees are never
// behind what they are derived from.
func TestNothingPanics(t *testing.T) {
	text, err := os.ReadFile("../tests/e2e/testdata/differential.sql")
	if err != nil {
		t.Fatal(err)
	}
	statements := strings.Split(string(text), "\n")
	dice := rand.New(rand.NewPCG(1, 2))
	kinds := []mysql.TrackKind{mysql.TrackSystemVariable, mysql.TrackSchema, mysql.TrackStateChange, mysql.TrackGTIDs, mysql.TrackCharacteristics, 9}
	words := []string{"", "time_zone", "character_set_connection", "last_gtid", "0-1-5", "ON", "x'y"}
	word := func() []byte { return []byte(words[dice.IntN(len(words))]) }
	l := newLife()
	for range 20000 {
		sql := statements[dice.IntN(len(statements))]
		switch dice.IntN(20) {
		case 0:
			l.Lost()
		case 1:
			l.ResetConnection()
		case 3:
			l.Pinned("", "", false)
		case 4:
			l.Pinned("paris", "p1", false)
		case 2:
			st, _ := l.parser.Parse([]byte(sql), 0)
			l.Begin(st)
			l.Err(uint16(dice.IntN(2) * errorParse))
			l.End(st, "paris", false)
		default:
			l.say(sql, mysql.Status(dice.Uint32()), mysql.Track{Kind: kinds[dice.IntN(len(kinds))], Name: word(), Value: word()})
		}
		Restore(nil, nil, l.State(), Link{}, true, "")
		l.PinDetail()
		shown := l.facts
		if l.refresh(); !reflect.DeepEqual(shown, l.facts) {
			t.Fatalf("after %s (or instead of it) the facts were\n%+v\nand are\n%+v", sql, shown, l.facts)
		}
	}
}

// TestAModeForOneStatement: what SET STATEMENT sets for one statement does not change how the next ones are read.
func TestAModeForOneStatement(t *testing.T) {
	l := newLife()
	l.say("SET STATEMENT sql_mode='ANSI_QUOTES' FOR SELECT 1", calm|mysql.StatusAnsiQuotes)
	if got := l.Status(); got != calm {
		t.Errorf("status %v", got)
	}
	l.say("SET sql_mode='ANSI_QUOTES'", calm|mysql.StatusAnsiQuotes)
	l.say("SET STATEMENT sql_mode='' FOR SELECT 1", calm)
	if got := l.Status(); got != calm|mysql.StatusAnsiQuotes {
		t.Errorf("status %v", got)
	}
}
